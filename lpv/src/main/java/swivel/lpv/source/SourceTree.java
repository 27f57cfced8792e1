package swivel.lpv.source;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
    private static final long MAX_SIZE = 32 << 20;

    private final Path root;
    private final List<Path> sources = new ArrayList<>();
    private final Collection<FileReport> failed = new ConcurrentLinkedQueue<>();

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
     */
    public record Rewriting(Map<Path, byte[]> files, Report report, int looked) {}

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
                byte[] before = Undo.before(Files.readAllBytes(root.resolve(path)));
                if (before != null) {
                    files.put(path, before);
                }
            } catch (IOException e) {
                failed.add(unreadable(path));
            }
        });
        List<FileReport> reports = new ArrayList<>(failed);
        return new Rewriting(files, new Report("patch --source --undo", root.toString(), reports), sources.size());
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
                String name = file.getFileName().toString();
                if (attributes.isRegularFile()
                        && SourceFile.kind(name) != null
                        && !name.equals(HEADER)
                        && attributes.size() <= MAX_SIZE) {
                    sources.add(root.relativize(file));
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

    private Rewriting rewrite() {
        List<SourceFile> candidates = sources.parallelStream()
                .map(this::candidate)
                .filter(Objects::nonNull)
                .toList();
        GasMacros macros = new GasMacros();
        candidates.forEach(file -> file.addMacros(macros));
        candidates.forEach(file -> file.addCalls(macros));
        macros.conclude();
        candidates.parallelStream().forEach(file -> file.find(macros));
        // In a tree for one architecture, what shows it once shows it for all.
        boolean onlyArm = !named && candidates.stream().anyMatch(SourceFile::isCertainlyArm);
        if (!onlyArm) {
            candidates.parallelStream().forEach(SourceFile::leaveIfNotArm);
        }
        Set<String> names = new HashSet<>();
        candidates.forEach(file -> file.addOperandNames(names));
        Map<Path, byte[]> files = new TreeMap<>();
        List<FileReport> reports = new ArrayList<>(failed);
        for (SourceFile file : candidates) {
            byte[] content = file.rewritten(names, header(file.path()));
            if (content != null) {
                files.put(file.path(), content);
            }
            if (content != null || !file.doubts().isEmpty()) {
                reports.add(report(file));
            }
        }
        if (!files.isEmpty()) {
            files.put(Path.of(HEADER), MacroLibrary.header().getBytes(SourceFile.BYTES));
        }
        reports.sort(Comparator.comparing(FileReport::file));
        return new Rewriting(files, new Report("patch --source", root.toString(), reports), sources.size());
    }

    private static String header(Path file) {
        return "../".repeat(file.getNameCount() - 1) + HEADER;
    }

    private SourceFile candidate(Path path) {
        Architecture architecture = Architecture.of(path);
        try {
            byte[] content = Files.readAllBytes(root.resolve(path));
            return Prefilter.mayBeSensitive(
                            content,
                            architecture,
                            SourceFile.kind(path.getFileName().toString()))
                    ? new SourceFile(path, content)
                    : null;
        } catch (IOException e) {
            failed.add(unreadable(path));
            return null;
        }
    }

    private static FileReport report(SourceFile file) {
        List<Site> sites = new ArrayList<>();
        for (Edit edit : file.edits()) {
            sites.add(new Site(
                    new Place.Line(file.line(edit.offset())),
                    "",
                    edit.mnemonic().toUpperCase(Locale.ROOT),
                    edit.original(),
                    edit.certain() ? edit.replacement() + edit.mnemonic() : "by the assembler",
                    edit.sensitivity(),
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
