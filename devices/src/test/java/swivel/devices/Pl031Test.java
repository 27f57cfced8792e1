package swivel.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import swivel.memory.Snapshot;

class Pl031Test {
    private static final long SECOND = 1_000_000_000L;
    private static final long BOOT = 1_700_000_000_250L;

    private final Rig rig = new Rig();
    private long skew;
    private final Pl031 rtc = new Pl031(rig.events, rig.line, () -> BOOT + skew + rig.events.now() / 1_000_000);

    @AfterEach
    void close() {
        rig.close();
    }

    private int read(int offset) {
        return rtc.read(offset, 4);
    }

    private void write(int offset, int value) {
        rtc.write(offset, 4, value);
    }

    @Test
    void theTimeIsTheHosts() {
        assertEquals(1_700_000_000, read(Pl031.DR));
        rig.pass(SECOND);
        assertEquals(1_700_000_001, read(Pl031.DR));
        assertEquals(1, read(Pl031.CR));
    }

    @Test
    void theGuestCanSetTheTime() {
        write(Pl031.LR, 1000);
        assertEquals(1000, read(Pl031.LR));
        assertEquals(1000, read(Pl031.DR));
        rig.pass(5 * SECOND);
        assertEquals(1005, read(Pl031.DR));
        write(Pl031.LR, -1);
        rig.pass(2 * SECOND);
        assertEquals(1, read(Pl031.DR));
    }

    @Test
    void theAlarmRingsWhenItsSecondBegins() {
        write(Pl031.IMSC, Pl031.ALARM);
        write(Pl031.MR, 1_700_000_002);
        rig.pass(1_749_000_000);
        assertFalse(rig.line.level);
        rig.pass(1_000_000);
        assertTrue(rig.line.level);
        assertEquals(1, read(Pl031.MIS));
        write(Pl031.ICR, 1);
        assertFalse(rig.line.level);
        assertEquals(0, read(Pl031.RIS));
    }

    @Test
    void anAlarmForNowRingsAtOnceAndAMaskedOneOnlyShows() {
        write(Pl031.MR, read(Pl031.DR));
        assertEquals(1, read(Pl031.RIS));
        assertEquals(0, read(Pl031.MIS));
        assertFalse(rig.line.level);
        write(Pl031.IMSC, 1);
        assertTrue(rig.line.level);
    }

    @Test
    void aHostClockThatWasSetBackDelaysTheAlarmAndOneThatJumpedDoesNotLoseIt() {
        write(Pl031.IMSC, 1);
        write(Pl031.MR, 1_700_000_002);
        skew = -10_000;
        rig.pass(2 * SECOND);
        assertFalse(rig.line.level);
        rig.pass(9 * SECOND);
        skew = 0;
        rig.pass(SECOND);
        assertTrue(rig.line.level);
    }

    /** The alarm is for ten seconds later, the machine was a snapshot for a minute. */
    @Test
    void anAlarmWhoseTimeCameWhileTheMachineWasASnapshotRingsAtOnce() {
        write(Pl031.MR, 1_700_000_010);
        Snapshot.Writer saved = new Snapshot.Writer();
        saved.section("events", rig.events);
        saved.section("rtc", rtc);
        try (Rig fresh = new Rig()) {
            Pl031 later = new Pl031(fresh.events, fresh.line, () -> BOOT + 60_000 + fresh.events.now() / 1_000_000);
            later.write(Pl031.IMSC, 4, 1);
            Snapshot.Reader from = new Snapshot.Reader(saved.toByteArray());
            from.section("events", fresh.events);
            from.section("rtc", later);
            assertEquals(0, later.read(Pl031.RIS, 4));
            fresh.pass(0);
            assertEquals(1, later.read(Pl031.RIS, 4));
            assertEquals(1_700_000_060, later.read(Pl031.DR, 4));
        }
    }

    @Test
    void linuxFindsThePrimeCell() {
        assertEquals(0x31, read(0xfe0));
        assertEquals(0x10, read(0xfe4));
        assertEquals(0x4, read(0xfe8) & 0xf);
        assertEquals(0x0d, read(0xff0));
        assertEquals(0xf0, read(0xff4));
        assertEquals(0x05, read(0xff8));
        assertEquals(0xb1, read(0xffc));
    }
}
