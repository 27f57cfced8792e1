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
import java.util.TreeMap;
import java.util.stream.Collectors;
import swivel.lpv.GuestImage;

/** Takes both routes from a tree of sources to an object and compares all that the objects load, code and data. */
final class Routes {
    private static final int SHF_ALLOC = 2;
    private static final int SHT_NOBITS = 8;

    private final Path plain;
    private final Path rewritten;

    /** @param directory an empty one, for both trees */
    Routes(Path directory) {
        this.plain = directory.resolve("plain");
        this.rewritten = directory.resolve("rewritten");
    }

    void write(String name, String text) throws IOException {
        for (Path tree : List.of(plain, rewritten)) {
            Path file = tree.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text, StandardCharsets.ISO_8859_1);
        }
    }

    /** Rewrites the sources; what is rewritten keeps its lines, is rewritten once, and can be undone. */
    void rewrite() throws IOException {
        SourceTree.Rewriting rewriting = SourceTree.rewrite(plain);
        for (Map.Entry<Path, byte[]> file : rewriting.files().entrySet()) {
            Files.write(rewritten.resolve(file.getKey()), file.getValue());
        }
        assertTrue(SourceTree.rewrite(rewritten).files().isEmpty(), "rewritten twice");
        for (Map.Entry<Path, byte[]> file : rewriting.files().entrySet()) {
            if (!file.getKey().toString().equals(SourceTree.HEADER)) {
                byte[] before = Files.readAllBytes(plain.resolve(file.getKey()));
                assertArrayEquals(before, Undo.before(file.getValue()), () -> file.getKey() + " undone");
            }
        }
    }

    /**
     * Asserts that an object of the plain source, rewritten, is that of the rewritten source.
     *
     * @param encoded how many instructions are sensitive, at least
     */
    void assertSame(String name, int encoded, String... options) throws Exception {
        GuestImage image = GuestImage.read(compile(plain.resolve(name), options), name);
        int found = image.rewrite().encoded();
        assertTrue(found >= encoded, () -> "only " + found + " are sensitive");
        Map<String, byte[]> expected = sections(image.bytes());
        Map<String, byte[]> actual = sections(compile(rewritten.resolve(name), options));
        assertEquals(expected.keySet(), actual.keySet());
        for (Map.Entry<String, byte[]> section : expected.entrySet()) {
            int different = Arrays.mismatch(section.getValue(), actual.get(section.getKey()));
            if (different >= 0) {
                int at = different & ~3;
                throw new AssertionError("%s+0x%x: ELF route %08x, source route %08x; kept in %s"
                        .formatted(
                                section.getKey(),
                                at,
                                word(section.getValue(), at),
                                word(actual.get(section.getKey()), at),
                                keep(name)));
            }
        }
    }

    private static int word(byte[] bytes, int offset) {
        return offset + 4 <= bytes.length
                ? ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(offset)
                : 0;
    }

    private Path keep(String name) throws IOException {
        Path kept = Files.createTempDirectory("swivel-route-");
        for (Path tree : List.of(plain, rewritten)) {
            Path file = tree.resolve(name);
            Files.copy(file, kept.resolve(tree.getFileName() + "-" + file.getFileName()));
        }
        return kept;
    }

    private static byte[] compile(Path source, String... options) throws Exception {
        Path object = source.resolveSibling(source.getFileName() + ".o");
        List<String> command = new ArrayList<>(List.of("arm-linux-gnueabi-gcc", "-c", "-march=armv7ve", "-w"));
        command.addAll(List.of(options));
        command.addAll(List.of("-Wa,-I" + source.getParent(), "-o", object.toString(), source.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(
                0,
                process.waitFor(),
                () -> said.lines().filter(line -> line.contains("rror")).collect(Collectors.joining("\n")));
        return Files.readAllBytes(object);
    }

    /** What of an object is loaded, by the names of sections. */
    private static Map<String, byte[]> sections(byte[] elf) {
        ByteBuffer file = ByteBuffer.wrap(elf).order(ByteOrder.LITTLE_ENDIAN);
        int headers = file.getInt(32);
        int names = file.getInt(headers + 40 * file.getShort(50) + 16);
        Map<String, byte[]> sections = new TreeMap<>();
        for (int i = 0; i < file.getShort(48); i++) {
            int header = headers + 40 * i;
            boolean loaded = (file.getInt(header + 8) & SHF_ALLOC) != 0 && file.getInt(header + 4) != SHT_NOBITS;
            if (loaded) {
                int name = names + file.getInt(header);
                int end = name;
                while (elf[end] != 0) {
                    end++;
                }
                int offset = file.getInt(header + 16);
                sections.put(
                        new String(elf, name, end - name, StandardCharsets.ISO_8859_1),
                        Arrays.copyOfRange(elf, offset, offset + file.getInt(header + 20)));
            }
        }
        return sections;
    }
}
