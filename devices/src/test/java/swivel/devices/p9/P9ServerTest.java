package swivel.devices.p9;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server as Linux's client uses it, and as somebody does who wants out. */
class P9ServerTest {
    private static final int ROOT = P9Client.ROOT;
    private static final int FILE = 1;
    private static final int OTHER = 2;
    private static final int READ_WRITE = 2;
    private static final int WRITE_ONLY = 1;
    private static final int REMOVE_DIRECTORY = 0x200;
    private static final long BUDGET = 1 << 22;

    @TempDir
    private Path directory;

    private Path share;
    private Path outside;
    private SharedFolder folder;
    private P9Client client;

    @BeforeEach
    void share() throws IOException {
        share = Files.createDirectory(directory.resolve("share"));
        outside = Files.createDirectory(directory.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "secret");
        folder = SharedFolder.open(share, "tag", false);
        client = new P9Client(folder.server(BUDGET)).attach();
    }

    @AfterEach
    void close() {
        folder.close();
    }

    private P9Client again(boolean readOnly, long budget) throws IOException {
        folder.close();
        folder = SharedFolder.open(share, "tag", readOnly);
        client = new P9Client(folder.server(budget)).attach();
        return client;
    }

    private static void refused(int error, Runnable message) {
        assertEquals(error, P9Client.error(message));
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void aFileIsMadeWrittenReadAndCut() throws IOException {
        client.walk(ROOT, FILE);
        client.create(FILE, "new", READ_WRITE, 0666);
        assertEquals(5, client.write(FILE, 0, "hello"));
        assertEquals(3, client.write(FILE, 5, "you"));
        assertEquals("loyo", client.read(FILE, 3, 4));
        assertEquals("", client.read(FILE, 100, 4));
        assertEquals("helloyou", Files.readString(share.resolve("new")));
        assertEquals("rw-rw-rw-", mode(share.resolve("new")), "whatever the umask is");
        client.setAttributes(FILE, 0x8, 0, 0, 0, 2, 0);
        assertEquals("he", client.read(FILE, 0, 100));
        client.send(MessageType.FSYNC, m -> m.u32(FILE).u32(0));
        client.clunk(FILE);
        refused(HostError.EBADF, () -> client.clunk(FILE));
    }

    @Test
    void aFileThatIsThereIsOpenedByCreatingIt() throws IOException {
        Files.writeString(share.resolve("there"), "old");
        client.walk(ROOT, FILE);
        refused(HostError.EEXIST, () -> client.create(FILE, "there", READ_WRITE | 0x80, 0600));
        client.create(FILE, "there", READ_WRITE, 0600);
        assertEquals("old", client.read(FILE, 0, 10));
        client.walk(ROOT, OTHER);
        Files.createSymbolicLink(share.resolve("link"), outside.resolve("secret"));
        refused(HostError.ELOOP, () -> client.create(OTHER, "link", READ_WRITE, 0600));
        Files.createSymbolicLink(share.resolve("dangling"), outside.resolve("made"));
        refused(HostError.ELOOP, () -> client.create(OTHER, "dangling", READ_WRITE, 0600));
        assertFalse(Files.exists(outside.resolve("made")));
    }

    @Test
    void modesOwnersAndTimesAreSet() throws IOException {
        Path file = Files.writeString(share.resolve("f"), "x");
        client.walk(ROOT, FILE, "f");
        client.setAttributes(FILE, 0x1, 0104751, 0, 0, 0, 0);
        assertEquals(0104751, client.modeAndSize(FILE)[0]);
        client.setAttributes(FILE, 0x10 | 0x80 | 0x20 | 0x100, 0, 0, 0, 0, 1_000_000_000L);
        assertEquals(
                FileTime.from(java.time.Instant.ofEpochSecond(1_000_000_000L, 7)), Files.getLastModifiedTime(file));
        client.setAttributes(FILE, 0x20, 0, 0, 0, 0, 0);
        assertTrue(Files.getLastModifiedTime(file).toMillis() > 1_700_000_000_000L, "the time of now");
        refused(HostError.EINVAL, () -> client.setAttributes(FILE, 0x8, 0, 0, 0, -1, 0));
        client.walk(ROOT, OTHER);
        refused(HostError.EISDIR, () -> client.setAttributes(OTHER, 0x8, 0, 0, 0, 0, 0));
    }

    @Test
    void linksAreMadeReadAndNeverFollowed() throws IOException {
        client.symlink(ROOT, "l", "../outside/secret");
        assertEquals(Path.of("../outside/secret"), Files.readSymbolicLink(share.resolve("l")));
        assertEquals(1, client.walk(ROOT, FILE, "l"));
        assertEquals("../outside/secret", client.readlink(FILE));
        assertEquals(0x2, client.qidOf(FILE).type());
        refused(HostError.ELOOP, () -> client.open(FILE, 0));
        refused(HostError.EINVAL, () -> client.setAttributes(FILE, 0x8, 0, 0, 0, 0, 0));
        int _ = P9Client.error(() -> client.setAttributes(FILE, 0x1, 0600, 0, 0, 0, 0));
        client.setAttributes(FILE, 0x10 | 0x80 | 0x20 | 0x100, 0, 0, 0, 0, 1_000_000_000L);
        assertTrue(Files.getLastModifiedTime(outside.resolve("secret")).toMillis() > 1_700_000_000_000L);
        assertEquals("secret", Files.readString(outside.resolve("secret")));
        client.link(ROOT, FILE, "hard");
        assertTrue(Files.isSymbolicLink(share.resolve("hard")), "a second name of the link itself");
        Files.createSymbolicLink(share.resolve("up"), outside);
        assertEquals(1, client.walk(ROOT, OTHER, "up", "secret"), "a link is no way");
    }

    @Test
    void aHardLinkIsTheSameFile() throws IOException {
        Files.writeString(share.resolve("a"), "x");
        client.walk(ROOT, FILE, "a");
        client.link(ROOT, FILE, "b");
        client.walk(ROOT, OTHER, "b");
        assertEquals(client.qidOf(FILE), client.qidOf(OTHER));
        client.renameAt(ROOT, "a", ROOT, "b"); // two names of one file: POSIX does nothing
        assertTrue(Files.exists(share.resolve("a")));
        client.clunk(FILE);
        client.clunk(OTHER);
        client.walk(ROOT, FILE, "a");
        client.walk(ROOT, OTHER, "b");
        assertEquals(client.qidOf(FILE), client.qidOf(OTHER));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "/", "/etc", "../outside", "x\0y", "", "\0"})
    void namesOfMoreThanOneStepAreRefused(String name) throws IOException {
        Files.createDirectories(share.resolve("a/b"));
        client.walk(ROOT, FILE);
        refused(HostError.ENOENT, () -> client.walk(ROOT, OTHER, name));
        refused(HostError.ENOENT, () -> client.create(FILE, name, READ_WRITE, 0600));
        refused(HostError.ENOENT, () -> client.mkdir(FILE, name, 0700));
        refused(HostError.ENOENT, () -> client.symlink(FILE, name, "x"));
        refused(HostError.ENOENT, () -> client.mknod(FILE, name, 0100600));
        refused(HostError.ENOENT, () -> client.link(ROOT, FILE, name));
        refused(HostError.ENOENT, () -> client.renameAt(ROOT, "a", ROOT, name));
        refused(HostError.ENOENT, () -> client.renameAt(ROOT, name, ROOT, "c"));
        refused(HostError.ENOENT, () -> client.unlinkAt(ROOT, name, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {".", ".."})
    void dotsAreNoNames(String name) {
        client.walk(ROOT, FILE);
        refused(HostError.EEXIST, () -> client.create(FILE, name, READ_WRITE, 0600));
        refused(HostError.EEXIST, () -> client.mkdir(FILE, name, 0700));
        refused(HostError.EEXIST, () -> client.renameAt(ROOT, name, ROOT, "x"));
        assertNotEquals(0, P9Client.error(() -> client.unlinkAt(ROOT, name, REMOVE_DIRECTORY)));
    }

    @Test
    void nothingIsAboveTheRoot() throws IOException {
        Files.createDirectories(share.resolve("a/b"));
        assertEquals(3, client.walk(ROOT, FILE, "..", "..", ".."));
        assertEquals(client.qidOf(ROOT), client.qidOf(FILE));
        assertEquals(6, client.walk(ROOT, OTHER, "a", "b", "..", "..", "..", ".."));
        assertEquals(client.qidOf(ROOT), client.qidOf(OTHER));
        client.open(FILE, 0);
        assertEquals(Set.of(".", "..", "a"), client.readDirectory(FILE, 0, 4096).keySet());
    }

    /** The directory goes elsewhere while the guest stands in it: above it is still where it came from. */
    @Test
    void aDirectoryThatIsMovedOutOfTheFolderLeadsNowhere() throws IOException {
        Files.createDirectories(share.resolve("a/b"));
        client.walk(ROOT, FILE, "a", "b");
        Files.move(share.resolve("a"), outside.resolve("a"));
        client.walk(FILE, OTHER, "..", "..");
        assertEquals(client.qidOf(ROOT), client.qidOf(OTHER));
        refused(HostError.ENOENT, () -> client.walk(OTHER, 3, "secret"));
        assertEquals(
                3, client.walk(FILE, 3, "..", "..", "..", "outside", "secret"), "the last that was found is a root");
    }

    @Test
    void aDirectoryThatBecomesALinkIsNotFollowed() throws IOException {
        Files.createDirectories(share.resolve("d"));
        client.walk(ROOT, FILE, "d");
        Files.delete(share.resolve("d"));
        Files.createSymbolicLink(share.resolve("d"), outside);
        refused(HostError.ENOENT, () -> client.walk(FILE, OTHER, "secret"));
        refused(HostError.ENOENT, () -> client.mkdir(FILE, "new", 0700));
        refused(HostError.ENOENT, () -> client.unlinkAt(FILE, "secret", 0));
        assertEquals(1, client.walk(ROOT, OTHER, "d", "secret"), "the link is a file, and nothing is in it");
        assertTrue(Files.exists(outside.resolve("secret")));
    }

    @Test
    void whatWasRemovedIsStillInHand() throws IOException {
        Files.writeString(share.resolve("f"), "content");
        client.walk(ROOT, FILE, "f");
        client.walk(ROOT, OTHER, "f");
        client.open(OTHER, READ_WRITE);
        client.unlinkAt(ROOT, "f", 0);
        Files.writeString(share.resolve("f"), "another");
        assertEquals("content", client.read(OTHER, 0, 10));
        client.open(FILE, 0);
        assertEquals("content", client.read(FILE, 0, 10));
        client.walk(ROOT, 3, "f");
        assertNotEquals(client.qidOf(3).path(), client.qidOf(FILE).path());
    }

    @Test
    void renamingTakesFilesInHandAlong() throws IOException {
        Files.createDirectories(share.resolve("a/b"));
        Files.createDirectories(share.resolve("c"));
        Files.writeString(share.resolve("a/b/f"), "x");
        client.walk(ROOT, FILE, "a", "b", "f");
        client.walk(ROOT, OTHER, "c");
        client.renameAt(ROOT, "a", OTHER, "z");
        assertTrue(Files.exists(share.resolve("c/z/b/f")));
        client.open(FILE, 0);
        assertEquals("x", client.read(FILE, 0, 10));
        client.walk(ROOT, 3, "c", "z", "b");
        client.walk(3, 4, "..", "..");
        assertEquals(client.qidOf(OTHER), client.qidOf(4));
        client.send(MessageType.RENAME, m -> m.u32(3).u32(ROOT).string("b2"));
        assertTrue(Files.exists(share.resolve("b2/f")));
        refused(HostError.EINVAL, () -> client.renameAt(ROOT, "c", 4, "inside"));
        client.walk(ROOT, 5, "c");
        refused(HostError.EINVAL, () -> client.renameAt(ROOT, "c", 5, "itself"));
    }

    @Test
    void aLargeDirectoryIsReadInPartsFromAnywhere() throws IOException {
        Set<String> names = new HashSet<>(Set.of(".", ".."));
        for (int i = 0; i < 3000; i++) {
            names.add("a file with the number " + i);
            Files.createFile(share.resolve("a file with the number " + i));
        }
        client.walk(ROOT, FILE);
        client.open(FILE, 0);
        List<String> read = new ArrayList<>();
        long offset = 0;
        long middle = 0;
        String afterMiddle = null;
        Map<String, Long> part = client.readDirectory(FILE, offset, 1000);
        while (!part.isEmpty()) {
            for (Map.Entry<String, Long> entry : part.entrySet()) {
                assertEquals(++offset, entry.getValue(), "small numbers, for programs of 32 bits");
                read.add(entry.getKey());
            }
            if (middle > 0 && afterMiddle == null) {
                afterMiddle = part.keySet().iterator().next();
            }
            middle = middle == 0 && offset > 1500 ? offset : middle;
            part = client.readDirectory(FILE, offset, 1000);
        }
        assertEquals(names.size(), read.size());
        assertEquals(names, new HashSet<>(read));
        assertEquals(
                afterMiddle,
                client.readDirectory(FILE, middle, 1000).keySet().iterator().next());
        assertEquals(
                read.getFirst(),
                client.readDirectory(FILE, 0, 100).keySet().iterator().next());
        refused(HostError.EINVAL, () -> client.readDirectory(FILE, 5, 24));
        assertEquals(Map.of(), client.readDirectory(FILE, 1 << 20, 100));
        for (String name : read) {
            if (name.length() > 2) {
                client.unlinkAt(ROOT, name, 0);
            }
        }
        try (var left = Files.list(share)) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void directoriesAndSpecialFilesAreMadeAndRemoved() throws IOException {
        client.mkdir(ROOT, "d", 01777);
        client.walk(ROOT, FILE, "d");
        assertEquals(041777, client.modeAndSize(FILE)[0]);
        client.mknod(ROOT, "fifo", 0010640);
        client.walk(ROOT, OTHER, "fifo");
        assertEquals(010640, client.modeAndSize(OTHER)[0]);
        refused(HostError.ENXIO, () -> client.open(OTHER, 0)); // nobody writes there: it would wait for ever
        client.mknod(ROOT, "socket", 0140600);
        client.mknod(ROOT, "empty", 0100600);
        refused(HostError.EPERM, () -> client.mknod(ROOT, "null", 0020666));
        refused(HostError.EPERM, () -> client.mknod(ROOT, "disk", 0060666));
        refused(HostError.EISDIR, () -> client.unlinkAt(ROOT, "d", 0));
        refused(HostError.ENOTDIR, () -> client.unlinkAt(ROOT, "fifo", REMOVE_DIRECTORY));
        client.create(FILE, "f", READ_WRITE, 0600);
        refused(HostError.ENOTEMPTY, () -> client.unlinkAt(ROOT, "d", REMOVE_DIRECTORY));
        client.send(MessageType.REMOVE, m -> m.u32(FILE));
        refused(HostError.EBADF, () -> client.qidOf(FILE));
        client.unlinkAt(ROOT, "d", REMOVE_DIRECTORY);
        refused(HostError.EINVAL, () -> client.send(MessageType.REMOVE, m -> m.u32(ROOT)));
    }

    @Test
    void attributesOfUsersAreReadSetListedAndRemoved() throws IOException {
        Files.writeString(share.resolve("f"), "x");
        client.walk(ROOT, FILE, "f");
        client.walk(ROOT, OTHER, "f");
        client.newAttribute(OTHER, "user.color", 4);
        client.write(OTHER, 0, "bl");
        client.write(OTHER, 2, "ue");
        client.clunk(OTHER);
        assertEquals(4, client.attribute(FILE, 3, "user.color"));
        assertEquals("blue", client.read(3, 0, 100));
        client.clunk(3);
        assertEquals(11, client.attribute(FILE, 3, ""));
        assertEquals("user.color\0", client.read(3, 0, 100));
        client.clunk(3);
        refused(61, () -> client.attribute(FILE, 3, "user.none")); // ENODATA
        refused(HostError.EOPNOTSUPP, () -> client.attribute(FILE, 3, "security.capability"));
        refused(HostError.EOPNOTSUPP, () -> client.newAttribute(FILE, "security.capability", 20));
        refused(HostError.EOPNOTSUPP, () -> client.newAttribute(FILE, "trusted.overlay.opaque", 1));
        refused(HostError.E2BIG, () -> client.newAttribute(FILE, "user.big", 1 << 17));
        client.walk(ROOT, OTHER, "f");
        client.newAttribute(OTHER, "user.color", 0);
        client.clunk(OTHER);
        assertEquals(0, client.attribute(FILE, 3, ""));
        client.walk(ROOT, OTHER, "f");
        client.newAttribute(OTHER, "user.half", 10);
        client.write(OTHER, 0, "five!");
        refused(HostError.ENOSPC, () -> client.write(OTHER, 0, "again"));
        refused(HostError.ENOSPC, () -> client.write(OTHER, 5, "too long"));
        refused(HostError.EINVAL, () -> client.clunk(OTHER));
        assertEquals(0, client.attribute(FILE, 4, ""));
    }

    @Test
    void aFolderThatIsReadOnlyStaysAsItIs() throws IOException {
        Files.writeString(share.resolve("f"), "x");
        Files.createDirectory(share.resolve("d"));
        again(true, BUDGET);
        client.walk(ROOT, FILE, "f");
        client.walk(ROOT, OTHER);
        int readOnly = HostError.EROFS;
        refused(readOnly, () -> client.open(FILE, WRITE_ONLY));
        refused(readOnly, () -> client.open(FILE, 0x200)); // O_TRUNC
        refused(readOnly, () -> client.create(OTHER, "new", 0, 0600));
        refused(readOnly, () -> client.mkdir(ROOT, "new", 0700));
        refused(readOnly, () -> client.symlink(ROOT, "new", "x"));
        refused(readOnly, () -> client.mknod(ROOT, "new", 0100600));
        refused(readOnly, () -> client.link(ROOT, FILE, "new"));
        refused(readOnly, () -> client.renameAt(ROOT, "f", ROOT, "g"));
        refused(
                readOnly,
                () -> client.send(MessageType.RENAME, m -> m.u32(FILE).u32(ROOT).string("g")));
        refused(readOnly, () -> client.unlinkAt(ROOT, "f", 0));
        refused(readOnly, () -> client.setAttributes(FILE, 0x1, 0600, 0, 0, 0, 0));
        refused(readOnly, () -> client.newAttribute(OTHER, "user.a", 1));
        client.open(FILE, 0);
        refused(readOnly, () -> client.write(FILE, 0, "y"));
        assertEquals("x", client.read(FILE, 0, 10));
        refused(readOnly, () -> client.send(MessageType.REMOVE, m -> m.u32(OTHER)));
        assertEquals("x", Files.readString(share.resolve("f")));
        try (var names = Files.list(share)) {
            assertEquals(2, names.count());
        }
    }

    @Test
    void theFileSystemIsTheHosts() throws IOException {
        Message answered = client.send(MessageType.STATFS, m -> m.u32(ROOT));
        answered.u32();
        long unit = answered.u32();
        assertEquals(Files.getFileStore(share).getTotalSpace(), unit * answered.u64());
    }

    @Test
    void handlesAreFewHoweverManyFilesAreInHand() throws IOException {
        Path deep = share;
        for (int i = 0; i < 5; i++) {
            deep = Files.createDirectory(deep.resolve("d" + i));
        }
        for (int i = 0; i < 2000; i++) {
            Files.writeString(deep.resolve("f" + i), "content " + i);
        }
        again(false, 1 << 24);
        int before = handles();
        for (int i = 0; i < 2000; i++) {
            client.walk(ROOT, 10 + i, "d0", "d1", "d2", "d3", "d4", "f" + i);
        }
        assertTrue(handles() - before < 600, handles() + " handles");
        client.unlinkAt(at("d0", "d1", "d2", "d3", "d4"), "f7", 0);
        for (int i = 0; i < 2000; i += 7) {
            client.open(10 + i, 0);
            assertEquals("content " + i, client.read(10 + i, 0, 100));
            client.clunk(10 + i);
        }
        // One that was closed meanwhile, and is another one when it is found again, is not taken for it.
        Files.delete(deep.resolve("f1"));
        Files.createSymbolicLink(deep.resolve("f1"), outside.resolve("secret"));
        refused(HostError.ESTALE, () -> client.open(11, 0));
    }

    private int at(String... names) {
        client.walk(ROOT, 9, names);
        return 9;
    }

    static int handles() throws IOException {
        try (var handles = Files.list(Path.of("/proc/self/fd"))) {
            return (int) handles.count();
        }
    }

    @Test
    void filesInHandAreBounded() throws IOException {
        for (int i = 0; i < 100; i++) {
            Files.createFile(share.resolve("n".repeat(200) + i));
        }
        again(false, 16384);
        int error = 0;
        int walked = 0;
        while (error == 0 && walked < 100) {
            int n = walked++;
            error = P9Client.error(() -> client.walk(ROOT, 10 + n, "n".repeat(200) + n));
        }
        assertEquals(HostError.ENFILE, error);
        assertTrue(walked < 40, walked + " files in hand");
        client.clunk(10);
        client.walk(ROOT, 10, "n".repeat(200) + 99);
        refused(HostError.ENFILE, () -> {
            for (int i = 0; i < 1000; i++) {
                client.walk(ROOT, 1000 + i);
            }
        });
    }

    @Test
    void everythingIsClosedInTheEnd() throws IOException {
        int before = handles();
        for (int i = 0; i < 50; i++) {
            client.walk(ROOT, 10 + i);
            client.create(10 + i, "f" + i, READ_WRITE, 0600);
            client.walk(ROOT, 100 + i);
            client.open(100 + i, 0);
        }
        client.unlinkAt(ROOT, "f3", 0);
        client.attach();
        assertTrue(handles() <= before, "a new session");
        folder.close();
        assertTrue(handles() <= before - 1);
        refused(HostError.EMSGSIZE, () -> client.qidOf(ROOT));
        assertThrows(IllegalStateException.class, () -> folder.server(BUDGET));
    }

    @Test
    void whatIsNotServedIsRefused() {
        refused(
                HostError.EOPNOTSUPP,
                () -> client.send(102, m -> m.u32(1).string("").string("").u32(0))); // AUTH
        refused(HostError.EOPNOTSUPP, () -> client.send(112, m -> m.u32(ROOT).u8(0))); // OPEN of another dialect
        client.send(MessageType.FLUSH, m -> m.u16(77));
        refused(HostError.EINVAL, () -> client.send(MessageType.WALK, m -> m.u32(ROOT))); // cut
        refused(
                HostError.EINVAL,
                () -> client.send(MessageType.WALK, m -> m.u32(ROOT).u32(FILE).u16(17)));
        client.walk(ROOT, FILE);
        refused(HostError.EINVAL, () -> client.walk(ROOT, FILE));
        Message other = client.send(MessageType.VERSION, m -> m.u32(8192).string("9P2000.u"));
        other.u32();
        assertEquals("unknown", other.string());
        refused(HostError.EINVAL, () -> client.qidOf(ROOT));
    }

    @Test
    void locksAreTheGuestsOwn() {
        assertEquals(
                0,
                client.send(
                                MessageType.LOCK,
                                m -> m.u32(ROOT)
                                        .u8(1)
                                        .u32(0)
                                        .u64(0)
                                        .u64(0)
                                        .u32(9)
                                        .string("g"))
                        .u8());
        Message free = client.send(
                MessageType.GETLOCK, m -> m.u32(ROOT).u8(1).u64(5).u64(6).u32(9).string("g"));
        assertEquals(2, free.u8());
        assertEquals(5, free.u64());
    }

    @Test
    void whatCannotBeSharedIsSaidInASentence() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "x");
        String message = assertThrows(IOException.class, () -> SharedFolder.open(file, "t", false))
                .getMessage();
        assertEquals("the folder " + file + " cannot be shared: it is no folder", message);
        assertThrows(IOException.class, () -> SharedFolder.open(directory.resolve("none"), "t", false));
    }
}
