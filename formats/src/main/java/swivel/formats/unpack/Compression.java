package swivel.formats.unpack;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.tukaani.xz.ArrayCache;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.LZMAOutputStream;
import org.tukaani.xz.SingleXZInputStream;
import org.tukaani.xz.XZOutputStream;

/** A format that kernels are compressed with, known by the bytes it begins with. */
@SuppressWarnings("ImmutableEnumChecker") // the array and the decoder never change
public enum Compression {
    GZIP("gzip", "1f8b08", Gzip::decode, Gzip::encode),
    XZ(
            "XZ",
            "fd377a585a00",
            stream((in, cache) -> new SingleXZInputStream(in, Compression.MEMORY_KIB, true, cache)),
            Compression::xz),
    LZMA(
            "LZMA",
            "5d0000",
            stream((in, cache) -> new LZMAInputStream(in, Compression.MEMORY_KIB, cache)),
            Compression::lzma),
    LZ4("LZ4", "02214c18", Lz4::decode, Stored::lz4),
    LZO("LZO", "894c5a4f000d0a1a0a", Lzo::decode, Stored::lzo),
    ZSTD("zstd", "28b52ffd", Zstd::decode, Stored::zstd);

    /** No kernel unpacks to more, so what does is an attack or a mistake. */
    public static final int MAX_SIZE = 512 << 20;

    /** What a decoder's dictionary may cost, in KiB. Kernels use dictionaries of 32 or 128 MiB. */
    private static final int MEMORY_KIB = 256 << 10;

    private final String title;
    private final byte[] magic;
    private final Decoder decoder;
    private final Encoder encoder;

    Compression(String title, String magic, Decoder decoder, Encoder encoder) {
        this.title = title;
        this.magic = HexFormat.of().parseHex(magic);
        this.decoder = decoder;
        this.encoder = encoder;
    }

    /** The format's usual name. */
    public String title() {
        return title;
    }

    /** The bytes that a file of the format begins with. */
    public byte[] magic() {
        return magic.clone();
    }

    /** The first of them as a little-endian number. */
    int magicNumber(int size) {
        int number = 0;
        for (int i = size - 1; i >= 0; i--) {
            number = number << 8 | magic[i] & 0xff;
        }
        return number;
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
     * Whether a file begins with the format; one of Zstandard may begin with frames to be skipped (RFC 8878, 3.1.2).
     */
    private boolean isFileAt(byte[] file, int offset) {
        return beginsAt(file, offset)
                || this == ZSTD
                        && offset + 4 <= file.length
                        && (file[offset] & 0xf0) == 0x50
                        && file[offset + 1] == 0x2a
                        && file[offset + 2] == 0x4d
                        && file[offset + 3] == 0x18;
    }

    /** The format that a file begins with; empty if there is none. */
    public static Optional<Compression> of(byte[] file, int offset) {
        return Arrays.stream(values())
                .filter(compression -> compression.isFileAt(file, offset))
                .findFirst();
    }

    /** The content of what begins at {@code from}; as {@link #unpackAt}. */
    public byte[] unpack(byte[] file, int from, int to, Budget.Account account) throws IOException {
        return unpackAt(file, from, to, account).bytes();
    }

    /**
     * Unpacks what begins at {@code from}; bytes behind the compressed stream are ignored.
     *
     * @param to where the stream ends at the latest
     * @param account pays for it
     * @throws IOException if it is damaged, or larger than {@link #MAX_SIZE} or than the account allows
     */
    public Unpacked unpackAt(byte[] file, int from, int to, Budget.Account account) throws IOException {
        try {
            return decoder.decode(file, from, to, account);
        } catch (Budget.DictionaryException e) {
            throw new IOException(e.getCause().getMessage(), e);
        } catch (IndexOutOfBoundsException | EOFException e) {
            throw new IOException("it ends too early, or is damaged", e);
        } catch (OutOfMemoryError e) {
            throw new IOException("it needs more memory than Java was given (-Xmx)", e);
        } catch (IOException e) {
            throw e.getMessage() == null ? new IOException("it is damaged", e) : e;
        }
    }

    /** Packs in a form that Linux reads. The same content gives the same bytes. */
    public byte[] pack(byte[] content) throws IOException {
        return encoder.encode(content);
    }

    /** Whether {@link #pack} only stores, since there is no compressor for this format here. */
    public boolean onlyStores() {
        return this == LZ4 || this == LZO || this == ZSTD;
    }

    @FunctionalInterface
    private interface Decoder {
        Unpacked decode(byte[] file, int from, int to, Budget.Account account) throws IOException;
    }

    @FunctionalInterface
    private interface Encoder {
        byte[] encode(byte[] content) throws IOException;
    }

    @FunctionalInterface
    private interface Opener {
        InputStream open(InputStream in, ArrayCache cache) throws IOException;
    }

    private static Decoder stream(Opener opener) {
        return (file, from, to, account) -> {
            ByteArrayInputStream packed = new ByteArrayInputStream(file, from, to - from);
            try (InputStream in = opener.open(packed, account.dictionaries())) {
                Output out = new Output(account);
                do {
                    out.read(to - from - packed.available());
                } while (out.fill(in::read) >= 0);
                return new Unpacked(out.toBytes(), to - packed.available());
            }
        };
    }

    /** As the kernel's build packs modules ({@code scripts/Makefile.modinst}); its reader knows no other checksum. */
    private static byte[] xz(byte[] content) throws IOException {
        LZMA2Options options = new LZMA2Options();
        options.setDictSize(1 << 20);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (XZOutputStream out = new XZOutputStream(packed, options, org.tukaani.xz.XZ.CHECK_CRC32)) {
            out.write(content);
        }
        return packed.toByteArray();
    }

    private static byte[] lzma(byte[] content) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (LZMAOutputStream out = new LZMAOutputStream(packed, new LZMA2Options(), content.length)) {
            out.write(content);
        }
        return packed.toByteArray();
    }

    static IOException tooLarge() {
        return new IOException("it unpacks to more than " + (MAX_SIZE >> 20) + " MiB");
    }

    /**
     * LZMA has no magic number, only a header: properties, dictionary size, and size or -1 (the LZMA SDK, lzma.txt).
     */
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
