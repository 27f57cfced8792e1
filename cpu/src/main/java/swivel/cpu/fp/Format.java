package swivel.cpu.fp;

/**
 * The floating-point formats (ARM DDI 0406C, A2.7.2, A2.7.3): sign, exponent, fraction from the top. Bits are in the
 * low part of a long.
 */
public enum Format {
    HALF(5, 10),
    SINGLE(8, 23),
    DOUBLE(11, 52);

    final int exponentBits;
    final int fractionBits;
    /** Of the lowest normal numbers. */
    final int minExponent;
    /** The exponent field of infinities and NaNs, at its lowest bit. */
    final int specialExponent;
    /** Plus infinity. */
    final long infinity;

    final long sign;
    final long fraction;
    /** The fraction's top bit, which quiet NaNs have. */
    final long quiet;
    /** The default NaN. */
    final long nan;

    Format(int exponentBits, int fractionBits) {
        this.exponentBits = exponentBits;
        this.fractionBits = fractionBits;
        minExponent = 2 - (1 << exponentBits - 1);
        specialExponent = (1 << exponentBits) - 1;
        infinity = (long) specialExponent << fractionBits;
        sign = 1L << exponentBits + fractionBits;
        fraction = (1L << fractionBits) - 1;
        quiet = 1L << fractionBits - 1;
        nan = infinity | quiet;
    }

    boolean isNegative(long bits) {
        return (bits & sign) != 0;
    }

    long magnitude(long bits) {
        return bits & sign - 1;
    }

    boolean isNan(long bits) {
        return magnitude(bits) > infinity;
    }

    boolean isSignallingNan(long bits) {
        return isNan(bits) && (bits & quiet) == 0;
    }

    boolean isInfinite(long bits) {
        return magnitude(bits) == infinity;
    }

    boolean isZero(long bits) {
        return magnitude(bits) == 0;
    }

    boolean isDenormal(long bits) {
        return (bits & infinity) == 0 && (bits & fraction) != 0;
    }

    long signed(boolean negative, long magnitude) {
        return negative ? sign | magnitude : magnitude;
    }

    /** The significand of a finite number other than zero, shifted so that its top bit is bit 62. */
    long significand(long bits) {
        long f = bits & fraction;
        if (biasedExponent(bits) == 0) {
            return f << Long.numberOfLeadingZeros(f) - 1;
        }
        return (f | fraction + 1) << 62 - fractionBits;
    }

    /** The exponent e of such a number: it is {@link #significand} * 2<sup>e - 62</sup>. */
    int exponent(long bits) {
        int biased = biasedExponent(bits);
        if (biased == 0) {
            return minExponent - (Long.numberOfLeadingZeros(bits & fraction) - 63 + fractionBits);
        }
        return biased + minExponent - 1;
    }

    private int biasedExponent(long bits) {
        return (int) (bits >>> fractionBits) & specialExponent;
    }
}
