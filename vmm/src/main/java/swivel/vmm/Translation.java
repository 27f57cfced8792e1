package swivel.vmm;

import swivel.arm.FaultStatus;
import swivel.cpu.AddressSpace.Access;

/**
 * What the guest's tables say about a virtual address and a privilege.
 *
 * @param address guest-physical, up to 40 bits; 0 with a fault
 * @param shift log2 of the bytes that the descriptor maps
 * @param global whether it holds for every ASID
 * @param level of the descriptor, 1 to 3, for the status of a permission fault
 * @param domain 0 to 15; 0 where the walk found none
 * @param fault why there is no translation for any access, or null
 * @param attributes of the memory, as the format has them; for PAR
 */
record Translation(
        long address,
        int shift,
        boolean global,
        boolean read,
        boolean write,
        boolean execute,
        int level,
        int domain,
        FaultStatus fault,
        int attributes) {

    Translation(
            long address,
            int shift,
            boolean global,
            boolean read,
            boolean write,
            boolean execute,
            int level,
            int domain,
            FaultStatus fault) {
        this(address, shift, global, read, write, execute, level, domain, fault, 0);
    }

    static Translation faulting(FaultStatus fault, int domain) {
        return new Translation(0, 0, false, false, false, false, 0, domain, fault);
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
}
