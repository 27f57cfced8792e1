package swivel.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static swivel.devices.VirtioDriver.BUFFERS;
import static swivel.devices.VirtioDriver.DESCRIPTORS;
import static swivel.devices.VirtioDriver.INDIRECT;

import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import swivel.memory.Mmio;

/** The transport and the queue, with the entropy device behind them, which is the simplest. */
@Timeout(30)
class VirtioMmioTest {
    private static final int QUEUE = 8;
    private static final long ALL = VirtioMmio.F_VERSION_1 | VirtioMmio.F_INDIRECT | VirtioMmio.F_EVENT_INDEX;

    private final Rig rig = new Rig();
    private final VirtioDriver driver = new VirtioDriver(rig.events, rig.line, new VirtioRng(new Random(1)), QUEUE);

    @AfterEach
    void close() {
        rig.close();
    }

    private void writable(int index, int length) {
        driver.descriptor(DESCRIPTORS, index, BUFFERS + index * 0x1000, length, Virtqueue.F_WRITE, 0);
    }

    private void assertBreaks(String what) {
        driver.notifyDevice();
        assertTrue(driver.broken(), what);
        assertEquals(VirtioMmio.CHANGED, driver.interrupts() & VirtioMmio.CHANGED, what);
        assertEquals(0, driver.completed(), what);
        driver.start(ALL);
        assertFalse(driver.broken(), what + ": after reset");
        writable(0, 16);
        driver.offer(0);
        driver.notifyDevice();
        assertEquals(1, driver.completed(), what + ": after reset");
        driver.start(ALL);
    }

    @Test
    void linuxFindsAVersion2Device() {
        assertEquals(0x74726976, driver.read(VirtioMmio.MAGIC_VALUE));
        assertEquals(2, driver.read(VirtioMmio.VERSION));
        assertEquals(4, driver.read(VirtioMmio.DEVICE_ID));
        driver.write(VirtioMmio.DEVICE_FEATURES_SEL, 1);
        assertEquals(1, driver.read(VirtioMmio.DEVICE_FEATURES));
        driver.write(VirtioMmio.QUEUE_SEL, 0);
        assertEquals(256, driver.read(VirtioMmio.QUEUE_NUM_MAX));
        driver.write(VirtioMmio.QUEUE_SEL, 1);
        assertEquals(0, driver.read(VirtioMmio.QUEUE_NUM_MAX));
    }

    @Test
    void anEmptySlotHasNoDevice() {
        Mmio slot = VirtioMmio.empty(false);
        assertEquals(0x74726976, slot.read(VirtioMmio.MAGIC_VALUE, 4));
        assertEquals(0, slot.read(VirtioMmio.DEVICE_ID, 4));
    }

    @Test
    void randomBytesArriveWithAnInterrupt() {
        driver.start(ALL);
        writable(3, 100);
        driver.offer(3);
        driver.notifyDevice();
        assertEquals(1, driver.completed());
        assertEquals(3L << 32 | 100, driver.takeUsed());
        byte[] got = new byte[101];
        driver.memory.read(BUFFERS + 0x3000, got, 0, got.length);
        int zeros = 0;
        for (int i = 0; i < 100; i++) {
            zeros += got[i] == 0 ? 1 : 0;
        }
        assertTrue(zeros < 10, "not random");
        assertEquals(0, got[100]);
        assertTrue(rig.line.level);
        assertEquals(VirtioMmio.USED, driver.interrupts());
        assertFalse(rig.line.level);
    }

    @Test
    void chainsMayBeScatteredAndIndirect() {
        driver.start(ALL);
        driver.descriptor(DESCRIPTORS, 0, BUFFERS, 10, Virtqueue.F_WRITE | Virtqueue.F_NEXT, 2);
        driver.descriptor(DESCRIPTORS, 2, BUFFERS + 0x1000, 0, Virtqueue.F_WRITE | Virtqueue.F_NEXT, 1);
        driver.descriptor(DESCRIPTORS, 1, BUFFERS + 0x2000, 20, Virtqueue.F_WRITE, 0);
        driver.descriptor(INDIRECT, 0, BUFFERS, 5, Virtqueue.F_WRITE | Virtqueue.F_NEXT, 1);
        driver.descriptor(INDIRECT, 1, BUFFERS + 0x3000, 6, Virtqueue.F_WRITE, 0);
        driver.descriptor(DESCRIPTORS, 3, INDIRECT, 32, Virtqueue.F_INDIRECT, 0);
        driver.offer(0);
        driver.offer(3);
        driver.notifyDevice();
        assertEquals(30, driver.takeUsed());
        assertEquals(3L << 32 | 11, driver.takeUsed());
        assertNotEquals(0, driver.memory.read32(BUFFERS + 0x2000));
        assertNotEquals(0, driver.memory.read32(BUFFERS + 0x3000));
    }

    @Test
    void indicesWrapAround() {
        driver.start(ALL);
        writable(0, 1);
        for (int i = 0; i < 70_000; i++) {
            driver.offer(0);
            driver.notifyDevice();
            assertEquals(1, driver.completed());
            driver.takeUsed();
        }
    }

    @Test
    void aLongQueueIsServedInTurnsBetweenWhichTheGuestRuns() {
        VirtioDriver large = new VirtioDriver(rig.events, rig.line, new VirtioRng(new Random(1)), 256);
        large.start(ALL);
        large.descriptor(DESCRIPTORS, 0, BUFFERS, 8, Virtqueue.F_WRITE, 0);
        for (int i = 0; i < 256; i++) {
            large.offer(0);
        }
        large.notifyDevice();
        int first = large.completed();
        assertTrue(first > 0 && first < 256, "served at once: " + first);
        for (int i = 0; i < 256; i++) {
            rig.events.runDue();
        }
        assertEquals(256, large.completed());
    }

    @Test
    void interruptsAreSuppressedAsTheDriverSays() {
        driver.start(VirtioMmio.F_VERSION_1);
        writable(0, 1);
        driver.memory.write16(VirtioDriver.AVAILABLE, Virtqueue.NO_INTERRUPT);
        driver.offer(0);
        driver.notifyDevice();
        assertEquals(1, driver.completed());
        assertFalse(rig.line.level);
        driver.memory.write16(VirtioDriver.AVAILABLE, 0);
        driver.offer(0);
        driver.notifyDevice();
        assertTrue(rig.line.level);

        driver.start(ALL);
        assertFalse(rig.line.level);
        int usedEvent = VirtioDriver.AVAILABLE + 4 + QUEUE * 2;
        driver.memory.write16(usedEvent, 1); // when the second is there
        driver.offer(0);
        driver.notifyDevice();
        assertFalse(rig.line.level);
        driver.offer(0);
        driver.notifyDevice();
        assertTrue(rig.line.level);
        assertEquals(2, driver.memory.read16(VirtioDriver.USED + 4 + QUEUE * 8), "avail_event");
    }

    @Test
    void featuresThatWereNotOfferedOrTheOldInterfaceAreRefused() {
        assertEquals(0, driver.start(0) & VirtioMmio.FEATURES_OK);
        assertEquals(0, driver.start(ALL | 1L << 40) & VirtioMmio.FEATURES_OK);
        assertNotEquals(0, driver.start(ALL) & VirtioMmio.FEATURES_OK);
    }

    @Test
    void nothingIsServedBeforeTheDriverIsReady() {
        driver.start(ALL);
        writable(0, 16);
        driver.offer(0);
        driver.write(VirtioMmio.STATUS, 1 | 2 | VirtioMmio.FEATURES_OK);
        driver.notifyDevice();
        assertEquals(0, driver.completed());
        driver.write(VirtioMmio.QUEUE_NOTIFY, 1);
        driver.write(VirtioMmio.QUEUE_NOTIFY, -1);
    }

    @Test
    void whateverIsWrongInARingStopsTheDeviceUntilItIsReset() {
        driver.start(ALL);
        driver.offer(QUEUE);
        assertBreaks("head beyond the table");

        driver.setAvailableIndex(QUEUE + 1);
        assertBreaks("more available than fits");

        driver.descriptor(DESCRIPTORS, 0, BUFFERS, 4, Virtqueue.F_WRITE | Virtqueue.F_NEXT, QUEUE);
        driver.offer(0);
        assertBreaks("next beyond the table");

        driver.descriptor(DESCRIPTORS, 0, BUFFERS, 4, Virtqueue.F_WRITE | Virtqueue.F_NEXT, 1);
        driver.descriptor(DESCRIPTORS, 1, BUFFERS, 4, Virtqueue.F_WRITE | Virtqueue.F_NEXT, 0);
        driver.offer(0);
        assertBreaks("loop");

        driver.descriptor(DESCRIPTORS, 0, 0x1000, 4, Virtqueue.F_WRITE, 0);
        driver.offer(0);
        assertBreaks("buffer below RAM");

        driver.descriptor(DESCRIPTORS, 0, VirtioDriver.RAM + VirtioDriver.RAM_SIZE - 2, 4, Virtqueue.F_WRITE, 0);
        driver.offer(0);
        assertBreaks("buffer across the end of RAM");

        driver.descriptor(DESCRIPTORS, 0, BUFFERS, -1, Virtqueue.F_WRITE, 0);
        driver.offer(0);
        assertBreaks("buffer of 4 GiB");

        driver.descriptor(DESCRIPTORS, 0, 1L << 32 | BUFFERS, 4, Virtqueue.F_WRITE, 0);
        driver.offer(0);
        assertBreaks("buffer above 4 GiB");

        driver.descriptor(DESCRIPTORS, 0, BUFFERS, 4, Virtqueue.F_WRITE | Virtqueue.F_NEXT, 1);
        driver.descriptor(DESCRIPTORS, 1, BUFFERS, 4, 0, 0);
        driver.offer(0);
        assertBreaks("readable after writable");

        driver.descriptor(DESCRIPTORS, 0, INDIRECT, 24, Virtqueue.F_INDIRECT, 0);
        driver.offer(0);
        assertBreaks("indirect table of one and a half");

        driver.descriptor(INDIRECT, 0, INDIRECT, 16, Virtqueue.F_INDIRECT, 0);
        driver.descriptor(DESCRIPTORS, 0, INDIRECT, 16, Virtqueue.F_INDIRECT, 0);
        driver.offer(0);
        assertBreaks("indirect table in an indirect table");

        driver.descriptor(DESCRIPTORS, 0, INDIRECT, -16, Virtqueue.F_INDIRECT, 0);
        driver.descriptor(INDIRECT, 0, BUFFERS, 4, Virtqueue.F_WRITE | Virtqueue.F_NEXT, 0xffff);
        driver.offer(0);
        assertBreaks("next beyond any table");

        driver.descriptor(DESCRIPTORS, 0, -16, 32, Virtqueue.F_INDIRECT, 0);
        driver.offer(0);
        assertBreaks("indirect table outside RAM");
    }

    @Test
    void aQueueThatCannotBeIsNotStarted() {
        int[][] wrong = {
            {VirtioMmio.QUEUE_NUM, 3},
            {VirtioMmio.QUEUE_NUM, 0},
            {VirtioMmio.QUEUE_NUM, 512},
            {VirtioMmio.QUEUE_NUM, -1},
            {VirtioMmio.QUEUE_DESC, DESCRIPTORS + 8},
            {VirtioMmio.QUEUE_DESC, 0},
            {VirtioMmio.QUEUE_DEVICE, VirtioDriver.RAM + VirtioDriver.RAM_SIZE - 8},
            {VirtioMmio.QUEUE_DRIVER + 4, 1},
        };
        for (int[] each : wrong) {
            driver.start(ALL);
            driver.write(VirtioMmio.QUEUE_READY, 0);
            driver.write(each[0], each[1]);
            driver.write(VirtioMmio.QUEUE_READY, 1);
            assertEquals(0, driver.read(VirtioMmio.QUEUE_READY));
            assertTrue(driver.broken(), "register " + each[0] + " = " + each[1]);
        }
    }

    /** Random garbage in rings and tables, as a guest that tries: the device must neither throw nor hang. */
    @Test
    void garbageInTheRingsIsSurvived() {
        Random random = new Random(3);
        int[] flags = {
            0, Virtqueue.F_NEXT, Virtqueue.F_WRITE, Virtqueue.F_WRITE | Virtqueue.F_NEXT, Virtqueue.F_INDIRECT, 7,
        };
        int served = 0;
        for (int i = 0; i < 20_000; i++) {
            if (i % 16 == 0 || driver.broken()) {
                driver.start(random.nextInt(4) == 0 ? VirtioMmio.F_VERSION_1 : ALL);
            }
            for (int d = 0; d < QUEUE; d++) {
                for (int table : new int[] {DESCRIPTORS, INDIRECT}) {
                    long address = random.nextInt(20) == 0
                            ? random.nextLong()
                            : random.nextBoolean() ? INDIRECT : VirtioDriver.RAM + random.nextInt(0xff000);
                    int length = random.nextInt(20) == 0 ? random.nextInt() : random.nextInt(8) * 16;
                    driver.descriptor(
                            table, d, address, length, flags[random.nextInt(flags.length)], random.nextInt(QUEUE));
                }
            }
            driver.offer(random.nextInt(QUEUE));
            driver.notifyDevice();
            rig.events.runDue();
            served += driver.completed();
        }
        assertTrue(served > 1000, "the garbage is never sense: " + served);
    }
}
