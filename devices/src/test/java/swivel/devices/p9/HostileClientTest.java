package swivel.devices.p9;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A guest that wants out: messages at random, well-formed ones mostly, with names and links that lead outside, while
 * somebody on the host swaps directories of the folder for links. Nothing is thrown, no answer has what lies outside,
 * and that stays as it is.
 *
 * <p>{@code -Dswivel.p9.messages=N} sends more, {@code -Dswivel.p9.seed=N} others.
 */
class HostileClientTest {
    private static final int MESSAGES = Integer.getInteger("swivel.p9.messages", 30_000);
    private static final long SEED = Long.getLong("swivel.p9.seed", 1);
    private static final int HANDLES = 700;

    /** No part of it comes about by chance. */
    private static final String SECRET = "what-lies-outside-of-the-folder";

    private static final int FIDS = 40;

    @TempDir
    private Path directory;

    private Path share;
    private Path outside;

    /** What is outside, and of which nothing may change: names, types, modes, contents, times. */
    private static Map<String, String> picture(Path of) throws IOException {
        Map<String, String> all = new TreeMap<>();
        try (Stream<Path> walk = Files.walk(of)) {
            for (Path file : walk.toList()) {
                String content = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.readString(file) : "";
                all.put(
                        of.relativize(file).toString(),
                        Files.readAttributes(file, "unix:mode,uid,nlink,lastModifiedTime", LinkOption.NOFOLLOW_LINKS)
                                + content);
            }
        }
        return all;
    }

    private void makeFolders() throws IOException {
        outside = Files.createDirectories(directory.resolve("outside"));
        Files.writeString(outside.resolve(SECRET), SECRET);
        Files.createDirectories(outside.resolve("a/b"));
        Files.writeString(outside.resolve("a/f"), SECRET);
        share = Files.createDirectories(directory.resolve("share"));
        Files.createDirectories(share.resolve("a/b/c"));
        Files.createDirectories(share.resolve("d"));
        Files.writeString(share.resolve("f"), "content");
        Files.createSymbolicLink(share.resolve("l"), outside);
        Files.createSymbolicLink(share.resolve("g"), outside.resolve("a/f"));
    }

    /** Swaps a directory of the folder for a link that leads outside, and back, as fast as it can. */
    private final class Swapper implements Runnable {
        private volatile boolean ended;
        private long swaps;

        @Override
        public void run() {
            Path away = directory.resolve("away");
            Path a = share.resolve("a");
            while (!ended) {
                try {
                    Files.move(a, away, StandardCopyOption.ATOMIC_MOVE);
                    Files.createSymbolicLink(a, outside.resolve("a"));
                    Thread.onSpinWait();
                    Files.delete(a);
                    Files.move(away, a, StandardCopyOption.ATOMIC_MOVE);
                    swaps++;
                } catch (FileSystemException e) {
                    putBack(away, a); // the guest is at work there, too
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        }

        private static void putBack(Path away, Path a) {
            try {
                if (Files.isSymbolicLink(a)) {
                    Files.delete(a);
                }
                if (Files.exists(away, LinkOption.NOFOLLOW_LINKS)) {
                    Files.move(away, a, StandardCopyOption.ATOMIC_MOVE);
                } else {
                    Files.createDirectories(a.resolve("b"));
                }
            } catch (IOException e) {
                // The next round will do it.
            }
        }
    }

    private static final String[] NAMES = {
        "a",
        "a",
        "b",
        "b",
        "c",
        "d",
        "f",
        "g",
        "l",
        "l",
        "..",
        "..",
        ".",
        "x",
        "y",
        "z",
        SECRET,
        "../outside",
        "/",
        "",
        "a/b",
        "\0",
        "f\0",
        "n".repeat(300),
        "o".repeat(5000),
        "\u00ff\u00fe",
        "outside"
    };

    private final class Guest {
        private final Random random;
        private final P9Client client;
        private final byte[] bytes = new byte[1 << 15];
        private final Message message = new Message();
        private int answered;

        Guest(P9Server server, long seed) {
            client = new P9Client(server);
            random = new Random(seed);
        }

        private int fid() {
            return random.nextInt(50) == 0 ? random.nextInt() : random.nextInt(FIDS);
        }

        private String name() {
            return NAMES[random.nextInt(NAMES.length)];
        }

        private int number() {
            return switch (random.nextInt(4)) {
                case 0 -> random.nextInt();
                case 1 -> random.nextInt(0x1000);
                case 2 -> 1 << random.nextInt(32);
                default -> random.nextInt(3);
            };
        }

        private long size() {
            return switch (random.nextInt(6)) {
                case 0 -> random.nextLong();
                case 1 -> -1L >>> random.nextInt(64);
                default -> random.nextInt(1 << random.nextInt(16));
            };
        }

        private String target() {
            String[] targets = {"../outside", outside.toString(), "..", "a", outside + "/a", "l/a/f", ".."};
            return targets[random.nextInt(targets.length)];
        }

        void message() {
            message.begin(bytes, bytes.length);
            message.moveTo(Message.HEADER);
            MessageType[] types = MessageType.values();
            MessageType type = random.nextInt(4) == 0 ? MessageType.WALK : types[random.nextInt(types.length)];
            if (type == MessageType.VERSION && random.nextInt(100) > 0) {
                type = MessageType.LCREATE;
            }
            fields(type);
            int size = message.end(type.answer() - 1, random.nextInt());
            int kind = random.nextInt(30);
            if (kind == 0) { // cut, or with something more
                size = Math.max(Message.HEADER, size + random.nextInt(21) - 10);
            } else if (kind == 1) { // damaged
                bytes[random.nextInt(size)] = (byte) random.nextInt();
            } else if (kind == 2) { // garbage
                random.nextBytes(bytes);
                size = Message.HEADER + random.nextInt(60);
                bytes[1] = 0;
                bytes[2] = 0;
                bytes[3] = 0;
            }
            int room = random.nextInt(10) == 0
                    ? P9Server.MIN_ANSWER + random.nextInt(40)
                    : P9Server.MIN_ANSWER + random.nextInt(1 << 14);
            int answer = client.raw(bytes, size, room);
            if (answer != MessageType.RLERROR) {
                answered++;
            }
            byte[] all = client.lastAnswer();
            assertTrue(all.length <= room, "no more than there is room for");
            // Names that the guest sent itself come back from READLINK and READDIR only.
            if (answer == MessageType.READ.answer()) {
                assertFalse(new String(all, StandardCharsets.ISO_8859_1).contains(SECRET), "what lies outside");
            }
        }

        private void fields(MessageType type) {
            message.u32(fid());
            switch (type) {
                case VERSION -> {
                    message.moveTo(Message.HEADER);
                    message.u32(random.nextInt(1 << 20)).string("9P2000.L");
                }
                case ATTACH -> message.u32(-1).string("").string("").u32(random.nextBoolean() ? 0 : number());
                case FLUSH, CLUNK, REMOVE, READLINK, STATFS -> {}
                case WALK -> {
                    int steps = random.nextInt(5);
                    message.u32(fid()).u16(random.nextInt(50) == 0 ? number() : steps);
                    for (int i = 0; i < steps; i++) {
                        message.string(name());
                    }
                }
                case LOPEN -> message.u32(random.nextBoolean() ? random.nextInt(3) : number());
                case LCREATE ->
                    message.string(name()).u32(number()).u32(number()).u32(0);
                case READ, READDIR -> message.u64(size()).u32(number());
                case WRITE ->
                    message.u64(random.nextInt(4096))
                            .u32(9)
                            .bytes("something".getBytes(StandardCharsets.US_ASCII), 0, 9);
                case FSYNC -> message.u32(number());
                case GETATTR -> message.u64(size());
                case SETATTR ->
                    message.u32(number() & ~0x8)
                            .u32(number())
                            .u32(0)
                            .u32(0)
                            .u64(random.nextInt(1 << 16))
                            .u64(size())
                            .u64(size())
                            .u64(size())
                            .u64(size());
                case SYMLINK -> message.string(name()).string(target()).u32(0);
                case MKNOD ->
                    message.string(name())
                            .u32(number())
                            .u32(number())
                            .u32(number())
                            .u32(0);
                case MKDIR -> message.string(name()).u32(0777).u32(0);
                case LINK, RENAME -> message.u32(fid()).string(name());
                case RENAMEAT -> message.string(name()).u32(fid()).string(name());
                case UNLINKAT -> message.string(name()).u32(random.nextBoolean() ? 0 : 0x200);
                case XATTRWALK -> message.u32(fid()).string(random.nextBoolean() ? "" : "user.x");
                case XATTRCREATE -> message.string("user." + name()).u64(size()).u32(random.nextInt(3));
                case LOCK ->
                    message.u8(number())
                            .u32(number())
                            .u64(size())
                            .u64(size())
                            .u32(1)
                            .string(name());
                case GETLOCK ->
                    message.u8(number()).u64(size()).u64(size()).u32(1).string(name());
            }
        }
    }

    @Test
    @Timeout(600)
    void aHostileGuestNeverGetsOut() throws IOException, InterruptedException {
        makeFolders();
        Map<String, String> before = picture(outside);
        int handles = P9ServerTest.handles();
        Swapper swapper = new Swapper();
        Thread host = Thread.ofPlatform().start(swapper);
        try (SharedFolder folder = SharedFolder.open(share, "tag", false)) {
            Guest guest = new Guest(folder.server(1 << 20), SEED);
            guest.client.attach();
            for (int i = 0; i < MESSAGES; i++) {
                String where = "-Dswivel.p9.seed=" + SEED + ", message " + i;
                try {
                    guest.message();
                } catch (RuntimeException | Error e) {
                    throw new AssertionError(where, e);
                }
                if (i % 1000 == 0) {
                    assertTrue(P9ServerTest.handles() - handles < HANDLES, where);
                }
            }
            assertTrue(guest.answered > MESSAGES / 20, guest.answered + " messages were served");
        } finally {
            swapper.ended = true;
            host.join();
        }
        assertTrue(swapper.swaps > 0, "nobody swapped anything");
        assertEquals(before, picture(outside));
        assertTrue(P9ServerTest.handles() - handles < 10, "handles were left open");
    }

    @Test
    @Timeout(600)
    void aHostileGuestCannotChangeAFolderThatIsReadOnly() throws IOException {
        makeFolders();
        Map<String, String> before = picture(directory);
        try (SharedFolder folder = SharedFolder.open(share, "tag", true)) {
            Guest guest = new Guest(folder.server(1 << 20), SEED + 1);
            guest.client.attach();
            for (int i = 0; i < MESSAGES / 3; i++) {
                guest.message();
            }
            assertTrue(guest.answered > MESSAGES / 60, guest.answered + " messages were served");
        }
        assertEquals(before, picture(directory));
    }
}
