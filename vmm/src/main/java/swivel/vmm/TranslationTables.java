package swivel.vmm;

import swivel.arm.FaultStatus;

/**
 * One format of translation tables: how the guest's tables are walked, and how the registers tell of a fault or of a
 * translation. Asked while the MMU is on, but for faults, which there are without it too.
 */
interface TranslationTables {
    /** Translates an address for privileged modes or for user mode. What it returns holds until the next walk. */
    Translation walk(int va, boolean privileged);

    /** DFSR of a data abort. */
    int dataFault(FaultStatus status, int domain, boolean write);

    /** IFSR of a prefetch abort. */
    int prefetchFault(FaultStatus status);

    /** PAR of a translation. */
    long translated(Translation walked);

    /** PAR of a translation that failed. */
    long failed(FaultStatus status);
}
