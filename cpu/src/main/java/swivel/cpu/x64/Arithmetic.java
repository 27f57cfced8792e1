package swivel.cpu.x64;

import static swivel.cpu.ir.MicroInfo.*;
import static swivel.cpu.ir.MicroOp.*;
import static swivel.cpu.x64.X64Assembler.*;

import swivel.cpu.FpRegisters;
import swivel.cpu.UserState;
import swivel.cpu.ir.MicroOp;
import swivel.cpu.jit.BlockCode;
import swivel.cpu.jit.FlagMark;
import swivel.cpu.jit.Frame;
import swivel.cpu.pages.MappedPages;
import swivel.memory.GuestMemory;

/** Emits the operations that only compute, those that set flags, and fences. */
final class Arithmetic {
    private final X64Assembler asm;
    private final Slots slots;
    private final Flags flags;
    private final HostFeatures host;
    private final boolean severalCores;

    private BlockCode code;

    Arithmetic(X64Assembler asm, Slots slots, Flags flags, HostFeatures host, boolean severalCores) {
        this.asm = asm;
        this.slots = slots;
        this.flags = flags;
        this.host = host;
        this.severalCores = severalCores;
    }

    void begin(BlockCode newCode) {
        code = newCode;
        computed = -1;
    }

    private static boolean isPinned(int slot) {
        return slot != NO_SLOT && Slots.pinned(slot) >= 0;
    }

    /** Whether an operation can be emitted so that the host's flags stay. */
    boolean canKeepFlags(int i) {
        int d = code.d[i];
        int a = code.a[i];
        return switch (code.op[i]) {
            case MicroOp.MOV, MOVI, NONE, CLREX, FENCE, MVN, REV, FILL -> true;
            case FGET, FSET -> code.imm[i] != FpRegisters.FPSCR;
            case MicroOp.ADD, ADDX -> isPinned(d) && isPinned(a) && isPinned(code.b[i]);
            case ADDI -> isPinned(d) && isPinned(a);
            case RORI -> host.bmi2();
            default -> false;
        };
    }

    /** Emits operation {@code i}; false if it is of another class. {@code keep}: the host's flags must stay. */
    boolean emit(int i, boolean keep) {
        int d = code.d[i];
        int a = code.a[i];
        int b = code.b[i];
        int imm = code.imm[i];
        switch (code.op[i]) {
            case NONE -> {}
            case CLREX -> asm.movi(RBP, Frame.slot(UserState.EXCLUSIVE_SIZE), 0);
            case FENCE -> fence(imm);
            case MicroOp.MOV -> move(d, a);
            case MOVI -> constant(d, imm);
            case MicroOp.ADD -> add(d, a, b, keep);
            case ADDI -> addImmediate(d, a, imm, keep);
            case ADDX -> addShifted(d, a, b, imm);
            case MicroOp.SUB -> binary(X64Assembler.SUB, d, a, b);
            case RSBI -> reverseSubtract(d, a, imm);
            case MicroOp.AND -> logical(i, X64Assembler.AND, d, a, b);
            case ANDI -> logicalImmediate(i, X64Assembler.AND, d, a, imm);
            case ORR -> logical(i, OR, d, a, b);
            case ORRI -> logicalImmediate(i, OR, d, a, imm);
            case EOR -> logical(i, XOR, d, a, b);
            case EORI -> logicalImmediate(i, XOR, d, a, imm);
            case BIC -> clear(d, a, b);
            case MVN -> not(d, a);
            case MicroOp.ADC -> {
                flags.carry(Flags.CARRY);
                binary(X64Assembler.ADC, d, a, b);
                flags.lost();
            }
            case SBC -> {
                flags.carry(Flags.SUBTRACT);
                binary(SBB, d, a, b);
                flags.lost();
            }
            case ADDS -> addFlags(d, a, b);
            case ADDSI -> addImmediateFlags(d, a, imm);
            case SUBS -> subtractFlags(d, a, b);
            case SUBSI -> subtractImmediateFlags(d, a, imm);
            case ADCS -> {
                flags.carry(Flags.CARRY);
                binary(X64Assembler.ADC, d, a, b);
                flags.set(ALL, Flags.CARRY);
                valueRepeats(d);
            }
            case SBCS -> {
                flags.carry(Flags.SUBTRACT);
                binary(SBB, d, a, b);
                flags.set(ALL, Flags.SUBTRACT);
                valueRepeats(d);
            }
            case NZ -> {
                if (computed == i && computedAt == asm.size()) {
                    testComputed(a);
                } else {
                    test(a);
                }
            }
            case TST -> testBits(a, b);
            case TSTI -> testImmediate(a, imm);
            case NZ64 -> test64(a, b);
            case FGET -> getFloating(d, imm);
            case FSET -> slots.storeAt(Frame.FP + 4 * imm, a);
            case MAPPED -> mapped(d, a);
            case LSLI -> shiftImmediate(SHL, d, a, imm);
            case LSRI -> shiftImmediate(SHR, d, a, imm);
            case ASRI -> shiftImmediate(SAR, d, a, imm);
            case RORI -> rotate(d, a, imm);
            default -> {
                return false;
            }
        }
        return true;
    }

    /**
     * The host lets a load pass an older store to another address and reorders nothing else (Intel SDM vol. 3, 9.2.2),
     * which the core itself does not see. An exchange with memory keeps them apart, in less time than MFENCE, and
     * leaves the flags.
     */
    private void fence(int orders) {
        if (severalCores && orders == ACCESSES) {
            asm.rm(XCHG, slots.scratch(), RBP, Frame.FENCE);
        }
    }

    void move(int d, int a) {
        int reg = slots.register(d);
        if (reg >= 0) {
            slots.get(reg, a);
        } else if (UserState.isTemporary(d)) {
            slots.lock(a);
            int target = slots.scratch();
            slots.get(target, a);
            slots.put(d, target);
        } else {
            slots.put(d, slots.read(a));
        }
    }

    private void constant(int d, int imm) {
        if (UserState.isTemporary(d) && slots.register(d) < 0) {
            int target = slots.scratch();
            asm.movi(target, imm);
            slots.put(d, target);
        } else {
            slots.putImmediate(d, imm);
        }
    }

    private static boolean commutes(int op) {
        return op != X64Assembler.SUB && op != SBB;
    }

    /** d = a op b, by two-operand instructions whose flags are those of the operation. Only moves come before it. */
    private void binary(int op, int d, int a, int b) {
        slots.lock(a);
        slots.lock(b);
        if (d == a && d != NO_SLOT) {
            if (slots.register(d) >= 0) {
                slots.load(op, slots.register(d), b);
            } else {
                slots.store(op, d, slots.read(b));
            }
            return;
        }
        if (d == b && commutes(op)) {
            if (slots.register(d) >= 0) {
                slots.load(op, slots.register(d), a);
            } else {
                slots.store(op, d, slots.read(a));
            }
            return;
        }
        // d is not b, or b is still needed: compute elsewhere.
        boolean direct = d != NO_SLOT && d != b && (slots.register(d) >= 0 || UserState.isTemporary(d));
        int reg = direct ? slots.write(d) : slots.scratch();
        slots.get(reg, a);
        slots.load(op, reg, b);
        if (d != NO_SLOT) {
            slots.put(d, reg);
        }
    }

    /** d = a op imm. */
    private void binaryImmediate(int op, int d, int a, int imm) {
        slots.lock(a);
        if (d == a && d != NO_SLOT) {
            slots.immediate(op, d, imm);
            return;
        }
        int reg = d == NO_SLOT ? slots.scratch() : slots.write(d);
        slots.get(reg, a);
        asm.ri(op, reg, imm);
        if (d != NO_SLOT) {
            slots.put(d, reg);
        }
    }

    private void add(int d, int a, int b, boolean keep) {
        int ra = slots.register(a);
        int rb = slots.register(b);
        if (ra >= 0 && rb >= 0 && (keep || d != a && d != b)) {
            slots.lock(a);
            slots.lock(b);
            int reg = slots.write(d);
            asm.rx(LEA, reg, ra, rb, 0, 0);
            slots.put(d, reg);
        } else {
            binary(X64Assembler.ADD, d, a, b);
        }
    }

    private void addImmediate(int d, int a, int imm, boolean keep) {
        int ra = slots.register(a);
        if (imm == 0) {
            move(d, a);
        } else if (ra >= 0 && (keep || d != a)) {
            slots.lock(a);
            int reg = slots.write(d);
            asm.rm(LEA, reg, ra, imm);
            slots.put(d, reg);
        } else {
            binaryImmediate(X64Assembler.ADD, d, a, imm);
        }
    }

    /** Keeps the host's flags if all are in registers. */
    private void addShifted(int d, int a, int b, int shift) {
        int ra = slots.read(a);
        int rb = slots.read(b);
        int reg = slots.register(d);
        if (reg < 0 && !UserState.isTemporary(d)) {
            reg = slots.tryScratch();
        }
        if (reg < 0) {
            reg = slots.write(d);
        }
        asm.rx(LEA, reg, ra, rb, shift, 0);
        slots.put(d, reg);
    }

    private void reverseSubtract(int d, int a, int imm) {
        if (imm == 0 && d == a) {
            slots.unary(NEG, d);
            return;
        }
        slots.lock(a);
        int reg = d != a && (slots.register(d) >= 0 || UserState.isTemporary(d)) ? slots.write(d) : slots.scratch();
        if (imm == 0) {
            slots.get(reg, a);
            asm.r(NEG, reg);
        } else {
            asm.movi(reg, imm);
            slots.load(X64Assembler.SUB, reg, a);
        }
        slots.put(d, reg);
    }

    private void logical(int i, int op, int d, int a, int b) {
        if (op == X64Assembler.AND && a == b) {
            move(d, a);
        } else {
            binary(op, d, a, b);
            setsHost(i);
        }
    }

    private void logicalImmediate(int i, int op, int d, int a, int imm) {
        if (op == X64Assembler.AND && (imm == 0xff || imm == 0xffff)) {
            zeroExtend(imm == 0xff ? MOVZX8 : MOVZX16, d, a);
            return;
        }
        binaryImmediate(op, d, a, imm);
        setsHost(i);
    }

    /** The host's flags now hold N and Z of what was computed, if the next operation wants them. */
    private void setsHost(int i) {
        int next = next(i);
        if (next < code.size && code.op[next] == NZ && code.a[next] == code.d[i] && sameInstruction(i, next)) {
            computed = next;
            computedAt = asm.size();
        }
    }

    /** The operation NZ whose flags the operation before it left in the host's. */
    private int computed = -1;

    private int computedAt;

    private int next(int i) {
        int next = i + 1;
        while (next < code.size && code.op[next] == NONE) {
            next++;
        }
        return next;
    }

    private boolean sameInstruction(int i, int j) {
        return code.instruction[i] == code.instruction[j];
    }

    private void zeroExtend(int op, int d, int a) {
        slots.lock(a);
        int reg = slots.write(d);
        slots.load(op, reg, a);
        slots.put(d, reg);
    }

    private void getFloating(int d, int word) {
        int reg = slots.write(d);
        asm.rm(X64Assembler.MOV, reg, RBP, Frame.FP + 4 * word);
        slots.put(d, reg);
    }

    private void mapped(int d, int a) {
        slots.lock(a);
        int page = slots.scratch();
        int table = slots.scratch();
        slots.get(page, a);
        asm.shift(SHR, page, GuestMemory.PAGE_SHIFT);
        asm.rm(X64Assembler.MOV | WIDE, table, RBP, Frame.MAPPED_PAGES);
        asm.rx(MOVZX8, page, table, page, 0, 0);
        if (severalCores) {
            asm.rm(X64Assembler.OR, page, table, MappedPages.FILLING);
        }
        slots.put(d, page);
    }

    private void clear(int d, int a, int b) {
        slots.lock(a);
        slots.lock(b);
        int reg = slots.scratch();
        slots.get(reg, b);
        asm.r(NOT, reg);
        if (d == a) {
            slots.store(X64Assembler.AND, d, reg);
        } else {
            slots.load(X64Assembler.AND, reg, a);
            slots.put(d, reg);
        }
    }

    private void not(int d, int a) {
        if (d == a) {
            slots.unary(NOT, d);
            return;
        }
        slots.lock(a);
        int reg = slots.write(d);
        slots.get(reg, a);
        asm.r(NOT, reg);
        slots.put(d, reg);
    }

    private void shiftImmediate(int op, int d, int a, int amount) {
        if (d == a && amount != 0) {
            if (slots.register(d) >= 0) {
                asm.shift(op, slots.register(d), amount);
            } else {
                asm.shift(op, RBP, Frame.slot(d), amount);
            }
            return;
        }
        slots.lock(a);
        int reg = slots.write(d);
        int ra = slots.register(a);
        if (op == SHL && amount == 1 && ra >= 0) {
            asm.rx(LEA, reg, ra, ra, 0, 0);
        } else {
            slots.get(reg, a);
            if (amount != 0) {
                asm.shift(op, reg, amount);
            }
        }
        slots.put(d, reg);
    }

    private void rotate(int d, int a, int amount) {
        slots.lock(a);
        int reg = slots.write(d);
        if (amount == 0) {
            slots.get(reg, a);
        } else if (!host.bmi2()) {
            slots.get(reg, a);
            asm.shift(X64Assembler.ROR, reg, amount);
        } else if (slots.register(a) >= 0) {
            asm.rorx(reg, slots.register(a), amount);
        } else {
            asm.rorx(reg, RBP, Frame.slot(a), amount);
        }
        slots.put(d, reg);
    }

    // Flag setters.

    private void addFlags(int d, int a, int b) {
        binary(X64Assembler.ADD, d, a, b);
        flags.set(ALL, Flags.CARRY);
        if (d != a && d != b) {
            flags.repeatable(FlagMark.SUM, ALL, a, b);
        } else if (a != b) {
            flags.repeatable(FlagMark.RESULT, ALL, d, d == a ? b : a);
        } else {
            valueRepeats(d);
        }
    }

    private void addImmediateFlags(int d, int a, int imm) {
        binaryImmediate(X64Assembler.ADD, d, a, imm);
        flags.set(ALL, Flags.CARRY);
        flags.repeatable(d == a ? FlagMark.RESULT_IMMEDIATE : FlagMark.SUM_IMMEDIATE, ALL, a, imm);
    }

    /** N and Z of a result can be had again from it. */
    private void valueRepeats(int d) {
        if (d != NO_SLOT) {
            flags.repeatable(Flags.VALUE, NZ_FLAGS, d, 0);
        }
    }

    private void subtractFlags(int d, int a, int b) {
        if (d == NO_SLOT) {
            if (flags.setLater(ALL, FlagMark.COMPARE, a, b)) {
                return;
            }
            compare(a, b);
            flags.set(ALL, Flags.SUBTRACT);
            return;
        }
        binary(X64Assembler.SUB, d, a, b);
        flags.set(ALL, Flags.SUBTRACT);
        if (d != a && d != b) {
            flags.repeatable(FlagMark.COMPARE, ALL, a, b);
        } else {
            valueRepeats(d);
        }
    }

    private void compare(int a, int b) {
        slots.lock(a);
        slots.lock(b);
        slots.load(CMP, slots.read(a), b);
    }

    private void subtractImmediateFlags(int d, int a, int imm) {
        if (d == NO_SLOT) {
            if (flags.setLater(ALL, FlagMark.COMPARE_IMMEDIATE, a, imm)) {
                return;
            }
            slots.immediate(CMP, a, imm);
            flags.set(ALL, Flags.SUBTRACT);
            return;
        }
        binaryImmediate(X64Assembler.SUB, d, a, imm);
        flags.set(ALL, Flags.SUBTRACT);
        if (d != a) {
            flags.repeatable(FlagMark.COMPARE_IMMEDIATE, ALL, a, imm);
        } else {
            flags.repeatable(FlagMark.DIFFERENCE, ALL, d, imm);
        }
    }

    private void test(int a) {
        if (flags.setLater(NZ_FLAGS, Flags.VALUE, a, 0)) {
            return;
        }
        if (slots.register(a) >= 0) {
            asm.rr(TEST, slots.register(a), slots.register(a));
        } else {
            slots.immediate(CMP, a, 0);
        }
        flags.set(NZ_FLAGS, Flags.SUBTRACT);
    }

    /** NZ of what was just computed: the host's flags have it. */
    private void testComputed(int a) {
        flags.set(NZ_FLAGS, Flags.SUBTRACT);
        flags.repeatable(Flags.VALUE, NZ_FLAGS, a, 0);
    }

    private void testBits(int a, int b) {
        if (flags.setLater(NZ_FLAGS, Flags.TEST_BITS, a, b)) {
            return;
        }
        slots.lock(a);
        slots.lock(b);
        slots.load(TEST, slots.read(a), b);
        flags.set(NZ_FLAGS, Flags.SUBTRACT);
    }

    private void testImmediate(int a, int imm) {
        if (flags.setLater(NZ_FLAGS, Flags.TEST_IMMEDIATE, a, imm)) {
            return;
        }
        asm.testi(slots.read(a), imm);
        flags.set(NZ_FLAGS, Flags.SUBTRACT);
    }

    private void test64(int low, int high) {
        slots.lock(low);
        slots.lock(high);
        // Z and N of high OR (low is not zero).
        int reg = slots.scratch();
        slots.get(reg, low);
        asm.r(NEG, reg);
        asm.rr(SBB, reg, reg);
        asm.ri(X64Assembler.AND, reg, 1);
        slots.load(OR, reg, high);
        flags.set(NZ_FLAGS, Flags.SUBTRACT);
    }
}
