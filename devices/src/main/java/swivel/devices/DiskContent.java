package swivel.devices;

import java.io.IOException;
import swivel.memory.HostBuffers;

/**
 * The bytes of a disk, as a file or several keep them. Whoever calls has seen to it that what is asked for lies in the
 * disk.
 */
interface DiskContent extends AutoCloseable {
    /** The disk's size, which stays. */
    long bytes();

    boolean readOnly();

    /** Whether several threads may use this at a time; else one does. */
    default boolean isParallel() {
        return false;
    }

    /** Reads a part of the disk into an array; zeros behind its end. */
    void read(byte[] to, int from, int length, long at) throws IOException;

    void write(byte[] from, int first, int length, long at) throws IOException;

    /**
     * Moves a part straight between the disk and memory; whether that was possible. If not, some of it may have been
     * moved.
     *
     * @param reads whether from the disk
     */
    default boolean move(HostBuffers memory, boolean reads, long length, long at) {
        return false;
    }

    /** Makes all bytes of a part zeros. */
    void zero(long length, long at) throws IOException;

    /** The content of a part does not matter any more. */
    void discard(long length, long at) throws IOException;

    /** Brings everything that was written to the medium. */
    void flush() throws IOException;

    /** Writes what is not in the files yet, and closes them. */
    @Override
    void close() throws IOException;
}
