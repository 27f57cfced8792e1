package swivel.machine;

/** What a person gave cannot be booted. The message is one sentence for that person: what is wrong and what to do. */
public final class BootException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public BootException(String message) {
        super(message);
    }

    public BootException(String message, Throwable cause) {
        super(message, cause);
    }
}
