package swivel.cpu.x64;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import swivel.cpu.fp.EstimateTables;
import swivel.cpu.fp.SoftFloat;
import swivel.cpu.jit.CodeMemory;

/** Numbers that emitted code reads, before all code. Each has 16 bytes, for all elements of an XMM register. */
final class Constants {
    static final int MAGNITUDE_F32 = 0;
    static final int SIGN_F32 = 16;
    /** The lowest normal number. */
    static final int LOWEST_F32 = 32;

    /** The highest number that is not above the highest unsigned integer. */
    static final int HIGHEST_U32 = 48;

    static final int MINUS_ONE_F32 = 64;

    /** From a constant of singles to that of doubles. */
    static final int TO_DOUBLE = 80;

    /** Of MXCSR: no exception traps, to nearest. */
    static final int MXCSR = 160;

    /** Powers of two, of doubles, from -0 to -32: a doubleword each. */
    static final int SCALES = 176;

    /** What NZCV is after UCOMISS or UCOMISD, a word for each value of AH after LAHF. */
    static final int ORDERS = SCALES + 33 * 8;

    private static final int ORDERS_LENGTH = 0x48;

    /** The same as the frame has the guest's flags ({@link Flags}). */
    static final int FLAGS = ORDERS + 4 * ORDERS_LENGTH;

    // Orders of bytes, for PSHUFB: elements of even places, then those of odd ones.
    static final int EVEN_BYTES = FLAGS + 4 * ORDERS_LENGTH + 8;
    static final int EVEN_HALFWORDS = EVEN_BYTES + 16;
    private static final int REVERSE = EVEN_HALFWORDS + 16;

    // Words.
    static final int ZERO = REVERSE + 9 * 16;
    static final int ONES = ZERO + 16;
    /** In the lower half, above which is zero. */
    static final int LOWER_ONES = ONES + 16;

    static final int INFINITY_F32 = LOWER_ONES + 16;
    // Of singles shifted left once, without their sign: the lowest number above the lowest normal one; from there to
    // infinity.
    static final int ABOVE_LOWEST = INFINITY_F32 + 16;
    static final int UP_TO_INFINITY = ABOVE_LOWEST + 16;

    /** 2<sup>16</sup>. */
    static final int HALFWORD_F32 = UP_TO_INFINITY + 16;
    /** The lower half of each byte. */
    static final int NIBBLES = HALFWORD_F32 + 16;

    /** How many bits are set, by four bits. */
    static final int BITS = NIBBLES + 16;

    /** Words: what bytes GE chooses, by its value. */
    static final int CHOSEN = BITS + 16;

    /** Bytes: how many an index is behind one into the first 16 of a table. */
    static final int SIXTEEN = CHOSEN + 16 * 4;

    /** Bytes: bit 7 of a sum with this, which saturates, is whether an index is above 15. */
    static final int ABOVE_15 = SIXTEEN + 16;

    static final int TWO_F32 = ABOVE_15 + 16;
    static final int THREE_F32 = TWO_F32 + 16;
    static final int HALF_F32 = THREE_F32 + 16;

    /** The lowest normal number, shifted left once; how far from there it is to the last with a normal reciprocal. */
    static final int LOWEST_DOUBLED = HALF_F32 + 16;

    static final int UP_TO_RECIPROCAL = LOWEST_DOUBLED + 16;
    /** From the lowest normal number to the highest. */
    static final int UP_TO_HIGHEST = UP_TO_RECIPROCAL + 16;

    // What exponents are taken from: in its place, and twice what it is.
    static final int RECIPROCAL_EXPONENT = UP_TO_HIGHEST + 16;
    static final int ROOT_EXPONENT = RECIPROCAL_EXPONENT + 16;

    /** How many zeros four bits begin with, by their value. */
    static final int LEADING_ZEROS = ROOT_EXPONENT + 16;

    // Bytes.
    static final int FOURS = LEADING_ZEROS + 16;
    static final int HIGHEST_BYTES = FOURS + 16;

    /** Fractions of estimates, of 8 bits: by the first 8 of the fraction, and by the last of the exponent and 7. */
    static final int RECIPROCALS = HIGHEST_BYTES + 16;

    static final int RECIPROCAL_ROOTS = RECIPROCALS + 256;

    private static final int BYTES = RECIPROCAL_ROOTS + 256;

    /** The order of bytes that reverses elements of 1 SHL {@code size} bytes in groups of 16, 32 or 64 bits. */
    static int reverse(int size, int group) {
        return REVERSE + 16 * (3 * size + Integer.numberOfTrailingZeros(group) - 4);
    }

    /** What MXCSR has where nothing was changed: {@link #MXCSR}. */
    static final int MXCSR_DEFAULT = 0x1f80;

    private Constants() {}

    /** Puts them into memory; the address of the first. */
    static long append(CodeMemory memory) {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        singles(bytes, MAGNITUDE_F32, Integer.MAX_VALUE);
        singles(bytes, SIGN_F32, Integer.MIN_VALUE);
        singles(bytes, LOWEST_F32, Float.floatToRawIntBits(Float.MIN_NORMAL));
        singles(bytes, HIGHEST_U32, Float.floatToRawIntBits(0x1p32f) - 1);
        singles(bytes, MINUS_ONE_F32, Float.floatToRawIntBits(-1));
        doubles(bytes, MAGNITUDE_F32, Long.MAX_VALUE);
        doubles(bytes, SIGN_F32, Long.MIN_VALUE);
        doubles(bytes, LOWEST_F32, Double.doubleToRawLongBits(Double.MIN_NORMAL));
        doubles(bytes, HIGHEST_U32, Double.doubleToRawLongBits(0x1p32 - 1));
        doubles(bytes, MINUS_ONE_F32, Double.doubleToRawLongBits(-1));
        bytes.putInt(MXCSR, MXCSR_DEFAULT);
        for (int n = 0; n <= 32; n++) {
            bytes.putDouble(SCALES + 8 * n, Math.scalb(1.0, -n));
        }
        // SF, ZF, 0, AF, 0, PF, 1, CF
        bytes.putInt(ORDERS + 4 * 0x02, SoftFloat.GREATER);
        bytes.putInt(ORDERS + 4 * 0x03, SoftFloat.LESS);
        bytes.putInt(ORDERS + 4 * 0x42, SoftFloat.EQUAL);
        bytes.putInt(ORDERS + 4 * 0x47, SoftFloat.UNORDERED);
        bytes.putInt(FLAGS + 4 * 0x03, Flags.FLAG_N | Flags.FLAG_NOT_C);
        bytes.putInt(FLAGS + 4 * 0x42, Flags.FLAG_Z);
        bytes.putInt(FLAGS + 4 * 0x47, Flags.FLAG_V);
        singles(bytes, ONES, -1);
        bytes.putLong(LOWER_ONES, -1);
        int infinity = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
        int above = Float.floatToRawIntBits(Float.MIN_NORMAL) + 1;
        singles(bytes, INFINITY_F32, infinity);
        singles(bytes, ABOVE_LOWEST, 2 * above);
        singles(bytes, UP_TO_INFINITY, 2 * (infinity - above));
        singles(bytes, HALFWORD_F32, Float.floatToRawIntBits(0x1p16f));
        singles(bytes, TWO_F32, Float.floatToRawIntBits(2));
        singles(bytes, THREE_F32, Float.floatToRawIntBits(3));
        singles(bytes, HALF_F32, Float.floatToRawIntBits(0.5f));
        int lowest = Float.floatToRawIntBits(Float.MIN_NORMAL);
        singles(bytes, LOWEST_DOUBLED, 2 * lowest);
        singles(bytes, UP_TO_RECIPROCAL, 2 * (Float.floatToRawIntBits(0x1p126f) - lowest) - 1);
        singles(bytes, UP_TO_HIGHEST, infinity - 1 - lowest);
        singles(bytes, RECIPROCAL_EXPONENT, 253 << 23);
        singles(bytes, ROOT_EXPONENT, 380);
        singles(bytes, FOURS, 0x0404_0404);
        singles(bytes, HIGHEST_BYTES, 0x7f7f_7f7f);
        for (int i = 0; i < 128; i++) {
            bytes.put(RECIPROCALS + i, (byte) EstimateTables.reciprocal(256 + i));
            bytes.put(RECIPROCALS + 128 + i, (byte) EstimateTables.reciprocal(384 + i));
            bytes.put(RECIPROCAL_ROOTS + i, (byte) EstimateTables.reciprocalRoot(256 + 2 * i));
            bytes.put(RECIPROCAL_ROOTS + 128 + i, (byte) EstimateTables.reciprocalRoot(128 + i));
        }
        singles(bytes, NIBBLES, 0x0f0f_0f0f);
        singles(bytes, SIXTEEN, 0x1010_1010);
        singles(bytes, ABOVE_15, 0x7070_7070);
        for (int i = 0; i < 16; i++) {
            bytes.put(BITS + i, (byte) Integer.bitCount(i));
            bytes.put(LEADING_ZEROS + i, (byte) (Integer.numberOfLeadingZeros(i) - 28));
            bytes.putInt(CHOSEN + 4 * i, (i & 1 | (i & 2) << 7 | (i & 4) << 14 | (i & 8) << 21) * 0xff);
            bytes.put(EVEN_BYTES + i, (byte) (2 * i + i / 8 & 15));
            bytes.put(EVEN_HALFWORDS + i, (byte) (4 * (i / 2) + i % 2 + i / 8 * 2 & 15));
            for (int size = 0; size < 3; size++) {
                for (int group = 16 << size; group <= 64; group *= 2) {
                    bytes.put(reverse(size, group) + i, (byte) (i ^ group / 8 - (1 << size)));
                }
            }
        }
        long address = memory.next();
        memory.append(bytes.array(), BYTES);
        return address;
    }

    private static void singles(ByteBuffer bytes, int at, int value) {
        for (int i = 0; i < 16; i += 4) {
            bytes.putInt(at + i, value);
        }
    }

    private static void doubles(ByteBuffer bytes, int at, long value) {
        for (int i = 0; i < 16; i += 8) {
            bytes.putLong(at + TO_DOUBLE + i, value);
        }
    }
}
