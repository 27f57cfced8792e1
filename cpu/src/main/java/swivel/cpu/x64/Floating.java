package swivel.cpu.x64;

import static swivel.cpu.x64.X64Assembler.*;

import swivel.arm.Fpscr;
import swivel.cpu.FpRegisters;
import swivel.cpu.fp.ScalarOperation;
import swivel.cpu.fp.SoftFloat;
import swivel.cpu.ir.MicroOp;
import swivel.cpu.jit.BlockCode;
import swivel.cpu.jit.Frame;

/**
 * Emits arithmetic of VFP. The host computes where its result is ARM's and no flag is raised that is not set yet:
 * rounding to nearest, denormal numbers not flushed, inexact raised before, which soon it is, and a result that is
 * finite and not near the denormal numbers. All else goes to the interpreter, before anything is changed.
 */
final class Floating {
    private static final int XMM0 = 0;
    private static final int XMM1 = 1;

    /** What FPSCR must be, in these bits: {@link Fpscr#INEXACT}. */
    private static final int MODES = Fpscr.RMODE | Fpscr.FZ | Fpscr.INEXACT;

    private final X64Assembler asm;
    private final Slots slots;
    private BlockCode code;

    Floating(X64Assembler asm, Slots slots) {
        this.asm = asm;
        this.slots = slots;
    }

    void begin(BlockCode newCode) {
        code = newCode;
    }

    /**
     * Emits operation {@code i}; {@code exit} is a label out of line from where the interpreter executes the
     * instruction.
     */
    void emit(int i, int exit) {
        int d = code.d[i];
        int a = code.a[i];
        int b = code.b[i];
        if (code.op[i] != MicroOp.FP) {
            asm.jmp(exit); // vectors
            return;
        }
        ScalarOperation operation = ScalarOperation.of(code.imm[i]);
        switch (operation) {
            case ADD_F32 -> arithmetic(ADDF, PF3, d, a, b, exit);
            case SUB_F32 -> arithmetic(SUBF, PF3, d, a, b, exit);
            case MUL_F32 -> arithmetic(MULF, PF3, d, a, b, exit);
            case DIV_F32 -> arithmetic(DIVF, PF3, d, a, b, exit);
            case SQRT_F32 -> arithmetic(SQRTF, PF3, d, b, b, exit);
            case MLA_F32 -> multiplyAdd(ADDF, PF3, d, a, b, exit);
            case MLS_F32 -> multiplyAdd(SUBF, PF3, d, a, b, exit);
            case ADD_F64 -> arithmetic(ADDF, PF2, d, a, b, exit);
            case SUB_F64 -> arithmetic(SUBF, PF2, d, a, b, exit);
            case MUL_F64 -> arithmetic(MULF, PF2, d, a, b, exit);
            case DIV_F64 -> arithmetic(DIVF, PF2, d, a, b, exit);
            case SQRT_F64 -> arithmetic(SQRTF, PF2, d, b, b, exit);
            case MLA_F64 -> multiplyAdd(ADDF, PF2, d, a, b, exit);
            case MLS_F64 -> multiplyAdd(SUBF, PF2, d, a, b, exit);
            case CMP_F32, CMPE_F32 -> compare(0, PF3, d, b, exit);
            case CMP_F64, CMPE_F64 -> compare(P66, PF2, d, b, exit);
            case CMP_ZERO_F32, CMPE_ZERO_F32 -> compare(0, PF3, d, ZERO, exit);
            case CMP_ZERO_F64, CMPE_ZERO_F64 -> compare(P66, PF2, d, ZERO, exit);
            case F32_TO_F64 -> {
                require(Fpscr.FZ, 0, exit);
                load(PF3, XMM0, b);
                asm.rr(CVTF2F | PF3, XMM0, XMM0);
                asm.rr(UCOMIF | P66, XMM0, XMM0);
                asm.jcc(P, exit);
                store(PF2, XMM0, d);
            }
            case F64_TO_F32 -> {
                require(MODES, Fpscr.INEXACT, exit);
                load(PF2, XMM0, b);
                asm.rr(CVTF2F | PF2, XMM0, XMM0);
                check(PF3, exit);
                store(PF3, XMM0, d);
            }
            case S32_TO_F64 -> fromInteger(PF2, 0, d, b);
            case U32_TO_F64 -> fromInteger(PF2, WIDE, d, b);
            case S32_TO_F32 -> {
                require(MODES, Fpscr.INEXACT, exit);
                fromInteger(PF3, 0, d, b);
            }
            case U32_TO_F32 -> {
                require(MODES, Fpscr.INEXACT, exit);
                fromInteger(PF3, WIDE, d, b);
            }
            case F32_TO_S32 -> toInteger(PF3, code.imm[i], d, b, exit);
            case F64_TO_S32 -> toInteger(PF2, code.imm[i], d, b, exit);
            default -> asm.jmp(exit);
        }
    }

    /** In place of a register: +0. */
    private static final int ZERO = -1;

    private static int place(int format, int register) {
        return Frame.FP + (format == PF3 ? 4 : 8) * register;
    }

    /** @param format PF3 of singles, PF2 of doubles, as the host has it */
    private void load(int format, int xmm, int register) {
        asm.rm(MOVF | format, xmm, RBP, place(format, register));
    }

    private void store(int format, int xmm, int register) {
        asm.rm(MOVF_STORE | format, xmm, RBP, place(format, register));
    }

    /** Exits unless the bits of FPSCR in a mask are as they should be. */
    private void require(int mask, int value, int exit) {
        int fpscr = Frame.FP + 4 * FpRegisters.FPSCR;
        if (value == 0) {
            asm.testi(RBP, fpscr, mask);
        } else {
            int reg = slots.scratch();
            asm.rm(MOV, reg, RBP, fpscr);
            asm.ri(AND, reg, mask);
            asm.ri(CMP, reg, value);
            slots.giveBack(reg);
        }
        asm.jcc(NE, exit);
    }

    /**
     * Exits unless XMM0 has a finite normal number, and not one of the lowest, which a denormal number may have been
     * rounded to.
     */
    private void check(int format, int exit) {
        int reg = slots.scratch();
        boolean single = format == PF3;
        asm.rr(single ? MOVD_FROM : MOVD_FROM | WIDE, XMM0, reg);
        asm.shift(single ? SHR : SHR | WIDE, reg, single ? 23 : 52);
        asm.ri(AND, reg, single ? 0xff : 0x7ff);
        asm.ri(SUB, reg, 2);
        asm.ri(CMP, reg, single ? 0xfe - 2 : 0x7fe - 2);
        slots.giveBack(reg);
        asm.jcc(X64Assembler.A, exit);
    }

    private void arithmetic(int op, int format, int d, int a, int b, int exit) {
        require(MODES, Fpscr.INEXACT, exit);
        if (op != SQRTF) {
            load(format, XMM0, a);
        }
        asm.rm(op | format, XMM0, RBP, place(format, b));
        check(format, exit);
        store(format, XMM0, d);
    }

    private void multiplyAdd(int op, int format, int d, int a, int b, int exit) {
        require(MODES, Fpscr.INEXACT, exit);
        load(format, XMM0, a);
        asm.rm(MULF | format, XMM0, RBP, place(format, b));
        check(format, exit);
        load(format, XMM1, d);
        asm.rr(op | format, XMM1, XMM0);
        asm.rr(MOVF | format, XMM0, XMM1);
        check(format, exit);
        store(format, XMM0, d);
    }

    private void compare(int comparison, int format, int d, int b, int exit) {
        require(Fpscr.FZ, 0, exit);
        load(format, XMM0, d);
        if (b == ZERO) {
            asm.rr(XORPS, XMM1, XMM1);
            asm.rr(UCOMIF | comparison, XMM0, XMM1);
        } else {
            asm.rm(UCOMIF | comparison, XMM0, RBP, place(format, b));
        }
        asm.jcc(P, exit);
        int result = slots.scratch();
        int other = slots.scratch();
        asm.movi(result, SoftFloat.GREATER);
        asm.movi(other, SoftFloat.EQUAL);
        asm.rr(CMOV + E, result, other);
        asm.movi(other, SoftFloat.LESS);
        asm.rr(CMOV + B, result, other);
        asm.rm(MOV ^ STORE, result, RBP, Frame.FP + 4 * FpRegisters.NZCV);
    }

    /** Of 32 bits, signed, or of 64, so that those of 32 unsigned are. */
    private void fromInteger(int format, int wide, int d, int b) {
        int reg = slots.scratch();
        asm.rm(MOV, reg, RBP, place(PF3, b));
        asm.rr(CVTI2F | format | wide, XMM0, reg);
        store(format, XMM0, d);
    }

    /** Towards zero. What does not fit is the lowest integer to the host. */
    private void toInteger(int format, int imm, int d, int b, int exit) {
        if (imm >>> 8 != 0) {
            asm.jmp(exit);
            return;
        }
        require(Fpscr.FZ | Fpscr.INEXACT, Fpscr.INEXACT, exit);
        int reg = slots.scratch();
        asm.rm(CVTTF2I | format, reg, RBP, place(format, b));
        asm.ri(CMP, reg, Integer.MIN_VALUE);
        asm.jcc(E, exit);
        asm.rm(MOV ^ STORE, reg, RBP, place(PF3, d));
    }
}
