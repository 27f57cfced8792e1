package swivel.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Results as a table that is readable as it is and as Markdown. */
final class Table {
    private static final List<String> HEAD =
            List.of("benchmark", "guest", "Swivel", "QEMU", "QEMU/Swivel", "goal", "", "whole run", "QEMU's", "MIPS");

    /** Columns before this one hold text. */
    private static final int FIRST_NUMBER = 2;

    private Table() {}

    static String of(Results results) {
        boolean compared = results.compared();
        List<List<String>> cells = new ArrayList<>();
        cells.add(line(HEAD, compared, "before", "change"));
        for (Kind kind : Kind.values()) {
            results.rows(kind)
                    .forEach(row -> cells.add(line(
                            row(row),
                            compared,
                            number(kind == Kind.MEMORY ? "%.0f MiB" : "%.3f s", row.median(Emulator.BEFORE)),
                            number("%+.1f %%", 100 * row.change()))));
            if (results.rows(kind).size() > 1) {
                cells.add(line(geomean(kind, results), compared, "", ""));
            }
        }
        return format(cells);
    }

    /** A line of the table, with two more columns if a Swivel before a change was measured. */
    private static List<String> line(List<String> cells, boolean compared, String... more) {
        return compared ? Stream.concat(cells.stream(), Stream.of(more)).toList() : cells;
    }

    private static List<String> row(Results.Row row) {
        Kind kind = row.workload.kind();
        boolean memory = kind == Kind.MEMORY;
        return List.of(
                row.workload.name(),
                row.workload.guest().label,
                number(memory ? "%.0f MiB" : "%.3f s", row.median(Emulator.SWIVEL)),
                number(memory ? "%.0f MiB" : "%.3f s", row.median(Emulator.QEMU)),
                number(memory ? "%+.0f MiB" : "%.2f", row.score()),
                number(memory ? "%+.0f MiB" : "%.1f", kind.goal),
                row.failure != null ? "failed" : row.reached() ? "" : "short",
                number("%.1f s", row.samples(Emulator.SWIVEL, Run::whole).median()),
                number("%.1f s", row.samples(Emulator.QEMU, Run::whole).median()),
                number("%.0f", row.samples(Emulator.SWIVEL, Run::mips).median()));
    }

    private static List<String> geomean(Kind kind, Results results) {
        double mean = results.geomean(kind);
        boolean compute = kind == Kind.COMPUTE;
        return List.of(
                "geometric mean",
                "",
                "",
                "",
                number("%.2f", mean),
                compute ? number("%.1f", Kind.COMPUTE_GEOMEAN) : "",
                compute && !(mean >= Kind.COMPUTE_GEOMEAN) ? "short" : "",
                "",
                "",
                "");
    }

    static String number(String format, double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
    }

    private static String format(List<List<String>> cells) {
        int[] widths = new int[cells.getFirst().size()];
        for (List<String> row : cells) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : cells) {
            for (int i = 0; i < widths.length; i++) {
                String pad = " ".repeat(widths[i] - row.get(i).length());
                text.append("| ")
                        .append(i < FIRST_NUMBER ? row.get(i) + pad : pad + row.get(i))
                        .append(' ');
            }
            text.append("|\n");
            if (row == cells.getFirst()) {
                for (int i = 0; i < widths.length; i++) {
                    text.append('|').append("-".repeat(widths[i] + 1)).append(i < FIRST_NUMBER ? '-' : ':');
                }
                text.append("|\n");
            }
        }
        return text.toString();
    }
}
