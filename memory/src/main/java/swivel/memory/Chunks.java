package swivel.memory;

import java.io.IOException;
import java.io.InputStream;

/**
 * Reads large files without a detour: for more at once than a chunk, the JDK allocates and frees a buffer each time.
 */
public final class Chunks {
    public static final int BYTES = 1 << 16;

    private Chunks() {}

    /** Fills the beginning of an array as far as the file reaches; returns how far. */
    public static int read(InputStream in, byte[] to, int length) throws IOException {
        int filled = 0;
        while (filled < length) {
            int count = in.read(to, filled, Math.min(BYTES, length - filled));
            if (count < 0) {
                break;
            }
            filled += count;
        }
        return filled;
    }
}
