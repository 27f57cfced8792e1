package swivel.cpu.ir;

import swivel.cpu.UserState;

/**
 * Arithmetic too rare for a micro-operation of its own: the media instructions (ARM DDI 0406C, A5.4; semantics in
 * A8.8).
 */
public final class Helpers {
    private Helpers() {}

    /** {@link #parallel}, where that is no micro-operation. */
    public static final int PARALLEL = 0;
    /** Saturated a + b, a - b, a + 2b, a - 2b by the parameter 0 to 3. */
    public static final int QADD = 2;
    /** a saturated to the parameter's number of bits, signed. */
    public static final int SSAT = 3;
    /** a saturated to the parameter's number of bits, unsigned. */
    public static final int USAT = 4;
    /** Both halfwords of a saturated, signed. */
    public static final int SSAT16 = 5;
    /** Both halfwords of a saturated, unsigned. */
    public static final int USAT16 = 6;
    /** Sum of absolute differences of bytes. */
    public static final int USAD8 = 7;
    /** Low by low plus high by high, plus the register that the parameter names; Q if it overflows. */
    public static final int SMLAD = 8;
    /** Low by low minus high by high, likewise. */
    public static final int SMLSD = 9;
    /** High word of acc:0 + a * b; the parameter is the register acc, bit 8 of it asks for rounding. */
    public static final int SMMLA = 10;
    /** High word of acc:0 - a * b, likewise. */
    public static final int SMMLS = 11;
    /** a plus bytes 0 and 2 of b to halfwords, sign-extended. */
    public static final int SXTAB16 = 12;
    /** a plus bytes 0 and 2 of b to halfwords, zero-extended. */
    public static final int UXTAB16 = 13;

    /** {@link MicroOp#HELPER64}: sum + low by low + high by high. */
    public static final int SMLALD = 0;
    /** {@link MicroOp#HELPER64}: sum + low by low - high by high. */
    public static final int SMLSLD = 1;

    /** The register operand that means none. */
    public static final int NO_REGISTER = 15;

    public static int call(int id, int parameter, int a, int b, int[] r) {
        return switch (id) {
            case PARALLEL -> parallel(parameter, a, b, r);
            case QADD -> {
                int addend = parameter < 2 ? b : saturate(2L * b, 32, r);
                yield saturate((parameter & 1) == 0 ? (long) a + addend : (long) a - addend, 32, r);
            }
            case SSAT -> saturate(a, parameter, r);
            case USAT -> saturateUnsigned(a, parameter, r);
            case SSAT16 -> pack(saturate((short) a, parameter, r), saturate(a >> 16, parameter, r));
            case USAT16 -> pack(saturateUnsigned((short) a, parameter, r), saturateUnsigned(a >> 16, parameter, r));
            case USAD8 -> absoluteDifferences(a, b);
            case SMLAD -> overflowing((long) low(a, b) + high(a, b) + accumulator(parameter, r), r);
            case SMLSD -> overflowing((long) low(a, b) - high(a, b) + accumulator(parameter, r), r);
            case SMMLA -> highWord(((long) accumulator(parameter & 15, r) << 32) + (long) a * b, parameter);
            case SMMLS -> highWord(((long) accumulator(parameter & 15, r) << 32) - (long) a * b, parameter);
            case SXTAB16 -> pack(a + (byte) b, (a >>> 16) + (byte) (b >> 16));
            case UXTAB16 -> pack(a + (b & 0xff), (a >>> 16) + (b >>> 16 & 0xff));
            default -> throw new IllegalStateException("no helper " + id);
        };
    }

    public static long call64(int id, long sum, int a, int b) {
        return switch (id) {
            case SMLALD -> sum + low(a, b) + high(a, b);
            case SMLSLD -> sum + low(a, b) - high(a, b);
            default -> throw new IllegalStateException("no 64-bit helper " + id);
        };
    }

    private static int accumulator(int register, int[] r) {
        return register == NO_REGISTER ? 0 : r[register];
    }

    private static int low(int a, int b) {
        return (short) a * (short) b;
    }

    private static int high(int a, int b) {
        return (a >> 16) * (b >> 16);
    }

    private static int highWord(long value, int parameter) {
        boolean round = (parameter & 0x100) != 0;
        return (int) (value + (round ? 0x80000000L : 0) >> 32);
    }

    private static int pack(int low, int high) {
        return low & 0xffff | high << 16;
    }

    private static int overflowing(long value, int[] r) {
        if (value != (int) value) {
            r[UserState.Q] = 1;
        }
        return (int) value;
    }

    private static int saturate(long value, int bits, int[] r) {
        long limit = 1L << (bits - 1);
        if (value >= limit || value < -limit) {
            r[UserState.Q] = 1;
            return (int) (value < 0 ? -limit : limit - 1);
        }
        return (int) value;
    }

    private static int saturateUnsigned(int value, int bits, int[] r) {
        int limit = (1 << bits) - 1;
        if (value < 0 || value > limit) {
            r[UserState.Q] = 1;
            return value < 0 ? 0 : limit;
        }
        return value;
    }

    /** {@link MicroOp#SEL}. */
    public static int select(int a, int b, int ge) {
        int mask = 0;
        for (int lane = 0; lane < 4; lane++) {
            mask |= (ge >>> lane & 1) * 0xff << 8 * lane;
        }
        return a & mask | b & ~mask;
    }

    private static int absoluteDifferences(int a, int b) {
        int sum = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            sum += Math.abs((a >>> shift & 0xff) - (b >>> shift & 0xff));
        }
        return sum;
    }

    // Prefixes of the parallel instructions, bits 22:20.
    public static final int SIGNED = 1;
    public static final int SATURATING = 2;
    private static final int HALVING = 3;
    public static final int UNSIGNED = 4;

    // Their operations, bits 7:5. Two more add one pair of halfwords and subtract the other.
    public static final int ADD16 = 0;
    public static final int SUB16 = 3;
    public static final int ADD8 = 4;
    public static final int SUB8 = 7;

    /** What {@link #parallel} takes. */
    public static int parallel(int prefix, int operation) {
        return prefix << 3 | operation;
    }

    /** Whether what {@link #parallel} takes is a {@link MicroOp#PARALLEL}. */
    public static boolean isPlain(int parameter) {
        int operation = parameter & 7;
        boolean isPlain = operation == ADD16 || operation == SUB16 || operation == ADD8 || operation == SUB8;
        return isPlain && (parameter >>> 3 & 3) != HALVING;
    }

    /** Parallel sums and differences. Operations are ADD16, ASX, SAX, SUB16, ADD8, (none), (none), SUB8. */
    public static int parallel(int parameter, int a, int b, int[] r) {
        int prefix = parameter >>> 3;
        int operation = parameter & 7;
        int result = 0;
        int ge = 0;
        int width = operation >= 4 ? 8 : 16;
        for (int lane = 0; lane < 32 / width; lane++) {
            int shift = lane * width;
            boolean exchange = operation == 1 || operation == 2;
            int x = lane(prefix, a, shift, width);
            int y = lane(prefix, b, exchange ? 16 - shift : shift, width);
            boolean subtract = operation == 3 || operation == 7 || operation == (lane == 0 ? 1 : 2);
            int value = subtract ? x - y : x + y;
            int kept = switch (prefix & 3) {
                case SATURATING -> clamp(prefix, value, width);
                case HALVING -> value >> 1;
                default -> value;
            };
            result |= (kept & (1 << width) - 1) << shift;
            boolean greaterEqual = prefix == SIGNED || subtract ? value >= 0 : value >= 1 << width;
            if (greaterEqual) {
                ge |= (width == 8 ? 1 : 3) << shift / 8;
            }
        }
        if ((prefix & 3) == SIGNED) {
            r[UserState.GE] = ge;
        }
        return result;
    }

    private static int lane(int prefix, int value, int shift, int width) {
        int up = 32 - shift - width;
        return (prefix & UNSIGNED) != 0 ? value << up >>> 32 - width : value << up >> 32 - width;
    }

    private static int clamp(int prefix, int value, int width) {
        boolean unsigned = (prefix & UNSIGNED) != 0;
        int low = unsigned ? 0 : -(1 << width - 1);
        int high = unsigned ? (1 << width) - 1 : (1 << width - 1) - 1;
        return Math.clamp(value, low, high);
    }
}
