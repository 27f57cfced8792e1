package swivel.vmm;

import static swivel.arm.Cp15Fields.SCTLR_M;

/** The guest's MMU: walks its translation tables, whatever their format, while it is on. */
final class TableWalker {
    /** Log2 of how much is said to be mapped by one thing while the MMU is off. */
    private static final int FLAT_SHIFT = 20;

    private final SystemRegisters system;
    private final TranslationTables tables;

    TableWalker(SystemRegisters system, TranslationTables tables) {
        this.system = system;
        this.tables = tables;
    }

    /** The format that the guest uses. */
    TranslationTables tables() {
        return tables;
    }

    // The walk behind a data abort that is on its way to the hypervisor.
    private Translation kept;
    private int keptAddress;
    private boolean keptPrivileged;

    /** Keeps a walk that makes a load or store abort, so that who handles the abort need not walk again. */
    void keep(int va, boolean privileged, Translation translation) {
        kept = translation;
        keptAddress = va;
        keptPrivileged = privileged;
    }

    /** The walk that was kept for this address, which is kept no longer, or else a new one. */
    Translation kept(int va, boolean privileged) {
        Translation translation = kept;
        kept = null;
        return translation != null && keptAddress == va && keptPrivileged == privileged
                ? translation
                : walk(va, privileged);
    }

    /** Translates an address for privileged modes or for user mode. */
    Translation walk(int va, boolean privileged) {
        if (!system.control(SCTLR_M)) {
            return flat(va);
        }
        return tables.walk(va, privileged);
    }

    /** The MMU is off: addresses are physical, everything is allowed (B3.2.1). */
    private static Translation flat(int va) {
        return new Translation(va & 0xffff_ffffL, FLAT_SHIFT, true, true, true, true, 1, 0, null);
    }
}
