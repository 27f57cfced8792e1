package swivel.cpu.x64;

import static swivel.cpu.x64.X64Assembler.*;
import static swivel.cpu.x64.XmmCache.XMM0;
import static swivel.cpu.x64.XmmCache.XMM1;

import swivel.cpu.fp.LaneOperation;

/**
 * Emits operations on vectors of singles, which round to nearest and take denormal numbers for zeros whatever FPSCR
 * says (ARM DDI 0406C, A2.7.7). The host computes with denormal numbers, so it must meet none: operands are looked at
 * once each, and results behind each operation, before it changes anything. The interpreter has what is left: NaNs,
 * what is near the denormal numbers, and zeros that may have been smaller numbers.
 *
 * <p>What the host raises for such a result may be too much, which does not matter once FPSCR has inexact. Until then
 * each operation starts with no flags in MXCSR, so that they can be dropped ({@link Stubs#vectorEnter}).
 */
final class SimdFloat extends VectorCode {
    private static final int PMINUD = 0x3b | ESCAPE_38 | P66;
    private static final int MAXPS = 0x0f5f;
    private static final int MINPS = 0x0f5d;
    private static final int CMPPS = 0x0fc2;
    private static final int CVTDQ2PS = 0x0f5b;
    private static final int CVTTPS2DQ = 0x0f5b | PF3;

    /** The highest single below 2<sup>31</sup>. */
    private static final int BELOW_SIGNED = Float.floatToRawIntBits(0x1p31f) - 1;

    /** From FMA3 of vectors to that of scalars. */
    private static final int SCALAR = 1;

    // Predicates of CMPPS. The second and third find quiet NaNs invalid, as ARM does.
    private static final int EQ = 0;
    private static final int LT = 1;
    private static final int LE = 2;
    private static final int UNORDERED = 3;

    private final Slots slots;
    private final HostFeatures host;

    private int words;

    SimdFloat(X64Assembler asm, Slots slots, Jumps jumps, XmmCache xmm, Floating floating, HostFeatures host) {
        super(asm, jumps, xmm, floating);
        this.slots = slots;
        this.host = host;
    }

    /**
     * Computes an operation; its result's XMM register, which nothing else is in, or -1 if it is none of these.
     *
     * @param newWords words of the destination
     */
    int compute(LaneOperation operation, int newWords, Simd operands) {
        words = newWords;
        return switch (operation) {
            case F_ADD -> sum(ADDF, operands);
            case F_SUB -> sum(SUBF, operands);
            case F_DIFFERENCE -> {
                int result = sum(SUBF, operands);
                jumps.constant(ANDPS, result, Constants.MAGNITUDE_F32);
                yield result;
            }
            case F_MUL -> product(clean(operands.first()), clean(operands.second()));
            case F_MLA -> multiplyAdd(ADDF, operands);
            case F_MLS -> multiplyAdd(SUBF, operands);
            case F_FMA -> fused(VFMADD231, operands);
            case F_FMS -> fused(VFNMADD231, operands);
            case F_MAX -> extreme(MAXPS, PAND, operands);
            case F_MIN -> extreme(MINPS, POR, operands);
            case F_EQUAL -> compare(EQ, clean(operands.first()), clean(operands.second()));
            case F_GREATER -> compare(LT, clean(operands.second()), clean(operands.first()));
            case F_GREATER_EQUAL -> compare(LE, clean(operands.second()), clean(operands.first()));
            case F_LESS -> compare(LT, clean(operands.first()), clean(operands.second()));
            case F_LESS_EQUAL -> compare(LE, clean(operands.first()), clean(operands.second()));
            case F_MAGNITUDE_GREATER -> compare(LT, magnitude(operands.second()), magnitude(operands.first()));
            case F_MAGNITUDE_GREATER_EQUAL -> compare(LE, magnitude(operands.second()), magnitude(operands.first()));
            case F_RECIPROCAL_STEP -> step(Constants.TWO_F32, operands);
            case F_RECIPROCAL_ROOT_STEP -> {
                int result = step(Constants.THREE_F32, operands);
                jumps.constant(MULF, result, Constants.HALF_F32); // exact: there are no small differences from three
                yield result;
            }
            case FIXED_TO_F -> fromFixed(operands);
            case F_TO_FIXED -> toFixed(operands);
            case F_NEGATE -> bits(XORPS, Constants.SIGN_F32, operands);
            case F_ABSOLUTE -> bits(ANDPS, Constants.MAGNITUDE_F32, operands);
            default -> -1;
        };
    }

    // Denormal numbers.

    /**
     * Exits if an element of an operand is denormal. What is returned, to be read only, has zeros above a doubleword:
     * what is computed there raises nothing.
     */
    private int clean(int x) {
        if (!xmm.isClean(x, words)) {
            asm.rr(MOVAPS, XMM0, x);
            jumps.constant(PAND, XMM0, Constants.INFINITY_F32);
            jumps.constant(EQUAL[2], XMM0, Constants.ZERO);
            jumps.constant(PTEST, XMM0, counting(words));
            floating.later(Floating.ZEROS, NE, x, counting(words));
            xmm.claimClean(x, words);
        }
        if (words == 4) {
            return x;
        }
        int alone = xmm.take();
        asm.rr(MOVQ, alone, x);
        return alone;
    }

    private int magnitude(int x) {
        int result = xmm.copy(clean(x));
        jumps.constant(ANDPS, result, Constants.MAGNITUDE_F32);
        return result;
    }

    /**
     * Exits unless all elements of a result are normal, but for the lowest, infinite, or zeros that are exact: those of
     * a sum, or where {@code zero} or {@code orZero} has a zero.
     */
    private void check(int x, int zero, int orZero) {
        withoutSign(XMM0, x);
        jumps.constant(SUB[2], XMM0, Constants.ABOVE_LOWEST);
        jumps.constant(PMAXUD, XMM0, Constants.UP_TO_INFINITY);
        jumps.constant(EQUAL[2], XMM0, Constants.UP_TO_INFINITY);
        jumps.constant(PTEST, XMM0, counting(words));
        floating.later(Floating.RESULTS, AE, x, counting(words), zero, orZero);
        xmm.setClean(x, words);
    }

    private void withoutSign(int to, int x) {
        asm.rr(MOVAPS, to, x);
        shift(SHIFT_LEFT, 2, to, 1);
    }

    // Out of line; operands are those that Floating.later was given.

    /** Then it is {@code NE}. */
    void exitIfDenormal(int[] operands) {
        asm.rr(PAND, XMM0, operands[0]);
        shift(SHIFT_LEFT, 2, XMM0, 1);
        jumps.constant(PTEST, XMM0, operands[1]);
    }

    /** Then it is {@code AE}. */
    void exitUnlessExact(int[] operands) {
        int x = operands[0];
        int zero = operands[2];
        if (zero < 0) {
            withoutSign(XMM1, x);
            jumps.constant(EQUAL[2], XMM1, Constants.ZERO);
            asm.rr(POR, XMM0, XMM1);
        } else {
            withoutSign(XMM0, zero);
            withoutSign(XMM1, operands[3]);
            asm.rr(PMINUD, XMM0, XMM1);
            withoutSign(XMM1, x);
            asm.rr(POR, XMM0, XMM1);
            jumps.constant(EQUAL[2], XMM0, Constants.ZERO);
            jumps.constant(SUB[2], XMM1, Constants.ABOVE_LOWEST);
            jumps.constant(PMAXUD, XMM1, Constants.UP_TO_INFINITY);
            jumps.constant(EQUAL[2], XMM1, Constants.UP_TO_INFINITY);
            asm.rr(POR, XMM0, XMM1);
        }
        jumps.constant(PTEST, XMM0, operands[1]);
    }

    // Operations.

    private int sum(int op, Simd operands) {
        int x = clean(operands.first());
        int y = clean(operands.second());
        floating.requireVectors();
        int result = xmm.combine(op, x, y);
        check(result, -1, -1);
        return result;
    }

    private int product(int x, int y) {
        floating.requireVectors();
        int result = xmm.combine(MULF, x, y);
        check(result, x, y);
        return result;
    }

    private int multiplyAdd(int op, Simd operands) {
        int x = clean(operands.first());
        int y = clean(operands.second());
        int old = clean(operands.old());
        int product = product(x, y);
        int result = xmm.combine(op, old, product);
        check(result, -1, -1);
        return result;
    }

    /** What is left of a number without a product. */
    private int step(int number, Simd operands) {
        int x = clean(operands.first());
        int y = clean(operands.second());
        // Zero times infinity is valid here, so the host must not see it: infinities and NaNs are left
        asm.rr(MOVAPS, XMM0, x);
        jumps.constant(PAND, XMM0, Constants.INFINITY_F32);
        asm.rr(MOVAPS, XMM1, y);
        jumps.constant(PAND, XMM1, Constants.INFINITY_F32);
        asm.rr(PMAXUD, XMM0, XMM1);
        jumps.constant(EQUAL[2], XMM0, Constants.INFINITY_F32);
        jumps.constant(PTEST, XMM0, counting(words));
        asm.jcc(NE, floating.exit());
        int product = product(x, y);
        int result = xmm.take();
        jumps.constant(MOVAPS, result, number);
        asm.rr(SUBF, result, product);
        check(result, -1, -1);
        return result;
    }

    private int fused(int op, Simd operands) {
        if (!host.fma()) {
            return -1;
        }
        int x = clean(operands.first());
        int y = clean(operands.second());
        int old = clean(operands.old());
        floating.requireVectors();
        int result = xmm.copy(old);
        asm.vex(op - SCALAR, result, x, y);
        check(result, x, y);
        return result;
    }

    /**
     * NaNs are found first, by what finds only signalling ones invalid. Zeros of both signs are equal to the host,
     * which then takes the second.
     */
    private int extreme(int op, int ofEqual, Simd operands) {
        int x = clean(operands.first());
        int y = clean(operands.second());
        asm.rr(MOVAPS, XMM0, x);
        mask(XMM0, y, UNORDERED);
        jumps.constant(PTEST, XMM0, counting(words));
        asm.jcc(NE, floating.exit());
        int result = xmm.combine(op, x, y);
        asm.rr(MOVAPS, XMM0, y);
        asm.rr(op, XMM0, x);
        asm.rr(ofEqual, result, XMM0);
        return result;
    }

    private void mask(int x, int y, int predicate) {
        asm.rr(CMPPS, x, y);
        asm.int8(predicate);
    }

    private int compare(int predicate, int x, int y) {
        floating.requireVectors();
        int result = xmm.combine(CMPPS, x, y);
        asm.int8(predicate);
        return result;
    }

    /** Without those above a doubleword. */
    private int alone(int x) {
        int alone = xmm.take();
        asm.rr(words == 4 ? MOVAPS : MOVQ, alone, x);
        return alone;
    }

    /** Of unsigned ones, the halves: both are exact, and their sum is rounded once. So is what it is scaled to. */
    private int fromFixed(Simd operands) {
        int x = operands.first();
        floating.requireVectors();
        int result = alone(x);
        if (operands.isUnsigned()) {
            asm.rr(MOVAPS, XMM0, result);
            shift(SHIFT_LEFT, 2, XMM0, 16);
            shift(SHIFT_RIGHT, 2, XMM0, 16);
            asm.rr(CVTDQ2PS, XMM0, XMM0);
            shift(SHIFT_RIGHT, 2, result, 16);
            asm.rr(CVTDQ2PS, result, result);
            jumps.constant(MULF, result, Constants.HALFWORD_F32);
            asm.rr(ADDF, result, XMM0);
        } else {
            asm.rr(CVTDQ2PS, result, result);
        }
        scale(result, -operands.fraction());
        return result;
    }

    /** Multiplies by a power of two; the product is exact. Changes XMM0. */
    private void scale(int x, int exponent) {
        if (exponent != 0) {
            words(XMM0, Float.floatToRawIntBits(Math.scalb(1f, exponent)));
            asm.rr(MULF, x, XMM0);
        }
    }

    private void words(int x, int value) {
        int reg = slots.scratch();
        asm.movi(reg, value);
        asm.rr(MOVD_TO, x, reg);
        slots.giveBack(reg);
        shuffle(PSHUFD, x, x, 0);
    }

    /** The interpreter has what is beyond 31 bits, and negative numbers that become unsigned. */
    private int toFixed(Simd operands) {
        int x = clean(operands.first());
        asm.rr(MOVAPS, XMM0, x);
        if (!operands.isToUnsigned()) {
            jumps.constant(ANDPS, XMM0, Constants.MAGNITUDE_F32);
        }
        words(XMM1, BELOW_SIGNED - (operands.fraction() << 23));
        asm.rr(PMAXUD, XMM0, XMM1);
        asm.rr(EQUAL[2], XMM0, XMM1);
        jumps.constant(PTEST, XMM0, counting(words));
        asm.jcc(AE, floating.exit());
        floating.requireVectors();
        int result = xmm.copy(x);
        scale(result, operands.fraction());
        asm.rr(CVTTPS2DQ, result, result);
        return result;
    }

    private int bits(int op, int constant, Simd operands) {
        int result = xmm.copy(operands.first());
        jumps.constant(op, result, constant);
        return result;
    }
}
