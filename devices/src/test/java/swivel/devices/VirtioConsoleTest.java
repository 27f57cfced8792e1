package swivel.devices;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import swivel.memory.Snapshot;

/** The virtio console as its driver sees it. */
class VirtioConsoleTest {
    private static final int COLUMNS = VirtioMmio.CONFIG;
    private static final int ROWS = VirtioMmio.CONFIG + 2;

    private final Rig rig = new Rig();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final VirtioConsole console = new VirtioConsole(rig.events, printed::write);
    private final QueuesDriver driver = new QueuesDriver(rig, console);

    @AfterEach
    void close() {
        driver.close();
    }

    private static final long SECOND = 1_000_000_000;

    /** What Linux does when its console is set up. */
    private static void look(QueuesDriver driver) {
        int _ = driver.read(VirtioMmio.STATUS);
    }

    private void type(String text) {
        assertEquals(text.length(), console.input().put(text.getBytes(US_ASCII), 0, text.length()));
    }

    @Test
    void whatIsPrintedComesOutInOrder() {
        driver.start(VirtioConsole.F_SIZE);
        assertEquals(3, driver.read(VirtioMmio.DEVICE_ID));
        driver.send(VirtioConsole.TRANSMIT, "hello, ".getBytes(US_ASCII));
        driver.send(VirtioConsole.TRANSMIT, "world\n".getBytes(US_ASCII));
        driver.send(VirtioConsole.TRANSMIT);
        assertEquals(3, driver.done(VirtioConsole.TRANSMIT));
        assertEquals("hello, world\n", printed.toString(US_ASCII));
        assertTrue(rig.line.level);
    }

    /** A request may have 256 buffers of any length; it is taken in pieces, between which the guest runs. */
    @Test
    void aLongRequestIsTakenInPieces() {
        driver.start(0);
        byte[] text = new byte[1 << 20];
        new Random(1).nextBytes(text);
        int at = QueuesDriver.RAM + (2 << 20);
        driver.memory.write(at, text, 0, text.length);
        driver.memory.write32(QueuesDriver.area(1), at);
        driver.memory.write32(QueuesDriver.area(1) + 8, text.length);
        driver.memory.write16(QueuesDriver.area(1) + QueuesDriver.AVAILABLE + 2, 1);
        driver.write(VirtioMmio.QUEUE_NOTIFY, 1);
        assertTrue(printed.size() > 0 && printed.size() < text.length, printed.size() + " bytes at once");
        byte[] saved = save();
        Rig otherRig = new Rig();
        VirtioConsole other = new VirtioConsole(otherRig.events, printed::write);
        try (QueuesDriver goesOn = new QueuesDriver(otherRig, other)) {
            goesOn.memory.write(at, text, 0, text.length);
            byte[] rings = new byte[0x4000];
            driver.memory.read(QueuesDriver.area(1), rings, 0, rings.length);
            goesOn.memory.write(QueuesDriver.area(1), rings, 0, rings.length);
            new Snapshot.Reader(saved).section("console", goesOn.device);
            goesOn.write(VirtioMmio.QUEUE_NOTIFY, 1);
            for (int i = 0; i < 100 && goesOn.done(1) == 0; i++) {
                assertFalse(goesOn.broken());
            }
            assertEquals(1, goesOn.done(1));
        }
        assertArrayEquals(text, printed.toByteArray());
    }

    private byte[] save() {
        Snapshot.Writer to = new Snapshot.Writer();
        to.section("console", driver.device);
        return to.toByteArray();
    }

    @Test
    void whatIsTypedWaitsForBuffers() {
        assertFalse(console.interruptsOnInput());
        type("before the driver came\n");
        driver.start(VirtioConsole.F_SIZE);
        assertFalse(console.interruptsOnInput());
        driver.offerBuffers(VirtioConsole.RECEIVE, 2, 6);
        assertTrue(console.interruptsOnInput());
        assertEquals(0, driver.done(VirtioConsole.RECEIVE), "Linux would drop it");
        look(driver);
        assertEquals("before", new String(driver.take(VirtioConsole.RECEIVE), US_ASCII));
        assertEquals(" the d", new String(driver.take(VirtioConsole.RECEIVE), US_ASCII));
        driver.offerBuffers(VirtioConsole.RECEIVE, 2, 1000);
        assertEquals("river came\n", new String(driver.take(VirtioConsole.RECEIVE), US_ASCII));
        assertEquals(0, driver.done(VirtioConsole.RECEIVE));
        type("later");
        assertEquals("later", new String(driver.take(VirtioConsole.RECEIVE), US_ASCII));
    }

    @Test
    void aDriverThatNeverLooksAtTheStatusGetsInputAfterAWhile() {
        driver.start(0);
        driver.offerBuffers(VirtioConsole.RECEIVE, 1, 10);
        type("stop");
        rig.pass(4 * SECOND);
        assertEquals(0, driver.done(VirtioConsole.RECEIVE));
        rig.pass(SECOND);
        assertEquals("stop", new String(driver.take(VirtioConsole.RECEIVE), US_ASCII));
    }

    @Test
    void aFullBacklogTakesNoMore() {
        driver.start(0);
        driver.offerBuffers(VirtioConsole.RECEIVE, 1, 1);
        look(driver);
        byte[] keys = new byte[100_000];
        new Random(2).nextBytes(keys);
        int taken = console.input().put(keys, 0, keys.length);
        assertEquals(1 << 16, taken);
        ByteArrayOutputStream got = new ByteArrayOutputStream();
        got.writeBytes(driver.take(VirtioConsole.RECEIVE));
        while (got.size() < keys.length) {
            driver.offerBuffers(VirtioConsole.RECEIVE, 1, 4096);
            got.writeBytes(driver.take(VirtioConsole.RECEIVE));
            taken += console.input().put(keys, taken, keys.length - taken);
        }
        assertArrayEquals(keys, got.toByteArray());
    }

    @Test
    void theSizeOfTheTerminalIsInTheConfiguration() {
        driver.start(VirtioConsole.F_SIZE);
        assertEquals(0, driver.device.read(COLUMNS, 2));
        int generation = driver.read(VirtioMmio.CONFIG_GENERATION);
        console.setSize(132, 43);
        assertEquals(0, driver.device.read(COLUMNS, 2), "before the vCPU's thread has its turn");
        rig.events.runDue();
        assertEquals(132, driver.device.read(COLUMNS, 2));
        assertEquals(43, driver.device.read(ROWS, 2));
        assertTrue(generation != driver.read(VirtioMmio.CONFIG_GENERATION));
        assertEquals(VirtioMmio.CHANGED, driver.read(VirtioMmio.INTERRUPT_STATUS));
        driver.write(VirtioMmio.INTERRUPT_ACK, VirtioMmio.CHANGED);
        console.setSize(132, 43);
        rig.events.runDue();
        assertEquals(0, driver.read(VirtioMmio.INTERRUPT_STATUS), "nothing has changed");
        console.setSize(0x10000, 3);
        rig.events.runDue();
        assertEquals(0, driver.device.read(COLUMNS, 4));
    }

    @Test
    void inputThatNobodyReadIsInASnapshot() {
        type("typed ahead");
        byte[] saved = save();
        Rig otherRig = new Rig();
        VirtioConsole other = new VirtioConsole(otherRig.events, value -> {});
        try (QueuesDriver goesOn = new QueuesDriver(otherRig, other)) {
            new Snapshot.Reader(saved).section("console", goesOn.device);
            goesOn.start(0);
            goesOn.offerBuffers(VirtioConsole.RECEIVE, 1, 100);
            look(goesOn);
            assertEquals("typed ahead", new String(goesOn.take(VirtioConsole.RECEIVE), US_ASCII));
        }
    }
}
