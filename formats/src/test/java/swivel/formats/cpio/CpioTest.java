package swivel.formats.cpio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import swivel.formats.Tools;

/** Archives against GNU cpio. */
class CpioTest {
    @TempDir
    Path folder;

    private static byte[] archive() throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (CpioWriter cpio = new CpioWriter(archive)) {
            cpio.directory("dev")
                    .characterDevice("dev/console", 0600, 5, 1)
                    .file("init", 0755, "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8))
                    .symbolicLink("sh", "init");
        }
        return archive.toByteArray();
    }

    private String listed(byte[] archive) throws Exception {
        return new String(Tools.filter(folder, archive, "cpio", "--quiet", "-tvn"), StandardCharsets.UTF_8);
    }

    @Test
    void cpioListsWhatWeWrite() throws Exception {
        assertEquals("""
                drwxr-xr-x   1 0        0               0 Jan  1  1970 dev
                crw-------   1 0        0          5,   1 Jan  1  1970 dev/console
                -rwxr-xr-x   1 0        0              10 Jan  1  1970 init
                lrwxrwxrwx   1 0        0               4 Jan  1  1970 sh -> init
                """, listed(archive()));
    }

    @Test
    void exchangedContentKeepsEverythingElse() throws Exception {
        Tools.run(
                folder,
                "sh",
                "-c",
                "mkdir -p d && echo one > d/one && echo two > d/two && ln -s one d/link && chmod 640 d/two && touch -d 2001-02-03 d/*"
                        + " && find d | LC_ALL=C sort | cpio --quiet -o -H crc > a.cpio");
        byte[] before = Files.readAllBytes(folder.resolve("a.cpio"));
        CpioArchive archive = CpioArchive.read(before, 0, before.length);
        assertArrayEquals(before, Arrays.copyOf(archive.with(Map.of()), before.length));
        CpioArchive.Entry two = archive.entries().stream()
                .filter(entry -> entry.name().equals("d/two"))
                .findFirst()
                .orElseThrow();
        assertTrue(two.isFile());
        byte[] content = "something longer\n".getBytes(StandardCharsets.UTF_8);
        byte[] after = archive.with(Map.of(two, content));
        assertEquals(
                listed(before).replaceAll("  4 (.*d/two)", " 17 $1"),
                listed(after),
                "names, times, modes and links are kept");
        Tools.filter(folder, after, "cpio", "--quiet", "-idmu"); // also checks the checksum
        assertArrayEquals(content, Files.readAllBytes(folder.resolve("d/two")));
    }

    @Test
    void damagedArchiveIsRefusedWithItsPlace() throws IOException {
        byte[] archive = archive();
        assertThrows(IOException.class, () -> CpioArchive.read(archive, 0, archive.length - 90));
        archive[120 + 8] = 'x';
        assertEquals(
                "is a damaged cpio archive: there is no header at byte 116",
                assertThrows(IOException.class, () -> CpioArchive.read(archive, 0, archive.length))
                        .getMessage());
    }
}
