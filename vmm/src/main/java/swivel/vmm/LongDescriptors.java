package swivel.vmm;

import static swivel.arm.Cp15Fields.*;

import swivel.arm.Cp15;
import swivel.arm.FaultStatus;
import swivel.arm.LongDescriptor;
import swivel.memory.GuestMemory;

/**
 * Walks tables in the long-descriptor format (ARM DDI 0406C, B3.6 and B3.7). The order of the checks is the order of
 * the faults' priorities (B3.12.4): walk, access flag, permission. There are no domains.
 */
final class LongDescriptors implements TranslationTables {
    // Memory attributes (B4.1.104)
    private static final int STRONGLY_ORDERED = 0;
    private static final int DEVICE_UNLESS = 0xf0;
    private static final int NOT_CACHEABLE = 0x44;

    private static final int OUTER_SHAREABLE = 2;

    private final SystemRegisters system;
    private final GuestMemory memory;
    private final Translation translation = new Translation();

    LongDescriptors(SystemRegisters system, GuestMemory memory) {
        this.system = system;
        this.memory = memory;
    }

    /** Which table translates an address: B3.6.4, with the pseudocode of B3.19.6. */
    @Override
    public Translation walk(int va, boolean privileged) {
        int ttbcr = system.get(Cp15.TTBCR);
        int lowerSize = ttbcr & TTBCR_T0SZ;
        int upperSize = ttbcr >>> TTBCR_T1SZ_SHIFT & TTBCR_T0SZ;
        boolean lower = lowerSize == 0 || va >>> 32 - lowerSize == 0;
        boolean upper = upperSize == 0 ? !lower : va >> 32 - upperSize == -1;
        boolean disabled = (ttbcr & (upper ? TTBCR_EPD1 : TTBCR_EPD0)) != 0;
        if (disabled || !upper && !lower) {
            return translation.faulting(FaultStatus.TRANSLATION_1, 0);
        }
        int size = upper ? upperSize : lowerSize;
        long base = system.getLong(upper ? Cp15.TTBR1 : Cp15.TTBR0);
        return walk(LongDescriptor.firstAddress(base, va, size), LongDescriptor.firstLevel(size), va, privileged);
    }

    private Translation walk(long first, int firstLevel, int va, boolean privileged) {
        long at = first;
        long tables = 0;
        for (int level = firstLevel; ; level++) {
            long readable = memory.readable(at);
            if (readable == GuestMemory.NOWHERE) {
                return translation.faulting(FaultStatus.externalOnWalk(level), 0);
            }
            long descriptor = descriptor(readable);
            switch (LongDescriptor.kind(descriptor, level)) {
                case FAULT -> {
                    return translation.faulting(FaultStatus.translation(level), 0);
                }
                case BLOCK -> {
                    return check(descriptor, tables, level, va, privileged);
                }
                case TABLE -> {
                    tables |= descriptor;
                    at = LongDescriptor.nextAddress(descriptor, va, level + 1);
                }
            }
        }
    }

    private Translation check(long descriptor, long tables, int level, int va, boolean privileged) {
        if (LongDescriptor.accessFlagClear(descriptor)) {
            return translation.faulting(FaultStatus.accessFlag(level), 0);
        }
        boolean read = privileged || LongDescriptor.forUser(descriptor, tables);
        return translation.found(
                LongDescriptor.address(descriptor, va, level),
                LongDescriptor.shift(level),
                !LongDescriptor.notGlobal(descriptor),
                read,
                read && LongDescriptor.writable(descriptor, tables),
                read && !LongDescriptor.executeNever(descriptor, tables, privileged),
                level,
                0,
                (int) descriptor);
    }

    /** Reads a descriptor; SCTLR.EE is the byte order of the tables (B3.3.2). */
    private long descriptor(long at) {
        long descriptor = memory.read64(at);
        return system.control(SCTLR_EE) ? Long.reverseBytes(descriptor) : descriptor;
    }

    @Override
    public int dataFault(FaultStatus status, int domain, boolean write) {
        return status.longDfsr(write);
    }

    @Override
    public int prefetchFault(FaultStatus status) {
        return status.longIfsr();
    }

    /** B4.1.112. What is not cacheable, and with the MMU off all that is, counts as outer shareable. */
    @Override
    public long translated(Translation walked) {
        int descriptor = walked.attributes();
        int attributes = descriptor == 0 ? STRONGLY_ORDERED : attributes(LongDescriptor.attributeIndex(descriptor));
        boolean cached = (attributes & DEVICE_UNLESS) != 0 && attributes != NOT_CACHEABLE;
        long shareability = cached ? LongDescriptor.shareability(descriptor) : OUTER_SHAREABLE;
        return (long) attributes << PAR_ATTR_SHIFT
                | walked.address() & -1L << LongDescriptor.PAGE_SHIFT
                | PAR_LPAE
                | PAR_NS
                | shareability << PAR_SH_SHIFT;
    }

    /**
     * Memory attributes by their number, from MAIR0 and MAIR1, which are PRRR and NMRR under other names (B4.1.104).
     */
    private int attributes(int index) {
        return system.get(index < 4 ? Cp15.PRRR : Cp15.NMRR) >>> 8 * (index & 3) & 0xff;
    }

    @Override
    public long failed(FaultStatus status) {
        return PAR_LPAE | (long) status.longCode() << 1 | PAR_F;
    }
}
