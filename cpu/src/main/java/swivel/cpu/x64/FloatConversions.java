package swivel.cpu.x64;

import static swivel.cpu.x64.X64Assembler.*;
import static swivel.cpu.x64.XmmCache.XMM0;

import swivel.arm.Fpscr;
import swivel.cpu.FpRegisters;
import swivel.cpu.fp.ScalarOperation;
import swivel.cpu.jit.BlockCode;
import swivel.cpu.jit.Frame;

/**
 * Emits conversions of VFP: between formats of floating point, and between those and integers or fixed-point numbers.
 * What cannot be converted, since it is a NaN or does not fit, is left to the interpreter before the host raises a flag
 * that ARM does not raise.
 */
final class FloatConversions {
    private final X64Assembler asm;
    private final Slots slots;
    private final Jumps jumps;
    private final XmmCache xmm;
    private final Floating floating;
    private final HostFeatures host;
    private BlockCode code;

    FloatConversions(X64Assembler asm, Slots slots, Jumps jumps, XmmCache xmm, Floating floating, HostFeatures host) {
        this.asm = asm;
        this.slots = slots;
        this.jumps = jumps;
        this.xmm = xmm;
        this.floating = floating;
        this.host = host;
    }

    void begin(BlockCode newCode) {
        code = newCode;
    }

    /** Emits operation {@code i}, a conversion, which was begun. */
    void emit(int i) {
        int d = code.d[i];
        int b = code.b[i];
        int p = code.imm[i] >>> 8;
        switch (ScalarOperation.of(code.imm[i])) {
            case F32_TO_F64 -> convert(PF3, PF2, d, b);
            case F64_TO_F32 -> convert(PF2, PF3, d, b);
            case F32_TO_F16 -> toHalf(p, d, b);
            case F16_TO_F32 -> fromHalf(p, d, b);
            case S32_TO_F64 -> fromInteger(PF2, MOV, 0, d, b);
            case U32_TO_F64 -> fromInteger(PF2, MOV, WIDE, d, b);
            case S32_TO_F32 -> fromInteger(PF3, MOV, 0, d, b);
            case U32_TO_F32 -> fromInteger(PF3, MOV, WIDE, d, b);
            case FIXED_TO_F32 -> fromFixed(PF3, p, d, d);
            case FIXED_TO_F64 -> fromFixed(PF2, p, d, 2 * d);
            case F32_TO_S32 -> toSigned(PF3, p, d, b);
            case F64_TO_S32 -> toSigned(PF2, p, d, b);
            case F32_TO_U32 -> toUnsigned(PF3, p, d, b);
            case F64_TO_U32 -> toUnsigned(PF2, p, d, b);
            case F32_TO_FIXED -> toFixed(PF3, p, d);
            case F64_TO_FIXED -> toFixed(PF2, p, d);
            default -> throw new IllegalStateException("no conversion: " + ScalarOperation.of(code.imm[i]));
        }
    }

    private void convert(int from, int to, int d, int b) {
        floating.requireMode();
        int x = floating.copy(from, b, -1);
        asm.rr(CVTF2F | from, x, x);
        if (to == PF2) {
            floating.checkNan(to, x);
        } else {
            floating.check(to, x);
        }
        floating.write(to, d, x);
    }

    private int integer(int load, int word) {
        xmm.store(word, 1);
        int reg = slots.scratch();
        asm.rm(load, reg, RBP, XmmCache.place(word));
        return reg;
    }

    /** Of 32 bits, signed, or of 64, so that those of 32 unsigned are. Into doubles it is exact. */
    private void fromInteger(int format, int load, int wide, int d, int word) {
        if (format == PF3) {
            floating.requireMode();
        }
        int x = fromInteger(format, wide, integer(load, word));
        floating.write(format, d, x);
    }

    private int fromInteger(int format, int wide, int reg) {
        int x = xmm.take();
        asm.rr(XORPS, x, x);
        asm.rr(CVTI2F | format | wide, x, reg);
        return x;
    }

    /** By doubles, which are exact; singles are rounded to nearest, whatever FPSCR says. */
    private void fromFixed(int format, int p, int d, int word) {
        boolean unsigned = (p & 1) != 0;
        boolean isWord = (p & 2) != 0;
        if (format == PF3 && isWord) {
            floating.requireMode();
            asm.testi8(RBP, Frame.FLOAT, Frame.FLOAT_NEAREST);
            asm.jcc(E, floating.exit());
        }
        int load = isWord ? MOV : unsigned ? MOVZX16 : MOVSX16;
        int x = fromInteger(PF2, unsigned && isWord ? WIDE : 0, integer(load, word));
        jumps.constant(MULF | PF2, x, Constants.SCALES + 8 * (p >>> 2));
        if (format == PF3) {
            asm.rr(CVTF2F | PF2, x, x);
        }
        floating.write(format, d, x);
    }

    private void toInteger(int reg, int d) {
        floating.beforeWrite(d, 1);
        xmm.forget(d, 1);
        asm.rm(MOV ^ STORE, reg, RBP, XmmCache.place(d));
    }

    /** What does not fit is the lowest integer to the host. */
    private void toSigned(int format, int p, int d, int b) {
        floating.requireMode();
        int reg = slots.scratch();
        asm.rr((p == 0 ? CVTTF2I : CVTF2I) | format, reg, floating.read(format, b));
        asm.ri(CMP, reg, Integer.MIN_VALUE);
        asm.jcc(E, floating.exit());
        toInteger(reg, d);
    }

    /** From what fits, of which an integer of 64 bits is made: what does not might raise inexact, too. */
    private void toUnsigned(int format, int p, int d, int b) {
        floating.requireMode();
        int x = floating.read(format, b);
        if (p == 0) {
            floating.constant(UCOMIF | Floating.compared(format), format, x, Constants.MINUS_ONE_F32);
            asm.jcc(BE, floating.exit());
        } else { // some that are less than zero fit if they are rounded up
            jumps.constant(UCOMIF | Floating.compared(format), x, Constants.ZERO);
            asm.jcc(B, floating.exit());
        }
        floating.constant(UCOMIF | Floating.compared(format), format, x, Constants.HIGHEST_U32);
        asm.jcc(A, floating.exit());
        int reg = slots.scratch();
        asm.rr((p == 0 ? CVTTF2I : CVTF2I) | format | WIDE, reg, x);
        toInteger(reg, d);
    }

    /** By doubles, which are exact. The limits are compared with before the number is made as large as an integer. */
    private void toFixed(int format, int p, int d) {
        boolean unsigned = (p & 1) != 0;
        int bits = (p & 2) != 0 ? 32 : 16;
        int fraction = p >>> 2;
        floating.requireMode();
        int x = floating.copy(format, d, -1);
        if (format == PF3) {
            asm.rr(CVTF2F | PF3, x, x);
        }
        double beyond = unsigned ? Math.scalb(1.0, bits) : Math.scalb(1.0, bits - 1);
        int reg = slots.scratch();
        compare(x, reg, Math.scalb(unsigned ? -1 : -beyond - 1, -fraction));
        asm.jcc(BE, floating.exit());
        compare(x, reg, Math.scalb(beyond, -fraction));
        asm.jcc(AE, floating.exit());
        if (fraction != 0) {
            load(XMM0, reg, Math.scalb(1.0, fraction));
            asm.rr(MULF | PF2, x, XMM0);
        }
        asm.rr(CVTTF2I | PF2 | WIDE, reg, x);
        if (format == PF3) {
            toInteger(reg, d);
        } else {
            floating.beforeWrite(2 * d, 2);
            xmm.forget(2 * d, 2);
            asm.rm((MOV ^ STORE) | WIDE, reg, RBP, XmmCache.place(2 * d));
        }
    }

    private void load(int x, int reg, double number) {
        asm.movi64(reg, Double.doubleToRawLongBits(number));
        asm.rr(MOVD_TO | WIDE, x, reg);
    }

    private void compare(int x, int reg, double number) {
        load(XMM0, reg, number);
        asm.rr(UCOMIF | P66, x, XMM0);
    }

    // Halves. The host has the same formats, but for the alternative one.

    private void requireHalves() {
        floating.requireMode();
        asm.testi(RBP, XmmCache.place(FpRegisters.FPSCR), Fpscr.AHP);
        asm.jcc(NE, floating.exit());
    }

    /** @param p the bit that the half begins at in its word */
    private void fromHalf(int p, int d, int b) {
        if (!host.f16c()) {
            floating.leave();
            return;
        }
        requireHalves();
        xmm.store(b, 1);
        int reg = slots.scratch();
        asm.rm(MOVZX16, reg, RBP, XmmCache.place(b) + p / 8);
        int x = xmm.take();
        asm.rr(MOVD_TO, x, reg);
        asm.vex(VCVTPH2PS, x, 0, x);
        floating.checkNan(PF3, x);
        floating.write(PF3, d, x);
    }

    /** The host converts four at once: the others are zeros. */
    private void toHalf(int p, int d, int b) {
        if (!host.f16c()) {
            floating.leave();
            return;
        }
        requireHalves();
        int y = floating.read(PF3, b);
        floating.checkNan(PF3, y);
        asm.rr(XORPS, XMM0, XMM0);
        asm.rr(MOVF | PF3, XMM0, y);
        asm.vex(VCVTPS2PH, XMM0, 0, XMM0);
        asm.int8(AS_MXCSR_SAYS);
        int half = slots.scratch();
        asm.rr(MOVD_FROM, XMM0, half);
        int word = slots.scratch();
        asm.rm(LEA, word, half, -LOWEST_HALF); // whether it is the lowest normal number, of either sign
        asm.testi(word, HALF_MAGNITUDE);
        asm.jcc(E, floating.exit());
        xmm.store(d, 1);
        asm.rm(MOV, word, RBP, XmmCache.place(d));
        asm.ri(AND, word, ~(HALF << p));
        if (p != 0) {
            asm.shift(SHL, half, p);
        }
        asm.rr(OR, word, half);
        slots.giveBack(half);
        toInteger(word, d);
    }

    private static final int HALF = 0xffff;
    private static final int HALF_MAGNITUDE = 0x7fff;
    private static final int LOWEST_HALF = 0x0400;

    /** To {@link X64Assembler#VCVTPS2PH}: how to round. */
    private static final int AS_MXCSR_SAYS = 4;
}
