package swivel.cli.start;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import swivel.cpu.engine.TranslationFile;

/** Where translations of the code of a kernel and its programs are kept, in a directory of the user's. */
public final class TranslationCache {
    /** When the files together are larger, the oldest go. */
    static final long MAX_BYTES = 256L << 20;

    static final String SUFFIX = ".code";

    private TranslationCache() {}

    /**
     * The user's file for a guest, or null where it cannot be told which version of Swivel runs.
     *
     * @param image what the guest starts with: its kernel or firmware
     */
    public static TranslationFile ofUser(byte[] image) {
        long version = ProgramVersion.ofModules("swivel.arm", "swivel.memory", "swivel.cpu");
        return version == 0 ? null : of(UserCache.directory().resolve("translations"), version, image);
    }

    /** The file in a directory, in which room is made for a new one. */
    static TranslationFile of(Path directory, long version, byte[] image) {
        CRC32 crc = new CRC32();
        crc.update(image);
        Path file = directory.resolve(
                Long.toHexString(crc.getValue() << 32 | image.length) + "-" + Long.toHexString(version) + SUFFIX);
        if (!Files.exists(file) && Files.isDirectory(directory)) {
            try {
                UserCache.tidy(directory, SUFFIX, MAX_BYTES - TranslationFile.MAX_BYTES, file);
            } catch (IOException | UncheckedIOException _) {
                // The next start tries again.
            }
        }
        return new TranslationFile(file, version);
    }
}
