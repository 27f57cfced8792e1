package swivel.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What QEMU shows, too, is in {@link PrimeCellsAgainstQemuTest}. */
class Sp805Test {
    private static final int HERTZ = 24_000_000;
    private static final long SECOND = 1_000_000_000L;

    private final Rig rig = new Rig();
    private int resets;
    private final Sp805 watchdog = new Sp805(rig.events, rig.line, HERTZ, () -> resets++);

    @AfterEach
    void close() {
        rig.close();
    }

    private int read(int offset) {
        return watchdog.read(offset, 4);
    }

    private void write(int offset, int value) {
        watchdog.write(offset, 4, value);
    }

    private void start() {
        write(Sp805.LOAD, HERTZ - 1);
        write(Sp805.CONTROL, Sp805.INTEN | Sp805.RESEN);
    }

    @Test
    void aWatchdogThatNobodyStartsDoesNothing() {
        rig.pass(1000 * SECOND);
        assertEquals(-1, read(Sp805.VALUE));
        assertFalse(rig.line.level);
    }

    @Test
    void theFirstTimeAtZeroInterruptsAndTheSecondResetsTheMachine() {
        start();
        rig.pass(SECOND - 1000);
        assertFalse(rig.line.level);
        rig.pass(1000);
        assertTrue(rig.line.level);
        assertEquals(1, read(Sp805.MIS));
        rig.pass(SECOND - 1000);
        assertEquals(0, resets);
        rig.pass(1000);
        assertEquals(1, resets);
    }

    @Test
    void aGuestThatClearsTheInterruptGoesOn() {
        start();
        for (int i = 0; i < 10; i++) {
            rig.pass(SECOND + SECOND / 2);
            assertTrue(rig.line.level);
            write(Sp805.INTCLR, 1);
            assertFalse(rig.line.level);
            assertEquals(HERTZ - 1, read(Sp805.VALUE));
        }
        assertEquals(0, resets);
    }

    @Test
    void theCounterCountsAndHasAPeriodOfOneMoreThanIsLoaded() {
        write(Sp805.LOAD, 9);
        write(Sp805.CONTROL, Sp805.INTEN);
        rig.pass(SECOND);
        assertEquals(9, read(Sp805.VALUE), "after a whole number of periods");
        rig.pass(125); // three ticks
        assertEquals(6, read(Sp805.VALUE));
        write(Sp805.CONTROL, 0);
        rig.pass(SECOND);
        assertEquals(6, read(Sp805.VALUE));
        write(Sp805.CONTROL, Sp805.INTEN);
        assertEquals(9, read(Sp805.VALUE));
    }

    @Test
    void whileItIsLockedNothingElseIsWritten() {
        start();
        write(Sp805.LOCK, 1);
        assertEquals(1, read(Sp805.LOCK));
        write(Sp805.CONTROL, 0);
        assertEquals(Sp805.INTEN | Sp805.RESEN, read(Sp805.CONTROL));
        write(Sp805.LOCK, Sp805.KEY);
        write(Sp805.CONTROL, 0);
        assertEquals(0, read(Sp805.CONTROL));
        assertEquals(0, read(Sp805.LOCK));
    }

    @Test
    void linuxFindsThePrimeCell() {
        int id = 0;
        for (int i = 0; i < 4; i++) {
            id |= read(PrimeCell.PERIPH_ID0 + 4 * i) << 8 * i;
        }
        assertEquals(0x0014_1805, id);
    }
}
