package swivel.cpu.x64;

import static swivel.cpu.ir.MicroInfo.*;
import static swivel.cpu.jit.FlagMark.COMPARE;
import static swivel.cpu.jit.FlagMark.COMPARE_IMMEDIATE;
import static swivel.cpu.jit.FlagMark.DIFFERENCE;
import static swivel.cpu.jit.FlagMark.RESULT;
import static swivel.cpu.jit.FlagMark.RESULT_IMMEDIATE;
import static swivel.cpu.jit.FlagMark.SUM;
import static swivel.cpu.jit.FlagMark.SUM_IMMEDIATE;
import static swivel.cpu.x64.X64Assembler.*;

import swivel.cpu.UserState;
import swivel.cpu.jit.FlagFormat;
import swivel.cpu.jit.FlagMark;
import swivel.cpu.jit.Frame;
import swivel.cpu.jit.LookAhead;

/**
 * Where N, Z, C and V are in emitted code. At the edges of a block, and wherever emitted code is left, they are in the
 * frame ({@link Frame#FLAGS}). In between, those of the last operation that set some may also be in the host's flags,
 * or be had again by repeating a compare whose operands are still there; they are saved only where something needs them
 * and they would be lost.
 */
final class Flags {
    // Bits of Frame.FLAGS, as LAHF and SETO AL leave the host's after a comparison: its carry flag is the inverse of C.
    static final int FLAG_N = 1 << 15;
    static final int FLAG_Z = 1 << 14;
    static final int FLAG_NOT_C = 1 << 8;
    static final int FLAG_V = 1;

    static final FlagFormat FORMAT = new FlagFormat(15, 14, 8, 0, true);

    // What the host's carry means.
    /** CF = NOT C, as after SUB and CMP. */
    static final int SUBTRACT = 0;
    /** CF = C, as after ADD. */
    static final int CARRY = 1;

    // How to have the flags again, beside what FlagMark names.
    static final int NOTHING = 0;
    /** N and Z of x. */
    static final int VALUE = 3;
    /** TEST x, y. */
    static final int TEST_BITS = 4;
    /** TEST x, immediate. */
    static final int TEST_IMMEDIATE = 5;
    /**
     * The floating-point comparison that operation x is ({@link Floating}); never in the host's flags from one
     * operation to the next.
     */
    static final int FLOAT = 7;

    private final X64Assembler asm;
    private final Slots slots;
    private Floating floating;

    /** Flags that the host's flags or a repetition define; the others are in the frame. */
    private int valid;

    private boolean inHost;
    /** The valid ones are in the frame, too. */
    private boolean saved;

    private int kind;

    private int repeat;
    private int repeatMask;
    private int x;
    private int y;

    Flags(X64Assembler asm, Slots slots) {
        this.asm = asm;
        this.slots = slots;
    }

    void setFloating(Floating newFloating) {
        floating = newFloating;
    }

    /** All flags are in the frame. */
    void inFrame() {
        valid = 0;
        inHost = false;
        saved = false;
        repeat = NOTHING;
        repeatMask = 0;
    }

    // A state can be put aside where paths part, and taken again on the other path.

    private static final int STATE = 8;

    int[] remember() {
        return new int[] {valid, inHost ? 1 : 0, saved ? 1 : 0, kind, repeat, repeatMask, x, y};
    }

    void restore(int[] state) {
        if (state.length != STATE) {
            throw new IllegalArgumentException();
        }
        valid = state[0];
        inHost = state[1] != 0;
        saved = state[2] != 0;
        kind = state[3];
        repeat = state[4];
        repeatMask = state[5];
        x = state[6];
        y = state[7];
    }

    boolean inHost() {
        return inHost;
    }

    /** Whether something of {@code need} is not in the frame. */
    boolean isUnsaved(int need) {
        return !saved && (valid & need) != 0;
    }

    /** The host's flags now hold {@code mask}; the rest is in the frame. */
    void set(int mask, int newKind) {
        valid = mask;
        inHost = true;
        saved = false;
        kind = newKind;
        repeat = NOTHING;
        repeatMask = 0;
    }

    /** Says how the flags of the last {@link #set} can be had again while slots {@code newX} and {@code newY} stay. */
    void repeatable(int how, int mask, int newX, int newY) {
        if (how != FLOAT && UserState.isTemporary(newX) || hasSecondSlot(how) && UserState.isTemporary(newY)) {
            return;
        }
        repeat = how;
        repeatMask = mask;
        x = newX;
        y = newY;
    }

    /** {@link #set} by what is not emitted until something asks; false if the operands do not allow it. */
    boolean setLater(int mask, int how, int newX, int newY) {
        set(mask, SUBTRACT);
        repeatable(how, mask, newX, newY);
        inHost = false;
        return repeat != NOTHING;
    }

    private long operands() {
        return repeat == NOTHING || repeat == FLOAT ? 0 : hasSecondSlot(repeat) ? 1L << x | 1L << y : 1L << x;
    }

    /**
     * Prepares for an operation.
     *
     * @param need flags that it or anything after it wants as they are now
     * @param clobbers whether it loses the host's flags
     * @param written slots that it writes
     */
    void before(int need, boolean clobbers, long written) {
        if ((clobbers || !inHost) && isUnsaved(need) && (valid & need & ~repeatMask) == 0) {
            keepOperands(written);
        }
        boolean spoils = (operands() & written) != 0;
        if (inHost && clobbers) {
            if (isUnsaved(need)) {
                if (spoils || (valid & need & ~repeatMask) != 0) {
                    save(need);
                    inFrame();
                } else {
                    lost();
                }
            } else if (spoils) {
                inFrame();
            } else {
                lost();
            }
        } else if (!inHost && spoils) {
            save(need);
            inFrame();
        } else if (spoils) {
            repeat = NOTHING;
            repeatMask = 0;
        }
    }

    /**
     * As {@link #before}, for an operation that starts with {@link #carry}: C in the frame stays, needed behind it or
     * not.
     */
    void beforeCarry(int need, long written) {
        notFloat(need | C);
        if ((valid & C) != 0) {
            toHost();
        }
        if (isUnsaved(need) && !canRepeat(need, written)) {
            save(need | C);
        }
        if ((operands() & written) != 0) {
            repeat = NOTHING;
            repeatMask = 0;
        }
    }

    // Frame slots that emitted code has no other use for, and where operands of a compare are kept that are about to be
    // overwritten.
    static final int KEPT_X = UserState.N;
    static final int KEPT_Y = UserState.Z;

    /**
     * Puts those operands of the repetition aside that are overwritten: a store, or a load and a store, instead of
     * three instructions.
     */
    private void keepOperands(long written) {
        if (areKept(written)) {
            if (isSpoilt(x, written)) {
                keep(x, KEPT_X);
                x = KEPT_X;
            }
            if (hasSecondSlot(repeat) && isSpoilt(y, written)) {
                keep(y, KEPT_Y);
                y = KEPT_Y;
            }
        }
    }

    private void keep(int slot, int kept) {
        int locks = slots.locks();
        asm.rm(MOV ^ STORE, slots.read(slot), RBP, Frame.slot(kept));
        slots.unlock(locks);
    }

    /**
     * Whether {@link #keepOperands} makes the repetition survive. Two operands that are both in the frame cost more
     * than the flags.
     */
    private boolean areKept(long written) {
        boolean second = hasSecondSlot(repeat) && isSpoilt(y, written);
        return !second || !isSpoilt(x, written) || Slots.pinned(x) >= 0 || Slots.pinned(y) >= 0;
    }

    /** Whether they are those of a floating-point comparison, and how that operation is called then; else -1. */
    int floatCompare() {
        return repeat == FLOAT ? x : -1;
    }

    /** Takes those of a floating-point comparison to the frame. */
    void notFloat(int need) {
        if (repeat == FLOAT) {
            save(need);
            inFrame();
        }
    }

    private boolean isSpoilt(int operand, long written) {
        return repeat != NOTHING && repeat != FLOAT && (1L << operand & written) != 0;
    }

    private static boolean hasSecondSlot(int how) {
        return how == TEST_BITS || FlagMark.hasSecondSlot(how);
    }

    /** Whether the flags can be kept over code that loses the host's flags and writes these slots, without saving. */
    boolean canRepeat(int need, long written) {
        return (valid & need & ~repeatMask) == 0 && (operands() & written) == 0 && repeat != NOTHING;
    }

    /**
     * Whether {@link #mark} is enough for flags that only who leaves emitted code could see: they are not in the frame,
     * and there is a mark that holds.
     *
     * @param written slots that are written before the last place where that could be; {@link LookAhead#READ} if there
     *     is more that reads flags
     */
    boolean canMark(long written) {
        return written != LookAhead.READ
                && isUnsaved(ALL)
                && repeatMask == ALL
                && areKept(written)
                && FlagMark.of(repeat, x, y) != FlagMark.NONE;
    }

    /** Stores a {@link FlagMark}. */
    void mark(long written) {
        keepOperands(written);
        asm.movi(RBP, Frame.FLAGS, FlagMark.of(repeat, x, y));
    }

    /** The host's flags are lost from here on. */
    void lost() {
        inHost = false;
        valid &= repeatMask;
        if (valid == 0) {
            inFrame();
        }
    }

    /** Puts the flags into the host's, if they are not there. Keeps no scratch register. */
    void toHost() {
        if (!inHost) {
            int locks = slots.locks();
            repeat();
            slots.unlock(locks);
            inHost = true;
        }
    }

    private void repeat() {
        int locks = slots.locks();
        switch (repeat) {
            case COMPARE -> binary(CMP);
            case COMPARE_IMMEDIATE -> {
                if (y == 0 && slots.register(x) >= 0) {
                    asm.rr(TEST, slots.register(x), slots.register(x));
                } else {
                    slots.immediate(CMP, x, y);
                }
            }
            case DIFFERENCE, SUM, SUM_IMMEDIATE, RESULT, RESULT_IMMEDIATE -> inScratch();
            case VALUE -> {
                int reg = slots.register(x);
                if (reg >= 0) {
                    asm.rr(TEST, reg, reg);
                } else {
                    slots.immediate(CMP, x, 0);
                }
            }
            case TEST_BITS -> {
                int reg = slots.register(y);
                if (reg < 0) {
                    reg = slots.read(y);
                }
                if (slots.register(x) >= 0) {
                    asm.rr(TEST, slots.register(x), reg);
                } else {
                    asm.rm(TEST, reg, RBP, Frame.slot(x));
                }
            }
            case TEST_IMMEDIATE -> {
                if (slots.register(x) >= 0) {
                    asm.testi(slots.register(x), y);
                } else {
                    asm.testi(RBP, Frame.slot(x), y);
                }
            }
            default -> throw new IllegalStateException("flags are lost");
        }
        kind = FlagMark.isSum(repeat) ? CARRY : SUBTRACT;
        slots.unlock(locks);
    }

    /** A repetition whose operand or result is nowhere. */
    private void inScratch() {
        int reg = slots.scratch();
        slots.get(reg, x);
        switch (repeat) {
            case DIFFERENCE -> asm.rm(LEA, reg, reg, y);
            case RESULT -> slots.load(X64Assembler.SUB, reg, y);
            case RESULT_IMMEDIATE -> asm.rm(LEA, reg, reg, -y);
            default -> {}
        }
        switch (repeat) {
            case DIFFERENCE -> asm.ri(CMP, reg, y);
            case SUM, RESULT -> slots.load(ADD, reg, y);
            default -> asm.ri(ADD, reg, y);
        }
    }

    private void binary(int op) {
        if (slots.register(x) >= 0) {
            slots.load(op, slots.register(x), y);
        } else if (slots.register(y) >= 0) {
            asm.rm(op ^ STORE, slots.register(y), RBP, Frame.slot(x));
        } else {
            int reg = slots.read(x);
            slots.load(op, reg, y);
        }
    }

    /** Stores the flags that are not in the frame; those outside {@code need} may be lost. Uses RAX. */
    void save(int need) {
        if (isUnsaved(need) && repeat == FLOAT) {
            floating.saveFlags(x);
            saved = true;
        } else if (isUnsaved(need) && need == C) {
            toHost();
            asm.set(kind == CARRY ? AE : B, RBP, Frame.FLAGS + 1);
            valid = C;
            repeatMask &= C;
            saved = true;
        } else if (isUnsaved(need)) {
            int locks = slots.locks();
            slots.take(RAX);
            toHost();
            saveHost(need);
            slots.unlock(locks);
        }
    }

    private void saveHost(int need) {
        int how = hostStore(need);
        emitStore(asm, how);
        if (how == STORE_NZ) {
            inFrame();
            return;
        }
        if (how == STORE_NZC) {
            valid &= ~V;
            repeatMask &= ~V;
        }
        saved = true;
    }

    // What of the host's flags is stored in the frame.
    static final int STORE_NONE = 0;
    /** C stays as it is in the frame. */
    static final int STORE_NZ = 1;

    static final int STORE_NZC = 2;
    static final int STORE_ALL = 3;
    static final int STORES = 4;

    /** What of the host's flags must be stored. Makes their carry NOT C. */
    private int hostStore(int need) {
        if (kind == CARRY && (valid & C) != 0) {
            asm.op(CMC);
            kind = SUBTRACT;
        }
        if ((valid & need & V) != 0) {
            return STORE_ALL;
        }
        return (valid & C) != 0 || (need & C) == 0 ? STORE_NZC : STORE_NZ;
    }

    /** Stores flags of the host. Changes RAX, and with {@link #STORE_NZ} the host's flags. */
    static void emitStore(X64Assembler asm, int how) {
        if (how != STORE_NONE) {
            asm.op(LAHF);
        }
        switch (how) {
            case STORE_ALL -> {
                asm.set(O, RAX);
                asm.rm(MOV16 ^ STORE, RAX, RBP, Frame.FLAGS);
            }
            case STORE_NZC -> asm.rm(STORE_AH, AH, RBP, Frame.FLAGS + 1);
            case STORE_NZ -> {
                asm.rm(MOV8, RAX, RBP, Frame.FLAGS + 1);
                asm.ri(X64Assembler.AND, RAX, NZ_BITS << 8 | FLAG_NOT_C >> 8);
                asm.int8(OR_AH_AL);
                asm.int8(OR_AH_AL >> 8);
                asm.rm(STORE_AH, AH, RBP, Frame.FLAGS + 1);
            }
            default -> {}
        }
    }

    /**
     * As {@link #save}, for an exit that stores flags itself: puts them into the host's and says what it must store.
     */
    int saveAtExit(int need) {
        if (isUnsaved(need) && (need == C || repeat == FLOAT)) {
            save(need);
        }
        if (!isUnsaved(need)) {
            return STORE_NONE;
        }
        toHost();
        return hostStore(need);
    }

    /** N and Z in the upper byte of the frame's flags. */
    private static final int NZ_BITS = (FLAG_N | FLAG_Z) >> 8;

    private static final int STORE_AH = 0x88;
    private static final int AH = 4;
    private static final int OR_AH_AL = 0xc408;

    /** Host conditions of ARM's after a subtraction; C and NOT C differ after an addition. */
    private static final int[] HOST = {E, NE, AE, B, S, NS, O, NO, A, BE, GE, L, G, LE};

    /**
     * Emits what is needed to test a condition; the host condition that holds if it does. Flags outside {@code need}
     * may be lost.
     */
    int condition(int condition, int need) {
        int wanted = conditionFlags(condition);
        if ((wanted & ~valid) == 0 && repeat == FLOAT) {
            return floating.condition(x, condition);
        }
        if ((wanted & ~valid) == 0) {
            toHost();
            if (kind == CARRY && (wanted & C) != 0) {
                if (wanted == C) {
                    return condition == 2 ? B : AE;
                }
                asm.op(CMC);
                kind = SUBTRACT;
            }
            return HOST[condition];
        }
        save(need | wanted);
        inFrame();
        return fromFrame(condition);
    }

    private int fromFrame(int condition) {
        boolean inverted = (condition & 1) != 0;
        int high = Frame.FLAGS + 1;
        switch (condition >> 1) {
            case 0 -> asm.testi8(RBP, high, FLAG_Z >> 8);
            case 1 -> asm.testi8(RBP, high, FLAG_NOT_C >> 8);
            case 2 -> asm.testi8(RBP, high, FLAG_N >> 8);
            case 3 -> asm.testi8(RBP, Frame.FLAGS, FLAG_V);
            case 4 -> asm.testi8(RBP, high, (FLAG_NOT_C | FLAG_Z) >> 8);
            default -> {
                load();
                return HOST[condition];
            }
        }
        boolean ifZero = condition >> 1 == 1 || condition >> 1 == 4;
        return ifZero != inverted ? E : NE;
    }

    /** Loads all flags from the frame. AL is 0 or 1: adding 127 overflows if it is 1. Uses RAX. */
    private void load() {
        int locks = slots.locks();
        slots.take(RAX);
        slots.unlock(locks);
        asm.rm(MOVZX16, RAX, RBP, Frame.FLAGS);
        asm.int8(ADD_AL);
        asm.int8(0x7f);
        asm.op(SAHF);
        set(ALL, SUBTRACT);
        saved = true;
    }

    private static final int ADD_AL = 0x04;

    /** Emits what is needed so that CF is C, or NOT C; the host's flags are what the next instruction uses. */
    void carry(int wanted) {
        notFloat(C);
        if ((valid & C) != 0) {
            toHost();
            if (kind != wanted) {
                asm.op(CMC);
                kind = wanted;
            }
        } else {
            // A load wider than the store before it would wait for that to reach the cache: the byte alone is read.
            int reg = slots.tryScratch();
            if (reg >= 0) {
                asm.rm(MOVZX8, reg, RBP, Frame.FLAGS + 1);
                asm.shift(SHR, reg, 1);
                slots.giveBack(reg);
            } else {
                asm.bit(BTI16, RBP, Frame.FLAGS, 8);
            }
            if (wanted == CARRY) {
                asm.op(CMC);
            }
            lost();
        }
    }

    /** These flags were written in the frame. */
    void writtenInFrame(int mask) {
        lost();
        valid &= ~mask;
        repeatMask &= ~mask;
        if (valid == 0) {
            inFrame();
        }
    }

    /** Whether all flags are in the host's or can be put there, with CF = NOT C. */
    boolean isComplete() {
        return valid == ALL && repeat != FLOAT;
    }

    /** Makes the host's flags hold all, with CF = NOT C, and nothing else true of them. */
    void onlyInHost() {
        toHost();
        if (kind == CARRY) {
            asm.op(CMC);
        }
        set(ALL, SUBTRACT);
    }

    /** Whether an exit, where the host's flags are gone, has to repeat and save. */
    boolean needsRepeat(int need) {
        return !inHost && isUnsaved(need);
    }
}
