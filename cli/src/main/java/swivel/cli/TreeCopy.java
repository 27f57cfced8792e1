package swivel.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A copy of a tree, with new content for some files, that appears complete or not at all: until then it is a directory
 * of another name, which nobody else may enter.
 */
final class TreeCopy implements AutoCloseable {
    private final FileTree tree;
    private final Path target;
    private final Path copy;
    private final boolean keepTimes;
    private boolean closed;

    private final Thread cleaner = new Thread(this::remove);

    /**
     * Copies directories and links.
     *
     * @param keepTimes whether files with new content keep the time of their last change
     */
    TreeCopy(FileTree tree, Path target, boolean keepTimes) throws IOException {
        this.tree = tree;
        this.target = target;
        this.keepTimes = keepTimes;
        copy = OutputFile.directory(target).resolve(TemporaryName.single());
        checkSpace();
        Files.createDirectory(copy, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Runtime.getRuntime().addShutdownHook(cleaner);
        try {
            for (Path directory : tree.directories()) {
                if (!directory.toString().isEmpty()) {
                    Files.createDirectory(copy.resolve(directory));
                }
            }
            for (Path link : tree.links()) {
                copyAsItIs(link);
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** A file with holes may claim any size, and its copy has no holes. */
    private void checkSpace() throws IOException {
        long free = Files.getFileStore(OutputFile.directory(target).toAbsolutePath())
                .getUsableSpace();
        if (tree.bytes() > free) {
            throw new IOException(
                    "the files have %,d MiB, and %,d MiB are free there".formatted(tree.bytes() >> 20, free >> 20));
        }
    }

    /** What a directory cannot be copied to; to be asked before the work begins. */
    static void check(Path target) {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw Failure.badInput(target + " exists already; a directory is written to a new place");
        }
        if (target.getFileName() == null || !Files.isDirectory(OutputFile.directory(target))) {
            throw Failure.badInput("cannot write to " + target + ": the directory that it is to be in does not exist");
        }
    }

    /** Copies one file, with new content or, if that is null, as it is. Thread-safe for different files. */
    void file(Path file, byte[] content) throws IOException {
        if (content == null) {
            copyAsItIs(file);
        } else {
            Files.write(copy.resolve(file), content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            if (Files.exists(tree.root().resolve(file), LinkOption.NOFOLLOW_LINKS)) {
                copyAttributes(file, keepTimes);
            }
        }
    }

    private void copyAsItIs(Path file) throws IOException {
        Files.copy(
                tree.root().resolve(file),
                copy.resolve(file),
                LinkOption.NOFOLLOW_LINKS,
                StandardCopyOption.COPY_ATTRIBUTES);
    }

    /** Makes it appear. */
    void publish() throws IOException {
        for (Path directory : tree.directories().reversed()) {
            copyAttributes(directory, true);
        }
        synchronized (this) {
            if (closed) {
                throw new IOException("the process is being ended");
            }
            check(target);
            Files.move(copy, target, StandardCopyOption.ATOMIC_MOVE);
            closed = true;
        }
    }

    /** Gives a copy the permissions and, as far as we may, the owner of the original. */
    private void copyAttributes(Path path, boolean times) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(copy.resolve(path), PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        PosixFileAttributes attributes =
                Files.readAttributes(tree.root().resolve(path), PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        try {
            view.setOwner(attributes.owner());
            view.setGroup(attributes.group());
        } catch (IOException _) {
            // Only root gives files away; then it stays the person's own, as with cp -p.
        }
        view.setPermissions(attributes.permissions());
        if (times) {
            view.setTimes(attributes.lastModifiedTime(), null, null);
        }
    }

    private synchronized void remove() {
        if (!closed) {
            closed = true;
            delete();
        }
    }

    private void delete() {
        try {
            Files.walkFileTree(copy, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, IOException e) throws IOException {
                    Files.delete(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException _) {
            // Nothing more can be done; its name tells what it is.
        }
    }

    /** Removes what did not appear. */
    @Override
    public void close() {
        remove();
        OutputFile.removeHook(cleaner);
    }
}
