package swivel.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Set;
import swivel.devices.streams.GrowingFile;

/** Writes files that a person named. */
final class OutputFile {
    private static final Path STANDARD_OUTPUT = Path.of("/dev/stdout");

    /** The directories whose entries are what a process has open. */
    private static final Set<Path> DESCRIPTORS = Set.of(Path.of("/dev/fd"), Path.of("/proc/self/fd"));

    private OutputFile() {}

    /**
     * Writes a whole file. It appears complete or not at all, under a name of its own until then. What exists keeps its
     * owner and permissions; a link, or a file with more than one name, is refused, for something else would change.
     * What is no regular file (a device, a pipe) is written directly.
     *
     * @throws Failure if it cannot be written
     */
    static void write(Path file, byte[] content) {
        try {
            if (file.equals(STANDARD_OUTPUT)) {
                FileOutputStream out = new FileOutputStream(FileDescriptor.out);
                out.write(content);
            } else if (file.getParent() != null && DESCRIPTORS.contains(file.getParent())) {
                writeDirectly(file, content);
            } else if (isSpecial(file)) {
                writeDirectly(file, content, LinkOption.NOFOLLOW_LINKS);
            } else {
                replace(file, content, false);
            }
        } catch (IOException e) {
            throw notWritten(file, reason(e));
        }
    }

    /**
     * {@link GrowingFile#open}.
     *
     * @throws Failure if it cannot be written
     */
    static OutputStream open(Path file) {
        try {
            return GrowingFile.open(file);
        } catch (IOException e) {
            throw notWritten(file, reason(e));
        }
    }

    /** Why something could not be written; temporary names mean nothing to a person. */
    static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such directory";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof FileSystemException failure && failure.getReason() != null) {
            Path file = Path.of(failure.getFile() == null ? "" : failure.getFile());
            return TemporaryName.isTemporary(file.getFileName()) ? failure.getReason() : failure.getMessage();
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    private static Failure notWritten(Path file, String reason) {
        return Failure.badInput("cannot write to " + file + ": " + reason);
    }

    private static boolean isSpecial(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                && !Files.isSymbolicLink(file)
                && !Files.isDirectory(file);
    }

    private static void writeDirectly(Path file, byte[] content, LinkOption... options) throws IOException {
        StandardOpenOption write = StandardOpenOption.WRITE;
        try (OutputStream out = options.length == 0
                ? Files.newOutputStream(file, write)
                : Files.newOutputStream(file, write, options[0])) {
            out.write(content);
        }
    }

    /**
     * Gives a file new content; it keeps its owner, permissions and the time of its last change.
     *
     * @throws Failure if it cannot be written; it is as it was
     */
    static void rewrite(Path file, byte[] content) {
        try {
            InterruptedRun.refuseIn(directory(file));
            replace(file, content, true);
        } catch (IOException e) {
            throw notWritten(file, reason(e));
        }
    }

    private static void replace(Path file, byte[] content, boolean inPlace) throws IOException {
        Path name = file.getFileName();
        if (name == null) {
            throw notWritten(file, "it is a directory");
        }
        Path temporary = TemporaryName.single();
        try (Folder folder = Folder.open(directory(file))) {
            boolean exists = exists(folder, file);
            if (inPlace && !exists) {
                throw notWritten(file, "it is gone");
            }
            Thread cleaner = new Thread(() -> delete(folder.path(temporary)));
            Runtime.getRuntime().addShutdownHook(cleaner);
            try {
                try (FileChannel out = exists ? folder.createPrivate(temporary) : folder.create(temporary)) {
                    Folder.write(out, content);
                    if (exists) {
                        folder.giveAttributes(temporary, name, inPlace);
                    }
                    out.force(true);
                }
                boolean _ = exists(folder, file);
                folder.rename(temporary, name);
                folder.sync();
            } finally {
                folder.delete(temporary);
                removeHook(cleaner);
            }
        }
    }

    /** The directory that a file is in. */
    static Path directory(Path file) {
        Path parent = file.getParent();
        return parent == null ? Path.of("") : parent;
    }

    /** Whether there is such a file; refuses what is not to be replaced. */
    private static boolean exists(Folder folder, Path file) throws IOException {
        PosixFileAttributes attributes = folder.attributes(file.getFileName());
        if (attributes == null) {
            return false;
        }
        if (attributes.isDirectory()) {
            throw notWritten(file, "it is a directory");
        }
        if (attributes.isSymbolicLink()) {
            throw notWritten(
                    file, "it is a link to " + Files.readSymbolicLink(file) + "; name that, or remove the link");
        }
        if (!attributes.isRegularFile()) {
            throw notWritten(file, "it is no regular file");
        }
        if (folder.names(file.getFileName()) > 1) {
            throw notWritten(
                    file,
                    "it has another name (hard link), which would no longer be the same file; remove one of them");
        }
        return true;
    }

    private static void delete(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException _) {
            // Nothing more can be done; its name tells what it is.
        }
    }

    /** Takes a hook back, unless it runs already. */
    static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The process ends.
        }
    }
}
