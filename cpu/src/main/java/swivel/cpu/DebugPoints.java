package swivel.cpu;

/** Where a debugger stops a program. Asked by the processor, whose state is exact then. */
public interface DebugPoints {
    /** Whether it stops before the instruction at an address. */
    boolean stopsAt(int pc);

    /**
     * Whether it stops before an access that nothing else forbids.
     *
     * @param unprivileged whether it is through {@link AddressSpace#setUnprivileged}
     */
    boolean stopsAccess(int va, int size, boolean write, boolean unprivileged);
}
