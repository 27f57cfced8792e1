package swivel.lpv;

import java.io.Serial;

/** An image that cannot be read or rewritten; the message is one line for the person who named the file. */
public final class ImageException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    public ImageException(String message) {
        super(message);
    }
}
