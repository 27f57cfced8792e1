package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the pages for people name is there. */
class DocsTest {
    private static final Path ROOT = Path.of("..");

    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
    private static final Pattern BLOCK = Pattern.compile("^```.*?^```", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern LINK = Pattern.compile("]\\(([^):#]+)(#[^)]*)?\\)");

    /** A class, or one of its members. */
    private static final Pattern NAME = Pattern.compile("([A-Z]\\w*[a-z]\\w*)([.#](\\w+))?(\\(.*)?");

    private static List<Path> files(String ending) throws IOException {
        try (Stream<Path> walk = Files.walk(ROOT)) {
            return walk.filter(file -> file.toString().endsWith(ending))
                    .filter(file -> !file.toString().contains("/target/")
                            && !file.toString().contains("/."))
                    .sorted()
                    .toList();
        }
    }

    /** The pages, but for the list of changes: that tells what was. */
    private static List<Path> pages() throws IOException {
        List<Path> pages = files(".md").stream()
                .filter(page -> !page.endsWith("CHANGELOG.md"))
                .toList();
        assertTrue(pages.size() > 10, pages.toString());
        return pages;
    }

    private static Set<String> words(String ending) throws IOException {
        Pattern word = Pattern.compile("\\w+");
        Set<String> words = new TreeSet<>();
        for (Path file : files(ending)) {
            word.matcher(Files.readString(file, StandardCharsets.ISO_8859_1))
                    .results()
                    .map(MatchResult::group)
                    .forEach(words::add);
        }
        return words;
    }

    @Test
    void pagesNameWhatIsInTheSources() throws IOException {
        Set<String> sources = words(".java");
        sources.addAll(words("Makefile"));
        sources.addAll(words(".txt")); // of oracles
        List<String> gone = new ArrayList<>();
        for (Path page : pages()) {
            String text = BLOCK.matcher(Files.readString(page)).replaceAll("");
            Set<String> names =
                    CODE.matcher(text).results().map(found -> found.group(1)).collect(Collectors.toSet());
            for (String name : names) {
                var found = NAME.matcher(name);
                if (found.matches()) {
                    boolean isThere = sources.contains(found.group(1))
                            && (found.group(3) == null || sources.contains(found.group(3)));
                    if (!isThere) {
                        gone.add(ROOT.relativize(page) + " names " + name);
                    }
                }
            }
        }
        assertEquals(List.of(), gone);
    }

    @Test
    void linksLeadToFiles() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : pages()) {
            LINK.matcher(Files.readString(page))
                    .results()
                    .map(found -> found.group(1))
                    .filter(link -> Files.notExists(page.resolveSibling(link)))
                    .forEach(link -> broken.add(ROOT.relativize(page) + " links to " + link));
        }
        assertEquals(List.of(), broken);
    }

    @Test
    void eachPackageSaysWhatItIsForAndWhereToBegin() throws IOException {
        Set<Path> packages = new TreeSet<>();
        for (Path file : files(".java")) {
            if (file.toString().contains("/src/main/java/swivel/")) {
                packages.add(file.getParent());
            }
        }
        List<String> silent = new ArrayList<>();
        for (Path folder : packages) {
            Path info = folder.resolve("package-info.java");
            if (Files.notExists(info)
                    || !Files.readString(info).toLowerCase(Locale.ROOT).contains("begin ")) {
                silent.add(ROOT.relativize(folder).toString());
            }
        }
        assertEquals(List.of(), silent);
    }
}
