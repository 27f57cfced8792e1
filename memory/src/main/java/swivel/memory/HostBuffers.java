package swivel.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Pieces of host memory that one call of the host moves to a file, or fills from it ({@code struct iovec}). */
public final class HostBuffers {
    /** A request of virtio has fewer. POSIX guarantees 16, Linux has 1024. */
    private static final int MAX_PIECES = 512;

    private static final int PIECE_SIZE = 16;
    private static final int LENGTH = 8;

    private final MemorySegment pieces = Arena.ofAuto().allocate((long) MAX_PIECES * PIECE_SIZE, Long.BYTES);
    private int count;
    private long end;

    /** Forgets all pieces. */
    public void clear() {
        count = 0;
        end = 0;
    }

    /**
     * Appends a piece.
     *
     * @return false if there are too many
     */
    boolean add(long address, long length) {
        boolean goesOn = count > 0 && address == end;
        if (!goesOn && count == MAX_PIECES) {
            return false;
        }
        if (goesOn) {
            long at = (count - 1L) * PIECE_SIZE + LENGTH;
            pieces.set(ValueLayout.JAVA_LONG, at, pieces.get(ValueLayout.JAVA_LONG, at) + length);
        } else {
            pieces.set(ValueLayout.JAVA_LONG, (long) count * PIECE_SIZE, address);
            pieces.set(ValueLayout.JAVA_LONG, (long) count * PIECE_SIZE + LENGTH, length);
            count++;
        }
        end = address + length;
        return true;
    }

    /** Calls {@code preadv} or {@code pwritev}; returns how many bytes were moved, negative if none could be. */
    long move(String function, int file, long at) {
        return HostCalls.call(function, file, pieces.address(), count, at, 0, 0);
    }
}
