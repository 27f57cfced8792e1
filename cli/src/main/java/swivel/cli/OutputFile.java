package swivel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes files that a person named. */
final class OutputFile {
    private OutputFile() {}

    /**
     * Writes a whole file. It appears complete or not at all; what is no regular file (/dev/stdout, say) is written directly.
     *
     * @throws Failure if it cannot be written
     */
    static void write(Path file, byte[] content) {
        if (Files.isDirectory(file)) {
            throw Failure.badInput("cannot write to " + file + ": it is a directory");
        }
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                Files.write(file, content);
                return;
            }
            Path target = Files.exists(file) ? file.toRealPath() : file;
            Path part = target.resolveSibling(target.getFileName() + ".part");
            try {
                Files.write(part, content);
                Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw Failure.badInput("cannot write to " + file + ": it " + InputFile.reason(e));
        }
    }
}
