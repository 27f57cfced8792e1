package swivel.lpv;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import swivel.arm.InstructionSet;
import swivel.encoding.TrapEncoding;
import swivel.formats.Symbols;
import swivel.lpv.report.FileReport;
import swivel.lpv.report.InstructionSets;
import swivel.lpv.report.Place;
import swivel.lpv.report.Report;
import swivel.lpv.report.Site;
import swivel.lpv.report.TextReport;
import swivel.lpv.report.Totals;

/**
 * What a rewriting of one image did, or would do. Only the numbers are at hand at once; the rest is made when asked
 * for.
 */
public final class RewriteReport {
    /** The doubt of an instruction that is certainly sensitive and was left as it is all the same. */
    public static final String NO_ENCODING = "UNPREDICTABLE, so it has no encoding";

    /** A doubtful word, and why it is. */
    public record Doubt(Finding finding, String reason) {}

    private final Words encoded;
    private final Words trapWords;
    private final boolean wasRewritten;
    private final List<Finding> notEncodable;
    private final List<Doubt> doubtful;
    private final int unlisted;
    private final Symbols symbols;
    private final IntFunction<Place> places;

    RewriteReport(
            Words encoded,
            Words trapWords,
            boolean wasRewritten,
            List<Finding> notEncodable,
            List<Doubt> doubtful,
            int unlisted,
            Symbols symbols,
            IntFunction<Place> places) {
        this.encoded = encoded;
        this.trapWords = trapWords;
        this.wasRewritten = wasRewritten;
        this.notEncodable = List.copyOf(notEncodable);
        this.doubtful = List.copyOf(doubtful);
        this.unlisted = unlisted;
        this.symbols = symbols;
        this.places = places;
    }

    /** How many instructions were encoded. */
    public int encoded() {
        return encoded.size();
    }

    /** How many were trap words before. */
    public int alreadyEncoded() {
        return wasRewritten ? trapWords.size() : 0;
    }

    /** What a person should know of an image that was rewritten in part before; else empty. */
    public String remark() {
        return alreadyEncoded() == 0 || encoded.size() == 0
                ? ""
                : "it was rewritten in part before: %,d words read as encoded and count as that, %,d instructions were left"
                        .formatted(trapWords.size(), encoded.size());
    }

    /** Where the words that were encoded stand, as offsets in {@link GuestImage#bytes}. */
    public int[] encodedOffsets() {
        return encoded.offsets();
    }

    /** Where words stand that read as encoded but are the image's own, as offsets in {@link GuestImage#bytes}. */
    public int[] genuineOffsets() {
        return wasRewritten ? new int[0] : trapWords.offsets();
    }

    /** Sensitive instructions that have no encoding, being UNPREDICTABLE, and were left as they are. */
    public List<Finding> notEncodable() {
        return notEncodable;
    }

    /** Words that may be sensitive instructions or data, or trap words or real ones, and were left as they are. */
    public List<Doubt> doubtful() {
        return doubtful;
    }

    /** Encoded instructions by class and mnemonic. */
    public Totals totals() {
        Totals totals = new Totals();
        for (int i = 0; i < encoded.size(); i++) {
            InstructionSet set = encoded.set(i);
            int word = encoded.word(i);
            totals.add(set.decode(word).sensitivity(), Mnemonics.of(set, word), 1);
        }
        return totals;
    }

    /**
     * The sensitive instructions that were found, those without an encoding among them, in ascending order of address.
     */
    List<Finding> found() {
        List<Finding> all = new ArrayList<>(notEncodable);
        for (int i = 0; i < encoded.size(); i++) {
            int address = encoded.address(i);
            all.add(new Finding(encoded.set(i), address, encoded.word(i), symbols.describe(address)));
        }
        all.sort((a, b) -> Integer.compareUnsigned(a.address(), b.address()));
        return all;
    }

    /**
     * The same as the part of a report that speaks of one file.
     *
     * @param everySite whether to list all sites, or just the doubtful ones
     */
    public FileReport fileReport(String file, String note, boolean everySite) {
        List<Located> sites = new ArrayList<>();
        for (int i = 0; everySite && i < encoded.size(); i++) {
            InstructionSet set = encoded.set(i);
            int address = encoded.address(i);
            int word = encoded.word(i);
            String encoding = set.disassemble(TrapEncoding.encode(set, word), address);
            sites.add(site(new Finding(set, address, word, symbols.describe(address)), encoding, ""));
        }
        notEncodable.forEach(finding -> sites.add(left(finding, NO_ENCODING)));
        doubtful.forEach(doubt -> sites.add(left(doubt.finding, doubt.reason)));
        sites.sort((a, b) -> Integer.compareUnsigned(a.address, b.address));
        Totals totals = totals();
        return new FileReport(
                file,
                FileReport.outcome(totals),
                note,
                totals,
                alreadyEncoded(),
                notEncodable.size() + doubtful.size() + unlisted,
                sites.stream().map(Located::site).toList());
    }

    /** A site with the address it is sorted by. */
    private record Located(int address, Site site) {}

    private Located left(Finding finding, String doubt) {
        return site(finding, "", doubt);
    }

    private Located site(Finding finding, String encoding, String doubt) {
        int address = finding.address();
        int word = finding.word();
        int meant = TrapEncoding.decode(finding.set(), word);
        return new Located(
                address,
                new Site(
                        places.apply(address),
                        finding.function(),
                        Mnemonics.of(finding.set(), meant),
                        finding.set().disassemble(word, address),
                        encoding,
                        finding.set().decode(meant).sensitivity(),
                        finding.set() == InstructionSet.A32 ? InstructionSets.A32 : InstructionSets.T32,
                        doubt));
    }

    /** A summary for a terminal, several lines, each ending in a newline. */
    public String text() {
        return TextReport.summary(new Report("patch", "", List.of(fileReport("", "", false))));
    }
}
