package swivel.cpu.fp;

import swivel.arm.Fpscr;

/** Between the floating-point formats, and between them and integers or fixed-point numbers (ARM DDI 0406C, A2.7.8). */
public final class Conversions {
    private Conversions() {}

    /**
     * FPDoubleToSingle, FPSingleToDouble, FPSingleToHalf, FPHalfToSingle: a number in another format, rounded if that
     * is narrower. NaNs become quiet and keep the top of their payload.
     */
    public static long convert(Format from, Format to, long operand, FpContext c) {
        boolean alternative = c.hasAlternativeHalf();
        if (from == Format.HALF && alternative) {
            return fromAlternativeHalf(to, operand, c);
        }
        long a = SoftFloat.input(from, operand, c);
        boolean negative = from.isNegative(a);
        boolean toAlternative = to == Format.HALF && alternative;
        if (from.isNan(a)) {
            if (toAlternative || from.isSignallingNan(a)) {
                c.flags |= Fpscr.INVALID;
            }
            return toAlternative ? to.signed(negative, 0) : nan(from, to, a, c);
        }
        if (from.isInfinite(a)) {
            if (toAlternative) {
                c.flags |= Fpscr.INVALID;
            }
            return to.signed(negative, toAlternative ? to.sign - 1 : to.infinity);
        }
        if (from.isZero(a)) {
            return to.signed(negative, 0);
        }
        return Rounding.round(to, negative, from.exponent(a), from.significand(a), c);
    }

    private static long nan(Format from, Format to, long bits, FpContext c) {
        if (c.hasDefaultNan()) {
            return to.nan;
        }
        int wider = to.fractionBits - from.fractionBits;
        long payload = bits & from.fraction;
        return to.signed(from.isNegative(bits), to.nan | (wider >= 0 ? payload << wider : payload >>> -wider));
    }

    /** This format has neither infinities nor NaNs, but normal numbers of one exponent more. */
    private static long fromAlternativeHalf(Format to, long bits, FpContext c) {
        Format from = Format.HALF;
        boolean negative = from.isNegative(bits);
        return from.isZero(bits)
                ? to.signed(negative, 0)
                : Rounding.round(to, negative, from.exponent(bits), from.significand(bits), c);
    }

    /**
     * FPToFixed: a number times 2<sup>fractionBits</sup> as an integer of 16 or 32 bits; what does not fit saturates
     * and is invalid.
     *
     * @param mode a rounding mode of {@link Fpscr}
     * @return the integer, sign-extended or, if unsigned, zero-extended
     */
    public static long toFixed(
            Format f, long operand, int fractionBits, int size, boolean unsigned, int mode, FpContext c) {
        long a = SoftFloat.input(f, operand, c);
        long min = unsigned ? 0 : -1L << size - 1;
        long max = unsigned ? (1L << size) - 1 : ~min;
        if (f.isNan(a)) {
            c.flags |= Fpscr.INVALID;
            return 0;
        }
        if (f.isZero(a)) {
            return 0;
        }
        boolean negative = f.isNegative(a);
        int exponent = f.isInfinite(a) ? 62 : f.exponent(a) + fractionBits;
        long value;
        boolean exact = true;
        if (exponent >= 62) {
            value = Long.MAX_VALUE;
        } else {
            long significand = f.significand(a);
            value = exponent < 0 ? 0 : significand >>> 62 - exponent;
            long error = exponent < -1 ? 1 : significand << exponent + 2;
            exact = error == 0;
            if (Rounding.roundsUp(mode, negative, value, error)) {
                value++;
            }
        }
        value = negative ? -value : value;
        if (value < min || value > max) {
            c.flags |= Fpscr.INVALID;
            return value < 0 ? min : max;
        }
        if (!exact) {
            c.flags |= Fpscr.INEXACT;
        }
        return value;
    }

    /**
     * FixedToFP: an integer divided by 2<sup>fractionBits</sup>.
     *
     * @param operand sign-extended or, if unsigned, zero-extended from 16 or 32 bits
     * @param mode a rounding mode of {@link Fpscr}
     */
    public static long fromFixed(Format f, long operand, int fractionBits, int mode, FpContext c) {
        return operand == 0 ? 0 : Rounding.round(f, operand < 0, 62 - fractionBits, Math.abs(operand), mode, c);
    }
}
