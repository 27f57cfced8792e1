package swivel.devices.p9;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A message, field by field, all little-endian:
 *
 * <pre>
 *   +------+------+-----+--------+
 *   | size | type | tag | fields |     a string is its length in 2 bytes, and its bytes
 *   | 4    | 1    | 2   |        |     a qid is a type in 1 byte, a version in 4, a path in 8
 *   +------+------+-----+--------+
 * </pre>
 *
 * <p>Whatever does not fit, on the way in or out, is a {@link java.nio.BufferUnderflowException} or {@link
 * java.nio.BufferOverflowException}.
 */
final class Message {
    /** Bytes in front of the fields. */
    static final int HEADER = 7;

    static final int QID = 13;

    /** Types of a qid. */
    private static final int QID_DIRECTORY = 0x80;

    private static final int QID_LINK = 0x02;

    private byte[] array;
    private ByteBuffer bytes;

    /** Begins to read or to write one of so many bytes, at most, in an array. */
    void begin(byte[] of, int length) {
        if (array != of) {
            array = of;
            bytes = ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
        }
        bytes.clear().limit(length);
    }

    /** Where it is, at {@link #position}, and {@link #remaining} bytes more. */
    byte[] array() {
        return array;
    }

    int position() {
        return bytes.position();
    }

    int remaining() {
        return bytes.remaining();
    }

    void moveTo(int position) {
        bytes.position(position);
    }

    int u8() {
        return bytes.get() & 0xff;
    }

    int u16() {
        return bytes.getShort() & 0xffff;
    }

    int u32() {
        return bytes.getInt();
    }

    long u64() {
        return bytes.getLong();
    }

    /** A byte in each character. */
    String string() {
        byte[] text = new byte[u16()];
        bytes.get(text);
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    Message u8(int value) {
        bytes.put((byte) value);
        return this;
    }

    Message u16(int value) {
        bytes.putShort((short) value);
        return this;
    }

    Message u32(int value) {
        bytes.putInt(value);
        return this;
    }

    Message u64(long value) {
        bytes.putLong(value);
        return this;
    }

    Message string(String value) {
        return u16(value.length()).bytes(value.getBytes(StandardCharsets.ISO_8859_1), 0, value.length());
    }

    Message bytes(byte[] from, int at, int length) {
        bytes.put(from, at, length);
        return this;
    }

    Message qid(int fileType, int version, long path) {
        int type = fileType == FileStatus.DIRECTORY ? QID_DIRECTORY : fileType == FileStatus.LINK ? QID_LINK : 0;
        return u8(type).u32(version).u64(path);
    }

    Message time(FileStatus.Time time) {
        return u64(time.seconds()).u64(time.nanoseconds());
    }

    /** Fills in the header of what was written; returns its length. */
    int end(int type, int tag) {
        int length = bytes.position();
        bytes.putInt(0, length).put(Integer.BYTES, (byte) type).putShort(Integer.BYTES + 1, (short) tag);
        return length;
    }
}
