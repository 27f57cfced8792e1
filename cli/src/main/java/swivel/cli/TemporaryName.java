package swivel.cli;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of what is written beside a file before it takes the file's place. Nobody can know such a name before, and
 * nobody gives one to a file of his own; so what bears one and has no owner any more was left over by a Swivel that was
 * killed, and is no kernel.
 */
final class TemporaryName {
    private static final String START = ".swivel-";
    private static final String JOURNAL = ".journal";
    private static final int ID_BYTES = 16;
    private static final Pattern FORM = Pattern.compile(Pattern.quote(START) + "([0-9a-f]{32})\\..+");

    private TemporaryName() {}

    /** A number that nobody can guess. */
    static String newId() {
        byte[] bytes = new byte[ID_BYTES];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** For what is not part of a set. */
    static Path single() {
        return of(newId(), "part");
    }

    static Path of(String id, String suffix) {
        return Path.of(START + id + "." + suffix);
    }

    static Path journal(String id) {
        return Path.of(START + id + JOURNAL);
    }

    static boolean isTemporary(Path name) {
        return name != null && FORM.matcher(name.toString()).matches();
    }

    static boolean isJournal(Path name) {
        return isTemporary(name) && name.toString().endsWith(JOURNAL);
    }

    /** The number that names of one set have in common. */
    static String id(Path name) {
        Matcher matcher = FORM.matcher(name.toString());
        return matcher.matches() ? matcher.group(1) : "";
    }
}
