package swivel.arm.core;

import swivel.arm.Cp15;
import swivel.arm.Fields;

/**
 * Encodings of MRC and MCR of coprocessor 15 that name no register and yet are not UNDEFINED in privileged modes: they
 * read as zero and ignore what is written (ARM DDI 0406C, B3.17.1).
 *
 * @param crn the number CRn
 * @param opc1s a bit for each number opc1
 * @param crms a bit for each number CRm
 * @param opc2s a bit for each number opc2
 * @param access the directions
 */
record Unnamed(int crn, int opc1s, int crms, int opc2s, Cp15.Access access) {
    boolean has(int word) {
        return Fields.rn(word) == crn
                && access.allows(Fields.s(word))
                && has(opc1s, Fields.bits(word, 23, 21))
                && has(crms, Fields.rm(word))
                && has(opc2s, Fields.bits(word, 7, 5));
    }

    private static boolean has(int set, int number) {
        return (set >>> number & 1) != 0;
    }
}
