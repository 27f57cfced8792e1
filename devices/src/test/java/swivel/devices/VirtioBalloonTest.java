package swivel.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import swivel.memory.GuestMemory;

/** Pages that the guest gives back are zero; all others stay as they are. */
class VirtioBalloonTest {
    private static final int PAGE = GuestMemory.PAGE_SIZE;
    private static final int QUEUE_SIZE = 64;
    private static final int INDIRECT_ENTRY = 16;
    private static final int F_INDIRECT = 1 << 28;
    private static final int DATA = VirtioDriver.RAM + 0x4_0000;
    private static final int DATA_PAGES = 64;

    private final Rig rig = new Rig();
    private final GuestMemory memory = new GuestMemory(VirtioDriver.RAM, VirtioDriver.RAM_SIZE);
    private final VirtioBalloon balloon = new VirtioBalloon(rig.events, memory);

    @AfterEach
    void close() {
        rig.close();
        memory.close();
    }

    private VirtioDriver start(int queue) {
        VirtioDriver driver = new VirtioDriver(rig.events, rig.line, balloon, QUEUE_SIZE, memory, queue);
        assertEquals(0xf, driver.start(VirtioMmio.F_VERSION_1 | F_INDIRECT | 1 << 5));
        for (int page = 0; page < DATA_PAGES; page++) {
            memory.write32(DATA + page * PAGE, 1);
            memory.write32(DATA + page * PAGE + PAGE - 4, 2);
        }
        return driver;
    }

    /** The pages from {@link #DATA} on that are zero. */
    private List<Integer> gone() {
        List<Integer> gone = new ArrayList<>();
        for (int page = 0; page < DATA_PAGES; page++) {
            int first = memory.read32(DATA + page * PAGE);
            assertEquals(first == 0, memory.read32(DATA + page * PAGE + PAGE - 4) == 0, "half of page " + page);
            if (first == 0) {
                gone.add(page);
            }
        }
        return gone;
    }

    @Test
    void reportedPagesAreGoneAsFarAsTheyAreWhole() {
        VirtioDriver driver = start(VirtioBalloon.REPORT);
        driver.descriptor(VirtioDriver.INDIRECT, 0, DATA + 2 * PAGE, 3 * PAGE, 1 | 2, 1);
        driver.descriptor(VirtioDriver.INDIRECT, 1, DATA + 10 * PAGE + 1, 2 * PAGE, 1 | 2, 2);
        driver.descriptor(VirtioDriver.INDIRECT, 2, DATA + 20 * PAGE, PAGE - 1, 2, 0);
        driver.descriptor(VirtioDriver.DESCRIPTORS, 0, VirtioDriver.INDIRECT, 3 * INDIRECT_ENTRY, 4, 0);
        driver.offer(0);
        driver.notifyDevice();
        assertEquals(1, driver.completed());
        assertEquals(0, driver.takeUsed(), "chain 0, in which nothing was written");
        assertEquals(List.of(2, 3, 4, 11), gone());
        assertFalse(driver.broken());
    }

    private void inflate(VirtioDriver driver, int... pages) {
        for (int i = 0; i < pages.length; i++) {
            memory.write32(VirtioDriver.BUFFERS + 4 * i, pages[i]);
        }
        driver.descriptor(VirtioDriver.DESCRIPTORS, 0, VirtioDriver.BUFFERS, 4 * pages.length + 3, 0, 0);
        driver.offer(0);
        driver.notifyDevice();
        assertEquals(1, driver.completed());
        driver.takeUsed();
    }

    @Test
    void pagesInTheBalloonAreGoneAndCanBeUsedAgain() {
        VirtioDriver driver = start(VirtioBalloon.INFLATE);
        int first = DATA / PAGE;
        inflate(driver, first + 5, first + 4, first + 63, -1, 0, 7);
        assertEquals(List.of(4, 5, 63), gone());
        memory.write32(DATA + 4 * PAGE, 1);
        memory.write32(DATA + 5 * PAGE - 4, 1);
        assertEquals(List.of(5, 63), gone());
    }

    @Test
    void theHostMakesTheBalloonLargerAndTheDriverSaysHowFarItIs() {
        VirtioDriver driver = start(VirtioBalloon.INFLATE);
        balloon.setSize(3 * PAGE + 1);
        assertEquals(0, driver.read(VirtioMmio.CONFIG));
        rig.pass(0);
        assertEquals(VirtioMmio.CHANGED, driver.interrupts());
        assertEquals(1, driver.read(VirtioMmio.CONFIG_GENERATION));
        assertEquals(3, driver.read(VirtioMmio.CONFIG));
        driver.write(VirtioMmio.CONFIG, 99);
        driver.write(VirtioMmio.CONFIG + 4, 2);
        assertEquals(3, driver.read(VirtioMmio.CONFIG), "is the host's");
        assertEquals(2 * PAGE, balloon.size());
        balloon.setSize(Long.MAX_VALUE);
        rig.pass(0);
        assertEquals(VirtioDriver.RAM_SIZE / PAGE, driver.read(VirtioMmio.CONFIG));
    }

    /** What was translated from a page that is given back is dropped before. */
    @Test
    void pagesWithTranslatedCodeAreToldFirst() {
        VirtioDriver driver = start(VirtioBalloon.INFLATE);
        List<Integer> told = new ArrayList<>();
        GuestMemory.CodeWatcher processor = new GuestMemory.CodeWatcher() {
            @Override
            public void written(int page) {
                assertEquals(1, memory.read32(memory.addressOf(page)));
                told.add(page);
            }

            @Override
            public void stored(long offset, int size) {}

            @Override
            public void protect(int page) {}
        };
        memory.watch(processor);
        int page = memory.page(DATA) + 8;
        memory.addCode(page, processor);
        inflate(driver, DATA / PAGE + 7, DATA / PAGE + 8);
        assertEquals(List.of(page), told);
        assertEquals(List.of(7, 8), gone());
    }

    /** Requests of a driver that means harm: any pages, any buffers. */
    @Test
    void whateverIsReportedTheDeviceGoesOnOrAsksForAReset() {
        Random random = new Random(8);
        VirtioDriver driver = start(VirtioBalloon.REPORT);
        for (int round = 0; round < 20_000; round++) {
            for (int i = 0; i < 4; i++) {
                int at = VirtioDriver.RAM + random.nextInt(VirtioDriver.RAM_SIZE);
                int length = random.nextInt() >>> random.nextInt(32);
                driver.descriptor(VirtioDriver.DESCRIPTORS, i, at, length, random.nextInt(4), i + 1);
            }
            driver.offer(0);
            driver.notifyDevice();
            rig.pass(0);
            if (driver.broken() || round % 50 == 0) {
                driver.start(VirtioMmio.F_VERSION_1 | F_INDIRECT | 1 << 5);
            }
        }
        assertTrue(driver.read(VirtioMmio.MAGIC_VALUE) != 0);
    }
}
