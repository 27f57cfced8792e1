package swivel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import swivel.lpv.FileRewriter;
import swivel.lpv.ImageException;
import swivel.lpv.report.FileReport;
import swivel.lpv.report.Report;

/** {@code swivel patch}. */
final class PatchCommand implements Command {
    private Path in;
    private Path out;
    private boolean inPlace;
    private boolean dryRun;
    private boolean undo;
    private boolean source;
    private final ReportOption report = new ReportOption();
    private final Syntax syntax = report.declare(new Syntax(
                    "swivel patch",
                    "Replaces every sensitive instruction of kernels and modules by a trap that carries it. A packed kernel (zImage,"
                            + " uImage) is written unpacked; everything else keeps its form.")
            .operand(
                    "IN",
                    text -> in = Path.of(text),
                    "A kernel (zImage, Image, uImage, ELF), an object or module, an initramfs, or a directory with any of"
                            + " these in it")
            .option("-o, --output", "OUT", text -> out = Path.of(text), "The rewritten file, or a new directory")
            .flag("--in-place", () -> inPlace = true, "Rewrite the files where they are")
            .flag("--dry-run", () -> dryRun = true, "Write nothing, only tell")
            .flag("--undo", () -> undo = true, "With --source: make the tree what it was before")
            .oneOf("--output", "--in-place", "--dry-run", "--undo")
            .flag(
                    "--source",
                    () -> source = true,
                    "IN is a tree of sources that GCC and GAS compile: rewrite these, for the tree's own makefiles"));

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public int run() throws ImageException {
        if (source) {
            return source(new SourcePatch(in, report));
        }
        if (undo) {
            throw Failure.badInput("--undo is for --source: a rewritten file cannot be told from one that was so");
        }
        List<FileRewriter.Result> results;
        try (Progress progress = new Progress()) {
            FileRewriter rewriter = new FileRewriter(!dryRun, report.wantsEverySite(), true, progress::step);
            results = Files.isDirectory(in) ? directory(rewriter) : List.of(file(rewriter));
        }
        return tell(results);
    }

    private int source(SourcePatch patch) {
        if (undo) {
            return patch.undo();
        }
        if (dryRun) {
            return patch.dryRun();
        }
        return inPlace ? patch.inPlace() : patch.to(out);
    }

    private FileRewriter.Result file(FileRewriter rewriter) throws ImageException {
        byte[] content = InputFile.read(in, "file");
        FileRewriter.Result result = rewriter.named(content, in.toString());
        if (out != null) {
            OutputFile.write(out, result.content() == null ? content : result.content());
        } else if (inPlace && result.content() != null) {
            try (StagedFiles staged = new StagedFiles(true)) {
                staged.stage(in, result.content());
                staged.commit();
            } catch (IOException e) {
                throw notWritten(in, e);
            }
        }
        return result;
    }

    private List<FileRewriter.Result> directory(FileRewriter rewriter) {
        if (out != null) {
            checkTarget(out);
        }
        FileTree tree = new FileTree(in);
        try {
            if (out != null) {
                return tree.rewriteTo(out, rewriter);
            }
            if (dryRun) {
                return tree.rewrite(rewriter, (_, _) -> {});
            }
            try (StagedFiles staged = new StagedFiles(true)) {
                List<FileRewriter.Result> results = tree.rewrite(rewriter, (file, content) -> {
                    if (content != null) {
                        staged.stage(in.resolve(file), content);
                    }
                });
                staged.commit();
                return results;
            }
        } catch (IOException e) {
            throw notWritten(out != null ? out : in, e);
        }
    }

    private void checkTarget(Path target) {
        if (Files.exists(target)) {
            throw Failure.badInput(target + " exists already; a directory is written to a new place");
        }
        Path parent = target.toAbsolutePath().getParent();
        try {
            if (parent != null && Files.exists(parent) && parent.toRealPath().startsWith(in.toRealPath())) {
                throw Failure.badInput(target + " lies inside of " + in + "; write it elsewhere");
            }
        } catch (IOException e) {
            throw Failure.badInput(in + " " + InputFile.reason(e));
        }
    }

    private static Failure notWritten(Path where, IOException e) {
        return Failure.badInput(
                "cannot write to " + where + ", which is as it was: " + (e.getMessage() == null ? e : e.getMessage()));
    }

    private int tell(List<FileRewriter.Result> results) {
        List<FileReport> files = new ArrayList<>();
        results.forEach(result -> files.addAll(result.reports()));
        Report whole = new Report("patch", in.toString(), files);
        report.print(whole);
        Remarks.say(results);
        if (whole.count(FileReport.Outcome.FAILED) > 0) {
            return ExitStatus.BAD_INPUT;
        }
        if (whole.totals().all() > 0) {
            return ExitStatus.OK;
        }
        Main.say(
                whole.before() > 0
                        ? "nothing to do: " + in + " was rewritten before"
                        : "nothing to do: there is no sensitive instruction in " + in);
        return ExitStatus.NOTHING_TO_DO;
    }
}
