package swivel.cpu.pages;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import swivel.cpu.ir.MicroOp;
import swivel.memory.GuestMemory;
import swivel.memory.HostMemory;
import swivel.memory.HostRegion;

/**
 * By guest virtual page, how many address spaces of a machine map it or hold it ({@link PageMaps#hold}): a byte each,
 * in native memory, where emitted code looks whether the invalidation of a page concerns anybody
 * ({@link MicroOp#MAPPED}).
 * A core may look while another one fills a space, and has perhaps read a translation table that has changed since; so
 * behind the bytes is a word that says so.
 */
public final class MappedPages {
    private static final MemorySegment HOST = HostMemory.ALL;

    /** So many are as good as any number: the count stays. */
    private static final int MANY = 255;

    /** Where the word is, which is not zero while a space is being filled. */
    public static final int FILLING = 1 << 32 - GuestMemory.PAGE_SHIFT;

    private static final VarHandle WORD = ValueLayout.JAVA_INT.varHandle();

    public final long address;

    MappedPages(HostRegion host) {
        address = host.allocate(FILLING + Integer.BYTES);
    }

    private long place(int va) {
        return address + (va >>> GuestMemory.PAGE_SHIFT);
    }

    /** How many, up to 255. */
    public int count(int va) {
        return HOST.get(ValueLayout.JAVA_BYTE, place(va)) & MANY;
    }

    /** A space is being filled from here on: it is seen before any translation table is read. */
    void beginFilling() {
        WORD.setVolatile(HOST, address + FILLING, 1);
    }

    /** It is filled. */
    void endFilling() {
        WORD.setRelease(HOST, address + FILLING, 0);
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
