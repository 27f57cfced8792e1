package swivel.devices;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static swivel.devices.VirtioDriver.BUFFERS;
import static swivel.devices.VirtioDriver.DESCRIPTORS;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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

class VirtioBlockTest {
    private static final int SECTORS = 300;
    private static final int HEADER = BUFFERS;
    private static final int STATUS = BUFFERS + 16;
    private static final int DATA = BUFFERS + 0x1000;
    private static final int NO_STATUS = 0x77;
    private static final long FEATURES = VirtioMmio.F_VERSION_1 | VirtioBlock.F_FLUSH;

    @TempDir
    Path directory;

    private final Rig rig = new Rig();
    private final byte[] content = new byte[SECTORS * VirtioBlock.SECTOR];
    private Path image;
    private VirtioBlock disk;
    private VirtioDriver driver;

    @BeforeEach
    void open() throws IOException {
        new Random(4).nextBytes(content);
        image = directory.resolve("disk.img");
        Files.write(image, content);
        open(false);
    }

    private void open(boolean readOnly) throws IOException {
        disk = new VirtioBlock(
                rig.events, DiskImage.open(image, DiskImage.Use.of(readOnly, false), _ -> {}), "swivel-disk");
        driver = new VirtioDriver(rig.events, rig.line, disk, 16);
        driver.start(FEATURES);
    }

    @AfterEach
    void close() throws IOException {
        disk.close();
        rig.close();
    }

    /** A request with its data in two buffers; the device's status. */
    private int request(int type, long sector, int length, boolean deviceWrites) {
        driver.memory.write32(HEADER, type);
        driver.memory.write32(HEADER + 8, (int) sector);
        driver.memory.write32(HEADER + 12, (int) (sector >>> 32));
        driver.memory.write8(STATUS, NO_STATUS);
        int write = deviceWrites ? Virtqueue.F_WRITE : 0;
        int half = length / 2 & ~1;
        driver.descriptor(DESCRIPTORS, 0, HEADER, 16, Virtqueue.F_NEXT, 1);
        driver.descriptor(DESCRIPTORS, 1, DATA, half, write | Virtqueue.F_NEXT, 2);
        driver.descriptor(DESCRIPTORS, 2, DATA + half, length - half, write | Virtqueue.F_NEXT, 3);
        driver.descriptor(DESCRIPTORS, 3, STATUS, 1, Virtqueue.F_WRITE, 0);
        driver.offer(0);
        driver.notifyDevice();
        driver.device.drain();
        return driver.memory.read8(STATUS);
    }

    private byte[] data(int length) {
        byte[] data = new byte[length];
        driver.memory.read(DATA, data, 0, length);
        return data;
    }

    private byte[] sectors(int first, int count) {
        return Arrays.copyOfRange(content, first * VirtioBlock.SECTOR, (first + count) * VirtioBlock.SECTOR);
    }

    @Test
    void theCapacityIsTheImages() {
        assertEquals(2, driver.read(VirtioMmio.DEVICE_ID));
        assertEquals(SECTORS, driver.read(VirtioMmio.CONFIG));
        assertEquals(0, driver.read(VirtioMmio.CONFIG + 4));
        assertEquals(512, driver.read(VirtioMmio.CONFIG + 20));
        assertEquals(0, driver.read(VirtioMmio.CONFIG + 24));
        assertEquals(SECTORS >>> 8, driver.device.read(VirtioMmio.CONFIG + 1, 1));
    }

    @Test
    void sectorsAreRead() {
        assertEquals(VirtioBlock.OK, request(VirtioBlock.IN, 7, 3 * 512, true));
        assertArrayEquals(sectors(7, 3), data(3 * 512));
        assertEquals(3 * 512 + 1, driver.takeUsed());
        assertEquals(VirtioBlock.OK, request(VirtioBlock.IN, 0, content.length, true));
        assertArrayEquals(content, data(content.length));
    }

    @Test
    void sectorsAreWritten() throws IOException {
        byte[] changed = new byte[200 * 512];
        new Random(5).nextBytes(changed);
        driver.memory.write(DATA, changed, 0, changed.length);
        assertEquals(VirtioBlock.OK, request(VirtioBlock.OUT, 100, changed.length, false));
        assertEquals(1, driver.takeUsed());
        assertEquals(VirtioBlock.OK, request(VirtioBlock.FLUSH, 0, 0, false));
        System.arraycopy(changed, 0, content, 100 * 512, changed.length);
        assertArrayEquals(content, Files.readAllBytes(image));
    }

    @Test
    void aDriverThatDoesNotFlushIsServedToo() throws IOException {
        driver.start(VirtioMmio.F_VERSION_1);
        assertTrue(disk.state.flushEveryWrite);
        assertEquals(VirtioBlock.OK, request(VirtioBlock.OUT, 0, 512, false));
        assertArrayEquals(new byte[512], Arrays.copyOf(Files.readAllBytes(image), 512));
    }

    /** A request about a part of the disk; the device's status. */
    private int clear(int type, long sector, int sectors, int flags) {
        driver.memory.write32(DATA, (int) sector);
        driver.memory.write32(DATA + 4, (int) (sector >>> 32));
        driver.memory.write32(DATA + 8, sectors);
        driver.memory.write32(DATA + 12, flags);
        return request(type, 0, 16, false);
    }

    @Test
    void partsAreMadeZerosOrGivenUp() throws IOException {
        assertEquals(VirtioBlock.OK, clear(VirtioBlock.WRITE_ZEROES, 5, 150, 0));
        Arrays.fill(content, 5 * 512, 155 * 512, (byte) 0);
        assertEquals(VirtioBlock.OK, clear(VirtioBlock.WRITE_ZEROES, 299, 1, 1));
        Arrays.fill(content, 299 * 512, 300 * 512, (byte) 0);
        assertEquals(VirtioBlock.OK, clear(VirtioBlock.DISCARD, 200, 20, 0));
        Arrays.fill(content, 200 * 512, 220 * 512, (byte) 0); // where the host has holes in files
        assertEquals(VirtioBlock.OK, request(VirtioBlock.IN, 0, content.length, true));
        assertArrayEquals(content, data(content.length));
        assertEquals(VirtioBlock.UNSUPPORTED, clear(VirtioBlock.DISCARD, 200, 20, 1));
        assertEquals(VirtioBlock.UNSUPPORTED, clear(VirtioBlock.WRITE_ZEROES, 200, 20, 2));
        for (int type : new int[] {VirtioBlock.DISCARD, VirtioBlock.WRITE_ZEROES}) {
            assertEquals(VirtioBlock.IO_ERROR, clear(type, 299, 2, 0));
            assertEquals(VirtioBlock.IO_ERROR, clear(type, -1, 1, 0));
            assertEquals(VirtioBlock.IO_ERROR, clear(type, 0, -1, 0));
            assertEquals(VirtioBlock.IO_ERROR, request(type, 0, 12, false));
        }
        assertArrayEquals(content, Files.readAllBytes(image));
        disk.close();
        open(true);
        assertEquals(VirtioBlock.IO_ERROR, clear(VirtioBlock.WRITE_ZEROES, 5, 1, 0));
    }

    @Test
    void accessesBeyondTheEndFail() throws IOException {
        assertEquals(VirtioBlock.OK, request(VirtioBlock.IN, SECTORS - 1, 512, true));
        for (long sector : new long[] {SECTORS, SECTORS - 1, 1L << 55, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
            assertEquals(VirtioBlock.IO_ERROR, request(VirtioBlock.IN, sector, 1024, true), "read " + sector);
            assertEquals(VirtioBlock.IO_ERROR, request(VirtioBlock.OUT, sector, 1024, false), "write " + sector);
        }
        assertEquals(VirtioBlock.IO_ERROR, request(VirtioBlock.IN, 0, 100, true));
        assertEquals(VirtioBlock.IO_ERROR, request(VirtioBlock.OUT, 0, 513, false));
        assertArrayEquals(content, Files.readAllBytes(image));
    }

    @Test
    void aReadOnlyDiskSaysSoAndRefusesToBeWritten() throws IOException {
        disk.close();
        open(true);
        driver.write(VirtioMmio.DEVICE_FEATURES_SEL, 0);
        assertEquals(1 << 5, driver.read(VirtioMmio.DEVICE_FEATURES) & 1 << 5);
        assertEquals(VirtioBlock.IO_ERROR, request(VirtioBlock.OUT, 0, 512, false));
        assertEquals(VirtioBlock.OK, request(VirtioBlock.IN, 0, 512, true));
        assertEquals(VirtioBlock.OK, request(VirtioBlock.FLUSH, 0, 0, false));
        assertArrayEquals(content, Files.readAllBytes(image));
    }

    @Test
    void theDiskTellsItsName() {
        assertEquals(VirtioBlock.OK, request(VirtioBlock.GET_ID, 0, 20, true));
        assertEquals("swivel-disk", new String(data(20), StandardCharsets.US_ASCII).replace("\0", ""));
    }

    @Test
    void unknownRequestsAreUnsupported() {
        assertEquals(VirtioBlock.UNSUPPORTED, request(12, 0, 512, false));
        assertEquals(VirtioBlock.UNSUPPORTED, request(-1, 0, 512, true));
    }

    @Test
    void requestsWithoutHeaderOrStatusNeedAReset() {
        driver.descriptor(DESCRIPTORS, 0, HEADER, 16, 0, 0);
        driver.offer(0);
        driver.notifyDevice();
        assertTrue(driver.broken());
        driver.start(FEATURES);
        driver.descriptor(DESCRIPTORS, 0, HEADER, 15, Virtqueue.F_NEXT, 1);
        driver.descriptor(DESCRIPTORS, 1, STATUS, 1, Virtqueue.F_WRITE, 0);
        driver.offer(0);
        driver.notifyDevice();
        assertTrue(driver.broken());
    }

    /** Requests of any shape, their buffers also over each other and over the rings. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void garbageIsSurvivedAndChangesNothingElse(boolean readOnly) throws IOException {
        disk.close();
        open(readOnly);
        Random random = new Random(5);
        int[] types = {VirtioBlock.IN, VirtioBlock.OUT, VirtioBlock.FLUSH, VirtioBlock.GET_ID, 2, -1};
        int[] lengths = {0, 1, 15, 16, 17, 511, 512, 513, 1024, 0x1_0000, VirtioDriver.RAM_SIZE, -1, Integer.MIN_VALUE};
        long[] sectors = {0, 1, SECTORS - 1, SECTORS, SECTORS + 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 55};
        int served = 0;
        for (int i = 0; i < 100_000; i++) {
            if (driver.broken() || i % 64 == 0) {
                driver.start(random.nextBoolean() ? FEATURES : VirtioMmio.F_VERSION_1);
            }
            driver.memory.write32(HEADER, types[random.nextInt(types.length)]);
            long sector = sectors[random.nextInt(sectors.length)];
            driver.memory.write32(HEADER + 8, (int) sector);
            driver.memory.write32(HEADER + 12, (int) (sector >>> 32));
            int buffers = 1 + random.nextInt(5);
            for (int d = 0; d < buffers; d++) {
                boolean last = d == buffers - 1;
                boolean odd = random.nextInt(8) == 0;
                long address = d == 0 && !odd
                        ? HEADER
                        : random.nextInt(6) == 0
                                ? VirtioDriver.RAM + random.nextInt(0x8000)
                                : odd ? random.nextLong() : DATA + random.nextInt(0x1000);
                int length = d == 0 && !odd ? 16 : last && !odd ? 1 : lengths[random.nextInt(lengths.length)];
                int flags = (last ? 0 : Virtqueue.F_NEXT) | (last || random.nextBoolean() ? Virtqueue.F_WRITE : 0);
                driver.descriptor(VirtioDriver.DESCRIPTORS, d, address, length, flags, d + 1);
            }
            driver.offer(0);
            driver.notifyDevice();
            if (random.nextBoolean()) {
                driver.device.drain();
            }
            rig.events.runDue();
            served += driver.completed() == 0 ? 0 : 1;
        }
        assertTrue(served > 10_000, "the garbage is never sense: " + served);
        assertEquals(content.length, Files.size(image));
        if (readOnly) {
            assertArrayEquals(content, Files.readAllBytes(image));
        }
        driver.start(FEATURES);
        assertTrue(rig.events.isIdle(), "after a reset nothing is in hand");
        assertEquals(VirtioBlock.OK, request(VirtioBlock.IN, 0, 512, true));
        assertArrayEquals(Arrays.copyOf(Files.readAllBytes(image), 512), data(512));
    }

    @Test
    void anImageThatShrinksOrIsGoneIsADiskThatFails() throws IOException {
        Files.write(image, new byte[512]);
        assertEquals(VirtioBlock.IO_ERROR, request(VirtioBlock.IN, 10, 512, true));
        disk.close();
        assertEquals(VirtioBlock.IO_ERROR, request(VirtioBlock.IN, 0, 512, true));
        assertEquals(VirtioBlock.IO_ERROR, request(VirtioBlock.FLUSH, 0, 0, false));
    }

    @Test
    void aLastSectorThatTheFileHasInPartIsFilledUp() throws IOException {
        disk.close();
        Files.write(image, Arrays.copyOf(content, 700));
        open(false);
        assertEquals(2, driver.read(VirtioMmio.CONFIG));
        assertEquals(VirtioBlock.OK, request(VirtioBlock.IN, 0, 1024, true));
        assertArrayEquals(Arrays.copyOf(Arrays.copyOf(content, 700), 1024), data(1024));
        assertEquals(VirtioBlock.IO_ERROR, request(VirtioBlock.IN, 2, 512, true));

        byte[] changed = Arrays.copyOf(Arrays.copyOfRange(content, 2000, 2188), 512);
        driver.memory.write(DATA, changed, 0, 512);
        assertEquals(VirtioBlock.OK, request(VirtioBlock.OUT, 1, 512, false));
        byte[] written = Files.readAllBytes(image);
        assertEquals(700, written.length, "zeros behind the end need no room");
        assertArrayEquals(Arrays.copyOf(changed, 188), Arrays.copyOfRange(written, 512, 700));

        changed[300] = 1;
        driver.memory.write(DATA, changed, 0, 512);
        assertEquals(VirtioBlock.OK, request(VirtioBlock.OUT, 1, 512, false));
        assertEquals(VirtioBlock.OK, request(VirtioBlock.IN, 1, 512, true));
        assertArrayEquals(changed, data(512), "nothing that was written is lost");
    }
}
