package swivel.cpu.x64;

import static swivel.cpu.ir.MicroInfo.*;
import static swivel.cpu.ir.MicroOp.*;
import static swivel.cpu.x64.X64Assembler.*;
import static swivel.cpu.x64.X64Assembler.MOV;

import swivel.arm.Mode;
import swivel.arm.Psr;
import swivel.cpu.UserState;
import swivel.cpu.ir.MicroOp;
import swivel.cpu.jit.BlockCode;
import swivel.cpu.jit.Frame;

/** Emits multiplications, divisions and accesses to the status register. */
final class Products {
    private final X64Assembler asm;
    private final Slots slots;
    private final Flags flags;

    private BlockCode code;
    private boolean bigEndian;

    Products(X64Assembler asm, Slots slots, Flags flags) {
        this.asm = asm;
        this.slots = slots;
        this.flags = flags;
    }

    void begin(BlockCode newCode, boolean newBigEndian) {
        code = newCode;
        bigEndian = newBigEndian;
    }

    /** Emits operation {@code i}; false if it is of another class. */
    boolean emit(int i) {
        int d = code.d[i];
        int a = code.a[i];
        int b = code.b[i];
        int imm = code.imm[i];
        switch (code.op[i]) {
            case MicroOp.MUL -> multiply(d, a, b);
            case UMULL -> multiplyLong(X64Assembler.MUL, d, imm, a, b, false);
            case SMULL -> multiplyLong(IMUL1, d, imm, a, b, false);
            case UMLAL -> multiplyLong(X64Assembler.MUL, d, imm, a, b, true);
            case SMLAL -> multiplyLong(IMUL1, d, imm, a, b, true);
            case UMAAL -> multiplyAddBoth(d, imm, a, b);
            case MULW -> multiplyWord(d, a, b);
            case ADDQ -> addOverflowing(d, a, b);
            case UDIV -> divide(d, a, b);
            case SDIV -> divideSigned(d, a, b);
            case GETPSR -> status(d);
            case SETPSR -> setStatus(a, imm);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void multiply(int d, int a, int b) {
        slots.lock(a);
        slots.lock(b);
        if (d == b && slots.register(d) >= 0) {
            slots.load(IMUL, slots.register(d), a);
            return;
        }
        int reg = d == b ? slots.scratch() : slots.write(d);
        slots.get(reg, a);
        slots.load(IMUL, reg, b);
        slots.put(d, reg);
    }

    private void multiplyLong(int op, int low, int high, int a, int b, boolean accumulate) {
        slots.lock(a);
        slots.lock(b);
        slots.take(RAX);
        slots.take(RDX);
        slots.get(RAX, a);
        slots.unary(op, b);
        if (accumulate) {
            slots.load(X64Assembler.ADD, RAX, low);
            slots.load(X64Assembler.ADC, RDX, high);
        }
        slots.put(low, RAX);
        slots.put(high, RDX);
    }

    /** In 64 bits, where nothing overflows. */
    private void multiplyAddBoth(int low, int high, int a, int b) {
        slots.lock(a);
        slots.lock(b);
        int sum = slots.scratch();
        int other = slots.scratch();
        slots.get(sum, a);
        slots.get(other, b);
        asm.rr(IMUL | WIDE, sum, other);
        slots.load(MOV, other, low);
        asm.rr(X64Assembler.ADD | WIDE, sum, other);
        slots.load(MOV, other, high);
        asm.rr(X64Assembler.ADD | WIDE, sum, other);
        asm.rr(MOV, other, sum);
        asm.shift(SHR | WIDE, sum, 32);
        slots.put(low, other);
        slots.put(high, sum);
    }

    private void multiplyWord(int d, int a, int b) {
        slots.lock(a);
        slots.lock(b);
        int product = slots.scratch();
        int other = slots.scratch();
        slots.load(MOVSXD, product, a);
        slots.load(MOVSXD, other, b);
        asm.rr(IMUL | WIDE, product, other);
        asm.shift(SAR | WIDE, product, 16);
        asm.rr(MOV, product, product);
        slots.put(d, product);
    }

    private void addOverflowing(int d, int a, int b) {
        slots.lock(a);
        slots.lock(b);
        int sum = slots.scratch();
        int done = asm.label();
        slots.get(sum, a);
        slots.load(X64Assembler.ADD, sum, b);
        asm.jccShort(NO, done);
        asm.movi(RBP, Frame.slot(UserState.Q), 1);
        asm.bind(done);
        slots.put(d, sum);
    }

    /** By zero is zero, which is then in RCX. */
    private void divide(int d, int a, int b) {
        int done = operands(MOV, a, b);
        asm.rr(XOR, RDX, RDX);
        asm.rr(TEST, RCX, RCX);
        asm.rr(CMOV + E, RAX, RCX);
        asm.jccShort(E, done);
        asm.r(DIV, RCX);
        asm.bind(done);
        slots.put(d, RAX);
    }

    /** In 64 bits, where nothing overflows. */
    private void divideSigned(int d, int a, int b) {
        int done = operands(MOVSXD, a, b);
        asm.rr(TEST, RCX, RCX);
        asm.rr(CMOV + E | WIDE, RAX, RCX);
        asm.jccShort(E, done);
        asm.int8(REX_W);
        asm.op(CDQ);
        asm.r(IDIV | WIDE, RCX);
        asm.bind(done);
        asm.rr(MOV, RAX, RAX);
        slots.put(d, RAX);
    }

    private static final int REX_W = 0x48;

    private int operands(int move, int a, int b) {
        slots.take(RAX);
        slots.take(RCX);
        slots.take(RDX);
        slots.load(move, RAX, a);
        slots.load(move, RCX, b);
        return asm.label();
    }

    private static final int FLAGS = Flags.FLAG_N | Flags.FLAG_Z | Flags.FLAG_NOT_C | Flags.FLAG_V;

    /**
     * A product puts a copy of the flags at each distance that one of them has from its place in CPSR: 16 of N and Z,
     * which are in bits 15 and 14, 21 of C in bit 8, 28 of V in bit 0. Other copies are below these places, and no two
     * copies have a bit in common.
     */
    private static final int TO_CPSR = 1 << 16 | 1 << Psr.C_SHIFT - 8 | 1 << Psr.V_SHIFT;

    /** The same way back for flags that are in bits 3 to 0. */
    private static final int FROM_CPSR = 1 << 12 | 1 << 7 | 1;

    private void status(int d) {
        flags.save(ALL);
        flags.inFrame();
        slots.take(RAX);
        slots.take(RCX);
        asm.rm(MOVZX16, RCX, RBP, Frame.FLAGS);
        asm.ri(XOR, RCX, Flags.FLAG_NOT_C);
        asm.ri(X64Assembler.AND, RCX, FLAGS);
        asm.imul(RCX, RCX, TO_CPSR);
        asm.ri(X64Assembler.AND, RCX, Psr.NZCV);
        asm.ri(OR, RCX, Mode.USR_ENCODING | (bigEndian ? Psr.E : 0));
        asm.rm(MOV, RAX, RBP, Frame.slot(UserState.Q));
        part(1, Psr.Q_SHIFT);
        asm.rm(MOV, RAX, RBP, Frame.slot(UserState.GE));
        part(15, Psr.GE_SHIFT);
        slots.put(d, RCX);
    }

    private void part(int mask, int shift) {
        asm.ri(X64Assembler.AND, RAX, mask);
        asm.shift(SHL, RAX, shift);
        asm.rr(OR, RCX, RAX);
    }

    private void setStatus(int a, int mask) {
        slots.lock(a);
        slots.take(RAX);
        slots.take(RCX);
        if ((mask & Psr.NZCV) != 0) {
            slots.get(RCX, a);
            asm.ri(XOR, RCX, Psr.C);
            asm.shift(SHR, RCX, Psr.V_SHIFT);
            asm.imul(RAX, RCX, FROM_CPSR);
            asm.ri(X64Assembler.AND, RAX, FLAGS);
            asm.rm(MOV16 ^ STORE, RAX, RBP, Frame.FLAGS);
            if ((mask & Psr.Q) != 0) {
                slots.get(RCX, a);
                asm.shift(SHR, RCX, Psr.Q_SHIFT);
                asm.ri(X64Assembler.AND, RCX, 1);
                asm.rm(MOV ^ STORE, RCX, RBP, Frame.slot(UserState.Q));
            }
            flags.inFrame();
        }
        if ((mask & Psr.GE) != 0) {
            slots.get(RCX, a);
            asm.shift(SHR, RCX, Psr.GE_SHIFT);
            asm.ri(X64Assembler.AND, RCX, 15);
            asm.rm(MOV ^ STORE, RCX, RBP, Frame.slot(UserState.GE));
        }
    }
}
