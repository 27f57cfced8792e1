package swivel.bench;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import swivel.lpv.report.Escape;

/** Results as one page that needs nothing else: style and charts are in it. */
final class HtmlReport {
    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Swivel beside QEMU</title>
            <style>
            :root { color-scheme: light dark; --ink: #1c2733; --dim: #667482; --line: #d8dee4; --paper: #fff;
              --reached: #1d8a72; --short: #d9822b; --bad: #c23b3b }
            @media (prefers-color-scheme: dark) { :root { --ink: #e4e9ee; --dim: #93a1af; --line: #35414d; --paper: #151b21;
              --reached: #3fb99c; --short: #e39a4c; --bad: #ee7a7a } }
            body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 960px;
              margin: 2em auto; padding: 0 1em }
            h1 { font-size: 1.6em; margin-bottom: 0 } h2 { font-size: 1.15em; margin: 2em 0 .4em }
            p, dt, .note { color: var(--dim) } .big { font-size: 2.2em; color: var(--ink); margin: .4em 0 0 }
            dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1em; font-size: .9em } dd { margin: 0 }
            svg { width: 100%; height: auto; font: 12px system-ui, sans-serif }
            svg text { fill: var(--ink) } .axis { text-anchor: middle; fill: var(--dim) } .name { text-anchor: end }
            .grid { stroke: var(--line) } .one { stroke: var(--dim) } .goal { stroke: var(--ink); stroke-width: 2 }
            .reached { fill: var(--reached) } .short { fill: var(--short) } svg .failed { fill: var(--bad) }
            circle { fill: var(--ink); opacity: .55 }
            .wide { overflow-x: auto } table { border-collapse: collapse; font-size: .85em; width: 100% }
            th, td { text-align: left; vertical-align: top; padding: .3em .8em .3em 0; border-bottom: 1px solid var(--line) }
            td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
            pre { overflow-x: auto; font-size: .8em; border-left: 3px solid var(--bad); padding-left: 1em }
            </style>
            </head>
            <body>
            <h1>Swivel beside QEMU</h1>
            <p>The same guests under both, in turn. QEMU's time over Swivel's, of the medians: above 1 Swivel is faster.
            The upright stroke is the goal; dots are single rounds; the scale is logarithmic.</p>
            """;

    private HtmlReport() {}

    static String of(Map<String, String> conditions, Results results) {
        StringBuilder page = new StringBuilder(HEAD);
        for (Kind kind : Kind.values()) {
            List<Results.Row> rows = results.rows(kind);
            if (!rows.isEmpty()) {
                page.append("<h2>").append(Escape.html(kind.title)).append("</h2>\n");
                if (!Double.isNaN(kind.meanGoal)) {
                    page.append("<p class=\"big\">%s</p><p>geometric mean (goal: %.1f×)</p>%n"
                            .formatted(Table.number("%.2f×", results.geomean(kind)), kind.meanGoal));
                }
                page.append(kind == Kind.MEMORY ? "" : RatioChart.of(rows));
                page.append(table(kind, rows));
            }
        }
        for (Results.Row row : results.failures()) {
            page.append("<h2>Failed: ").append(Escape.html(row.workload.path())).append("</h2>\n<pre>");
            page.append(Escape.html(row.failure)).append("</pre>\n");
        }
        page.append("<h2>Conditions</h2>\n<dl>\n");
        conditions.forEach((name, value) ->
                page.append("<dt>%s</dt><dd>%s</dd>%n".formatted(Escape.html(name), Escape.html(value))));
        return page.append("</dl>\n</body>\n</html>\n").toString();
    }

    private static String table(Kind kind, List<Results.Row> rows) {
        String head =
                "<div class=\"wide\"><table>\n<tr><th>benchmark</th><th class=\"n\">Swivel, %s</th><th class=\"n\">QEMU, %s</th>"
                                .formatted(kind.unit, kind.unit)
                        + "<th class=\"n\">%s</th><th class=\"n\">native, s</th><th class=\"n\">whole runs, s</th>"
                                .formatted(kind == Kind.MEMORY ? "more" : "ratio")
                        + "<th>cost centre; why it matters</th></tr>\n";
        return rows.stream().map(HtmlReport::row).collect(Collectors.joining("", head, "</table></div>\n"));
    }

    private static String row(Results.Row row) {
        Workload workload = row.workload;
        String format = workload.kind() == Kind.MEMORY ? "%.0f" : "%.3f";
        return "<tr><td>%s</td>%s%s%s%s%s<td>%s; %s</td></tr>%n"
                .formatted(
                        Escape.html(workload.path()),
                        cell(format, row.median(Emulator.SWIVEL)),
                        cell(format, row.median(Emulator.QEMU)),
                        cell(workload.kind() == Kind.MEMORY ? "%+.0f" : "%.2f", row.score()),
                        cell(format, row.median(Emulator.NATIVE)),
                        "<td class=\"n\">%.1f / %.1f</td>"
                                .formatted(
                                        row.samples(Emulator.SWIVEL, Run::whole).median(),
                                        row.samples(Emulator.QEMU, Run::whole).median()),
                        Escape.html(workload.cost()),
                        Escape.html(workload.why()));
    }

    private static String cell(String format, double value) {
        return "<td class=\"n\">" + Table.number(format, value) + "</td>";
    }
}
