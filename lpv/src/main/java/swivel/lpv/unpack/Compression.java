package swivel.lpv.unpack;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.SingleXZInputStream;

/** A format that kernels are compressed with, known by the bytes it begins with. */
@SuppressWarnings("ImmutableEnumChecker") // the array and the decoder never change
public enum Compression {
    GZIP("gzip", "1f8b08", stream(GZIPInputStream::new)),
    XZ("XZ", "fd377a585a00", stream(in -> new SingleXZInputStream(in, Compression.MEMORY_KIB))),
    LZMA("LZMA", "5d0000", stream(in -> new LZMAInputStream(in, Compression.MEMORY_KIB))),
    LZ4("LZ4", "02214c18", Lz4::decode),
    LZO("LZO", "894c5a4f000d0a1a0a", Lzo::decode),
    ZSTD("zstd", "28b52ffd", Zstd::decode);

    /** No kernel unpacks to more, so what does is an attack or a mistake. */
    public static final int MAX_SIZE = 512 << 20;

    /** What a decoder's dictionary may cost, in KiB. Kernels use dictionaries of 32 or 128 MiB. */
    private static final int MEMORY_KIB = 256 << 10;

    private final String title;
    private final byte[] magic;
    private final Decoder decoder;

    Compression(String title, String magic, Decoder decoder) {
        this.title = title;
        this.magic = HexFormat.of().parseHex(magic);
        this.decoder = decoder;
    }

    /** The format's usual name. */
    public String title() {
        return title;
    }

    /** Whether the format's magic number is at an offset. */
    public boolean beginsAt(byte[] file, int offset) {
        if (offset + magic.length > file.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if (file[offset + i] != magic[i]) {
                return false;
            }
        }
        return this != LZMA || isLzmaHeader(file, offset);
    }

    /**
     * Unpacks what begins at {@code from}; bytes behind the compressed stream are ignored.
     *
     * @param to where the stream ends at the latest
     * @throws IOException if it is damaged, or larger than {@link #MAX_SIZE}
     */
    public byte[] unpack(byte[] file, int from, int to) throws IOException {
        try {
            return decoder.decode(file, from, to);
        } catch (IndexOutOfBoundsException e) {
            throw new IOException("it ends too early, or is damaged", e);
        }
    }

    @FunctionalInterface
    private interface Decoder {
        byte[] decode(byte[] file, int from, int to) throws IOException;
    }

    @FunctionalInterface
    private interface Opener {
        InputStream open(InputStream in) throws IOException;
    }

    private static Decoder stream(Opener opener) {
        return (file, from, to) -> {
            try (InputStream in = opener.open(new ByteArrayInputStream(file, from, to - from))) {
                return readAll(in);
            }
        };
    }

    private static byte[] readAll(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(MAX_SIZE + 1);
        if (bytes.length > MAX_SIZE) {
            throw tooLarge();
        }
        return bytes;
    }

    static IOException tooLarge() {
        return new IOException("it unpacks to more than " + (MAX_SIZE >> 20) + " MiB");
    }

    /** LZMA has no magic number, only a header: properties, dictionary size, and size or -1 (the LZMA SDK, lzma.txt). */
    private static boolean isLzmaHeader(byte[] file, int offset) {
        if (offset + 13 > file.length) {
            return false;
        }
        int dictionary = 0;
        long size = 0;
        for (int i = 3; i >= 0; i--) {
            dictionary = dictionary << 8 | file[offset + 1 + i] & 0xff;
        }
        for (int i = 7; i >= 0; i--) {
            size = size << 8 | file[offset + 5 + i] & 0xff;
        }
        return dictionary >= 1 << 16
                && Integer.bitCount(dictionary) <= 2
                && (size == -1 || size > 0 && size <= MAX_SIZE);
    }
}
