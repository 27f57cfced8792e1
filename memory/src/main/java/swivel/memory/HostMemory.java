package swivel.memory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Memory of the host process: large, zeroed, and resident only where touched, from {@code mmap} (POSIX). Who wants some
 * has a {@link HostRegion}. Where the JVM denies native access, it is carved out of one private mapping of an empty
 * file, and an address is a place in that.
 */
public final class HostMemory {
    private HostMemory() {}

    /**
     * The whole host address space, for code that has checked its addresses by other means: a wrong one ends the JVM.
     */
    public static final MemorySegment ALL;

    /** Whether addresses are the host's, and machine code can be emitted. */
    public static final boolean NATIVE;

    /** Without native access: all there is, for 2 GiB of RAM and the tables of every address space. */
    private static final long POOL_BYTES = 3L << 30;

    private static final long POOL_ALIGNMENT = 1 << 16;
    private static final FreeRanges POOL = new FreeRanges(POOL_ALIGNMENT, POOL_BYTES - POOL_ALIGNMENT);

    static {
        MemorySegment all;
        boolean isNative = true;
        try {
            all = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
        } catch (IllegalCallerException denied) {
            all = pool();
            isNative = false;
        }
        ALL = all;
        NATIVE = isNative;
    }

    private static MemorySegment pool() {
        try {
            Path file = Files.createTempFile("swivel", ".memory");
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE)) {
                return channel.map(FileChannel.MapMode.PRIVATE, 0, POOL_BYTES, Arena.global());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("no memory can be mapped without native access", e);
        }
    }

    private static final int PAGE_BYTES = NATIVE ? (int) HostCalls.call("getpagesize", 0, 0, 0, 0, 0, 0) : 1;

    private static long pooled(long bytes) {
        return bytes + POOL_ALIGNMENT - 1 & -POOL_ALIGNMENT;
    }

    private static synchronized long takeFromPool(long bytes) {
        long address = POOL.take(pooled(bytes));
        if (address < 0) {
            throw refused(bytes);
        }
        return address;
    }

    private static synchronized void giveToPool(long address, long bytes) {
        ALL.asSlice(address, bytes).fill((byte) 0);
        POOL.give(address, pooled(bytes));
    }

    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int PROT_EXEC = 4;
    private static final int MAP_SHARED = 1;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_FIXED = 0x10;
    private static final int MAP_ANONYMOUS = isMac() ? 0x1000 : 0x20;
    private static final int MAP_NORESERVE = isMac() ? 0x40 : 0x4000;
    /** {@code memfd_create}: closed when another program is executed. */
    private static final int MFD_CLOEXEC = 1;

    private static final int FAILED = -1;
    /** No file behind a mapping. */
    private static final int NONE = -1;

    private static boolean isMac() {
        return System.getProperty("os.name", "").startsWith("Mac");
    }

    /** Allocates memory; returns its address. */
    static long allocate(long bytes) {
        if (!NATIVE) {
            return takeFromPool(bytes);
        }
        return map(0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, NONE);
    }

    /** Frees memory from {@link #allocate} or {@link #allocateCode}, all of it. */
    static void free(long address, long bytes) {
        if (NATIVE) {
            HostCalls.call("munmap", address, bytes, 0, 0, 0, 0);
        } else {
            giveToPool(address, bytes);
        }
    }

    /** {@code madvise}: forget the content; large pages where they are aligned. */
    private static final int MADV_DONTNEED = 4;

    /** {@code madvise}: forget the content of the file, too. */
    private static final int MADV_REMOVE = 9;

    private static final int MADV_HUGEPAGE = 14;

    /** {@code madvise} of memory whose address is a multiple of it may have effect. */
    static final long LARGE_PAGE = 2L << 20;

    /** What a file that is mapped is rounded up to; hosts with emitted code have no other. */
    static final long SMALL_PAGE = 4096;

    static boolean hasLargePages() {
        return NATIVE && !isMac();
    }

    static void preferLargePages(long address, long bytes) {
        HostCalls.call("madvise", address, bytes, MADV_HUGEPAGE, 0, 0, 0); // if it fails, pages are small
    }

    /**
     * Makes whole pages of allocated memory what they were at first, those of a {@link Template} included, and not
     * resident; false if the host cannot, and nothing was done.
     */
    public static boolean forget(long address, long bytes) {
        return NATIVE && !isMac() && (int) HostCalls.call("madvise", address, bytes, MADV_DONTNEED, 0, 0, 0) == 0;
    }

    /** The same for pages of a file that is mapped, in all of its mappings. */
    static boolean remove(long address, long bytes) {
        return NATIVE && !isMac() && (int) HostCalls.call("madvise", address, bytes, MADV_REMOVE, 0, 0, 0) == 0;
    }

    /** Bytes of a page of the host; what is forgotten is rounded up to it. */
    public static int pageSize() {
        return PAGE_BYTES;
    }

    /** What {@link #equal} compares at once; there is room for it twice at {@link #compared}. */
    private static final int CHUNK = 1 << 16;

    private static long compared;

    /**
     * Whether parts of two arrays are equal. The C library compares megabytes in the time that Java takes to compile a
     * loop for it.
     */
    public static synchronized boolean equal(byte[] x, int fromX, byte[] y, int fromY, int length) {
        if (!NATIVE) {
            return Arrays.equals(x, fromX, fromX + length, y, fromY, fromY + length);
        }
        if (compared == 0) {
            compared = allocate(2L * CHUNK);
        }
        for (int at = 0; at < length; at += CHUNK) {
            int count = Math.min(CHUNK, length - at);
            MemorySegment.copy(x, fromX + at, ALL, ValueLayout.JAVA_BYTE, compared, count);
            MemorySegment.copy(y, fromY + at, ALL, ValueLayout.JAVA_BYTE, compared + CHUNK, count);
            if ((int) HostCalls.call("memcmp", compared, compared + CHUNK, count, 0, 0, 0) != 0) {
                return false;
            }
        }
        return true;
    }

    private static long map(long address, long bytes, int protection, int flags, int file) {
        return map(address, bytes, protection, flags, file, 0);
    }

    private static long map(long address, long bytes, int protection, int flags, int file, long from) {
        long result = HostCalls.call("mmap", address, bytes, protection, flags, file, from);
        if (result == FAILED) {
            throw refused(bytes);
        }
        return result;
    }

    /** The host gives no memory. */
    public static final class Refused extends OutOfMemoryError {
        private static final long serialVersionUID = 1;

        Refused(long bytes, String what) {
            super("the host has no " + (bytes + (1 << 20) - 1 >> 20) + " MiB for " + what);
        }
    }

    private static Refused refused(long bytes) {
        return new Refused(bytes, "the guest");
    }

    /** A file without a name that holds nothing but zeros. */
    private static int anonymousFile(String name, long bytes) {
        int file;
        try (Arena arena = Arena.ofConfined()) {
            file = (int) HostCalls.call("memfd_create", arena.allocateFrom(name).address(), MFD_CLOEXEC, 0, 0, 0, 0);
        }
        if (file < 0 || (int) HostCalls.call("ftruncate", file, bytes, 0, 0, 0, 0) != 0) {
            if (file >= 0) {
                close(file);
            }
            throw new Refused(bytes, name);
        }
        return file;
    }

    /**
     * Memory for machine code, mapped twice, so that no page is writable and executable at once.
     *
     * @param writable address of the view for the one who writes the code
     * @param executable address of the view that runs
     */
    public record Code(long writable, long executable) {}

    /** Zeroed memory that can be mapped several times, until it is closed; mappings stay. */
    record Shared(int file, long bytes) {
        /** Null where there is no {@code memfd_create}. */
        static Shared create(String name, long bytes) {
            if (!NATIVE || isMac()) {
                return null;
            }
            try {
                return new Shared(anonymousFile(name, bytes), bytes);
            } catch (UnsupportedOperationException old) { // a C library from before 2018
                return null;
            }
        }

        /** Puts a mapping of a part of it over memory from {@link #allocate}. */
        void map(long address, long from, long length) {
            HostMemory.map(address, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, from);
        }

        void close() {
            HostMemory.close(file);
        }
    }

    /** {@code open}, Linux: to be read, closed when another program is executed. */
    private static final int O_RDONLY_CLOEXEC = 0x80000;

    /** {@code lseek}: from the end. */
    private static final int SEEK_END = 2;

    /** Opens a file to be read; returns its number, to be {@linkplain #close closed}. */
    static int open(Path path) throws IOException {
        int file = openToRead(path);
        if (file < 0) {
            throw new IOException("cannot be opened: " + path);
        }
        return file;
    }

    /** The same; negative if that is impossible. */
    static int openToRead(Path path) {
        return open(path, O_RDONLY_CLOEXEC);
    }

    private static int open(Path path, int flags) {
        if (!NATIVE || isMac()) {
            return NONE;
        }
        try (Arena arena = Arena.ofConfined()) {
            long name = arena.allocateFrom(path.toString()).address();
            return (int) HostCalls.call("open", name, flags, 0, 0, 0, 0);
        }
    }

    /** {@code open}, Linux: to be read and written, closed as above, without waiting for whoever is at a pipe. */
    private static final int O_RDWR_CLOEXEC_NONBLOCK = 2 | O_RDONLY_CLOEXEC | 0x800;

    /** Opens a file to be mapped for reading and writing; negative if that is impossible. */
    static int openShared(Path path) {
        return open(path, O_RDWR_CLOEXEC_NONBLOCK);
    }

    /** Makes an open file so long; false if that is impossible. */
    static boolean resize(int file, long bytes) {
        return (int) HostCalls.call("ftruncate", file, bytes, 0, 0, 0, 0) == 0;
    }

    /** Bytes of an open file; negative if it has no length. */
    static long length(int file) {
        return HostCalls.call("lseek", file, 0, SEEK_END, 0, 0, 0);
    }

    /** Puts a file to be read over memory from {@link #allocate}. */
    static void mapFile(int file, long address, long bytes) {
        map(address, bytes, PROT_READ, MAP_PRIVATE | MAP_FIXED, file);
    }

    static void close(int file) {
        HostCalls.call("close", file, 0, 0, 0, 0, 0);
    }

    /** Allocates memory for machine code, to be freed as two pieces. */
    static Code allocateCode(long bytes) {
        int file = anonymousFile("swivel-code", bytes);
        long writable = 0;
        try {
            writable = map(0, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file);
            return new Code(writable, map(0, bytes, PROT_READ | PROT_EXEC, MAP_SHARED, file));
        } catch (OutOfMemoryError refused) {
            if (writable != 0) {
                free(writable, bytes);
            }
            throw refused;
        } finally {
            close(file);
        }
    }

    /** Content that many pieces of memory begin with; where the host is Linux they share it until they write it. */
    public static final class Template {
        private final long value;
        private final long bytes;
        private final int file;

        /** Memory that is filled with a long; {@code bytes} is a multiple of the page size. */
        public Template(long value, long bytes) {
            this.value = value;
            this.bytes = bytes;
            this.file = isMac() || !NATIVE ? NONE : anonymousFile("swivel-template", bytes);
            if (file != NONE) {
                long view = HostMemory.map(0, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file);
                fill(view);
                HostCalls.call("munmap", view, bytes, 0, 0, 0, 0);
            }
        }

        private void fill(long address) {
            long filled = Long.BYTES;
            ALL.set(ValueLayout.JAVA_LONG, address, value);
            while (filled < bytes) { // doubling: a loop over all longs takes milliseconds before it is compiled
                long length = Math.min(filled, bytes - filled);
                MemorySegment.copy(ALL, address, ALL, address + filled, length);
                filled += length;
            }
        }

        /** Puts a private copy over memory from {@link HostRegion#allocate}. */
        public void map(long address) {
            if (file == NONE) {
                fill(address);
            } else {
                HostMemory.map(address, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE, file);
            }
        }
    }
}
