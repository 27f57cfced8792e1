package swivel.lpv.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import swivel.lpv.GuestImage;

/**
 * The routes through source and ELF lead to the same words: random programs, compiled from rewritten source, and
 * compiled and then rewritten. {@code -Dswivel.source.cases=10000} makes as many of each kind.
 */
class RouteEqualityTest {
    private static final int CASES = Integer.getInteger("swivel.source.cases", 250);

    private static final long SEED = Long.getLong("swivel.source.seed", 20101122);

    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"false,true", "false,false", "true,true"})
    void assemblerProgramsAreTheSameOnBothRoutes(boolean thumb, boolean unified) throws Exception {
        String text = new RandomPrograms(SEED, thumb, unified).assembler(CASES);
        assertSameWords("random.S", text, CASES / 2, "-Wa,-mimplicit-it=always", "-Wa,-march=armv7ve");
    }

    @ParameterizedTest
    @CsvSource({"-marm", "-mthumb"})
    void inlineAssemblyIsTheSameOnBothRoutes(String state) throws Exception {
        String text = new RandomPrograms(SEED, state.equals("-mthumb"), false).c(CASES);
        assertSameWords("random.c", text, CASES / 2, "-O2", state, "-Wa,-mimplicit-it=always");
    }

    private void assertSameWords(String name, String text, int atLeast, String... options) throws Exception {
        Path plain = Files.createDirectories(directory.resolve("arm/plain"));
        Path source = Files.writeString(plain.resolve(name), text, StandardCharsets.ISO_8859_1);
        SourceTree.Rewriting rewriting = SourceTree.rewrite(directory);
        assertEquals(2, rewriting.files().size(), "the file and the macros");
        Path tree = directory.resolve("rewritten");
        for (Map.Entry<Path, byte[]> file : rewriting.files().entrySet()) {
            Path to = tree.resolve(file.getKey());
            Files.createDirectories(to.getParent());
            Files.write(to, file.getValue());
        }
        Path rewritten = tree.resolve(directory.relativize(source));
        assertEquals(
                text.lines().count(),
                Files.readAllLines(rewritten, StandardCharsets.ISO_8859_1).size());
        assertArrayEquals(
                text.getBytes(StandardCharsets.ISO_8859_1), Undo.before(Files.readAllBytes(rewritten)), "undone");
        assertTrue(SourceTree.rewrite(tree).files().isEmpty(), "rewritten twice");

        GuestImage image = GuestImage.read(compile(source, options), name);
        assertTrue(image.rewrite().encoded() >= atLeast, "hardly any instruction is sensitive");
        byte[] expected = code(image.bytes());
        byte[] actual = code(compile(rewritten, options));
        int different = Arrays.mismatch(expected, actual);
        if (different >= 0) {
            int at = different & ~3;
            throw new AssertionError("offset 0x%x: ELF route %08x, source route %08x; kept in %s"
                    .formatted(at, word(expected, at), word(actual, at), keep(source, rewritten)));
        }
    }

    private static int word(byte[] bytes, int offset) {
        return offset + 4 <= bytes.length
                ? ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(offset)
                : 0;
    }

    private static Path keep(Path... files) throws IOException {
        Path kept = Files.createTempDirectory("swivel-route-");
        for (Path file : files) {
            Files.copy(
                    file,
                    kept.resolve((file.getParent().startsWith(files[0].getParent()) ? "plain-" : "rewritten-")
                            + file.getFileName()));
        }
        return kept;
    }

    private static byte[] compile(Path source, String... options) throws Exception {
        Path object = source.resolveSibling(source.getFileName() + ".o");
        List<String> command = new ArrayList<>(List.of("arm-linux-gnueabi-gcc", "-c", "-march=armv7ve"));
        command.addAll(List.of(options));
        command.addAll(List.of("-o", object.toString(), source.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(
                0,
                process.waitFor(),
                () -> said.lines().filter(line -> line.contains("rror")).collect(Collectors.joining("\n")));
        return Files.readAllBytes(object);
    }

    /** The bytes of .text. */
    private static byte[] code(byte[] elf) {
        ByteBuffer file = ByteBuffer.wrap(elf).order(ByteOrder.LITTLE_ENDIAN);
        int headers = file.getInt(32);
        int names = file.getInt(headers + 40 * file.getShort(50) + 16);
        for (int i = 0; i < file.getShort(48); i++) {
            int header = headers + 40 * i;
            String name = new String(elf, names + file.getInt(header), 6, StandardCharsets.ISO_8859_1);
            if (name.equals(".text\0")) {
                int offset = file.getInt(header + 16);
                return Arrays.copyOfRange(elf, offset, offset + file.getInt(header + 20));
            }
        }
        throw new AssertionError("no .text");
    }
}
