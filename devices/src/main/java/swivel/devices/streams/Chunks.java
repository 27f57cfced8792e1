package swivel.devices.streams;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * The memory for what is between the guest and the host's sockets, of all connections together: pieces of one size,
 * outside of Java's heap, made when they are first needed and kept.
 */
public final class Chunks {
    public static final int SIZE = 1 << 14;

    private final int most;
    private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();
    private int made;

    /** Makes a store of at most so many bytes. */
    public Chunks(long bytes) {
        most = (int) (bytes / SIZE);
    }

    /** An empty piece, or null if all are in use. */
    public ByteBuffer take() {
        if (!free.isEmpty()) {
            return free.pop().clear();
        }
        if (made == most) {
            return null;
        }
        made++;
        return ByteBuffer.allocateDirect(SIZE);
    }

    public void giveBack(ByteBuffer chunk) {
        free.push(chunk);
    }

    /** How many pieces could still be had. */
    public int available() {
        return free.size() + most - made;
    }

    /** Whether three quarters are in use: whoever takes more takes it from others. */
    public boolean isScarce() {
        return available() < most / 4;
    }
}
