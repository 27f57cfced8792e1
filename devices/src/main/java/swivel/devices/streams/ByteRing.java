package swivel.devices.streams;

import java.util.Objects;
import swivel.memory.Snapshot.Archive;

/**
 * Bytes on their way from one thread to another, in the order in which they came, in a buffer that never grows. Nobody
 * has to wait: who finds no room is told when there is some again, and who finds nothing is told when something comes.
 */
public final class ByteRing {
    /** More than a person types or pastes ahead. */
    public static final int SIZE = 1 << 16;

    /** All guarded by this object. */
    private final byte[] bytes = new byte[SIZE];

    private int first;
    private int count;
    /** Somebody found no room. */
    private boolean refused;

    private volatile Runnable filled = ByteRing::nobody;
    private volatile Runnable room = ByteRing::nobody;
    private volatile Runnable emptied = ByteRing::nobody;

    /** Who is told as long as nobody listens. */
    private static void nobody() {}

    /** Says who is told that there are bytes where none were; on the thread that puts them in. */
    public void whenFilled(Runnable told) {
        filled = told;
    }

    /** Says who is told that there is room where none was when it was needed; on the thread that makes it. */
    public void whenRoom(Runnable told) {
        room = told;
    }

    /** Says who is told that there is nothing left where something was; on the thread that takes the last. */
    public void whenEmpty(Runnable told) {
        emptied = told;
    }

    /**
     * Puts in as many of some bytes as there is room for.
     *
     * @return how many; if not all, {@link #whenRoom} tells when to put in the rest
     */
    public int put(byte[] from, int at, int length) {
        Objects.checkFromIndexSize(at, length, from.length);
        int taken;
        boolean wasEmpty;
        synchronized (this) {
            taken = Math.min(length, SIZE - count);
            refused |= taken < length;
            wasEmpty = count == 0;
            int place = (first + count) % SIZE;
            int part = Math.min(taken, SIZE - place);
            System.arraycopy(from, at, bytes, place, part);
            System.arraycopy(from, at + part, bytes, 0, taken - part);
            count += taken;
        }
        if (wasEmpty && taken > 0) {
            filled.run();
        }
        return taken;
    }

    /** Takes the first bytes, at most so many. Returns how many. */
    public int take(byte[] to, int at, int length) {
        int taken = copy(to, at, length);
        skip(taken);
        return taken;
    }

    /** Copies the first bytes, at most so many, and leaves them. Returns how many. */
    public synchronized int copy(byte[] to, int at, int length) {
        int copied = Math.min(length, count);
        int part = Math.min(copied, SIZE - first);
        System.arraycopy(bytes, first, to, at, part);
        System.arraycopy(bytes, 0, to, at + part, copied - part);
        return copied;
    }

    /** Drops the first bytes, at most so many. */
    public void skip(int length) {
        boolean makesRoom;
        boolean empties;
        synchronized (this) {
            int dropped = Math.min(length, count);
            first = (first + dropped) % SIZE;
            count -= dropped;
            makesRoom = refused && dropped > 0;
            refused &= dropped == 0;
            empties = dropped > 0 && count == 0;
            notifyAll();
        }
        if (makesRoom) {
            room.run();
        }
        if (empties) {
            emptied.run();
        }
    }

    /** Drops everything. */
    public void clear() {
        skip(SIZE);
    }

    public synchronized int size() {
        return count;
    }

    public boolean isEmpty() {
        return size() == 0;
    }

    /** For how many bytes there is room; if for fewer than wanted, {@link #whenRoom} tells when there is more. */
    public synchronized int room(int wanted) {
        refused |= SIZE - count < wanted;
        return SIZE - count;
    }

    /** Sleeps until there is room. */
    public synchronized void awaitRoom() throws InterruptedException {
        while (count == SIZE) {
            wait();
        }
    }

    /** Tells again that there is something, if there is: after a snapshot was loaded. */
    public void announce() {
        if (!isEmpty()) {
            filled.run();
        }
    }

    /** What a snapshot keeps; on a machine that does not run. */
    public synchronized void fields(Archive fields) {
        fields.bytes(bytes);
        first = fields.index(first, SIZE);
        count = fields.index(count, SIZE + 1);
        notifyAll();
    }
}
