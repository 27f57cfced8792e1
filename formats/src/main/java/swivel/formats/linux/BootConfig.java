package swivel.formats.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import swivel.formats.Bytes;

/**
 * Settings behind an initial file system (Linux, Documentation/admin-guide/bootconfig.rst): text, its size and the sum
 * of its bytes as little-endian words, and a mark.
 */
final class BootConfig {
    private static final byte[] MARK = "#BOOTCONFIG\n".getBytes(StandardCharsets.US_ASCII);

    /** Size and sum. */
    private static final int NUMBERS = 8;

    /** Boot loaders may have aligned the file's size. */
    private static final int MAX_PADDING = 3;

    private BootConfig() {}

    /**
     * Where it begins in a file; the file's end if there is none.
     *
     * @throws IOException if it is damaged; the message is the predicate of a sentence
     */
    static int start(byte[] file) throws IOException {
        for (int padding = 0; padding <= MAX_PADDING; padding++) {
            int numbers = file.length - padding - MARK.length - NUMBERS;
            if (numbers < 0) {
                break;
            }
            int mark = numbers + NUMBERS;
            if (Arrays.equals(file, mark, mark + MARK.length, MARK, 0, MARK.length)) {
                long size = Bytes.unsigned(file, numbers);
                if (size > numbers) {
                    throw new IOException("has a bootconfig that is larger than the file");
                }
                int start = numbers - (int) size;
                int sum = 0;
                for (int at = start; at < numbers; at++) {
                    sum += file[at] & 0xff;
                }
                if (sum != Bytes.word(file, numbers + 4)) {
                    throw new IOException("has a bootconfig whose checksum is wrong");
                }
                return start;
            }
        }
        return file.length;
    }
}
