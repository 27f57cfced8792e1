package swivel.cpu.fp;

import swivel.arm.Fpscr;

/** What the elements of a vector are, as assembly's data types name it; in calculations they are extended to longs. */
public enum Element {
    S8(8, false),
    U8(8, true),
    S16(16, false),
    U16(16, true),
    S32(32, false),
    U32(32, true),
    S64(64, false),
    U64(64, true);

    public final int bits;
    public final boolean unsigned;
    private final long min;
    private final long max;

    Element(int bits, boolean unsigned) {
        this.bits = bits;
        this.unsigned = unsigned;
        min = unsigned ? 0 : -1L << bits - 1;
        max = unsigned ? -1L >>> 64 - bits : ~min;
    }

    private static final Element[] ALL = values();

    /** The elements of 8 &lt;&lt; size bits. */
    public static Element of(int size, boolean unsigned) {
        return ALL[2 * size + (unsigned ? 1 : 0)];
    }

    /** An element of a doubleword, extended. */
    public long get(long vector, int lane) {
        return extend(vector >>> lane * bits);
    }

    long extend(long value) {
        int up = 64 - bits;
        return unsigned ? value << up >>> up : value << up >> up;
    }

    /** The low bits of a value as an element of a doubleword that is zero elsewhere. */
    public long put(long value, int lane) {
        return (value & -1L >>> 64 - bits) << lane * bits;
    }

    /** SatQ: the nearest value of these elements to one that fits a signed long. */
    long saturate(long value, FpContext c) {
        if (bits == 64 && !unsigned) {
            return value;
        }
        if (value < min || bits < 64 && value > max) {
            c.flags |= Fpscr.QC;
            return value < 0 ? min : max;
        }
        return value;
    }

    /** SatQ of a value of other elements. */
    long saturate(long value, Element from, FpContext c) {
        if (from == U64 && value < 0) {
            return this == U64 ? value : saturated(false, c);
        }
        return saturate(value, c);
    }

    long addSaturated(long a, long b, FpContext c) {
        if (bits < 64) {
            return saturate(a + b, c);
        }
        long sum = a + b;
        boolean overflow = unsigned ? Long.compareUnsigned(sum, a) < 0 : ((a ^ sum) & (b ^ sum)) < 0;
        return overflow ? saturated(!unsigned && a < 0, c) : sum;
    }

    long subtractSaturated(long a, long b, FpContext c) {
        if (bits < 64) {
            return saturate(a - b, c);
        }
        long difference = a - b;
        boolean overflow = unsigned ? Long.compareUnsigned(a, b) < 0 : ((a ^ b) & (a ^ difference)) < 0;
        return overflow ? saturated(unsigned || a < 0, c) : difference;
    }

    private long saturated(boolean low, FpContext c) {
        c.flags |= Fpscr.QC;
        return low ? min : max;
    }

    /** A value of other elements shifted left by 0 or more, and saturated to these. */
    long shiftLeftSaturated(long value, int n, Element from, FpContext c) {
        if (value == 0) {
            return 0;
        }
        boolean negative = !from.unsigned && value < 0;
        if (negative && unsigned) {
            return saturated(true, c);
        }
        int magnitude = 64 - Long.numberOfLeadingZeros(negative ? ~value : value);
        return magnitude + n > (unsigned ? bits : bits - 1) ? saturated(negative, c) : value << n;
    }

    /** A value shifted right by 1 or more, upwards from the middle if it rounds. */
    long shiftRight(long value, int n, boolean rounds) {
        if (n > 64) {
            return unsigned || rounds ? 0 : value >> 63;
        }
        long up = rounds ? value >>> n - 1 & 1 : 0;
        if (n == 64) {
            return (unsigned ? 0 : value >> 63) + up;
        }
        return (unsigned ? value >>> n : value >> n) + up;
    }
}
