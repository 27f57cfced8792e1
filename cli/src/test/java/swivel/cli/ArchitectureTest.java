package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Modules and packages use each other as docs/architecture.md shows it. What uses what is read from the class files.
 */
class ArchitectureTest {
    private static final Path ROOT = Path.of("..");
    private static final Path PAGE = ROOT.resolve("docs/architecture.md");
    private static final String BEGIN = "<!-- What follows is what ArchitectureTest finds. -->\n";
    private static final String END = "<!-- The end of what ArchitectureTest finds. -->\n";
    private static final String PREFIX = "swivel.";

    /** A class in a descriptor or signature. */
    private static final Pattern CLASS = Pattern.compile("L(swivel/[\\w/]+/[\\w$]+)[;<]");

    private static final Pattern MODULE = Pattern.compile("<module>(\\w+)</module>");

    /** In the order of pom.xml. */
    private static List<String> modules;

    /** Packages, without the prefix, and those that they use. */
    private static final Map<String, Set<String>> uses = new TreeMap<>();

    @BeforeAll
    static void readClassFiles() throws IOException {
        // Benchmarks, in the list of a profile, are no module.
        modules = MODULE.matcher(Files.readString(ROOT.resolve("pom.xml")))
                .results()
                .map(found -> found.group(1))
                .filter(module -> !module.equals("bench"))
                .toList();
        for (String module : modules) {
            Path sources = ROOT.resolve(module).resolve("src/main/java");
            List<Path> files;
            try (Stream<Path> walk = Files.walk(sources)) {
                files = walk.filter(file -> file.toString().endsWith(".java")
                                && !file.toString().endsWith("-info.java"))
                        .map(sources::relativize)
                        .toList();
            }
            for (Path file : files) {
                String name = file.toString().replace(".java", "");
                ClassModel outer = classFile(name);
                note(outer);
                var nested = outer.findAttribute(Attributes.nestMembers());
                if (nested.isPresent()) {
                    for (ClassEntry member : nested.get().nestMembers()) {
                        note(classFile(member.asInternalName()));
                    }
                }
                String itsPackage = packageOf(name);
                assertTrue(
                        itsPackage.equals(module) || itsPackage.startsWith(module + "."),
                        "swivel." + itsPackage + " is no name for a package of the module " + module);
            }
        }
    }

    private static ClassModel classFile(String name) throws IOException {
        try (InputStream in = ArchitectureTest.class.getResourceAsStream("/" + name + ".class")) {
            return ClassFile.of().parse(in.readAllBytes());
        }
    }

    /** Takes note of what a class uses. Constants that the compiler copied leave no trace. */
    private static void note(ClassModel model) {
        String itsPackage = packageOf(model.thisClass().asInternalName());
        Set<String> used = uses.computeIfAbsent(itsPackage, _ -> new TreeSet<>());
        for (PoolEntry entry : model.constantPool()) {
            if (entry instanceof ClassEntry other && other.asInternalName().startsWith("swivel/")) {
                used.add(packageOf(other.asInternalName()));
            } else if (entry instanceof Utf8Entry text) {
                Matcher matcher = CLASS.matcher(text.stringValue());
                while (matcher.find()) {
                    used.add(packageOf(matcher.group(1)));
                }
            }
        }
        used.remove(itsPackage);
    }

    private static String packageOf(String internalName) {
        return internalName
                .substring(0, internalName.lastIndexOf('/'))
                .replace('/', '.')
                .substring(PREFIX.length());
    }

    private static String moduleOf(String itsPackage) {
        int dot = itsPackage.indexOf('.');
        return dot < 0 ? itsPackage : itsPackage.substring(0, dot);
    }

    /** Pairs of modules of which the first uses the second. */
    private static Set<List<String>> arrows() {
        return uses.entrySet().stream()
                .flatMap(entry ->
                        entry.getValue().stream().map(used -> List.of(moduleOf(entry.getKey()), moduleOf(used))))
                .filter(arrow -> !arrow.getFirst().equals(arrow.getLast()))
                .collect(Collectors.toSet());
    }

    @Test
    void eachPackageSaysWhatItIsForWhatItUsesAndWhereToBegin() throws IOException {
        for (Path folder : packages()) {
            Path info = folder.resolve("package-info.java");
            assertTrue(Files.exists(info), folder + " has no package-info.java");
            String text = Files.readString(info);
            assertTrue(text.contains("ses "), info + " does not say what the package uses");
            assertTrue(text.contains("egin "), info + " does not say where to begin reading");
        }
    }

    /** Folders with sources, also of the benchmarks. */
    private static Set<Path> packages() throws IOException {
        Set<Path> folders = new TreeSet<>();
        for (String module : Stream.concat(modules.stream(), Stream.of("bench")).toList()) {
            Path sources = ROOT.resolve(module).resolve("src/main/java");
            try (Stream<Path> walk = Files.walk(sources)) {
                walk.filter(file -> file.toString().endsWith(".java"))
                        .map(Path::getParent)
                        .filter(folder -> !folder.equals(sources))
                        .forEach(folders::add);
            }
        }
        return folders;
    }

    @Test
    void modulesUseOnlyThoseThatAreBuiltBefore() {
        for (List<String> arrow : arrows()) {
            assertTrue(
                    modules.indexOf(arrow.getLast()) < modules.indexOf(arrow.getFirst()),
                    arrow.getFirst() + " uses " + arrow.getLast() + ", which pom.xml lists behind it");
        }
    }

    @Test
    void arrowsOfTheDrawingPointDown() throws IOException {
        String page = Files.readString(PAGE);
        List<String> drawing = page.substring(page.indexOf("```\n") + 4).lines().toList();
        Map<String, Integer> lines = new TreeMap<>();
        for (String module : modules) {
            int line = 0;
            while (!drawing.get(line).matches(".*\\b" + module + "\\b.*")) {
                assertTrue(!drawing.get(line).equals("```"), PAGE + " does not draw the module " + module);
                line++;
            }
            lines.put(module, line);
        }
        for (List<String> arrow : arrows()) {
            assertTrue(
                    lines.get(arrow.getFirst()) < lines.get(arrow.getLast()),
                    arrow.getFirst() + " uses " + arrow.getLast() + ", which " + PAGE + " does not draw below it");
        }
    }

    @Test
    void noPackagesUseEachOtherInACircle() {
        List<Set<String>> circles = new ArrayList<>();
        for (String itsPackage : uses.keySet()) {
            Set<String> circle = reached(itsPackage).stream()
                    .filter(other -> reached(other).contains(itsPackage))
                    .collect(Collectors.toCollection(TreeSet::new));
            if (!circle.isEmpty() && !circles.contains(circle)) {
                circles.add(circle);
            }
        }
        assertEquals(List.of(), circles);
    }

    /** What a package uses, directly or not. */
    private static Set<String> reached(String itsPackage) {
        Set<String> reached = new TreeSet<>();
        List<String> left = new ArrayList<>(uses.get(itsPackage));
        while (!left.isEmpty()) {
            String next = left.removeLast();
            if (reached.add(next)) {
                left.addAll(uses.get(next));
            }
        }
        return reached;
    }

    @Test
    void pageShowsWhatUsesWhat() throws IOException {
        StringBuilder table = new StringBuilder("| package | uses |\n|---|---|\n");
        for (String module : modules) {
            uses.forEach((itsPackage, used) -> {
                if (moduleOf(itsPackage).equals(module)) {
                    String names = used.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
                    table.append("| `")
                            .append(itsPackage)
                            .append("` | ")
                            .append(names)
                            .append(" |\n");
                }
            });
        }
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        assertTrue(begin >= 0 && end > begin, PAGE + " has lost the marks around what this test finds");
        assertEquals(
                table.toString(),
                page.substring(begin + BEGIN.length(), end),
                "put the first of these into " + PAGE + ", between the marks");
    }
}
