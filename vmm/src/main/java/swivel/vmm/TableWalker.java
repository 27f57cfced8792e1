package swivel.vmm;

import static swivel.arm.Cp15Fields.SCTLR_M;

import swivel.memory.GuestMemory;

/** The guest's MMU: walks its translation tables, in the format that it uses, while it is on. */
final class TableWalker {
    /** Log2 of how much is said to be mapped by one thing while the MMU is off. */
    private static final int FLAT_SHIFT = 20;

    private final SystemRegisters system;
    private final TranslationTables shortDescriptors;
    private final TranslationTables longDescriptors;
    private final Translation flat = new Translation();

    TableWalker(SystemRegisters system, TranslationTables shortDescriptors, TranslationTables longDescriptors) {
        this.system = system;
        this.shortDescriptors = shortDescriptors;
        this.longDescriptors = longDescriptors;
    }

    TableWalker(SystemRegisters system, GuestMemory memory) {
        this(system, new ShortDescriptors(system, memory), new LongDescriptors(system, memory));
    }

    /** The format that the guest uses (TTBCR.EAE, ARM DDI 0406C, B4.1.153). */
    TranslationTables tables() {
        return system.usesLongDescriptors() ? longDescriptors : shortDescriptors;
    }

    // The walk behind a data abort that is on its way to the hypervisor.
    private Translation kept;
    private int keptAddress;
    private boolean keptPrivileged;

    /** Keeps the last walk, which makes a load or store abort, so that who handles the abort need not walk again. */
    void keep(int va, boolean privileged, Translation translation) {
        kept = translation;
        keptAddress = va;
        keptPrivileged = privileged;
    }

    /** The walk that was kept for this address if no other was made since, or else a new one. */
    Translation kept(int va, boolean privileged) {
        return kept != null && keptAddress == va && keptPrivileged == privileged ? kept : walk(va, privileged);
    }

    /** Translates an address for privileged modes or for user mode. What it returns holds until the next walk. */
    Translation walk(int va, boolean privileged) {
        kept = null;
        if (!system.control(SCTLR_M)) {
            return flat(va);
        }
        // A call for each, so that either can be compiled into its place
        return system.usesLongDescriptors()
                ? longDescriptors.walk(va, privileged)
                : shortDescriptors.walk(va, privileged);
    }

    /** The MMU is off: addresses are physical, everything is allowed (B3.2.1). */
    private Translation flat(int va) {
        return flat.found(va & 0xffff_ffffL, FLAT_SHIFT, true, true, true, true, 1, 0, 0);
    }
}
