package swivel.formats.unpack;

import java.io.ByteArrayOutputStream;
import java.util.zip.Adler32;

/**
 * Files of the formats that we do not compress to: valid, with all content stored as it is. Whoever reads the format
 * reads them, under the same name.
 */
final class Stored {
    // Zstandard (RFC 8878, 3.1.1).
    private static final int ZSTD_BLOCK = 128 << 10;

    /** Frame header: no checksum, no size, and a window of one block: 2^(10 + 7). */
    private static final byte[] ZSTD_HEADER = {0, 7 << 3};

    // LZ4's legacy frame.
    private static final int LZ4_BLOCK = 8 << 20;

    // lzop.
    private static final int LZO_BLOCK = 256 << 10;

    /**
     * Version 1.030 with library 2.08, needs version 0.940; method LZO1X-1, level 1; no checksums; mode and time 0; no
     * name.
     */
    private static final byte[] LZO_HEADER = {
        0x10, 0x30, 0x20, (byte) 0x80, 0x09, 0x40, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    };

    private Stored() {}

    static byte[] zstd(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + content.length / 1000 + 64);
        out.writeBytes(Compression.ZSTD.magic());
        out.writeBytes(ZSTD_HEADER);
        int at = 0;
        do {
            int size = Math.min(ZSTD_BLOCK, content.length - at);
            little(out, size << 3 | (at + size == content.length ? 1 : 0), 3);
            out.write(content, at, size);
            at += size;
        } while (at < content.length);
        return out.toByteArray();
    }

    static byte[] lz4(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + content.length / 200 + 64);
        out.writeBytes(Compression.LZ4.magic());
        for (int at = 0; at < content.length; at += LZ4_BLOCK) {
            int size = Math.min(LZ4_BLOCK, content.length - at);
            // One sequence of literals only: a token, and the length above 15 in bytes, of which all but the last are
            // 255.
            int more = size < 15 ? 0 : (size - 15) / 255 + 1;
            little(out, 1 + more + size, 4);
            out.write(Math.min(size, 15) << 4);
            for (int i = 1; i < more; i++) {
                out.write(255);
            }
            if (more > 0) {
                out.write((size - 15) % 255);
            }
            out.write(content, at, size);
        }
        return out.toByteArray();
    }

    static byte[] lzo(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + content.length / 1000 + 64);
        out.writeBytes(Compression.LZO.magic());
        out.writeBytes(LZO_HEADER);
        Adler32 sum = new Adler32();
        sum.update(LZO_HEADER);
        big(out, (int) sum.getValue());
        for (int at = 0; at < content.length; at += LZO_BLOCK) {
            int size = Math.min(LZO_BLOCK, content.length - at);
            big(out, size);
            big(out, size);
            out.write(content, at, size);
        }
        big(out, 0);
        return out.toByteArray();
    }

    /** Appends the low bytes of a number, the lowest first. */
    static void little(ByteArrayOutputStream out, int number, int bytes) {
        for (int i = 0; i < bytes; i++) {
            out.write(number >>> 8 * i);
        }
    }

    private static void big(ByteArrayOutputStream out, int number) {
        little(out, Integer.reverseBytes(number), 4);
    }
}
