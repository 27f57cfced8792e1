package swivel.cpu.fp;

import static swivel.cpu.FpRegisters.doubleword;
import static swivel.cpu.FpRegisters.setDoubleword;
import static swivel.cpu.fp.Float32.SIGN;
import static swivel.cpu.fp.Float64.WIDE_SIGN;
import static swivel.cpu.fp.Format.DOUBLE;
import static swivel.cpu.fp.Format.HALF;
import static swivel.cpu.fp.Format.SINGLE;

import java.util.Arrays;
import swivel.arm.Fpscr;
import swivel.cpu.FpRegisters;

/**
 * The instructions of VFP that compute, on registers (ARM DDI 0406C, A8.8). Registers are called d, a and b: Fd, Fn and
 * Fm. A row says which it writes {@code =} which it reads, words by small letters and doublewords by capitals.
 */
@SuppressWarnings("ImmutableEnumChecker") // the functions have no state
public enum ScalarOperation {
    ADD_F32("d=ab", (r, d, a, b, p, c) -> set(r, d, Float32.add(r[a], r[b], c))),
    SUB_F32("d=ab", (r, d, a, b, p, c) -> set(r, d, Float32.subtract(r[a], r[b], c))),
    MUL_F32("d=ab", (r, d, a, b, p, c) -> set(r, d, Float32.multiply(r[a], r[b], c))),
    NMUL_F32("d=ab", (r, d, a, b, p, c) -> set(r, d, Float32.multiply(r[a], r[b], c) ^ SIGN)),
    DIV_F32("d=ab", (r, d, a, b, p, c) -> set(r, d, Float32.divide(r[a], r[b], c))),
    MLA_F32("d=dab", (r, d, a, b, p, c) -> set(r, d, Float32.add(r[d], Float32.multiply(r[a], r[b], c), c))),
    MLS_F32("d=dab", (r, d, a, b, p, c) -> set(r, d, Float32.add(r[d], Float32.multiply(r[a], r[b], c) ^ SIGN, c))),
    NMLA_F32(
            "d=dab",
            (r, d, a, b, p, c) -> set(r, d, Float32.add(r[d] ^ SIGN, Float32.multiply(r[a], r[b], c) ^ SIGN, c))),
    NMLS_F32("d=dab", (r, d, a, b, p, c) -> set(r, d, Float32.add(r[d] ^ SIGN, Float32.multiply(r[a], r[b], c), c))),
    FMA_F32("d=dab", (r, d, a, b, p, c) -> set(r, d, Float32.multiplyAdd(r[d], r[a], r[b], c))),
    FMS_F32("d=dab", (r, d, a, b, p, c) -> set(r, d, Float32.multiplyAdd(r[d], r[a] ^ SIGN, r[b], c))),
    FNMA_F32("d=dab", (r, d, a, b, p, c) -> set(r, d, Float32.multiplyAdd(r[d] ^ SIGN, r[a] ^ SIGN, r[b], c))),
    FNMS_F32("d=dab", (r, d, a, b, p, c) -> set(r, d, Float32.multiplyAdd(r[d] ^ SIGN, r[a], r[b], c))),
    SQRT_F32("d=b", (r, d, a, b, p, c) -> set(r, d, Float32.squareRoot(r[b], c))),

    ADD_F64("D=AB", (r, d, a, b, p, c) -> setDoubleword(r, d, Float64.add(doubleword(r, a), doubleword(r, b), c))),
    SUB_F64("D=AB", (r, d, a, b, p, c) -> setDoubleword(r, d, Float64.subtract(doubleword(r, a), doubleword(r, b), c))),
    MUL_F64("D=AB", (r, d, a, b, p, c) -> setDoubleword(r, d, product(r, a, b, c))),
    NMUL_F64("D=AB", (r, d, a, b, p, c) -> setDoubleword(r, d, product(r, a, b, c) ^ WIDE_SIGN)),
    DIV_F64("D=AB", (r, d, a, b, p, c) -> setDoubleword(r, d, Float64.divide(doubleword(r, a), doubleword(r, b), c))),
    MLA_F64("D=DAB", (r, d, a, b, p, c) -> sum(r, d, 0, product(r, a, b, c), c)),
    MLS_F64("D=DAB", (r, d, a, b, p, c) -> sum(r, d, 0, product(r, a, b, c) ^ WIDE_SIGN, c)),
    NMLA_F64("D=DAB", (r, d, a, b, p, c) -> sum(r, d, WIDE_SIGN, product(r, a, b, c) ^ WIDE_SIGN, c)),
    NMLS_F64("D=DAB", (r, d, a, b, p, c) -> sum(r, d, WIDE_SIGN, product(r, a, b, c), c)),
    FMA_F64("D=DAB", (r, d, a, b, p, c) -> fused(r, d, a, b, 0, 0, c)),
    FMS_F64("D=DAB", (r, d, a, b, p, c) -> fused(r, d, a, b, 0, WIDE_SIGN, c)),
    FNMA_F64("D=DAB", (r, d, a, b, p, c) -> fused(r, d, a, b, WIDE_SIGN, WIDE_SIGN, c)),
    FNMS_F64("D=DAB", (r, d, a, b, p, c) -> fused(r, d, a, b, WIDE_SIGN, 0, c)),
    SQRT_F64("D=B", (r, d, a, b, p, c) -> setDoubleword(r, d, Float64.squareRoot(doubleword(r, b), c))),

    // What only moves bits, and neither looks at FPSCR nor changes it.
    MOVE_F32("d=b", (r, d, a, b, p, c) -> set(r, d, r[b])),
    ABSOLUTE_F32("d=b", (r, d, a, b, p, c) -> set(r, d, r[b] & ~SIGN)),
    NEGATE_F32("d=b", (r, d, a, b, p, c) -> set(r, d, r[b] ^ SIGN)),
    /** The parameter is the upper 16 bits; the rest is zero. */
    CONSTANT_F32("d=", (r, d, a, b, p, c) -> set(r, d, p << 16)),
    MOVE_F64("D=B", (r, d, a, b, p, c) -> setDoubleword(r, d, doubleword(r, b))),
    ABSOLUTE_F64("D=B", (r, d, a, b, p, c) -> setDoubleword(r, d, doubleword(r, b) & ~WIDE_SIGN)),
    NEGATE_F64("D=B", (r, d, a, b, p, c) -> setDoubleword(r, d, doubleword(r, b) ^ WIDE_SIGN)),
    CONSTANT_F64("D=", (r, d, a, b, p, c) -> setDoubleword(r, d, (long) p << 48)),

    // Comparisons: of d and b, or of d and +0 where the name says so. The flags go to {@link FpRegisters#NZCV}.
    CMP_F32("=db", (r, d, a, b, p, c) -> flags(r, Float32.compare(r[d], r[b], false, c))),
    CMPE_F32("=db", (r, d, a, b, p, c) -> flags(r, Float32.compare(r[d], r[b], true, c))),
    CMP_ZERO_F32("=d", (r, d, a, b, p, c) -> flags(r, Float32.compare(r[d], 0, false, c))),
    CMPE_ZERO_F32("=d", (r, d, a, b, p, c) -> flags(r, Float32.compare(r[d], 0, true, c))),
    CMP_F64("=DB", (r, d, a, b, p, c) -> flags(r, Float64.compare(doubleword(r, d), doubleword(r, b), false, c))),
    CMPE_F64("=DB", (r, d, a, b, p, c) -> flags(r, Float64.compare(doubleword(r, d), doubleword(r, b), true, c))),
    CMP_ZERO_F64("=D", (r, d, a, b, p, c) -> flags(r, Float64.compare(doubleword(r, d), 0, false, c))),
    CMPE_ZERO_F64("=D", (r, d, a, b, p, c) -> flags(r, Float64.compare(doubleword(r, d), 0, true, c))),

    // Conversions.
    F32_TO_F64("D=b", (r, d, a, b, p, c) -> setDoubleword(r, d, Conversions.convert(SINGLE, DOUBLE, single(r, b), c))),
    F64_TO_F32("d=B", (r, d, a, b, p, c) -> set(r, d, (int) Conversions.convert(DOUBLE, SINGLE, doubleword(r, b), c))),
    /** The parameter is where the half is in its word: at bit 0 or 16. */
    F32_TO_F16("d=db", (r, d, a, b, p, c) -> {
        int half = (int) Conversions.convert(SINGLE, HALF, single(r, b), c);
        r[d] = r[d] & ~(0xffff << p) | half << p;
    }),
    F16_TO_F32("d=b", (r, d, a, b, p, c) -> set(r, d, (int) Conversions.convert(HALF, SINGLE, r[b] >>> p & 0xffff, c))),
    S32_TO_F32("d=b", (r, d, a, b, p, c) -> set(r, d, (int) Conversions.fromFixed(SINGLE, r[b], 0, c.rounding(), c))),
    U32_TO_F32(
            "d=b",
            (r, d, a, b, p, c) -> set(r, d, (int) Conversions.fromFixed(SINGLE, single(r, b), 0, c.rounding(), c))),
    S32_TO_F64(
            "D=b", (r, d, a, b, p, c) -> setDoubleword(r, d, Conversions.fromFixed(DOUBLE, r[b], 0, c.rounding(), c))),
    U32_TO_F64(
            "D=b",
            (r, d, a, b, p, c) -> setDoubleword(r, d, Conversions.fromFixed(DOUBLE, single(r, b), 0, c.rounding(), c))),
    /** The parameter: 0 rounds towards zero, 1 as FPSCR says. */
    F32_TO_S32("d=b", (r, d, a, b, p, c) -> set(r, d, toInteger(SINGLE, single(r, b), false, p, c))),
    F32_TO_U32("d=b", (r, d, a, b, p, c) -> set(r, d, toInteger(SINGLE, single(r, b), true, p, c))),
    F64_TO_S32("d=B", (r, d, a, b, p, c) -> set(r, d, toInteger(DOUBLE, doubleword(r, b), false, p, c))),
    F64_TO_U32("d=B", (r, d, a, b, p, c) -> set(r, d, toInteger(DOUBLE, doubleword(r, b), true, p, c))),
    /** Between a number and a fixed-point number in the same register, d; the parameter is {@link #fixed}. */
    F32_TO_FIXED("d=d", (r, d, a, b, p, c) -> set(r, d, (int) toFixed(SINGLE, single(r, d), p, c))),
    F64_TO_FIXED("D=D", (r, d, a, b, p, c) -> setDoubleword(r, d, toFixed(DOUBLE, doubleword(r, d), p, c))),
    FIXED_TO_F32("d=d", (r, d, a, b, p, c) -> set(r, d, (int) fromFixed(SINGLE, r[d], p, c))),
    FIXED_TO_F64("D=D", (r, d, a, b, p, c) -> setDoubleword(r, d, fromFixed(DOUBLE, r[2 * d], p, c)));

    private interface Function {
        /**
         * @param r {@link FpRegisters#words}
         * @param p a parameter
         */
        void apply(int[] r, int d, int a, int b, int p, FpContext c);
    }

    private static final ScalarOperation[] ALL = values();

    private final Function function;
    /** {@code =} is between what it writes and what it reads. */
    private final String operands;

    ScalarOperation(String operands, Function function) {
        this.operands = operands;
        this.function = function;
    }

    /** The row of a single-precision operation for double precision. */
    public ScalarOperation inDoublePrecision() {
        return ALL[DOUBLES[ordinal()]];
    }

    /** By ordinal, the ordinal of the row with F64 in place of F32. */
    private static final int[] DOUBLES = new int[ALL.length];

    static {
        Arrays.fill(DOUBLES, -1);
        for (ScalarOperation row : ALL) {
            for (ScalarOperation other : ALL) {
                if (other.name().equals(row.name().replace("F32", "F64"))) {
                    DOUBLES[row.ordinal()] = other.ordinal();
                }
            }
        }
    }

    /** The words of registers that it writes: bit n for word n. */
    public long written(int d) {
        return words(operands.charAt(0), d, 0, 0);
    }

    /** The words of registers that it reads. */
    long read(int d, int a, int b) {
        long words = 0;
        for (int i = operands.indexOf('=') + 1; i < operands.length(); i++) {
            words |= words(operands.charAt(i), d, a, b);
        }
        return words;
    }

    private static long words(char operand, int d, int a, int b) {
        return switch (operand) {
            case 'd' -> 1L << d;
            case 'a' -> 1L << a;
            case 'b' -> 1L << b;
            case 'D' -> 3L << 2 * d;
            case 'A' -> 3L << 2 * a;
            case 'B' -> 3L << 2 * b;
            default -> 0;
        };
    }

    /** What {@link #execute} takes: the operation and its parameter. */
    public int code(int parameter) {
        return ordinal() | parameter << 8;
    }

    /** The operation of a code. */
    public static ScalarOperation of(int code) {
        return ALL[code & 0xff];
    }

    /** The parameter of conversions of fixed-point numbers of 16 or 32 bits. */
    public static int fixed(int bits, boolean unsigned, int fraction) {
        return fraction << 2 | (bits == 32 ? 2 : 0) | (unsigned ? 1 : 0);
    }

    /** Does what a code says with registers, and with FPSCR among them. */
    public static void execute(int code, int d, int a, int b, FpRegisters registers, FpContext c) {
        int[] r = registers.words();
        c.load(r[FpRegisters.FPSCR]);
        of(code).function.apply(r, d, a, b, code >>> 8, c);
        r[FpRegisters.FPSCR] |= c.flags;
    }

    private static void set(int[] r, int d, int value) {
        r[d] = value;
    }

    private static long single(int[] r, int n) {
        return r[n] & 0xffff_ffffL;
    }

    private static void flags(int[] r, int flags) {
        r[FpRegisters.NZCV] = flags;
    }

    private static long product(int[] r, int a, int b, FpContext c) {
        return Float64.multiply(doubleword(r, a), doubleword(r, b), c);
    }

    private static void sum(int[] r, int d, long flip, long product, FpContext c) {
        setDoubleword(r, d, Float64.add(doubleword(r, d) ^ flip, product, c));
    }

    private static void fused(int[] r, int d, int a, int b, long flipAddend, long flip, FpContext c) {
        long x = doubleword(r, a) ^ flip;
        setDoubleword(r, d, Float64.multiplyAdd(doubleword(r, d) ^ flipAddend, x, doubleword(r, b), c));
    }

    private static int toInteger(Format f, long value, boolean unsigned, int p, FpContext c) {
        return (int) Conversions.toFixed(f, value, 0, 32, unsigned, p == 0 ? Fpscr.ROUND_ZERO : c.rounding(), c);
    }

    private static long toFixed(Format f, long value, int p, FpContext c) {
        return Conversions.toFixed(f, value, p >>> 2, bits(p), (p & 1) != 0, Fpscr.ROUND_ZERO, c);
    }

    private static long fromFixed(Format f, int value, int p, FpContext c) {
        long extended = Element.of(bits(p) / 16, (p & 1) != 0).extend(value);
        return Conversions.fromFixed(f, extended, p >>> 2, Fpscr.ROUND_NEAREST, c);
    }

    private static int bits(int p) {
        return (p & 2) != 0 ? 32 : 16;
    }
}
