package swivel.lpv.report;

import java.io.IOException;

/** The forms that a whole report is written in. */
public enum ReportFormat {
    /** For a terminal: every site, then the totals. */
    TEXT,
    /** For programs; the fields are those of docs/rewriting.md. */
    JSON,
    /** For reading: one page that needs nothing else. */
    HTML;

    /** Writes a report in this form, ending in a newline. */
    public void write(Report report, Appendable out) throws IOException {
        switch (this) {
            case TEXT -> TextReport.write(report, out);
            case JSON -> JsonReport.write(report, out);
            case HTML -> HtmlReport.write(report, out);
        }
    }
}
