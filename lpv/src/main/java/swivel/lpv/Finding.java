package swivel.lpv;

import swivel.arm.Instruction;
import swivel.arm.InstructionSet;

/**
 * A word of an image that is worth naming, such as a sensitive instruction.
 *
 * @param set the instruction set it is of
 * @param address its virtual address
 * @param word the instruction word; of T32 one halfword, or two with the first in the upper half
 * @param function the symbol it lies in with the offset, or an empty string
 */
public record Finding(InstructionSet set, int address, int word, String function) {

    /** The instruction's row in the table. */
    public Instruction instruction() {
        return set.decode(word);
    }

    /** One line for a person, such as {@code c0100010 e10f0000 MRS in do_fork+0x10}; T32 is named, A32 is not. */
    public String text() {
        String place = function.isEmpty() ? "" : " in " + function;
        String code = set == InstructionSet.T32 && word >>> 16 == 0 ? "%04x".formatted(word) : "%08x".formatted(word);
        String name = Mnemonics.of(set, word) + (set == InstructionSet.T32 ? " (T32)" : "");
        return "%08x %s %s%s".formatted(address, code, name, place);
    }
}
