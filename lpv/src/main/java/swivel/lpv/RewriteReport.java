package swivel.lpv;

import java.util.List;
import java.util.Map;
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

    /** A doubtful word, and why it is. */
    public record Doubt(Finding finding, String reason) {}

    /** How many instructions were encoded. */
    public int encoded() {
        return bySensitivity.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** The report as a table for a terminal, several lines, each ending in a newline. */
    public String text() {
        return encoded() + " instructions encoded\n";
    }
}
