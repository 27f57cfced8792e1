package swivel.lpv.source;

import swivel.arm.Sensitivity;

/**
 * A sensitive instruction in a source file, and what is put there, if anything is: what has a mnemonic stays as it is.
 *
 * @param offset where the mnemonic stands in the file
 * @param length of what is replaced; 0 if nothing is
 * @param replacement what is put there
 * @param mnemonic as it stands there
 * @param original the statement as it was, on one line
 * @param sensitivity its class, as far as it is known here
 * @param armOnly whether no other architecture has such an instruction
 */
record Edit(
        int offset,
        int length,
        String replacement,
        String mnemonic,
        String original,
        Sensitivity sensitivity,
        boolean armOnly) {}
