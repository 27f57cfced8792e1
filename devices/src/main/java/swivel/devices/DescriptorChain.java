package swivel.devices;

import swivel.memory.GuestMemory;
import swivel.memory.HostBuffers;

/**
 * One request of a driver: the buffers of a chain of descriptors (VIRTIO 1.1, 2.6), seen as one stream of bytes for the
 * device to read and one for it to write. All its buffers lie in RAM.
 */
final class DescriptorChain implements DiskAccess.Bytes {
    private final GuestMemory memory;
    private final long[] address;
    private final long[] length;
    private int count;
    private int firstWritable;

    private final Cursor readable = new Cursor();
    private final Cursor writable = new Cursor();
    /** The bytes written before the first that was skipped. */
    private long written;

    private boolean skipped;

    /** A place in the buffers, and the bytes from there to the stream's end. */
    private static final class Cursor {
        int buffer;
        long offset;
        long left;
    }

    DescriptorChain(GuestMemory memory, int maxBuffers) {
        this.memory = memory;
        this.address = new long[maxBuffers];
        this.length = new long[maxBuffers];
    }

    /** Forgets all buffers. */
    void clear() {
        count = 0;
        firstWritable = 0;
        readable.left = 0;
        writable.left = 0;
    }

    /**
     * Appends a buffer.
     *
     * @throws VirtioError if it is outside RAM, is one too many, or is to be read after one that is to be written
     *     (2.6.4.2)
     */
    void add(long gpa, long bytes, boolean deviceWrites) throws VirtioError {
        if (count == address.length) {
            throw new VirtioError("a descriptor chain is longer than the queue, or has a loop");
        }
        if (!memory.contains(gpa, bytes)) {
            throw new VirtioError("a buffer of " + bytes + " bytes at 0x" + Long.toHexString(gpa) + " is outside RAM");
        }
        if (deviceWrites) {
            writable.left += bytes;
        } else if (firstWritable < count) {
            throw new VirtioError("a descriptor chain has a buffer to read after one to write");
        } else {
            firstWritable++;
            readable.left += bytes;
        }
        address[count] = gpa;
        length[count] = bytes;
        count++;
    }

    /** Moves to the start of both streams; to be called after the last {@link #add}. */
    void rewind() {
        readable.buffer = 0;
        readable.offset = 0;
        writable.buffer = firstWritable;
        writable.offset = 0;
        written = 0;
        skipped = false;
    }

    /** Bytes left to read. */
    long readable() {
        return readable.left;
    }

    /** Bytes of room left to write. */
    long writable() {
        return writable.left;
    }

    /** How many buffers the device writes. */
    int writableBuffers() {
        return count - firstWritable;
    }

    /** Where the n-th buffer that the device writes begins. */
    long writableAddress(int n) {
        return address[firstWritable + n];
    }

    long writableLength(int n) {
        return length[firstWritable + n];
    }

    /** Bytes that the driver may take as written: those from the first on without a gap (2.6.8.2). */
    long written() {
        return written;
    }

    /** Reads the next bytes; fewer if the stream ends. Returns how many. */
    @Override
    public int read(byte[] to, int at, int bytes) {
        int total = (int) Math.min(bytes, readable.left);
        for (int done = 0; done < total; ) {
            int part = part(readable, total - done);
            memory.read(at(readable), to, at + done, part);
            readable.offset += part;
            done += part;
        }
        readable.left -= total;
        return total;
    }

    /** Writes the next bytes; fewer if the stream ends. Returns how many. */
    @Override
    public int write(byte[] from, int at, int bytes) {
        int total = (int) Math.min(bytes, writable.left);
        for (int done = 0; done < total; ) {
            int part = part(writable, total - done);
            memory.write(at(writable), from, at + done, part);
            writable.offset += part;
            done += part;
        }
        writable.left -= total;
        written += skipped ? 0 : total;
        return total;
    }

    /**
     * Lends the memory of the next bytes, which are there, to a call of the host.
     *
     * @param written whether they are those to write
     * @return false if they are in too many pieces
     */
    boolean lend(HostBuffers to, long bytes, boolean written) {
        Cursor cursor = written ? writable : readable;
        int buffer = cursor.buffer;
        long offset = cursor.offset;
        for (long left = bytes; left > 0; buffer++) {
            long part = Math.min(left, length[buffer] - offset);
            if (part > 0 && !memory.lend(to, address[buffer] + offset, part, written)) {
                return false;
            }
            left -= part;
            offset = 0;
        }
        return true;
    }

    /** The host has written the next bytes. */
    void wrote(long bytes) {
        move(writable, bytes);
        written += skipped ? 0 : bytes;
    }

    /** Leaves the next bytes to write as they are; there must be as many. */
    void skip(long bytes) {
        move(writable, bytes);
        skipped |= bytes > 0;
    }

    /** Passes over the next bytes to read; there must be as many. */
    void skipReadable(long bytes) {
        move(readable, bytes);
    }

    private void move(Cursor cursor, long bytes) {
        for (long done = 0; done < bytes; ) {
            long part = part(cursor, bytes - done);
            cursor.offset += part;
            done += part;
        }
        cursor.left -= bytes;
    }

    /**
     * How many of {@code wanted} bytes, at least one, lie in the cursor's buffer, after moving it off the end of one.
     */
    private int part(Cursor cursor, long wanted) {
        while (cursor.offset == length[cursor.buffer]) {
            cursor.buffer++;
            cursor.offset = 0;
        }
        return (int) Math.min(Math.min(wanted, length[cursor.buffer] - cursor.offset), Integer.MAX_VALUE);
    }

    private long at(Cursor cursor) {
        return address[cursor.buffer] + cursor.offset;
    }
}
