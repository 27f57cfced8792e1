package swivel.vmm;

import swivel.arm.FaultStatus;
import swivel.cpu.AddressSpace.Access;

/**
 * What the guest's tables say about a virtual address and a privilege.
 *
 * @param address guest-physical, up to 40 bits; 0 with a fault
 * @param shift log2 of the bytes that the descriptor maps
 * @param global whether it holds for every ASID
 * @param level of the descriptor, 1 or 2, for the status of a permission fault
 * @param domain 0 to 15; 0 where the walk found none
 * @param fault why there is no translation for any access, or null
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
        FaultStatus fault) {

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
        if (allowed) {
            return null;
        }
        return level == 1 ? FaultStatus.PERMISSION_1 : FaultStatus.PERMISSION_2;
    }
}
