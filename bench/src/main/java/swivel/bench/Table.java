package swivel.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Results as a table that is readable as it is and as Markdown. */
final class Table {
    private static final List<String> HEAD =
            List.of("guest", "measure", "Swivel, s", "QEMU, s", "QEMU/Swivel", "10⁶ instructions", "MIPS");

    /** Columns before this one hold text. */
    private static final int FIRST_NUMBER = 2;

    private Table() {}

    static String of(Results results) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(HEAD);
        for (Results.Row row : results.rows()) {
            cells.add(List.of(
                    row.guest.label,
                    row.measure,
                    number("%.2f", row.swivel.median()),
                    number("%.2f", row.qemu.median()),
                    number("%.3f", row.ratio()),
                    number("%.1f", row.instructions.median() / 1e6),
                    number("%.1f", row.mips.median())));
        }
        return format(cells);
    }

    private static String number(String format, double value) {
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
    }

    private static String format(List<List<String>> cells) {
        int[] widths = new int[HEAD.size()];
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
            if (row == HEAD) {
                for (int i = 0; i < widths.length; i++) {
                    text.append('|').append("-".repeat(widths[i] + 1)).append(i < FIRST_NUMBER ? '-' : ':');
                }
                text.append("|\n");
            }
        }
        return text.toString();
    }
}
