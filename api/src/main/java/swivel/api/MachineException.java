package swivel.api;

/** A machine cannot be had as it was asked for. The message is one line for a person: what is wrong, what to do. */
public final class MachineException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** With a line for a person. */
    public MachineException(String message) {
        super(message);
    }

    /** With what it comes from. */
    public MachineException(String message, Throwable cause) {
        super(message, cause);
    }
}
