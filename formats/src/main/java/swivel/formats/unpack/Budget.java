package swivel.formats.unpack;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.tukaani.xz.ArrayCache;

/**
 * What one run of a command may spend on unpacking, however many files it reads and however these nest: bytes written,
 * which are time, and bytes held, which are memory. Failed attempts count. A file that holds much is worked on while no
 * other one does.
 */
public final class Budget {
    /** A run may write so much, and so many times as much as it reads. A root file system takes about four times. */
    private static final long RUN_BYTES = 4L << 30;

    private static final int RUN_RATIO = 16;

    /** A file may write so much in all: all it holds, nested, and all attempts at it. */
    private static final long FILE_BYTES = 1L << 30;

    /** An attempt costs so much even if it fails at once. */
    private static final int ATTEMPT_BYTES = 16 << 10;

    /** A stream may write so much, and beyond that so many times as much as it has read. */
    private static final long STREAM_BYTES = 64L << 20;

    private static final int STREAM_RATIO = 64;

    /** A file that has written more waits until no other such file is worked on. */
    private static final long LARGE = 16L << 20;

    /** To clear a dictionary costs so much less than to write it. */
    private static final int DICTIONARY_SHARE = 8;

    private final AtomicLong left = new AtomicLong(RUN_BYTES);
    private final Semaphore large = new Semaphore(1);

    /**
     * Opens the account of one file of the run, of so many bytes; it is closed when nothing of the file is held any
     * more.
     */
    public Account file(long size) {
        left.addAndGet(size * RUN_RATIO);
        return new Account();
    }

    /** What one file may spend, and all that is in it. */
    public final class Account implements AutoCloseable {
        private final AtomicLong leftOfFile = new AtomicLong(FILE_BYTES);
        private boolean isLarge;

        private Account() {}

        void attempt() throws IOException {
            spend(ATTEMPT_BYTES);
        }

        /** Whether the file or the run has nothing left, so that further attempts are in vain. */
        public boolean isSpent() {
            return leftOfFile.get() < 0 || left.get() < 0;
        }

        /**
         * Takes bytes that a stream is about to write.
         *
         * @param written how many it has written then
         * @param read how many it has read
         */
        void write(long bytes, long written, long read) throws IOException {
            if (written > STREAM_BYTES + STREAM_RATIO * read) {
                throw new IOException("it unpacks to more than " + STREAM_RATIO + " times its size");
            }
            spend(bytes);
        }

        private void spend(long bytes) throws IOException {
            if (leftOfFile.addAndGet(-bytes) < 0) {
                throw new IOException("the file takes more than " + (FILE_BYTES >> 20) + " MiB to unpack in all");
            }
            if (left.addAndGet(-bytes) < 0) {
                throw new IOException("the files of this run take too much to unpack: more than " + (RUN_BYTES >> 30)
                        + " GiB and " + RUN_RATIO + " times their size");
            }
            if (FILE_BYTES - leftOfFile.get() > LARGE) {
                becomeLarge();
            }
        }

        private synchronized void becomeLarge() {
            if (!isLarge) {
                large.acquireUninterruptibly();
                isLarge = true;
            }
        }

        /** Where decoders of XZ and LZMA get their dictionaries, which are as large as a few bytes say. */
        ArrayCache dictionaries() {
            return new ArrayCache() {
                @Override
                public byte[] getByteArray(int size, boolean fillWithZeros) {
                    try {
                        spend(size / DICTIONARY_SHARE);
                    } catch (IOException e) {
                        throw new DictionaryException(e);
                    }
                    return new byte[size];
                }
            };
        }

        @Override
        public synchronized void close() {
            if (isLarge) {
                isLarge = false;
                large.release();
            }
        }
    }

    /** The library allows no checked exception there. */
    static final class DictionaryException extends RuntimeException {
        private static final long serialVersionUID = 1;

        DictionaryException(IOException cause) {
            super(cause);
        }
    }
}
