package swivel.bench;

/** A benchmark needs what a processor or an emulator has not got, which is no fault; the message says what. */
final class UnsupportedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnsupportedException(String message) {
        super(message);
    }
}
