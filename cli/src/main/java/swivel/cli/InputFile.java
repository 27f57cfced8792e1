package swivel.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Arrays;
import swivel.memory.Chunks;

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
        return read(file, what, MAX_SIZE);
    }

    /**
     * Reads a whole file that has no more than some bytes.
     *
     * @throws Failure if it has more, or cannot be read
     */
    static byte[] read(Path file, String what, int most) {
        if (Files.isDirectory(file)) {
            throw Failure.badInput(what + " " + file + " is a directory");
        }
        try {
            return read(file, most);
        } catch (TooLarge e) {
            throw Failure.badInput(what + " " + file + " " + e.getMessage());
        } catch (IOException e) {
            throw Failure.badInput(what + " " + file + " " + reason(e));
        }
    }

    /** A file that is larger than any that is meant; the message is the predicate of a sentence about it. */
    static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1;

        private TooLarge(int most) {
            super("has more than " + (most >> 20) + " MiB");
        }
    }

    /** Reads a whole file; who calls says what is wrong with it. */
    static byte[] read(Path file, OpenOption... options) throws IOException {
        return read(file, MAX_SIZE, options);
    }

    private static byte[] read(Path file, int most, OpenOption... options) throws IOException {
        try (InputStream in = Files.newInputStream(file, options)) {
            long size = Files.isRegularFile(file) ? Files.size(file) : 0;
            if (size >= most) {
                throw new TooLarge(most);
            }
            if (size > 0) {
                byte[] content = new byte[(int) size];
                int length = Chunks.read(in, content, content.length);
                return length == content.length ? content : Arrays.copyOf(content, length);
            }
            byte[] content = in.readNBytes(most);
            if (content.length == most) {
                throw new TooLarge(most);
            }
            return content;
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
