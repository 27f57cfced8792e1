package swivel.devices;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;

/** The virtio block device (VIRTIO 1.1, 5.2) on a raw image file. */
public final class VirtioBlock extends VirtioDevice implements AutoCloseable {
    private static final int TYPE = 2;

    /** Features (5.2.3): the size and the number of a request's buffers are limited. */
    private static final int F_SIZE_MAX = 1 << 1;

    private static final int F_SEG_MAX = 1 << 2;
    /** The device is read-only. */
    private static final int F_RO = 1 << 5;

    private static final int F_BLK_SIZE = 1 << 6;
    /** What was written may be cached until a flush; for a driver that does not take it, every write is flushed. */
    static final int F_FLUSH = 1 << 9;

    /** The configuration space (5.2.4), as far as our features define it: offsets, and its size. */
    private static final int CAPACITY = 0;

    private static final int SIZE_MAX = 8;
    private static final int SEG_MAX = 12;
    private static final int BLK_SIZE = 20;
    private static final int CONFIGURATION_SIZE = 24;

    /** The unit of requests and of the capacity, in bytes. */
    static final int SECTOR = 512;

    /** Limits, which also bound the time that one request takes; a header and a status are buffers too. */
    private static final int MAX_BUFFER_BYTES = 1 << 16;

    private static final int MAX_BUFFERS = Virtqueue.MAX_SIZE - 2;
    private static final long MAX_BYTES = (long) MAX_BUFFER_BYTES * MAX_BUFFERS;

    /** A request's header: type 32 bits, reserved 32, sector 64 (5.2.6). */
    private static final int HEADER_SIZE = 16;

    private static final int HEADER_SECTOR = 8;

    /** Request types. */
    static final int IN = 0;

    static final int OUT = 1;
    static final int FLUSH = 4;
    static final int GET_ID = 8;

    /** The status that ends a request. */
    static final int OK = 0;

    static final int IO_ERROR = 1;
    static final int UNSUPPORTED = 2;

    /** Bytes of the answer to GET_ID, padded with zeros. */
    private static final int ID_SIZE = 20;

    /** What a snapshot keeps, beside the image's content. */
    static final class State {
        boolean flushEveryWrite;
    }

    private final FileChannel image;
    private final boolean readOnly;
    private final byte[] id;
    private final long bytes;
    private final byte[] configuration;
    private final byte[] buffer = new byte[MAX_BUFFER_BYTES];
    final State state = new State();

    private VirtioBlock(FileChannel image, long bytes, boolean readOnly, String id) {
        this.image = image;
        this.bytes = bytes;
        this.readOnly = readOnly;
        this.id = Arrays.copyOf(id.getBytes(StandardCharsets.US_ASCII), ID_SIZE);
        this.configuration = ByteBuffer.allocate(CONFIGURATION_SIZE)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(CAPACITY, bytes / SECTOR)
                .putInt(SIZE_MAX, MAX_BUFFER_BYTES)
                .putInt(SEG_MAX, MAX_BUFFERS)
                .putInt(BLK_SIZE, SECTOR)
                .array();
    }

    /**
     * Opens an image. Its size is the disk's, and stays so.
     *
     * @param id what the guest reads as the disk's identity, at most 20 ASCII characters
     * @throws IOException with a sentence for the person at the prompt, if the file cannot be a disk
     */
    public static VirtioBlock open(Path file, boolean readOnly, String id) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException("the disk image " + file + " is a directory");
        }
        FileChannel image;
        try {
            image = FileChannel.open(
                    file,
                    readOnly
                            ? Set.of(StandardOpenOption.READ)
                            : Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE));
        } catch (NoSuchFileException e) {
            throw new IOException("the disk image " + file + " does not exist", e);
        } catch (AccessDeniedException e) {
            throw new IOException(
                    "the disk image " + file + " may not be " + (readOnly ? "read" : "written; open it read-only"), e);
        }
        long bytes = image.size();
        if (bytes == 0 || bytes % SECTOR != 0) {
            image.close();
            throw new IOException("the disk image " + file
                    + (bytes == 0
                            ? " is empty; give it a size with truncate(1)"
                            : " has " + bytes + " bytes, which is not a whole number of 512-byte sectors"));
        }
        return new VirtioBlock(image, bytes, readOnly, id);
    }

    @Override
    int type() {
        return TYPE;
    }

    @Override
    int features() {
        return F_SIZE_MAX | F_SEG_MAX | F_BLK_SIZE | F_FLUSH | (readOnly ? F_RO : 0);
    }

    @Override
    int queues() {
        return 1;
    }

    @Override
    byte[] configuration() {
        return configuration;
    }

    @Override
    void negotiated(int features) {
        state.flushEveryWrite = (features & F_FLUSH) == 0;
    }

    @Override
    void serve(DescriptorChain request) throws VirtioError {
        byte[] header = new byte[HEADER_SIZE];
        if (request.read(header, 0, HEADER_SIZE) < HEADER_SIZE || request.writable() == 0) {
            throw new VirtioError("a block request without a header or without room for its status");
        }
        ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
        int status;
        try {
            status = execute(fields.getInt(0), fields.getLong(HEADER_SECTOR), request);
        } catch (IOException e) {
            status = IO_ERROR; // the guest's business: a disk that fails
        }
        request.skip(request.writable() - 1);
        request.write(new byte[] {(byte) status}, 0, 1);
    }

    private int execute(int type, long sector, DescriptorChain request) throws IOException {
        return switch (type) {
            case IN -> read(sector, request);
            case OUT -> write(sector, request);
            case FLUSH -> {
                flush();
                yield OK;
            }
            case GET_ID -> {
                request.write(id, 0, (int) Math.min(ID_SIZE, request.writable() - 1));
                yield OK;
            }
            default -> UNSUPPORTED;
        };
    }

    /** Whether so many bytes are whole sectors of the disk, and no more than a request may move. */
    private boolean inRange(long sector, long length) {
        return length % SECTOR == 0
                && length <= MAX_BYTES
                && sector >= 0
                && sector <= bytes / SECTOR
                && length <= bytes - sector * SECTOR;
    }

    private int read(long sector, DescriptorChain request) throws IOException {
        long length = request.writable() - 1;
        if (!inRange(sector, length)) {
            return IO_ERROR;
        }
        long at = sector * SECTOR;
        for (long end = at + length; at < end; ) {
            int got = image.read(ByteBuffer.wrap(buffer, 0, (int) Math.min(buffer.length, end - at)), at);
            if (got <= 0) {
                return IO_ERROR; // someone has cut the file
            }
            request.write(buffer, 0, got);
            at += got;
        }
        return OK;
    }

    private int write(long sector, DescriptorChain request) throws IOException {
        if (readOnly || !inRange(sector, request.readable())) {
            return IO_ERROR;
        }
        long at = sector * SECTOR;
        while (request.readable() > 0) {
            ByteBuffer part = ByteBuffer.wrap(buffer, 0, request.read(buffer, 0, buffer.length));
            while (part.hasRemaining()) {
                at += image.write(part, at);
            }
        }
        if (state.flushEveryWrite) {
            flush();
        }
        return OK;
    }

    private void flush() throws IOException {
        if (!readOnly) {
            image.force(false);
        }
    }

    /** Closes the image; what the guest requests after that fails. */
    @Override
    public void close() throws IOException {
        image.close();
    }
}
