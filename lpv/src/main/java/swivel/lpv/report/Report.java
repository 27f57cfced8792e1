package swivel.lpv.report;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import swivel.lpv.report.FileReport.Outcome;

/**
 * What one run of a command found and did.
 *
 * @param action what ran: {@code patch}, {@code scan}
 * @param input what it was given
 * @param files one for each file, in an order that does not depend on chance
 */
public record Report(String action, String input, List<FileReport> files) {
    public Report {
        files = List.copyOf(files);
    }

    /** The totals of all files. */
    public Totals totals() {
        Totals totals = new Totals();
        files.forEach(file -> totals.add(file.totals()));
        return totals;
    }

    /** How many files there are with an outcome. */
    public int count(Outcome outcome) {
        return (int) files.stream().filter(file -> file.outcome() == outcome).count();
    }

    /** How many instructions were encoded before. */
    public int before() {
        return files.stream().mapToInt(FileReport::before).sum();
    }

    /** How many sites are doubtful. */
    public int doubtful() {
        return files.stream().mapToInt(FileReport::doubtful).sum();
    }

    /** How many files were skipped, by the reason. */
    public Map<String, Integer> skipped() {
        Map<String, Integer> counts = new TreeMap<>();
        files.stream()
                .filter(file -> file.outcome() == Outcome.SKIPPED)
                .forEach(file -> counts.merge(file.note(), 1, Integer::sum));
        return counts;
    }
}
