package swivel.lpv;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import swivel.arm.A32;
import swivel.arm.Sensitivity;
import swivel.lpv.CodeMap.Range;
import swivel.lpv.CodeMap.Verdict;

/** Goes over the code of an image once and finds, or replaces, its sensitive instructions. */
final class Rewriter {

    /** Sensitive rows of the table by bits 27:20 of the words they match; the unconditional space has an index of its own. */
    private static final A32[][] SENSITIVE = new A32[2 << 8][];

    static {
        for (int key = 0; key < SENSITIVE.length; key++) {
            int bits = (key & 0xff) << 20 | (key >= 1 << 8 ? 0xf0000000 : 0);
            int looked = 0x0ff00000 | (key >= 1 << 8 ? 0xf0000000 : 0);
            List<A32> rows = new ArrayList<>();
            for (A32 row : A32.values()) {
                boolean sameSpace = row.pattern().startsWith("1111") == key >= 1 << 8;
                if (row.isSensitive() && sameSpace && ((fixed(row, '1') ^ bits) & fixed(row, '0', '1') & looked) == 0) {
                    rows.add(row);
                }
            }
            SENSITIVE[key] = rows.isEmpty() ? null : rows.toArray(A32[]::new);
        }
    }

    private static int fixed(A32 row, int... digits) {
        int bits = 0;
        for (int i = 0; i < 32; i++) {
            int digit = row.pattern().charAt(i);
            for (int d : digits) {
                bits |= d == digit ? 1 << (31 - i) : 0;
            }
        }
        return bits;
    }

    private final byte[] bytes;
    private final CodeMap code;
    private final Symbols symbols;

    private final List<Finding> sensitive = new ArrayList<>();
    private final List<Finding> notEncodable = new ArrayList<>();
    private final List<Finding> trapWords = new ArrayList<>();
    private final List<RewriteReport.Doubt> doubtful = new ArrayList<>();

    Rewriter(byte[] bytes, CodeMap code, Symbols symbols) {
        this.bytes = bytes;
        this.code = code;
        this.symbols = symbols;
    }

    /** The sensitive instructions that are there, those without an encoding among them. */
    List<Finding> scan() {
        visit(false);
        List<Finding> all = new ArrayList<>(sensitive);
        all.addAll(notEncodable);
        all.sort((a, b) -> Integer.compareUnsigned(a.address(), b.address()));
        return all;
    }

    /** Encodes the sensitive instructions in place. */
    RewriteReport rewrite() {
        visit(true);
        Map<Sensitivity, Integer> bySensitivity = new EnumMap<>(Sensitivity.class);
        Map<String, Integer> byMnemonic = new TreeMap<>();
        Map<String, Integer> byFunction = new TreeMap<>();
        for (Finding finding : sensitive) {
            bySensitivity.merge(finding.sensitivity(), 1, Integer::sum);
            byMnemonic.merge(Mnemonics.of(finding.word()), 1, Integer::sum);
            byFunction.merge(symbols.nameAt(finding.address()), 1, Integer::sum);
        }
        int alreadyEncoded = sensitive.isEmpty() ? trapWords.size() : 0;
        if (!sensitive.isEmpty()) {
            for (Finding trapWord : trapWords) {
                doubtful.add(new RewriteReport.Doubt(
                        trapWord,
                        "reads as an encoded " + Mnemonics.of(TrapEncoding.decode(trapWord.word()))
                                + " in an image that was not rewritten before"));
            }
        }
        return new RewriteReport(bySensitivity, byMnemonic, byFunction, alreadyEncoded, notEncodable, doubtful);
    }

    private void visit(boolean write) {
        for (Range range : code.ranges()) {
            int distance = range.address() - range.offset();
            for (int offset = range.offset(); offset < range.end(); offset += 4) {
                int word = Bytes.word(bytes, offset);
                if (isSensitive(word)) {
                    sensitive(offset, word, distance, write);
                } else if (isTrapSpace(word) && code.verdict(offset) == Verdict.CODE) {
                    trapSpace(word, offset + distance);
                }
            }
        }
    }

    private static boolean isSensitive(int word) {
        A32[] rows = SENSITIVE[(word >>> 20 & 0xff) | (word >>> 28 == 15 ? 1 << 8 : 0)];
        if (rows != null) {
            for (A32 row : rows) {
                if (row.matches(word)) {
                    return A32.decode(word).isSensitive();
                }
            }
        }
        return false;
    }

    private void sensitive(int offset, int word, int distance, boolean write) {
        Verdict verdict = code.verdict(offset);
        if (verdict == Verdict.DATA) {
            return;
        }
        Finding finding = finding(offset + distance, word);
        if (verdict != Verdict.CODE) {
            doubtful.add(new RewriteReport.Doubt(finding, verdict.reason()));
        } else if (TrapEncoding.encodable(word)) {
            sensitive.add(finding);
            if (write) {
                Bytes.putWord(bytes, offset, TrapEncoding.encode(word));
            }
        } else {
            notEncodable.add(finding);
        }
    }

    /** An SVC whose type is not zero, or LDC or STC of p0 to p7. */
    private static boolean isTrapSpace(int word) {
        return (word & 0x0f000000) == 0x0f000000 && (word & 0x00f00000) != 0 && word >>> 28 != 15
                || (word & 0x0e000800) == 0x0c000000 && word >>> 28 != 15;
    }

    private void trapSpace(int word, int address) {
        if (TrapEncoding.decode(word) != word) {
            trapWords.add(finding(address, word));
        } else if (A32.decode(word) == A32.SVC) {
            doubtful.add(new RewriteReport.Doubt(
                    finding(address, word),
                    "a supervisor call whose immediate is in the encoding's range, but is none"));
        }
    }

    private Finding finding(int address, int word) {
        return new Finding(address, word, symbols.describe(address));
    }
}
