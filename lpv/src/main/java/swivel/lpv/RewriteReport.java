package swivel.lpv;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import swivel.arm.Sensitivity;

/** What a rewriting did. Only the numbers are at hand at once; tables and names are made when asked for. */
public final class RewriteReport {

    /** So many words of a kind are listed one by one. */
    private static final int MAX_LISTED = 20;

    private static final Comparator<Map.Entry<String, Integer>> BY_COUNT =
            Map.Entry.<String, Integer>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey());

    /** A doubtful word, and why it is. */
    public record Doubt(Finding finding, String reason) {}

    private final Words encoded;
    private final Words trapWords;
    private final boolean wasRewritten;
    private final List<Finding> notEncodable;
    private final List<Doubt> doubtful;
    private final Symbols symbols;

    RewriteReport(
            Words encoded,
            Words trapWords,
            boolean wasRewritten,
            List<Finding> notEncodable,
            List<Doubt> doubtful,
            Symbols symbols) {
        this.encoded = encoded;
        this.trapWords = trapWords;
        this.wasRewritten = wasRewritten;
        this.notEncodable = List.copyOf(notEncodable);
        this.doubtful = List.copyOf(doubtful);
        this.symbols = symbols;
    }

    /** How many instructions were encoded. */
    public int encoded() {
        return encoded.size();
    }

    /** How many were trap words before. */
    public int alreadyEncoded() {
        return wasRewritten ? trapWords.size() : 0;
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

    /** Encoded instructions by class. */
    public Map<Sensitivity, Integer> bySensitivity() {
        Map<Sensitivity, Integer> counts = new EnumMap<>(Sensitivity.class);
        for (int i = 0; i < encoded.size(); i++) {
            counts.merge(encoded.set(i).decode(encoded.word(i)).sensitivity(), 1, Integer::sum);
        }
        return counts;
    }

    /** Encoded instructions by mnemonic. */
    public Map<String, Integer> byMnemonic() {
        Map<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < encoded.size(); i++) {
            counts.merge(Mnemonics.of(encoded.set(i), encoded.word(i)), 1, Integer::sum);
        }
        return counts;
    }

    /** Encoded instructions by function; those in none have an empty name. */
    public Map<String, Integer> byFunction() {
        Map<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < encoded.size(); i++) {
            counts.merge(symbols.nameAt(encoded.address(i)), 1, Integer::sum);
        }
        return counts;
    }

    /** The report as tables for a terminal, several lines, each ending in a newline. */
    public String text() {
        StringBuilder text = new StringBuilder();
        bySensitivity()
                .forEach((sensitivity, count) ->
                        line(text, count, sensitivity.name().toLowerCase(Locale.ROOT)));
        line(text, encoded(), "encoded in all");
        if (alreadyEncoded() > 0) {
            line(text, alreadyEncoded(), "encoded before");
        }
        if (encoded() > 0) {
            text.append('\n');
            counts(text, byMnemonic(), Integer.MAX_VALUE);
        }
        list(text, "UNPREDICTABLE forms", notEncodable, Finding::text);
        list(text, "Doubtful words", doubtful, doubt -> doubt.finding().text() + ": " + doubt.reason());
        return text.toString();
    }

    /** The functions with most encoded instructions, at most {@code most} lines, each ending in a newline. */
    public String functionsText(int most) {
        StringBuilder text = new StringBuilder();
        counts(text, byFunction(), most);
        return text.toString();
    }

    private static void counts(StringBuilder text, Map<String, Integer> counts, int most) {
        counts.entrySet().stream()
                .sorted(BY_COUNT)
                .limit(most)
                .forEach(entry -> line(text, entry.getValue(), entry.getKey()));
    }

    private static <T> void list(StringBuilder text, String title, List<T> items, Function<T, String> itemText) {
        if (!items.isEmpty()) {
            text.append("\n%s, left as they are: %d\n".formatted(title, items.size()));
            items.stream()
                    .limit(MAX_LISTED)
                    .forEach(item ->
                            text.append("  ").append(itemText.apply(item)).append('\n'));
            if (items.size() > MAX_LISTED) {
                text.append("  … and ").append(items.size() - MAX_LISTED).append(" more\n");
            }
        }
    }

    private static void line(StringBuilder text, int count, String what) {
        text.append("%8d  %s\n".formatted(count, what.isEmpty() ? "(no symbol)" : what));
    }
}
