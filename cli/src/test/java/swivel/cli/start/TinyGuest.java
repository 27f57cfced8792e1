package swivel.cli.start;

/** The guest of the warm-up, for tests elsewhere: it does a little and powers off. */
public final class TinyGuest {
    private TinyGuest() {}

    public static byte[] image() {
        return WarmUp.image();
    }
}
