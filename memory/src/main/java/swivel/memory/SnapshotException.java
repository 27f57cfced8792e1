package swivel.memory;

/**
 * A snapshot that cannot be loaded here: damaged, or of another machine. The message is one line that a person can
 * read.
 */
public final class SnapshotException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SnapshotException(String message) {
        super(message);
    }
}
