package swivel.devices.net;

import swivel.devices.streams.PacketRing;

/**
 * Ethernet frames on their way from one thread to another. The numbers of a record are what virtio and Linux call
 * offloads: from <i>checksum start</i> on a checksum is still to be computed, into the field at <i>start + offset</i>,
 * which holds the sum of the pseudo-header (start 0: nothing is to be done); and the frame is TCP's content for several
 * segments of <i>segment size</i> bytes (0: it is one).
 */
public final class FrameRing extends PacketRing {
    /** The longest frame: an Ethernet header, and the longest IP packet there is, with the header of IPv6. */
    public static final int MAX_FRAME = Ethernet.HEADER + IpPacket.V6_HEADER + 65535;

    private static final int CHECKSUM_START = 1;
    private static final int CHECKSUM_OFFSET = 2;
    private static final int SEGMENT_SIZE = 3;

    /**
     * Makes an empty ring.
     *
     * @param size a power of two, at least twice {@link #MAX_FRAME}
     */
    FrameRing(int size) {
        super(size, MAX_FRAME);
    }

    /** For the producer: the reserved room has a frame now. */
    public void commit(int length, int checksumStart, int checksumOffset, int segmentSize) {
        setNumber(CHECKSUM_START, checksumStart);
        setNumber(CHECKSUM_OFFSET, checksumOffset);
        setNumber(SEGMENT_SIZE, segmentSize);
        commit(length);
    }

    /** From where on in the frame a checksum is to be computed; 0 for nowhere. */
    public int checksumStart() {
        return number(CHECKSUM_START);
    }

    /** From there to the checksum, which is that of the pseudo-header so far. */
    public int checksumOffset() {
        return number(CHECKSUM_OFFSET);
    }

    /** How many bytes of TCP's content each segment has; 0: the frame is one. */
    public int segmentSize() {
        return number(SEGMENT_SIZE);
    }

    /** For the consumer: computes the checksum that is still to be computed, and puts it into its place. */
    public void completeChecksum() {
        int start = offset() + checksumStart();
        Wire.put16(
                bytes(),
                start + checksumOffset(),
                Wire.checksum(Wire.sum(bytes(), start, length() - checksumStart(), 0)));
    }
}
