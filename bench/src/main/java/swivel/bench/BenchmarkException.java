package swivel.bench;

/**
 * A benchmark could not run, or its guest did not do what it should have; the message is for the person at the prompt.
 */
final class BenchmarkException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BenchmarkException(String message) {
        super(message);
    }
}
