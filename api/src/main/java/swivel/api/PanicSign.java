package swivel.api;

import java.nio.charset.StandardCharsets;

/** Looks for what the Linux kernel says first when it panics, byte by byte. */
public final class PanicSign {
    /** See kernel/panic.c. */
    private static final byte[] TEXT = "Kernel panic - not syncing".getBytes(StandardCharsets.US_ASCII);

    /** From there to the end of a run: time for the backtrace. */
    public static final int MILLISECONDS = 500;

    private int matched;

    /** A byte of the guest's output; whether it is the last one of the sign. */
    public boolean ends(int value) {
        // The first letter comes only once in it, so a mismatch starts over.
        matched = value == TEXT[matched] ? matched + 1 : value == TEXT[0] ? 1 : 0;
        if (matched < TEXT.length) {
            return false;
        }
        matched = 0;
        return true;
    }
}
