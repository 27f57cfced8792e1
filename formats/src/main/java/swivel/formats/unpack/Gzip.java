package swivel.formats.unpack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Gzip files: members one after the other (RFC 1952). */
final class Gzip {
    private static final int MAGIC = Compression.GZIP.magicNumber(2);
    private static final int DEFLATE = 8;
    private static final int HEADER_SIZE = 10;
    private static final int TRAILER_SIZE = 8;

    // Flags (RFC 1952, 2.3.1).
    private static final int FHCRC = 2;
    private static final int FEXTRA = 4;
    private static final int FNAME = 8;
    private static final int FCOMMENT = 16;

    private final byte[] file;
    private final int end;
    private final Output out;
    private final int start;
    private int at;

    private Gzip(byte[] file, int from, int to, Budget.Account account) throws IOException {
        this.out = new Output(account);
        this.file = file;
        this.at = from;
        this.start = from;
        this.end = to;
    }

    static Unpacked decode(byte[] file, int from, int to, Budget.Account account) throws IOException {
        Gzip gzip = new Gzip(file, from, to, account);
        do {
            gzip.member();
        } while (to - gzip.at >= HEADER_SIZE && gzip.number(0, 2) == MAGIC);
        return new Unpacked(gzip.out.toBytes(), gzip.at);
    }

    private void member() throws IOException {
        need(HEADER_SIZE);
        int memberAt = at;
        int flags = file[at + 3];
        if (file[at + 2] != DEFLATE) {
            throw new IOException("its method is not deflate");
        }
        at += HEADER_SIZE;
        if ((flags & FEXTRA) != 0) {
            need(2);
            int size = (int) number(0, 2) + 2;
            need(size);
            at += size;
        }
        skipString(flags & FNAME);
        skipString(flags & FCOMMENT);
        if ((flags & FHCRC) != 0) {
            need(2);
            CRC32 headerSum = new CRC32();
            headerSum.update(file, memberAt, at - memberAt);
            if (number(0, 2) != (headerSum.getValue() & 0xffff)) {
                throw new IOException("it is damaged: the checksum of its header is wrong");
            }
            at += 2;
        }
        need(TRAILER_SIZE);
        int written = out.size();
        inflate();
        need(TRAILER_SIZE);
        CRC32 sum = new CRC32();
        sum.update(out.array(), written, out.size() - written);
        if (number(0, 4) != sum.getValue() || (int) number(4, 4) != out.size() - written) {
            throw new IOException("it is damaged: the checksum is wrong");
        }
        at += TRAILER_SIZE;
    }

    private void inflate() throws IOException {
        try (Inflater inflater = new Inflater(true)) {
            inflater.setInput(file, at, end - at);
            while (!inflater.finished()) {
                out.read(at - start + inflater.getBytesRead());
                int got = out.fill(inflater::inflate);
                if (got == 0 && !inflater.finished()) {
                    throw new IOException(inflater.needsInput() ? "it ends too early" : "it is damaged");
                }
            }
            at += (int) inflater.getBytesRead();
        } catch (DataFormatException e) {
            throw new IOException("it is damaged: " + e.getMessage(), e);
        }
    }

    private void skipString(int present) throws IOException {
        while (present != 0) {
            need(1);
            if (file[at++] == 0) {
                return;
            }
        }
    }

    private void need(int size) throws IOException {
        if (size > end - at) {
            throw new IOException("it ends too early");
        }
    }

    private long number(int offset, int size) {
        long number = 0;
        for (int i = size - 1; i >= 0; i--) {
            number = number << 8 | file[at + offset + i] & 0xff;
        }
        return number;
    }

    /** One member, without name and time: the same bytes for the same content. */
    static byte[] encode(byte[] content) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream(content.length / 2 + 64);
        packed.writeBytes(Compression.GZIP.magic());
        packed.writeBytes(new byte[] {0, 0, 0, 0, 0, 0, 3});
        try (Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true)) {
            deflater.setInput(content);
            deflater.finish();
            byte[] piece = new byte[64 << 10];
            while (!deflater.finished()) {
                packed.write(piece, 0, deflater.deflate(piece));
            }
        }
        CRC32 sum = new CRC32();
        sum.update(content);
        Stored.little(packed, (int) sum.getValue(), 4);
        Stored.little(packed, content.length, 4);
        return packed.toByteArray();
    }
}
