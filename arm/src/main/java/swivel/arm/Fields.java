package swivel.arm;

/** The fields of an A32 word, each by the name the manual gives it (ARM DDI 0406C, A5). */
public final class Fields {
    private Fields() {}

    /** Bits 31:28: the condition, {@link #AL} for always; 15 is the unconditional space. */
    public static int cond(int word) {
        return word >>> 28;
    }

    public static final int AL = 14;

    /** Bits 19:16: the base or first operand. */
    public static int rn(int word) {
        return word >>> 16 & 15;
    }

    /** Bits 15:12: the destination; Rt of loads and stores. */
    public static int rd(int word) {
        return word >>> 12 & 15;
    }

    /** Bits 3:0: the second operand. */
    public static int rm(int word) {
        return word & 15;
    }

    /** Bits 11:8: the register that holds a shift amount; Rm of multiplies. */
    public static int rs(int word) {
        return word >>> 8 & 15;
    }

    /** Bit {@code n} as a boolean. */
    public static boolean bit(int word, int n) {
        return (word >>> n & 1) != 0;
    }

    /** Bits {@code high:low}, unsigned. */
    public static int bits(int word, int high, int low) {
        return word << (31 - high) >>> (31 - high + low);
    }

    /** Bit 20: data processing and multiplies set the flags; loads and stores load. */
    public static boolean s(int word) {
        return bit(word, 20);
    }

    /** Bit 24: the offset is applied before the access. */
    public static boolean p(int word) {
        return bit(word, 24);
    }

    /** Bit 23: the offset is added. */
    public static boolean u(int word) {
        return bit(word, 23);
    }

    /** Bit 21: the base is written back. */
    public static boolean w(int word) {
        return bit(word, 21);
    }

    /** A data-processing immediate: 8 bits rotated right by twice the 4-bit rotation (A5.2.4). */
    public static int modifiedImmediate(int word) {
        return Integer.rotateRight(word & 0xff, word >>> 7 & 0x1e);
    }

    /** Byte offset of B, BL and BLX from the instruction's address plus 8, without BLX's H bit. */
    public static int branchOffset(int word) {
        return word << 8 >> 6;
    }

    /** The 16-bit immediate of MOVW and MOVT. */
    public static int imm16(int word) {
        return (word >>> 4 & 0xf000) | (word & 0xfff);
    }

    /** The split 8-bit immediate of the extra loads and stores. */
    public static int imm4imm4(int word) {
        return (word >>> 4 & 0xf0) | (word & 0xf);
    }
}
