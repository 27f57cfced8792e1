package swivel.devices;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import swivel.formats.disk.DiskFormat;
import swivel.memory.HostBuffers;
import swivel.memory.HostHandle;

/**
 * A file of the host that a disk's content is in: a file, or a block device of the host. While it is open, nobody else
 * has it open for writing, and if it is open for writing, nobody else has it open at all: in this process by
 * {@link #OPEN}, in others by the operating system's locks (POSIX record locks on the whole file, which QEMU's locks
 * conflict with).
 */
class HostFile implements AutoCloseable {
    /** Where a file's type is in {@code st_mode}, and a block device's (POSIX.1-2017, sys/stat.h). */
    private static final int S_IFMT = 0xf000;

    private static final int S_IFBLK = 0x6000;

    /**
     * A file that this process has open: once, since closing it anywhere in the process gives up the process's lock.
     * Its channel serves for the lock only, since an interrupt of a thread that reads or writes through a channel
     * closes it; guarded by itself.
     */
    private static final class OpenFile {
        final RandomAccessFile content;
        final boolean writable;
        private final Path name;
        int users;
        /** From when it was first needed; null also where there is none. */
        private HostHandle handle;

        private boolean handleSought;

        OpenFile(RandomAccessFile content, boolean writable, Path name) {
            this.content = content;
            this.writable = writable;
            this.name = name;
        }

        synchronized HostHandle handle(Object identity) {
            if (!handleSought) {
                handleSought = true;
                handle = HostHandle.open(name, writable, identity);
            }
            return handle;
        }

        /** Both at a time: each one gives up the lock. */
        synchronized void close() throws IOException {
            try (HostHandle _ = handle;
                    RandomAccessFile _ = content) {
                handle = null;
                handleSought = true;
            }
        }
    }

    /**
     * By the file's identity, so that links lead to the same one. Guarded by itself. No part of a machine: locks are
     * the process's.
     */
    private static final Map<Object, OpenFile> OPEN = new HashMap<>();

    private final Object identity;
    private final OpenFile open;
    private final RandomAccessFile content;
    private boolean closed;

    private HostFile(Object identity, OpenFile open) {
        this.identity = identity;
        this.open = open;
        this.content = open.content;
    }

    /** The same file as another one, which must not be used any more. */
    HostFile(HostFile same) {
        this(same.identity, same.open);
    }

    /**
     * Opens a file and locks it.
     *
     * @param warn gets a sentence about what is unusual, and is done nevertheless
     * @throws IOException with a sentence for the person at the prompt, if the file cannot be a disk
     */
    static HostFile open(Path file, boolean writable, Consumer<String> warn) throws IOException {
        String name = name(file);
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                throw new IOException(name + " is a directory");
            }
            if (attributes.isOther() && !isBlockDevice(file)) {
                throw new IOException(name + " is neither a file nor a block device");
            }
            Object identity = attributes.fileKey() == null ? file.toRealPath() : attributes.fileKey();
            synchronized (OPEN) {
                return new HostFile(identity, share(identity, file, writable, warn));
            }
        } catch (NoSuchFileException e) {
            throw new IOException(name + " does not exist", e);
        } catch (AccessDeniedException e) {
            throw new IOException(name + " may not be " + (writable ? "written; add ,ro to only read it" : "read"), e);
        } catch (FileNotFoundException e) {
            throw new IOException(name + " cannot be opened: " + e.getMessage(), e);
        } catch (FileSystemException e) {
            throw new IOException(
                    name + " cannot be " + (writable ? "written" : "read") + ": "
                            + (e.getReason() == null ? e.getClass().getSimpleName() : e.getReason()),
                    e);
        }
    }

    /** What a person calls it. */
    static String name(Path file) {
        return "the disk image " + file;
    }

    private static boolean isBlockDevice(Path file) throws IOException {
        try {
            return ((int) Files.getAttribute(file, "unix:mode") & S_IFMT) == S_IFBLK;
        } catch (UnsupportedOperationException e) {
            return false; // no host that has them
        }
    }

    /** Counts one more user of a file, opening and locking it for the first. */
    private static OpenFile share(Object identity, Path file, boolean writable, Consumer<String> warn)
            throws IOException {
        OpenFile open = OPEN.get(identity);
        if (open == null) {
            RandomAccessFile content = openFile(file, writable);
            try {
                lock(content.getChannel(), file, writable, warn);
            } catch (IOException e) {
                content.close();
                throw e;
            }
            open = new OpenFile(content, writable, file.toAbsolutePath());
            OPEN.put(identity, open);
        } else if (open.writable || writable) {
            throw new IOException(name(file) + " is a disk of this process already, perhaps by another name;"
                    + " what one writes would ruin the other: give a copy, or let all of them be read-only");
        }
        open.users++;
        return open;
    }

    private static RandomAccessFile openFile(Path file, boolean writable) throws IOException {
        try {
            return new RandomAccessFile(file.toFile(), writable ? "rw" : "r");
        } catch (FileNotFoundException e) { // it means any reason
            AccessMode[] modes = writable
                    ? new AccessMode[] {AccessMode.READ, AccessMode.WRITE}
                    : new AccessMode[] {AccessMode.READ};
            file.getFileSystem().provider().checkAccess(file, modes);
            throw e;
        }
    }

    private static void lock(FileChannel channel, Path file, boolean writable, Consumer<String> warn)
            throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock(0, Long.MAX_VALUE, !writable);
        } catch (OverlappingFileLockException e) {
            lock = null;
        } catch (IOException e) {
            warn.accept(
                    name(file) + " cannot be locked (" + e.getMessage() + "); see to it that nothing else writes it");
            return;
        }
        if (lock == null) {
            throw new IOException(name(file) + " is used by another process" + (writable ? "" : ", which writes it")
                    + "; give a copy, or let all of them be read-only");
        }
    }

    /** The format of its content; null if it may be raw. */
    DiskFormat format() throws IOException {
        synchronized (open) {
            return DiskFormat.of(content);
        }
    }

    /** Equal to that of the same file by another name. */
    Object identity() {
        return identity;
    }

    boolean writable() {
        return open.writable;
    }

    long length() throws IOException {
        return content.length();
    }

    /** Bytes that were read into a part of an array; fewer than asked for at the end of the file only. */
    int read(byte[] to, int from, int length, long at) throws IOException {
        synchronized (open) {
            content.seek(at);
            int done = 0;
            while (done < length) {
                int read = content.read(to, from + done, length - done);
                if (read <= 0) {
                    break;
                }
                done += read;
            }
            return done;
        }
    }

    void write(byte[] from, int first, int length, long at) throws IOException {
        synchronized (open) {
            content.seek(at);
            content.write(from, first, length);
        }
    }

    /**
     * Moves bytes straight between the file and memory; whether that was possible. If not, some of them may have been
     * moved.
     *
     * @param reads whether from the file
     */
    boolean move(HostBuffers memory, boolean reads, long length, long at) {
        HostHandle handle = open.handle(identity);
        return handle != null && (reads ? handle.read(memory, length, at) : handle.write(memory, length, at));
    }

    /**
     * The content of a part does not matter any more, so the host can have its room back. The part is zeros then, or as
     * it was where the host has no holes in files.
     */
    void punch(long length, long at) {
        HostHandle handle = open.handle(identity);
        if (handle != null && length > 0) {
            boolean _ = handle.punch(at, length);
        }
    }

    /**
     * Brings what was written to the medium. A journal of the host need not have the time of the write for that: with
     * it a flush takes several times as long.
     */
    void sync() throws IOException {
        if (!open.writable) {
            return;
        }
        HostHandle handle = open.handle(identity);
        if (handle == null || !handle.flush()) {
            content.getFD().sync(); // which says what is wrong
        }
    }

    /** Closes the file and gives up its lock, if nobody else has it; every access after that fails. */
    @Override
    public void close() throws IOException {
        synchronized (OPEN) {
            if (closed) {
                return;
            }
            closed = true;
            open.users--;
            if (open.users == 0) {
                OPEN.remove(identity);
                open.close();
            }
        }
    }
}
