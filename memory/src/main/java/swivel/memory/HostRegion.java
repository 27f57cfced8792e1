package swivel.memory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory of the host process that belongs to one owner: taken piece by piece, given back all at once. An address of it
 * must not be used after {@link #close}; that is what {@link #check} is for.
 */
public final class HostRegion implements AutoCloseable {
    private record Piece(long address, long bytes) {}

    private final String owner;
    private final List<Piece> pieces = new ArrayList<>();
    private final List<HostMemory.Shared> files = new ArrayList<>();
    private volatile boolean closed;

    /** Makes an empty one. {@code owner} begins the sentence that says that it was closed. */
    public HostRegion(String owner) {
        this.owner = owner;
    }

    /**
     * Takes memory that is zero, and resident only where it is touched; returns its address.
     *
     * @throws OutOfMemoryError if the host refuses
     */
    public synchronized long allocate(long bytes) {
        check();
        return keep(HostMemory.allocate(bytes), bytes);
    }

    /**
     * Takes memory of which most will be used, in large pages if the host has some to spare.
     *
     * @param inFront bytes of usable memory in front of the address
     * @throws OutOfMemoryError if the host refuses
     */
    public synchronized long allocateLarge(long inFront, long bytes) {
        check();
        if (!HostMemory.hasLargePages()) {
            return keep(HostMemory.allocate(inFront + bytes), inFront + bytes) + inFront;
        }
        long all = inFront + bytes + HostMemory.LARGE_PAGE;
        long start = keep(HostMemory.allocate(all), all);
        long address = start + inFront + HostMemory.LARGE_PAGE - 1 & -HostMemory.LARGE_PAGE;
        HostMemory.preferLargePages(address, bytes);
        return address;
    }

    /**
     * Takes zeroed memory that can be mapped several times ({@link HostMemory.Shared#map}); null where there is none.
     *
     * @throws OutOfMemoryError if the host refuses
     */
    synchronized HostMemory.Shared allocateShared(String name, long bytes) {
        check();
        HostMemory.Shared file = HostMemory.Shared.create(name, bytes);
        if (file != null) {
            files.add(file);
        }
        return file;
    }

    /**
     * Memory that other processes can have, too.
     *
     * @param file the number of a file that they can map or execute; it is closed where another program is executed
     * @param address of its first byte here
     */
    public record SharedMemory(int file, long address) {}

    /**
     * Takes zeroed memory that other processes can have, too. Linux only.
     *
     * @throws OutOfMemoryError if the host refuses
     */
    public synchronized SharedMemory allocateForOthers(String name, long bytes) {
        HostMemory.Shared file = allocateShared(name, bytes);
        long address = keep(HostMemory.allocate(bytes), bytes);
        file.map(address, 0, bytes);
        return new SharedMemory(file.file(), address);
    }

    /**
     * Takes memory over which shared memory will be mapped ({@link HostMemory.Shared#map}); returns its address.
     *
     * @param inFront bytes of usable memory in front of the address, which this mapping alone has
     * @throws OutOfMemoryError if the host refuses
     */
    synchronized long roomFor(long bytes, long inFront) {
        check();
        long all = inFront + bytes + HostMemory.LARGE_PAGE;
        long start = keep(HostMemory.allocate(all), all);
        return start + inFront + HostMemory.LARGE_PAGE - 1 & -HostMemory.LARGE_PAGE;
    }

    /**
     * A file in memory, which nothing writes back.
     *
     * @param address of its first byte
     * @param bytes its length
     * @param room address of zeroed memory behind it, at a page
     */
    public record MappedFile(long address, long bytes, long room) {}

    /**
     * Maps a file to be read. Linux only. Who shortens the file while it is mapped ends the JVM, so it must be one that
     * is only ever replaced.
     *
     * @param most the most bytes that it may have
     * @param room bytes of zeroed memory behind it
     * @throws IOException if it cannot be read, is empty or has more
     * @throws OutOfMemoryError if the host refuses
     */
    public synchronized MappedFile mapFile(Path file, long most, long room) throws IOException {
        check();
        int open = HostMemory.open(file);
        try {
            long bytes = HostMemory.length(open);
            if (bytes <= 0 || bytes > most) {
                throw new IOException("a length of " + bytes);
            }
            long pages = bytes + HostMemory.SMALL_PAGE - 1 & -HostMemory.SMALL_PAGE;
            long address = keep(HostMemory.allocate(pages + room), pages + room);
            HostMemory.mapFile(open, address, bytes);
            return new MappedFile(address, bytes, address + pages);
        } finally {
            HostMemory.close(open);
        }
    }

    /**
     * Takes memory for machine code. Linux only.
     *
     * @throws OutOfMemoryError if the host refuses the memory, or to execute it
     * @throws UnsupportedOperationException if the C library has no {@code memfd_create}
     */
    public synchronized HostMemory.Code allocateCode(long bytes) {
        check();
        HostMemory.Code code = HostMemory.allocateCode(bytes);
        keep(code.writable(), bytes);
        keep(code.executable(), bytes);
        return code;
    }

    private long keep(long address, long bytes) {
        pieces.add(new Piece(address, bytes));
        return address;
    }

    /** Whether it was given back. */
    public boolean isClosed() {
        return closed;
    }

    /**
     * Looks whether the memory is still there.
     *
     * @throws IllegalStateException if it was closed
     */
    public void check() {
        if (closed) {
            throw new IllegalStateException(owner + " was closed and cannot be used any more");
        }
    }

    /** Gives everything back. Nobody may be using it; a second call does nothing. */
    @Override
    public synchronized void close() {
        closed = true;
        for (Piece piece : pieces) {
            HostMemory.free(piece.address, piece.bytes);
        }
        pieces.clear();
        files.forEach(HostMemory.Shared::close);
        files.clear();
    }
}
