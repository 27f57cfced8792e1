package swivel.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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
    private boolean journal;
    private long bytes;

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
            if (isLeftOver(directory)) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            directories.add(root.relativize(directory));
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (isLeftOver(file)) {
                journal |= TemporaryName.isJournal(file.getFileName());
            } else if (attributes.isSymbolicLink()) {
                links.add(root.relativize(file));
            } else if (attributes.isRegularFile()) {
                files.add(root.relativize(file));
                bytes += attributes.size();
            } else {
                unreadable.add(FileReport.skipped(file.toString(), "a device, socket or pipe"));
            }
            return FileVisitResult.CONTINUE;
        }

        private boolean isLeftOver(Path path) {
            boolean leftOver = !path.equals(root) && TemporaryName.isTemporary(path.getFileName());
            if (leftOver) {
                unreadable.add(FileReport.skipped(path.toString(), "left over by a Swivel that was killed"));
            }
            return leftOver;
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
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            head = in.readNBytes(FileRewriter.HEAD);
        }
        String name = file.toString();
        if (!FileRewriter.mayBeKernelCode(head, name)) {
            return report(FileRewriter.skipped(name));
        }
        try {
            return rewriter.found(InputFile.read(file, LinkOption.NOFOLLOW_LINKS), name);
        } catch (InputFile.TooLarge e) {
            return report(FileReport.failed(name, e.getMessage()));
        }
    }

    /** All directories, the tree's own first, relative to it. */
    List<Path> directories() {
        return directories;
    }

    /** What is done with each file. */
    interface FileAction {
        void accept(Path file) throws IOException;
    }

    /**
     * Does something with all regular files, in parallel.
     *
     * @throws IOException one that it threw, or of a file that cannot be read
     */
    void forEach(FileAction action) throws IOException {
        for (FileReport report : unreadable) {
            if (report.outcome() == FileReport.Outcome.FAILED) {
                throw new FileSystemException(report.file(), null, report.note());
            }
        }
        Optional<IOException> failed = files.parallelStream()
                .flatMap(file -> {
                    try {
                        action.accept(file);
                        return Stream.empty();
                    } catch (IOException e) {
                        return Stream.of(e);
                    }
                })
                .findAny();
        if (failed.isPresent()) {
            throw failed.get();
        }
    }

    /** All symbolic links, relative to the tree. */
    List<Path> links() {
        return links;
    }

    Path root() {
        return root;
    }

    /** The size of all regular files. */
    long bytes() {
        return bytes;
    }

    /** Says if a run that rewrites the tree in place is at work or was killed. */
    void sayIfBeingRewritten() {
        if (journal) {
            Main.say(InterruptedRun.notice(root));
        }
    }

    /** Refuses a tree that may be half old and half new. */
    void refuseIfBeingRewritten() {
        if (journal) {
            throw Failure.badInput(InterruptedRun.notice(root));
        }
    }
}
