package swivel.lpv.report;

import java.io.IOException;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import swivel.arm.Sensitivity;
import swivel.lpv.report.FileReport.Outcome;

/** A report for a terminal. */
public final class TextReport {
    /** So many doubtful sites are listed in a summary. */
    private static final int MAX_LISTED = 20;

    private static final Comparator<Map.Entry<String, Integer>> BY_COUNT =
            Map.Entry.<String, Integer>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey());

    private TextReport() {}

    /** Every site, file by file, and the summary. */
    static void write(Report report, Appendable out) throws IOException {
        for (FileReport file : report.files()) {
            switch (file.outcome()) {
                case SENSITIVE, CLEAN -> {
                    for (Site site : file.sites()) {
                        out.append(line(file.file(), site)).append('\n');
                    }
                }
                case SKIPPED, FAILED ->
                    out.append(Printable.line(file.file() + ": " + file.note())).append('\n');
            }
        }
        if (!report.files().isEmpty()) {
            out.append('\n');
        }
        out.append(totals(report));
    }

    /** The totals, what was skipped, and the first doubtful sites; several lines, each ending in a newline. */
    public static String summary(Report report) {
        return totals(report) + doubts(report, MAX_LISTED);
    }

    /** Counts by class, one line each, ending in a newline; nothing for no instruction. */
    public static String counts(Totals totals) {
        StringBuilder text = new StringBuilder();
        for (Sensitivity sensitivity : Sensitivity.values()) {
            Map<String, Integer> mnemonics = totals.byMnemonic(sensitivity);
            if (!mnemonics.isEmpty()) {
                text.append("%,9d  %-13s %s\n"
                        .formatted(
                                totals.of(sensitivity),
                                className(sensitivity),
                                mnemonics.entrySet().stream()
                                        .sorted(BY_COUNT)
                                        .map(entry -> entry.getKey() + " " + entry.getValue())
                                        .collect(Collectors.joining(", "))));
            }
        }
        return text.toString();
    }

    /** The name of a class in reports. */
    static String className(Sensitivity sensitivity) {
        return sensitivity == Sensitivity.NONE ? "unknown" : sensitivity.name().toLowerCase(Locale.ROOT);
    }

    private static String line(String file, Site site) {
        StringBuilder line = new StringBuilder()
                .append(file)
                .append(':')
                .append(site.place().text())
                .append(": ")
                .append(className(site.sensitivity()))
                .append(": ")
                .append(site.original());
        if (!site.encoding().isEmpty()) {
            line.append(" -> ").append(site.encoding());
        }
        if (!site.function().isEmpty()) {
            line.append(" in ").append(site.function());
        }
        if (site.isDoubtful()) {
            line.append(": left as it is: ").append(site.doubt());
        }
        return Printable.line(line.toString());
    }

    private static String totals(Report report) {
        StringBuilder text = new StringBuilder(counts(report.totals()));
        text.append("%,9d  in all, in %s of %s\n"
                .formatted(
                        report.totals().all(),
                        files(report.count(Outcome.SENSITIVE)),
                        files(report.count(Outcome.SENSITIVE) + report.count(Outcome.CLEAN))));
        line(text, report.before(), "encoded before");
        line(text, report.doubtful(), "doubtful, left as they are");
        report.skipped()
                .forEach((why, count) -> line(text, count, (count == 1 ? "file" : "files") + " skipped: " + why));
        line(text, report.count(Outcome.FAILED), "files that could not be read or rewritten");
        return text.toString();
    }

    private static String files(int count) {
        return count == 1 ? "1 file" : "%,d files".formatted(count);
    }

    private static void line(StringBuilder text, int count, String what) {
        if (count > 0) {
            text.append("%,9d  %s\n".formatted(count, Printable.line(what)));
        }
    }

    private static String doubts(Report report, int most) {
        StringBuilder text = new StringBuilder();
        report.files().stream()
                .flatMap(file -> file.sites().stream().filter(Site::isDoubtful).map(site -> line(file.file(), site)))
                .limit(most)
                .forEach(line -> text.append("  ").append(line).append('\n'));
        if (text.isEmpty()) {
            return "";
        }
        String more = report.doubtful() > most ? "  … and %,d more\n".formatted(report.doubtful() - most) : "";
        return "\nDoubtful:\n" + text + more;
    }
}
