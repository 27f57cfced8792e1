package swivel.arm.core;

/** What an access to a CP15 register does beyond reading the value that it holds and writing its writable bits. */
public enum Effect {
    /** Nothing: a constant, storage, or an operation that there is nothing to do for. */
    NONE(false, false),
    /** A write decides how addresses translate or where exceptions go. */
    CONTEXT(false, true),

    /** MCRR and MRRC of a register of which MCR and MRC reach the lower half ({@link swivel.arm.Cp15#whole}). */
    WHOLE(true, true),

    // TLB maintenance (ARM DDI 0406C, B4.2.2); the shareability domains and the kinds of TLB are one here.
    TLB_ALL(false, true),
    /** By address, and for one that is not global by ASID. */
    TLB_PAGE(false, true),
    /** By address, whatever the ASID. */
    TLB_PAGE_OF_ALL(false, true),
    TLB_ASID(false, true),

    /** ATS1C**: translates the address that is written; the result is in PAR (B4.2.4). */
    ADDRESS_TRANSLATION(false, true),

    /** CCSIDR: of the cache that CSSELR selects. */
    CACHE_SIZE(true, false),
    /** ISR: the interrupts that are pending. */
    INTERRUPT_STATUS(true, false),

    // Generic timer (chapter B8)
    COUNTER_FREQUENCY(true, false),
    COUNTER(true, false),
    PHYSICAL_TIMER(true, true),
    VIRTUAL_TIMER(true, true),

    /** Performance monitors (chapter C12). */
    MONITORS(true, true);

    private final boolean onRead;
    private final boolean onWrite;

    Effect(boolean onRead, boolean onWrite) {
        this.onRead = onRead;
        this.onWrite = onWrite;
    }

    /** Whether reading, or writing, is more than to read or to store. */
    public boolean acts(boolean read) {
        return read ? onRead : onWrite;
    }

    /** Whether writing an address to it leaves the translations of all other pages alone. */
    public boolean isTlbPage() {
        return this == TLB_PAGE || this == TLB_PAGE_OF_ALL;
    }
}
