package swivel.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads files that a person named. */
final class InputFile {
    /** More is no kernel, initial file system or device tree; it also keeps endless files such as /dev/zero out. */
    private static final int MAX_SIZE = 1 << 30;

    private InputFile() {}

    /**
     * Reads a whole file.
     *
     * @param what what it shall be, for messages: {@code kernel}
     * @throws Failure if it cannot be read
     */
    static byte[] read(Path file, String what) {
        if (Files.isDirectory(file)) {
            throw Failure.badInput(what + " " + file + " is a directory");
        }
        try (InputStream in = Files.newInputStream(file)) {
            if (Files.isRegularFile(file) && Files.size(file) < MAX_SIZE) {
                return in.readAllBytes(); // into one array of its size
            }
            byte[] content = in.readNBytes(MAX_SIZE);
            if (content.length == MAX_SIZE) {
                throw Failure.badInput(what + " " + file + " has more than " + (MAX_SIZE >> 20) + " MiB");
            }
            return content;
        } catch (IOException e) {
            throw Failure.badInput(what + " " + file + " " + reason(e));
        }
    }

    /** The predicate of a sentence about the file. */
    static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "does not exist";
            case AccessDeniedException _ -> "may not be accessed: permission denied";
            default -> "cannot be used: " + e.getMessage();
        };
    }
}
