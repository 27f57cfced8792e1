package swivel.cpu.fp;

/**
 * Double precision: computed by the host where operands and result are such that it comes to the same, flags too, and
 * by {@link SoftFloat} otherwise. The host rounds to nearest, so the context must; a denormal operand may be a zero; a
 * result that is tiny or not finite may raise flags. Inexact is found by computing the error, unless it has been raised
 * before: the error of a sum (Knuth) and that of a product, quotient or root, by a fused multiply-add, are exact where
 * they are not tiny.
 */
public final class Float64 {
    private static final Format F = Format.DOUBLE;
    static final long WIDE_SIGN = Long.MIN_VALUE;
    /** Results from here on have errors that are not tiny. */
    private static final double SAFE_MIN = 0x1p-900;

    private Float64() {}

    /** FPAdd. */
    public static long add(long a, long b, FpContext c) {
        if (c.roundsToNearest() && isOrdinary(a) && isOrdinary(b)) {
            double x = Double.longBitsToDouble(a);
            double y = Double.longBitsToDouble(b);
            double sum = x + y;
            if (isSafe(sum) || sum == 0) {
                if (!c.isInexact()) {
                    double second = sum - x;
                    c.noteError((x - (sum - second)) + (y - second));
                }
                return Double.doubleToRawLongBits(sum);
            }
        }
        return SoftFloat.add(F, a, b, c);
    }

    /** FPSub. */
    public static long subtract(long a, long b, FpContext c) {
        // The sign of a NaN would show.
        return F.isNan(b) ? SoftFloat.subtract(F, a, b, c) : add(a, b ^ WIDE_SIGN, c);
    }

    /** FPMul. */
    public static long multiply(long a, long b, FpContext c) {
        if (c.roundsToNearest() && isOrdinary(a) && isOrdinary(b)) {
            double x = Double.longBitsToDouble(a);
            double y = Double.longBitsToDouble(b);
            double product = x * y;
            if (isSafe(product)) {
                if (!c.isInexact()) {
                    c.noteError(Math.fma(x, y, -product));
                }
                return Double.doubleToRawLongBits(product);
            }
        }
        return SoftFloat.multiply(F, a, b, c);
    }

    /** FPDiv. */
    public static long divide(long a, long b, FpContext c) {
        if (c.roundsToNearest() && isOrdinary(a) && isOrdinary(b)) {
            double x = Double.longBitsToDouble(a);
            double y = Double.longBitsToDouble(b);
            double quotient = x / y;
            if (isSafe(quotient) && isSafe(x)) {
                if (!c.isInexact()) {
                    c.noteError(Math.fma(quotient, y, -x));
                }
                return Double.doubleToRawLongBits(quotient);
            }
        }
        return SoftFloat.divide(F, a, b, c);
    }

    /** FPSqrt. */
    public static long squareRoot(long a, FpContext c) {
        if (c.roundsToNearest()) {
            double x = Double.longBitsToDouble(a);
            if (x >= SAFE_MIN && x <= Double.MAX_VALUE) {
                double root = Math.sqrt(x);
                if (!c.isInexact()) {
                    c.noteError(Math.fma(root, root, -x));
                }
                return Double.doubleToRawLongBits(root);
            }
        }
        return SoftFloat.squareRoot(F, a, c);
    }

    /** FPMulAdd: addend + a * b, rounded once. */
    public static long multiplyAdd(long addend, long a, long b, FpContext c) {
        if (c.roundsToNearest() && c.isInexact() && isOrdinary(addend) && isOrdinary(a) && isOrdinary(b)) {
            double sum =
                    Math.fma(Double.longBitsToDouble(a), Double.longBitsToDouble(b), Double.longBitsToDouble(addend));
            if (isSafe(sum)) {
                return Double.doubleToRawLongBits(sum);
            }
        }
        return SoftFloat.multiplyAdd(F, addend, a, b, c);
    }

    /** FPCompare. */
    public static int compare(long a, long b, boolean signalling, FpContext c) {
        if (isOrdinary(a) && isOrdinary(b)) {
            double x = Double.longBitsToDouble(a);
            double y = Double.longBitsToDouble(b);
            if (x < y) {
                return SoftFloat.LESS;
            }
            if (x > y) {
                return SoftFloat.GREATER;
            }
            if (x == y) {
                return SoftFloat.EQUAL;
            }
        }
        return SoftFloat.compare(F, a, b, signalling, c);
    }

    /** Whether it is no denormal number. */
    private static boolean isOrdinary(long bits) {
        return (bits & F.infinity) != 0 || bits << 1 == 0;
    }

    private static boolean isSafe(double value) {
        double magnitude = Math.abs(value);
        return magnitude >= SAFE_MIN && magnitude <= Double.MAX_VALUE;
    }
}
