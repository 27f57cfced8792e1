package swivel.bench;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import swivel.lpv.report.Escape;

/**
 * A bar chart of ratios as inline SVG, on a logarithmic scale: bars begin at 1, to the right of which Swivel is faster.
 * A tick on each bar's row is its goal, a dot one round.
 */
final class RatioChart {
    private static final int WIDTH = 900;
    private static final int LABEL = 150;
    private static final int VALUE = 60;
    private static final int ROW = 24;
    private static final int BAR = 12;
    private static final int AXIS = 28;
    private static final double[] GRID = {0.03, 0.06, 0.125, 0.25, 0.5, 1, 2, 4, 8, 16, 32};

    private final List<Results.Row> rows;
    private final double low;
    private final double high;

    private RatioChart(List<Results.Row> rows) {
        this.rows = rows;
        low = all().min().orElse(1) / 1.2;
        high = all().max().orElse(1) * 1.2;
    }

    static String of(List<Results.Row> rows) {
        return new RatioChart(rows).draw();
    }

    /** Everything that must fit. */
    private DoubleStream all() {
        DoubleStream shown = rows.stream()
                .flatMapToDouble(row ->
                        DoubleStream.concat(DoubleStream.of(row.workload.kind().goal, row.score()), rounds(row)));
        return DoubleStream.concat(DoubleStream.of(1), shown).filter(ratio -> ratio > 0 && Double.isFinite(ratio));
    }

    private static DoubleStream rounds(Results.Row row) {
        double[] swivel = row.samples(Emulator.SWIVEL, Run::value).values();
        double[] qemu = row.samples(Emulator.QEMU, Run::value).values();
        return IntStream.range(0, Math.min(swivel.length, qemu.length)).mapToDouble(i -> qemu[i] / swivel[i]);
    }

    private double x(double ratio) {
        return LABEL + (WIDTH - LABEL - VALUE) * Math.log(ratio / low) / Math.log(high / low);
    }

    private String draw() {
        int height = AXIS + ROW * rows.size();
        StringBuilder svg = new StringBuilder();
        svg.append("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"QEMU's time over Swivel's\">%n"
                .formatted(WIDTH, height));
        for (double ratio : GRID) {
            if (ratio >= low && ratio <= high) {
                svg.append("<line class=\"%s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>"
                        .formatted(ratio == 1 ? "one" : "grid", x(ratio), x(ratio), AXIS - 6, height));
                svg.append("<text class=\"axis\" x=\"%.1f\" y=\"14\">%s×</text>%n".formatted(x(ratio), trimmed(ratio)));
            }
        }
        for (int i = 0; i < rows.size(); i++) {
            draw(svg, rows.get(i), AXIS + ROW * i + ROW / 2);
        }
        return svg.append("</svg>\n").toString();
    }

    private void draw(StringBuilder svg, Results.Row row, int y) {
        Workload workload = row.workload;
        String name = workload.kind() == Kind.BOOT ? workload.guest().label : workload.name();
        svg.append("<g><title>%s: %s</title>".formatted(Escape.html(workload.path()), Escape.html(workload.cost())));
        svg.append("<text class=\"name\" x=\"%d\" y=\"%d\">%s</text>".formatted(LABEL - 10, y + 4, Escape.html(name)));
        double score = row.score();
        if (Double.isNaN(score)) {
            svg.append("<text class=\"failed\" x=\"%.1f\" y=\"%d\">%s</text></g>%n"
                    .formatted(x(1) + 6, y + 4, row.note()));
            return;
        }
        svg.append("<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>"
                .formatted(
                        row.reached() ? "reached" : "short",
                        Math.min(x(1), x(score)),
                        y - BAR / 2,
                        Math.abs(x(score) - x(1)),
                        BAR));
        rounds(row).forEach(ratio -> svg.append("<circle cx=\"%.1f\" cy=\"%d\" r=\"2\"/>".formatted(x(ratio), y)));
        double goal = x(workload.kind().goal);
        svg.append(
                Double.isNaN(goal)
                        ? ""
                        : "<line class=\"goal\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>"
                                .formatted(goal, goal, y - ROW / 2 + 2, y + ROW / 2 - 2));
        svg.append("<text class=\"value\" x=\"%d\" y=\"%d\">%.2f</text></g>%n"
                .formatted(WIDTH - VALUE + 10, y + 4, score));
    }

    private static String trimmed(double ratio) {
        return ratio == Math.rint(ratio) ? Integer.toString((int) ratio) : Double.toString(ratio);
    }
}
