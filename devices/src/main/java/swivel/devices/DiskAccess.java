package swivel.devices;

import java.io.IOException;

/**
 * What a request wants of a disk.
 *
 * @param at where, in bytes from the start of the disk
 * @param length how many bytes
 * @param flushes whether it ends with a flush
 */
record DiskAccess(Kind kind, long at, long length, boolean flushes) {
    /** What is done. */
    enum Kind {
        READ,
        WRITE,
        FLUSH,
        ZERO,
        DISCARD;

        /** Whether bytes of the guest go to the disk, or the other way. */
        boolean movesBytes() {
            return this == READ || this == WRITE;
        }
    }

    /** Where the bytes come from, or go to. */
    interface Bytes {
        /** Gives the next bytes. */
        int read(byte[] to, int at, int count);

        /** Takes the next bytes. */
        int write(byte[] from, int at, int count);
    }

    /** Bytes in an array. */
    static final class Held implements Bytes {
        private final byte[] content;
        private int next;

        Held(byte[] content) {
            this.content = content;
        }

        @Override
        public int read(byte[] to, int at, int count) {
            System.arraycopy(content, next, to, at, count);
            next += count;
            return count;
        }

        @Override
        public int write(byte[] from, int at, int count) {
            System.arraycopy(from, at, content, next, count);
            next += count;
            return count;
        }
    }

    /**
     * Does it.
     *
     * @param buffer for a part of the bytes
     */
    void on(DiskImage image, Bytes bytes, byte[] buffer) throws IOException {
        switch (kind) {
            case READ -> {
                for (long done = 0; done < length; done += buffer.length) {
                    int part = (int) Math.min(buffer.length, length - done);
                    image.read(buffer, part, at + done);
                    int _ = bytes.write(buffer, 0, part);
                }
            }
            case WRITE -> {
                for (long done = 0; done < length; done += buffer.length) {
                    int part = (int) Math.min(buffer.length, length - done);
                    int _ = bytes.read(buffer, 0, part);
                    image.write(buffer, part, at + done);
                }
            }
            case FLUSH -> {}
            case ZERO -> image.zero(length, at);
            case DISCARD -> image.discard(length, at);
        }
        if (flushes) {
            image.flush();
        }
    }
}
