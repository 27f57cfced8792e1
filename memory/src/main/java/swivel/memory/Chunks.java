package swivel.memory;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads large files without a detour: for more at once than a chunk, the JDK allocates and frees a buffer each time.
 */
public final class Chunks {
    public static final int BYTES = 1 << 16;

    private Chunks() {}

    /**
     * The next bytes of a file.
     *
     * @throws EOFException if it has fewer
     */
    public static byte[] readFully(InputStream in, int length) throws IOException {
        byte[] bytes = new byte[length];
        if (read(in, bytes, length) < length) {
            throw new EOFException();
        }
        return bytes;
    }

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
