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
}
