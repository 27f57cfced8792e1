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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.memory.GuestMemory;

/** Rings, tables of descriptors and buffers where their addresses have more than 32 bits. */
class VirtioHighMemoryTest {
    private static final long RAM = 0x4000_0000L;
    private static final long SIZE = 6L << 30;
    private static final int STATUS_BYTE = 0x77;
    private static final long FEATURES = VirtioMmio.F_VERSION_1 | 1L << 28; // indirect descriptors

    /** Above 4 GiB. */
    private static final long HIGH = 0x1_5000_0000L;

    // In front of these the host has a hole.
    private static final long OTHER_BORDER = RAM + (2L << 30);
    private static final long BORDER = RAM + (4L << 30);

    private static final long RINGS = HIGH + 0x10_0000;

    @TempDir
    Path directory;

    private final Rig rig = new Rig();
    private final GuestMemory memory = new GuestMemory(RAM, SIZE);
    private final byte[] content = new byte[64 * VirtioBlock.SECTOR];
    private VirtioBlock disk;
    private VirtioMmio device;
    private int offered;

    @BeforeEach
    void open() throws IOException {
        new Random(4).nextBytes(content);
        Path image = directory.resolve("disk.img");
        Files.write(image, content);
        disk = new VirtioBlock(rig.events, DiskImage.open(image, DiskImage.Use.WRITABLE, _ -> {}), "swivel-disk");
        device = new VirtioMmio(rig.events, memory, rig.line, disk, false);
    }

    @AfterEach
    void close() throws IOException {
        disk.close();
        rig.close();
        memory.close();
    }

    private void write(int register, int value) {
        device.write(register, 4, value);
    }

    private void writeLong(int register, long value) {
        write(register, (int) value);
        write(register + 4, (int) (value >>> 32));
    }

    /** Whether the device is broken after it was started with these rings. */
    private boolean startIsRefused(long rings) {
        write(VirtioMmio.STATUS, 0);
        write(VirtioMmio.STATUS, 1 | 2);
        write(VirtioMmio.DRIVER_FEATURES_SEL, 0);
        write(VirtioMmio.DRIVER_FEATURES, (int) FEATURES);
        write(VirtioMmio.DRIVER_FEATURES_SEL, 1);
        write(VirtioMmio.DRIVER_FEATURES, (int) (FEATURES >>> 32));
        write(VirtioMmio.STATUS, 1 | 2 | VirtioMmio.FEATURES_OK);
        write(VirtioMmio.QUEUE_SEL, 0);
        write(VirtioMmio.QUEUE_NUM, 8);
        writeLong(VirtioMmio.QUEUE_DESC, rings);
        writeLong(VirtioMmio.QUEUE_DRIVER, rings + 0x1000);
        writeLong(VirtioMmio.QUEUE_DEVICE, rings + 0x2000);
        write(VirtioMmio.QUEUE_READY, 1);
        write(VirtioMmio.STATUS, 1 | 2 | VirtioMmio.FEATURES_OK | VirtioMmio.DRIVER_OK);
        return (device.read(VirtioMmio.STATUS, 4) & VirtioMmio.NEEDS_RESET) != 0;
    }

    private void descriptor(long at, long address, int length, int flags, int next) {
        memory.write32(at, (int) address);
        memory.write32(at + 4, (int) (address >>> 32));
        memory.write32(at + 8, length);
        memory.write16(at + 12, flags);
        memory.write16(at + 14, next);
    }

    /** A request through an indirect table; the device's status. */
    private int request(int type, long table, long data, int length) {
        long header = HIGH + 0x20_0000;
        memory.write32(header, type);
        memory.write32(header + 8, 3);
        memory.write32(header + 12, 0);
        memory.write8(header + 16, STATUS_BYTE);
        int write = type == VirtioBlock.IN ? Virtqueue.F_WRITE : 0;
        descriptor(table, header, 16, Virtqueue.F_NEXT, 1);
        descriptor(table + 16, data, length, write | Virtqueue.F_NEXT, 2);
        descriptor(table + 32, header + 16, 1, Virtqueue.F_WRITE, 0);
        descriptor(RINGS, table, 48, Virtqueue.F_INDIRECT, 0);
        memory.write16(RINGS + 0x1000 + 4 + offered % 8 * 2, 0);
        memory.write16(RINGS + 0x1000 + 2, ++offered);
        write(VirtioMmio.QUEUE_NOTIFY, 0);
        device.drain();
        assertEquals(offered, memory.read16(RINGS + 0x2000 + 2));
        return memory.read8(header + 16);
    }

    /** The table may be anywhere, also where one of its descriptors is on both sides of the hole. */
    @ParameterizedTest
    @ValueSource(longs = {HIGH + 0x30_0000, HIGH + 0x30_0001, BORDER - 24, BORDER - 19, BORDER - 17})
    void sectorsAreReadAndWritten(long table) {
        assertFalse(startIsRefused(RINGS));
        for (long data : new long[] {HIGH + 0x40_0000, OTHER_BORDER - 700, RAM + SIZE - 2048}) {
            assertEquals(VirtioBlock.OK, request(VirtioBlock.IN, table, data, 2048));
            byte[] read = new byte[2048];
            memory.read(data, read, 0, read.length);
            assertArrayEquals(Arrays.copyOfRange(content, 3 * VirtioBlock.SECTOR, 3 * VirtioBlock.SECTOR + 2048), read);
        }
        byte[] changed = new byte[2048];
        new Random(5).nextBytes(changed);
        memory.write(OTHER_BORDER - 1000, changed, 0, changed.length);
        assertEquals(VirtioBlock.OK, request(VirtioBlock.OUT, table, OTHER_BORDER - 1000, 2048));
        assertEquals(VirtioBlock.OK, request(VirtioBlock.IN, table, HIGH + 0x40_0000, 2048));
        byte[] read = new byte[2048];
        memory.read(HIGH + 0x40_0000, read, 0, read.length);
        assertArrayEquals(changed, read);
    }

    @ParameterizedTest
    @ValueSource(longs = {RAM + SIZE, 0x3_4000_0000L, 1L << 63 | RAM, -0x1_0000L, RAM - 0x1000})
    void ringsThatAreNotInRamAreRefused(long rings) {
        assertTrue(startIsRefused(rings));
    }

    @Test
    void aBufferThatIsNotInRamBreaksTheDevice() {
        assertFalse(startIsRefused(RINGS));
        descriptor(RINGS, 0x1_0000_0000L | RAM + SIZE, 16, 0, 0);
        memory.write16(RINGS + 0x1000 + 4, 0);
        memory.write16(RINGS + 0x1000 + 2, 1);
        write(VirtioMmio.QUEUE_NOTIFY, 0);
        assertEquals(VirtioMmio.NEEDS_RESET, device.read(VirtioMmio.STATUS, 4) & VirtioMmio.NEEDS_RESET);
    }
}
