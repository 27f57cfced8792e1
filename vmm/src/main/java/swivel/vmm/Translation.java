package swivel.vmm;

import swivel.arm.FaultStatus;
import swivel.cpu.AddressSpace.Access;

/**
 * What the guest's tables say about a virtual address and a privilege. Each {@link TranslationTables} has one, which
 * its next walk fills anew: each page fault of the guest needs a few, and garbage would take the host's caches.
 */
final class Translation {
    private long address;
    private int shift;
    private boolean global;
    private boolean read;
    private boolean write;
    private boolean execute;
    private int level;
    private int domain;
    private FaultStatus fault;
    private int attributes;

    /**
     * A translation for some accesses.
     *
     * @param address guest-physical, up to 40 bits
     * @param shift log2 of the bytes that the descriptor maps
     * @param global whether it holds for every ASID
     * @param level of the descriptor, 1 to 3, for the status of a permission fault
     * @param domain 0 to 15
     * @param attributes of the memory, as the format has them; for PAR
     */
    Translation found(
            long address,
            int shift,
            boolean global,
            boolean read,
            boolean write,
            boolean execute,
            int level,
            int domain,
            int attributes) {
        this.address = address;
        this.shift = shift;
        this.global = global;
        this.read = read;
        this.write = write;
        this.execute = execute;
        this.level = level;
        this.domain = domain;
        this.attributes = attributes;
        fault = null;
        return this;
    }

    /**
     * None for any access.
     *
     * @param why the fault
     * @param ofDomain 0 to 15; 0 where the walk found none
     */
    Translation faulting(FaultStatus why, int ofDomain) {
        Translation _ = found(0, 0, false, false, false, false, 0, ofDomain, 0);
        fault = why;
        return this;
    }

    /** The fault of an access, or null if it is allowed. */
    FaultStatus faultOf(Access access) {
        if (fault != null) {
            return fault;
        }
        boolean allowed = switch (access) {
            case READ -> read;
            case WRITE -> write;
            case EXECUTE -> execute;
        };
        return allowed ? null : FaultStatus.permission(level);
    }

    /** Why there is no translation for any access, or null. */
    FaultStatus fault() {
        return fault;
    }

    /** Guest-physical, up to 40 bits; 0 with a fault. */
    long address() {
        return address;
    }

    /** Log2 of the bytes that the descriptor maps. */
    int shift() {
        return shift;
    }

    /** Whether it holds for every ASID. */
    boolean global() {
        return global;
    }

    boolean read() {
        return read;
    }

    boolean write() {
        return write;
    }

    boolean execute() {
        return execute;
    }

    /** 0 to 15; 0 where the walk found none. */
    int domain() {
        return domain;
    }

    /** Of the memory, as the format has them. */
    int attributes() {
        return attributes;
    }
}
