package swivel.devices;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import swivel.memory.GuestMemory;
import swivel.memory.Mmio;

/**
 * The legacy interface, as drivers use it that know no other: Linux's vm_setup_vq of version 1, U-Boot, XEN's mini-os.
 */
class VirtioLegacyTest {
    private static final int RAM = 0x4000_0000;
    private static final int PAGE = 4096;
    private static final int QUEUE = RAM + 0x10000;
    private static final int SIZE = 128;
    private static final int AVAILABLE = QUEUE + 16 * SIZE;
    private static final int USED = QUEUE + PAGE;
    private static final int BUFFERS = RAM + 0x20000;
    private static final int DRIVER_OK = 1 | 2 | VirtioMmio.DRIVER_OK;

    private final Rig rig = new Rig();
    private final GuestMemory memory = new GuestMemory(RAM, 1 << 20);
    private VirtioMmio device;
    private int available;

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        rig.close();
    }

    private int read(int offset) {
        return device.read(offset, 4);
    }

    private void write(int offset, int value) {
        device.write(offset, 4, value);
    }

    private void make(VirtioDevice behind) {
        device = new VirtioMmio(rig.events, memory, rig.line, behind, true);
    }

    private void startQueue(int features) {
        write(VirtioMmio.GUEST_PAGE_SIZE, PAGE); // which the reset leaves alone
        write(VirtioMmio.STATUS, 0);
        write(VirtioMmio.STATUS, 1 | 2);
        write(VirtioMmio.DRIVER_FEATURES_SEL, 0);
        write(VirtioMmio.DRIVER_FEATURES, features);
        write(VirtioMmio.QUEUE_SEL, 0);
        assertEquals(0, read(VirtioMmio.QUEUE_PFN));
        assertTrue(read(VirtioMmio.QUEUE_NUM_MAX) >= SIZE);
        write(VirtioMmio.QUEUE_NUM, SIZE);
        write(VirtioMmio.QUEUE_ALIGN, PAGE);
        memory.write(QUEUE, new byte[2 * PAGE], 0, 2 * PAGE);
        available = 0;
        write(VirtioMmio.QUEUE_PFN, QUEUE / PAGE);
        assertEquals(QUEUE / PAGE, read(VirtioMmio.QUEUE_PFN));
    }

    private void descriptor(int index, int address, int length, int flags) {
        memory.write32(QUEUE + 16 * index, address);
        memory.write32(QUEUE + 16 * index + 8, length);
        memory.write16(QUEUE + 16 * index + 12, flags);
        memory.write16(QUEUE + 16 * index + 14, index + 1);
    }

    private void offer() {
        memory.write16(AVAILABLE + 4 + available % SIZE * 2, 0);
        memory.write16(AVAILABLE + 2, ++available);
        write(VirtioMmio.QUEUE_NOTIFY, 0);
    }

    private int request(int type, int sector, int length, int dataFlags) {
        memory.write32(BUFFERS, type);
        memory.write32(BUFFERS + 8, sector);
        memory.write8(BUFFERS + 16, 0x77);
        descriptor(0, BUFFERS, 16, Virtqueue.F_NEXT);
        descriptor(1, BUFFERS + PAGE, length, Virtqueue.F_NEXT | dataFlags);
        descriptor(2, BUFFERS + 16, 1, Virtqueue.F_WRITE);
        offer();
        device.drain();
        return memory.read8(BUFFERS + 16);
    }

    @Test
    void theRegistersSayThatItIsVersion1() {
        make(new VirtioRng(new Random(1)));
        assertEquals(0x74726976, read(VirtioMmio.MAGIC_VALUE));
        assertEquals(1, read(VirtioMmio.VERSION));
        assertEquals(4, read(VirtioMmio.DEVICE_ID));
        write(VirtioMmio.DEVICE_FEATURES_SEL, 1);
        assertEquals(0, read(VirtioMmio.DEVICE_FEATURES), "there is no VERSION_1");
        write(VirtioMmio.QUEUE_READY, 1);
        assertEquals(0, read(VirtioMmio.QUEUE_READY));
        write(VirtioMmio.STATUS, VirtioMmio.FEATURES_OK | 1);
        assertEquals(VirtioMmio.FEATURES_OK | 1, read(VirtioMmio.STATUS), "a bit without a meaning");
        Mmio empty = VirtioMmio.empty(true);
        assertEquals(1, empty.read(VirtioMmio.VERSION, 4));
        assertEquals(0, empty.read(VirtioMmio.DEVICE_ID, 4));
    }

    @Test
    void entropyComesAndInterrupts() {
        make(new VirtioRng(new Random(1)));
        startQueue(0);
        write(VirtioMmio.STATUS, DRIVER_OK);
        descriptor(0, BUFFERS, 64, Virtqueue.F_WRITE);
        offer();
        byte[] got = new byte[64];
        memory.read(BUFFERS, got, 0, 64);
        assertFalse(Arrays.equals(new byte[64], got));
        assertEquals(1, memory.read16(USED + 2));
        assertEquals(64, memory.read32(USED + 8));
        assertTrue(rig.line.level);
        assertEquals(VirtioMmio.USED, read(VirtioMmio.INTERRUPT_STATUS));
        write(VirtioMmio.INTERRUPT_ACK, VirtioMmio.USED);
        assertFalse(rig.line.level);
        write(VirtioMmio.QUEUE_PFN, 0);
        offer();
        assertEquals(1, memory.read16(USED + 2), "the driver has taken its queue back");
    }

    @Test
    void disksAreReadAndWrittenAlsoBeforeTheDriverSaysThatItIsDone() throws IOException {
        byte[] content = new byte[8 * 512];
        new Random(3).nextBytes(content);
        Path image = Files.write(directory.resolve("disk.img"), content);
        try (VirtioBlock disk =
                new VirtioBlock(rig.events, DiskImage.open(image, DiskImage.Use.WRITABLE, _ -> {}), "id")) {
            make(disk);
            startQueue(0);
            assertEquals(8, read(VirtioMmio.CONFIG));
            assertTrue(disk.state.flushEveryWrite, "the driver took no feature");
            assertEquals(VirtioBlock.OK, request(VirtioBlock.IN, 3, 1024, Virtqueue.F_WRITE));
            byte[] got = new byte[1024];
            memory.read(BUFFERS + PAGE, got, 0, 1024);
            assertArrayEquals(Arrays.copyOfRange(content, 3 * 512, 5 * 512), got);
            startQueue(VirtioBlock.F_FLUSH);
            assertFalse(disk.state.flushEveryWrite);
            write(VirtioMmio.STATUS, DRIVER_OK);
            assertEquals(VirtioBlock.OK, request(VirtioBlock.OUT, 0, 512, 0));
            assertEquals(-1, Arrays.mismatch(Arrays.copyOf(Files.readAllBytes(image), 512), Arrays.copyOf(got, 512)));
        }
    }

    @Test
    void whatIsWrongInAQueueStopsTheDeviceUntilItIsReset() {
        make(new VirtioRng(new Random(1)));
        int[][] wrong = {
            {VirtioMmio.GUEST_PAGE_SIZE, 0}, {VirtioMmio.GUEST_PAGE_SIZE, 3000}, {VirtioMmio.QUEUE_ALIGN, 0},
            {VirtioMmio.QUEUE_ALIGN, 100}, {VirtioMmio.QUEUE_ALIGN, 1 << 31}, {VirtioMmio.QUEUE_NUM, 0},
            {VirtioMmio.QUEUE_NUM, 100}, {VirtioMmio.QUEUE_NUM, -1}, {VirtioMmio.QUEUE_PFN, 1},
            {VirtioMmio.QUEUE_PFN, -1}
        };
        for (int[] each : wrong) {
            startQueue(0);
            write(VirtioMmio.QUEUE_PFN, 0);
            write(each[0], each[1]);
            write(VirtioMmio.QUEUE_PFN, each[0] == VirtioMmio.QUEUE_PFN ? each[1] : QUEUE / PAGE);
            descriptor(0, BUFFERS, 64, Virtqueue.F_WRITE);
            offer();
            assertEquals(0, memory.read16(USED + 2), each[0] + ": " + each[1]);
            assertEquals(0, read(VirtioMmio.STATUS) & VirtioMmio.NEEDS_RESET, "which legacy drivers do not know");
            assertFalse(rig.line.level);
        }
        startQueue(0);
        descriptor(0, BUFFERS, 64, Virtqueue.F_WRITE);
        offer();
        assertEquals(1, memory.read16(USED + 2));
    }
}
