package swivel.cpu.fp;

import swivel.arm.Fpscr;

/**
 * Arithmetic by integers, for every format and mode; the names in the comments are those of the pseudocode (ARM DDI
 * 0406C, A2.7.8).
 */
public final class SoftFloat {
    private SoftFloat() {}

    /** A comparison's result at its place in FPSCR. */
    public static final int LESS = 8 << 28;

    public static final int EQUAL = 6 << 28;
    public static final int GREATER = 2 << 28;
    public static final int UNORDERED = 3 << 28;

    /** FPAdd. */
    public static long add(Format f, long a, long b, FpContext c) {
        return sum(f, a, b, 0, c);
    }

    /** FPSub. */
    public static long subtract(Format f, long a, long b, FpContext c) {
        return sum(f, a, b, f.sign, c);
    }

    /** @param flip the sign bit to subtract, which does not show in a NaN */
    private static long sum(Format f, long first, long second, long flip, FpContext c) {
        long a = input(f, first, c);
        long b = input(f, second, c);
        if (f.isNan(a) || f.isNan(b)) {
            return nan(f, a, b, c);
        }
        b ^= flip;
        if (f.isInfinite(a) || f.isInfinite(b)) {
            return f.isInfinite(a) && f.isInfinite(b) && a != b ? invalid(f, c) : f.isInfinite(a) ? a : b;
        }
        if (f.isZero(a) || f.isZero(b)) {
            return !f.isZero(a) ? a : !f.isZero(b) ? b : a == b ? a : exactZero(f, c);
        }
        if (f.magnitude(a) < f.magnitude(b)) {
            long swapped = a;
            a = b;
            b = swapped;
        }
        int exponent = f.exponent(a);
        long large = f.significand(a);
        long small = Rounding.shiftRight(f.significand(b), exponent - f.exponent(b));
        long sum = f.isNegative(a) == f.isNegative(b) ? large + small : large - small;
        return sum == 0 ? exactZero(f, c) : Rounding.round(f, f.isNegative(a), exponent, sum, c);
    }

    /** FPMul. */
    public static long multiply(Format f, long first, long second, FpContext c) {
        long a = input(f, first, c);
        long b = input(f, second, c);
        if (f.isNan(a) || f.isNan(b)) {
            return nan(f, a, b, c);
        }
        boolean negative = f.isNegative(a ^ b);
        if (f.isInfinite(a) || f.isInfinite(b)) {
            return f.isZero(a) || f.isZero(b) ? invalid(f, c) : f.signed(negative, f.infinity);
        }
        if (f.isZero(a) || f.isZero(b)) {
            return f.signed(negative, 0);
        }
        long x = f.significand(a);
        long y = f.significand(b);
        long product = Math.multiplyHigh(x, y) | (x * y == 0 ? 0 : 1);
        return Rounding.round(f, negative, f.exponent(a) + f.exponent(b) + 2, product, c);
    }

    /** FPDiv. */
    public static long divide(Format f, long first, long second, FpContext c) {
        long a = input(f, first, c);
        long b = input(f, second, c);
        if (f.isNan(a) || f.isNan(b)) {
            return nan(f, a, b, c);
        }
        boolean negative = f.isNegative(a ^ b);
        if (f.isInfinite(a) && f.isInfinite(b) || f.isZero(a) && f.isZero(b)) {
            return invalid(f, c);
        }
        if (f.isInfinite(a) || f.isZero(b)) {
            if (!f.isInfinite(a)) {
                c.flags |= Fpscr.DIVIDE_BY_ZERO;
            }
            return f.signed(negative, f.infinity);
        }
        if (f.isZero(a) || f.isInfinite(b)) {
            return f.signed(negative, 0);
        }
        long remainder = f.significand(a);
        long divisor = f.significand(b);
        long quotient = 0;
        for (int bit = 0; bit < 63; bit++) {
            quotient <<= 1;
            if (Long.compareUnsigned(remainder, divisor) >= 0) {
                remainder -= divisor;
                quotient |= 1;
            }
            remainder <<= 1;
        }
        return Rounding.round(f, negative, f.exponent(a) - f.exponent(b), quotient | (remainder == 0 ? 0 : 1), c);
    }

    /** FPSqrt. */
    public static long squareRoot(Format f, long operand, FpContext c) {
        long a = input(f, operand, c);
        if (f.isNan(a)) {
            return nan(f, a, c);
        }
        if (f.isZero(a) || a == f.infinity) {
            return a;
        }
        if (f.isNegative(a)) {
            return invalid(f, c);
        }
        // Bit by bit, from the two top bits of a number in [1, 4): what is left, at its place, is what the next bit is
        // compared with.
        int exponent = f.exponent(a);
        long rest = f.significand(a) << (exponent & 1);
        long remainder = 0;
        long root = 0;
        int bits = 58;
        for (int bit = 0; bit < bits; bit++) {
            remainder = remainder << 2 | rest >>> 62;
            rest <<= 2;
            long next = root << 2 | 1;
            root <<= 1;
            if (remainder >= next) {
                remainder -= next;
                root |= 1;
            }
        }
        return Rounding.round(f, false, exponent >> 1, root << 63 - bits | (remainder == 0 ? 0 : 1), c);
    }

    /** FPMulAdd: addend + a * b, rounded once. */
    public static long multiplyAdd(Format f, long addend, long first, long second, FpContext c) {
        long d = input(f, addend, c);
        long a = input(f, first, c);
        long b = input(f, second, c);
        boolean undefinedProduct = f.isInfinite(a) && f.isZero(b) || f.isZero(a) && f.isInfinite(b);
        if (undefinedProduct && !f.isSignallingNan(d)) {
            return invalid(f, c);
        }
        if (f.isNan(d) || f.isNan(a) || f.isNan(b)) {
            boolean signalling = f.isSignallingNan(a) || f.isSignallingNan(b);
            boolean fromAddend = f.isSignallingNan(d) || f.isNan(d) && !signalling;
            return fromAddend ? nan(f, d, c) : nan(f, a, b, c);
        }
        boolean negative = f.isNegative(a ^ b);
        boolean infinite = f.isInfinite(a) || f.isInfinite(b);
        if (f.isInfinite(d) && infinite && f.isNegative(d) != negative) {
            return invalid(f, c);
        }
        if (f.isInfinite(d) || infinite) {
            return f.isInfinite(d) ? d : f.signed(negative, f.infinity);
        }
        if (f.isZero(a) || f.isZero(b)) {
            return !f.isZero(d) || f.isNegative(d) == negative ? d : exactZero(f, c);
        }
        // Both terms have 128 bits, the top one below bit 126 so that a sum fits.
        long x = f.significand(a);
        long y = f.significand(b);
        long high = Math.multiplyHigh(x, y);
        long low = x * y;
        int exponent = f.exponent(a) + f.exponent(b) + 2;
        if (f.isZero(d)) {
            return Rounding.round(f, negative, exponent, high | (low == 0 ? 0 : 1), c);
        }
        long addHigh = f.significand(d);
        long addLow = 0;
        int difference = exponent - f.exponent(d);
        if (difference >= 0) {
            addLow = shiftedLow(addHigh, addLow, difference);
            addHigh = difference >= 64 ? 0 : addHigh >>> difference;
        } else {
            exponent -= difference;
            low = shiftedLow(high, low, -difference);
            high = -difference >= 64 ? 0 : high >>> -difference;
        }
        if (f.isNegative(d) == negative) {
            low += addLow;
            high += addHigh + (Long.compareUnsigned(low, addLow) < 0 ? 1 : 0);
        } else {
            long borrow = Long.compareUnsigned(low, addLow) < 0 ? 1 : 0;
            low -= addLow;
            high -= addHigh + borrow;
            if (high < 0) {
                negative = !negative;
                high = low == 0 ? -high : ~high;
                low = -low;
            }
        }
        if (high == 0) {
            return low == 0 ? exactZero(f, c) : Rounding.round(f, negative, exponent - 64, low, c);
        }
        int zeros = Long.numberOfLeadingZeros(high);
        long top = zeros == 0 ? high : high << zeros | low >>> 64 - zeros;
        return Rounding.round(f, negative, exponent - zeros, top | (low << zeros == 0 ? 0 : 1), c);
    }

    /** The low half of 128 bits shifted right by 0 or more; its lowest bit stands for what went out too. */
    private static long shiftedLow(long high, long low, int n) {
        if (n == 0) {
            return low;
        }
        if (n >= 64) {
            return Rounding.shiftRight(high, n - 64) | (low == 0 ? 0 : 1);
        }
        return high << 64 - n | Rounding.shiftRight(low, n);
    }

    /**
     * FPCompare: {@link #LESS}, {@link #EQUAL}, {@link #GREATER} or {@link #UNORDERED}.
     *
     * @param signalling whether a quiet NaN is invalid too
     */
    public static int compare(Format f, long first, long second, boolean signalling, FpContext c) {
        long a = input(f, first, c);
        long b = input(f, second, c);
        if (f.isNan(a) || f.isNan(b)) {
            if (signalling || f.isSignallingNan(a) || f.isSignallingNan(b)) {
                c.flags |= Fpscr.INVALID;
            }
            return UNORDERED;
        }
        int order = order(f, a, b);
        return order < 0 ? LESS : order == 0 ? EQUAL : GREATER;
    }

    /** FPMax. */
    public static long max(Format f, long first, long second, FpContext c) {
        long a = input(f, first, c);
        long b = input(f, second, c);
        if (f.isNan(a) || f.isNan(b)) {
            return nan(f, a, b, c);
        }
        return f.isZero(a) && f.isZero(b) ? a & b : order(f, a, b) > 0 ? a : b;
    }

    /** FPMin. */
    public static long min(Format f, long first, long second, FpContext c) {
        long a = input(f, first, c);
        long b = input(f, second, c);
        if (f.isNan(a) || f.isNan(b)) {
            return nan(f, a, b, c);
        }
        return f.isZero(a) && f.isZero(b) ? a | b : order(f, a, b) < 0 ? a : b;
    }

    private static int order(Format f, long a, long b) {
        long x = f.isNegative(a) ? -f.magnitude(a) : a;
        long y = f.isNegative(b) ? -f.magnitude(b) : b;
        return Long.compare(x, y);
    }

    /** An operand as FPUnpack takes it: a denormal number may be a zero. */
    static long input(Format f, long bits, FpContext c) {
        if (f.isDenormal(bits) && c.flushesToZero() && f != Format.HALF) {
            c.flags |= Fpscr.INPUT_DENORMAL;
            return bits & f.sign;
        }
        return bits;
    }

    /** FPProcessNaN. */
    static long nan(Format f, long bits, FpContext c) {
        if (f.isSignallingNan(bits)) {
            c.flags |= Fpscr.INVALID;
        }
        return c.hasDefaultNan() ? f.nan : bits | f.quiet;
    }

    /** FPProcessNaNs, of which at least one is. */
    static long nan(Format f, long a, long b, FpContext c) {
        boolean first = f.isSignallingNan(a) || !f.isSignallingNan(b) && f.isNan(a);
        return nan(f, first ? a : b, c);
    }

    /** The default NaN, of an invalid operation. */
    static long invalid(Format f, FpContext c) {
        c.flags |= Fpscr.INVALID;
        return f.nan;
    }

    /** The zero that is an exact sum of others. */
    private static long exactZero(Format f, FpContext c) {
        return f.signed(c.rounding() == Fpscr.ROUND_DOWN, 0);
    }
}
