package swivel.cpu.fp;

import swivel.arm.Fpscr;

/** From an exact value to bits of a format, or to an integer (ARM DDI 0406C, A2.7.8 FPRound, FPToFixed). */
final class Rounding {
    private Rounding() {}

    /** FPRound by the context's rounding mode. */
    static long round(Format f, boolean negative, int exponent, long significand, FpContext c) {
        return round(f, negative, exponent, significand, c.rounding(), c);
    }

    /**
     * FPRound: the bits of significand * 2<sup>exponent - 62</sup>, which is not zero. The significand is unsigned; its
     * lowest bit stands for all lower ones (it is set if any of them is).
     */
    static long round(Format f, boolean negative, int exponent, long significand, int mode, FpContext c) {
        int zeros = Long.numberOfLeadingZeros(significand);
        long value = significand << zeros; // the top bit is bit 63
        int e = exponent + 1 - zeros;
        if (e < f.minExponent && c.flushesToZero() && f != Format.HALF) {
            c.flags |= Fpscr.UNDERFLOW;
            return f.signed(negative, 0);
        }
        boolean tiny = e < f.minExponent;
        if (tiny) {
            value = shiftRight(value, f.minExponent - e);
        }
        int dropped = 63 - f.fractionBits;
        long kept = value >>> dropped;
        long error = value << 64 - dropped;
        if (tiny && error != 0) {
            c.flags |= Fpscr.UNDERFLOW;
        }
        if (roundsUp(mode, negative, kept, error)) {
            kept++;
        }
        // A carry out of the fraction goes to the exponent, as it shall.
        int biased = tiny ? 0 : e - f.minExponent;
        boolean alternative = f == Format.HALF && c.hasAlternativeHalf();
        long limit = alternative ? f.sign : f.infinity;
        long magnitude = ((long) biased << f.fractionBits) + kept;
        if (biased >= f.specialExponent || Long.compareUnsigned(magnitude, limit) >= 0) {
            return overflow(f, negative, mode, alternative, c);
        }
        if (error != 0) {
            c.flags |= Fpscr.INEXACT;
        }
        return f.signed(negative, magnitude);
    }

    private static long overflow(Format f, boolean negative, int mode, boolean alternative, FpContext c) {
        if (alternative) {
            c.flags |= Fpscr.INVALID;
            return f.signed(negative, f.sign - 1);
        }
        c.flags |= Fpscr.OVERFLOW | Fpscr.INEXACT;
        boolean toInfinity = mode == Fpscr.ROUND_NEAREST || mode == (negative ? Fpscr.ROUND_DOWN : Fpscr.ROUND_UP);
        return f.signed(negative, toInfinity ? f.infinity : f.infinity - 1);
    }

    /** Whether a magnitude goes to the next; the error is the part that is dropped, of 2<sup>64</sup>, unsigned. */
    static boolean roundsUp(int mode, boolean negative, long kept, long error) {
        return switch (mode) {
            case Fpscr.ROUND_NEAREST -> error < 0 && (error != Long.MIN_VALUE || (kept & 1) != 0);
            case Fpscr.ROUND_UP -> error != 0 && !negative;
            case Fpscr.ROUND_DOWN -> error != 0 && negative;
            default -> false;
        };
    }

    /** Shifts right by 0 or more; the lowest bit of the result stands for what went out too. */
    static long shiftRight(long value, int n) {
        if (n == 0) {
            return value;
        }
        if (n >= 64) {
            return value == 0 ? 0 : 1;
        }
        return value >>> n | (value << 64 - n == 0 ? 0 : 1);
    }
}
