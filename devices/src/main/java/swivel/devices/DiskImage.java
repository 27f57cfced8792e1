package swivel.devices;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedChannelException;
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
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import swivel.formats.disk.DiskFormat;

/**
 * A raw disk image on the host: a file, or a block device of the host. While it is open, nobody else has it open for
 * writing, and if it is open for writing, nobody else has it open at all: in this process by {@link #OPEN}, in others
 * by the operating system's locks (POSIX record locks on the whole file, which QEMU's locks conflict with).
 *
 * <p>The disk consists of whole sectors. Where the file ends inside of one, the rest of it reads as zeros, and the file
 * grows only if something else is written there: nothing that the guest writes is lost.
 */
public final class DiskImage implements AutoCloseable {
    /** The unit of a disk's size, in bytes. */
    public static final int SECTOR = 512;

    /** Where a file's type is in {@code st_mode}, and a block device's (POSIX.1-2017, sys/stat.h). */
    private static final int S_IFMT = 0xf000;

    private static final int S_IFBLK = 0x6000;

    /** What an image is opened for and how its content is understood. */
    public enum Use {
        /** Read and written; refused if it looks like another format than raw. */
        WRITABLE(true, true),
        /** Only read. */
        READ_ONLY(false, true),
        /** Taken as it is, whatever it looks like. */
        RAW_WRITABLE(true, false),
        RAW_READ_ONLY(false, false);

        private final boolean writable;
        private final boolean checked;

        Use(boolean writable, boolean checked) {
            this.writable = writable;
            this.checked = checked;
        }

        /** The use that two decisions name. */
        public static Use of(boolean readOnly, boolean raw) {
            return readOnly ? raw ? RAW_READ_ONLY : READ_ONLY : raw ? RAW_WRITABLE : WRITABLE;
        }
    }

    /**
     * A file that this process has open: once, since closing it anywhere in the process gives up the process's lock.
     * Its channel serves for the lock only, since an interrupt of a thread that reads or writes through a channel
     * closes it; guarded by itself.
     */
    private static final class OpenFile {
        final RandomAccessFile content;
        final boolean writable;
        int users;

        OpenFile(RandomAccessFile content, boolean writable) {
            this.content = content;
            this.writable = writable;
        }

        /** Bytes that were read into a part of an array; fewer than asked for at the end of the file only. */
        synchronized int read(byte[] to, int from, int end, long at) throws IOException {
            content.seek(at + from);
            int next = from;
            while (next < end) {
                int read = content.read(to, next, end - next);
                if (read <= 0) {
                    break;
                }
                next += read;
            }
            return next - from;
        }

        synchronized void write(byte[] from, int length, long at) throws IOException {
            content.seek(at);
            content.write(from, 0, length);
        }
    }

    /**
     * By the file's identity, so that links lead to the same one. Guarded by itself. No part of a machine: locks are
     * the process's.
     */
    private static final Map<Object, OpenFile> OPEN = new HashMap<>();

    private final Object identity;
    private final OpenFile file;
    private final long bytes;
    private boolean closed;
    private boolean claimed;

    private DiskImage(Object identity, OpenFile file, long bytes) {
        this.identity = identity;
        this.file = file;
        this.bytes = bytes;
    }

    /**
     * Opens an image. Its size is the disk's, and stays so.
     *
     * @param warn gets a sentence about what is unusual, and is done nevertheless
     * @throws IOException with a sentence for the person at the prompt, if the file cannot be a disk
     */
    public static DiskImage open(Path file, Use use, Consumer<String> warn) throws IOException {
        String name = "the disk image " + file;
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
                OpenFile open = share(identity, file, use, warn);
                try {
                    return check(new DiskImage(identity, open, open.content.length()), file, use, warn);
                } catch (IOException e) {
                    release(identity, open);
                    throw e;
                }
            }
        } catch (NoSuchFileException e) {
            throw new IOException(name + " does not exist", e);
        } catch (AccessDeniedException e) {
            throw new IOException(
                    name + " may not be " + (use.writable ? "written; add ,ro to only read it" : "read"), e);
        } catch (FileNotFoundException e) {
            throw new IOException(name + " cannot be opened: " + e.getMessage(), e);
        } catch (FileSystemException e) {
            throw new IOException(
                    name + " cannot be " + (use.writable ? "written" : "read") + ": "
                            + (e.getReason() == null ? e.getClass().getSimpleName() : e.getReason()),
                    e);
        }
    }

    private static boolean isBlockDevice(Path file) throws IOException {
        try {
            return ((int) Files.getAttribute(file, "unix:mode") & S_IFMT) == S_IFBLK;
        } catch (UnsupportedOperationException e) {
            return false; // no host that has them
        }
    }

    /** Counts one more user of a file, opening and locking it for the first. */
    private static OpenFile share(Object identity, Path file, Use use, Consumer<String> warn) throws IOException {
        OpenFile open = OPEN.get(identity);
        if (open == null) {
            RandomAccessFile content = openFile(file, use);
            try {
                lock(content.getChannel(), file, use, warn);
            } catch (IOException e) {
                content.close();
                throw e;
            }
            open = new OpenFile(content, use.writable);
            OPEN.put(identity, open);
        } else if (open.writable || use.writable) {
            throw new IOException(
                    "the disk image " + file + " is a disk of this process already, perhaps by another name;"
                            + " what one writes would ruin the other: give a copy, or let all of them be read-only");
        }
        open.users++;
        return open;
    }

    private static RandomAccessFile openFile(Path file, Use use) throws IOException {
        try {
            return new RandomAccessFile(file.toFile(), use.writable ? "rw" : "r");
        } catch (FileNotFoundException e) { // it means any reason
            AccessMode[] modes = use.writable
                    ? new AccessMode[] {AccessMode.READ, AccessMode.WRITE}
                    : new AccessMode[] {AccessMode.READ};
            file.getFileSystem().provider().checkAccess(file, modes);
            throw e;
        }
    }

    private static void lock(FileChannel channel, Path file, Use use, Consumer<String> warn) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock(0, Long.MAX_VALUE, !use.writable);
        } catch (OverlappingFileLockException e) {
            lock = null;
        } catch (IOException e) {
            warn.accept("the disk image " + file + " cannot be locked (" + e.getMessage()
                    + "); see to it that nothing else writes it");
            return;
        }
        if (lock == null) {
            throw new IOException("the disk image " + file + " is used by another process"
                    + (use.writable ? "" : ", which writes it") + "; give a copy, or let all of them be read-only");
        }
    }

    private static DiskImage check(DiskImage image, Path file, Use use, Consumer<String> warn) throws IOException {
        String name = "the disk image " + file;
        if (image.bytes == 0) {
            throw new IOException(name + " is empty; give it a size with truncate(1)");
        }
        DiskFormat format = use.checked ? DiskFormat.of(image.file.content) : null;
        if (format != null) {
            throw new IOException(name + " is no raw image but " + format.title() + "; convert it with '"
                    + format.conversion(file.toString()) + "', or add ,raw if the guest shall see the file itself");
        }
        if (image.bytes % SECTOR != 0) {
            warn.accept(
                    name + " has " + image.bytes + " bytes, which is not a whole number of sectors; the last of its "
                            + image.sectors() + " sectors is filled up with zeros");
        }
        return image;
    }

    /** The disk's size. */
    long sectors() {
        return (bytes + SECTOR - 1) / SECTOR;
    }

    boolean readOnly() {
        return !file.writable;
    }

    /**
     * Reads into an array from a place of the disk.
     *
     * @throws IOException if the host cannot; also where somebody has cut the file since it was opened
     */
    void read(byte[] to, int length, long at) throws IOException {
        requireOpen();
        int present = Math.clamp(bytes - at, 0, length);
        if (file.read(to, 0, present, at) < present) {
            throw new IOException("the file has become shorter");
        }
        if (present < length) { // the end of the last sector: zeros, or what was written there
            int written = file.read(to, present, length, at);
            Arrays.fill(to, present + written, length, (byte) 0);
        }
    }

    /** Writes the beginning of an array to a place of the disk. */
    void write(byte[] from, int length, long at) throws IOException {
        requireOpen();
        int kept = length;
        if (at + length > bytes) {
            long end = Math.max(bytes, file.content.length());
            while (kept > 0 && at + kept > end && from[kept - 1] == 0) {
                kept--;
            }
        }
        file.write(from, kept, at);
    }

    /** Brings everything that was written to the medium. */
    void flush() throws IOException {
        requireOpen();
        if (file.writable) {
            file.content.getFD().sync();
        }
    }

    /**
     * Makes it the disk of a machine, which closes it.
     *
     * @throws IllegalStateException if it is one already, or was closed
     */
    public void claim() {
        synchronized (OPEN) {
            if (claimed || closed) {
                throw new IllegalStateException(
                        closed
                                ? "the disk image was closed and cannot be used any more"
                                : "the disk image belongs to a machine already; open the file once more");
            }
            claimed = true;
        }
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    /** Closes the image and gives up its lock; every access after that fails. */
    @Override
    public void close() throws IOException {
        synchronized (OPEN) {
            if (!closed) {
                closed = true;
                release(identity, file);
            }
        }
    }

    private static void release(Object identity, OpenFile open) throws IOException {
        open.users--;
        if (open.users == 0) {
            OPEN.remove(identity);
            open.content.close();
        }
    }
}
