package swivel.cli;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * New content for many files that appears in all of them or in none: it is written beside them first, and moved over them when
 * every byte of it is on its disk. Whatever goes wrong before leaves the files as they were; what goes wrong then is undone.
 * Permissions and owners are kept, and times if so wanted. Thread-safe but for {@link #commit}.
 */
final class StagedFiles implements AutoCloseable {
    private static final String NEW = ".swivel-new";
    private static final String OLD = ".swivel-old";

    private final boolean keepTimes;
    private final List<Path> targets = new ArrayList<>();

    /** A person may end us at any time. */
    private final Thread cleaner = new Thread(this::removeStaged);

    /**
     * Starts with no file.
     *
     * @param keepTimes whether files keep the time of their last change
     */
    StagedFiles(boolean keepTimes) {
        this.keepTimes = keepTimes;
        Runtime.getRuntime().addShutdownHook(cleaner);
    }

    /** Prepares new content for a file that exists; a symbolic link stands for what it leads to. */
    void stage(Path file, byte[] content) throws IOException {
        Path target = file.toRealPath();
        synchronized (targets) {
            targets.add(target);
        }
        Path fresh = beside(target, NEW);
        Files.write(fresh, content);
        copyAttributes(target, fresh, keepTimes);
    }

    /** How many files have new content. */
    int size() {
        synchronized (targets) {
            return targets.size();
        }
    }

    /**
     * Moves the new content into place.
     *
     * @throws IOException if that failed; all files are as they were
     */
    void commit() throws IOException {
        List<Path> done = new ArrayList<>();
        try {
            for (Path target : targets) {
                Path old = beside(target, OLD);
                Files.deleteIfExists(old);
                link(old, target);
                done.add(target);
                move(beside(target, NEW), target);
            }
        } catch (IOException e) {
            for (Path target : done) {
                try {
                    move(beside(target, OLD), target);
                    Files.deleteIfExists(beside(target, OLD)); // still there if both were names of one file
                } catch (IOException again) {
                    e.addSuppressed(again);
                }
            }
            throw e;
        }
        for (Path target : done) {
            Files.deleteIfExists(beside(target, OLD));
        }
        targets.clear();
    }

    /** A second name for a file, or a copy where the file system has no links. */
    private static void link(Path name, Path file) throws IOException {
        try {
            Files.createLink(name, file);
        } catch (UnsupportedOperationException | IOException _) {
            Files.copy(file, name, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException _) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Gives a file the permissions and, as far as we may, the owner of another. */
    static void copyAttributes(Path from, Path to, boolean times) throws IOException {
        PosixFileAttributeView source =
                Files.getFileAttributeView(from, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        PosixFileAttributeView target =
                Files.getFileAttributeView(to, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (source != null && target != null) {
            PosixFileAttributes attributes = source.readAttributes();
            try {
                target.setOwner(attributes.owner());
                target.setGroup(attributes.group());
            } catch (IOException _) {
                // Only root gives files away; then it stays the person's own, as with cp -p.
            }
            target.setPermissions(attributes.permissions());
        }
        if (times) {
            FileTime time = Files.getLastModifiedTime(from, LinkOption.NOFOLLOW_LINKS);
            Files.getFileAttributeView(to, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .setTimes(time, null, null);
        }
    }

    private static Path beside(Path target, String suffix) {
        return target.resolveSibling(target.getFileName() + suffix);
    }

    private void removeStaged() {
        synchronized (targets) {
            for (Path target : targets) {
                try {
                    Files.deleteIfExists(beside(target, NEW));
                } catch (IOException _) {
                    // Nothing more can be done; the file itself is untouched.
                }
            }
        }
    }

    /** Removes what was not committed. */
    @Override
    public void close() {
        removeStaged();
        try {
            Runtime.getRuntime().removeShutdownHook(cleaner);
        } catch (IllegalStateException _) {
            // It runs already.
        }
    }
}
