package swivel.cpu.fp;

/**
 * Vectors of 64 bits: an operation on each element, and what only moves elements. Quadwords are done a half at a time.
 */
public final class Lanes {
    private Lanes() {}

    /**
     * Applies an operation to all elements. With elements of different widths it is to as many as the widest has, the
     * lowest ones of operands; the rest of a narrow result is zero.
     *
     * @param e the destination's elements
     * @param f the first operand's elements
     * @param g the second operand's, or null if the second operand is one number for all
     * @param d the old destination
     */
    public static long apply(
            LaneOperation operation, Element e, Element f, Element g, long d, long a, long b, FpContext c) {
        int count = 64 / Math.max(e.bits, Math.max(f.bits, g == null ? 0 : g.bits));
        long result = 0;
        for (int lane = 0; lane < count; lane++) {
            long y = g == null ? b : g.get(b, lane);
            result |= e.put(operation.function.apply(e.get(d, lane), f.get(a, lane), y, e, f, c), lane);
        }
        return result;
    }

    /** Applies an operation to pairs of neighbours, those of a and then those of b: VPADD, VPMAX, VPMIN. */
    public static long applyToPairs(LaneOperation operation, Element e, long a, long b, FpContext c) {
        return apply(operation, e, e, e, 0, unzip(e, a, b, 0), unzip(e, a, b, 1), c);
    }

    /** Sums of pairs of neighbours, twice as wide, and the old destination if it accumulates: VPADDL, VPADAL. */
    public static long addPairs(Element e, Element f, boolean accumulates, long d, long a, FpContext c) {
        LaneOperation operation = accumulates ? LaneOperation.ADD_ACCUMULATE : LaneOperation.ADD;
        return apply(operation, e, f, f, d, unzip(f, a, 0, 0), unzip(f, a, 0, 1), c);
    }

    /** The even (0) or odd (1) elements of b:a: VUZP's results. */
    public static long unzip(Element e, long a, long b, int odd) {
        long result = 0;
        int count = 64 / e.bits;
        for (int lane = 0; lane < count; lane++) {
            int from = 2 * lane + odd;
            result |= e.put(from < count ? e.get(a, from) : e.get(b, from - count), lane);
        }
        return result;
    }

    /** The lower (0) or upper (1) half of the elements of a and b in turn: VZIP's results. */
    public static long zip(Element e, long a, long b, int upper) {
        long result = 0;
        int count = 64 / e.bits;
        for (int lane = 0; lane < count; lane++) {
            int from = lane / 2 + upper * count / 2;
            result |= e.put(e.get((lane & 1) == 0 ? a : b, from), lane);
        }
        return result;
    }

    /** The even (0) or odd (1) elements of a, each followed by that of b: VTRN's results. */
    public static long transpose(Element e, long a, long b, int odd) {
        long result = 0;
        int count = 64 / e.bits;
        for (int lane = 0; lane < count; lane++) {
            result |= e.put(e.get((lane & 1) == 0 ? a : b, lane & ~1 | odd), lane);
        }
        return result;
    }

    /** Elements in reverse order within groups of {@code bits}: VREV64, VREV32, VREV16. */
    public static long reverse(Element e, int bits, long a) {
        long result = 0;
        for (int lane = 0; lane < 64 / e.bits; lane++) {
            result |= e.put(e.get(a, lane ^ bits / e.bits - 1), lane);
        }
        return result;
    }

    /** Eight bytes of b:a from a byte on: VEXT. */
    public static long extract(long a, long b, int firstByte) {
        return firstByte == 0 ? a : firstByte == 8 ? b : a >>> 8 * firstByte | b << 64 - 8 * firstByte;
    }

    /** A value in all elements: VDUP. */
    public static long duplicate(Element e, long value) {
        long result = 0;
        for (int lane = 0; lane < 64 / e.bits; lane++) {
            result |= e.put(value, lane);
        }
        return result;
    }

    /**
     * Bytes that indices select of one doubleword of a table: VTBL and VTBX, once for each doubleword, each with the
     * result of the one before.
     *
     * @param d what stays where an index is none of this doubleword's
     * @param first the index of its first byte
     */
    public static long lookUp(long d, long table, int first, long indices) {
        long result = 0;
        for (int lane = 0; lane < 8; lane++) {
            int index = (int) Element.U8.get(indices, lane) - first;
            result |= Element.U8.put(index >= 0 && index < 8 ? Element.U8.get(table, index) : d >>> 8 * lane, lane);
        }
        return result;
    }
}
