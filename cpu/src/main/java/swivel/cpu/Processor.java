package swivel.cpu;

/**
 * Runs guest code in user mode. It knows no modes, no banked registers, no CP15 and no devices: a real ARM core in user
 * mode could implement it.
 */
public interface Processor {
    /**
     * Runs from {@code state}'s PC to the first trap. The state is then exact at the instruction that trapped: PC is its
     * address and nothing of it has happened; after {@link Trap.Kick} PC is the next instruction to run.
     */
    Trap run(UserState state, AddressSpace space);

    /** Makes {@link #run} return {@link Trap.Kick} soon, or at once when it is next called. From any thread. */
    void kick();

    /** Guest instructions executed so far. */
    long instructions();

    /** Makes an address space for this processor, empty, that {@code filler} fills on demand. */
    AddressSpace newAddressSpace(AddressSpace.Filler filler, AddressSpace.Sensitive sensitive);

    /** Installs what lifts a kernel's instructions; before the first {@link #run}. Without, they trap. */
    void setIntrinsics(Intrinsics intrinsics);

    /** Sensitive instructions that executed as user mode executes them, in spaces that count them. */
    SensitiveCount sensitiveCount();

    /**
     * What {@link AddressSpace.Sensitive#COUNT} found.
     *
     * @param executed how many
     * @param firstAddress guest virtual address of the first
     * @param firstWord the first one's word
     */
    record SensitiveCount(long executed, int firstAddress, int firstWord) {}
}
