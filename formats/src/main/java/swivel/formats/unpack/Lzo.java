package swivel.formats.unpack;

import java.io.IOException;
import java.util.zip.Adler32;

/**
 * lzop files of LZO1X blocks, which Linux uses (Linux, {@code Documentation/staging/lzo.rst} for the stream; the file
 * header is lzop's). Numbers in headers are big-endian.
 */
final class Lzo {
    private static final int MAGIC_SIZE = Compression.LZO.magic().length;

    /** From this version on, the header has three more fields. */
    private static final int VERSION_0_940 = 0x0940;

    // Flags of the header.
    private static final int ADLER32_DATA = 0x1;
    private static final int ADLER32_COMPRESSED = 0x2;
    private static final int EXTRA_FIELD = 0x40;
    private static final int CRC32_DATA = 0x100;
    private static final int CRC32_COMPRESSED = 0x200;
    private static final int FILTER = 0x800;

    private static final int MAX_BLOCK = 64 << 20;

    private final byte[] file;
    private final int end;
    private final Output out;
    private final int from;
    private int at;

    private Lzo(byte[] file, int from, int to, Budget.Account account) throws IOException {
        this.out = new Output(account);
        this.file = file;
        this.at = from;
        this.from = from;
        this.end = to;
    }

    static Unpacked decode(byte[] file, int from, int to, Budget.Account account) throws IOException {
        return new Lzo(file, from, to, account).decode();
    }

    private Unpacked decode() throws IOException {
        int flags = header();
        while (true) {
            int unpacked = big32();
            if (unpacked == 0) {
                return new Unpacked(out.toBytes(), at);
            }
            int packed = big32();
            if (unpacked < 0 || unpacked > MAX_BLOCK || packed <= 0 || packed > unpacked) {
                throw new IOException("it is damaged: a block has no sensible size");
            }
            int adler = (flags & ADLER32_DATA) != 0 ? big32() : 0;
            skip((flags & CRC32_DATA) != 0 ? 4 : 0);
            if (packed < unpacked) {
                skip((flags & ADLER32_COMPRESSED) != 0 ? 4 : 0);
                skip((flags & CRC32_COMPRESSED) != 0 ? 4 : 0);
            }
            if (packed > end - at) {
                throw new IOException("it ends too early");
            }
            out.read(at + (long) packed - from);
            int start = out.size();
            if (packed == unpacked) {
                out.literals(file, at, packed);
            } else {
                block(at, at + packed, start + unpacked);
            }
            at += packed;
            if (out.size() != start + unpacked || (flags & ADLER32_DATA) != 0 && adler(start) != adler) {
                throw new IOException("it is damaged: a block has the wrong size or checksum");
            }
        }
    }

    private int adler(int start) {
        Adler32 sum = new Adler32();
        sum.update(out.array(), start, out.size() - start);
        return (int) sum.getValue();
    }

    private int header() throws IOException {
        skip(MAGIC_SIZE);
        int version = big16();
        boolean current = version >= VERSION_0_940;
        skip(2); // library version
        skip(current ? 2 : 0); // version needed
        skip(1); // method: the levels of LZO1X differ in the compressor only
        skip(current ? 1 : 0); // level
        int flags = big32();
        if ((flags & FILTER) != 0) {
            throw new IOException("it uses an lzop filter, which kernels do not");
        }
        skip(8); // mode, time
        skip(current ? 4 : 0); // time, high half
        skip(1 + (file[at] & 0xff)); // name
        skip(4); // checksum
        if ((flags & EXTRA_FIELD) != 0) {
            int size = big32();
            if (size < 0 || size > end - at) {
                throw new IOException("it ends too early");
            }
            skip(size + 4);
        }
        return flags;
    }

    /**
     * One LZO1X stream. The state is what the last instruction copied as literals: 0 to 3 bytes behind a match, 4 for a
     * run.
     */
    private void block(int from, int to, int limit) throws IOException {
        int in = from;
        int state = 0;
        int first = file[in] & 0xff;
        if (first > 17) {
            out.literals(file, in + 1, first - 17);
            in += 1 + first - 17;
            state = Math.min(first - 17, 4);
        }
        while (in < to && out.size() <= limit) {
            int code = file[in++] & 0xff;
            int length;
            int distance;
            int behind; // the byte whose two low bits are the number of literals behind the match
            if (code < 16 && state == 0) {
                int run = code;
                if (run == 0) {
                    int zeros = zeros(in);
                    in += zeros;
                    run = 15 + zeros * 255 + (file[in++] & 0xff);
                }
                out.literals(file, in, run + 3);
                in += run + 3;
                state = 4;
                continue;
            } else if (code < 16) {
                length = state == 4 ? 3 : 2;
                distance = ((file[in++] & 0xff) << 2) + (code >>> 2) + (state == 4 ? 2049 : 1);
                behind = code;
            } else if (code < 64) {
                int mask = code < 32 ? 7 : 31;
                length = code & mask;
                if (length == 0) {
                    int zeros = zeros(in);
                    in += zeros;
                    length = mask + zeros * 255 + (file[in++] & 0xff);
                }
                length += 2;
                behind = file[in];
                distance = (file[in] & 0xff) >>> 2 | (file[in + 1] & 0xff) << 6;
                in += 2;
                if (code < 32) {
                    distance += 16384 + ((code & 8) << 11);
                    if (distance == 16384) {
                        return;
                    }
                } else {
                    distance++;
                }
            } else {
                length = code < 128 ? 3 + (code >>> 5 & 1) : 5 + (code >>> 5 & 3);
                distance = ((file[in++] & 0xff) << 3) + (code >>> 2 & 7) + 1;
                behind = code;
            }
            out.match(distance, length);
            state = behind & 3;
            out.literals(file, in, state);
            in += state;
        }
        throw new IOException("it is damaged: a block has no end");
    }

    /** How many zero bytes there are, so few that 255 for each is a size. */
    private int zeros(int in) throws IOException {
        int zeros = 0;
        while (file[in + zeros] == 0) {
            zeros++;
        }
        if (zeros > MAX_BLOCK / 255) {
            throw new IOException("it is damaged: a run is too long");
        }
        return zeros;
    }

    private int big16() {
        at += 2;
        return (file[at - 2] & 0xff) << 8 | file[at - 1] & 0xff;
    }

    private int big32() {
        return big16() << 16 | big16();
    }

    private void skip(int bytes) {
        at += bytes;
    }
}
