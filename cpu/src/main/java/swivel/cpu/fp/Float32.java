package swivel.cpu.fp;

/**
 * Single precision, as {@link Float64} has double precision. The error of a product, quotient or root is exact in
 * double precision, which has more than twice the bits.
 */
public final class Float32 {
    private static final Format F = Format.SINGLE;
    static final int SIGN = Integer.MIN_VALUE;
    private static final long MASK = 0xffff_ffffL;

    private Float32() {}

    /** FPAdd. */
    public static int add(int a, int b, FpContext c) {
        if (c.roundsToNearest() && isOrdinary(a) && isOrdinary(b)) {
            float x = Float.intBitsToFloat(a);
            float y = Float.intBitsToFloat(b);
            float sum = x + y;
            if (isNormal(sum) || sum == 0) {
                if (!c.isInexact()) {
                    float second = sum - x;
                    c.noteError((x - (sum - second)) + (y - second));
                }
                return Float.floatToRawIntBits(sum);
            }
        }
        return (int) SoftFloat.add(F, a & MASK, b & MASK, c);
    }

    /** FPSub. */
    public static int subtract(int a, int b, FpContext c) {
        // The sign of a NaN would show.
        return F.isNan(b & MASK) ? (int) SoftFloat.subtract(F, a & MASK, b & MASK, c) : add(a, b ^ SIGN, c);
    }

    /** FPMul. */
    public static int multiply(int a, int b, FpContext c) {
        if (c.roundsToNearest() && isOrdinary(a) && isOrdinary(b)) {
            double exact = (double) Float.intBitsToFloat(a) * Float.intBitsToFloat(b);
            float product = (float) exact;
            if (isNormal(product)) {
                c.noteError(product - exact);
                return Float.floatToRawIntBits(product);
            }
        }
        return (int) SoftFloat.multiply(F, a & MASK, b & MASK, c);
    }

    /** FPDiv. */
    public static int divide(int a, int b, FpContext c) {
        if (c.roundsToNearest() && isOrdinary(a) && isOrdinary(b)) {
            float x = Float.intBitsToFloat(a);
            float y = Float.intBitsToFloat(b);
            float quotient = x / y;
            if (isNormal(quotient)) {
                c.noteError((double) quotient * y - x);
                return Float.floatToRawIntBits(quotient);
            }
        }
        return (int) SoftFloat.divide(F, a & MASK, b & MASK, c);
    }

    /** FPSqrt. */
    public static int squareRoot(int a, FpContext c) {
        if (c.roundsToNearest()) {
            float x = Float.intBitsToFloat(a);
            if (x >= Float.MIN_NORMAL && x <= Float.MAX_VALUE) {
                float root = (float) Math.sqrt(x);
                c.noteError((double) root * root - x);
                return Float.floatToRawIntBits(root);
            }
        }
        return (int) SoftFloat.squareRoot(F, a & MASK, c);
    }

    /** FPMulAdd: addend + a * b, rounded once. */
    public static int multiplyAdd(int addend, int a, int b, FpContext c) {
        if (c.roundsToNearest() && c.isInexact() && isOrdinary(addend) && isOrdinary(a) && isOrdinary(b)) {
            float sum = Math.fma(Float.intBitsToFloat(a), Float.intBitsToFloat(b), Float.intBitsToFloat(addend));
            if (isNormal(sum)) {
                return Float.floatToRawIntBits(sum);
            }
        }
        return (int) SoftFloat.multiplyAdd(F, addend & MASK, a & MASK, b & MASK, c);
    }

    /** FPCompare. */
    public static int compare(int a, int b, boolean signalling, FpContext c) {
        if (isOrdinary(a) && isOrdinary(b)) {
            float x = Float.intBitsToFloat(a);
            float y = Float.intBitsToFloat(b);
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
        return SoftFloat.compare(F, a & MASK, b & MASK, signalling, c);
    }

    /** Whether it is no denormal number. */
    private static boolean isOrdinary(int bits) {
        return (bits & (int) F.infinity) != 0 || bits << 1 == 0;
    }

    /** Whether it is a normal number, and not the lowest, to which a tiny one may have been rounded. */
    private static boolean isNormal(float value) {
        float magnitude = Math.abs(value);
        return magnitude > Float.MIN_NORMAL && magnitude <= Float.MAX_VALUE;
    }
}
