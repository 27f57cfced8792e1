package swivel.cli;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * An open directory, all files of which are named relative to it. No symbolic link is ever followed, neither as a file
 * nor on the way down to it; who exchanges a directory for a link while we work gains nothing, for what was opened
 * stays what it was. Where the host has no such calls (it has them under Linux), links are looked for before each call
 * instead.
 */
final class Folder implements Closeable {
    /** Set-user-ID and the like, which Java's portable permissions lack. */
    private static final int SPECIAL_BITS = 07000;

    private static final int MODE_BITS = 07777;
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rw-------");

    /** What is handed to the host at once: of a heap buffer, the JDK makes a copy. */
    private static final int CHUNK = 1 << 20;

    private final Path path;
    private final DirectoryStream<Path> stream;
    private final SecureDirectoryStream<Path> secure;

    private Folder(Path path, DirectoryStream<Path> stream) {
        this.path = path;
        this.stream = stream;
        this.secure = stream instanceof SecureDirectoryStream<Path> opened ? opened : null;
    }

    /** Opens a directory that a person named: links on the way are the person's. */
    @SuppressWarnings("StreamResourceLeak") // a folder closes it
    static Folder open(Path directory) throws IOException {
        return new Folder(directory, Files.newDirectoryStream(directory));
    }

    /** Opens the directory that a relative path leads to; an empty one is this directory. */
    Folder descend(Path relative) throws IOException {
        Folder folder = step(Path.of("."));
        if (relative == null || relative.toString().isEmpty()) {
            return folder;
        }
        for (Path name : relative) {
            if (name.toString().equals("..")) {
                folder.close();
                throw new FileSystemException(relative.toString(), null, "leads out of " + path);
            }
            try (Folder left = folder) {
                folder = left.step(name);
            }
        }
        return folder;
    }

    @SuppressWarnings("StreamResourceLeak") // a folder closes it
    private Folder step(Path name) throws IOException {
        Path below = path.resolve(name).normalize();
        if (secure != null) {
            return new Folder(below, secure.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS));
        }
        if (!Files.isDirectory(below, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileSystemException(below.toString(), null, "is not a directory");
        }
        return new Folder(below, Files.newDirectoryStream(below));
    }

    /** Where it was when it was opened; for messages, and for calls that need a whole path. */
    Path path(Path name) {
        return path.resolve(name);
    }

    /** The names of all that is in it. To be called once. */
    List<Path> names() throws IOException {
        List<Path> names = new ArrayList<>();
        for (Path entry : stream) {
            names.add(entry.getFileName());
        }
        return names;
    }

    /** What is known of a file, of a link itself; null if there is no such file. */
    PosixFileAttributes attributes(Path name) throws IOException {
        try {
            return view(name).readAttributes();
        } catch (NoSuchFileException _) {
            return null;
        }
    }

    private PosixFileAttributeView view(Path name) {
        return secure != null
                ? secure.getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                : Files.getFileAttributeView(
                        path.resolve(name), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }

    /** Makes a file that only its owner may open; fails if there is anything under that name. */
    FileChannel createPrivate(Path name) throws IOException {
        return create(name, PosixFilePermissions.asFileAttribute(PRIVATE));
    }

    /** Makes a file with the permissions that new files have; fails if there is anything under that name. */
    FileChannel create(Path name, FileAttribute<?>... attributes) throws IOException {
        return channel(
                name,
                Set.of(
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS),
                attributes);
    }

    /** Opens a file. */
    FileChannel open(Path name, OpenOption... options) throws IOException {
        List<OpenOption> all = new ArrayList<>(List.of(options));
        all.add(LinkOption.NOFOLLOW_LINKS);
        return channel(name, Set.copyOf(all));
    }

    private FileChannel channel(Path name, Set<OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return (FileChannel)
                (secure != null
                        ? secure.newByteChannel(name, options, attributes)
                        : Files.newByteChannel(path.resolve(name), options, attributes));
    }

    /** Writes all of an array. */
    static void write(FileChannel file, byte[] content) throws IOException {
        for (int at = 0; at < content.length; at += CHUNK) {
            ByteBuffer chunk = ByteBuffer.wrap(content, at, Math.min(CHUNK, content.length - at));
            while (chunk.hasRemaining()) {
                int _ = file.write(chunk);
            }
        }
    }

    /** How many names a file has (hard links). */
    int names(Path name) throws IOException {
        return number(name, "unix:nlink", 1);
    }

    private int number(Path name, String attribute, int otherwise) throws IOException {
        try {
            return (Integer) Files.getAttribute(path.resolve(name), attribute, LinkOption.NOFOLLOW_LINKS);
        } catch (UnsupportedOperationException | IllegalArgumentException _) {
            return otherwise; // a host that does not tell
        }
    }

    /**
     * Gives a file the owner, group and permissions of another, and the time of its last change if so wanted.
     *
     * @throws IOException if we may not
     */
    void giveAttributes(Path name, Path of, boolean times) throws IOException {
        PosixFileAttributes old = view(of).readAttributes();
        PosixFileAttributeView view = view(name);
        PosixFileAttributes now = view.readAttributes();
        try {
            if (!now.owner().equals(old.owner())) {
                view.setOwner(old.owner());
            }
            if (!now.group().equals(old.group())) {
                view.setGroup(old.group());
            }
        } catch (IOException e) {
            throw new IOException(
                    "its owner and group, " + old.owner() + " and " + old.group() + ", cannot be kept: "
                            + e.getMessage(),
                    e);
        }
        view.setPermissions(old.permissions());
        int mode = number(of, "unix:mode", 0);
        if ((mode & SPECIAL_BITS) != 0) {
            Files.setAttribute(path.resolve(name), "unix:mode", mode & MODE_BITS, LinkOption.NOFOLLOW_LINKS);
        }
        if (times) {
            view.setTimes(old.lastModifiedTime(), null, null);
        }
    }

    /** Renames a file; what has the new name is replaced, a link itself. */
    void rename(Path from, Path to) throws IOException {
        if (secure != null) {
            secure.move(from, secure, to);
            return;
        }
        try {
            Files.move(path.resolve(from), path.resolve(to), StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException _) {
            Files.move(path.resolve(from), path.resolve(to), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Removes a file, a link itself; nothing if it is not there. */
    void delete(Path name) throws IOException {
        try {
            if (secure != null) {
                secure.deleteFile(name);
            } else {
                Files.delete(path.resolve(name));
            }
        } catch (NoSuchFileException _) {
            // It is gone.
        }
    }

    /** Has the names in it written to its disk. */
    void sync() throws IOException {
        try (FileChannel self = open(Path.of("."), StandardOpenOption.READ)) {
            self.force(true);
        }
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
