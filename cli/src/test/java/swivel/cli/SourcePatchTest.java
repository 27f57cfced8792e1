package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code swivel patch --source} as a person uses it. */
class SourcePatchTest {
    @TempDir
    Path directory;

    private Path tree;
    private String said;

    @BeforeEach
    void aTree() throws IOException {
        tree = directory.resolve("tree");
        write("arch/arm/a.S", "\n\tmrs r0, cpsr\n");
        write("arch/arm/b.c", "\nvoid f(void) { asm(\"cpsid i\"); }\n");
        write("arch/x86/c.S", "\n\tcli\n");
        write("Makefile", "all:\n");
        Files.createSymbolicLink(tree.resolve("link"), Path.of("arch/arm/a.S"));
    }

    private void write(String file, String text) throws IOException {
        Path path = tree.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private int run(String... arguments) {
        Ran ran = Ran.of(arguments);
        said = ran.output() + ran.errors();
        return ran.status();
    }

    private int patch(String... options) {
        return run(Stream.concat(Stream.of("patch", "--source", tree.toString()), Stream.of(options))
                .toArray(String[]::new));
    }

    private static Map<String, String> contents(Path root) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(root.relativize(file).toString(), Files.readString(file));
            }
        }
        return contents;
    }

    @Test
    void rewrittenInPlaceThenAgainThenUndone() throws IOException {
        Map<String, String> before = contents(tree);
        assertEquals(ExitStatus.OK, patch("--in-place"), said);
        assertTrue(Files.readString(tree.resolve("arch/arm/a.S")).contains("swivel-lpv.h"));
        assertTrue(Files.isSymbolicLink(tree.resolve("link")));
        Map<String, String> after = contents(tree);

        assertEquals(ExitStatus.NOTHING_TO_DO, patch("--in-place"), said);
        assertTrue(said.contains("was rewritten before"), said);
        assertEquals(after, contents(tree));

        assertEquals(ExitStatus.OK, patch("--undo"), said);
        assertEquals(before, contents(tree));
        assertEquals(ExitStatus.NOTHING_TO_DO, patch("--undo"), said);
    }

    @Test
    void aCopyHasAllFilesAndTheTreeStaysAsItWas() throws IOException {
        Map<String, String> before = contents(tree);
        Path copy = directory.resolve("copy");
        assertEquals(ExitStatus.OK, patch("-o", copy.toString(), "--report", "json"), said);
        assertEquals(before, contents(tree));
        Map<String, String> written = contents(copy);
        assertEquals(before.get("arch/x86/c.S"), written.get("arch/x86/c.S"));
        assertTrue(written.get("arch/arm/b.c").contains("swivel-lpv.h"));
        assertTrue(Files.isSymbolicLink(copy.resolve("link")));
        assertTrue(said.contains("\"line\":2"), said);
        assertEquals(ExitStatus.BAD_INPUT, patch("-o", copy.toString()));
        assertTrue(said.contains("exists already"), said);
    }

    @Test
    void aDryRunWritesNothing() throws IOException {
        Map<String, String> before = contents(directory);
        assertEquals(ExitStatus.OK, patch("--dry-run"), said);
        assertTrue(said.contains("MRS 1"), said);
        assertEquals(before, contents(directory));
    }

    @Test
    void whatTheMacrosDoNotReachIsSaid() throws IOException {
        assertEquals(ExitStatus.OK, patch("--dry-run"), said);
        assertFalse(said.contains("swivel patch"), said);
        write("Makefile", "all:\n\t$(CC) -flto=auto a.c\n");
        write("lib/rules.mk", "CFLAGS += -flto\n");
        write("arch/arm/gen.pl", "print \"\\tmsr cpsr_c, r0\\n\";\n");
        write("lib/other.py", "print('mrs')\n");
        assertEquals(ExitStatus.OK, patch("--dry-run"), said);
        assertTrue(said.contains("optimization is in Makefile and 1 more; what is compiled with it"), said);
        assertTrue(said.contains("seems to be made by arch/arm/gen.pl; what a build makes"), said);
        assertEquals(ExitStatus.OK, patch("--in-place"), said);
        assertTrue(said.contains("complete what is built with swivel patch"), said);
    }

    @Test
    void aWriteThatFailsLeavesTheTreeAsItWas() throws IOException {
        Files.createLink(directory.resolve("outside.c"), tree.resolve("arch/arm/b.c"));
        Map<String, String> before = contents(directory);
        assertEquals(ExitStatus.BAD_INPUT, patch("--in-place"), said);
        assertTrue(said.contains("which is as it was"), said);
        assertEquals(before, contents(directory));
    }

    @Test
    void aTreeForOtherProcessorsIsLeftAloneAndThatIsSaid() throws IOException {
        Path other = directory.resolve("other");
        Files.createDirectories(other.resolve("arch/x86"));
        Files.writeString(other.resolve("arch/x86/a.S"), "\n\tcli\n\thlt\n");
        assertEquals(ExitStatus.NOTHING_TO_DO, run("patch", "--source", other.toString(), "--in-place"));
        assertTrue(said.contains("there is no sensitive instruction of ARM"), said);
        assertFalse(Files.exists(other.resolve("swivel-lpv.h")));
    }

    @Test
    void whatIsNoDirectoryIsRefused() {
        assertEquals(
                ExitStatus.BAD_INPUT,
                run("patch", "--source", tree.resolve("Makefile").toString(), "--dry-run"));
        assertTrue(said.contains("it is no directory"), said);
        assertEquals(ExitStatus.BAD_INPUT, run("patch", tree.resolve("Makefile").toString(), "--undo"));
    }
}
