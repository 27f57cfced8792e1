package swivel.vmm;

import static swivel.arm.Cp15Fields.*;

import swivel.arm.Cp15;
import swivel.arm.FaultStatus;
import swivel.arm.ShortDescriptor;
import swivel.arm.ShortDescriptor.DomainAccess;
import swivel.memory.GuestMemory;

/**
 * Walks tables in the short-descriptor format (ARM DDI 0406C, B3.5 to B3.7). The order of the checks is the order of
 * the faults' priorities (B3.12.4): walk, access flag, domain, permission.
 */
final class ShortDescriptors implements TranslationTables {
    private final SystemRegisters system;
    private final GuestMemory memory;
    private final Translation translation = new Translation();

    ShortDescriptors(SystemRegisters system, GuestMemory memory) {
        this.system = system;
        this.memory = memory;
    }

    @Override
    public Translation walk(int va, boolean privileged) {
        int ttbcr = system.get(Cp15.TTBCR);
        int n = ttbcr & TTBCR_N;
        boolean upper = n != 0 && va >>> (32 - n) != 0;
        if ((ttbcr & (upper ? TTBCR_PD1 : TTBCR_PD0)) != 0) {
            return translation.faulting(FaultStatus.TRANSLATION_1, 0);
        }
        int base = system.get(upper ? Cp15.TTBR1 : Cp15.TTBR0);
        int at = ShortDescriptor.firstAddress(base, va, upper ? 0 : n);
        long readable = memory.readable(Integer.toUnsignedLong(at));
        if (readable == GuestMemory.NOWHERE) {
            return translation.faulting(FaultStatus.EXTERNAL_ON_WALK_1, 0);
        }
        int first = descriptor(readable);
        int domain = ShortDescriptor.domain(first);
        return switch (ShortDescriptor.first(first)) {
            case FAULT -> translation.faulting(FaultStatus.TRANSLATION_1, 0);
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
        long readable = memory.readable(Integer.toUnsignedLong(at));
        if (readable == GuestMemory.NOWHERE) {
            return translation.faulting(FaultStatus.EXTERNAL_ON_WALK_2, domain);
        }
        int second = descriptor(readable);
        int shift = switch (ShortDescriptor.second(second)) {
            case FAULT -> 0;
            case LARGE_PAGE -> ShortDescriptor.LARGE_PAGE_SHIFT;
            case SMALL_PAGE -> ShortDescriptor.SMALL_PAGE_SHIFT;
        };
        if (shift == 0) {
            return translation.faulting(FaultStatus.TRANSLATION_2, domain);
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
            return translation.faulting(level == 1 ? FaultStatus.ACCESS_FLAG_1 : FaultStatus.ACCESS_FLAG_2, domain);
        }
        boolean global = !ShortDescriptor.notGlobal(attributes);
        DomainAccess access = ShortDescriptor.domainAccess(system.get(Cp15.DACR), domain);
        return switch (access) {
            case NONE, RESERVED ->
                translation.faulting(level == 1 ? FaultStatus.DOMAIN_1 : FaultStatus.DOMAIN_2, domain);
            case MANAGER -> translation.found(address, shift, global, true, true, true, level, domain, 0);
            case CLIENT -> {
                boolean read = ShortDescriptor.permits(attributes, simplified, privileged, false);
                boolean write = ShortDescriptor.permits(attributes, simplified, privileged, true);
                boolean never = ShortDescriptor.executeNever(attributes)
                        || privileged && ShortDescriptor.privilegedExecuteNever(attributes);
                yield translation.found(address, shift, global, read, write, read && !never, level, domain, 0);
            }
        };
    }

    /** Reads a descriptor; SCTLR.EE is the byte order of the tables (B3.3.2). */
    private int descriptor(long at) {
        int word = memory.read32(at);
        return system.control(SCTLR_EE) ? Integer.reverseBytes(word) : word;
    }

    @Override
    public int dataFault(FaultStatus status, int domain, boolean write) {
        return status.dfsr(domain, write);
    }

    @Override
    public int prefetchFault(FaultStatus status) {
        return status.ifsr();
    }

    /** B4.1.112. */
    @Override
    public long translated(Translation walked) {
        long address = walked.address();
        if (walked.shift() == ShortDescriptor.SUPERSECTION_SHIFT) {
            return address & 0xff00_0000L | address >>> 32 << 16 | PAR_NS | PAR_SS;
        }
        return address & 0xffff_f000L | PAR_NS;
    }

    @Override
    public long failed(FaultStatus status) {
        return (long) status.code() << 1 | PAR_F;
    }
}
