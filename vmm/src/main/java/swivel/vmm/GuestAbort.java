package swivel.vmm;

import swivel.arm.FaultStatus;
import swivel.cpu.AddressSpace.Access;

/** A guest access made by the hypervisor on the guest's behalf aborts: the guest takes a data or prefetch abort. */
final class GuestAbort extends RuntimeException {
    private static final long serialVersionUID = 1;

    final FaultStatus status;
    /** Of the translation, 0 to 15; 0 where there is none. */
    final int domain;
    /** Guest virtual. */
    final int address;

    final Access access;

    GuestAbort(FaultStatus status, int domain, int address, Access access) {
        super(null, null, false, false);
        this.status = status;
        this.domain = domain;
        this.address = address;
        this.access = access;
    }
}
