package swivel.cpu.pages;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import swivel.memory.GuestMemory;
import swivel.memory.HostMemory;
import swivel.memory.HostRegion;

/**
 * How a table for loads or stores keeps its entries ({@link PageMaps}). Java has each of them in a long, whose bits
 * above those of the format are clear.
 */
public final class EntryFormat {
    /** An int, where offsets in RAM have 31 bits. */
    public static final EntryFormat NARROW = new EntryFormat(Integer.BYTES, 1L << 31);

    /**
     * A long, where they have more. A miss has bit 63 too: emitted code finds it by the sign, and by bit 31 together
     * with misalignment, as in an int.
     */
    public static final EntryFormat WIDE = new EntryFormat(Long.BYTES, 1L << 63 | 1L << 31);

    private static final MemorySegment HOST = HostMemory.ALL;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    /** Log2 of an entry's bytes. */
    public final int shift;

    /** In the XOR of an entry and an address: set on a miss. */
    final long miss;

    final long tableBytes;

    /** Nothing is mapped in the lower half of the address space, or in the upper one; null: not made yet. */
    private HostMemory.Template low;

    private HostMemory.Template high;

    private EntryFormat(int bytes, long miss) {
        this.shift = Integer.numberOfTrailingZeros(bytes);
        this.miss = miss;
        this.tableBytes = (long) bytes << 32 - GuestMemory.PAGE_SHIFT;
    }

    /** The format for a machine with this RAM. */
    public static EntryFormat of(GuestMemory memory) {
        return memory.isWide() ? WIDE : NARROW;
    }

    /** The entry of a page that is not mapped. */
    long miss(int va) {
        return miss & ~Integer.toUnsignedLong(va & PageMaps.MISS);
    }

    long get(long table, int va) {
        long at = place(table, va);
        return this == NARROW ? Integer.toUnsignedLong(HOST.get(INT, at)) : HOST.get(LONG, at);
    }

    void put(long table, int va, long entry) {
        long at = place(table, va);
        if (this == NARROW) {
            HOST.set(INT, at, (int) entry);
        } else {
            HOST.set(LONG, at, entry);
        }
    }

    private long place(long table, int va) {
        return table + ((long) (va >>> GuestMemory.PAGE_SHIFT) << shift);
    }

    /** Makes zeroed memory a table in which nothing is mapped. */
    synchronized void unmapAll(long table) {
        if (low == null) {
            low = new HostMemory.Template(WIDE.miss, tableBytes / 2); // one long, or two ints
        }
        low.map(table);
        if (this == NARROW) { // misses in the upper half are zero
            return;
        }
        if (high == null) {
            high = new HostMemory.Template(miss(-1), tableBytes / 2);
        }
        high.map(table + tableBytes / 2);
    }

    /** A table in which nothing is mapped: who looks up stores there has each in his slow path. */
    public long newEmptyTable(HostRegion host) {
        long table = host.allocate(tableBytes);
        unmapAll(table);
        return table;
    }
}
