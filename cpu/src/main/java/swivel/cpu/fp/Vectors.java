package swivel.cpu.fp;

import static swivel.cpu.FpRegisters.doubleword;
import static swivel.cpu.FpRegisters.setDoubleword;

import swivel.cpu.FpRegisters;

/**
 * The instructions of Advanced SIMD on registers, as numbers: what a {@link LaneOperation} or a {@link Permutation}
 * operates on.
 *
 * <pre>
 *  31        24 23    18  17  16    14 13    11 10     8 7           0
 * +------------+--------+---+--------+--------+--------+-------------+
 * | parameter  |   0    | Q | second |   f    |   e    |  operation  |
 * +------------+--------+---+--------+--------+--------+-------------+
 * </pre>
 *
 * e is the {@link Element} of the destination, f that of the first operand; where a sign does not matter they have
 * none. All registers are doublewords, or quadwords with Q, whose lower half is named; but whose elements have half the
 * bits of others is a doubleword then: VMOVL is e=S16, f=S8 with Q. A permutation has f = e and no second.
 */
public final class Vectors {
    private Vectors() {}

    public static final int QUAD = 1 << 17;

    // Where the second operand is.

    /** In register b, of elements f. */
    public static final int REGISTER = 0;
    /** In doubleword b, of elements of half the bits of f: VADDW, VSUBW. */
    public static final int NARROW_REGISTER = 1 << 14;
    /** It is the element of doubleword b that the parameter names. */
    public static final int LANE = 2 << 14;
    /** It is the parameter; 0 if the operation has one operand. */
    public static final int NUMBER = 3 << 14;
    /** Operands are the neighbours in b:a, all of doublewords: VPADD, VPMAX, VPMIN. */
    public static final int PAIRS = 4 << 14;
    /** Operands are the neighbours in register a, whose elements have half the bits of e: VPADDL, VPADAL. */
    public static final int LONG_PAIRS = 5 << 14;

    private static final int SECOND = 7 << 14;

    private static final LaneOperation[] OPERATIONS = LaneOperation.values();
    private static final Permutation[] PERMUTATIONS = Permutation.values();

    /** @param second {@link #REGISTER} or another, with {@link #QUAD} or without */
    public static int code(LaneOperation operation, Element e, Element f, int second, int parameter) {
        return operation.ordinal() | e.ordinal() << 8 | f.ordinal() << 11 | second | parameter << 24;
    }

    /** @param quad {@link #QUAD}, or 0 */
    public static int code(Permutation operation, Element e, int quad, int parameter) {
        return operation.ordinal() | e.ordinal() << 8 | e.ordinal() << 11 | quad | parameter << 24;
    }

    public static LaneOperation operation(int code) {
        return OPERATIONS[code & 0xff];
    }

    public static Permutation permutation(int code) {
        return PERMUTATIONS[code & 0xff];
    }

    /** How many words of its destination a code writes. */
    public static int wordsWritten(int code) {
        return isQuad(code) && e(code).bits >= f(code).bits ? 4 : 2;
    }

    /** The destination's elements. */
    public static Element e(int code) {
        return Element.of(code >>> 9 & 3, (code >>> 8 & 1) != 0);
    }

    /** The first operand's elements. */
    public static Element f(int code) {
        return Element.of(code >>> 12 & 3, (code >>> 11 & 1) != 0);
    }

    /** {@link #REGISTER} or another. */
    public static int second(int code) {
        return code & SECOND;
    }

    public static boolean isQuad(int code) {
        return (code & QUAD) != 0;
    }

    /** With its sign. */
    public static int parameter(int code) {
        return code >> 24;
    }

    /**
     * Does what a code says with registers, and with FPSCR among them. The destination is written when all operands
     * are read, since it may overlap them.
     */
    public static void execute(int code, int d, int a, int b, FpRegisters registers, FpContext c) {
        int[] r = registers.words();
        c.loadStandard(r[FpRegisters.FPSCR]);
        LaneOperation operation = operation(code);
        Element e = e(code);
        Element f = f(code);
        int second = second(code);
        if (second == PAIRS) {
            setDoubleword(r, d, Lanes.applyToPairs(operation, e, doubleword(r, a), doubleword(r, b), c));
        } else {
            boolean isLong = e.bits > f.bits && second != LONG_PAIRS;
            boolean isNarrow = e.bits < f.bits;
            long low = part(operation, code, e, f, half(r, d, 0, isNarrow), half(r, a, 0, isLong), r, b, 0, c);
            if (isQuad(code)) {
                long high = part(operation, code, e, f, half(r, d, 1, isNarrow), half(r, a, 1, isLong), r, b, 1, c);
                if (isNarrow) {
                    low = low & 0xffff_ffffL | high << 32;
                } else {
                    setDoubleword(r, d + 1, high);
                }
            }
            setDoubleword(r, d, low);
        }
        r[FpRegisters.FPSCR] |= c.flags;
    }

    /** A half of a quadword, or of a doubleword if it is narrow. */
    private static long half(int[] r, int register, int half, boolean isNarrow) {
        return isNarrow ? doubleword(r, register) >>> 32 * half : doubleword(r, register + half);
    }

    /** Half of a quadword. */
    private static long part(
            LaneOperation operation,
            int code,
            Element e,
            Element f,
            long d,
            long a,
            int[] r,
            int b,
            int i,
            FpContext c) {
        boolean isLong = e.bits > f.bits;
        return switch (second(code)) {
            case REGISTER -> Lanes.apply(operation, e, f, f, d, a, half(r, b, i, isLong), c);
            case NARROW_REGISTER -> {
                Element g = Element.of((code >>> 12 & 3) - 1, f.unsigned);
                yield Lanes.apply(operation, e, f, g, d, a, half(r, b, i, true), c);
            }
            case LANE -> Lanes.apply(operation, e, f, null, d, a, f.get(doubleword(r, b), parameter(code)), c);
            case LONG_PAIRS -> Lanes.apply(operation, e, f, f, d, Lanes.unzip(f, a, 0, 0), Lanes.unzip(f, a, 0, 1), c);
            default -> Lanes.apply(operation, e, f, null, d, a, parameter(code), c);
        };
    }

    /** Moves elements as a code says. */
    public static void permute(int code, int d, int a, int b, FpRegisters registers) {
        int[] r = registers.words();
        Element e = e(code);
        int p = parameter(code);
        boolean quad = isQuad(code);
        int step = quad ? 1 : 0; // to the upper half, if there is one
        long a0 = doubleword(r, a);
        long a1 = doubleword(r, a + step);
        switch (permutation(code)) {
            case EXTRACT -> {
                long b0 = doubleword(r, b);
                long b1 = doubleword(r, b + step);
                if (!quad) {
                    write(r, d, 0, Lanes.extract(a0, b0, p), 0);
                } else if (p < 8) {
                    write(r, d, 1, Lanes.extract(a0, a1, p), Lanes.extract(a1, b0, p));
                } else {
                    write(r, d, 1, Lanes.extract(a1, b0, p - 8), Lanes.extract(b0, b1, p - 8));
                }
            }
            case REVERSE -> write(r, d, step, Lanes.reverse(e, p, a0), Lanes.reverse(e, p, a1));
            case DUPLICATE -> {
                long value = Lanes.duplicate(e, e.get(a0, p));
                write(r, d, step, value, value);
            }
            case LOOK_UP -> write(r, d, 0, lookUp(r, 0, a, p, doubleword(r, b)), 0);
            case LOOK_UP_KEEPING -> write(r, d, 0, lookUp(r, doubleword(r, d), a, p, doubleword(r, b)), 0);
            case SWAP, TRANSPOSE, UNZIP, ZIP -> exchange(permutation(code), e, r, d, a, step);
        }
    }

    private static void write(int[] r, int d, int step, long low, long high) {
        setDoubleword(r, d + step, step == 0 ? low : high);
        setDoubleword(r, d, low);
    }

    private static long lookUp(int[] r, long d, int table, int count, long indices) {
        long result = d;
        for (int i = 0; i < count; i++) {
            result = Lanes.lookUp(result, doubleword(r, table + i), 8 * i, indices);
        }
        return result;
    }

    private static void exchange(Permutation operation, Element e, int[] r, int d, int a, int step) {
        long d0 = doubleword(r, d);
        long d1 = doubleword(r, d + step);
        long a0 = doubleword(r, a);
        long a1 = doubleword(r, a + step);
        boolean quad = step != 0;
        switch (operation) {
            case TRANSPOSE -> {
                write(r, d, step, Lanes.transpose(e, d0, a0, 0), Lanes.transpose(e, d1, a1, 0));
                write(r, a, step, Lanes.transpose(e, d0, a0, 1), Lanes.transpose(e, d1, a1, 1));
            }
            case UNZIP -> {
                write(r, d, step, Lanes.unzip(e, d0, quad ? d1 : a0, 0), Lanes.unzip(e, a0, a1, 0));
                write(r, a, step, Lanes.unzip(e, d0, quad ? d1 : a0, 1), Lanes.unzip(e, a0, a1, 1));
            }
            case ZIP -> {
                write(r, d, step, Lanes.zip(e, d0, a0, 0), Lanes.zip(e, d0, a0, 1));
                write(r, a, step, Lanes.zip(e, d1, a1, quad ? 0 : 1), Lanes.zip(e, d1, a1, 1));
            }
            default -> {
                write(r, d, step, a0, a1);
                write(r, a, step, d0, d1);
            }
        }
    }
}
