package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code patch} and {@code scan} of directories and single files: what is written, and what is said. */
class PatchFilesTest {
    private static final String MODULE = Swivel.guest("stock/modules/kernel/fs/mbcache.ko");
    private static final FileTime TIME = FileTime.fromMillis(981_173_106_000L);

    @TempDir
    Path directory;

    private Path tree;

    @BeforeEach
    void makeTree() throws IOException {
        tree = Files.createDirectories(directory.resolve("tree"));
        Path lib = Files.createDirectories(tree.resolve("lib/modules"));
        Files.copy(Path.of(MODULE), lib.resolve("mbcache.ko"));
        Files.copy(Path.of(MODULE), lib.resolve("other.ko"));
        Files.createSymbolicLink(lib.resolve("link.ko"), Path.of("mbcache.ko"));
        Files.createSymbolicLink(tree.resolve("dangling"), Path.of("/nowhere"));
        Files.copy(Path.of(Swivel.guest("busybox/busybox")), tree.resolve("busybox"));
        Files.writeString(tree.resolve("text"), "text\n");
        for (String name : List.of("lib/modules/mbcache.ko", "text", "lib")) {
            Files.setPosixFilePermissions(
                    tree.resolve(name),
                    PosixFilePermissions.fromString(name.equals("lib") ? "rwxr-x---" : "r--r-----"));
            Files.setLastModifiedTime(tree.resolve(name), TIME);
        }
    }

    /** Every path of a directory with type, permissions, time and size of files. */
    private static Map<String, String> listing(Path root) throws IOException {
        Map<String, String> listing = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.toList()) {
                String what = Files.isSymbolicLink(path)
                        ? "-> " + Files.readSymbolicLink(path)
                        : Files.isDirectory(path)
                                ? "directory"
                                : Files.getLastModifiedTime(path) + " " + path.getFileName();
                listing.put(
                        root.relativize(path).toString(),
                        Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS)
                                        .size() + " " + what);
            }
        }
        return listing;
    }

    @Test
    void directoryIsCopiedWithItsModulesRewritten() throws IOException {
        Path out = directory.resolve("out");
        Ran ran = Ran.of("patch", tree.toString(), "-o", out.toString());
        assertEquals(ExitStatus.OK, ran.status(), ran.errors());
        assertTrue(ran.output().contains("in 2 files of 2 files"), ran.output());
        assertTrue(ran.output().contains("1  file skipped: a program, which runs in user mode anyway"), ran.output());
        assertTrue(ran.errors().contains("signatures") && ran.errors().contains("(2 files)"), ran.errors());
        assertEquals(listing(tree), listing(out));
        assertEquals(-1, Files.mismatch(tree.resolve("busybox"), out.resolve("busybox")));
        assertEquals(-1, Files.mismatch(out.resolve("lib/modules/mbcache.ko"), out.resolve("lib/modules/other.ko")));
        assertEquals(ExitStatus.FOUND, Ran.of("scan", tree.toString()).status());
        assertEquals(ExitStatus.OK, Ran.of("scan", out.toString()).status());
        Ran again = Ran.of("patch", tree.toString(), "-o", out.toString());
        assertEquals(ExitStatus.BAD_INPUT, again.status());
        assertTrue(again.errors().contains("exists already"), again.errors());
    }

    @Test
    void directoryInPlaceAndAgain() throws IOException {
        Map<String, String> before = listing(tree);
        Ran dry = Ran.of("patch", tree.toString(), "--dry-run");
        assertEquals(ExitStatus.OK, dry.status());
        assertEquals(-1, Files.mismatch(Path.of(MODULE), tree.resolve("lib/modules/mbcache.ko")));
        Ran first = Ran.of("patch", tree.toString(), "--in-place");
        assertEquals(ExitStatus.OK, first.status(), first.errors());
        assertEquals(dry.output(), first.output(), "what would be done was done");
        assertTrue(Files.mismatch(Path.of(MODULE), tree.resolve("lib/modules/mbcache.ko")) >= 0);
        assertEquals(before, listing(tree), "names, permissions, times and links");
        Ran second = Ran.of("patch", tree.toString(), "--in-place");
        assertEquals(ExitStatus.NOTHING_TO_DO, second.status());
        assertTrue(second.errors().contains("was rewritten before"), second.errors());
    }

    @Test
    void failureHalfWayLeavesTheTreeAsItWas() throws IOException {
        // The second file cannot be replaced: it is somebody's outside of the tree, too.
        Files.createLink(directory.resolve("outside.ko"), tree.resolve("lib/modules/other.ko"));
        Map<String, String> before = listing(directory);
        Ran ran = Ran.of("patch", tree.toString(), "--in-place");
        assertEquals(ExitStatus.BAD_INPUT, ran.status());
        assertTrue(ran.errors().contains("which is as it was"), ran.errors());
        assertTrue(ran.errors().contains("other.ko: has another name"), ran.errors());
        assertEquals(before, listing(directory));
        assertEquals(-1, Files.mismatch(Path.of(MODULE), tree.resolve("lib/modules/mbcache.ko")));
    }

    @Test
    void damagedModuleHasALineAndAStatus() throws IOException {
        byte[] module = Files.readAllBytes(Path.of(MODULE));
        Files.write(tree.resolve("damaged.ko"), Arrays.copyOf(module, module.length / 2));
        Ran ran = Ran.of("patch", tree.toString(), "--in-place");
        assertEquals(ExitStatus.BAD_INPUT, ran.status());
        assertEquals(
                1,
                ran.errors()
                        .lines()
                        .filter(line -> line.contains("damaged.ko is truncated"))
                        .count(),
                ran.errors());
        assertEquals(ExitStatus.BAD_INPUT, Ran.of("scan", tree.toString()).status());
        Files.delete(tree.resolve("damaged.ko"));
        assertEquals(ExitStatus.OK, Ran.of("scan", tree.toString()).status(), "the others were rewritten");
    }

    @Test
    void directoryWithoutKernelCodeIsNotASuccess() throws IOException {
        Path empty = Files.createDirectories(directory.resolve("empty"));
        Files.writeString(empty.resolve("text"), "text");
        Ran ran = Ran.of("patch", empty.toString(), "--in-place");
        assertEquals(ExitStatus.NOTHING_TO_DO, ran.status());
        assertTrue(ran.errors().contains("there is no sensitive instruction in " + empty), ran.errors());
    }

    @Test
    void oneModuleToAFile() throws IOException {
        Path out = directory.resolve("out.ko");
        assertEquals(
                ExitStatus.OK, Ran.of("patch", MODULE, "-o", out.toString()).status());
        Ran again = Ran.of(
                "patch", out.toString(), "-o", directory.resolve("again.ko").toString());
        assertEquals(ExitStatus.NOTHING_TO_DO, again.status());
        assertArrayEquals(Files.readAllBytes(out), Files.readAllBytes(directory.resolve("again.ko")));
    }

    @Test
    void reportsAreAllThatIsPrinted() {
        Ran json = Ran.of("patch", MODULE, "--dry-run", "--report", "json");
        assertTrue(
                json.output().startsWith("{\"action\":\"patch\"")
                        && json.output().endsWith("}\n"),
                json.output());
        assertTrue(json.output().contains("\"section\":\".text\""), json.output());
        Ran html = Ran.of("scan", MODULE, "--report", "html");
        assertEquals(ExitStatus.FOUND, html.status());
        assertTrue(html.output().startsWith("<!DOCTYPE html>"), html.output());
        Ran text = Ran.of("scan", MODULE, "--report", "text");
        assertTrue(text.output().contains("mbcache.ko:.text+0x"), text.output());
        assertFalse(Ran.of("scan", MODULE).output().contains("mbcache.ko:.text+0x"));
    }

    @Test
    void placeToWriteToIsAsked() {
        assertEquals(ExitStatus.BAD_INPUT, Ran.of("patch", MODULE).status());
        Ran inside =
                Ran.of("patch", tree.toString(), "-o", tree.resolve("inside").toString());
        assertEquals(ExitStatus.BAD_INPUT, inside.status());
        assertTrue(inside.errors().contains("lies inside of"), inside.errors());
    }
}
