package swivel.cpu.jit;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import swivel.memory.GuestMemory;
import swivel.memory.HostMemory;
import swivel.memory.HostRegion;

/**
 * Where emitted code finds the target of an indirect jump: for each of an address space's jump targets the
 * translation's entry. The entry of a place is at index {@code place >>> 2 & MASK}, 16 bytes each:
 *
 * <pre>
 *   0       4       8               16
 *   +-------+-------+---------------+
 *   | place |   0   |  host address |
 *   +-------+-------+---------------+
 * </pre>
 *
 * Emitted code compares all of the place, bit 0 (T32) included.
 */
public final class JumpCache {
    static final int ENTRIES = 4096;
    static final int ENTRY_SHIFT = 4;
    /** Displacement of the host address in an entry. */
    public static final int TARGET = 8;
    /** Of a target's address: what gives the index, times four. */
    public static final int INDEX_MASK = (ENTRIES - 1) << 2;

    /** From the index times four to a byte offset. */
    public static final int INDEX_SHIFT = ENTRY_SHIFT - 2;

    private static final long PAGE_BYTES = (long) (GuestMemory.PAGE_SIZE / 4) << ENTRY_SHIFT;

    private static final MemorySegment HOST = HostMemory.ALL;
    /** For entry 0, which zeros would not empty: an address whose entry is another one. */
    private static final int NO_PC = 4;

    final long address;

    private final boolean[] used = new boolean[ENTRIES / (GuestMemory.PAGE_SIZE / 4)];

    JumpCache(HostRegion host) {
        address = host.allocate((long) ENTRIES << ENTRY_SHIFT);
        HOST.set(ValueLayout.JAVA_INT, address, NO_PC);
    }

    private static int page(int pc) {
        return (pc & INDEX_MASK) / GuestMemory.PAGE_SIZE;
    }

    void put(int place, long target) {
        long entry = address + ((long) (place & INDEX_MASK) << INDEX_SHIFT);
        HOST.set(ValueLayout.JAVA_LONG, entry + TARGET, target);
        HOST.set(ValueLayout.JAVA_INT, entry, place);
        used[page(place)] = true;
    }

    /** Forgets the targets in a page. */
    void forget(int pc) {
        int page = page(pc);
        if (used[page]) {
            HOST.asSlice(address + page * PAGE_BYTES, PAGE_BYTES).fill((byte) 0);
            HOST.set(ValueLayout.JAVA_INT, address, NO_PC);
            used[page] = false;
        }
    }

    void clear() {
        for (int page = 0; page < used.length; page++) {
            forget(page * GuestMemory.PAGE_SIZE);
        }
    }
}
