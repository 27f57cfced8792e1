package swivel.cpu.x64;

import static swivel.cpu.ir.MicroInfo.LDEX8;
import static swivel.cpu.ir.MicroInfo.NO_SLOT;
import static swivel.cpu.ir.MicroInfo.STEX8;
import static swivel.cpu.ir.MicroOp.*;
import static swivel.cpu.x64.X64Assembler.*;
import static swivel.cpu.x64.X64Assembler.ADD;
import static swivel.cpu.x64.X64Assembler.MOV;

import java.util.Arrays;
import swivel.cpu.UserState;
import swivel.cpu.jit.BlockCode;
import swivel.cpu.jit.EmittedSpace;
import swivel.cpu.jit.Exit;
import swivel.cpu.jit.Frame;
import swivel.cpu.jit.Ram;
import swivel.cpu.pages.EntryFormat;
import swivel.cpu.pages.PageMaps;
import swivel.memory.GuestMemory;

/**
 * Emits loads and stores. The page map's entry XORed with the address is the offset in RAM if the access may go ahead;
 * else it goes out of line: in-page unaligned accesses back at once, the rest to the interpreter.
 */
final class Accesses {
    private final X64Assembler asm;
    private final Slots slots;
    private final Flags flags;
    private final Jumps jumps;
    private final XmmCache xmm;

    private BlockCode code;

    // Exits out of line.
    private int[] label = new int[64];
    private int[] operation = new int[64];
    /** The last operation of what the interpreter executes instead. */
    private int[] last = new int[64];

    private int[] resume = new int[64];
    /**
     * Label to go back to after an unaligned access turned out to be harmless, or -1; its address register and a free
     * one.
     */
    private int[] back = new int[64];

    private int[] addressRegister = new int[64];
    private int[] freeRegister = new int[64];
    private int[][] state = new int[64][];
    private int[] need = new int[64];
    /** What XMM registers hold where the exit comes back, and when that is ({@link XmmCache}); or null. */
    private int[][] held = new int[64][];

    private int[] time = new int[64];
    /** {@link XmmCache#unstored} where the exit leaves. */
    private int[][] unstored = new int[64][];

    private int exits;
    private int firstOpen;

    /** Displacement of guest RAM. */
    private final int ram;

    /** Log2 of the bytes of the page map's entries. */
    private final int entryShift;

    /** {@link X64Assembler#WIDE} where they are longs, or 0. */
    private final int entryWidth;

    /** Others see what is one access as one. */
    private final boolean severalCores;

    Accesses(X64Assembler asm, Slots slots, Flags flags, Jumps jumps, XmmCache xmm, Ram ram, boolean severalCores) {
        this.severalCores = severalCores;
        this.ram = ram.displacement();
        this.entryShift = ram.format().shift;
        this.entryWidth = ram.format() == EntryFormat.WIDE ? WIDE : 0;
        this.xmm = xmm;
        this.asm = asm;
        this.slots = slots;
        this.flags = flags;
        this.jumps = jumps;
    }

    void begin(BlockCode newCode) {
        code = newCode;
        exits = 0;
        firstOpen = 0;
    }

    private int exit(int i, int backTo, int address, int free) {
        if (exits == label.length) {
            int length = 2 * exits;
            label = Arrays.copyOf(label, length);
            operation = Arrays.copyOf(operation, length);
            last = Arrays.copyOf(last, length);
            resume = Arrays.copyOf(resume, length);
            back = Arrays.copyOf(back, length);
            addressRegister = Arrays.copyOf(addressRegister, length);
            freeRegister = Arrays.copyOf(freeRegister, length);
            state = Arrays.copyOf(state, length);
            need = Arrays.copyOf(need, length);
            held = Arrays.copyOf(held, length);
            time = Arrays.copyOf(time, length);
            unstored = Arrays.copyOf(unstored, length);
        }
        label[exits] = asm.label();
        operation[exits] = i;
        back[exits] = backTo;
        addressRegister[exits] = address;
        freeRegister[exits] = free;
        unstored[exits] = xmm.unstored();
        need[exits] = code.flagsBefore[i];
        state[exits] = flags.needsRepeat(need[exits]) ? flags.remember() : null;
        return label[exits++];
    }

    /**
     * A label out of line from where the interpreter executes the instruction of operation {@code i}, which is no
     * access.
     */
    int exit(int i) {
        return exit(i, -1, RAX, RAX);
    }

    /** Whether the instruction that is being emitted has exits. */
    boolean hasOpenExits() {
        return firstOpen < exits;
    }

    /**
     * The exits of the instruction that was emitted come back here, or nowhere if it has left the block: nothing of it
     * is behind. Nor do they where what is behind relies on what they may have found wrong. Operation {@code i} is the
     * last of the instruction, or of several that were emitted as one transfer.
     */
    void endInstruction(int i, boolean left) {
        boolean claims = xmm.endClaims();
        boolean stays = left || claims;
        int[] registers = stays ? null : xmm.remember();
        for (; firstOpen < exits; firstOpen++) {
            last[firstOpen] = i;
            resume[firstOpen] = stays ? Exit.NO_RESUME : asm.size();
            held[firstOpen] = registers;
            time[firstOpen] = xmm.time();
        }
    }

    private static boolean isUnprivileged(int op) {
        return op >= LD32T && op <= ST8T;
    }

    /** The operation that does the same with the space's own rights. */
    private static int plain(int op) {
        return isUnprivileged(op) ? op - UNPRIVILEGED : op;
    }

    private static int size(int op) {
        return switch (plain(op)) {
            case LD32, LD32A, ST32, ST32A -> 4;
            case LD16U, LD16S, ST16 -> 2;
            default -> 1;
        };
    }

    private static boolean isStore(int op) {
        return plain(op) >= ST32 && plain(op) <= ST8;
    }

    /** Where the table for an operation is: in the space's record or in the frame. */
    private static int map(int op) {
        if (isUnprivileged(op)) {
            return isStore(op) ? EmittedSpace.USER_WRITE_MAP : EmittedSpace.USER_READ_MAP;
        }
        return isStore(op) || op == STEX || op == STEX8 || op == FST64 || op == FST64A
                ? Frame.WRITE_MAP
                : Frame.READ_MAP;
    }

    private static boolean isOfDoubleword(int op) {
        return op >= FLD64 && op <= FST64A;
    }

    /**
     * The number of operations from {@code i} on that are one transfer of consecutive aligned words, or of doublewords,
     * from one base. Those of doublewords may be of several instructions, as compilers load and store quadwords.
     */
    int group(int i, int end) {
        int op = code.op[i];
        boolean doublewords = isOfDoubleword(op);
        if (op != LD32A && op != ST32A && !doublewords || code.a[i] == NO_SLOT) {
            return 1;
        }
        int size = doublewords ? DOUBLEWORD : 4;
        int n = 1;
        long written = code.written(i);
        while (i + n < end
                && code.op[i + n] == op
                && (code.instruction[i + n] == code.instruction[i] || doublewords && isInstruction(i + n))
                && code.a[i + n] == code.a[i]
                && code.imm[i + n] == code.imm[i] + size * n
                && (written & BlockCode.bit(code.a[i])) == 0) {
            written |= code.written(i + n);
            n++;
        }
        return n;
    }

    /** Whether an operation is all of an instruction. */
    private boolean isInstruction(int i) {
        return code.endsInstruction(i - 1) && code.endsInstruction(i);
    }

    /** Emits {@code n} operations that are one transfer ({@link #group}). */
    void emit(int i, int n) {
        int op = code.op[i];
        if (op == LDEX || op == LDEX8) {
            loadExclusive(i);
            return;
        }
        if (op == STEX || op == STEX8) {
            storeExclusive(i);
            return;
        }
        if (op == ALIGN) {
            align(i);
            return;
        }
        if (op == TIME) {
            time(i);
            return;
        }
        if (isOfDoubleword(op)) {
            doublewords(i, n);
            return;
        }
        if (severalCores && isSwap(i)) {
            asm.jmp(exit(i));
        }
        boolean store = isStore(op);
        int size = size(op);
        if (severalCores && n == 2 && store) {
            slots.spillAll(); // all scratch registers are wanted
        }
        int address = address(i, n);
        int index = slots.scratch();
        boolean mayBeUnaligned = size > 1 && op != LD32A && op != ST32A;
        int access = asm.label();
        int exit = exit(i, mayBeUnaligned ? access : -1, address, index);
        translate(op, address, index);
        if (size == 1) {
            asm.jcc(S, exit);
        } else {
            asm.testi(address, PageMaps.MISS | size - 1);
            asm.jcc(NE, exit);
        }
        if (n > 1) {
            unlessCrossing(address, index, 4 * (n - 1), exit);
        }
        if (mayBeUnaligned) {
            asm.bind(access);
        }
        if (severalCores && n == 2) {
            pair(i, store, address, index);
            return;
        }
        for (int k = 0; k < n; k++) {
            int displacement = ram + 4 * k;
            if (store) {
                store(op, code.d[i + k], address, index, displacement);
            } else {
                load(op, code.d[i + k], address, index, displacement, k < n - 1);
            }
        }
    }

    /**
     * Whether a load is that of SWP or SWPB, whose store follows: for other cores both happen at once (ARM DDI 0406C,
     * A8.8.229), which the interpreter sees to.
     */
    private boolean isSwap(int i) {
        return (code.op[i] == LD32A || code.op[i] == LD8U)
                && !code.endsInstruction(i)
                && isStore(code.op[i + 1])
                && code.a[i + 1] == code.a[i]
                && code.imm[i + 1] == code.imm[i];
    }

    /** Two words at once, as LDRD and STRD access what is aligned to both (ARM DDI 0406C, A3.5.3). */
    private void pair(int i, boolean store, int address, int index) {
        if (store) {
            slots.get(index, code.d[i + 1]);
            asm.shift(SHL | WIDE, index, 32);
            int low = slots.scratch();
            slots.get(low, code.d[i]);
            asm.rr(OR | WIDE, index, low);
            asm.rx((MOV ^ STORE) | WIDE, index, RBP, address, 0, ram);
        } else {
            asm.rx(MOV | WIDE, index, RBP, address, 0, ram);
            asm.rr(MOV | WIDE, address, index);
            asm.shift(SHR | WIDE, address, 32);
            asm.rr(MOV, index, index);
            slots.put(code.d[i], index);
            slots.put(code.d[i + 1], address);
        }
    }

    /** Exits if the byte so far behind an address is in another page. */
    private void unlessCrossing(int address, int free, int distance, int exit) {
        asm.rm(LEA, free, address, distance);
        asm.rr(XOR, free, address);
        asm.testi(free, GuestMemory.PAGE_SIZE);
        asm.jcc(NE, exit);
    }

    /** The access behind it looks at its own address, if that is the same. */
    private void align(int i) {
        if (isAlignedBefore(i + 1)) {
            return;
        }
        int address = slots.read(code.a[i]);
        asm.testi(address, code.imm[i]);
        asm.jcc(NE, exit(i));
    }

    /** The host's library may change whatever a callee may. */
    private void time(int i) {
        slots.spillAll();
        asm.mi(CMP | WIDE, RBP, Frame.CLOCK, 0);
        asm.jcc(E, exit(i));
        xmm.store();
        xmm.forgetRegisters();
        slots.take(RAX);
        slots.take(RDX);
        jumps.callClock();
        slots.put(code.d[i], RAX);
        slots.put(code.imm[i], RDX);
    }

    /** Whether an operation accesses doublewords at an address that the operation before it wants aligned. */
    private boolean isAlignedBefore(int i) {
        return i > 0
                && i < code.size
                && isOfDoubleword(code.op[i])
                && code.op[i - 1] == ALIGN
                && code.instruction[i] == code.instruction[i - 1]
                && code.a[i] == code.a[i - 1]
                && code.imm[i] == 0;
    }

    private static final int DOUBLEWORD = 8;

    /**
     * Whether a doubleword must be aligned to a word; all others may be anywhere, SCTLR.A being clear in emitted code.
     */
    private static boolean isOfWords(int op) {
        return op == FLD64A || op == FST64A;
    }

    /** One that is aligned is within a page. */
    private void doublewords(int i, int n) {
        int op = code.op[i];
        boolean store = op == FST64 || op == FST64A;
        int address = address(i, n);
        int index = slots.scratch();
        int access = asm.label();
        boolean aligned = isAlignedBefore(i);
        int exit = exit(i, n == 1 && !aligned ? access : -1, address, index);
        translate(op, address, index);
        int mask = aligned ? code.imm[i - 1] : n == 1 ? DOUBLEWORD - 1 : isOfWords(op) ? 3 : 0;
        if (mask == 0) {
            asm.jcc(S, exit);
        } else {
            asm.testi(address, PageMaps.MISS | mask);
            asm.jcc(NE, exit);
        }
        if (n == 1 && !aligned) {
            asm.bind(access);
        } else if (mask < DOUBLEWORD * n - 1) {
            unlessCrossing(address, index, DOUBLEWORD * n - 1, exit);
        }
        for (int k = 0; k < n; k++) {
            int d = code.d[i + k];
            int displacement = ram + DOUBLEWORD * k;
            int wide = PF2;
            int words = 2;
            if (k + 1 < n && (d & 1) == 0 && code.d[i + k + 1] == d + 1) { // a quadword
                wide = 0;
                words = 4;
                k++;
            }
            xmm.beginOperation(i + k);
            if (store) {
                asm.rx(MOVF_STORE | wide, xmm.read(2 * d, words), RBP, address, 0, displacement);
            } else {
                int x = xmm.take();
                asm.rx(MOVF | wide, x, RBP, address, 0, displacement);
                xmm.write(x, 2 * d, words);
            }
        }
    }

    /**
     * Turns an address into an offset in RAM with bit 31 set on a miss, and the host's flags to match: the sign is that
     * bit, or its like in a long. Uses {@code index}.
     */
    private void translate(int op, int address, int index) {
        asm.rr(MOV, index, address);
        asm.shift(SHR, index, GuestMemory.PAGE_SHIFT);
        int map = isUnprivileged(op) ? slots.scratch() : slots.tryScratch();
        if (map >= 0) {
            if (isUnprivileged(op)) {
                asm.rm(MOV | WIDE, map, RBP, Frame.SPACE);
                asm.rm(MOV | WIDE, map, map, map(op));
            } else {
                asm.rm(MOV | WIDE, map, RBP, map(op));
            }
            asm.rx(XOR | entryWidth, address, map, index, entryShift, 0);
            slots.giveBack(map);
        } else {
            asm.shift(SHL, index, entryShift);
            asm.rm(ADD | WIDE, index, RBP, map(op));
            asm.rm(XOR | entryWidth, address, index, 0);
        }
    }

    private static int loadOf(int size) {
        return size >= 4 ? MOV : size == 2 ? MOVZX16 : MOVZX8;
    }

    private void exclusive(int slot, int value) {
        asm.movi(RBP, Frame.slot(slot), value);
    }

    /** {@code DataAccess.loadExclusive}. */
    private void loadExclusive(int i) {
        int size = code.imm[i] & 0xff;
        slots.lock(code.a[i]);
        int address = slots.scratch();
        slots.get(address, code.a[i]);
        int value = slots.scratch();
        int exit = exit(i, -1, address, value);
        translate(LDEX, address, value);
        asm.testi(address, PageMaps.MISS | size - 1);
        asm.jcc(NE, exit);
        slots.get(value, code.a[i]);
        asm.rm(MOV ^ STORE, value, RBP, Frame.slot(UserState.EXCLUSIVE_ADDRESS));
        if (size == 8) { // at once, and to both slots
            asm.rx(MOV | WIDE, value, RBP, address, 0, ram);
            asm.rm((MOV ^ STORE) | WIDE, value, RBP, Frame.slot(UserState.EXCLUSIVE_LOW));
            asm.rr(MOV | WIDE, address, value);
            asm.shift(SHR | WIDE, address, 32);
            asm.rr(MOV, value, value);
            slots.put(code.b[i], address);
        } else {
            asm.rx(loadOf(size), value, RBP, address, 0, ram);
            asm.rm(MOV ^ STORE, value, RBP, Frame.slot(UserState.EXCLUSIVE_LOW));
            exclusive(UserState.EXCLUSIVE_HIGH, 0);
        }
        exclusive(UserState.EXCLUSIVE_SIZE, size);
        slots.put(code.d[i], value);
    }

    /** Leaves the register free for another value. */
    private void putInFrameIfTemporary(int slot, int reg) {
        if (UserState.isTemporary(slot)) {
            slots.putInFrame(slot, reg);
        } else {
            slots.put(slot, reg);
        }
    }

    /** {@code DataAccess.storeExclusive}. */
    private void storeExclusive(int i) {
        int size = code.imm[i] & 0xff;
        slots.spillAll();
        slots.take(RAX); // what CMPXCHG compares with
        int address = slots.scratch();
        slots.get(address, code.a[i]);
        int exit = exit(i, -1, address, RAX);
        int failed = asm.label();
        int done = asm.label();
        if (size > 1) {
            asm.testi(address, size - 1);
            asm.jcc(NE, exit);
        }
        asm.mi(CMP, RBP, Frame.slot(UserState.EXCLUSIVE_SIZE), size);
        asm.jcc(NE, failed);
        asm.rm(CMP, address, RBP, Frame.slot(UserState.EXCLUSIVE_ADDRESS));
        asm.jcc(NE, failed);
        translate(STEX, address, RAX);
        asm.rr(TEST, address, address);
        asm.jcc(S, exit);
        int value = size == 8 ? both(code.b[i], code.imm[i] >>> 8) : slots.read(code.b[i]);
        asm.rm(size == 8 ? MOV | WIDE : MOV, RAX, RBP, Frame.slot(UserState.EXCLUSIVE_LOW));
        asm.op(LOCK);
        asm.rx(exchangeOf(size), value, RBP, address, 0, ram);
        asm.jcc(NE, failed);
        slots.putImmediate(code.d[i], 0);
        asm.jmpShort(done);
        asm.bind(failed);
        slots.putImmediate(code.d[i], 1);
        asm.bind(done);
        exclusive(UserState.EXCLUSIVE_SIZE, 0);
    }

    /** A scratch register with two slots in it. Changes RAX. */
    private int both(int low, int high) {
        int reg = slots.scratch();
        slots.get(reg, high);
        asm.shift(SHL | WIDE, reg, 32);
        slots.get(RAX, low);
        asm.rr(OR | WIDE, reg, RAX);
        return reg;
    }

    private static int exchangeOf(int size) {
        return switch (size) {
            case 1 -> CMPXCHG8;
            case 2 -> CMPXCHG16;
            case 4 -> CMPXCHG;
            default -> CMPXCHG | WIDE;
        };
    }

    /** The address of the first access in a scratch register that is the operation's to destroy. */
    private int address(int i, int n) {
        int base = code.a[i];
        int imm = code.imm[i];
        if (base == NO_SLOT) {
            int reg = slots.scratch();
            asm.movi(reg, imm);
            return reg;
        }
        int from = slots.register(base);
        boolean dies = UserState.isTemporary(base) && (code.slotsBefore[i + n] >>> base & 1) == 0;
        if (dies && from >= 0) {
            slots.lock(base);
            if (imm != 0) {
                asm.rm(LEA, from, from, imm);
            } else if (entryWidth != 0) {
                asm.rr(MOV, from, from); // the upper half may be anything
            }
            slots.disown(base);
            return from;
        }
        slots.lock(base);
        int reg = slots.scratch();
        if (from >= 0) {
            from = slots.register(base);
        }
        if (from >= 0 && imm != 0) {
            asm.rm(LEA, reg, from, imm);
        } else {
            slots.get(reg, base);
            if (imm != 0) {
                asm.rm(LEA, reg, reg, imm);
            }
        }
        return reg;
    }

    /** {@code othersFollow}: {@code free} is wanted for another access of the same transfer. */
    private void load(int op, int d, int address, int free, int displacement, boolean othersFollow) {
        int reg = d == NO_SLOT ? -1 : UserState.isTemporary(d) ? slots.tryScratch() : Slots.pinned(d);
        if (reg < 0) {
            reg = free;
        }
        int x64 = switch (plain(op)) {
            case LD32, LD32A -> MOV;
            case LD16U -> MOVZX16;
            case LD16S -> MOVSX16;
            case LD8U -> MOVZX8;
            default -> MOVSX8;
        };
        asm.rx(x64, reg, RBP, address, 0, displacement);
        if (d != NO_SLOT && reg == free && othersFollow) {
            putInFrameIfTemporary(d, reg);
        } else if (d != NO_SLOT) {
            slots.put(d, reg);
        }
    }

    private void store(int op, int d, int address, int free, int displacement) {
        int reg = slots.register(d);
        if (reg < 0) {
            reg = free;
            slots.get(reg, d);
        }
        int x64 = switch (plain(op)) {
            case ST32, ST32A -> MOV;
            case ST16 -> MOV16;
            default -> MOV8;
        };
        asm.rx(x64 ^ STORE, reg, RBP, address, 0, displacement);
    }

    /** Emits what was put out of line. */
    void end() {
        for (int k = 0; k < exits; k++) {
            int i = operation[k];
            int size = isOfDoubleword(code.op[i]) ? DOUBLEWORD : size(code.op[i]);
            int address = addressRegister[k];
            int free = freeRegister[k];
            asm.bind(label[k]);
            xmm.storeOutOfLine(unstored[k]);
            int slow;
            boolean ofWords = isOfWords(code.op[i]) && back[k] >= 0;
            if (state[k] != null || ofWords) {
                int over = asm.label();
                if (ofWords) {
                    asm.testi(address, 3);
                    asm.jccShort(NE, over);
                }
                if (back[k] >= 0) {
                    jumps.unlessUnaligned(address, free, size, asm.offset(back[k]));
                }
                asm.bind(over);
                int store = Flags.STORE_NONE;
                if (state[k] != null) {
                    flags.restore(state[k]);
                    store = flags.saveAtExit(need[k]);
                    slots.endOperation(0);
                }
                slow = jumps.slow(i, store);
            } else if (back[k] >= 0) {
                slow = jumps.slowUnlessUnaligned(i, address, free, size, asm.offset(back[k]));
            } else {
                slow = jumps.slow(i);
            }
            for (int j = i + 1; j <= last[k]; j++) {
                if (code.startsInstruction(j)) { // one of the same transfer
                    jumps.resume(slow, asm.size());
                    slow = jumps.slow(j);
                }
            }
            if (held[k] == null || !xmm.isUsed(held[k], time[k])) {
                jumps.resume(slow, resume[k]);
            } else {
                reload(k, slow);
            }
        }
    }

    private void reload(int k, int slow) {
        boolean floats = xmm.usesMode(held[k], time[k]);
        jumps.resume(slow, floats ? asm.size() | Exit.IF_FLOATING : asm.size());
        xmm.reload(held[k], time[k]);
        asm.jmp32(resume[k] - (asm.size() + Stubs.JUMP_BYTES));
    }
}
