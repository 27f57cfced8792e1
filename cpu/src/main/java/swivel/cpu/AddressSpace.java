package swivel.cpu;

/**
 * A page-granular map from guest virtual addresses to RAM and devices with user permissions: what a processor's TLB
 * would hold. It is filled on demand through its {@link Filler} and emptied by its owner.
 */
public interface AddressSpace {
    /** Fills an address space on a miss. */
    @FunctionalInterface
    interface Filler {
        /**
         * Maps the page of {@code va} with {@link AddressSpace#map} or {@link AddressSpace#mapDevice}, or returns
         * false: the access then aborts.
         */
        boolean fill(AddressSpace space, int va, Access access);
    }

    /** What an access wants to do. */
    enum Access {
        READ,
        WRITE,
        EXECUTE
    }

    /** What happens to sensitive instructions in code of this space. */
    enum Sensitive {
        /** They execute as user mode defines them: user programs. */
        EXECUTE,
        /** The same, and they are counted: a kernel that was rewritten, or should have been. */
        COUNT,
        /** They trap: an unmodified kernel under translation. */
        TRAP
    }

    /** Makes every unaligned access abort, as SCTLR.A does (ARM DDI 0406C, A3.2.1). */
    void setStrictAlignment(boolean strict);

    /**
     * Names the space through which LDRT and its family access memory; null: every such access aborts. It and this one
     * become each other's peer: a system call goes from a program's space to its kernel's.
     */
    void setUnprivileged(AddressSpace space);

    /**
     * Names the space of the same kernel that its code goes to by itself when it selects that ({@link Effect.Select}),
     * and that comes back to this one likewise; null: none.
     */
    void setAlternate(AddressSpace space);

    /**
     * Maps the page of {@code va} to the page of RAM that holds guest-physical {@code gpa}, replacing what was there.
     * At least one of the three kinds of access must be allowed.
     *
     * @throws IllegalArgumentException if {@code gpa} is not in RAM
     */
    void map(int va, long gpa, boolean read, boolean write, boolean execute);

    /**
     * Makes loads from the page of {@code va}, stores to it, or both, go to the {@link DevicePort}, as accesses to the
     * page of guest-physical {@code gpa}. What is not named stays: loads from a flash may find memory where stores find
     * the device.
     */
    void mapDevice(int va, int gpa, boolean loads, boolean stores);

    /** Whether a page is mapped. */
    boolean isMapped(int va);

    /** Drops the mapping of one page, if there is one. */
    void unmap(int va);

    /**
     * Makes the processor count pages as mapped that are not, or no more: those around a mapped one that their owner
     * drops together with it.
     */
    void hold(int va, int pages, boolean held);

    /** Drops every mapping. */
    void clear();
}
