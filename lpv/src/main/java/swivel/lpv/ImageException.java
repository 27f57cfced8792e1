package swivel.lpv;

import java.io.Serial;

/** An image that cannot be read or rewritten; the message is one line for the person who named the file. */
public final class ImageException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    public ImageException(String message) {
        super(message);
    }

    static ImageException thumb(String name) {
        return new ImageException(
                name
                        + " is T32 (Thumb) code without symbols, of which code and data cannot be told apart; give the vmlinux");
    }

    static ImageException someThumb(String name) {
        return new ImageException(name
                + " holds T32 (Thumb) code and has no mapping symbols ($a, $t), so A32 and T32 cannot be told apart;"
                + " give it unstripped");
    }

    static ImageException bigEndian(String name) {
        return new ImageException(name + " is big-endian; build the kernel little-endian (no CONFIG_CPU_BIG_ENDIAN)");
    }

    static ImageException overlapping(String name) {
        return new ImageException(name + " is damaged: its sections overlap");
    }
}
