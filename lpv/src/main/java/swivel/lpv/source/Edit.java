package swivel.lpv.source;

import swivel.arm.Sensitivity;

/**
 * A sensitive instruction in a source file, and what is put there.
 *
 * @param offset where the mnemonic stands in the file
 * @param length of what is replaced; 0 if the prefix is only put in front
 * @param replacement what is put there
 * @param mnemonic as it stands there
 * @param original the statement as it was, on one line
 * @param sensitivity its class, as far as it is known here
 * @param certain whether it is sensitive for sure; else the assembler decides
 * @param armOnly whether no other architecture has such an instruction
 */
record Edit(
        int offset,
        int length,
        String replacement,
        String mnemonic,
        String original,
        Sensitivity sensitivity,
        boolean certain,
        boolean armOnly) {}
