package swivel.formats.linux;

import java.util.Arrays;
import swivel.formats.Bytes;
import swivel.formats.Symbols;

/**
 * The symbol tables that a Linux kernel carries in its own image (Linux, {@code scripts/kallsyms.c} and
 * {@code kernel/kallsyms.c}), found without any symbol.
 *
 * <p>The tables, in the order since 6.4, each aligned:
 * <pre>
 *   num_syms       u32
 *   names per symbol: length (7 bits, or 14 in two bytes since 6.1), then tokens; the first character is the type
 *   markers u32 for each 256th symbol: its offset in names token_table 256 strings, each ending in a zero byte
 *   token_index u16 for each token: its offset in the token table offsets u32 per symbol, ascending, from the relative
 *   base relative_base u32 seqs_of_names 3 bytes per symbol (not used here)
 * </pre>
 * 7.2 has plain addresses in place of offsets, and no relative_base. Before 6.4, offsets and relative_base stand before
 * num_syms, and seqs_of_names (6.2 on) behind the markers. Before 4.6, or where so configured, plain addresses stand in
 * their place. Before 4.20 the alignment was 16 bytes.
 *
 * <p>The token table is what one can find: the digits are always tokens of their own, one after the other.
 */
public final class Kallsyms {
    private static final int TOKENS = 256;
    private static final int SYMBOLS_PER_MARKER = 256;

    /** No kernel has fewer symbols than this many markers speak for. */
    private static final int LEAST_MARKERS = 4;

    /** A symbol's compressed name is shorter than this; kernels allow 512 characters. */
    private static final int MAX_NAME = 514;

    /** A name's length and its type take so many bytes at least. */
    private static final int LEAST_ENTRY = 2;

    /** So many places that look like markers are tried: a bound for a hostile image. */
    private static final int MAX_TRIES = 50;

    private final byte[] image;
    private final int alignment;
    private final int tokenTable;
    private final int tokenIndex;

    private int names;
    private int count;
    private int[] addresses;
    private int[] nameOffsets;

    private Kallsyms(byte[] image, int alignment, int tokenTable, int tokenIndex) {
        this.image = image;
        this.alignment = alignment;
        this.tokenTable = tokenTable;
        this.tokenIndex = tokenIndex;
    }

    /** The tables of an image; null if there are none. */
    public static Kallsyms find(byte[] image) {
        for (int at = 1; at + 20 + 2 * TOKENS <= image.length; at++) {
            if (image[at] != '0' || image[at + 1] != 0 || image[at + 2] != '1' || !digitsAt(image, at)) {
                continue;
            }
            for (int alignment = 4; alignment <= 16; alignment *= 4) {
                Kallsyms found = withDigitsAt(image, at, alignment);
                if (found != null && found.findNames() && found.findAddresses()) {
                    return found;
                }
            }
        }
        return null;
    }

    private static boolean digitsAt(byte[] image, int at) {
        for (int digit = 0; digit < 10; digit++) {
            if (image[at + 2 * digit] != '0' + digit || image[at + 2 * digit + 1] != 0) {
                return false;
            }
        }
        return true;
    }

    /** The token tables whose digit tokens are at an offset, if the index agrees with the strings. */
    private static Kallsyms withDigitsAt(byte[] image, int digits, int alignment) {
        int end = digits;
        for (int token = '0'; token < TOKENS; token++) {
            while (end < image.length && image[end] != 0) {
                end++;
            }
            end++;
        }
        int index = align(end, alignment);
        if (index + 2 * TOKENS > image.length) {
            return null;
        }
        int table = digits - Bytes.half(image, index + 2 * '0');
        int expected = 0;
        for (int token = 0; token < TOKENS; token++) {
            if (table < 0 || Bytes.half(image, index + 2 * token) != expected) {
                return null;
            }
            while (image[table + expected] != 0) {
                expected++;
            }
            expected++;
        }
        return new Kallsyms(image, alignment, table, index);
    }

    private static int align(int offset, int alignment) {
        return offset + alignment - 1 & -alignment;
    }

    /** Finds markers, names and their number in front of the token table. */
    private boolean findNames() {
        int tries = 0;
        for (int at = (tokenTable & ~3) - 4 * LEAST_MARKERS; at >= 0 && tries < MAX_TRIES; at -= 4) {
            if (Bytes.word(image, at) == 0 && isMarkerStep(0, Bytes.word(image, at + 4))) {
                int run = 1;
                while (at + 4 * run + 4 <= tokenTable
                        && isMarkerStep(Bytes.word(image, at + 4 * run - 4), Bytes.word(image, at + 4 * run))) {
                    run++;
                }
                if (run >= LEAST_MARKERS) {
                    tries++;
                    if (namesBefore(at, run)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean isMarkerStep(int marker, int next) {
        return next - marker >= 2 * SYMBOLS_PER_MARKER && next - marker < SYMBOLS_PER_MARKER * MAX_NAME;
    }

    /** Looks for the number of symbols, and behind it names that end at the markers and agree with them. */
    private boolean namesBefore(int markersAt, int markerCount) {
        long last = markersAt - Bytes.unsigned(image, markersAt + 4 * (markerCount - 1));
        long first = Math.max(alignment, last - SYMBOLS_PER_MARKER * MAX_NAME);
        for (long at = last & -alignment; at >= first; at -= alignment) {
            int symbols = Bytes.word(image, (int) at - alignment);
            if (symbols > (markerCount - 1) * SYMBOLS_PER_MARKER
                    && symbols <= markerCount * SYMBOLS_PER_MARKER
                    && symbols <= (markersAt - at) / LEAST_ENTRY
                    && readNames((int) at, symbols, markersAt)) {
                names = (int) at;
                count = symbols;
                return true;
            }
        }
        return false;
    }

    private boolean readNames(int start, int symbols, int markersAt) {
        int[] offsets = new int[symbols];
        int at = start;
        for (int i = 0; i < symbols; i++) {
            if (at + 1 >= markersAt
                    || i % SYMBOLS_PER_MARKER == 0
                            && Bytes.word(image, markersAt + i / SYMBOLS_PER_MARKER * 4) != at - start) {
                return false;
            }
            offsets[i] = at;
            int length = nameLength(at);
            if (length == 0) {
                return false;
            }
            at += length + (image[at] < 0 ? 2 : 1);
        }
        nameOffsets = offsets;
        return at <= markersAt && align(at, alignment) == markersAt;
    }

    private int nameLength(int at) {
        return image[at] >= 0 ? image[at] : image[at] & 0x7f | (image[at + 1] & 0x7f) << 7;
    }

    private boolean findAddresses() {
        int size = align(4 * count, alignment);
        int behind = align(tokenIndex + 2 * TOKENS, alignment);
        int numSyms = names - alignment;
        return relativeAt(behind, behind + size)
                || relativeAt(numSyms - alignment - size, numSyms - alignment)
                || ascendingAt(numSyms - size, 0)
                || behind + 4 <= image.length && Bytes.word(image, behind) != 0 && ascendingAt(behind, 0);
    }

    /** Reads offsets from a base; the base is the lowest address, so the first offset is zero. */
    private boolean relativeAt(int offsets, int base) {
        return offsets >= 0
                && base + 4 <= image.length
                && Bytes.word(image, offsets) == 0
                && Bytes.word(image, base) != 0
                && ascendingAt(offsets, Bytes.word(image, base));
    }

    private boolean ascendingAt(int offsets, int base) {
        if (offsets < 0 || offsets + 4 * count > image.length) {
            return false;
        }
        int[] read = new int[count];
        for (int i = 0; i < count; i++) {
            read[i] = base + Bytes.word(image, offsets + 4 * i);
            if (i > 0 && Integer.compareUnsigned(read[i - 1], read[i]) > 0) {
                return false;
            }
        }
        addresses = read;
        return true;
    }

    /** The i-th symbol's name. */
    private String name(int i) {
        StringBuilder text = new StringBuilder();
        int end = nameEnd(i);
        for (int at = nameStart(i); at < end; at++) {
            for (int token = token(at); image[token] != 0; token++) {
                text.append((char) (image[token] & 0xff));
            }
        }
        return text.isEmpty() ? "" : text.substring(1);
    }

    private boolean is(int i, String name) {
        int matched = -1; // the type comes first
        int end = nameEnd(i);
        for (int at = nameStart(i); at < end; at++) {
            for (int token = token(at); image[token] != 0; token++) {
                if (matched >= 0 && (matched >= name.length() || name.charAt(matched) != (image[token] & 0xff))) {
                    return false;
                }
                matched++;
            }
        }
        return matched == name.length();
    }

    private int nameStart(int i) {
        return nameOffsets[i] + (image[nameOffsets[i]] < 0 ? 2 : 1);
    }

    private int nameEnd(int i) {
        return nameStart(i) + nameLength(nameOffsets[i]);
    }

    /** Where the string of the token at an offset in the names is. */
    private int token(int at) {
        return tokenTable + Bytes.half(image, tokenIndex + 2 * (image[at] & 0xff));
    }

    /** The i-th symbol's type, as {@code nm} shows it: {@code T} or {@code t} for code. */
    private char type(int i) {
        return (char) image[token(nameStart(i))];
    }

    /** The symbols of code. */
    public Symbols code() {
        int[] which = new int[count];
        int[] at = new int[count];
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if ("tTwW".indexOf(type(i)) >= 0) {
                which[kept] = i;
                at[kept++] = addresses[i];
            }
        }
        return new Symbols(Arrays.copyOf(at, kept), new Symbols.Names() {
            @Override
            public String name(int i) {
                return Kallsyms.this.name(which[i]);
            }

            @Override
            public boolean is(int i, String name) {
                return Kallsyms.this.is(which[i], name);
            }
        });
    }
}
