package swivel.devices.streams;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Files that grow while a guest runs. */
public final class GrowingFile {
    private GrowingFile() {}

    /**
     * Begins one in the place of what was there.
     *
     * @throws IOException if it cannot be written, or is a link
     */
    public static OutputStream open(Path file) throws IOException {
        return Files.newOutputStream(
                file,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                LinkOption.NOFOLLOW_LINKS);
    }
}
