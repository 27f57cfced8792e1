package swivel.memory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A file of the host that is a guest's RAM: its first byte is the first of RAM, and whoever maps it sees what the guest
 * writes, and the other way round. It is locked against others that lock before they write (POSIX record locks), as
 * disks are. Linux, with native access.
 */
public final class MemoryFile implements AutoCloseable {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final HostMemory.Shared shared;
    private final FileChannel lock;

    private MemoryFile(HostMemory.Shared shared, FileChannel lock) {
        this.shared = shared;
        this.lock = lock;
    }

    /**
     * Opens a file, or makes one, readable and writable by its owner.
     *
     * @param bytes of RAM; one that is made, or was empty, gets so many, and no other may have fewer
     * @throws IOException with a sentence for the person at the prompt, if it cannot be RAM
     */
    public static MemoryFile open(Path path, long bytes) throws IOException {
        if (Files.isSymbolicLink(path)) {
            throw refusal(path, "is a symbolic link; name the file itself");
        }
        if (Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
            make(path);
        }
        int file = HostMemory.openShared(path);
        if (file < 0) {
            throw refusal(path, "cannot be opened for reading and writing");
        }
        FileChannel lock = null;
        try {
            Path opened = Path.of("/proc/self/fd/" + file); // the same file, whatever is renamed meanwhile
            if (!Files.isRegularFile(opened)) {
                throw refusal(path, "is no plain file");
            }
            if (!key(path, LinkOption.NOFOLLOW_LINKS).equals(key(opened))) {
                throw refusal(path, "was replaced while it was opened");
            }
            lock = FileChannel.open(opened, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (!isFree(lock)) {
                throw refusal(path, "is in use by another program or machine");
            }
            long length = lock.size();
            if (length != 0 && length < bytes) {
                throw refusal(path, "has " + length + " bytes; RAM of " + bytes + " bytes needs as many");
            }
            long room = Files.getFileStore(opened).getUsableSpace();
            if (length == 0 && room < bytes) { // a page that finds no room when it is touched would end the JVM
                throw refusal(path, "is where only " + (room >> 20) + " MiB are left");
            }
            if (length == 0 && !HostMemory.resize(file, bytes)) {
                throw refusal(path, "cannot be made " + bytes + " bytes long");
            }
            return new MemoryFile(new HostMemory.Shared(file, bytes), lock);
        } catch (IOException e) {
            HostMemory.close(file);
            if (lock != null) {
                lock.close();
            }
            throw e;
        }
    }

    private static void make(Path path) throws IOException {
        try {
            Path _ = Files.createFile(path, OWNER_ONLY);
        } catch (IOException | UnsupportedOperationException e) {
            throw refusal(path, "cannot be made");
        }
    }

    /** Which file it is, whatever its name. */
    private static Object key(Path path, LinkOption... links) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, links).fileKey();
    }

    private static IOException refusal(Path path, String why) {
        return new IOException("the memory file " + path + " " + why);
    }

    /** Locks it until the channel is closed. */
    private static boolean isFree(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException taken) { // by this process
            return false;
        }
    }

    HostMemory.Shared shared() {
        return shared;
    }

    /** Bytes of RAM. */
    public long bytes() {
        return shared.bytes();
    }

    /** Gives the file back. What maps it may go on. A second call does nothing. */
    @Override
    public synchronized void close() throws IOException {
        if (lock.isOpen()) {
            shared.close();
            lock.close();
        }
    }
}
