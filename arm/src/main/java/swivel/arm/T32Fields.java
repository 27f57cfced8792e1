package swivel.arm;

import static swivel.arm.Fields.bits;

/** The fields of T32 words that are split or need arithmetic (ARM DDI 0406C, A6). */
public final class T32Fields {
    private T32Fields() {}

    /** The offset of a branch, CBZ or CBNZ from the instruction's address plus 4 (that aligned to a word for BLX). */
    public static int branchOffset(T32 row, int word) {
        return switch (row) {
            case CBZ_T1 -> bits(word, 9, 9) << 6 | bits(word, 7, 3) << 1;
            case B_T1 -> word << 24 >> 23;
            case B_T2 -> word << 21 >> 20;
            case B_T3 -> {
                int top = (word << 5 >> 31) << 20 | bits(word, 11, 11) << 19 | bits(word, 13, 13) << 18;
                yield top | bits(word, 21, 16) << 12 | bits(word, 10, 0) << 1;
            }
            case B_T4, BL_T1, BLX_IMM_T2 -> {
                int sign = word << 5 >> 31;
                int i1 = ~(bits(word, 13, 13) ^ sign) & 1;
                int i2 = ~(bits(word, 11, 11) ^ sign) & 1;
                yield sign << 24 | i1 << 23 | i2 << 22 | bits(word, 25, 16) << 12 | bits(word, 10, 0) << 1;
            }
            default -> throw new IllegalArgumentException(row + " is no branch");
        };
    }

    /** The condition of a conditional branch. */
    public static int branchCondition(int word) {
        return word >>> 16 == 0 ? bits(word, 11, 8) : bits(word, 25, 22);
    }

    /** i:imm3:imm8, the 12 bits of an immediate. */
    public static int imm12(int word) {
        return bits(word, 26, 26) << 11 | bits(word, 14, 12) << 8 | word & 0xff;
    }

    /** A data-processing immediate (A6.3.2): bytes repeated, or eight bits with the top one set rotated right. */
    public static int modifiedImmediate(int word) {
        int imm12 = imm12(word);
        int low = imm12 & 0xff;
        return switch (imm12 >>> 8) {
            case 0 -> low;
            case 1 -> low << 16 | low;
            case 2 -> low << 24 | low << 8;
            case 3 -> low * 0x0101_0101;
            default -> Integer.rotateRight(0x80 | low, imm12 >>> 7);
        };
    }

    /** The 16-bit immediate of MOVW and MOVT: imm4:i:imm3:imm8. */
    public static int imm16(int word) {
        return bits(word, 19, 16) << 12 | imm12(word);
    }

    /** imm3:imm2, a shift amount or the low end of a bit field. */
    public static int imm5(int word) {
        return bits(word, 14, 12) << 2 | bits(word, 7, 6);
    }

    /** The registers of a load or store multiple, PUSH or POP, as a list of 16 bits. */
    public static int registerList(T32 row, int word) {
        return switch (row) {
            case PUSH_T1 -> word & 0xff | (word & 0x100) << 6;
            case POP_T1 -> word & 0xff | (word & 0x100) << 7;
            case STM_T1, LDM_T1 -> word & 0xff;
            default -> word & 0xffff;
        };
    }
}
