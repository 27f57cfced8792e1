package swivel.devices.net;

/**
 * Ethernet frames on their way from one thread to another, in a buffer that never grows: a single producer writes each
 * frame into room that it reserved, a single consumer reads it where it lies. Each frame is one record:
 *
 * <pre>
 * +--------+----------------+-----------------+--------------+-------+
 * | length | checksum start | checksum offset | segment size | frame |    numbers of 4 bytes, records begin at
 * +--------+----------------+-----------------+--------------+-------+    multiples of 16
 * </pre>
 *
 * <p>A length of -1 says that the next record is at the start of the buffer. The numbers are what virtio and Linux call
 * offloads: from <i>start</i> on a checksum is still to be computed, into the field at <i>start + offset</i>, which
 * holds the sum of the pseudo-header (start 0: nothing is to be done); and the frame is TCP's content for several
 * segments of <i>segment size</i> bytes (0: it is one).
 */
public final class FrameRing {
    /** The longest frame: an Ethernet header, and the longest IP packet there is, with the header of IPv6. */
    public static final int MAX_FRAME = Ethernet.HEADER + IpPacket.V6_HEADER + 65535;

    private static final int HEADER = 16;
    private static final int CHECKSUM_START = 4;
    private static final int CHECKSUM_OFFSET = 8;
    private static final int SEGMENT_SIZE = 12;
    private static final int WRAPS = -1;

    private final byte[] bytes;
    private final int mask;
    /** How many bytes were ever taken. Written by the consumer. */
    private volatile long head;
    /** How many were ever put in. Written by the producer. */
    private volatile long tail;

    /** The producer's: where the reserved record begins, counted as {@link #tail} is. */
    private long reserved;

    /** The consumer's: where the record of {@link #next} begins. */
    private int record;

    /**
     * Makes an empty ring.
     *
     * @param size a power of two, at least twice {@link #MAX_FRAME}
     */
    FrameRing(int size) {
        if (Integer.bitCount(size) != 1 || size < 2 * MAX_FRAME) {
            throw new IllegalArgumentException("a ring of " + size + " bytes");
        }
        bytes = new byte[size];
        mask = size - 1;
    }

    /** Where frames are, for both sides. */
    public byte[] bytes() {
        return bytes;
    }

    private static int record(int length) {
        return HEADER + length + HEADER - 1 & -HEADER;
    }

    /** For the producer: where a frame of at most so many bytes can be written, or -1 if there is no room now. */
    public int reserve(int most) {
        int at = (int) tail & mask;
        int toEnd = bytes.length - at;
        int need = record(most);
        boolean wraps = toEnd < need;
        if (tail + (wraps ? toEnd + need : need) - head > bytes.length) {
            return -1;
        }
        if (wraps) {
            Wire.put32(bytes, at, WRAPS);
        }
        reserved = wraps ? tail + toEnd : tail;
        return ((int) reserved & mask) + HEADER;
    }

    /** For the producer: the reserved room has a frame now. */
    public void commit(int length, int checksumStart, int checksumOffset, int segmentSize) {
        int at = (int) reserved & mask;
        Wire.put32(bytes, at, length);
        Wire.put32(bytes, at + CHECKSUM_START, checksumStart);
        Wire.put32(bytes, at + CHECKSUM_OFFSET, checksumOffset);
        Wire.put32(bytes, at + SEGMENT_SIZE, segmentSize);
        tail = reserved + record(length);
    }

    public boolean isEmpty() {
        return head == tail;
    }

    /** For the consumer: whether there is a frame, which is the oldest one until it is released. */
    public boolean next() {
        if (head == tail) {
            return false;
        }
        record = (int) head & mask;
        if (Wire.get32(bytes, record) == WRAPS) {
            long start = head + bytes.length - record;
            head = start;
            record = 0;
        }
        return true;
    }

    /** Where the frame is. */
    public int offset() {
        return record + HEADER;
    }

    public int length() {
        return Wire.get32(bytes, record);
    }

    /** From where on in the frame a checksum is to be computed; 0 for nowhere. */
    public int checksumStart() {
        return Wire.get32(bytes, record + CHECKSUM_START);
    }

    /** From there to the checksum, which is that of the pseudo-header so far. */
    public int checksumOffset() {
        return Wire.get32(bytes, record + CHECKSUM_OFFSET);
    }

    /** How many bytes of TCP's content each segment has; 0: the frame is one. */
    public int segmentSize() {
        return Wire.get32(bytes, record + SEGMENT_SIZE);
    }

    /** For the consumer: computes the checksum that is still to be computed, and puts it into its place. */
    public void completeChecksum() {
        int start = offset() + checksumStart();
        Wire.put16(
                bytes, start + checksumOffset(), Wire.checksum(Wire.sum(bytes, start, length() - checksumStart(), 0)));
    }

    /** For the consumer: the frame is done with. */
    public void release() {
        long next = head + record(length());
        head = next;
    }
}
