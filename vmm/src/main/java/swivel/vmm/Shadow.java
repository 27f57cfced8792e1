package swivel.vmm;

import java.util.Arrays;
import swivel.cpu.AddressSpace;
import swivel.cpu.AddressSpace.Access;
import swivel.cpu.Processor;
import swivel.memory.GuestMemory;

/**
 * One shadow page table: an {@link AddressSpace} that is filled on demand from the guest's tables, for one privilege
 * and one {@link ShadowKey}. It behaves as a TLB: it may hold a translation until the guest invalidates it.
 */
final class Shadow {
    private static final int PAGE = GuestMemory.PAGE_SIZE;

    /** A miss in a large page or anything larger fills the aligned 64 KiB around it: they are likely needed next. */
    private static final int CLUSTER_SHIFT = 16;

    static final int MEGABYTE_SHIFT = 20;

    /** Of more than a supersection, as a block of 1 GiB is, an invalidation drops everything. */
    private static final int MAX_DROPPED_ALONE = 24;

    /** Non-global pages that are remembered one by one; with more, an invalidation by ASID drops everything. */
    private static final int MAX_NOT_GLOBAL = 1 << 14;

    private final TableWalker walker;
    private final SystemRegisters system;
    private final GuestMemory memory;
    private final Statistics statistics;
    private final boolean privileged;
    private final AddressSpace space;

    /** What {@link #asid} says of a shadow without non-global pages: it serves every ASID. */
    static final int NO_ASID = -1;

    private ShadowKey key;
    private int asid = NO_ASID;
    private final GlobalRegions globals;

    private int[] notGlobal = new int[64];
    private int notGlobalCount;

    /**
     * By megabyte: log2 of the largest thing mapped there, 0 if that is a small page. Invalidating a part drops it
     * whole.
     */
    private final byte[] largest = new byte[1 << (32 - MEGABYTE_SHIFT)];

    /** When it was last selected, for {@link ShadowTables} to find the least recently used. */
    long lastUsed;

    Shadow(
            Processor processor,
            TableWalker walker,
            SystemRegisters system,
            GuestMemory memory,
            Statistics statistics,
            GlobalRegions globals,
            boolean privileged,
            AddressSpace.Sensitive sensitive) {
        this.walker = walker;
        this.system = system;
        this.memory = memory;
        this.statistics = statistics;
        this.globals = globals;
        this.privileged = privileged;
        this.space = processor.newAddressSpace(this::fill, sensitive);
    }

    AddressSpace space() {
        return space;
    }

    /** Whether it may be used now. One without non-global pages serves every ASID. */
    boolean serves(ShadowKey wanted, int currentAsid) {
        return (asid == NO_ASID || asid == currentAsid) && wanted.equals(key);
    }

    /** What it was last made for. */
    ShadowKey key() {
        return key;
    }

    /** Of its non-global pages, or {@link #NO_ASID}. */
    int asid() {
        return asid;
    }

    /** Empties it for another use. */
    void reuse(ShadowKey newKey) {
        clear();
        key = newKey;
        space.setStrictAlignment(newKey.strictAlignment());
    }

    void clear() {
        space.clear();
        for (int megabyte = 0; megabyte < largest.length; megabyte++) {
            setLargest(megabyte, 0);
        }
        notGlobalCount = 0;
        asid = NO_ASID;
    }

    private boolean fill(AddressSpace ignored, int va, Access access) {
        Translation translation = walker.walk(va, privileged);
        if (translation.faultOf(access) != null || !canReach(translation.address(), access)) {
            if (access != Access.EXECUTE) {
                walker.keep(va, privileged, translation);
            }
            return false;
        }
        statistics.shadowFills++;
        if (translation.global()) {
            globals.note(va, Math.max(translation.shift(), CLUSTER_SHIFT));
        } else {
            noteNotGlobal(va);
        }
        if (translation.shift() < CLUSTER_SHIFT) {
            map(va, translation.address(), translation);
            return true;
        }
        noteLargest(va, translation.shift());
        int inCluster = (1 << CLUSTER_SHIFT) - 1;
        for (int offset = 0; offset <= inCluster; offset += PAGE) {
            long address = (translation.address() & ~(long) inCluster) + offset;
            map((va & ~inCluster) + offset, address, translation);
        }
        return true;
    }

    private void noteLargest(int va, int shift) {
        int first = (va & -1 << shift) >>> MEGABYTE_SHIFT;
        int count = Math.max(1, 1 << shift >>> MEGABYTE_SHIFT);
        for (int megabyte = first; megabyte < first + count; megabyte++) {
            setLargest(megabyte, Math.max(largest[megabyte], shift));
        }
    }

    /** The processor has to ask about every page of a part whose invalidation drops all of it. */
    private void setLargest(int megabyte, int shift) {
        if ((largest[megabyte] == 0) != (shift == 0)) {
            int pages = 1 << MEGABYTE_SHIFT - GuestMemory.PAGE_SHIFT;
            space.hold(megabyte << MEGABYTE_SHIFT, pages, shift != 0);
        }
        largest[megabyte] = (byte) shift;
    }

    /** Where there is no memory, or none that can be written, there may be a device. */
    private void map(int va, long address, Translation translation) {
        long readable = memory.readable(address);
        boolean ram = memory.contains(address);
        if (readable != GuestMemory.NOWHERE) {
            space.map(va, readable, translation.read(), translation.write() && ram, translation.execute());
        }
        if (!ram && isOfDevices(address)) {
            boolean loads = translation.read() && readable == GuestMemory.NOWHERE;
            space.mapDevice(va, (int) address, loads, translation.write());
        }
    }

    /** Devices have addresses of 32 bits. */
    private static boolean isOfDevices(long address) {
        return address >>> 32 == 0;
    }

    /** Instructions are fetched from memory alone. */
    private boolean canReach(long address, Access access) {
        return access != Access.EXECUTE && isOfDevices(address) || memory.readable(address) != GuestMemory.NOWHERE;
    }

    private void noteNotGlobal(int va) {
        if (notGlobalCount == MAX_NOT_GLOBAL) {
            clear();
        }
        if (notGlobalCount == notGlobal.length) {
            notGlobal = Arrays.copyOf(notGlobal, notGlobal.length * 2);
        }
        notGlobal[notGlobalCount++] = va;
        asid = system.asid();
    }

    /** Whether it has anything that the invalidation of an address drops. */
    boolean mayMap(int va) {
        return largest[va >>> MEGABYTE_SHIFT] != 0 || space.isMapped(va);
    }

    /** Drops what one address is mapped by, as a whole, whatever its ASID. */
    void invalidatePage(int va) {
        int shift = largest[va >>> MEGABYTE_SHIFT];
        if (shift == 0) {
            space.unmap(va);
            return;
        }
        if (shift > MAX_DROPPED_ALONE) {
            clear();
            return;
        }
        int from = va & -1 << shift;
        for (int offset = 0; offset < 1 << shift; offset += PAGE) {
            space.unmap(from + offset);
        }
        if (shift >= MEGABYTE_SHIFT) {
            int megabyte = from >>> MEGABYTE_SHIFT;
            for (int i = 0; i < 1 << shift - MEGABYTE_SHIFT; i++) {
                setLargest(megabyte + i, 0);
            }
        }
    }

    /** Drops the non-global pages if they belong to an ASID. */
    void invalidateAsid(int ofAsid) {
        if (asid != ofAsid) {
            return;
        }
        for (int i = 0; i < notGlobalCount; i++) {
            invalidatePage(notGlobal[i]);
        }
        notGlobalCount = 0;
        asid = NO_ASID;
    }
}
