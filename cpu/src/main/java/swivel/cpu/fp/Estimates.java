package swivel.cpu.fp;

import swivel.arm.Fpscr;

/**
 * The estimates and steps of reciprocals and reciprocal square roots (ARM DDI 0406C, A2.7.8 FPRecipEstimate to
 * FPRSqrtStep, A8.8.382 to A8.8.397). All are for Advanced SIMD: the context has the standard modes.
 */
public final class Estimates {
    private static final Format F = Format.SINGLE;
    private static final int TWO = 0x4000_0000;
    private static final int THREE = 0x4040_0000;
    private static final int ONE_AND_A_HALF = 0x3fc0_0000;

    private Estimates() {}

    /** FPRecipEstimate. */
    public static int reciprocalEstimate(int operand, FpContext c) {
        long a = SoftFloat.input(F, operand & 0xffff_ffffL, c);
        boolean negative = F.isNegative(a);
        if (F.isNan(a)) {
            return (int) SoftFloat.nan(F, a, c);
        }
        if (F.isInfinite(a)) {
            return (int) F.signed(negative, 0);
        }
        if (F.isZero(a)) {
            c.flags |= Fpscr.DIVIDE_BY_ZERO;
            return (int) F.signed(negative, F.infinity);
        }
        int exponent = 253 - ((int) a >>> 23 & 0xff);
        if (exponent <= 0) { // 2^126 and more
            c.flags |= Fpscr.UNDERFLOW;
            return (int) F.signed(negative, 0);
        }
        int estimate = EstimateTables.reciprocal(256 | (int) a >>> 15 & 0xff);
        return (int) F.signed(negative, exponent << 23 | (estimate & 0xff) << 15);
    }

    /** FPRSqrtEstimate. */
    public static int reciprocalRootEstimate(int operand, FpContext c) {
        long a = SoftFloat.input(F, operand & 0xffff_ffffL, c);
        if (F.isNan(a)) {
            return (int) SoftFloat.nan(F, a, c);
        }
        if (F.isZero(a)) {
            c.flags |= Fpscr.DIVIDE_BY_ZERO;
            return (int) F.signed(F.isNegative(a), F.infinity);
        }
        if (F.isNegative(a)) {
            return (int) SoftFloat.invalid(F, c);
        }
        if (F.isInfinite(a)) {
            return 0;
        }
        int biased = (int) a >>> 23;
        int fraction = 256 | (int) a >>> 15 & 0xff;
        int estimate = EstimateTables.reciprocalRoot((biased & 1) == 0 ? fraction : fraction >> 1);
        return (380 - biased >> 1) << 23 | (estimate & 0xff) << 15;
    }

    /** UnsignedRecipEstimate: of a number with 32 fraction bits. */
    public static int unsignedReciprocal(int operand) {
        return operand >= 0 ? -1 : EstimateTables.reciprocal(operand >>> 23) << 23;
    }

    /** UnsignedRSqrtEstimate: of a number with 32 fraction bits. */
    public static int unsignedReciprocalRoot(int operand) {
        return operand >>> 30 == 0 ? -1 : EstimateTables.reciprocalRoot(operand >>> 23) << 23;
    }

    /** FPRecipStep: 2 - a * b, rounded twice. */
    public static int reciprocalStep(int a, int b, FpContext c) {
        return isZeroTimesInfinity(a, b, c) ? TWO : fromProduct(TWO, a, b, c);
    }

    /** FPRSqrtStep: (3 - a * b) / 2, rounded twice. */
    public static int reciprocalRootStep(int a, int b, FpContext c) {
        if (isZeroTimesInfinity(a, b, c)) {
            return ONE_AND_A_HALF;
        }
        return Float32.divide(fromProduct(THREE, a, b, c), TWO, c);
    }

    /** Any NaN becomes the default NaN, as the standard modes have it, so the product need not be looked at. */
    private static int fromProduct(int minuend, int a, int b, FpContext c) {
        return Float32.subtract(minuend, Float32.multiply(a, b, c), c);
    }

    private static boolean isZeroTimesInfinity(int first, int second, FpContext c) {
        long a = SoftFloat.input(F, first & 0xffff_ffffL, c);
        long b = SoftFloat.input(F, second & 0xffff_ffffL, c);
        return F.isZero(a) && F.isInfinite(b) || F.isInfinite(a) && F.isZero(b);
    }
}
