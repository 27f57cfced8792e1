package swivel.devices.streams;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;

/** Bytes in the order in which they came, in pieces of {@link Chunks}; an empty queue has none. */
public final class ByteQueue {
    private final Chunks chunks;
    private final List<ByteBuffer> parts = new ArrayList<>(1);
    /** The first byte's place in the first piece, and the first free place in the last one. */
    private int start;

    private int end;
    private int size;

    /** Makes an empty queue. */
    public ByteQueue(Chunks chunks) {
        this.chunks = chunks;
    }

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** The last piece, with room for at least a byte; null if there is no memory. */
    private ByteBuffer last() {
        if (parts.isEmpty() || end == Chunks.SIZE) {
            ByteBuffer more = chunks.take();
            if (more == null) {
                return null;
            }
            parts.add(more);
            end = 0;
        }
        return parts.getLast();
    }

    /** Appends as many of some bytes as there is memory for. Returns how many. */
    public int append(byte[] from, int at, int length) {
        int done = 0;
        while (done < length) {
            ByteBuffer part = last();
            if (part == null) {
                break;
            }
            int more = Math.min(length - done, Chunks.SIZE - end);
            part.put(end, from, at + done, more);
            end += more;
            size += more;
            done += more;
        }
        return done;
    }

    /**
     * Appends what a socket has, at most so many bytes, as far as there is memory.
     *
     * @return how many; -1 if the socket's end was reached and nothing came before it
     */
    public int fill(ReadableByteChannel from, int most) throws IOException {
        int done = 0;
        while (done < most) {
            ByteBuffer part = last();
            if (part == null) {
                break;
            }
            part.limit(Math.min(Chunks.SIZE, end + most - done)).position(end);
            int room = part.remaining();
            int more;
            try {
                more = from.read(part);
            } catch (IOException e) {
                dropIfEmpty();
                throw e;
            } finally {
                part.clear();
            }
            if (more < 0) {
                dropIfEmpty();
                return done > 0 ? done : -1;
            }
            end += more;
            size += more;
            done += more;
            if (more < room) {
                break;
            }
        }
        dropIfEmpty();
        return done;
    }

    private void dropIfEmpty() {
        if (size == 0) {
            clear();
        }
    }

    /** Gives a socket what it takes of the queue. */
    public void drain(WritableByteChannel to) throws IOException {
        while (size > 0) {
            ByteBuffer part = parts.getFirst();
            int most = Math.min(Chunks.SIZE - start, size);
            part.limit(start + most).position(start);
            int more;
            try {
                more = to.write(part);
            } finally {
                part.clear();
            }
            skip(more);
            if (more < most) {
                return;
            }
        }
    }

    /** Copies bytes from the middle of the queue, where there are as many. */
    public void copy(int offset, byte[] to, int at, int length) {
        int place = start + offset;
        for (int done = 0; done < length; ) {
            int more = Math.min(length - done, Chunks.SIZE - place % Chunks.SIZE);
            parts.get(place / Chunks.SIZE).get(place % Chunks.SIZE, to, at + done, more);
            done += more;
            place += more;
        }
    }

    /** Drops the first bytes, of which there are as many. */
    public void skip(int count) {
        size -= count;
        start += count;
        while (start >= Chunks.SIZE) {
            chunks.giveBack(parts.removeFirst());
            start -= Chunks.SIZE;
        }
        dropIfEmpty();
    }

    public void clear() {
        parts.forEach(chunks::giveBack);
        parts.clear();
        size = 0;
        start = 0;
        end = 0;
    }
}
