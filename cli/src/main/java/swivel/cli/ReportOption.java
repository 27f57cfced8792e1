package swivel.cli;

import static swivel.cli.CommandLayout.option;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Model.CommandSpec;
import swivel.lpv.report.FileReport;
import swivel.lpv.report.Report;
import swivel.lpv.report.ReportFormat;
import swivel.lpv.report.TextReport;

/** {@code --report}: how a command tells what it found. */
final class ReportOption {
    private ReportFormat format;

    CommandSpec mixin() {
        return CommandLayout.mixin(this)
                .addOption(option(ReportFormat.class, given -> format = given, "--report")
                        .paramLabel("FORMAT")
                        .description(
                                "Print every instruction with file, place, original, encoding and class: text, json or"
                                        + " html (one page). Without it, a summary")
                        .build());
    }

    /** Whether the reports must have all sites. */
    boolean wantsEverySite() {
        return format != null;
    }

    /**
     * Prints a report on standard output, whose errors {@link Main} looks for at the end, and a line on standard error
     * for each file that could not be read.
     */
    void print(Report report) {
        for (FileReport file : report.files()) {
            if (file.outcome() == FileReport.Outcome.FAILED) {
                Main.say(file.file() + " " + file.note());
            }
        }
        if (format == null) {
            System.out.print(TextReport.summary(report));
        } else {
            try {
                Writer out = new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
                format.write(report, out);
                out.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
