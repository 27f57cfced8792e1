package swivel.cli;

import static swivel.cli.CommandLayout.argument;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import swivel.formats.ImageException;
import swivel.lpv.FileRewriter;
import swivel.lpv.RewriteReport;
import swivel.lpv.report.FileReport;
import swivel.lpv.report.Report;

/** {@code swivel scan}. */
final class ScanCommand implements Callable<Integer> {
    private Path in;
    private final ReportOption report = new ReportOption();

    CommandSpec layout() {
        return CommandLayout.command(
                        "scan",
                        this,
                        "Counts what is sensitive in kernels and modules, by class. Ends with status 1 if anything is.")
                .addPositional(argument(Path.class, file -> in = file, 0)
                        .paramLabel("IN")
                        .description("As for patch: a file, or a directory")
                        .build())
                .addMixin("report", report.mixin());
    }

    @Override
    public Integer call() throws ImageException {
        List<FileReport> files = new ArrayList<>();
        try (Progress progress = new Progress()) {
            FileRewriter rewriter = new FileRewriter(false, report.wantsEverySite(), true, progress::step);
            if (Files.isDirectory(in)) {
                FileTree tree = new FileTree(in);
                tree.sayIfBeingRewritten();
                tree.rewrite(rewriter, (_, _) -> {}).forEach(result -> files.addAll(result.reports()));
            } else {
                files.addAll(rewriter.named(InputFile.read(in, "file"), in.toString())
                        .reports());
            }
        } catch (IOException e) {
            throw Failure.badInput(in + " " + InputFile.reason(e));
        }
        Report whole = new Report("scan", in.toString(), files);
        report.print(whole);
        if (whole.count(FileReport.Outcome.FAILED) > 0) {
            return ExitStatus.BAD_INPUT;
        }
        if (whole.totals().all() > 0 || hasUnencodable(files)) {
            return ExitStatus.FOUND;
        }
        Main.say(in + ": no sensitive instruction");
        return ExitStatus.OK;
    }

    /** Instructions without an encoding stay sensitive for ever. */
    private static boolean hasUnencodable(List<FileReport> files) {
        return files.stream()
                .flatMap(file -> file.sites().stream())
                .anyMatch(site -> site.doubt().equals(RewriteReport.NO_ENCODING));
    }
}
