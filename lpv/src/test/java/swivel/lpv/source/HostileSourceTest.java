package swivel.lpv.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.lpv.report.FileReport;

/** Source files that are made to keep us busy for hours, to exhaust memory or the stack, or not to be looked at. */
class HostileSourceTest {
    private static final String SENSITIVE = "\tmrs r0, cpsr\n";
    private static final int MANY = 300_000;
    private static final Duration SOON = Duration.ofSeconds(40);

    @TempDir
    Path tree;

    private SourceTree.Rewriting rewrite(String name, String text) throws IOException {
        Path file = tree.resolve("arch/arm").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text, StandardCharsets.ISO_8859_1);
        return assertTimeoutPreemptively(SOON, () -> SourceTree.rewrite(tree));
    }

    private static String chain(int length, boolean forward) {
        IntFunction<String> macro = i -> ".macro m%d x\nm%d \\x\n.endm\n".formatted(i, i + 1);
        return IntStream.range(0, length)
                        .mapToObj(i -> macro.apply(forward ? i : length - 1 - i))
                        .collect(Collectors.joining())
                + ".macro m%d x\n\\x\\()t r0, [r1]\n.endm\nm0 ldr\n".formatted(length);
    }

    private static final Map<String, String> SLOW = Map.ofEntries(
            Map.entry("sites.S", "wfi\n".repeat(MANY)),
            Map.entry("words.S", "nop\n" + ".long 0xe10f0000;".repeat(MANY)),
            Map.entry("strings.c", "char *a[] = {" + "\"x\",".repeat(MANY) + "};\nvoid f(void) { asm(\"wfi\"); }\n"),
            Map.entry("argument.c", "f(" + "\"x\",".repeat(MANY) + "0);\nvoid f(void) { asm(\"wfi\"); }\n"),
            Map.entry("comments.S", "/*/".repeat(2 * MANY + 1) + "*/\n" + SENSITIVE),
            Map.entry("ifs.S", "#if X\n".repeat(MANY) + SENSITIVE),
            Map.entry("else.S", "#if X\n" + "#else\n".repeat(MANY) + SENSITIVE + "#endif\n"),
            Map.entry("blanks.S", "#if __ASSEMBLY__ && !" + " ".repeat(MANY) + "x\n" + SENSITIVE + "#endif\n"),
            Map.entry("open.h", "#define a(\n".repeat(MANY) + "void f(void) { asm(\"wfi\"); }\n"),
            Map.entry("macros.S", ".macro a\n".repeat(MANY) + SENSITIVE),
            Map.entry("define.h", "#define a " + "wfi;".repeat(MANY) + "\nvoid f(void) { asm(\"wfi\"); }\n"),
            Map.entry("word.S", "#define a(x) #" + "x".repeat(MANY) + "\n" + SENSITIVE),
            Map.entry("pasted.S", ".macro m a\n\\" + "a.".repeat(MANY) + " \n.endm\n" + SENSITIVE),
            Map.entry("parentheses.S", ".macro m a\n\\a" + "\\()".repeat(MANY) + " \n.endm\n" + SENSITIVE),
            Map.entry("defines.S", "#define a b(wfi)\n".repeat(MANY) + SENSITIVE),
            Map.entry("irp.S", ".irp a, wfi\n".repeat(MANY) + SENSITIVE),
            Map.entry("chain.S", chain(5000, true)),
            Map.entry("reversed.S", chain(5000, false)),
            Map.entry("deep.S", chain(3000, true) + chain(3000, false)),
            Map.entry("pattern.S", ".macro m a(, [b, *\n\\a\n.endm\nm nop, x\n" + SENSITIVE));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sites.S",
                "words.S",
                "strings.c",
                "argument.c",
                "comments.S",
                "ifs.S",
                "else.S",
                "blanks.S",
                "open.h",
                "macros.S",
                "define.h",
                "word.S",
                "pasted.S",
                "parentheses.S",
                "defines.S",
                "irp.S",
                "chain.S",
                "reversed.S",
                "deep.S",
                "pattern.S"
            })
    void whatGoesOnForLongIsRewrittenSoon(String name) throws IOException {
        SourceTree.Rewriting rewriting = rewrite(name, SLOW.get(name));
        assertEquals(0, rewriting.report().count(FileReport.Outcome.FAILED), () -> said(rewriting));
        assertTrue(rewriting.files().containsKey(Path.of("arch/arm", name)));
    }

    @Test
    void whatTakesTooLongIsRefused() throws IOException {
        SourceTree.Rewriting rewriting = rewrite("operands.S", "msr,".repeat(2 * MANY) + "\n" + SENSITIVE);
        assertEquals(1, rewriting.report().count(FileReport.Outcome.FAILED), () -> said(rewriting));
        assertTrue(said(rewriting).contains("go on for too long to look through"), () -> said(rewriting));
    }

    private static String said(SourceTree.Rewriting rewriting) {
        return rewriting.report().files().stream()
                .map(file -> file.file() + " " + file.outcome() + " " + file.note() + "\n")
                .distinct()
                .collect(Collectors.joining());
    }

    /** What is white space for Java is not all a blank here. */
    @ParameterizedTest
    @ValueSource(strings = {"\r", "\f", "\u000b", "\u001c", " \r"})
    void directiveEndsWhateverStandsAtItsEnd(String end) throws IOException {
        SourceTree.Rewriting rewriting = rewrite("a.h", "#define x asm(\"wfi\")" + end + "\n");
        assertEquals(1, rewriting.report().totals().all());
    }

    @Test
    void stringGoesOnBehindALineThatEndsAsUnderWindows() throws IOException {
        SourceTree.Rewriting rewriting = rewrite("a.c", "asm(\"nop\\n\\\r\n wfi\\n\\\r\n wfe\");\r\n");
        assertEquals(2, rewriting.report().totals().all());
    }

    @ParameterizedTest
    @CsvSource({
        "out.S, ../../../other/b.S, a link out of the tree",
        "absolute.S, /, a link out of the tree",
        "folder, ../../../other, a link out of the tree",
        "text.S, ../../text, a link to a file that is not named like a source",
    })
    void linkToWhatIsNotLookedIntoIsCounted(String name, String target, String why) throws IOException {
        Path other = Files.createDirectories(tree.resolve("other"));
        tree = Files.createDirectories(tree.resolve("tree"));
        Files.writeString(other.resolve("b.S"), SENSITIVE);
        Files.writeString(tree.resolve("text"), SENSITIVE);
        Files.createDirectories(tree.resolve("arch/arm"));
        Files.createSymbolicLink(tree.resolve("arch/arm").resolve(name), Path.of(target));
        Files.createSymbolicLink(tree.resolve("arch/arm/same.S"), Path.of("a.S"));
        Files.createSymbolicLink(tree.resolve("arch/arm/dangling.S"), Path.of("nowhere"));
        Files.createSymbolicLink(tree.resolve("arch/arm/around"), Path.of("../arm"));
        SourceTree.Rewriting rewriting = rewrite("a.S", SENSITIVE);
        assertEquals(2, rewriting.report().files().size(), () -> said(rewriting));
        assertTrue(said(rewriting).contains("arch/arm/" + name + " SKIPPED " + why), () -> said(rewriting));
    }

    @Test
    void sourceThatIsTooLargeIsCounted() throws IOException {
        Files.createDirectories(tree.resolve("arch/arm"));
        try (RandomAccessFile file =
                new RandomAccessFile(tree.resolve("arch/arm/large.S").toFile(), "rw")) {
            file.setLength((32 << 20) + 1);
        }
        SourceTree.Rewriting rewriting = rewrite("a.S", SENSITIVE);
        assertTrue(said(rewriting).contains("arch/arm/large.S SKIPPED a source of more than 32 MiB"));
    }
}
