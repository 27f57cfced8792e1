package swivel.devices;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntConsumer;
import swivel.devices.DiskAccess.Kind;
import swivel.memory.HostBuffers;
import swivel.memory.Snapshot.Archive;

/**
 * The virtio block device (VIRTIO 1.1, 5.2) on a disk image. What the host does quickly is done at once, on the vCPU's
 * thread; what makes it wait, on the disk's own ({@link DeferredAccesses}).
 */
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

    private static final int F_DISCARD = 1 << 13;
    private static final int F_WRITE_ZEROES = 1 << 14;

    /** The configuration space (5.2.4), as far as our features define it: offsets, and its size. */
    private static final int CAPACITY = 0;

    private static final int SIZE_MAX = 8;
    private static final int SEG_MAX = 12;
    private static final int BLK_SIZE = 20;
    private static final int MAX_DISCARD_SECTORS = 36;
    private static final int MAX_DISCARD_SEGMENTS = 40;
    private static final int DISCARD_ALIGNMENT = 44;
    private static final int MAX_ZEROES_SECTORS = 48;
    private static final int MAX_ZEROES_SEGMENTS = 52;
    private static final int ZEROES_MAY_UNMAP = 56;
    private static final int CONFIGURATION_SIZE = 60;

    /** The unit of requests and of the capacity, in bytes. */
    static final int SECTOR = DiskImage.SECTOR;

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
    static final int DISCARD = 11;
    static final int WRITE_ZEROES = 13;

    /** The status that ends a request. */
    static final int OK = 0;

    static final int IO_ERROR = 1;
    static final int UNSUPPORTED = 2;

    /** Bytes of the answer to GET_ID, padded with zeros. */
    public static final int ID_SIZE = 20;

    /** The part of the disk that is to be discarded or zeros: sector 64 bits, sectors 32, flags 32 (5.2.6). */
    private static final int SEGMENT_SIZE = 16;

    private static final int SEGMENT_SECTORS = 8;
    private static final int SEGMENT_FLAGS = 12;
    private static final int UNMAP = 1;

    /** What a disk of 512-byte sectors in files of 64 KiB clusters gets best. */
    private static final int DISCARD_UNIT = 128;

    /** What a snapshot keeps, beside the image's content. */
    static final class State {
        boolean flushEveryWrite;
    }

    private final DiskImage image;
    private final DeferredAccesses deferred;
    private final byte[] id;
    private final byte[] buffer = new byte[MAX_BUFFER_BYTES];
    private final HostBuffers lent = new HostBuffers();
    /** What the request at hand wants of the disk; null: nothing. */
    private DiskAccess access;

    final State state = new State();

    /**
     * Makes a disk.
     *
     * @param events where what other threads have done goes on
     * @param image closed with this object
     * @param name what the guest reads as the disk's serial number if nobody gave it one, at most 20 ASCII characters
     */
    public VirtioBlock(EventQueue events, DiskImage image, String name) {
        super(TYPE, features(image.readOnly()), 1, configuration(image.sectors()));
        this.image = image;
        this.deferred = new DeferredAccesses(image, events);
        String id = image.serial() == null ? name : image.serial();
        this.id = Arrays.copyOf(id.getBytes(StandardCharsets.US_ASCII), ID_SIZE);
    }

    private static int features(boolean readOnly) {
        return F_SIZE_MAX | F_SEG_MAX | F_BLK_SIZE | F_FLUSH | (readOnly ? F_RO : F_DISCARD | F_WRITE_ZEROES);
    }

    private static byte[] configuration(long sectors) {
        return ByteBuffer.allocate(CONFIGURATION_SIZE)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(CAPACITY, sectors)
                .putInt(SIZE_MAX, MAX_BUFFER_BYTES)
                .putInt(SEG_MAX, MAX_BUFFERS)
                .putInt(BLK_SIZE, SECTOR)
                .putInt(MAX_DISCARD_SECTORS, (int) (MAX_BYTES / SECTOR))
                .putInt(MAX_DISCARD_SEGMENTS, 1)
                .putInt(DISCARD_ALIGNMENT, DISCARD_UNIT)
                .putInt(MAX_ZEROES_SECTORS, (int) (MAX_BYTES / SECTOR))
                .putInt(MAX_ZEROES_SEGMENTS, 1)
                .put(ZEROES_MAY_UNMAP, (byte) 1)
                .array();
    }

    @Override
    void fields(Archive fields) {
        fields.same(image.sectors() + " sectors" + (image.readOnly() ? ", read-only" : ""));
        state.flushEveryWrite = fields.flag(state.flushEveryWrite);
    }

    @Override
    void negotiated(int features) {
        state.flushEveryWrite = (features & F_FLUSH) == 0;
    }

    @Override
    void attach(boolean legacy, IntConsumer goOn) {
        deferred.whenDone(() -> goOn.accept(0));
    }

    @Override
    boolean serve(int index, Virtqueue queue) throws VirtioError {
        DescriptorChain request = queue.next();
        byte[] header = new byte[HEADER_SIZE];
        if (request.read(header, 0, HEADER_SIZE) < HEADER_SIZE || request.writable() == 0) {
            throw new VirtioError("a block request without a header or without room for its status");
        }
        ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
        access = null;
        int status = understand(fields.getInt(0), fields.getLong(HEADER_SECTOR), request);
        if (access != null && status == OK) {
            if (deferred.wants(access) && deferred.hasRoom(access)) {
                deferred.defer(access, queue);
                return true;
            }
            if (deferred.mustWait() || deferred.wants(access)) {
                queue.putBack();
                return false;
            }
            status = doAtOnce(request);
        }
        end(request, status);
        queue.complete();
        return true;
    }

    /** Finds out what a request wants of the disk, or does what it wants otherwise. Returns its status. */
    private int understand(int type, long sector, DescriptorChain request) {
        return switch (type) {
            case IN -> find(Kind.READ, sector, request.writable() - 1);
            case OUT -> find(Kind.WRITE, sector, request.readable());
            case FLUSH -> {
                access = new DiskAccess(Kind.FLUSH, 0, 0, true);
                yield OK;
            }
            case GET_ID -> {
                int _ = request.write(id, 0, (int) Math.min(ID_SIZE, request.writable() - 1));
                yield OK;
            }
            case DISCARD, WRITE_ZEROES -> understandClearing(type == WRITE_ZEROES, request);
            default -> UNSUPPORTED;
        };
    }

    private int understandClearing(boolean zeros, DescriptorChain request) {
        byte[] segment = new byte[SEGMENT_SIZE];
        if (image.readOnly() || request.readable() != SEGMENT_SIZE) {
            return IO_ERROR;
        }
        int _ = request.read(segment, 0, SEGMENT_SIZE);
        ByteBuffer fields = ByteBuffer.wrap(segment).order(ByteOrder.LITTLE_ENDIAN);
        if ((fields.getInt(SEGMENT_FLAGS) & ~(zeros ? UNMAP : 0)) != 0) {
            return UNSUPPORTED;
        }
        long length = Integer.toUnsignedLong(fields.getInt(SEGMENT_SECTORS)) * SECTOR;
        return find(zeros ? Kind.ZERO : Kind.DISCARD, fields.getLong(0), length);
    }

    private int find(Kind kind, long sector, long length) {
        boolean reads = kind == Kind.READ;
        if (!reads && image.readOnly() || !inRange(sector, length)) {
            return IO_ERROR;
        }
        access = new DiskAccess(kind, sector * SECTOR, length, !reads && state.flushEveryWrite);
        return OK;
    }

    /** Whether so many bytes are whole sectors of the disk, and no more than a request may move. */
    private boolean inRange(long sector, long length) {
        return length % SECTOR == 0
                && length <= MAX_BYTES
                && sector >= 0
                && sector <= image.sectors()
                && length <= (image.sectors() - sector) * SECTOR;
    }

    private int doAtOnce(DescriptorChain request) {
        long start = System.nanoTime();
        try {
            if (!access.kind().movesBytes() || !moveDirectly(request)) {
                access.on(image, request, buffer);
            } else if (access.flushes()) {
                image.flush();
            }
            return OK;
        } catch (IOException e) {
            return IO_ERROR; // the guest's business: a disk that fails
        } finally {
            deferred.took(access, System.nanoTime() - start);
        }
    }

    /** Without a copy in between. What the host cannot do so is begun anew. */
    private boolean moveDirectly(DescriptorChain request) {
        boolean reads = access.kind() == Kind.READ;
        long length = access.length();
        lent.clear();
        if (!request.lend(lent, length, reads) || !image.move(lent, reads, length, access.at())) {
            return false;
        }
        if (reads) {
            request.wrote(length);
        } else {
            request.skipReadable(length);
        }
        return true;
    }

    private static void end(DescriptorChain request, int status) {
        request.skip(request.writable() - 1);
        int _ = request.write(new byte[] {(byte) status}, 0, 1);
    }

    @Override
    void finish(Virtqueue queue) {
        for (DeferredAccesses.Deferred one = deferred.next(); one != null; one = deferred.next()) {
            DescriptorChain request = one.request.chain();
            if (one.access.kind() == Kind.READ && !one.failed) {
                int _ = request.write(one.content, 0, one.content.length);
            }
            end(request, one.failed ? IO_ERROR : OK);
            queue.complete(one.request);
        }
    }

    @Override
    void drain() {
        deferred.drain();
    }

    @Override
    void stopped() {
        deferred.forget();
    }

    /** Closes the image; what the guest requests after that fails. */
    @Override
    public void close() throws IOException {
        image.close();
    }
}
