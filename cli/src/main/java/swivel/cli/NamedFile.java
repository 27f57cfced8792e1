package swivel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A file that a person named for one purpose.
 *
 * @param what the purpose, for messages: {@code kernel}
 * @param file null if none was named
 * @param written whether it is an output
 */
record NamedFile(String what, Path file, boolean written) {
    /** Whether another name leads to the same file, by links of any kind. */
    boolean is(Path other) {
        if (file == null) {
            return false;
        }
        try {
            return Files.exists(file) && Files.exists(other) && Files.isSameFile(file, other);
        } catch (IOException e) {
            return false; // who reads it will tell
        }
    }

    /**
     * Sees to it that no output replaces an input.
     *
     * @throws Failure if one would
     */
    static void keepApart(List<NamedFile> outputs, List<NamedFile> inputs) {
        for (NamedFile written : outputs) {
            for (NamedFile input : inputs) {
                if (input.file != null && written.is(input.file)) {
                    throw Failure.badInput(
                            "the " + written.what + " would replace the " + input.what + " " + written.file);
                }
            }
        }
    }
}
