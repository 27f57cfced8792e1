package swivel.lpv;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.formats.Bytes;
import swivel.formats.ImageException;
import swivel.formats.Tools;
import swivel.formats.unpack.Compression;

/** The forms of initial file systems that Linux takes: each keeps its form, and what is damaged is refused. */
class InitramfsTest {
    private static final FileRewriter REWRITER = new FileRewriter(true, true, true, () -> {});
    private static final String TRAILER = "TRAILER!!!";

    @TempDir
    static Path folder;

    private static byte[] module;
    private static byte[] rewritten;

    @BeforeAll
    static void build() throws Exception {
        Files.writeString(
                folder.resolve("module.S"),
                ".arch armv7-a\nmrs r0, cpsr\nbx lr\n.section .modinfo, \"a\"\n.asciz \"a\"\n");
        Tools.run(folder, "arm-linux-gnueabi-gcc", "-marm", "-c", "-o", "module.ko", "module.S");
        module = Files.readAllBytes(folder.resolve("module.ko"));
        GuestImage image = GuestImage.read(module.clone(), "module");
        int[] sites = image.rewrite().sites();
        rewritten = SiteList.put(image.bytes(), "module", sites);
    }

    /** An entry; {@code sum} in place of the right one, or -1 for an archive without checksums. */
    private static byte[] entry(String name, byte[] content, int mode, int sum) {
        int[] fields = {1, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length() + 1, Math.max(sum, 0)};
        StringBuilder header = new StringBuilder(sum < 0 ? "070701" : "070702");
        for (int field : fields) {
            header.append("%08X".formatted(field));
        }
        header.append(name).append('\0');
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(header.toString().getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(new byte[-out.size() & 3]);
        out.writeBytes(content);
        out.writeBytes(new byte[-out.size() & 3]);
        return out.toByteArray();
    }

    private static int sum(byte[] content) {
        int sum = 0;
        for (byte value : content) {
            sum += value & 0xff;
        }
        return sum;
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] archive(byte[] content) {
        return join(entry("m.ko", content, 0100644, -1), entry(TRAILER, new byte[0], 0, -1));
    }

    private static byte[] bootConfig(byte[] initrd, int wrong) {
        byte[] text = "kernel {\n  quiet\n}\n\0\0\0\0\0".getBytes(StandardCharsets.US_ASCII);
        ByteBuffer numbers = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        numbers.putInt(text.length).putInt(sum(text) + wrong);
        return join(initrd, text, numbers.array(), "#BOOTCONFIG\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static void assertRewritten(byte[] before, byte[] after) throws Exception {
        assertArrayEquals(after, REWRITER.named(before.clone(), "initrd").content());
    }

    private static String refusal(byte[] file) {
        return assertThrows(ImageException.class, () -> REWRITER.named(file, "initrd"))
                .getMessage();
    }

    @Test
    void bootConfigStaysBehindTheArchive() throws Exception {
        assertRewritten(bootConfig(archive(module), 0), bootConfig(archive(rewritten), 0));
        assertRewritten(
                bootConfig(Compression.GZIP.pack(archive(module)), 0),
                bootConfig(Compression.GZIP.pack(archive(rewritten)), 0));
        byte[] padding = new byte[3];
        assertRewritten(
                join(bootConfig(archive(module), 0), padding), join(bootConfig(archive(rewritten), 0), padding));
        assertEquals("initrd has a bootconfig whose checksum is wrong", refusal(bootConfig(archive(module), 1)));
        byte[] large = bootConfig(archive(module), 0);
        Bytes.putWord(large, large.length - 20, large.length);
        assertEquals("initrd has a bootconfig that is larger than the file", refusal(large));
    }

    @Test
    void archiveNeedsNoEndMark() throws Exception {
        assertRewritten(entry("m.ko", module, 0100644, -1), entry("m.ko", rewritten, 0100644, -1));
        assertRewritten(
                Compression.XZ.pack(entry("m.ko", module, 0100644, -1)),
                Compression.XZ.pack(entry("m.ko", rewritten, 0100644, -1)));
        byte[] cut = Arrays.copyOf(archive(module), module.length + 100);
        assertTrue(refusal(cut).contains("truncated cpio archive"), refusal(cut));
    }

    @Test
    void checksumsOfEntriesAreChecked() throws Exception {
        byte[] trailer = entry(TRAILER, new byte[0], 0, 0);
        assertRewritten(
                join(entry("m.ko", module, 0100644, sum(module)), trailer),
                join(entry("m.ko", rewritten, 0100644, sum(rewritten)), trailer));
        assertEquals(
                "initrd is a damaged cpio archive: the checksum of the entry at byte 0 is wrong",
                refusal(join(entry("m.ko", module, 0100644, sum(module) + 1), trailer)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void initialFileSystemInAnUImageKeepsItsHeader(boolean packed) throws Exception {
        byte[] before = packed ? Compression.GZIP.pack(archive(module)) : archive(module);
        byte[] after = packed ? Compression.GZIP.pack(archive(rewritten)) : archive(rewritten);
        assertRewritten(TestImages.uImage(before, 3), TestImages.uImage(after, 3));
        assertArrayEquals(
                TestImages.uImage(after, 3),
                REWRITER.found(TestImages.uImage(before, 3), "boot/uInitrd").content());
    }
}
