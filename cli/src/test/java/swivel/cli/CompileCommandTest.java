package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code swivel cc} and {@code swivel as}: the objects are those that {@code patch} makes. */
class CompileCommandTest {
    private static final String GCC = "arm-linux-gnueabi-gcc";
    private static final List<String> LINK = List.of("-nostdlib", "-static", "-Wl,-e,start", "-Wl,-z,noexecstack");

    private static final Map<String, String> SOURCES = Map.of(
            "masks.c", """
                    unsigned masks(void) {
                        unsigned status;
                        __asm__ volatile("mrs %0, cpsr" : "=r"(status));
                        __asm__ volatile("cpsid i" ::: "memory");
                        return status;
                    }
                    """,
            "start.S", """
                    #define SVC 0x13
                        .text
                        .globl start
                    start:
                        msr cpsr_c, #SVC
                        bl masks
                        b start
                        .data
                        .word 0xe10f0000
                    """,
            "plain.c", "int plain(int a) { return 3 * a; }\n");

    @TempDir
    Path directory;

    @BeforeEach
    void writeSources() throws IOException {
        for (Map.Entry<String, String> source : SOURCES.entrySet()) {
            Files.writeString(directory.resolve(source.getKey()), source.getValue());
        }
    }

    private Ran in(Path where, String... command) {
        Swivel.Result result;
        try {
            Process process = Swivel.builder(command).directory(where.toFile()).start();
            process.getOutputStream().close();
            result = Swivel.finish(process);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return new Ran(result.status(), result.output(), result.errors());
    }

    private Path plain(String... arguments) throws IOException, InterruptedException {
        Path made = directory.resolve("plain.out");
        List<String> command = new ArrayList<>(List.of(GCC));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-o", made.toString()));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .inheritIO()
                .start();
        assertEquals(0, process.waitFor());
        return made;
    }

    private byte[] patched(Path file) throws IOException {
        Path out = directory.resolve("patched.out");
        Ran ran = Ran.of("patch", file.toString(), "-o", out.toString());
        assertEquals(ExitStatus.OK, ran.status(), ran.errors());
        return Files.readAllBytes(out);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-marm", "-mthumb"})
    void objectsAreThoseOfPatchAndLinkToTheSameKernel(String set) throws Exception {
        Ran ran = in(directory, "cc", GCC, "-march=armv7-a", set, "-O1", "-c", "masks.c", "start.S", "plain.c");
        assertEquals(new Ran(0, "", ""), ran);
        for (String source : List.of("masks.c", "start.S")) {
            byte[] expected = patched(plain("-march=armv7-a", set, "-O1", "-c", source));
            String object = source.substring(0, source.indexOf('.')) + ".o";
            assertArrayEquals(expected, Files.readAllBytes(directory.resolve(object)), object);
        }
        List<String> link = new ArrayList<>(LINK);
        link.addAll(List.of("masks.o", "start.o", "plain.o"));
        Path linked = Files.copy(plain(link.toArray(String[]::new)), directory.resolve("kernel"));
        assertEquals(ExitStatus.OK, Ran.of("scan", linked.toString()).status());
        List<String> whole = new ArrayList<>(LINK);
        whole.addAll(List.of("-march=armv7-a", set, "-O1", "masks.c", "start.S", "plain.c"));
        Path reference = Files.write(directory.resolve("reference"), patched(plain(whole.toArray(String[]::new))));
        Ran compared = Ran.of("compare", linked.toString(), reference.toString());
        assertEquals(ExitStatus.OK, compared.status(), compared.output() + compared.errors());
    }

    @Test
    void anAssemblersObjectIsRewritten() throws Exception {
        Files.writeString(directory.resolve("a.s"), ".arch armv7-a\n mrs r0, cpsr\n");
        Ran ran = in(directory, "as", "arm-linux-gnueabi-as", "-o", "a.o", "a.s");
        assertEquals(new Ran(0, "", ""), ran);
        byte[] expected = patched(plain("-c", "a.s"));
        assertArrayEquals(expected, Files.readAllBytes(directory.resolve("a.o")));
    }

    @Test
    void whatIsNoObjectForArmIsLeftAsItIs() throws Exception {
        assertEquals(new Ran(0, "", ""), in(directory, "cc", "gcc", "-c", "plain.c"));
        assertEquals(new Ran(0, "", ""), in(directory, "cc", GCC, "-c", "-x", "c", "/dev/null", "-o", "/dev/null"));
        assertEquals(new Ran(0, "", ""), in(directory, "cc", GCC, "-O1", "-S", "plain.c"));
        Files.writeString(directory.resolve("data.c"), "int data = 7;\n");
        assertEquals(new Ran(0, "", ""), in(directory, "cc", GCC, "-c", "data.c"));
        assertArrayEquals(Files.readAllBytes(plain("-c", "data.c")), Files.readAllBytes(directory.resolve("data.o")));
        assertTrue(in(directory, "cc", GCC, "--version").output().startsWith(GCC));
    }

    @Test
    void theCompilersStatusAndWordsAreItsOwn() {
        Ran wrong = in(directory, "cc", GCC, "-c", "masks.c", "nowhere.c"); // masks.c wants a later architecture, too
        assertEquals(1, wrong.status());
        assertTrue(wrong.errors().contains("nowhere.c"), wrong.errors());
        assertFalse(wrong.errors().contains("swivel:"), wrong.errors());
        Ran none = in(directory, "cc", "no-such-compiler", "-c", "plain.c");
        assertEquals(127, none.status());
        assertTrue(none.errors().contains("cannot run no-such-compiler"), none.errors());
        assertEquals(128 + 9, in(directory, "cc", "sh", "-c", "kill -9 $$").status());
        Ran empty = Ran.of("cc");
        assertEquals(ExitStatus.BAD_INPUT, empty.status());
        assertTrue(empty.errors().contains("COMMAND"), empty.errors());
    }

    @Test
    void oneOfSeveralThatFailLeavesNoPlainObject() throws Exception {
        Ran ran = in(directory, "cc", GCC, "-march=armv7-a", "-c", "masks.c", "nowhere.c");
        assertEquals(1, ran.status());
        assertEquals(
                ExitStatus.OK,
                Ran.of("scan", directory.resolve("masks.o").toString()).status());
    }

    @Test
    void whatCannotBeRewrittenIsSaid() throws Exception {
        Ran intermediate = in(directory, "cc", GCC, "-march=armv7-a", "-flto", "-c", "masks.c");
        assertEquals(ExitStatus.OK, intermediate.status());
        assertTrue(
                intermediate.errors().contains("masks.o holds a compiler's intermediate code"), intermediate.errors());
        List<String> link = new ArrayList<>(List.of("cc", GCC, "-march=armv7-a", "-o", "kernel"));
        link.addAll(LINK);
        link.addAll(List.of("masks.c", "start.S"));
        Ran linked = in(directory, link.toArray(String[]::new));
        assertEquals(ExitStatus.OK, linked.status());
        assertTrue(linked.errors().contains("kernel has 3 sensitive instructions"), linked.errors());
        Ran bigEndian = in(directory, "cc", GCC, "-mbig-endian", "-march=armv7-a", "-c", "masks.c", "-o", "x.o");
        assertEquals(ExitStatus.BAD_INPUT, bigEndian.status(), bigEndian.errors());
        assertTrue(bigEndian.errors().contains("big-endian"), bigEndian.errors());
        assertTrue(bigEndian.errors().contains("x.o was deleted"), bigEndian.errors());
        assertFalse(Files.exists(directory.resolve("x.o")));
    }
}
