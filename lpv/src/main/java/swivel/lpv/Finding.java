package swivel.lpv;

import swivel.arm.A32;
import swivel.arm.Sensitivity;

/**
 * A word of an image that is worth naming, such as a sensitive instruction.
 *
 * @param address its virtual address
 * @param word the instruction word
 * @param function the symbol it lies in with the offset, or an empty string
 */
public record Finding(int address, int word, String function) {

    /** The instruction's row in the table. */
    public A32 instruction() {
        return A32.decode(word);
    }

    public Sensitivity sensitivity() {
        return instruction().sensitivity();
    }

    /** One line for a person, such as {@code c0100010 e10f0000 MRS in do_fork+0x10}. */
    public String text() {
        String place = function.isEmpty() ? "" : " in " + function;
        return "%08x %08x %s%s".formatted(address, word, Mnemonics.of(word), place);
    }
}
