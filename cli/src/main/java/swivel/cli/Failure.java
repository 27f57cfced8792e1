package swivel.cli;

/** Ends the command with a line for the person at the prompt. */
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** One of {@link ExitStatus}. */
    final int status;

    Failure(int status, String message) {
        super(message);
        this.status = status;
    }

    /** A wrong file or option. */
    static Failure badInput(String message) {
        return new Failure(ExitStatus.BAD_INPUT, message);
    }
}
