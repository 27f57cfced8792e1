package swivel.cli;

import static swivel.cli.CommandLayout.argument;
import static swivel.cli.CommandLayout.option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import swivel.formats.ImageException;
import swivel.lpv.FileRewriter;
import swivel.lpv.report.FileReport;
import swivel.lpv.report.Report;

/** {@code swivel patch}. */
final class PatchCommand implements Callable<Integer> {
    private Path in;
    private boolean source;
    private final ReportOption report = new ReportOption();

    // Where the result goes: one of these.
    private Path out;
    private boolean inPlace;
    private boolean dryRun;
    private boolean undo;

    CommandSpec layout() {
        return CommandLayout.command(
                        "patch",
                        this,
                        "Replaces every sensitive instruction of kernels and modules by a trap that carries it. A packed kernel"
                                + " (zImage, uImage) is written unpacked; everything else keeps its form.")
                .addPositional(argument(Path.class, file -> in = file, 0)
                        .paramLabel("IN")
                        .description(
                                "A kernel (zImage, Image, uImage, ELF), an object or module, an initramfs, or a directory"
                                        + " with any of these in it")
                        .build())
                .addArgGroup(ArgGroupSpec.builder()
                        .exclusive(true)
                        .multiplicity("1")
                        .addArg(option(Path.class, file -> out = file, "-o", "--output")
                                .required(true)
                                .paramLabel("OUT")
                                .description("The rewritten file, or a new directory")
                                .build())
                        .addArg(option(Boolean.class, given -> inPlace = given, "--in-place")
                                .required(true)
                                .description("Rewrite the files where they are")
                                .build())
                        .addArg(option(Boolean.class, given -> dryRun = given, "--dry-run")
                                .required(true)
                                .description("Write nothing, only tell")
                                .build())
                        .addArg(option(Boolean.class, given -> undo = given, "--undo")
                                .required(true)
                                .description("With --source: make the tree what it was before")
                                .build())
                        .build())
                .addOption(option(Boolean.class, given -> source = given, "--source")
                        .description(
                                "IN is a tree of sources that GCC and GAS compile: rewrite these, for the tree's own"
                                        + " makefiles")
                        .build())
                .addMixin("report", report.mixin());
    }

    @Override
    public Integer call() throws ImageException {
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
        if (inPlace) {
            refuseLink(in);
        }
        byte[] content = InputFile.read(in, "file");
        FileRewriter.Result result = rewriter.named(content, in.toString());
        if (out != null) {
            OutputFile.write(out, result.content() == null ? content : result.content());
        } else if (inPlace && result.content() != null) {
            OutputFile.rewrite(in, result.content());
        }
        return result;
    }

    private List<FileRewriter.Result> directory(FileRewriter rewriter) {
        if (inPlace) {
            return directoryInPlace(rewriter);
        }
        if (out != null) {
            checkTarget(out);
        }
        FileTree tree = new FileTree(in);
        try {
            if (out == null) {
                tree.sayIfBeingRewritten();
                return tree.rewrite(rewriter, (_, _) -> {});
            }
            tree.refuseIfBeingRewritten();
            try (TreeCopy copy = new TreeCopy(tree, out, true)) {
                List<FileRewriter.Result> results = tree.rewrite(rewriter, copy::file);
                copy.publish();
                return results;
            }
        } catch (IOException e) {
            throw Failure.badInput("cannot write to " + out + ", which is not there: " + OutputFile.reason(e));
        }
    }

    private List<FileRewriter.Result> directoryInPlace(FileRewriter rewriter) {
        refuseLink(in);
        try (InPlace files = new InPlace(in, true)) {
            List<FileRewriter.Result> results = new FileTree(in).rewrite(rewriter, (file, content) -> {
                if (content != null) {
                    files.replace(file, content);
                }
            });
            files.commit();
            return results;
        } catch (IOException e) {
            throw notReplaced(in, e);
        }
    }

    /** What a link leads to is not what was named. */
    static void refuseLink(Path path) {
        if (Files.isSymbolicLink(path)) {
            String leadsTo;
            try {
                leadsTo = Files.readSymbolicLink(path).toString();
            } catch (IOException _) {
                leadsTo = "somewhere";
            }
            throw Failure.badInput(path + " is a link to " + leadsTo + "; to rewrite that in place, name it");
        }
    }

    private void checkTarget(Path target) {
        TreeCopy.check(target);
        try {
            if (OutputFile.directory(target).toRealPath().startsWith(in.toRealPath())) {
                throw Failure.badInput(target + " lies inside of " + in + "; write it elsewhere");
            }
        } catch (IOException e) {
            throw Failure.badInput(in + " " + InputFile.reason(e));
        }
    }

    /** The line when files could not be replaced. */
    static Failure notReplaced(Path where, IOException e) {
        String reason = OutputFile.reason(e);
        return Failure.badInput(
                e instanceof InPlace.HalfWritten
                        ? where + " is half written, and could not be undone; mend this and run it again: " + reason
                        : "cannot write to " + where + ", which is as it was: " + reason);
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
