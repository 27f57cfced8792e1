package swivel.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Set;

/** Writes files that a person named. */
final class OutputFile {
    private static final Path STANDARD_OUTPUT = Path.of("/dev/stdout");

    /** The directories whose entries are what a process has open. */
    private static final Set<Path> DESCRIPTORS = Set.of(Path.of("/dev/fd"), Path.of("/proc/self/fd"));

    private OutputFile() {}

    /**
     * Writes a whole file. It appears complete or not at all, under a name of its own until then. What exists keeps its owner and
     * permissions; a link, or a file with more than one name, is refused, for something else would change. What is no regular
     * file (a device, a pipe) is written directly.
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
                replace(file, content);
            }
        } catch (IOException e) {
            throw notWritten(file, "it " + InputFile.reason(e));
        }
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

    private static void replace(Path file, byte[] content) throws IOException {
        Path name = file.getFileName();
        if (name == null) {
            throw notWritten(file, "it is a directory");
        }
        Path temporary = TemporaryName.single();
        try (Folder folder = Folder.open(directory(file))) {
            PosixFileAttributes before = folder.attributes(name);
            check(file, before);
            Thread cleaner = new Thread(() -> delete(directory(file).resolve(temporary)));
            Runtime.getRuntime().addShutdownHook(cleaner);
            try {
                try (FileChannel out = before == null ? folder.create(temporary) : folder.createPrivate(temporary)) {
                    Folder.write(out, content);
                    if (before != null) {
                        folder.giveAttributes(temporary, before, false);
                    }
                    out.force(true);
                }
                check(file, folder.attributes(name));
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

    private static void check(Path file, PosixFileAttributes before) throws IOException {
        if (before == null) {
            return;
        }
        if (before.isDirectory()) {
            throw notWritten(file, "it is a directory");
        }
        if (before.isSymbolicLink()) {
            throw notWritten(
                    file, "it is a link to " + Files.readSymbolicLink(file) + "; name that, or remove the link");
        }
        if (!before.isRegularFile()) {
            throw notWritten(file, "it is no regular file");
        }
        if (InPlace.names(file) > 1) {
            throw notWritten(file, "it has more than one name (hard links); remove it first");
        }
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
