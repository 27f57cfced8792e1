package swivel.api;

/** A guest did not do what was waited for. The message has the last lines that it printed. */
public final class GuestException extends RuntimeException {
    private static final long serialVersionUID = 1;

    GuestException(String message) {
        super(message);
    }
}
