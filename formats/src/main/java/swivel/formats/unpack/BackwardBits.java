package swivel.formats.unpack;

import java.io.IOException;

/**
 * The bit streams of Zstandard, which are read from their end to their start (RFC 8878, 4.1): the highest set bit of
 * the last byte marks the end. Reading over the start gives zeros, and is told by {@link #left}.
 */
final class BackwardBits {
    private final byte[] bytes;
    private final int start;
    private final int end;
    private long position;

    BackwardBits(byte[] bytes, int start, int end) throws IOException {
        if (start < 0 || end > bytes.length || start >= end || bytes[end - 1] == 0) {
            throw new IOException("it is damaged: a bit stream has no end mark");
        }
        this.bytes = bytes;
        this.start = start;
        this.end = end;
        this.position = 8L * (end - start) - Integer.numberOfLeadingZeros(bytes[end - 1] & 0xff) + 23;
    }

    /** How many bits are left; negative if more were read than there were. */
    long left() {
        return position;
    }

    /** The next bits, at most 32. */
    int read(int count) {
        position -= count;
        return at(position, count);
    }

    /** The next bits without going on. */
    int peek(int count) {
        return at(position - count, count);
    }

    void skip(int count) {
        position -= count;
    }

    private int at(long from, int count) {
        int first = start + (int) (from >> 3);
        int shift = (int) from & 7;
        long bits = 0;
        for (int i = 0; i < 5; i++) {
            int at = first + i;
            if (at >= start && at < end) {
                bits |= (bytes[at] & 0xffL) << 8 * i;
            }
        }
        return (int) (bits >>> shift & (1L << count) - 1);
    }
}
