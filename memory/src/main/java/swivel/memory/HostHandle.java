package swivel.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** A file of a Linux host that is open for what Java has no calls for. */
public final class HostHandle implements AutoCloseable {
    /** {@code fallocate}: a hole, and the file stays as long as it is (linux/falloc.h). */
    private static final int KEEP_SIZE = 1;

    private static final int PUNCH_HOLE = 2;

    private final int file;

    private HostHandle(int file) {
        this.file = file;
    }

    /**
     * Opens a file that is open already.
     *
     * @param writable whether for writing, too
     * @param key says that it is that file still ({@link BasicFileAttributes#fileKey})
     * @return null where the host is no Linux, or it is another file by now
     */
    public static HostHandle open(Path path, boolean writable, Object key) {
        int file = writable ? HostMemory.openShared(path) : HostMemory.openToRead(path);
        if (file < 0) {
            return null;
        }
        try {
            Path opened = Path.of("/proc/self/fd/" + file);
            if (key.equals(
                    Files.readAttributes(opened, BasicFileAttributes.class).fileKey())) {
                return new HostHandle(file);
            }
        } catch (IOException e) {
            // There is no /proc: nobody knows which file it is.
        }
        HostMemory.close(file);
        return null;
    }

    /**
     * Gives the host back what a part of the file takes; it reads as zeros from now on.
     *
     * @return false if the host cannot, and the part is as it was
     */
    public boolean punch(long at, long bytes) {
        return (int) HostCalls.call("fallocate", file, PUNCH_HOLE | KEEP_SIZE, at, bytes, 0, 0) == 0;
    }

    /** Fills memory from a place of the file; whether that was possible with all of so many bytes. */
    public boolean read(HostBuffers to, long bytes, long at) {
        return to.move("preadv", file, at) == bytes;
    }

    /** Writes memory to a place of the file; whether that was possible with all of so many bytes. */
    public boolean write(HostBuffers from, long bytes, long at) {
        return from.move("pwritev", file, at) == bytes;
    }

    /**
     * Brings to the medium what was written to the file, through whatever handle, and what is needed to read it again,
     * but no times; whether that was possible.
     */
    public boolean flush() {
        return (int) HostCalls.call("fdatasync", file, 0, 0, 0, 0, 0) == 0;
    }

    /** Closes it. With that the process's record locks on the file are gone. */
    @Override
    public void close() {
        HostMemory.close(file);
    }
}
