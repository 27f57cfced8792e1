package swivel.cpu;

/** The host does no more what a running processor needs of it. The message is a sentence. */
public final class HostFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    public HostFailure(String message) {
        super(message);
    }
}
