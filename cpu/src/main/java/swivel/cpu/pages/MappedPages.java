package swivel.cpu.pages;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import swivel.cpu.ir.MicroOp;
import swivel.memory.GuestMemory;
import swivel.memory.HostMemory;
import swivel.memory.HostRegion;

/**
 * By guest virtual page, how many address spaces of a core map it or hold it ({@link PageMaps#hold}): a byte each, in
 * native memory, where emitted code looks whether the invalidation of a page concerns anybody ({@link MicroOp#MAPPED}).
 */
public final class MappedPages {
    private static final MemorySegment HOST = HostMemory.ALL;

    /** So many are as good as any number: the count stays. */
    private static final int MANY = 255;

    public final long address;

    MappedPages(HostRegion host) {
        address = host.allocate(1L << 32 - GuestMemory.PAGE_SHIFT);
    }

    private long place(int va) {
        return address + (va >>> GuestMemory.PAGE_SHIFT);
    }

    /** How many, up to 255. */
    public int count(int va) {
        return HOST.get(ValueLayout.JAVA_BYTE, place(va)) & MANY;
    }

    /** How often a space mapped a page that it did not map; and how often it dropped one, or mapped it otherwise. */
    public long additions;

    public long changes;

    /** Adds 1 or -1. */
    void add(int va, int change) {
        if (change > 0) {
            additions++;
        } else {
            changes++;
        }
        int count = count(va);
        if (count != MANY) {
            HOST.set(ValueLayout.JAVA_BYTE, place(va), (byte) (count + change));
        }
    }
}
