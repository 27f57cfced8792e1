package swivel.cpu;

/** Why {@link Processor#run} returned. */
public sealed interface Trap {
    /** An SVC, its 24-bit immediate. */
    record SupervisorCall(int immediate) implements Trap {}

    /** An instruction that is undefined in user mode, coprocessor accesses included. */
    record UndefinedInstruction(int word) implements Trap {}

    /** A sensitive instruction in an address space that traps them ({@link AddressSpace.Sensitive#TRAP}). */
    record SensitiveInstruction(int word) implements Trap {}

    /** An instruction of {@link Intrinsics} that needs the hypervisor this time; the word is what it stands for. */
    record Intrinsic(int word) implements Trap {}

    /** A BKPT, its 16-bit immediate. */
    record Breakpoint(int immediate) implements Trap {}

    /** An instruction that {@link DebugPoints#stopsAt} stops before. */
    record DebugStop() implements Trap {}

    /**
     * A load or store that the address space did not allow, that no device answered, or that was not aligned where it
     * must be.
     *
     * @param address the lowest guest virtual address of the access that failed
     * @param write whether it was a store
     * @param alignment whether alignment was the reason; else nothing is mapped there, or not with this permission, or
     *     nothing answers
     * @param unprivileged whether it was an access through {@link AddressSpace#setUnprivileged}
     * @param watched whether {@link DebugPoints#stopsAccess} was the reason
     */
    record DataAbort(int address, boolean write, boolean alignment, boolean unprivileged, boolean watched)
            implements Trap {
        public DataAbort(int address, boolean write, boolean alignment) {
            this(address, write, alignment, false);
        }

        public DataAbort(int address, boolean write, boolean alignment, boolean unprivileged) {
            this(address, write, alignment, unprivileged, false);
        }
    }

    /** An instruction fetch that the address space did not allow. PC is the address. */
    record PrefetchAbort(int address) implements Trap {}

    /**
     * What {@code MicroOp.CHECK} found, or {@link DevicePort#wantsAttention} said: an instruction let through something
     * that waited. PC is the next instruction.
     */
    record Attention() implements Trap {}

    /** Asked to stop from outside: an interrupt is pending, or the machine stops. */
    record Kick() implements Trap {}
}
