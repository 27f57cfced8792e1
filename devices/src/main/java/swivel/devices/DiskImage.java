package swivel.devices;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import swivel.formats.disk.DiskFormat;
import swivel.memory.HostBuffers;

/**
 * A disk image on the host: its bytes one after another, or qcow2 that is only read, perhaps with an overlay that has
 * all that is written. Files are locked while they are open ({@link HostFile}).
 */
public final class DiskImage implements AutoCloseable {
    /** The unit of a disk's size, in bytes. */
    public static final int SECTOR = 512;

    /** What an image is opened for and how its content is understood. */
    public enum Use {
        /** Read and written; refused if it looks like another format than raw. */
        WRITABLE(true, true),
        /** Only read; raw or qcow2. */
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

    private final DiskContent content;
    private String serial;
    /** That of the disk, from when there was something for it to do. */
    private ExecutorService thread;

    private volatile boolean closed;
    private boolean claimed;

    DiskImage(DiskContent content) {
        this.content = content;
    }

    /**
     * Opens an image. Its size is the disk's, and stays so.
     *
     * @param warn gets a sentence about what is unusual, and is done nevertheless
     * @throws IOException with a sentence for the person at the prompt, if the file cannot be a disk
     */
    public static DiskImage open(Path file, Use use, Consumer<String> warn) throws IOException {
        return new DiskImage(content(file, use, warn));
    }

    /**
     * Opens an image that stays as it is: what is written goes to an overlay, a qcow2 image with the other one as its
     * backing file. An overlay that does not exist is made.
     *
     * @param raw whether the image is taken as it is, whatever it looks like
     * @param warn gets a sentence about what is unusual, and is done nevertheless
     * @throws IOException with a sentence for the person at the prompt, if the files cannot be a disk
     */
    public static DiskImage open(Path file, boolean raw, Path overlay, Consumer<String> warn) throws IOException {
        DiskContent base = content(file, Use.of(true, raw), warn);
        HostFile host = null;
        try {
            if (Files.notExists(overlay)) {
                create(overlay, emptyOverlay(file, base));
            }
            host = HostFile.open(overlay, true, warn);
            Qcow2Header header = Qcow2Header.read(host);
            checkBase(header, file, overlay);
            if (header.size() != size(base)) {
                warn.accept("the overlay " + overlay + " is of a disk of " + header.size() + " bytes, and " + file
                        + " has " + base.bytes());
            }
            return new DiskImage(new Qcow2(host, header, base, false));
        } catch (IOException e) {
            throw refused(e, "the overlay " + overlay, host, base);
        }
    }

    /**
     * Opens an image that stays as it is: what is written is forgotten when it is closed. Until then it is in a file of
     * the directory for temporary ones, which has no name where the host allows that.
     *
     * @param raw whether the image is taken as it is, whatever it looks like
     * @param warn gets a sentence about what is unusual, and is done nevertheless
     * @throws IOException with a sentence for the person at the prompt, if the files cannot be a disk
     */
    public static DiskImage openSnapshot(Path file, boolean raw, Consumer<String> warn) throws IOException {
        DiskContent base = content(file, Use.of(true, raw), warn);
        HostFile host = null;
        try {
            Path overlay = Files.createTempFile("swivel", ".qcow2");
            try {
                Files.write(overlay, emptyOverlay(file, base));
                host = HostFile.open(overlay, true, warn);
                return new DiskImage(new Qcow2(host, Qcow2Header.read(host), base, true));
            } finally {
                if (!overlay.toFile().delete()) { // where a file that is open keeps its name
                    overlay.toFile().deleteOnExit();
                }
            }
        } catch (IOException e) {
            throw refused(e, "the temporary overlay of " + file, host, base);
        }
    }

    /** The exception for a person, of an overlay that cannot be; closes what was opened. */
    private static IOException refused(IOException e, String overlay, HostFile host, DiskContent base)
            throws IOException {
        try (DiskContent _ = base;
                HostFile _ = host) {
            String message = e.getMessage();
            return message != null && message.startsWith(" ") ? new IOException(overlay + message, e) : e;
        }
    }

    private static DiskContent content(Path file, Use use, Consumer<String> warn) throws IOException {
        HostFile host = HostFile.open(file, use.writable, warn);
        try {
            return content(host, file, use, warn);
        } catch (IOException e) {
            throw refused(e, HostFile.name(file), host, null);
        }
    }

    private static DiskContent content(HostFile host, Path file, Use use, Consumer<String> warn) throws IOException {
        if (host.length() == 0) {
            throw new IOException(" is empty; give it a size with truncate(1)");
        }
        DiskFormat format = use.checked ? host.format() : null;
        if (format == DiskFormat.QCOW2 && !use.writable) {
            return BackingChain.open(host, file, warn);
        }
        if (format != null) {
            throw new IOException(" is no raw image but " + format.title() + "; convert it with '"
                    + format.conversion(file.toString()) + "', "
                    + (format == DiskFormat.QCOW2
                            ? "keep what is written elsewhere with ,overlay=FILE or ,snapshot, "
                            : "")
                    + "or add ,raw if the guest shall see the file itself");
        }
        RawDisk disk = new RawDisk(host);
        if (disk.bytes() % SECTOR != 0) {
            warn.accept(HostFile.name(file) + " has " + disk.bytes() + " bytes, which is not a whole number of sectors;"
                    + " the last of its " + sectors(disk) + " sectors is filled up with zeros");
        }
        return disk;
    }

    private static void create(Path overlay, byte[] content) throws IOException {
        Path absolute = overlay.toAbsolutePath();
        try {
            Path temporary = Files.createTempFile(
                    absolute.getParent(), absolute.getFileName().toString(), ".new");
            try {
                Files.write(temporary, content, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
                Files.move(temporary, absolute);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (NoSuchFileException e) {
            throw new IOException(" cannot be made: there is no directory " + absolute.getParent(), e);
        } catch (FileAlreadyExistsException e) {
            throw new IOException(" was made by somebody else just now", e);
        } catch (IOException e) {
            throw new IOException(" cannot be made: " + e.getMessage(), e);
        }
    }

    /** The beginning of an overlay's file. */
    private static byte[] emptyOverlay(Path file, DiskContent base) throws IOException {
        String format = base instanceof Qcow2 ? "qcow2" : "raw";
        return Qcow2Header.create(size(base), file.toRealPath().toString(), format);
    }

    private static void checkBase(Qcow2Header header, Path file, Path overlay) throws IOException {
        if (header.base() == null) {
            throw new IOException(" has no backing file, and so is no overlay");
        }
        boolean same;
        try {
            Path named = overlay.toAbsolutePath().resolveSibling(header.base());
            same = Files.exists(named) && Files.isSameFile(named, file);
        } catch (InvalidPathException e) {
            same = false;
        }
        if (!same) {
            throw new IOException(" is of " + header.base() + " and not of " + file
                    + "; if it is the same disk, say so with 'qemu-img rebase -u -F FORMAT -b " + file + " " + overlay
                    + "'");
        }
    }

    /**
     * Gives the disk a name that the guest reads as its serial number.
     *
     * @throws IllegalArgumentException if it is not of 1 to 20 ASCII characters
     */
    public void setSerial(String name) {
        if (name.isEmpty()
                || name.length() > VirtioBlock.ID_SIZE
                || !name.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException(
                    "a serial number has 1 to " + VirtioBlock.ID_SIZE + " characters of ASCII without spaces");
        }
        serial = name;
    }

    /** Its serial number; null if nobody gave it one. */
    public String serial() {
        return serial;
    }

    private static long sectors(DiskContent content) {
        return (content.bytes() + SECTOR - 1) / SECTOR;
    }

    /** Of a disk in whole sectors, in bytes. */
    private static long size(DiskContent content) {
        return sectors(content) * SECTOR;
    }

    /** The disk's size. */
    long sectors() {
        return sectors(content);
    }

    boolean readOnly() {
        return content.readOnly();
    }

    /** Whether several threads may use it at a time. */
    boolean isParallel() {
        return content.isParallel();
    }

    /** Has something done on the disk's thread, behind what that was given before; at once if the image was closed. */
    void later(Runnable work) {
        synchronized (this) {
            if (!closed) {
                if (thread == null) {
                    thread = Executors.newSingleThreadExecutor(
                            Thread.ofPlatform().daemon().name("swivel-disk").factory());
                }
                thread.execute(work);
                return;
            }
        }
        work.run();
    }

    /**
     * Reads into an array from a place of the disk.
     *
     * @throws IOException if the host cannot; also where somebody has cut the file since it was opened
     */
    void read(byte[] to, int length, long at) throws IOException {
        requireOpen();
        content.read(to, 0, length, at);
    }

    /** Writes the beginning of an array to a place of the disk. */
    void write(byte[] from, int length, long at) throws IOException {
        requireOpen();
        content.write(from, 0, length, at);
    }

    /**
     * Moves a part straight between the disk and memory; whether that was possible.
     *
     * @param reads whether from the disk
     */
    boolean move(HostBuffers memory, boolean reads, long length, long at) {
        return !closed && content.move(memory, reads, length, at);
    }

    /** Makes a part of the disk zeros. */
    void zero(long length, long at) throws IOException {
        requireOpen();
        content.zero(length, at);
    }

    /** The guest does not need the content of a part any more. */
    void discard(long length, long at) throws IOException {
        requireOpen();
        content.discard(length, at);
    }

    /** Brings everything that was written to the medium. */
    void flush() throws IOException {
        requireOpen();
        content.flush();
    }

    /**
     * Makes it the disk of a machine, which closes it.
     *
     * @throws IllegalStateException if it is one already, or was closed
     */
    public synchronized void claim() {
        if (claimed || closed) {
            throw new IllegalStateException(
                    closed
                            ? "the disk image was closed and cannot be used any more"
                            : "the disk image belongs to a machine already; open the file once more");
        }
        claimed = true;
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    /** Closes the image when its thread has done what it was given, and gives up its lock. Every access then fails. */
    @Override
    public synchronized void close() throws IOException {
        if (!closed) {
            if (thread != null) {
                thread.close();
            }
            closed = true;
            content.close();
        }
    }
}
