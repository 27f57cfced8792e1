package swivel.lpv.report;

import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import swivel.arm.Sensitivity;
import swivel.lpv.report.FileReport.Outcome;

/** A report as one JSON object (RFC 8259), in ASCII. */
final class JsonReport {
    private final Appendable out;
    private boolean first = true;

    private JsonReport(Appendable out) {
        this.out = out;
    }

    static void write(Report report, Appendable out) throws IOException {
        new JsonReport(out).report(report);
        out.append('\n');
    }

    private void report(Report report) throws IOException {
        open('{');
        text("action", report.action());
        text("input", report.input());
        totals(report.totals());
        number("all", report.totals().all());
        number("before", report.before());
        number("doubtful", report.doubtful());
        key("outcomes");
        open('{');
        for (Outcome outcome : Outcome.values()) {
            number(lower(outcome), report.count(outcome));
        }
        close('}');
        key("files");
        open('[');
        for (FileReport file : report.files()) {
            separate();
            out.append('\n');
            file(file);
        }
        close(']');
        close('}');
    }

    private void file(FileReport file) throws IOException {
        open('{');
        text("file", file.file());
        text("outcome", lower(file.outcome()));
        text("note", file.note());
        if (file.outcome() == Outcome.SENSITIVE || file.outcome() == Outcome.CLEAN) {
            totals(file.totals());
            number("all", file.totals().all());
            number("before", file.before());
            number("doubtful", file.doubtful());
            key("sites");
            open('[');
            for (Site site : file.sites()) {
                separate();
                out.append("\n  ");
                site(site);
            }
            close(']');
        }
        close('}');
    }

    private void site(Site site) throws IOException {
        open('{');
        switch (site.place()) {
            case Place.Line(int line) -> number("line", line);
            case Place.Address(int address) -> text("address", "0x%08x".formatted(address));
            case Place.InSection(String section, int offset) -> {
                text("section", section);
                number("offset", offset);
            }
        }
        text("function", site.function());
        text("class", TextReport.className(site.sensitivity()));
        text("mnemonic", site.mnemonic());
        text("instructionSet", site.instructionSet().title());
        text("original", site.original());
        text("encoding", site.encoding());
        if (site.isDoubtful()) {
            text("doubt", site.doubt());
        }
        close('}');
    }

    private void totals(Totals totals) throws IOException {
        key("totals");
        open('{');
        for (Sensitivity sensitivity : Sensitivity.values()) {
            Map<String, Integer> mnemonics = totals.byMnemonic(sensitivity);
            if (!mnemonics.isEmpty()) {
                key(TextReport.className(sensitivity));
                open('{');
                for (Map.Entry<String, Integer> entry : mnemonics.entrySet()) {
                    number(entry.getKey(), entry.getValue());
                }
                close('}');
            }
        }
        close('}');
    }

    private static String lower(Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }

    private void open(char bracket) throws IOException {
        out.append(bracket);
        first = true;
    }

    private void close(char bracket) throws IOException {
        out.append(bracket);
        first = false;
    }

    private void separate() throws IOException {
        if (!first) {
            out.append(',');
        }
        first = false;
    }

    private void key(String key) throws IOException {
        separate();
        string(key);
        out.append(':');
    }

    private void number(String key, int value) throws IOException {
        key(key);
        out.append(Integer.toString(value));
    }

    private void text(String key, String value) throws IOException {
        key(key);
        string(value);
    }

    private void string(String value) throws IOException {
        out.append(Escape.json(value));
    }
}
