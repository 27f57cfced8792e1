package swivel.formats;

import java.io.Serial;

/** An image that cannot be read or rewritten; the message is one line for the person who named the file. */
public final class ImageException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    public ImageException(String message) {
        super(message);
    }

    /** The message about a file without the file's name in front, as the predicate of a sentence. */
    public String predicate(String name) {
        return getMessage().startsWith(name + " ") ? getMessage().substring(name.length() + 1) : getMessage();
    }

    public static ImageException bigEndian(String name) {
        return new ImageException(name + " is big-endian; build the kernel little-endian (no CONFIG_CPU_BIG_ENDIAN)");
    }

    public static ImageException overlapping(String name) {
        return new ImageException(name + " is damaged: its sections overlap");
    }
}
