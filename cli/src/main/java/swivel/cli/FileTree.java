package swivel.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import swivel.lpv.FileRewriter;
import swivel.lpv.report.FileReport;

/** A directory with all that is in it. Symbolic links are links, and not followed. */
final class FileTree {
    private final Path root;
    private final List<Path> directories = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();
    private final List<Path> links = new ArrayList<>();
    private final List<FileReport> unreadable = new ArrayList<>();

    /** What became of one file. */
    private record Done(FileRewriter.Result result, IOException problem) {}

    /** Where new content goes. Called from several threads. */
    interface Sink {
        /**
         * Takes one file of the tree.
         *
         * @param file relative to the tree
         * @param content its new content, or null if it stays as it is
         */
        void accept(Path file, byte[] content) throws IOException;
    }

    /** Lists a directory. */
    FileTree(Path root) {
        try {
            this.root = Files.isSymbolicLink(root) ? root.toRealPath() : root;
            Files.walkFileTree(this.root, new Lister());
        } catch (IOException e) {
            throw Failure.badInput(root + " " + InputFile.reason(e));
        }
        files.sort(Comparator.naturalOrder());
    }

    private final class Lister extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            directories.add(root.relativize(directory));
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isSymbolicLink()) {
                links.add(root.relativize(file));
            } else if (attributes.isRegularFile()) {
                files.add(root.relativize(file));
            } else {
                unreadable.add(FileReport.skipped(file.toString(), "a device, socket or pipe"));
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            unreadable.add(FileReport.failed(file.toString(), InputFile.reason(e)));
            return FileVisitResult.CONTINUE;
        }
    }

    /**
     * Rewrites all files, in parallel.
     *
     * @return the results in the order of the files' names
     * @throws IOException the first that the sink threw
     */
    List<FileRewriter.Result> rewrite(FileRewriter rewriter, Sink sink) throws IOException {
        List<Done> done = files.parallelStream()
                .map(file -> rewrite(file, rewriter, sink))
                .toList();
        List<FileRewriter.Result> results = new ArrayList<>();
        for (Done file : done) {
            if (file.problem != null) {
                throw file.problem;
            }
            results.add(file.result);
        }
        unreadable.forEach(report -> results.add(new FileRewriter.Result(null, List.of(report), List.of())));
        return results;
    }

    private Done rewrite(Path relative, FileRewriter rewriter, Sink sink) {
        Path file = root.resolve(relative);
        FileRewriter.Result result;
        try {
            result = read(file, rewriter);
        } catch (IOException e) {
            return new Done(report(FileReport.failed(file.toString(), InputFile.reason(e))), null);
        } catch (Failure e) {
            return new Done(report(FileReport.failed(file.toString(), e.getMessage())), null);
        }
        try {
            sink.accept(relative, result.content());
            return new Done(new FileRewriter.Result(null, result.reports(), result.remarks()), null);
        } catch (IOException e) {
            return new Done(null, e);
        }
    }

    private static FileRewriter.Result report(FileReport report) {
        return new FileRewriter.Result(null, List.of(report), List.of());
    }

    /** Most files of a tree are told by their first bytes. */
    private static FileRewriter.Result read(Path file, FileRewriter rewriter) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(FileRewriter.HEAD);
        }
        String name = file.toString();
        return FileRewriter.mayBeKernelCode(head, name)
                ? rewriter.found(InputFile.read(file, "file"), name)
                : report(FileRewriter.skipped(name));
    }

    /**
     * Makes a copy of the tree with new content, which appears complete or not at all.
     *
     * @param target does not exist yet, or is an empty directory
     */
    List<FileRewriter.Result> rewriteTo(Path target, FileRewriter rewriter) throws IOException {
        Path copy = target.resolveSibling(target.getFileName() + ".swivel-part");
        delete(copy);
        try {
            for (Path directory : directories) {
                Files.createDirectory(copy.resolve(directory));
            }
            for (Path link : links) {
                Files.copy(
                        root.resolve(link),
                        copy.resolve(link),
                        LinkOption.NOFOLLOW_LINKS,
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
            List<FileRewriter.Result> results = rewrite(rewriter, (file, content) -> {
                Path from = root.resolve(file);
                Path to = copy.resolve(file);
                if (content == null) {
                    Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
                } else {
                    Files.write(to, content);
                    StagedFiles.copyAttributes(from, to, true);
                }
            });
            for (Path directory : directories.reversed()) {
                StagedFiles.copyAttributes(root.resolve(directory), copy.resolve(directory), true);
            }
            Files.move(copy, target, StandardCopyOption.REPLACE_EXISTING);
            return results;
        } finally {
            delete(copy);
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            try (Stream<Path> all = Files.walk(directory)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
