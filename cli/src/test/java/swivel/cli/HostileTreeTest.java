package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trees whose author wants to have something written or removed outside of them. */
class HostileTreeTest {
    private static final Path KERNEL = Path.of(Swivel.guest("stock/modules/kernel/fs/mbcache.ko"));
    private static final String SOURCE = "\n\tmrs r0, cpsr\n";

    @TempDir
    Path directory;

    private Path mine;
    private Path tree;
    private String said;

    @BeforeEach
    void makeTree() throws IOException {
        mine = Files.createDirectories(directory.resolve("mine"));
        Files.writeString(mine.resolve("file"), "precious");
        Files.createDirectories(mine.resolve("folder"));
        Files.writeString(mine.resolve("folder/b.ko"), "precious, too");
        tree = Files.createDirectories(directory.resolve("tree"));
        Files.createDirectories(tree.resolve("boot"));
        Files.copy(KERNEL, tree.resolve("boot/a.ko"));
        Files.createDirectories(tree.resolve("arch/arm"));
        Files.writeString(tree.resolve("arch/arm/a.S"), SOURCE);
    }

    private int run(String... arguments) {
        Ran ran = Ran.of(arguments);
        said = ran.output() + ran.errors();
        return ran.status();
    }

    /** All that is in a directory: links as links, files with content, permissions and time. */
    private static Map<String, String> state(Path root) throws IOException {
        Map<String, String> state = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.toList()) {
                String what = Files.isSymbolicLink(path)
                        ? "-> " + Files.readSymbolicLink(path)
                        : Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                                ? Files.getLastModifiedTime(path)
                                        + Files.getPosixFilePermissions(path).toString()
                                        + new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1)
                                : "directory or other";
                state.put(root.relativize(path).toString(), what);
            }
        }
        return state;
    }

    private Path link(String name, String target) throws IOException {
        return Files.createSymbolicLink(directory.resolve(name), directory.resolve(target));
    }

    /** Every name that is, or has ever been, the name of a temporary file. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void linksAndFilesAtNamesThatOneMightGuessStayAsTheyAre(boolean links) throws IOException {
        for (String suffix : new String[] {
            ".swivel-new", ".swivel-old", ".swivel-part", ".part", ".new", ".old", ".tmp", "~", ".bak", ".orig", ".lock"
        }) {
            for (String file : new String[] {"tree/boot/a.ko", "tree/arch/arm/a.S", "tree", "out", "out.ko"}) {
                String name = file + suffix;
                if (!links) {
                    Files.writeString(directory.resolve(name), "a neighbour");
                } else {
                    link(name, suffix.startsWith(".swivel") ? "mine/file" : "mine/folder");
                }
            }
        }
        Map<String, String> before = state(directory);
        assertEquals(ExitStatus.OK, run("patch", tree.toString(), "-o", path("out")), said);
        assertEquals(ExitStatus.OK, run("patch", KERNEL.toString(), "-o", path("out.ko")), said);
        assertEquals(ExitStatus.OK, run("patch", "--source", tree.toString(), "-o", path("out.source")), said);
        assertEquals(ExitStatus.OK, run("patch", tree.toString(), "--in-place"), said);
        assertEquals(ExitStatus.OK, run("patch", "--source", tree.toString(), "--in-place"), said);
        Map<String, String> after = state(directory);
        assertFalse(after.keySet()
                .removeIf(name -> TemporaryName.isTemporary(Path.of(name).getFileName())));
        before.keySet().removeIf(name -> name.endsWith("/a.ko") || name.endsWith("/a.S"));
        after.keySet()
                .removeIf(name -> !before.containsKey(name)
                        && (name.matches("out(\\.source)?(/.*)?|out\\.ko")
                                || name.equals("tree/swivel-lpv.h")
                                || name.endsWith("/a.ko")
                                || name.endsWith("/a.S")));
        assertEquals(before, after);
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    @Test
    void outputThatIsALinkIsRefused() throws IOException {
        link("link", "mine/file");
        link("dangling", "mine/new");
        link("to-folder", "mine/folder");
        Files.createLink(directory.resolve("hard"), mine.resolve("file"));
        Map<String, String> before = state(directory);
        for (String out : new String[] {"link", "dangling", "to-folder", "hard"}) {
            assertEquals(ExitStatus.BAD_INPUT, run("patch", KERNEL.toString(), "-o", path(out)), said);
            assertEquals(
                    1, said.lines().filter(line -> line.startsWith("swivel: ")).count(), said);
            assertTrue(said.contains(out), said);
            assertEquals(ExitStatus.BAD_INPUT, run("run", "--dump-dtb", path(out)), said);
            assertEquals(ExitStatus.BAD_INPUT, run("patch", tree.toString(), "-o", path(out)), said);
            assertEquals(ExitStatus.BAD_INPUT, run("patch", "--source", tree.toString(), "-o", path(out)), said);
            assertEquals(before, state(directory));
        }
    }

    @Test
    void linkIsNotRewrittenInPlace() throws IOException {
        Files.copy(KERNEL, mine.resolve("kernel"));
        link("kernel", "mine/kernel");
        link("linked-tree", "tree");
        Map<String, String> before = state(directory);
        assertEquals(ExitStatus.BAD_INPUT, run("patch", path("kernel"), "--in-place"));
        assertTrue(said.contains("is a link to " + mine.resolve("kernel")), said);
        assertEquals(ExitStatus.BAD_INPUT, run("patch", path("linked-tree"), "--in-place"), said);
        assertEquals(ExitStatus.BAD_INPUT, run("patch", "--source", path("linked-tree"), "--in-place"), said);
        assertEquals(ExitStatus.BAD_INPUT, run("patch", "--source", path("linked-tree"), "--undo"), said);
        assertEquals(before, state(directory));
    }

    @ParameterizedTest
    @ValueSource(strings = {"link", "dangling", "hard", "own", "folder"})
    void headerThatIsNotOursIsRefused(String kind) throws IOException {
        Path header = tree.resolve("swivel-lpv.h");
        switch (kind) {
            case "link" -> Files.createSymbolicLink(header, Path.of("../mine/file"));
            case "dangling" -> Files.createSymbolicLink(header, Path.of("../mine/new"));
            case "hard" -> Files.createLink(header, mine.resolve("file"));
            case "own" -> Files.writeString(header, "/* the user's own */\n");
            default -> Files.createDirectory(header);
        }
        Map<String, String> before = state(directory);
        assertEquals(ExitStatus.BAD_INPUT, run("patch", "--source", tree.toString(), "--in-place"), said);
        assertTrue(said.contains("swivel-lpv.h"), said);
        assertEquals(before, state(directory));
        assertEquals(ExitStatus.BAD_INPUT, run("patch", "--source", tree.toString(), "-o", path("out")), said);
        assertEquals(before, state(directory));
    }

    @Test
    void undoRemovesNoHeaderThatIsNotOurs() throws IOException {
        assertEquals(ExitStatus.OK, run("patch", "--source", tree.toString(), "--in-place"), said);
        Path header = tree.resolve("swivel-lpv.h");
        Files.delete(header);
        Files.createSymbolicLink(header, mine.resolve("file"));
        Map<String, String> before = state(directory);
        assertEquals(ExitStatus.BAD_INPUT, run("patch", "--source", tree.toString(), "--undo"), said);
        assertEquals(before, state(directory));
    }

    @Test
    void directoryThatIsExchangedForALinkLeadsNowhere() throws IOException {
        Map<String, String> before = state(mine);
        byte[] content = {1, 2, 3};
        try (InPlace files = new InPlace(tree, true)) {
            files.replace(Path.of("boot/a.ko"), content);
            Files.move(tree.resolve("boot"), tree.resolve("was-boot"));
            Files.createSymbolicLink(tree.resolve("boot"), mine.resolve("folder"));
            Files.copy(KERNEL, tree.resolve("was-boot/b.ko"));
            assertThrows(IOException.class, () -> files.replace(Path.of("boot/b.ko"), content));
            assertThrows(IOException.class, files::commit);
        }
        assertEquals(before, state(mine));
    }

    /** Sources are read before the first of them is written, which may take a while. */
    @Test
    void fileThatAPersonChangesMeanwhileIsLeftToThem() throws Exception {
        Path file = tree.resolve("arch/arm/a.S");
        try (InPlace files = new InPlace(tree, false)) {
            Thread.sleep(20); // longer than the clock of a file system stands still
            Files.writeString(file, "new work");
            Thread.sleep(20);
            IOException refused =
                    assertThrows(IOException.class, () -> files.replace(Path.of("arch/arm/a.S"), new byte[1]));
            assertTrue(refused.getMessage().contains("was changed meanwhile"), refused.getMessage());
        }
        assertEquals("new work", Files.readString(file));
    }

    /** A file with holes takes no space, but its copy would. */
    @Test
    void copyThatDoesNotFitIsNotBegun() throws IOException {
        long free = Files.getFileStore(directory).getTotalSpace();
        Path huge = tree.resolve("huge");
        try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
            file.setLength(free + (1L << 30));
        }
        assertEquals(ExitStatus.BAD_INPUT, run("patch", tree.toString(), "-o", path("out")), said);
        assertTrue(said.contains("MiB are free there"), said);
        assertEquals(ExitStatus.BAD_INPUT, run("patch", "--source", tree.toString(), "-o", path("out")), said);
        assertEquals(1, said.lines().filter(line -> line.startsWith("swivel: ")).count(), said);
        assertFalse(Files.exists(directory.resolve("out")));
    }

    @Test
    void fileThatIsTooLargeIsCopiedAsItIs() throws IOException {
        Path huge = tree.resolve("huge.ko");
        Files.copy(KERNEL, huge);
        try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
            file.setLength((1L << 30) + 1);
        }
        assertEquals(ExitStatus.BAD_INPUT, run("patch", tree.toString(), "-o", path("out")), said);
        assertTrue(said.contains("huge.ko has more than 1024 MiB"), said);
        assertEquals(Files.size(huge), Files.size(directory.resolve("out/huge.ko")));
    }

    @Test
    void pathThatLeadsOutIsRefused() throws IOException {
        try (InPlace files = new InPlace(tree, true)) {
            assertThrows(IOException.class, () -> files.replace(Path.of("../mine/file"), new byte[1]));
            assertThrows(IOException.class, () -> files.create(Path.of("boot/../../mine/new"), new byte[1]));
        }
    }

    /** A journal that says: it is complete; replace the user's files by ours. */
    @ParameterizedTest
    @ValueSource(strings = {"../mine/file", "own-file", "/etc/hostname", "boot/../../mine/file"})
    void journalOfSomebodyElseIsRefused(String target) throws IOException {
        Files.writeString(tree.resolve("own-file"), "precious");
        String id = TemporaryName.newId();
        Files.writeString(tree.resolve(TemporaryName.of(id, "0")), "hostile");
        Files.writeString(mine.resolve(TemporaryName.of(id, "0")), "hostile");
        Files.writeString(
                tree.resolve(TemporaryName.journal(id)),
                "swivel journal 1 %s\nreplace 0 8 %d 7 0 %s\ncommit %s\n"
                        .formatted(
                                id,
                                Files.getLastModifiedTime(tree.resolve("own-file"))
                                        .toMillis(),
                                target.startsWith("/") ? target : "/" + target,
                                "0".repeat(64)));
        Map<String, String> before = state(directory);
        assertEquals(ExitStatus.BAD_INPUT, run("patch", tree.toString(), "--in-place"), said);
        assertTrue(said.contains("was not written by this user's Swivel"), said);
        assertEquals(ExitStatus.BAD_INPUT, run("patch", tree.toString(), "-o", path("out")), said);
        assertEquals(ExitStatus.BAD_INPUT, run("patch", "--source", tree.toString(), "--undo"), said);
        assertEquals(before, state(directory));
    }

    @Test
    void journalThatIsNoFileIsNoJournal() throws IOException {
        Files.createSymbolicLink(tree.resolve(TemporaryName.journal(TemporaryName.newId())), mine.resolve("file"));
        Files.createDirectory(tree.resolve(TemporaryName.journal(TemporaryName.newId())));
        Map<String, String> before = state(mine);
        assertEquals(ExitStatus.OK, run("patch", tree.toString(), "--in-place"), said);
        assertEquals(before, state(mine));
    }

    @Test
    void leftOverIsNoKernel() throws IOException {
        Path leftOver = Files.copy(KERNEL, tree.resolve("boot").resolve(TemporaryName.of(TemporaryName.newId(), "0")));
        Path part = Files.createDirectory(tree.resolve(TemporaryName.single()));
        Files.copy(KERNEL, part.resolve("a.ko"));
        assertEquals(ExitStatus.FOUND, run("scan", tree.toString()), said);
        assertTrue(said.contains("in 1 file of 1 file"), said);
        assertTrue(said.contains("2  files skipped: left over by a Swivel that was killed"), said);
        assertEquals(ExitStatus.OK, run("patch", tree.toString(), "--in-place"), said);
        assertEquals(-1, Files.mismatch(KERNEL, leftOver));
        assertEquals(-1, Files.mismatch(KERNEL, part.resolve("a.ko")));
    }

    @Test
    void treeThatIsBeingRewrittenIsNotCopied() throws IOException {
        Files.writeString(tree.resolve(TemporaryName.journal(TemporaryName.newId())), "");
        assertEquals(ExitStatus.BAD_INPUT, run("patch", tree.toString(), "-o", path("out")), said);
        assertTrue(said.contains("is at work or was killed"), said);
        assertEquals(ExitStatus.FOUND, run("scan", tree.toString()), said);
        assertTrue(said.contains("is at work or was killed"), said);
        assertEquals(ExitStatus.OK, run("patch", tree.toString(), "--in-place"), said);
        assertEquals(ExitStatus.NOTHING_TO_DO, run("patch", tree.toString(), "-o", path("out")), said);
        assertTrue(Files.isDirectory(directory.resolve("out")));
    }
}
