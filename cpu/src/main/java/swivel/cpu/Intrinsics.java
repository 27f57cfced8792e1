package swivel.cpu;

import swivel.arm.Arguments;
import swivel.arm.InstructionSet;

/**
 * What a hypervisor lets the processor do by itself for a kernel that runs in user mode: sensitive and coprocessor
 * instructions whose {@link Effect} is on the {@link SystemSlots}, so that they need not trap. Asked for code of spaces
 * other than {@link AddressSpace.Sensitive#EXECUTE}, but for {@link #isSupervisorCall} and {@link #programEffect}.
 */
public interface Intrinsics {
    /** What {@link #original} says of a word that stands for itself: no instruction that would be asked about. */
    int NONE = 0;

    /**
     * The sensitive or coprocessor instruction that a word stands for.
     *
     * @param set what it is executed in
     * @param word a supervisor call, a coprocessor instruction, or a sensitive one
     * @param gpa its guest-physical address
     * @return the instruction, of the same set and length, or {@link #NONE} to leave the word to the processor
     */
    int original(InstructionSet set, int word, long gpa);

    /**
     * What an instruction that {@link #original} named does; the processor takes care of its condition, and of accesses
     * with user permissions, which it does not ask about.
     *
     * @param arguments what the instruction operates on
     * @param instruction its word
     * @return null to leave the word to the processor: it traps
     */
    Effect effect(Arguments arguments, int instruction);

    /**
     * Whether the supervisor call of an {@link AddressSpace.Sensitive#EXECUTE} space at a guest-physical address has
     * the effect of {@link Effect.SupervisorCall}; else it traps.
     */
    boolean isSupervisorCall(long gpa);

    /**
     * What an instruction of an {@link AddressSpace.Sensitive#EXECUTE} space does that is no supervisor call: an MRS,
     * since only the hypervisor knows the mode and the masks, or a coprocessor instruction that programs may use.
     *
     * @param arguments what the instruction operates on
     * @param instruction its word
     * @return null if it is as the processor knows it
     */
    Effect programEffect(Arguments arguments, int instruction);
}
