package swivel.formats.unpack;

import java.io.IOException;

/**
 * The legacy frame of LZ4, which Linux uses (the LZ4 project's {@code lz4_Frame_format.md}, "Legacy frame", and {@code
 * lz4_Block_format.md}): blocks with a length in front, until the end of the input. In a zImage, the unpacked size
 * follows the last block.
 */
final class Lz4 {
    private static final int MAGIC = Compression.LZ4.magicNumber(4);
    private static final int MAX_BLOCK = 8 << 20;

    private Lz4() {}

    static Unpacked decode(byte[] file, int from, int to, Budget.Account account) throws IOException {
        Output out = new Output(account);
        int at = from + 4;
        while (at + 4 <= to) {
            int length = word(file, at);
            if (length == MAGIC) { // frames may follow each other
                at += 4;
                continue;
            }
            if (out.size() > 0 && (length == out.size() || length == 0)) {
                break;
            }
            if (length <= 0 || length > to - at - 4) {
                if (out.size() > 0 && out.size() % MAX_BLOCK != 0) {
                    break; // only the last block is short, so this is something else behind it
                }
                throw new IOException("a block of " + Integer.toUnsignedLong(length) + " bytes does not fit the file");
            }
            out.read(at + 4L + length - from);
            block(file, at + 4, at + 4 + length, out);
            at += 4 + length;
        }
        return new Unpacked(out.toBytes(), Math.min(at, to));
    }

    private static void block(byte[] file, int from, int to, Output out) throws IOException {
        int start = out.size();
        int at = from;
        while (at < to) {
            int token = file[at++] & 0xff;
            int literals = token >>> 4;
            if (literals == 15) {
                int more;
                do {
                    more = file[at++] & 0xff;
                    literals += more;
                } while (more == 255);
            }
            if (literals > to - at) {
                throw new IOException("it is damaged: literals go on behind a block");
            }
            out.literals(file, at, literals);
            at += literals;
            if (at >= to) {
                break; // the last sequence has no match
            }
            int distance = file[at] & 0xff | (file[at + 1] & 0xff) << 8;
            at += 2;
            int length = token & 15;
            if (length == 15) {
                int more;
                do {
                    more = file[at++] & 0xff;
                    length += more;
                } while (more == 255);
            }
            out.match(distance, length + 4);
            if (out.size() - start > MAX_BLOCK) {
                throw new IOException("it is damaged: a block is too large");
            }
        }
    }

    private static int word(byte[] file, int at) {
        return file[at] & 0xff | (file[at + 1] & 0xff) << 8 | (file[at + 2] & 0xff) << 16 | file[at + 3] << 24;
    }
}
