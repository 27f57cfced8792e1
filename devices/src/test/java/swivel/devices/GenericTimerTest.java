package swivel.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static swivel.devices.GenericTimer.Kind.PHYSICAL;
import static swivel.devices.GenericTimer.Kind.VIRTUAL;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GenericTimerTest {
    private static final int ENABLE = 1;
    private static final int IMASK = 2;
    private static final int ISTATUS = 4;
    private static final long SECOND = 1_000_000_000L;

    private final Rig rig = new Rig();
    private final Rig.Wire physical = new Rig.Wire();
    private final GenericTimer timer = new GenericTimer(rig.events, physical, rig.line);

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void theCounterCountsAtItsFrequency() {
        assertEquals(0, timer.counter());
        rig.pass(SECOND);
        assertEquals(GenericTimer.FREQUENCY, timer.counter());
        rig.pass(15);
        assertEquals(GenericTimer.FREQUENCY, timer.counter());
        rig.pass(1);
        assertEquals(GenericTimer.FREQUENCY + 1, timer.counter());
    }

    @Test
    void theInterruptComesWithTheCompareValueAndStaysUntilItIsMoved() {
        timer.setCompare(VIRTUAL, 100);
        timer.setControl(VIRTUAL, ENABLE);
        rig.pass(100 * 16 - 1);
        assertFalse(rig.line.level);
        assertEquals(ENABLE, timer.control(VIRTUAL));
        rig.pass(1);
        assertTrue(rig.line.level);
        assertFalse(physical.level);
        assertEquals(ENABLE | ISTATUS, timer.control(VIRTUAL));
        rig.pass(SECOND);
        assertTrue(rig.line.level);
        timer.setCompare(VIRTUAL, timer.counter() + 1);
        assertFalse(rig.line.level);
        rig.pass(16);
        assertTrue(rig.line.level);
    }

    @Test
    void theMaskHidesTheInterruptButNotTheStatus() {
        timer.setControl(PHYSICAL, ENABLE | IMASK);
        assertEquals(ENABLE | IMASK | ISTATUS, timer.control(PHYSICAL));
        assertFalse(physical.level);
        timer.setControl(PHYSICAL, ENABLE);
        assertTrue(physical.level);
        timer.setControl(PHYSICAL, 0);
        assertFalse(physical.level);
        assertEquals(0, timer.control(PHYSICAL));
    }

    @Test
    void theLineRisesWhenTheCompareValueIsReached() {
        rig.pass(SECOND);
        timer.setCompare(VIRTUAL, timer.counter() + 1000);
        timer.setControl(VIRTUAL, ENABLE);
        rig.pass(999 * 16);
        assertFalse(rig.line.level);
        rig.pass(16);
        assertTrue(rig.line.level);
        timer.setCompare(VIRTUAL, timer.counter() - 5);
        assertTrue(rig.line.level);
    }

    /** Serves the line, which is up, in so many nanoseconds; the next interrupt is due at once. */
    private void serve(long nanoseconds) {
        assertTrue(rig.line.level);
        rig.pass(nanoseconds);
        timer.setControl(VIRTUAL, ENABLE | IMASK); // as Linux does before its handler
        timer.setCompare(VIRTUAL, timer.counter());
        timer.setControl(VIRTUAL, ENABLE);
    }

    /** A guest that takes longer for a tick than the tick's period gets on all the same. */
    @Test
    void theLineRestsWhileTheGuestDoesNothingElseThanServeIt() {
        rig.pass(SECOND);
        timer.setControl(VIRTUAL, ENABLE);
        serve(SECOND / 100);
        serve(SECOND / 100);
        assertFalse(rig.line.level);
        assertEquals(ENABLE | ISTATUS, timer.control(VIRTUAL));
        rig.pass(SECOND * 3 / 100 - 1);
        assertFalse(rig.line.level);
        rig.pass(1);
        serve(0);
        assertTrue(rig.line.level, "there was time enough in between");
        serve(SECOND);
        serve(SECOND);
        rig.pass(SECOND / 10 - 1);
        assertFalse(rig.line.level);
        rig.pass(1);
        assertTrue(rig.line.level);
    }

    /** As when the guest had interrupts masked for a while, or the host was away. */
    @Test
    void theLineNeedsNoRestForOneSlowService() {
        rig.pass(SECOND);
        timer.setControl(VIRTUAL, ENABLE);
        serve(SECOND);
        assertTrue(rig.line.level);
        serve(SECOND / 1_000_000);
        rig.pass(SECOND * 3 / 1_000_000);
        assertTrue(rig.line.level, "a quick service behind it lets it rest three times as long as that, no more");
    }

    @Test
    void aTimerThatIsSwitchedOffNeedsNoRest() {
        timer.setControl(VIRTUAL, ENABLE);
        rig.pass(SECOND);
        timer.setControl(VIRTUAL, 0);
        timer.setCompare(VIRTUAL, timer.counter());
        timer.setControl(VIRTUAL, ENABLE);
        assertTrue(rig.line.level);
    }

    @Test
    void compareValuesInTheFarFutureNeverComeAndDoNotOverflow() {
        timer.setControl(VIRTUAL, ENABLE);
        rig.pass(SECOND);
        for (long far : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE / 16, 1L << 60}) {
            timer.setCompare(VIRTUAL, far);
            rig.pass(SECOND);
            assertFalse(rig.line.level, Long.toHexString(far));
        }
    }

    @Test
    void onlyTheWritableControlBitsAreKept() {
        timer.setControl(VIRTUAL, -1);
        timer.setCompare(VIRTUAL, -1);
        assertEquals(ENABLE | IMASK, timer.control(VIRTUAL));
    }
}
