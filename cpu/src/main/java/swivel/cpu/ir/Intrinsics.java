package swivel.cpu.ir;

import swivel.arm.Arguments;
import swivel.arm.Arguments.StatusRead;
import swivel.arm.InstructionSet;
import swivel.cpu.AddressSpace;
import swivel.cpu.UserState;

/**
 * What a hypervisor lets the processor do by itself for a kernel that runs in user mode: it lifts sensitive and coprocessor
 * instructions to micro-operations on its system slots ({@link UserState#SYSTEM}), so that they need not trap. Asked while code of
 * spaces other than {@link AddressSpace.Sensitive#EXECUTE} is lifted, but for supervisor calls and MRS.
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
    int original(InstructionSet set, int word, int gpa);

    /**
     * Lifts an instruction that {@link #original} named; the lifter takes care of its condition, and of accesses with user
     * permissions, which it does not ask about.
     *
     * @param arguments what the instruction operates on
     * @param instruction its word, for traps
     * @param out where to; the effect must be all or nothing where an operation can leave the block
     * @return false, with nothing written, to leave the word to the processor: it traps
     */
    boolean lift(Arguments arguments, int instruction, MicroCode out);

    /**
     * Lifts a supervisor call of an {@link AddressSpace.Sensitive#EXECUTE} space. Parameters and result as above.
     *
     * @param number the SVC's
     * @param gpa its guest-physical address
     * @param state the execution state behind it, T and ITSTATE, at their places in CPSR
     */
    boolean liftSupervisorCall(int number, int gpa, int state, MicroCode out);

    /**
     * Lifts an MRS of an {@link AddressSpace.Sensitive#EXECUTE} space, whose mode and masks only the hypervisor knows. Result as above;
     * what it leaves to the processor does not trap but reads user mode, nothing masked.
     */
    boolean liftStatusRead(StatusRead read, MicroCode out);
}
