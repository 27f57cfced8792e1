package swivel.formats.unpack;

import java.io.IOException;
import java.util.Arrays;

/** What a decoder has written so far, which is also its window: a growing array with a bound. */
final class Output {
    private static final int FIRST_SIZE = 16 << 10;

    private final Budget.Account account;
    private byte[] bytes = new byte[FIRST_SIZE];
    private int size;
    private long read;

    Output(Budget.Account account) throws IOException {
        this.account = account;
        account.attempt();
    }

    /** Tells how many bytes of the input were read for what is written so far, or is written next. */
    void read(long inputBytes) {
        read = inputBytes;
    }

    int size() {
        return size;
    }

    /** Appends bytes of an input. */
    void literals(byte[] from, int at, int length) throws IOException {
        if (length < 0 || length > from.length - at) {
            throw new IOException("it ends too early");
        }
        reserve(length);
        System.arraycopy(from, at, bytes, size, length);
        size += length;
    }

    /** Writes bytes into a part of an array, and returns how many. */
    @FunctionalInterface
    interface Source<E extends Exception> {
        int read(byte[] to, int at, int length) throws E;
    }

    /**
     * Appends what a source has for the room there is; returns how many bytes.
     *
     * @throws IOException if there is no room up to the bound any more
     */
    <E extends Exception> int fill(Source<E> source) throws E, IOException {
        if (size == bytes.length) {
            reserve(1);
        }
        int got = source.read(bytes, size, bytes.length - size);
        size += Math.max(got, 0);
        return got;
    }

    /** Appends one byte several times. */
    void fill(byte value, int length) throws IOException {
        reserve(length);
        Arrays.fill(bytes, size, size + length, value);
        size += length;
    }

    /** Appends a copy of what was written {@code distance} bytes ago, which may overlap what is being written. */
    void match(int distance, int length) throws IOException {
        if (distance <= 0 || distance > size || length < 0) {
            throw new IOException("it is damaged: a match reaches back before the start");
        }
        reserve(length);
        if (distance >= length) {
            System.arraycopy(bytes, size - distance, bytes, size, length);
        } else {
            for (int i = 0; i < length; i++) {
                bytes[size + i] = bytes[size + i - distance];
            }
        }
        size += length;
    }

    /** The bytes from an offset on, as a view for a checksum: the array itself is only good until the next write. */
    byte[] array() {
        return bytes;
    }

    byte[] toBytes() {
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }

    private void reserve(int length) throws IOException {
        if (length > Compression.MAX_SIZE - size) {
            throw Compression.tooLarge();
        }
        if (size + length > bytes.length) {
            int grown = Math.max(size + length, (int) Math.min(2L * bytes.length, Compression.MAX_SIZE));
            account.write(grown - bytes.length, size + length, read);
            bytes = Arrays.copyOf(bytes, grown);
        }
    }
}
