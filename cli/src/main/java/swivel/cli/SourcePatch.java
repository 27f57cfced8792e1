package swivel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import swivel.lpv.report.FileReport;
import swivel.lpv.source.SourceTree;

/** {@code swivel patch --source}: rewrites a tree of sources, where it is or into a copy, or takes that back. */
final class SourcePatch {
    private static final Path HEADER = Path.of(SourceTree.HEADER);

    private final Path tree;
    private final ReportOption report;

    SourcePatch(Path tree, ReportOption report) {
        this.tree = tree;
        this.report = report;
        if (!Files.isDirectory(tree)) {
            throw Failure.badInput("cannot rewrite " + tree + ": it is no directory");
        }
    }

    /** Tells what would be rewritten. */
    int dryRun() {
        return tell(rewrite());
    }

    /** Rewrites the tree itself. */
    int inPlace() {
        PatchCommand.refuseLink(tree);
        try (InPlace files = new InPlace(tree, false)) {
            SourceTree.Rewriting rewriting = rewrite();
            if (isComplete(rewriting) && !rewriting.files().isEmpty()) {
                boolean hasHeader = hasHeader();
                for (Map.Entry<Path, byte[]> file : rewriting.files().entrySet()) {
                    if (file.getKey().equals(HEADER) && !hasHeader) {
                        files.create(HEADER, file.getValue());
                    } else {
                        files.replace(file.getKey(), file.getValue());
                    }
                }
                files.commit();
            }
            return tell(rewriting);
        } catch (IOException e) {
            throw PatchCommand.notReplaced(tree, e);
        }
    }

    /** Makes a rewritten copy of the tree. */
    int to(Path target) {
        TreeCopy.check(target);
        FileTree all = new FileTree(tree);
        all.refuseIfBeingRewritten();
        SourceTree.Rewriting rewriting = rewrite();
        if (isComplete(rewriting)) {
            Map<Path, byte[]> files = rewriting.files();
            boolean createsHeader = files.containsKey(HEADER) && !hasHeader();
            try (TreeCopy copy = new TreeCopy(all, target, false)) {
                all.forEach(file -> copy.file(file, files.get(file)));
                if (createsHeader) {
                    copy.file(HEADER, files.get(HEADER));
                }
                copy.publish();
            } catch (IOException e) {
                throw Failure.badInput("cannot write to " + target + ", which is not there: " + OutputFile.reason(e));
            }
        }
        return tell(rewriting);
    }

    /** Makes the tree what it was before it was rewritten. */
    int undo() {
        PatchCommand.refuseLink(tree);
        SourceTree.Rewriting before;
        try (InPlace files = new InPlace(tree, false)) {
            before = SourceTree.undo(tree);
            if (!isComplete(before)) {
                report.print(before.report());
                return ExitStatus.BAD_INPUT;
            }
            if (before.files().isEmpty()) {
                Main.say("nothing to do: " + tree + " was not rewritten");
                return ExitStatus.NOTHING_TO_DO;
            }
            if (hasHeader()) {
                files.delete(HEADER);
            }
            for (Map.Entry<Path, byte[]> file : before.files().entrySet()) {
                files.replace(file.getKey(), file.getValue());
            }
            files.commit();
        } catch (IOException e) {
            throw PatchCommand.notReplaced(tree, e);
        }
        System.out.printf("%,d files are as they were before.%n", before.files().size());
        return ExitStatus.OK;
    }

    /**
     * Whether the tree has the generated header.
     *
     * @throws Failure if something else bears its name
     */
    private boolean hasHeader() {
        Path header = tree.resolve(HEADER);
        if (!Files.exists(header, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try {
            if (Files.isRegularFile(header, LinkOption.NOFOLLOW_LINKS)
                    && SourceTree.isGeneratedHeader(Files.readAllBytes(header))) {
                return true;
            }
        } catch (IOException e) {
            throw Failure.badInput(header + " " + InputFile.reason(e));
        }
        throw Failure.badInput("nothing was written: " + header
                + " is not Swivel's, which makes a header of that name; rename or remove it");
    }

    private SourceTree.Rewriting rewrite() {
        try {
            return SourceTree.rewrite(tree);
        } catch (IOException e) {
            throw Failure.badInput("cannot read " + tree + ": it " + InputFile.reason(e));
        }
    }

    /** A tree of which something could not be read is not written: what is missing might be sensitive. */
    private static boolean isComplete(SourceTree.Rewriting rewriting) {
        return rewriting.report().count(FileReport.Outcome.FAILED) == 0;
    }

    private int tell(SourceTree.Rewriting rewriting) {
        report.print(rewriting.report());
        if (!isComplete(rewriting)) {
            Main.say("nothing was written: not all of " + tree + " can be read");
            return ExitStatus.BAD_INPUT;
        }
        if (!rewriting.files().isEmpty()) {
            rewriting.remarks().forEach(Main::say);
            return ExitStatus.OK;
        }
        Main.say("nothing to do: "
                + (Files.isRegularFile(tree.resolve(HEADER), LinkOption.NOFOLLOW_LINKS)
                        ? tree + " was rewritten before"
                        : "there is no sensitive instruction of ARM in the %,d source files of %s"
                                .formatted(rewriting.looked(), tree)));
        return ExitStatus.NOTHING_TO_DO;
    }
}
