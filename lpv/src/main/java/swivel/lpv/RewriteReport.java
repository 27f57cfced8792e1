package swivel.lpv;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import swivel.arm.Sensitivity;

/**
 * What a rewriting did.
 *
 * @param bySensitivity encoded instructions by class
 * @param byMnemonic encoded instructions by mnemonic
 * @param byFunction encoded instructions by function
 * @param alreadyEncoded instructions that were trap words before
 * @param notEncodable sensitive words that have no encoding and were left as they are
 * @param doubtful words that may be sensitive instructions or data, and were left as they are
 */
public record RewriteReport(
        Map<Sensitivity, Integer> bySensitivity,
        Map<String, Integer> byMnemonic,
        Map<String, Integer> byFunction,
        int alreadyEncoded,
        List<Finding> notEncodable,
        List<Doubt> doubtful) {

    /** So many words of a kind are listed one by one. */
    private static final int MAX_LISTED = 20;

    /** A doubtful word, and why it is. */
    public record Doubt(Finding finding, String reason) {}

    /** How many instructions were encoded. */
    public int encoded() {
        return bySensitivity.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** The report as a table for a terminal, several lines, each ending in a newline. */
    public String text() {
        StringBuilder text = new StringBuilder();
        bySensitivity.forEach(
                (sensitivity, count) -> line(text, count, sensitivity.name().toLowerCase(Locale.ROOT)));
        line(text, encoded(), "encoded in all");
        if (alreadyEncoded > 0) {
            line(text, alreadyEncoded, "encoded before");
        }
        text.append('\n');
        byMnemonic.entrySet().stream().sorted(BY_COUNT).forEach(entry -> line(text, entry.getValue(), entry.getKey()));
        list(text, "UNPREDICTABLE forms", notEncodable, Finding::text);
        list(text, "Doubtful words", doubtful, doubt -> doubt.finding().text() + ": " + doubt.reason());
        return text.toString();
    }

    /** The functions with most encoded instructions first, at most {@code most} lines, each ending in a newline. */
    public String functionsText(int most) {
        StringBuilder text = new StringBuilder();
        byFunction.entrySet().stream()
                .sorted(BY_COUNT)
                .limit(most)
                .forEach(entry -> line(text, entry.getValue(), entry.getKey()));
        return text.toString();
    }

    private static final Comparator<Map.Entry<String, Integer>> BY_COUNT =
            Map.Entry.<String, Integer>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey());

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
