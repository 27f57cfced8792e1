package swivel.arm;

import static swivel.arm.Fields.bit;

/**
 * The fields of VFP and NEON words that are split or need arithmetic (ARM DDI 0406C, A7.3, A7.4.6, A7.5.1): they lie in the same
 * bits of a word in both instruction sets.
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

    /** Where the lowest bit of the number of a doubleword register is, by the letter of its field: it is zero in a quadword register. */
    static int lowestBit(char register) {
        return switch (register) {
            case 'd' -> 1 << 12;
            case 'n' -> 1 << 16;
            case 'm' -> 1;
            default -> throw new IllegalArgumentException("no register " + register);
        };
    }

    /** Whether bit 8 says double precision. */
    static boolean isDouble(int word) {
        return bit(word, 8);
    }

    /** The bits of a single-precision number of eight bits: a sign, three bits of exponent, four of fraction (VFPExpandImm). */
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
