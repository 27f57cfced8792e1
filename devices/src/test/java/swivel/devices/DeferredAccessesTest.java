package swivel.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static swivel.devices.VirtioDriver.BUFFERS;
import static swivel.devices.VirtioDriver.DESCRIPTORS;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that the disk's thread works on, on a disk that takes as long as a test wants. */
@Timeout(60)
class DeferredAccessesTest {
    private static final int NO_STATUS = 0x77;
    private static final long FEATURES = VirtioMmio.F_VERSION_1 | VirtioBlock.F_FLUSH;
    private static final int SLOT = 0x1000;

    private final Rig rig = new Rig();
    private Disk content;
    private VirtioBlock disk;
    private VirtioDriver driver;

    /** Each sector has its number in its bytes. */
    private static final class Disk implements DiskContent {
        final boolean parallel;
        /** What was begun. */
        final List<String> log = new ArrayList<>();

        final CountDownLatch flushed = new CountDownLatch(1);
        volatile boolean flushesWait = true;
        volatile int readMilliseconds;
        volatile boolean fails;
        volatile Thread reader;
        final AtomicInteger users = new AtomicInteger();
        volatile int mostUsers;

        Disk(boolean parallel) {
            this.parallel = parallel;
        }

        private void use(String what, Access access) throws IOException {
            mostUsers = Math.max(mostUsers, users.incrementAndGet());
            synchronized (log) {
                log.add(what);
            }
            try {
                access.happens();
            } catch (InterruptedException e) {
                throw new IOException(e);
            } finally {
                users.decrementAndGet();
            }
            if (fails) {
                throw new IOException("broken");
            }
        }

        private interface Access {
            void happens() throws InterruptedException;
        }

        @Override
        public long bytes() {
            return 1 << 20;
        }

        @Override
        public boolean readOnly() {
            return false;
        }

        @Override
        public boolean isParallel() {
            return parallel;
        }

        @Override
        public void read(byte[] to, int from, int length, long at) throws IOException {
            reader = Thread.currentThread();
            use("read", () -> TimeUnit.MILLISECONDS.sleep(readMilliseconds));
            Arrays.fill(to, from, from + length, (byte) (at / 512));
        }

        @Override
        public void write(byte[] from, int first, int length, long at) throws IOException {
            use("write", () -> {});
        }

        @Override
        public void zero(long length, long at) throws IOException {
            use("zero", () -> {});
        }

        @Override
        public void discard(long length, long at) throws IOException {
            use("discard", () -> {});
        }

        @Override
        public void flush() throws IOException {
            use("flush", () -> {
                if (flushesWait) {
                    flushed.await();
                }
            });
            synchronized (log) {
                log.add("flushed");
            }
        }

        @Override
        public void close() {}

        List<String> log() {
            synchronized (log) {
                return List.copyOf(log);
            }
        }
    }

    private void open(boolean parallel) {
        open(parallel, rig.events);
    }

    private void open(boolean parallel, EventQueue events) {
        content = new Disk(parallel);
        disk = new VirtioBlock(events, new DiskImage(content), "slow");
        driver = new VirtioDriver(events, rig.line, disk, 256);
        driver.start(FEATURES);
    }

    @AfterEach
    void close() throws IOException {
        content.flushed.countDown();
        disk.close();
        rig.close();
    }

    /** Makes the n-th request of this type available: of one sector, the n-th of the disk. */
    private void request(int number, int type) {
        int at = BUFFERS + number * SLOT;
        driver.memory.write32(at, type);
        driver.memory.write32(at + 8, number);
        driver.memory.write8(at + 16, NO_STATUS);
        int first = number * 3;
        driver.descriptor(
                DESCRIPTORS, first, at, 16, Virtqueue.F_NEXT, type == VirtioBlock.FLUSH ? first + 2 : first + 1);
        int write = type == VirtioBlock.IN ? Virtqueue.F_WRITE : 0;
        driver.descriptor(DESCRIPTORS, first + 1, at + 512, 512, write | Virtqueue.F_NEXT, first + 2);
        driver.descriptor(DESCRIPTORS, first + 2, at + 16, 1, Virtqueue.F_WRITE, 0);
        driver.offer(first);
        driver.notifyDevice();
    }

    private int status(int number) {
        return driver.memory.read8(BUFFERS + number * SLOT + 16);
    }

    /** What the vCPU's thread does until a request is done. */
    private void await(int number) throws InterruptedException {
        while (status(number) == NO_STATUS) {
            rig.events.runDue();
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    @Test
    void theGuestRunsOnDuringAFlushAndReads() throws InterruptedException {
        open(true);
        request(0, VirtioBlock.FLUSH);
        assertEquals(NO_STATUS, status(0));
        assertFalse(rig.line.level);
        assertFalse(rig.events.isIdle(), "a guest that waits for this only is not stuck");
        request(1, VirtioBlock.IN);
        assertEquals(VirtioBlock.OK, status(1));
        assertEquals(1, driver.memory.read8(BUFFERS + SLOT + 512));
        assertEquals(3L << 32 | 513, driver.takeUsed());
        assertEquals(VirtioMmio.USED, driver.interrupts());
        content.flushed.countDown();
        await(0);
        assertEquals(VirtioBlock.OK, status(0));
        assertEquals(1, driver.takeUsed(), "of the first request: one byte");
        assertTrue(rig.line.level, "it was completed with an interrupt");
        assertEquals(0, driver.completed());
        driver.device.drain();
        rig.events.runDue();
        assertTrue(rig.events.isIdle());
    }

    @Test
    void whatIsForOneThreadAtATimeIsDoneInOrder() throws InterruptedException {
        open(false);
        request(0, VirtioBlock.OUT);
        request(1, VirtioBlock.FLUSH);
        request(2, VirtioBlock.OUT);
        request(3, VirtioBlock.IN);
        assertEquals(VirtioBlock.OK, status(0));
        for (int number : new int[] {1, 2, 3}) {
            assertEquals(NO_STATUS, status(number));
        }
        content.flushed.countDown();
        await(3);
        assertEquals(List.of("write", "flush", "flushed", "write", "read"), content.log());
        assertEquals(1, content.mostUsers);
        assertEquals(3, driver.memory.read8(BUFFERS + 3 * SLOT + 512));
        for (int number : new int[] {0, 1, 2, 3}) {
            assertEquals(VirtioBlock.OK, status(number));
        }
    }

    @Test
    void aResetWaitsAndNothingIsCompletedAfterIt() throws InterruptedException {
        open(true);
        request(0, VirtioBlock.FLUSH);
        Thread slow = Thread.ofPlatform().start(() -> {
            try {
                TimeUnit.MILLISECONDS.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            content.flushed.countDown();
        });
        driver.write(VirtioMmio.STATUS, 0);
        assertEquals(List.of("flush", "flushed"), content.log());
        rig.events.runDue();
        assertEquals(NO_STATUS, status(0));
        assertEquals(0, driver.memory.read16(VirtioDriver.USED + 2));
        assertFalse(rig.line.level);
        slow.join();
        driver.start(FEATURES);
        request(1, VirtioBlock.FLUSH);
        await(1);
        assertEquals(VirtioBlock.OK, status(1));
    }

    @Test
    void aSnapshotFindsNoRequestHalfDone() {
        open(true);
        request(0, VirtioBlock.FLUSH);
        content.flushed.countDown();
        driver.device.drain();
        assertEquals(VirtioBlock.OK, status(0));
        assertEquals(1, driver.completed());
        assertTrue(rig.line.level);
    }

    @Test
    void slowReadsLeaveTheVcpusThreadUntilTheyAreQuickAgain() throws InterruptedException {
        open(true);
        content.readMilliseconds = 20;
        request(0, VirtioBlock.IN);
        assertEquals(VirtioBlock.OK, status(0), "nobody could know");
        assertSame(Thread.currentThread(), content.reader);
        request(1, VirtioBlock.IN);
        assertEquals(NO_STATUS, status(1));
        await(1);
        assertEquals("swivel-disk", content.reader.getName());
        content.readMilliseconds = 0;
        int number = 2;
        for (; content.reader != Thread.currentThread(); number++) {
            request(number, VirtioBlock.IN);
            await(number);
            assertEquals(number, driver.memory.read8(BUFFERS + number * SLOT + 512));
        }
        assertTrue(number > 9, "after some quick ones, not after the first");
    }

    @Test
    void eightyRequestsAtATimeAreAllServed() throws InterruptedException {
        open(false);
        for (int number = 0; number < 80; number++) {
            request(number, number % 5 == 0 ? VirtioBlock.FLUSH : VirtioBlock.IN);
        }
        assertEquals(0, driver.completed());
        content.flushed.countDown();
        for (int number = 0; number < 80; number++) {
            await(number);
            assertEquals(VirtioBlock.OK, status(number), "request " + number);
        }
        assertEquals(80, driver.completed());
        assertEquals(1, content.mostUsers);
    }

    @Test
    void whatFailsOnTheThreadFailsInTheGuest() throws InterruptedException {
        open(true);
        content.fails = true;
        content.flushed.countDown();
        request(0, VirtioBlock.FLUSH);
        await(0);
        assertEquals(VirtioBlock.IO_ERROR, status(0));
    }

    @Test
    void runsThatAreToBeTheSameEachTimeHaveNoSuchThread() throws IOException {
        EventQueue.Clock clock = new EventQueue.Clock() {
            @Override
            public long nanoseconds() {
                return 0;
            }

            @Override
            public boolean repeats() {
                return true;
            }
        };
        try (EventQueue events = new EventQueue(clock, () -> {})) {
            open(false, events);
            content.flushesWait = false;
            request(0, VirtioBlock.FLUSH);
            assertEquals(VirtioBlock.OK, status(0));
            disk.close();
        }
    }
}
