package swivel.lpv.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import swivel.arm.Sensitivity;
import swivel.lpv.report.FileReport;
import swivel.lpv.report.InstructionSets;
import swivel.lpv.report.Place;
import swivel.lpv.report.Report;
import swivel.lpv.report.Site;

/** A tree of sources, and what of it has to be rewritten. Nothing is written here. */
public final class SourceTree {
    /** The generated header with the macros, at the root of the tree. */
    public static final String HEADER = "swivel-lpv.h";

    /** Whether a file's content is that of the generated header, of any version of it. */
    public static boolean isGeneratedHeader(byte[] content) {
        return new String(content, SourceFile.BYTES).startsWith(MacroLibrary.GENERATED);
    }

    /** Files above this are no source that a person or a generator of assembler wrote. */
    private static final int MAX_SIZE = 32 << 20;

    private final Path root;
    private final List<Path> sources = new ArrayList<>();

    /** Makefiles and scripts. */
    private final List<Path> others = new ArrayList<>();

    private final List<FileReport> skipped = new ArrayList<>();
    private final Collection<FileReport> failed = new ConcurrentLinkedQueue<>();

    /** Why a file, or a tree, is refused that would take hours. */
    private static final String ENDLESS =
            "go on for too long to look through; take it out of the tree, or rewrite what is built of it instead";

    /** Whether the names of directories tell which architecture is where. */
    private boolean named;

    private SourceTree(Path root) throws IOException {
        this.root = root.toRealPath();
    }

    /**
     * What a rewriting does.
     *
     * @param files new content by the name relative to the tree; empty if there is nothing to rewrite
     * @param report what was found
     * @param looked how many source files there are, those of other architectures aside
     * @param remarks what a person should know of the tree, a line each
     */
    public record Rewriting(Map<Path, byte[]> files, Report report, int looked, List<String> remarks) {}

    /**
     * The tree as it was before it was rewritten.
     *
     * @return old content by the name relative to the tree; null for the generated header, which is to be deleted
     * @throws IOException if the directory itself cannot be read
     */
    public static Rewriting undo(Path root) throws IOException {
        SourceTree tree = new SourceTree(root);
        tree.list();
        return tree.undo();
    }

    private Rewriting undo() {
        Map<Path, byte[]> files = new ConcurrentSkipListMap<>();
        sources.parallelStream().forEach(path -> {
            try {
                byte[] before = Undo.before(read(path));
                if (before != null) {
                    files.put(path, before);
                }
            } catch (IOException e) {
                failed.add(unreadable(path));
            }
        });
        List<FileReport> reports = new ArrayList<>(failed);
        return new Rewriting(
                files, new Report("patch --source --undo", root.toString(), reports), sources.size(), List.of());
    }

    private static FileReport unreadable(Path path) {
        return FileReport.failed(path.toString(), "cannot be read");
    }

    /**
     * Looks through a tree.
     *
     * @throws IOException if the directory itself cannot be read
     */
    public static Rewriting rewrite(Path root) throws IOException {
        SourceTree tree = new SourceTree(root);
        tree.list();
        return tree.rewrite();
    }

    private void list() throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                if (directory.equals(root)) {
                    return FileVisitResult.CONTINUE;
                }
                Architecture architecture =
                        Architecture.of(root.relativize(directory).resolve("file"));
                named |= architecture != Architecture.ANY;
                return architecture == Architecture.OTHER || directory.endsWith(".git")
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isSymbolicLink()) {
                    link(file);
                } else if (isSource(file)) {
                    source(file, attributes);
                } else if (attributes.isRegularFile() && Unreached.mayTell(file)) {
                    others.add(root.relativize(file));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (file.equals(root)) {
                    throw e;
                }
                failed.add(unreadable(root.relativize(file)));
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static boolean isSource(Path file) {
        String name = file.getFileName().toString();
        return SourceFile.kind(name) != null && !name.equals(HEADER);
    }

    private void source(Path file, BasicFileAttributes attributes) {
        if (!attributes.isRegularFile()) {
            skip(file, "a device, socket or pipe");
        } else if (attributes.size() > MAX_SIZE) {
            skip(file, "a source of more than " + (MAX_SIZE >> 20) + " MiB");
        } else {
            sources.add(root.relativize(file));
        }
    }

    /** What a link leads to in the tree is looked into where it is. */
    private void link(Path link) {
        try {
            Path target = link.toRealPath();
            if (!isSource(link) && !Files.isDirectory(target)) {
                return;
            }
            if (!target.startsWith(root) || Files.readSymbolicLink(link).isAbsolute()) {
                skip(link, "a link out of the tree, or by an absolute path");
            } else if (!Files.isDirectory(target) && !isSource(target)) {
                skip(link, "a link to a file that is not named like a source");
            }
        } catch (IOException _) {
            // It leads nowhere.
        }
    }

    private void skip(Path file, String why) {
        skipped.add(FileReport.skipped(root.relativize(file).toString(), why));
    }

    /** A whole file; not what a link leads to that somebody put in its place. */
    private byte[] read(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(root.resolve(path), LinkOption.NOFOLLOW_LINKS)) {
            byte[] content = in.readNBytes(MAX_SIZE + 1);
            if (content.length > MAX_SIZE) {
                throw new IOException("it grows");
            }
            return content;
        }
    }

    private Rewriting rewrite() {
        List<SourceFile> candidates = sources.parallelStream()
                .map(this::candidate)
                .filter(Objects::nonNull)
                .toList();
        candidates.parallelStream().forEach(file -> within(file, file::find));
        boolean certain = candidates.stream().anyMatch(SourceFile::isCertainlyArm);
        // In a tree for one architecture, what shows it once shows it for all.
        if (named || !certain) {
            candidates.parallelStream().forEach(file -> within(file, file::leaveIfNotArm));
        }
        boolean arm = !named || candidates.stream().anyMatch(SourceFile::isForArm);
        Map<Path, byte[]> files = new TreeMap<>();
        List<FileReport> reports = new ArrayList<>();
        for (SourceFile file : arm ? candidates : List.<SourceFile>of()) {
            byte[] content = rewritten(file);
            if (content != null) {
                files.put(file.path(), content);
            }
        }
        for (SourceFile file : arm ? candidates : List.<SourceFile>of()) {
            // What is included into assembler has instructions, and nothing to be changed.
            if (!files.isEmpty() && !file.sites().isEmpty() || !file.doubts().isEmpty()) {
                reports.add(report(file));
            }
        }
        reports.addAll(failed);
        reports.addAll(skipped);
        if (!files.isEmpty()) {
            files.put(Path.of(HEADER), MacroLibrary.header().getBytes(SourceFile.BYTES));
        }
        reports.sort(Comparator.comparing(FileReport::file));
        return new Rewriting(
                files, new Report("patch --source", root.toString(), reports), sources.size(), unreached());
    }

    /** Says what the build makes that is not in the sources. */
    private List<String> unreached() {
        Unreached unreached = new Unreached();
        others.parallelStream().forEach(path -> {
            try {
                unreached.look(path, new String(read(path), SourceFile.BYTES));
            } catch (IOException _) {
                // It has nothing to be rewritten, so it need not be read.
            }
        });
        return unreached.remarks();
    }

    private byte[] rewritten(SourceFile file) {
        try {
            return file.rewritten(header(file.path()));
        } catch (Effort.Spent _) {
            failed.add(endless(file.path()));
            return null;
        }
    }

    /** Does something with a file unless it takes too much. */
    private void within(SourceFile file, Runnable step) {
        try {
            step.run();
        } catch (Effort.Spent _) {
            failed.add(endless(file.path()));
        }
    }

    private static FileReport endless(Path path) {
        return FileReport.failed(path.toString(), "has statements or conditions that " + ENDLESS);
    }

    private static String header(Path file) {
        return "../".repeat(file.getNameCount() - 1) + HEADER;
    }

    private SourceFile candidate(Path path) {
        Architecture architecture = Architecture.of(path);
        try {
            byte[] content = read(path);
            return Prefilter.mayBeSensitive(
                            content,
                            architecture,
                            SourceFile.kind(path.getFileName().toString()))
                    ? new SourceFile(path, content)
                    : null;
        } catch (IOException e) {
            failed.add(unreadable(path));
        } catch (Effort.Spent _) {
            failed.add(endless(path));
        }
        return null;
    }

    private static FileReport report(SourceFile file) {
        List<Site> sites = new ArrayList<>();
        for (Edit site : file.sites()) {
            sites.add(new Site(
                    new Place.Line(file.line(site.offset())),
                    "",
                    site.mnemonic().toUpperCase(Locale.ROOT),
                    site.original(),
                    site.replacement().isEmpty() ? "by the assembler" : site.replacement(),
                    site.sensitivity(),
                    InstructionSets.EITHER,
                    ""));
        }
        for (SiteFinder.Doubt doubt : file.doubts()) {
            sites.add(new Site(
                    new Place.Line(file.line(doubt.offset())),
                    "",
                    "",
                    doubt.statement(),
                    "",
                    Sensitivity.NONE,
                    InstructionSets.EITHER,
                    doubt.reason()));
        }
        return FileReport.of(file.path().toString(), "source", 0, sites);
    }
}
