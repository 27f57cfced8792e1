package swivel.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import swivel.lpv.report.FileReport;
import swivel.lpv.source.SourceTree;

/** {@code swivel patch --source}: rewrites a tree of sources, where it is or into a copy, or takes that back. */
final class SourcePatch {
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
        SourceTree.Rewriting rewriting = rewrite();
        if (isComplete(rewriting)) {
            replace(rewriting.files());
        }
        return tell(rewriting);
    }

    /** Makes a rewritten copy of the tree. */
    int to(Path target) {
        if (Files.exists(target)) {
            throw Failure.badInput(target + " exists already; a tree is written to a new place");
        }
        SourceTree.Rewriting rewriting = rewrite();
        if (isComplete(rewriting)) {
            try {
                copy(target, rewriting.files());
            } catch (IOException e) {
                throw Failure.badInput("cannot write to " + target + ": it " + InputFile.reason(e));
            }
        }
        return tell(rewriting);
    }

    /** Makes the tree what it was before it was rewritten. */
    int undo() {
        try {
            SourceTree.Rewriting before = SourceTree.undo(tree);
            if (!isComplete(before)) {
                report.print(before.report());
                return ExitStatus.BAD_INPUT;
            }
            if (before.files().isEmpty()) {
                Main.say("nothing to do: " + tree + " was not rewritten");
                return ExitStatus.NOTHING_TO_DO;
            }
            replace(before.files());
            Files.deleteIfExists(tree.resolve(SourceTree.HEADER));
            System.out.printf(
                    "%,d files are as they were before.%n", before.files().size());
            return ExitStatus.OK;
        } catch (IOException e) {
            throw Failure.badInput("cannot read " + tree + ": it " + InputFile.reason(e));
        }
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

    /** Gives files new content, all of them or none. */
    private void replace(Map<Path, byte[]> files) {
        Path header = tree.resolve(SourceTree.HEADER);
        boolean created = files.containsKey(Path.of(SourceTree.HEADER)) && !Files.exists(header);
        try (StagedFiles staged = new StagedFiles(false)) {
            if (created) {
                Files.createFile(header);
            }
            for (Map.Entry<Path, byte[]> file : files.entrySet()) {
                staged.stage(tree.resolve(file.getKey()), file.getValue());
            }
            staged.commit();
        } catch (IOException e) {
            try {
                if (created) {
                    Files.deleteIfExists(header);
                }
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw Failure.badInput("cannot write to " + tree + ", which is as it was: it " + InputFile.reason(e));
        }
    }

    /** A copy of the tree with new content for some files, which appears complete or not at all. */
    private void copy(Path target, Map<Path, byte[]> files) throws IOException {
        Path part = target.resolveSibling(target.getFileName() + ".swivel-part");
        delete(part);
        try {
            List<Path> plain = new ArrayList<>();
            Path skipped = target.toAbsolutePath().normalize();
            Files.walkFileTree(tree, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                        throws IOException {
                    Path absolute = directory.toAbsolutePath().normalize();
                    if (absolute.equals(skipped)
                            || absolute.equals(part.toAbsolutePath().normalize())) {
                        return FileVisitResult.SKIP_SUBTREE;
                    }
                    Files.createDirectories(part.resolve(tree.relativize(directory)));
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile() || attributes.isSymbolicLink()) {
                        plain.add(tree.relativize(file));
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
            Optional<IOException> failed = plain.parallelStream()
                    .map(file -> copy(file, part.resolve(file), files.get(file)))
                    .flatMap(Optional::stream)
                    .findAny();
            if (failed.isPresent()) {
                throw failed.get();
            }
            byte[] header = files.get(Path.of(SourceTree.HEADER));
            if (header != null) {
                Files.write(part.resolve(SourceTree.HEADER), header);
            }
            Files.move(part, target);
        } finally {
            delete(part);
        }
    }

    private Optional<IOException> copy(Path file, Path to, byte[] content) {
        try {
            Path from = tree.resolve(file);
            if (content == null) {
                Files.copy(from, to, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.COPY_ATTRIBUTES);
            } else {
                Files.write(to, content);
                StagedFiles.copyAttributes(from, to, false);
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e);
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            try (Stream<Path> all = Files.walk(directory)) {
                for (Path path : all.toList().reversed()) {
                    Files.delete(path);
                }
            }
        }
    }

    private int tell(SourceTree.Rewriting rewriting) {
        report.print(rewriting.report());
        if (!isComplete(rewriting)) {
            Main.say("nothing was written: not all of " + tree + " can be read");
            return ExitStatus.BAD_INPUT;
        }
        if (!rewriting.files().isEmpty()) {
            return ExitStatus.OK;
        }
        Main.say("nothing to do: "
                + (Files.exists(tree.resolve(SourceTree.HEADER))
                        ? tree + " was rewritten before"
                        : "there is no sensitive instruction of ARM in the %,d source files of %s"
                                .formatted(rewriting.looked(), tree)));
        return ExitStatus.NOTHING_TO_DO;
    }
}
