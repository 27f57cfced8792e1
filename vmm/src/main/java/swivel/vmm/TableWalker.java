package swivel.vmm;

import static swivel.arm.Cp15Fields.*;

import swivel.arm.Cp15;
import swivel.arm.FaultStatus;
import swivel.arm.ShortDescriptor;
import swivel.arm.ShortDescriptor.DomainAccess;
import swivel.memory.GuestMemory;

/**
 * Walks the guest's own translation tables, in the short-descriptor format (ARM DDI 0406C, B3.5 to B3.7). The order of the
 * checks is the order of the faults' priorities (B3.12.4): walk, access flag, domain, permission.
 */
final class TableWalker {
    private final SystemRegisters system;
    private final GuestMemory memory;

    TableWalker(SystemRegisters system, GuestMemory memory) {
        this.system = system;
        this.memory = memory;
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
        int ttbcr = system.get(Cp15.TTBCR);
        int n = ttbcr & TTBCR_N;
        boolean upper = n != 0 && va >>> (32 - n) != 0;
        if ((ttbcr & (upper ? TTBCR_PD1 : TTBCR_PD0)) != 0) {
            return Translation.faulting(FaultStatus.TRANSLATION_1, 0);
        }
        int base = system.get(upper ? Cp15.TTBR1 : Cp15.TTBR0);
        int at = ShortDescriptor.firstAddress(base, va, upper ? 0 : n);
        if (memory.readable(at) < 0) {
            return Translation.faulting(FaultStatus.EXTERNAL_ON_WALK_1, 0);
        }
        int first = descriptor(at);
        int domain = ShortDescriptor.domain(first);
        return switch (ShortDescriptor.first(first)) {
            case FAULT -> Translation.faulting(FaultStatus.TRANSLATION_1, 0);
            case PAGE_TABLE -> walkPageTable(va, privileged, first, domain);
            case SECTION ->
                check(
                        ShortDescriptor.sectionAddress(first, va) & 0xffff_ffffL,
                        ShortDescriptor.SECTION_SHIFT,
                        ShortDescriptor.sectionAttributes(first),
                        1,
                        domain,
                        privileged);
            case SUPERSECTION ->
                check(
                        ShortDescriptor.supersectionAddress(first, va),
                        ShortDescriptor.SUPERSECTION_SHIFT,
                        ShortDescriptor.sectionAttributes(first),
                        1,
                        domain,
                        privileged);
        };
    }

    private Translation walkPageTable(int va, boolean privileged, int first, int domain) {
        int at = ShortDescriptor.secondAddress(first, va);
        if (memory.readable(at) < 0) {
            return Translation.faulting(FaultStatus.EXTERNAL_ON_WALK_2, domain);
        }
        int second = descriptor(at);
        int shift = switch (ShortDescriptor.second(second)) {
            case FAULT -> 0;
            case LARGE_PAGE -> ShortDescriptor.LARGE_PAGE_SHIFT;
            case SMALL_PAGE -> ShortDescriptor.SMALL_PAGE_SHIFT;
        };
        if (shift == 0) {
            return Translation.faulting(FaultStatus.TRANSLATION_2, domain);
        }
        return check(
                ShortDescriptor.pageAddress(second, va) & 0xffff_ffffL,
                shift,
                ShortDescriptor.pageAttributes(first, second),
                2,
                domain,
                privileged);
    }

    private Translation check(long address, int shift, int attributes, int level, int domain, boolean privileged) {
        boolean simplified = system.control(SCTLR_AFE);
        if (simplified && ShortDescriptor.accessFlagClear(attributes)) {
            return Translation.faulting(level == 1 ? FaultStatus.ACCESS_FLAG_1 : FaultStatus.ACCESS_FLAG_2, domain);
        }
        boolean global = !ShortDescriptor.notGlobal(attributes);
        DomainAccess access = ShortDescriptor.domainAccess(system.get(Cp15.DACR), domain);
        return switch (access) {
            case NONE, RESERVED ->
                Translation.faulting(level == 1 ? FaultStatus.DOMAIN_1 : FaultStatus.DOMAIN_2, domain);
            case MANAGER -> new Translation(address, shift, global, true, true, true, level, domain, null);
            case CLIENT -> {
                boolean read = ShortDescriptor.permits(attributes, simplified, privileged, false);
                boolean write = ShortDescriptor.permits(attributes, simplified, privileged, true);
                boolean never = ShortDescriptor.executeNever(attributes)
                        || privileged && ShortDescriptor.privilegedExecuteNever(attributes);
                yield new Translation(address, shift, global, read, write, read && !never, level, domain, null);
            }
        };
    }

    /** Reads a descriptor; SCTLR.EE is the byte order of the tables (B3.3.2). */
    private int descriptor(int at) {
        int word = memory.read32((int) memory.readable(at));
        return system.control(SCTLR_EE) ? Integer.reverseBytes(word) : word;
    }

    /** The MMU is off: addresses are physical, everything is allowed (B3.2.1). */
    private static Translation flat(int va) {
        return new Translation(va & 0xffff_ffffL, ShortDescriptor.SECTION_SHIFT, true, true, true, true, 1, 0, null);
    }
}
