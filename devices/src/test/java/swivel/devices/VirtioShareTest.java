package swivel.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import swivel.devices.p9.SharedFolder;
import swivel.memory.Snapshot;
import swivel.memory.SnapshotException;

/** Messages of 9P through a queue, in buffers as Linux's driver cuts them. */
class VirtioShareTest {
    private static final int ANSWERS = VirtioDriver.BUFFERS + 0x4000;

    @TempDir
    private Path directory;

    private final Rig rig = new Rig();
    private SharedFolder folder;
    private VirtioShare device;
    private VirtioDriver driver;

    @BeforeEach
    void start() throws IOException {
        folder = SharedFolder.open(directory, "home", false);
        device = new VirtioShare(folder, 1 << 20);
        driver = new VirtioDriver(rig.events, rig.line, device, 8);
        assertEquals(15, driver.start(VirtioMmio.F_VERSION_1 | 1));
    }

    @AfterEach
    void close() {
        folder.close();
        rig.close();
    }

    /** Sends a message in one buffer, with room for the answer in two. Returns the answer's length. */
    private int send(byte[] message, int room, int more) {
        driver.memory.write(VirtioDriver.BUFFERS, message, 0, message.length);
        driver.descriptor(VirtioDriver.DESCRIPTORS, 0, VirtioDriver.BUFFERS, message.length, Virtqueue.F_NEXT, 1);
        driver.descriptor(
                VirtioDriver.DESCRIPTORS, 1, ANSWERS, room, Virtqueue.F_WRITE | (more > 0 ? Virtqueue.F_NEXT : 0), 2);
        driver.descriptor(VirtioDriver.DESCRIPTORS, 2, ANSWERS + room, more, Virtqueue.F_WRITE, 0);
        driver.offer(0);
        driver.notifyDevice();
        return driver.completed() == 0 ? -1 : (int) driver.takeUsed();
    }

    private static ByteBuffer message(int size, int type) {
        return ByteBuffer.allocate(size)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(size)
                .put((byte) type)
                .putShort((short) 1);
    }

    private static byte[] version() {
        return message(21, 100)
                .putInt(8192)
                .putShort((short) 8)
                .put("9P2000.L".getBytes(StandardCharsets.US_ASCII))
                .array();
    }

    private static byte[] attach() {
        return message(23, 104).putInt(0).putInt(-1).putInt(0).putInt(0).array();
    }

    @Test
    void theConfigurationHasTheTag() {
        assertEquals(9, driver.read(VirtioMmio.DEVICE_ID));
        assertEquals(4, driver.device.read(VirtioMmio.CONFIG, 2));
        StringBuilder tag = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            tag.append((char) driver.device.read(VirtioMmio.CONFIG + 2 + i, 1));
        }
        assertEquals("home", tag.toString());
    }

    @Test
    void aMessageIsAnsweredAcrossBuffers() {
        assertEquals(21, send(version(), 11, 100));
        assertEquals(21, driver.memory.read32(ANSWERS));
        assertEquals(101, driver.memory.read16(ANSWERS + 4) & 0xff);
        assertEquals(8192, driver.memory.read32(ANSWERS + 7));
        assertEquals(20, send(attach(), 11, 100));
        assertEquals(105, driver.memory.read16(ANSWERS + 4) & 0xff);
        assertEquals(0x80, driver.memory.read16(ANSWERS + 7) & 0xff, "a directory");
        assertFalse(driver.broken());
    }

    @Test
    void aMessageWithoutRoomForAnAnswerBreaksTheDevice() {
        assertEquals(-1, send(version(), 5, 5));
        assertTrue(driver.broken());
        assertEquals(15, driver.start(VirtioMmio.F_VERSION_1));
        assertEquals(-1, send(new byte[6], 100, 0));
        assertTrue(driver.broken());
    }

    @Test
    void aDriverThatStartsAnewHasNoFiles() {
        send(version(), 100, 0);
        send(attach(), 100, 0);
        assertEquals(15, driver.start(VirtioMmio.F_VERSION_1));
        assertEquals(11, send(attach(), 100, 0), "an error: nothing was agreed on");
        assertEquals(7, driver.memory.read16(ANSWERS + 4) & 0xff);
    }

    /** Files of the host are in no snapshot. */
    @Test
    void aSnapshotIsRefusedWhileTheGuestHasFilesInHand() throws IOException {
        send(version(), 100, 0);
        Snapshot.Writer saved = new Snapshot.Writer();
        Snapshot part = device::fields;
        saved.section("share", part);
        send(attach(), 100, 0);
        String why = assertThrows(IllegalStateException.class, () -> new Snapshot.Writer().section("share", part))
                .getMessage();
        assertTrue(why.contains("shared folder home"), why);
        try (SharedFolder other = SharedFolder.open(directory, "other", false)) {
            VirtioShare wrong = new VirtioShare(other, 1 << 20);
            Snapshot.Reader from = new Snapshot.Reader(saved.toByteArray());
            assertThrows(SnapshotException.class, () -> from.section("share", wrong::fields));
        }
        Files.createFile(directory.resolve("f"));
        try (SharedFolder same = SharedFolder.open(directory, "home", false)) {
            VirtioShare loaded = new VirtioShare(same, 1 << 20);
            new Snapshot.Reader(saved.toByteArray()).section("share", loaded::fields);
            Snapshot.Writer again = new Snapshot.Writer();
            again.section("share", loaded::fields);
            assertEquals(saved.toByteArray().length, again.toByteArray().length);
        }
    }
}
