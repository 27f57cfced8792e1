package swivel.devices.streams;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Packets on their way from one thread to another, in a buffer that never grows: a single producer writes each packet
 * into room that it reserved, a single consumer reads it where it lies. Each packet is one record:
 *
 * <pre>
 * +--------+---------------------------------+--------+
 * | length | three numbers of a kind of ring | packet |    numbers of 4 bytes, records begin at multiples of 16
 * +--------+---------------------------------+--------+
 * </pre>
 *
 * <p>A length of -1 says that the next record is at the start of the buffer.
 */
public class PacketRing {
    private static final VarHandle NUMBER = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private static final int HEADER = 16;
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
     * @param size a power of two, at least twice the longest packet
     */
    public PacketRing(int size, int longest) {
        if (Integer.bitCount(size) != 1 || size < 2 * longest) {
            throw new IllegalArgumentException("a ring of " + size + " bytes");
        }
        bytes = new byte[size];
        mask = size - 1;
    }

    /** Where packets are, for both sides. */
    public final byte[] bytes() {
        return bytes;
    }

    private static int record(int length) {
        return HEADER + length + HEADER - 1 & -HEADER;
    }

    /** For the producer: where a packet of at most so many bytes can be written, or -1 if there is no room now. */
    public final int reserve(int most) {
        int at = (int) tail & mask;
        int toEnd = bytes.length - at;
        int need = record(most);
        boolean wraps = toEnd < need;
        if (tail + (wraps ? toEnd + need : need) - head > bytes.length) {
            return -1;
        }
        if (wraps) {
            NUMBER.set(bytes, at, WRAPS);
        }
        reserved = wraps ? tail + toEnd : tail;
        return ((int) reserved & mask) + HEADER;
    }

    /** For the producer: sets one of the three numbers, 1 to 3, of the record that was reserved. */
    protected final void setNumber(int which, int value) {
        NUMBER.set(bytes, ((int) reserved & mask) + which * Integer.BYTES, value);
    }

    /** For the producer: the reserved room has a packet now. */
    public final void commit(int length) {
        setNumber(0, length);
        tail = reserved + record(length);
    }

    public final boolean isEmpty() {
        return head == tail;
    }

    /** For the consumer: whether there is a packet, which is the oldest one until it is released. */
    public final boolean next() {
        if (head == tail) {
            return false;
        }
        record = (int) head & mask;
        if (number(0) == WRAPS) {
            long start = head + bytes.length - record;
            head = start;
            record = 0;
        }
        return true;
    }

    /** For the consumer: one of the three numbers, 1 to 3, of the packet. */
    protected final int number(int which) {
        return (int) NUMBER.get(bytes, record + which * Integer.BYTES);
    }

    /** Where the packet is. */
    public final int offset() {
        return record + HEADER;
    }

    public final int length() {
        return number(0);
    }

    /** For the consumer: the packet is done with. */
    public final void release() {
        long next = head + record(length());
        head = next;
    }
}
