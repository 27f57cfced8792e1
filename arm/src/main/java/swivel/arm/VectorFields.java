package swivel.arm;

import static swivel.arm.Fields.bit;
import static swivel.arm.Fields.bits;

/**
 * The fields of VFP and NEON words that are split or need arithmetic (ARM DDI 0406C, A7.3, A7.4.6, A7.5.1): they lie
 * in the same bits of a word in both instruction sets.
 */
final class VectorFields {
    private VectorFields() {}

    /** D:Vd, a doubleword register; a quadword register is twice its number. */
    static int d(int word) {
        return word >>> 18 & 0x10 | word >>> 12 & 15;
    }

    /** N:Vn. */
    static int n(int word) {
        return word >>> 3 & 0x10 | word >>> 16 & 15;
    }

    /** M:Vm. */
    static int m(int word) {
        return word >>> 1 & 0x10 | word & 15;
    }

    /** Vd:D, a single-precision register. */
    static int singleD(int word) {
        return single(d(word));
    }

    /** Vn:N. */
    static int singleN(int word) {
        return single(n(word));
    }

    /** Vm:M. */
    static int singleM(int word) {
        return single(m(word));
    }

    private static int single(int register) {
        return register << 1 & 0x1e | register >>> 4;
    }

    /**
     * Where the lowest bit of the number of a doubleword register is, by the letter of its field: it is zero in a
     * quadword register.
     */
    static int lowestBit(char register) {
        return switch (register) {
            case 'd' -> 1 << 12;
            case 'n' -> 1 << 16;
            case 'm' -> 1;
            default -> throw new IllegalArgumentException("no register " + register);
        };
    }

    /**
     * Whether a word of NEON has quadword registers, where it may have either: bit 6 tells, or bit 24 of one that has
     * a lane as operand (A7.4).
     */
    static boolean isQuad(int word) {
        boolean withLane = bit(word, 23) && bit(word, 6) && !bit(word, 4) && bits(word, 21, 20) != 3;
        return bit(word, withLane ? 24 : 6);
    }

    /**
     * The register of a lane that is an operand: of eight with lanes of 16 bits, of sixteen with lanes of 32 (A7.4.3).
     */
    static int laneRegister(int word) {
        return bits(word, 21, 20) == 1 ? word & 7 : word & 15;
    }

    /** M, or M:Vm[3], the number of a lane that is an operand. */
    static int lane(int word) {
        return bits(word, 21, 20) == 1 ? bits(word, 5, 5) << 1 | bits(word, 3, 3) : bits(word, 5, 5);
    }

    /** L:imm6, which tells the size of elements and how far they are shifted (A7.4.4). */
    private static int shift(int word) {
        return bits(word, 7, 7) << 6 | bits(word, 21, 16);
    }

    /** Bits of an element that is shifted; of the result where that is narrower. */
    static int shiftedBits(int word) {
        return Math.max(8, Integer.highestOneBit(shift(word)));
    }

    static int shiftLeft(int word) {
        return shift(word) - shiftedBits(word);
    }

    static int shiftRight(int word) {
        return 2 * shiftedBits(word) - shift(word);
    }

    /** Bits behind the point of a fixed-point number. */
    static int fraction(int word) {
        return 64 - bits(word, 21, 16);
    }

    /** The eight bits of a modified immediate. */
    static int imm8(int word) {
        return bits(word, 24, 24) << 7 | bits(word, 18, 16) << 4 | word & 15;
    }

    /** Those shifted left by bytes, as bits 10:9 say. */
    static int imm8ByBytes(int word) {
        return imm8(word) << 8 * bits(word, 10, 9);
    }

    /** Those shifted left by one byte or two, with ones behind. */
    static int imm8ByOnes(int word) {
        return bit(word, 8) ? imm8(word) << 16 | 0xffff : imm8(word) << 8 | 0xff;
    }

    /** Each of the eight bits as a byte. */
    static long imm8Bytes(int word) {
        return Long.expand(imm8(word), 0x0101_0101_0101_0101L) * 0xff;
    }

    /** Whether bit 8 says double precision. */
    static boolean isDouble(int word) {
        return bit(word, 8);
    }

    /**
     * The bits of a single-precision number of eight bits: a sign, three bits of exponent, four of fraction
     * (VFPExpandImm).
     */
    static int expandSingle(int imm8) {
        int exponent = (imm8 & 0x40) == 0 ? 0x4000_0000 : 0x3e00_0000;
        return imm8 << 24 & 0x8000_0000 | exponent | (imm8 & 0x3f) << 19;
    }

    /** The same of a double-precision number. */
    static long expandDouble(int imm8) {
        long exponent = (imm8 & 0x40) == 0 ? 0x4000_0000_0000_0000L : 0x3fc0_0000_0000_0000L;
        return (long) imm8 << 56 & Long.MIN_VALUE | exponent | (imm8 & 0x3fL) << 48;
    }
}
