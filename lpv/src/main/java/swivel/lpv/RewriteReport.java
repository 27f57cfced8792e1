package swivel.lpv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
    private final Words before;
    private final Words genuine;
    private final boolean listed;
    private final List<Finding> notEncodable;
    private final List<Doubt> doubtful;
    private final int unlisted;
    private final Symbols symbols;
    private final IntFunction<Place> places;

    /**
     * Takes what was found.
     *
     * @param before what was encoded before
     * @param genuine what reads as encoded, and is the image's own
     * @param listed whether the image itself tells which is which; else it is a guess
     */
    RewriteReport(
            Words encoded,
            Words before,
            Words genuine,
            boolean listed,
            List<Finding> notEncodable,
            List<Doubt> doubtful,
            int unlisted,
            Symbols symbols,
            IntFunction<Place> places) {
        this.encoded = encoded;
        this.before = before;
        this.genuine = genuine;
        this.listed = listed;
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
        return before.size();
    }

    /** What a person should know of an image that was rewritten in part before; else empty. */
    public String remark() {
        return before.size() == 0 || encoded.size() == 0
                ? ""
                : "it was rewritten in part before: %,d words %s, %,d instructions were left"
                        .formatted(
                                before.size(),
                                listed ? "are listed as encoded" : "read as encoded and count as that",
                                encoded.size());
    }

    /**
     * Where words stand that are certainly encoded, now or before, as offsets in {@link GuestImage#bytes}.
     */
    public int[] encodedOffsets() {
        return IntStream.concat(
                        Arrays.stream(encoded.offsets()), listed ? Arrays.stream(before.offsets()) : IntStream.empty())
                .toArray();
    }

    /** Where words stand that read as encoded but are the image's own, as offsets in {@link GuestImage#bytes}. */
    public int[] genuineOffsets() {
        return genuine.offsets();
    }

    /** The list of all that is encoded now, for {@link SiteList}. */
    int[] sites() {
        return Stream.of(encoded, before)
                .flatMapToInt(words -> IntStream.range(0, words.size()).map(words::site))
                .sorted()
                .toArray();
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
