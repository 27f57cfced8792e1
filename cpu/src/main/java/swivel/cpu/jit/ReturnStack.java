package swivel.cpu.jit;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import swivel.memory.HostMemory;
import swivel.memory.HostRegion;

/**
 * Return addresses of an address space: RSP of emitted code points into it. A guest call pushes its return address and
 * calls; a guest return compares and returns, so that the host's own return prediction serves the guest. Upwards from
 * RSP:
 *
 * <pre>
 *   host return address | guest return address | …| miss | 0
 * </pre>
 *
 * The last pair leads a return from an empty stack to where a mismatch goes. The stack is only a prediction: it may be
 * emptied at any time emitted code does not run, and must be when a pair becomes false.
 */
public final class ReturnStack {
    /** What pushes may use. */
    private static final int DEPTH_BYTES = 16 << 10;
    /**
     * Below the limit: room for the handlers of signals that arrive while emitted code runs, and for calls in flight.
     */
    private static final int ROOM_BYTES = 112 << 10;

    /**
     * Each ends in front of a multiple of this, so that 16 bits of RSP tell how full it is, in every space by the same
     * {@link #LIMIT}: who goes from space to space changes nothing that a kick changes, too.
     */
    private static final int ALIGNMENT = 1 << 16;

    private static final int TOP = ALIGNMENT - 64;

    /** {@link Frame#LIMIT} while nobody kicks. */
    static final short LIMIT = (short) (TOP - DEPTH_BYTES);

    /** RSP when it is empty; a multiple of 16. */
    final long top;

    /** {@code miss}: host address that handles a return which was not predicted. */
    ReturnStack(HostRegion region, long miss) {
        long room = region.allocate(DEPTH_BYTES + ROOM_BYTES + ALIGNMENT) + DEPTH_BYTES + ROOM_BYTES;
        top = (room & -ALIGNMENT) + TOP;
        MemorySegment host = HostMemory.ALL;
        host.set(ValueLayout.JAVA_LONG, top, miss);
    }
}
