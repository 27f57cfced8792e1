package swivel.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Results as a table that is readable as it is and as Markdown. */
final class Table {
    /** But for the first column, which names the userland. */
    private static final List<String> HEAD =
            List.of("guest", "Swivel", "QEMU", "QEMU/Swivel", "goal", "", "whole run", "QEMU's", "MIPS");

    /** Swivel's with two cores. */
    private static final double SCALING_GOAL = 1.8;

    /** Columns before this one hold text. */
    private static final int FIRST_NUMBER = 2;

    private Table() {}

    /** A table for each userland of which something was measured. */
    static String of(Results results) {
        return Arrays.stream(Userland.values())
                .filter(userland -> !results.rows(userland).isEmpty())
                .map(userland -> of(userland, results))
                .collect(Collectors.joining("\n"));
    }

    private static String of(Userland userland, Results results) {
        List<Results.Row> rows = results.rows(userland);
        boolean hosted = Results.measured(rows, Emulator.NATIVE);
        boolean compared = Results.measured(rows, Emulator.BEFORE);
        List<List<String>> cells = new ArrayList<>();
        List<String> head =
                Stream.concat(Stream.of(userland.title), HEAD.stream()).toList();
        cells.add(line(head, hosted, List.of("native", "Swivel/native"), compared, List.of("before", "change")));
        for (Kind kind : Kind.values()) {
            List<Results.Row> ofKind = results.rows(kind);
            if (kind.userland == userland) {
                ofKind.forEach(
                        row -> cells.add(line(row(row), hosted, besideNative(row), compared, besideBefore(row))));
                if (ofKind.size() > 1) {
                    List<String> nothing = List.of("", "");
                    cells.add(line(geomean(kind, results), hosted, nothing, compared, nothing));
                }
                if (kind == Kind.JOBS && !ofKind.isEmpty()) {
                    List<String> before = List.of(number("%.2f", results.scaling(Emulator.BEFORE)), "");
                    cells.add(line(scaling(results), hosted, List.of("", ""), compared, before));
                }
            }
        }
        return format(cells);
    }

    /** A line, with two more columns if programs ran natively, and two if a Swivel before a change was measured. */
    private static List<String> line(
            List<String> cells, boolean hosted, List<String> beside, boolean compared, List<String> before) {
        List<String> line = new ArrayList<>(cells);
        if (hosted) {
            line.addAll(beside);
        }
        if (compared) {
            line.addAll(before);
        }
        return line;
    }

    private static List<String> besideNative(Results.Row row) {
        return List.of(number("%.3f s", row.median(Emulator.NATIVE)), number("%.2f", row.timesNative()));
    }

    private static List<String> besideBefore(Results.Row row) {
        String format = row.workload.kind() == Kind.MEMORY ? "%.0f MiB" : "%.3f s";
        return List.of(number(format, row.median(Emulator.BEFORE)), number("%+.1f %%", 100 * row.change()));
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
                row.note(),
                number("%.1f s", row.samples(Emulator.SWIVEL, Run::whole).median()),
                number("%.1f s", row.samples(Emulator.QEMU, Run::whole).median()),
                number("%.0f", row.samples(Emulator.SWIVEL, Run::mips).median()));
    }

    private static List<String> geomean(Kind kind, Results results) {
        double mean = results.geomean(kind);
        return List.of(
                "geometric mean",
                "",
                "",
                "",
                number("%.2f", mean),
                number("%.1f", kind.meanGoal),
                mean >= kind.meanGoal || Double.isNaN(kind.meanGoal) ? "" : "short",
                "",
                "",
                "");
    }

    /** How many times faster jobs are on two cores than on one. */
    private static List<String> scaling(Results results) {
        double swivel = results.scaling(Emulator.SWIVEL);
        return List.of(
                "1 to 2 cores",
                "",
                number("%.2f", swivel),
                number("%.2f", results.scaling(Emulator.QEMU)),
                "",
                number("%.1f", SCALING_GOAL),
                swivel >= SCALING_GOAL || Double.isNaN(swivel) ? "" : "short",
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
