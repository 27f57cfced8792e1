package swivel.lpv.report;

import java.io.IOException;
import java.util.Map;
import java.util.stream.Collectors;
import swivel.arm.Sensitivity;

/** A report as one HTML page that needs no other file and no script. */
final class HtmlReport {
    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>TITLE</title>
            <style>
            body { font: 15px/1.45 system-ui, sans-serif; margin: 2em auto; max-width: 75em; padding: 0 1em; color: #222; background: #fff }
            h1 { font-size: 1.5em } h2 { font-size: 1.15em; margin-top: 2em }
            table { border-collapse: collapse; margin: .6em 0 }
            th, td { text-align: left; padding: .15em .9em .15em 0; vertical-align: top }
            th { font-weight: 600; border-bottom: 1px solid #999 }
            td.n { text-align: right; font-variant-numeric: tabular-nums }
            code { font: 13px ui-monospace, monospace; white-space: pre-wrap }
            summary { cursor: pointer; padding: .15em 0 }
            .doubt td { background: #fff3d6 } .failed { color: #a00 } .quiet { color: #666 }
            @media (prefers-color-scheme: dark) {
              body { background: #181818; color: #ddd } .doubt td { background: #443a1c } .failed { color: #f88 } .quiet { color: #999 }
            }
            </style>
            </head>
            <body>
            """;

    private final Appendable out;

    private HtmlReport(Appendable out) {
        this.out = out;
    }

    static void write(Report report, Appendable out) throws IOException {
        new HtmlReport(out).page(report);
    }

    private void page(Report report) throws IOException {
        String title = escape("swivel " + report.action() + " " + report.input());
        out.append(HEAD.replace("TITLE", title));
        out.append("<h1>").append(title).append("</h1>\n");
        totals(report);
        doubts(report);
        files(report);
        out.append("</body>\n</html>\n");
    }

    private void totals(Report report) throws IOException {
        out.append("<h2>Sensitive instructions by class</h2>\n<table>\n");
        row("th", "class", "count", "mnemonics");
        Totals totals = report.totals();
        for (Sensitivity sensitivity : Sensitivity.values()) {
            Map<String, Integer> mnemonics = totals.byMnemonic(sensitivity);
            if (!mnemonics.isEmpty()) {
                count(
                        TextReport.className(sensitivity),
                        totals.of(sensitivity),
                        mnemonics.entrySet().stream()
                                .map(entry -> entry.getKey() + " " + entry.getValue())
                                .collect(Collectors.joining(", ")));
            }
        }
        count("all", totals.all(), "");
        count("encoded before", report.before(), "");
        count("doubtful", report.doubtful(), "left as they are");
        out.append("</table>\n");
    }

    private void doubts(Report report) throws IOException {
        if (report.doubtful() == 0) {
            return;
        }
        out.append("<h2>Doubtful, left as they are</h2>\n<table>\n");
        row("th", "place", "function", "instruction", "why");
        for (FileReport file : report.files()) {
            for (Site site : file.sites()) {
                if (site.isDoubtful()) {
                    row("td", file.file() + ":" + site.place().text(), site.function(), site.original(), site.doubt());
                }
            }
        }
        out.append("</table>\n");
    }

    private void files(Report report) throws IOException {
        out.append("<h2>Files</h2>\n");
        for (FileReport file : report.files()) {
            switch (file.outcome()) {
                case SENSITIVE, CLEAN -> sites(file);
                case SKIPPED -> line("quiet", file);
                case FAILED -> line("failed", file);
            }
        }
    }

    private void line(String style, FileReport file) throws IOException {
        out.append("<div class=\"%s\"><code>%s</code>: %s</div>\n"
                .formatted(style, escape(file.file()), escape(file.note())));
    }

    private void sites(FileReport file) throws IOException {
        String summary = "<code>%s</code> (%s): %,d"
                .formatted(
                        escape(file.file()), escape(file.note()), file.totals().all());
        if (file.sites().isEmpty()) {
            out.append("<div>").append(summary).append("</div>\n");
            return;
        }
        out.append("<details><summary>").append(summary).append("</summary>\n<table>\n");
        row("th", "place", "class", "original", "encoding", "function", "set");
        for (Site site : file.sites()) {
            out.append(site.isDoubtful() ? "<tr class=\"doubt\">" : "<tr>");
            cells(
                    "td",
                    site.place().text(),
                    TextReport.className(site.sensitivity()),
                    site.original(),
                    site.encoding(),
                    site.function(),
                    site.instructionSet().title());
        }
        out.append("</table>\n</details>\n");
    }

    private void count(String name, int count, String note) throws IOException {
        out.append("<tr><td>%s</td><td class=\"n\">%,d</td><td>%s</td></tr>\n"
                .formatted(escape(name), count, escape(note)));
    }

    private void row(String cell, String... texts) throws IOException {
        out.append("<tr>");
        cells(cell, texts);
    }

    private void cells(String cell, String... texts) throws IOException {
        for (String text : texts) {
            out.append('<').append(cell).append('>');
            out.append(cell.equals("td") ? "<code>" + escape(text) + "</code>" : escape(text));
            out.append("</").append(cell).append('>');
        }
        out.append("</tr>\n");
    }

    /** Control characters are not allowed in HTML, and the page may be shown on a terminal. */
    private static String escape(String text) {
        return Escape.html(Printable.line(text));
    }
}
