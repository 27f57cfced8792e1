package swivel.devices.p9;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import swivel.devices.p9.FileStatus.Time;
import swivel.memory.HostCalls;

/**
 * Files of a Linux host, as handles (file descriptors) and names of one step in a directory's handle. A handle from
 * {@link #find} says which file is meant and cannot read or write it; what needs more names the same file again through
 * the link that {@code /proc} has for each handle, which leads to the file itself and nowhere else. Names are strings
 * with a byte in each character. For one thread at a time.
 */
final class HostFiles {
    /** Flags of {@code open}, the same for all architectures of Linux that Java has. */
    static final int O_ACCESS = 3;

    private static final int O_CREAT = 0x40;
    static final int O_EXCL = 0x80;
    private static final int O_NOCTTY = 0x100;
    static final int O_TRUNC = 0x200;
    static final int O_APPEND = 0x400;
    private static final int O_NONBLOCK = 0x800;
    static final int O_DSYNC = 0x1000;
    static final int O_SYNC = 0x10_1000;
    private static final int O_CLOEXEC = 0x8_0000;
    private static final int O_PATH = 0x20_0000;
    /** Not the same for all. */
    private static final int O_NOFOLLOW =
            System.getProperty("os.arch").matches("aarch64|arm|ppc.*") ? 0x8000 : 0x2_0000;

    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_FOLLOW = 0x400;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int SEEK_SET = 0;

    /** {@code utimensat}: the time of now, or as it was. */
    static final int UTIME_NOW = (1 << 30) - 1;

    static final int UTIME_OMIT = (1 << 30) - 2;

    private static final int STATX_BASIC_STATS = 0x7ff;
    /** {@code struct statx} (linux/stat.h). */
    private static final int STATX_SIZE = 256;

    /** The longest name of a call here is the target of a symbolic link. */
    static final int MAX_NAME = 4096;

    /** The largest extended attribute, and the longest list of their names (linux/limits.h). */
    static final int MAX_ATTRIBUTE = 1 << 16;

    private final HostCalls.WithErrno calls = new HostCalls.WithErrno();
    private final MemorySegment name = Arena.ofAuto().allocate(MAX_NAME + 1);
    private final MemorySegment otherName = Arena.ofAuto().allocate(MAX_NAME + 1);
    /** Results of fixed size: of statx, statfs; times. */
    private final MemorySegment result = Arena.ofAuto().allocate(STATX_SIZE, Long.BYTES);

    private final MemorySegment data;

    /**
     * Makes them.
     *
     * @param bytes what one call reads or writes at most
     */
    HostFiles(int bytes) {
        data = Arena.ofAuto().allocate(Math.max(bytes, MAX_ATTRIBUTE), Long.BYTES);
        int failed = calls.call("getrlimit", RLIMIT_NOFILE, result.address(), 0, 0, 0, 0);
        mostHandles = failed != 0 ? DEFAULT_HANDLES : word64(0) >>> 1; // no limit is the largest number
    }

    // Strings for calls.

    private static long put(MemorySegment place, String text) throws HostError {
        if (text.length() > MAX_NAME) {
            throw new HostError(HostError.ENAMETOOLONG);
        }
        if (text.indexOf(0) >= 0) {
            throw new HostError(HostError.EINVAL);
        }
        place.setString(0, text, StandardCharsets.ISO_8859_1);
        return place.address();
    }

    private long name(String text) throws HostError {
        return put(name, text);
    }

    private long otherName(String text) throws HostError {
        return put(otherName, text);
    }

    /** The path of the file that a handle is of. */
    private long path(int handle) throws HostError {
        return put(name, "/proc/self/fd/" + handle);
    }

    /** The result has to fit into an int, whatever the function's type is. */
    private int call(String function, long a, long b, long c, long d, long e) throws HostError {
        try {
            int returned = calls.call(function, a, b, c, d, e, 0);
            if (returned < 0) {
                throw new HostError(-returned);
            }
            return returned;
        } catch (UnsupportedOperationException old) {
            throw new HostError(HostError.ENOSYS);
        }
    }

    // Handles.

    /** Of all shared folders in this process. */
    private static final AtomicInteger HANDLES = new AtomicInteger();

    /** {@code getrlimit}: how many handles the process may have. */
    private static final int RLIMIT_NOFILE = 7;

    private static final long DEFAULT_HANDLES = 512;

    /** Swivel and its JVM keep half of what the process may have. */
    private final long mostHandles;

    private int open(String function, long a, long b, long c, long d) throws HostError {
        if (HANDLES.get() >= mostHandles) {
            throw new HostError(HostError.EMFILE);
        }
        int handle = call(function, a, b, c, d, 0);
        HANDLES.incrementAndGet();
        return handle;
    }

    /** A directory by its path, for {@link #find}. */
    int openRoot(String path) throws HostError {
        return open("open", name(path), O_PATH | O_CLOEXEC, 0, 0);
    }

    /** The file of a name in a directory; a link is the link itself. */
    int find(int directory, String step) throws HostError {
        return open("openat", directory, name(step), O_PATH | O_NOFOLLOW | O_CLOEXEC, 0);
    }

    /** The same file, by a handle that can be kept beside the other one. */
    int again(int handle) throws HostError {
        return open("open", path(handle), O_PATH | O_CLOEXEC, 0, 0);
    }

    /** Opens the file of a handle, which must be a regular one or a directory. */
    int open(int handle, int flags) throws HostError {
        return open("open", path(handle), flags | O_NOCTTY | O_NONBLOCK | O_CLOEXEC, 0, 0);
    }

    /** Makes a regular file, which must not be there yet, and opens it. */
    int create(int directory, String step, int flags, int mode) throws HostError {
        int all = flags | O_CREAT | O_EXCL | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK | O_CLOEXEC;
        return open("openat", directory, name(step), all, mode);
    }

    void close(int handle) {
        HANDLES.decrementAndGet();
        calls.call("close", handle, 0, 0, 0, 0, 0);
    }

    // Attributes.

    FileStatus status(int handle) throws HostError {
        call("statx", handle, name(""), AT_EMPTY_PATH, STATX_BASIC_STATS, result.address());
        return new FileStatus(
                device(136),
                word64(32),
                result.get(ValueLayout.JAVA_SHORT, 28) & 0xffff,
                word(20),
                word(24),
                word(16),
                device(128),
                word64(40),
                word(4),
                word64(48),
                time(64),
                time(112),
                time(96));
    }

    private int word(int offset) {
        return result.get(ValueLayout.JAVA_INT, offset);
    }

    private long word64(int offset) {
        return result.get(ValueLayout.JAVA_LONG, offset);
    }

    private Time time(int offset) {
        return new Time(word64(offset), word(offset + Long.BYTES));
    }

    /** Major and minor number, as Linux packs them into a {@code dev_t}. */
    private long device(int offset) {
        long major = word(offset) & 0xffff_ffffL;
        long minor = word(offset + Integer.BYTES) & 0xffff_ffffL;
        return minor & 0xff | (major & 0xfff) << 8 | (minor & ~0xffL) << 12 | (major & ~0xfffL) << 32;
    }

    void setMode(int handle, int mode) throws HostError {
        call("chmod", path(handle), mode & FileStatus.PERMISSIONS, 0, 0, 0);
    }

    /** -1: as it was. */
    void setOwner(int handle, int uid, int gid) throws HostError {
        call("fchownat", handle, name(""), uid, gid, AT_EMPTY_PATH);
    }

    void setTimes(int handle, Time accessed, Time modified) throws HostError {
        result.set(ValueLayout.JAVA_LONG, 0, accessed.seconds());
        result.set(ValueLayout.JAVA_LONG, 8, accessed.nanoseconds());
        result.set(ValueLayout.JAVA_LONG, 16, modified.seconds());
        result.set(ValueLayout.JAVA_LONG, 24, modified.nanoseconds());
        call("utimensat", AT_FDCWD, path(handle), result.address(), 0, 0);
    }

    /** Of a file that is open for writing. */
    void setLengthOfOpen(int file, long bytes) throws HostError {
        call("ftruncate", file, bytes, 0, 0, 0);
    }

    void setLength(int handle, long bytes) throws HostError {
        call("truncate", path(handle), bytes, 0, 0, 0);
    }

    /** What {@code statfs} says, in its order: the numbers that 9P asks for. */
    record FileSystemStatus(
            long type,
            long blockSize,
            long blocks,
            long free,
            long available,
            long files,
            long freeFiles,
            long id,
            long nameLength) {}

    FileSystemStatus fileSystem(int handle) throws HostError {
        call("fstatfs", handle, result.address(), 0, 0, 0);
        return new FileSystemStatus(
                word64(0),
                word64(8),
                word64(16),
                word64(24),
                word64(32),
                word64(40),
                word64(48),
                word64(56),
                word64(64));
    }

    // Directories.

    void makeDirectory(int directory, String step, int mode) throws HostError {
        call("mkdirat", directory, name(step), mode & FileStatus.PERMISSIONS, 0, 0);
    }

    void makeLink(String target, int directory, String step) throws HostError {
        call("symlinkat", otherName(target), directory, name(step), 0, 0);
    }

    /** Of a FIFO, a socket or an empty file. */
    void makeNode(int directory, String step, int mode) throws HostError {
        call("mknodat", directory, name(step), mode, 0, 0);
    }

    /** One more name for a file. */
    void link(int handle, int directory, String step) throws HostError {
        long path = path(handle);
        call("linkat", AT_FDCWD, path, directory, otherName(step), AT_SYMLINK_FOLLOW);
    }

    void remove(int directory, String step, boolean isDirectory) throws HostError {
        call("unlinkat", directory, name(step), isDirectory ? AT_REMOVEDIR : 0, 0, 0);
    }

    void rename(int directory, String step, int newDirectory, String newStep) throws HostError {
        call("renameat", directory, name(step), newDirectory, otherName(newStep), 0);
    }

    String linkTarget(int handle) throws HostError {
        return text(0, call("readlinkat", handle, name(""), data.address(), MAX_NAME, 0));
    }

    /** Reads entries from a directory's place on, into {@link #entry}; returns how many bytes they take. */
    int readEntries(int file, int bytes) throws HostError {
        return call("getdents64", file, data.address(), Math.min(bytes, data.byteSize()), 0, 0);
    }

    /** An entry, and the place behind it: {@code struct linux_dirent64}. */
    record Entry(int bytes, long inode, long place, int type, String name) {}

    /** The entry at an offset of what {@link #readEntries} read. */
    Entry entry(int at) {
        int bytes = data.get(ValueLayout.JAVA_SHORT, at + 16L) & 0xffff;
        int end = at + 19;
        while (data.get(ValueLayout.JAVA_BYTE, end) != 0) {
            end++;
        }
        return new Entry(
                bytes,
                data.get(ValueLayout.JAVA_LONG, at),
                data.get(ValueLayout.JAVA_LONG, at + 8L),
                data.get(ValueLayout.JAVA_BYTE, at + 18L),
                text(at + 19, end - at - 19));
    }

    private String text(int at, int length) {
        return new String(bytes(at, length), StandardCharsets.ISO_8859_1);
    }

    private byte[] bytes(int at, int length) {
        byte[] bytes = new byte[length];
        MemorySegment.copy(data, ValueLayout.JAVA_BYTE, at, bytes, 0, length);
        return bytes;
    }

    void seek(int file, long offset) throws HostError {
        long place = calls.callLong("lseek", file, offset, SEEK_SET, 0, 0, 0);
        if (place != offset) {
            throw new HostError((int) -place);
        }
    }

    // Content.

    /** Reads from a place of a file; returns how many bytes there were. */
    int read(int file, long offset, byte[] to, int at, int bytes) throws HostError {
        int wanted = (int) Math.min(bytes, data.byteSize());
        int read = call("pread", file, data.address(), wanted, offset, 0);
        MemorySegment.copy(data, ValueLayout.JAVA_BYTE, 0, to, at, read);
        return read;
    }

    /** Writes to a place of a file; returns how many bytes were written. */
    int write(int file, long offset, byte[] from, int at, int bytes) throws HostError {
        int wanted = (int) Math.min(bytes, data.byteSize());
        MemorySegment.copy(from, at, data, ValueLayout.JAVA_BYTE, 0, wanted);
        return call("pwrite", file, data.address(), wanted, offset, 0);
    }

    void flush(int file, boolean contentOnly) throws HostError {
        call(contentOnly ? "fdatasync" : "fsync", file, 0, 0, 0, 0);
    }

    // Extended attributes.

    byte[] attribute(int handle, String attribute) throws HostError {
        long path = path(handle);
        return bytes(0, call("getxattr", path, otherName(attribute), data.address(), MAX_ATTRIBUTE, 0));
    }

    /** The names of all, each with a zero behind it. */
    byte[] attributes(int handle) throws HostError {
        return bytes(0, call("listxattr", path(handle), data.address(), MAX_ATTRIBUTE, 0, 0));
    }

    void setAttribute(int handle, String attribute, byte[] value, int flags) throws HostError {
        MemorySegment.copy(value, 0, data, ValueLayout.JAVA_BYTE, 0, value.length);
        long path = path(handle);
        call("setxattr", path, otherName(attribute), data.address(), value.length, flags);
    }

    void removeAttribute(int handle, String attribute) throws HostError {
        long path = path(handle);
        call("removexattr", path, otherName(attribute), 0, 0, 0);
    }
}
