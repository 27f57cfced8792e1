package swivel.lpv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import swivel.arm.A32;
import swivel.arm.InstructionSet;
import swivel.arm.T32;
import swivel.encoding.TrapEncoding;
import swivel.formats.Bytes;
import swivel.formats.Symbols;
import swivel.lpv.CodeMap.Range;
import swivel.lpv.CodeMap.Verdict;
import swivel.lpv.report.Place;

/** Goes over the code of an image once and finds, or replaces, its sensitive instructions. */
final class Rewriter {

    /**
     * Sensitive rows of the table by bits 27:20 of the words they match; the unconditional space has an index of its
     * own.
     */
    private static final A32[][] SENSITIVE = new A32[2 << 8][0];

    static {
        for (A32 row : A32.values()) {
            if (row.isSensitive()) {
                boolean unconditional = row.pattern().startsWith("1111");
                int ones = fixed(row, "1") & 0x0ff00000;
                int fixed = fixed(row, "01") & 0x0ff00000;
                for (int bits = 0; bits < 1 << 8; bits++) {
                    if (((ones ^ bits << 20) & fixed) == 0) {
                        int key = unconditional ? bits | 1 << 8 : bits;
                        SENSITIVE[key] = Arrays.copyOf(SENSITIVE[key], SENSITIVE[key].length + 1);
                        SENSITIVE[key][SENSITIVE[key].length - 1] = row;
                    }
                }
            }
        }
    }

    /** The bits of a row's pattern that are one of some characters. */
    private static int fixed(A32 row, String characters) {
        int bits = 0;
        for (int i = 0; i < 32; i++) {
            bits |= characters.indexOf(row.pattern().charAt(i)) >= 0 ? 1 << (31 - i) : 0;
        }
        return bits;
    }

    /** So many words that are left as they are get listed; a file with more is made to exhaust us. */
    private static final int MAX_LISTED = 100_000;

    private final byte[] bytes;
    private final CodeMap code;
    private final int[] listed;
    private final Symbols symbols;
    private final IntFunction<Place> places;

    private final Words sensitive = new Words();
    private final Words trapWords = new Words();
    private final List<Finding> notEncodable = new ArrayList<>();
    private final List<RewriteReport.Doubt> doubtful = new ArrayList<>();
    private int unlisted;

    /**
     * Takes what is known of an image.
     *
     * @param listed where it says that it has trap words (SiteList); null if it does not say
     */
    Rewriter(byte[] bytes, CodeMap code, int[] listed, Symbols symbols, IntFunction<Place> places) {
        this.bytes = bytes;
        this.code = code;
        this.listed = listed;
        this.symbols = symbols;
        this.places = places;
    }

    /**
     * Encodes the sensitive instructions in place.
     *
     * @param write whether to change the image; else the report says what would change
     */
    RewriteReport rewrite(boolean write) {
        visit(write);
        boolean guess = sensitive.size() == 0 || countUnlikely() > sensitive.size();
        Words before = new Words();
        Words genuine = new Words();
        for (int i = 0; i < trapWords.size(); i++) {
            boolean encoded = listed == null ? guess : Arrays.binarySearch(listed, trapWords.site(i)) >= 0;
            (encoded ? before : genuine).add(trapWords, i);
        }
        for (int i = 0; i < genuine.size(); i++) {
            InstructionSet set = genuine.set(i);
            int word = genuine.word(i);
            doubt(
                    set,
                    genuine.address(i),
                    word,
                    "reads as an encoded %s %s"
                            .formatted(
                                    Mnemonics.of(set, TrapEncoding.decode(set, word)),
                                    listed == null
                                            ? "in an image that was not rewritten before"
                                            : "and is none of those that the file lists"));
        }
        return new RewriteReport(
                sensitive, before, genuine, listed != null, notEncodable, doubtful, unlisted, symbols, places);
    }

    /**
     * How many words that read as encoded are hardly anything else, of an image without a list of its trap words. Where
     * there are more than sensitive instructions, the image was rewritten in part: a source was left out, or a finished
     * object was linked in. A kernel that never was has thousands of instructions, and a few such words of its own at
     * most.
     */
    private int countUnlikely() {
        int count = 0;
        for (int i = 0; i < trapWords.size(); i++) {
            count += mayBeMeant(trapWords.set(i), trapWords.word(i)) ? 0 : 1;
        }
        return count;
    }

    /** Whether somebody may have written such a word himself: a call of T32, or one by the old numbers of Linux. */
    private static boolean mayBeMeant(InstructionSet set, int word) {
        return set == InstructionSet.T32
                ? T32.lengthOf(word) == 2
                : A32.decode(word) == A32.SVC && (word & 0x00ff0000) == OLD_CALLS;
    }

    /** Bits 23:16 of Linux' system calls before the EABI ({@code __NR_OABI_SYSCALL_BASE}). */
    private static final int OLD_CALLS = 0x0090_0000;

    private void visit(boolean write) {
        for (Range range : code.ranges()) {
            if (range.set() == InstructionSet.A32) {
                visitA32(range, write);
            } else {
                visitT32(range, write);
            }
        }
    }

    private void visitA32(Range range, boolean write) {
        int distance = range.address() - range.offset();
        for (int offset = range.offset(); offset < range.end(); offset += 4) {
            int word = Bytes.word(bytes, offset);
            if (isSensitive(word)) {
                int trap = sensitive(InstructionSet.A32, offset, word, distance);
                if (write && trap != word) {
                    Bytes.putWord(bytes, offset, trap);
                }
            } else if (isTrapSpace(word) && code.verdict(offset) == Verdict.CODE) {
                trapSpace(word, offset + distance, offset);
            }
        }
    }

    private void visitT32(Range range, boolean write) {
        int distance = range.address() - range.offset();
        int word;
        for (int offset = range.offset(); offset + 2 <= range.end(); offset += T32.lengthOf(word)) {
            word = T32Flow.word(bytes, offset, range.end());
            if (T32.decode(word).isSensitive()) {
                int trap = sensitive(InstructionSet.T32, offset, word, distance);
                if (write && trap != word) {
                    putT32(offset, trap);
                }
            } else if (TrapEncoding.decode(InstructionSet.T32, word) != word && code.verdict(offset) == Verdict.CODE) {
                trapWords.add(InstructionSet.T32, offset + distance, word, offset);
            }
        }
    }

    private void putT32(int offset, int word) {
        boolean two = T32.lengthOf(word) == 4;
        Bytes.putHalf(bytes, offset, two ? word >>> 16 : word);
        if (two) {
            Bytes.putHalf(bytes, offset + 2, word);
        }
    }

    private static boolean isSensitive(int word) {
        for (A32 row : SENSITIVE[(word >>> 20 & 0xff) | (word >>> 28 == 15 ? 1 << 8 : 0)]) {
            if (row.matches(word)) {
                return A32.decode(word).isSensitive();
            }
        }
        return false;
    }

    /** Takes note of a sensitive instruction; what to put in its place, itself if it is to be left as it is. */
    private int sensitive(InstructionSet set, int offset, int word, int distance) {
        Verdict verdict = code.verdict(offset);
        if (verdict == Verdict.DATA) {
            return word;
        }
        int address = offset + distance;
        int trap = TrapEncoding.encode(set, word);
        if (verdict != Verdict.CODE) {
            doubt(set, address, word, verdict.reason());
        } else if (trap == word && code.isCertain()) {
            if (isListed()) {
                notEncodable.add(finding(set, address, word));
            }
        } else if (trap == word) {
            doubt(set, address, word, "an UNPREDICTABLE form where the code seems to lead, so most likely data");
        } else {
            sensitive.add(set, address, word, offset);
            return trap;
        }
        return word;
    }

    /** An SVC whose type is not zero, or LDC or STC of p0 to p7. */
    private static boolean isTrapSpace(int word) {
        return (word & 0x0f000000) == 0x0f000000 && (word & 0x00f00000) != 0 && word >>> 28 != 15
                || (word & 0x0e000800) == 0x0c000000 && word >>> 28 != 15;
    }

    private void trapSpace(int word, int address, int offset) {
        if (TrapEncoding.decode(word) != word) {
            trapWords.add(InstructionSet.A32, address, word, offset);
        } else if (A32.decode(word) == A32.SVC) {
            doubt(
                    InstructionSet.A32,
                    address,
                    word,
                    "a supervisor call whose immediate is in the encoding's range, but is none");
        }
    }

    private void doubt(InstructionSet set, int address, int word, String reason) {
        if (isListed()) {
            doubtful.add(new RewriteReport.Doubt(finding(set, address, word), reason));
        }
    }

    /** Whether one more word that is left as it is gets listed; else it is only counted. */
    private boolean isListed() {
        boolean listed = doubtful.size() + notEncodable.size() < MAX_LISTED;
        unlisted += listed ? 0 : 1;
        return listed;
    }

    private Finding finding(InstructionSet set, int address, int word) {
        return new Finding(set, address, word, symbols.describe(address));
    }
}
