package swivel.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import swivel.cli.start.UserCache;

/**
 * Tells journals of this user from those that somebody put into a tree: by a code over their content (HMAC, RFC 2104)
 * that only who can read this user's key can compute.
 */
final class JournalKey {
    private static final String FILE = "journal-key";
    private static final String ALGORITHM = "HmacSHA256";
    private static final int BYTES = 32;

    private final byte[] key;

    private JournalKey(byte[] key) {
        this.key = key;
    }

    /**
     * The key of this user, which is made at its first use. Where it cannot be kept, that is said, and another one is
     * made each time.
     */
    static JournalKey ofUser() {
        Path directory = UserCache.directory();
        Path file = directory.resolve(FILE);
        try {
            if (Files.notExists(file)) {
                make(directory, file);
            }
            byte[] key = HexFormat.of().parseHex(Files.readString(file, StandardCharsets.US_ASCII));
            if (key.length == BYTES) {
                return new JournalKey(key);
            }
            Main.say(file + " is damaged; remove it");
        } catch (IOException | IllegalArgumentException e) {
            Main.say("no key can be kept in " + directory + " (" + e.getMessage()
                    + "): if this run is killed while it replaces files, the next one cannot finish its work");
        }
        return new JournalKey(random());
    }

    private static byte[] random() {
        byte[] key = new byte[BYTES];
        new SecureRandom().nextBytes(key);
        return key;
    }

    /** It appears whole, and the first one stays if two processes make it at once. */
    private static void make(Path directory, Path file) throws IOException {
        Files.createDirectories(directory);
        Path temporary = Files.createTempFile(directory, "new", ".key");
        try {
            Files.writeString(temporary, HexFormat.of().formatHex(random()), StandardCharsets.US_ASCII);
            try {
                Files.createLink(file, temporary);
            } catch (UnsupportedOperationException _) {
                Files.move(temporary, file);
            }
        } catch (FileAlreadyExistsException _) {
            // Made by another process.
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** The code over a text, in hexadecimal. */
    String code(String text) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("each Java has " + ALGORITHM, e);
        }
    }
}
