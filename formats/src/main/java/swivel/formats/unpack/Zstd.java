package swivel.formats.unpack;

import java.io.IOException;
import java.util.Arrays;

/** Zstandard frames without a dictionary (RFC 8878). The content checksum is verified. */
public final class Zstd {
    private static final int MAGIC = Compression.ZSTD.magicNumber(4);
    private static final int SKIPPABLE_MAGIC = 0x184d2a50;
    private static final int MAX_BLOCK = 128 << 10;

    // Predefined distributions (RFC 8878, 3.1.1.3.2.2).
    private static final Fse LITERAL_LENGTHS = Fse.of(
            6, 4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1,
            -1, -1);
    private static final Fse MATCH_LENGTHS = Fse.of(
            6, 1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
            1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1);
    private static final Fse OFFSETS =
            Fse.of(5, 1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1);

    // Codes of lengths: baselines and extra bits (RFC 8878, 3.1.1.3.2.1.1). The codes before are the lengths
    // themselves.
    private static final int LITERAL_PLAIN = 16;
    private static final int[] LITERAL_BASES = {
        16, 18, 20, 22, 24, 28, 32, 40, 48, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536
    };
    private static final int[] LITERAL_BITS = {1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    private static final int MATCH_PLAIN = 32;
    private static final int[] MATCH_BASES = {
        35, 37, 39, 41, 43, 47, 51, 59, 67, 83, 99, 131, 259, 515, 1027, 2051, 4099, 8195, 16387, 32771, 65539
    };
    private static final int[] MATCH_BITS = {1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    private static final int LEAST_MATCH = 3;

    private static final int MAX_OFFSET_CODE = 30;

    private final byte[] file;
    private final int end;
    private final Output out;
    private final int from;
    /** How many bytes may come out, about. */
    private final int most;

    private int at;

    // What a block may take over from the one before.
    private Huffman tree;
    private Fse literalLengths;
    private Fse offsets;
    private Fse matchLengths;
    private final int[] recent = new int[3];

    private final byte[] literals = new byte[MAX_BLOCK];
    private int literalCount;

    private Zstd(byte[] file, int from, int to, int most, Budget.Account account) throws IOException {
        this.most = most;
        this.out = new Output(account);
        this.file = file;
        this.at = from;
        this.from = from;
        this.end = to;
    }

    static Unpacked decode(byte[] file, int from, int to, Budget.Account account) throws IOException {
        Zstd zstd = new Zstd(file, from, to, Compression.MAX_SIZE, account);
        while (zstd.at + 4 <= to) {
            int magic = zstd.number(4);
            if (magic == MAGIC) {
                zstd.frame();
            } else if ((magic & ~15) == SKIPPABLE_MAGIC && zstd.at + 4 <= to) {
                int size = zstd.number(4);
                zstd.need(size);
                zstd.at += size;
            } else {
                zstd.at -= 4;
                break;
            }
        }
        return new Unpacked(zstd.out.toBytes(), zstd.at);
    }

    /**
     * The content of the first frames of an array that together have so many bytes; what is behind them is ignored.
     *
     * @throws IOException if they are damaged, or have fewer bytes or more
     */
    public static byte[] unpack(byte[] packed, int length, int size) throws IOException {
        try (Budget.Account account = new Budget().file(length)) {
            Zstd zstd = new Zstd(packed, 0, length, size, account);
            while (zstd.out.size() < size) {
                zstd.need(4);
                if (zstd.number(4) != MAGIC) {
                    throw damaged();
                }
                zstd.frame();
            }
            if (zstd.out.size() > size) {
                throw damaged();
            }
            return zstd.out.toBytes();
        } catch (IndexOutOfBoundsException e) {
            throw new IOException("it is damaged", e);
        }
    }

    private void frame() throws IOException {
        int start = out.size();
        need(1);
        int descriptor = number(1);
        boolean single = (descriptor >> 5 & 1) != 0;
        int sizeBytes = descriptor >> 6 == 0 ? (single ? 1 : 0) : 1 << (descriptor >> 6);
        int dictionaryBytes = (1 << (descriptor & 3)) >> 1;
        need((single ? 0 : 1) + dictionaryBytes + sizeBytes);
        at += single ? 0 : 1; // the window: all of the output stays in memory
        if (number(dictionaryBytes) != 0) {
            throw new IOException("it needs a Zstandard dictionary, which kernels do not");
        }
        at += sizeBytes;
        tree = null;
        literalLengths = null;
        offsets = null;
        matchLengths = null;
        recent[0] = 1;
        recent[1] = 4;
        recent[2] = 8;
        boolean last;
        do {
            need(3);
            int header = number(3);
            last = (header & 1) != 0;
            block(header >> 1 & 3, header >> 3, start);
        } while (!last);
        if ((descriptor >> 2 & 1) != 0) {
            need(4);
            if (number(4) != (int) XxHash64.of(out.array(), start, out.size() - start)) {
                throw new IOException("it is damaged: the checksum is wrong");
            }
        }
    }

    private void block(int type, int size, int frameStart) throws IOException {
        if (size > MAX_BLOCK || out.size() > most) {
            throw new IOException("it is damaged: a block is too large");
        }
        out.read(at + 3L - from);
        switch (type) {
            case 0 -> {
                need(size);
                out.literals(file, at, size);
                at += size;
            }
            case 1 -> {
                need(1);
                out.fill(file[at++], size);
            }
            case 2 -> {
                need(size);
                int blockEnd = at + size;
                literals(blockEnd);
                sequences(blockEnd, frameStart);
                at = blockEnd;
            }
            default -> throw new IOException("it is damaged: a block has no known type");
        }
    }

    /** The literals section (RFC 8878, 3.1.1.3.1). */
    private void literals(int blockEnd) throws IOException {
        int type = file[at] & 3;
        int format = file[at] >> 2 & 3;
        if (type < 2) {
            int bytes = (format & 1) == 0 ? 1 : format == 1 ? 2 : 3;
            literalCount = checkedLiterals(number(bytes) >>> (bytes == 1 ? 3 : 4));
            if (type == 0) {
                System.arraycopy(file, at, literals, 0, literalCount);
                at += literalCount;
            } else {
                Arrays.fill(literals, 0, literalCount, file[at++]);
            }
            return;
        }
        int bytes = format < 2 ? 3 : format + 2;
        int sizeBits = format < 2 ? 10 : format == 2 ? 14 : 18;
        long header = number(Math.min(bytes, 4)) & 0xffff_ffffL;
        if (bytes == 5) {
            header |= (long) number(1) << 32;
        }
        literalCount = checkedLiterals((int) (header >> 4 & (1 << sizeBits) - 1));
        int streamsEnd = at + (int) (header >> 4 + sizeBits & (1 << sizeBits) - 1);
        if (streamsEnd > blockEnd) {
            throw damaged();
        }
        if (type == 2) {
            tree = Huffman.read(file, at, streamsEnd);
            at += Huffman.descriptionSize(file, at);
        }
        if (tree == null) {
            throw damaged();
        }
        if (format == 0) {
            tree.decode(file, at, streamsEnd, literals, 0, literalCount);
        } else {
            fourStreams(streamsEnd);
        }
        at = streamsEnd;
    }

    private void fourStreams(int streamsEnd) throws IOException {
        int each = (literalCount + 3) / 4;
        int[] sizes = {number(2), number(2), number(2)};
        int from = at;
        for (int i = 0; i < 4; i++) {
            int to = i < 3 ? from + sizes[i] : streamsEnd;
            int first = Math.min(i * each, literalCount);
            int behind = i < 3 ? Math.min(first + each, literalCount) : literalCount;
            if (to > streamsEnd) {
                throw damaged();
            }
            tree.decode(file, from, to, literals, first, behind);
            from = to;
        }
    }

    private static int checkedLiterals(int count) throws IOException {
        if (count > MAX_BLOCK) {
            throw damaged();
        }
        return count;
    }

    /** The sequences section (RFC 8878, 3.1.1.3.2): literals to copy, then a match, over and over. */
    private void sequences(int blockEnd, int frameStart) throws IOException {
        int count = number(1);
        if (count == 255) {
            count = number(2) + 0x7f00;
        } else if (count >= 128) {
            count = (count - 128 << 8) + number(1);
        }
        int copied = 0;
        if (count > 0) {
            int modes = number(1);
            literalLengths = table(modes >> 6 & 3, LITERAL_LENGTHS, literalLengths, 9, 36, blockEnd);
            offsets = table(modes >> 4 & 3, OFFSETS, offsets, 8, MAX_OFFSET_CODE + 1, blockEnd);
            matchLengths = table(modes >> 2 & 3, MATCH_LENGTHS, matchLengths, 9, 53, blockEnd);
            BackwardBits in = new BackwardBits(file, at, blockEnd);
            int literalState = literalLengths.first(in);
            int offsetState = offsets.first(in);
            int matchState = matchLengths.first(in);
            for (int i = 0; i < count; i++) {
                int offsetCode = offsets.symbol(offsetState);
                if (offsetCode > MAX_OFFSET_CODE || in.left() < 0) {
                    throw damaged();
                }
                int offset = (1 << offsetCode) + in.read(offsetCode);
                int match =
                        length(matchLengths.symbol(matchState), MATCH_PLAIN, LEAST_MATCH, MATCH_BASES, MATCH_BITS, in);
                int run =
                        length(literalLengths.symbol(literalState), LITERAL_PLAIN, 0, LITERAL_BASES, LITERAL_BITS, in);
                if (run > literalCount - copied) {
                    throw damaged();
                }
                out.literals(literals, copied, run);
                copied += run;
                int distance = distance(offset, run);
                if (distance > out.size() - frameStart) {
                    throw damaged();
                }
                out.match(distance, match);
                if (i < count - 1) {
                    literalState = literalLengths.next(literalState, in);
                    matchState = matchLengths.next(matchState, in);
                    offsetState = offsets.next(offsetState, in);
                }
            }
            if (in.left() != 0) {
                throw damaged();
            }
        }
        out.literals(literals, copied, literalCount - copied);
    }

    private Fse table(int mode, Fse predefined, Fse before, int maxLog, int symbols, int blockEnd) throws IOException {
        return switch (mode) {
            case 0 -> predefined;
            case 1 -> {
                int symbol = number(1);
                if (symbol >= symbols) {
                    throw damaged();
                }
                yield Fse.single(symbol);
            }
            case 2 -> {
                Fse.Reader reader = new Fse.Reader(file, at, blockEnd);
                Fse table = reader.read(maxLog, symbols);
                at = reader.at();
                yield table;
            }
            default -> {
                if (before == null) {
                    throw damaged();
                }
                yield before;
            }
        };
    }

    private static int length(int code, int plain, int least, int[] bases, int[] bits, BackwardBits in) {
        return code < plain ? code + least : bases[code - plain] + in.read(bits[code - plain]);
    }

    /** The distance an offset value means: 1 to 3 are recent ones (RFC 8878, 3.1.1.5). */
    private int distance(int value, int run) throws IOException {
        if (value > 3) {
            recent[2] = recent[1];
            recent[1] = recent[0];
            recent[0] = value - 3;
            return recent[0];
        }
        int which = value - 1 + (run == 0 ? 1 : 0);
        int distance = which == 3 ? recent[0] - 1 : recent[which];
        if (distance <= 0) {
            throw damaged();
        }
        if (which > 0) {
            recent[2] = which == 1 ? recent[2] : recent[1];
            recent[1] = recent[0];
            recent[0] = distance;
        }
        return distance;
    }

    private void need(int bytes) throws IOException {
        if (bytes < 0 || bytes > end - at) {
            throw new IOException("it ends too early");
        }
    }

    /** A little-endian number of up to four bytes. */
    private int number(int bytes) {
        int value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (file[at++] & 0xff) << 8 * i;
        }
        return value;
    }

    private static IOException damaged() {
        return new IOException("it is damaged");
    }
}
