package swivel.cpu.interp;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import swivel.memory.GuestMemory;
import swivel.memory.HostMemory;

/**
 * The stores of a stretch of interpretation, so that it can be undone and what it stored be compared with what is
 * stored when the same stretch is executed otherwise. While one is installed in {@link DataAccess} the interpreter
 * makes every store pass there.
 */
public final class StoreLog {
    /** What is remembered of each store: aligned bytes around it, so that a store of another size shows too. */
    private static final int WINDOW = 16;

    private final GuestMemory memory;
    private long[] offsets = new long[128];
    private byte[] before = new byte[128 * WINDOW];
    private byte[] after = new byte[128 * WINDOW];
    private int count;

    public StoreLog(GuestMemory memory) {
        this.memory = memory;
    }

    /** Notes a store of 1 to 8 bytes that is about to happen. */
    void add(long offset) {
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * count);
            before = Arrays.copyOf(before, 2 * count * WINDOW);
            after = Arrays.copyOf(after, 2 * count * WINDOW);
        }
        offsets[count] = Math.min(offset & -WINDOW / 2, memory.reach() - WINDOW);
        copy(offsets[count], before, count);
        count++;
    }

    private void copy(long offset, byte[] to, int entry) {
        MemorySegment.copy(HostMemory.ALL, DataAccess.BYTE, memory.hostAddress() + offset, to, entry * WINDOW, WINDOW);
    }

    public void clear() {
        count = 0;
    }

    /** Remembers what memory holds now at the places of the stores, and puts back what was there before them. */
    public void undo() {
        for (int entry = 0; entry < count; entry++) {
            copy(offsets[entry], after, entry);
        }
        for (int entry = count - 1; entry >= 0; entry--) {
            long address = memory.hostAddress() + offsets[entry];
            MemorySegment.copy(before, entry * WINDOW, HostMemory.ALL, DataAccess.BYTE, address, WINDOW);
        }
    }

    /** Takes back {@link #undo}. */
    public void redo() {
        for (int entry = 0; entry < count; entry++) {
            long address = memory.hostAddress() + offsets[entry];
            MemorySegment.copy(after, entry * WINDOW, HostMemory.ALL, DataAccess.BYTE, address, WINDOW);
        }
    }

    /** The offset of the first byte that does not hold what it held at {@link #undo}, or -1. */
    public long difference() {
        byte[] now = new byte[WINDOW];
        for (int entry = 0; entry < count; entry++) {
            copy(offsets[entry], now, 0);
            int at = Arrays.mismatch(now, 0, WINDOW, after, entry * WINDOW, (entry + 1) * WINDOW);
            if (at >= 0) {
                return offsets[entry] + at;
            }
        }
        return -1;
    }
}
