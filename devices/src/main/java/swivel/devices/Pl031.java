package swivel.devices;

import java.util.function.LongSupplier;
import swivel.memory.InterruptLine;
import swivel.memory.Snapshot;

/** The PrimeCell real-time clock PL031 (ARM DDI 0224C): seconds since 1970, and an alarm. It always runs. */
public final class Pl031 implements WordRegisters, Snapshot {
    /** Bytes of the window. */
    public static final int SIZE = 0x1000;

    /** The time in seconds, read-only (3.3.1). */
    static final int DR = 0x00;
    /** Match: the time of the alarm (3.3.2). */
    static final int MR = 0x04;
    /** Load: sets the time (3.3.3). */
    static final int LR = 0x08;
    /** Control: bit 0, started (3.3.4). */
    static final int CR = 0x0c;
    /** Interrupt mask set/clear (3.3.5). */
    static final int IMSC = 0x10;
    /** Raw interrupt status (3.3.6). */
    static final int RIS = 0x14;
    /** Masked interrupt status (3.3.7). */
    static final int MIS = 0x18;
    /** Interrupt clear (3.3.8). */
    static final int ICR = 0x1c;

    private static final int PART = 0x031;
    private static final int REVISION = 1;

    /** The one interrupt in IMSC, RIS, MIS and ICR. */
    static final int ALARM = 1;

    private static final long MILLISECONDS_PER_SECOND = 1000;
    private static final long NANOSECONDS_PER_MILLISECOND = 1_000_000;

    /** No alarm is further away: seconds of 32 bits. */
    private static final long MOST_MILLISECONDS = (1L << 32) * MILLISECONDS_PER_SECOND;

    /** What a snapshot keeps. */
    static final class State {
        /** Seconds that the guest's clock is ahead of the host's, modulo 2^32. */
        int ahead;

        int match;
        int load;
        int mask;
        int raw;
        /** What the host's clock shows when the alarm rings, if it was not set meanwhile. */
        long ringsAt;

        void fields(Archive fields) {
            ahead = fields.word(ahead);
            match = fields.word(match);
            load = fields.word(load);
            mask = fields.word(mask);
            raw = fields.word(raw);
            ringsAt = fields.doubleword(ringsAt);
        }
    }

    private final EventQueue events;
    private final InterruptLine line;
    private final LongSupplier wallClock;
    private final EventQueue.Timer alarm;
    final State state = new State();

    /**
     * Makes a clock that shows the host's time until the guest sets it.
     *
     * @param wallClock milliseconds since 1970, as {@link System#currentTimeMillis}
     */
    public Pl031(EventQueue events, InterruptLine line, LongSupplier wallClock) {
        this.events = events;
        this.line = line;
        this.wallClock = wallClock;
        this.alarm = events.newTimer("PL031 alarm", this::ring);
    }

    @Override
    public void fields(Archive fields) {
        state.fields(fields);
    }

    /**
     * The clock goes on as the host's does, also while the machine is only a snapshot; so an alarm may be nearer than
     * it was.
     */
    @Override
    public void loaded() {
        if (alarm.deadline() != EventQueue.NEVER) {
            long left = Math.clamp(state.ringsAt - wallClock.getAsLong(), 0, MOST_MILLISECONDS);
            long deadline = events.now() + left * NANOSECONDS_PER_MILLISECOND;
            if (deadline <= alarm.deadline() - NANOSECONDS_PER_MILLISECOND) { // the wall clock is that coarse
                alarm.arm(deadline);
            }
        }
    }

    private int seconds(long milliseconds) {
        return (int) Math.floorDiv(milliseconds, MILLISECONDS_PER_SECOND) + state.ahead;
    }

    private void ring() {
        // The host's wall clock may have been set back meanwhile; or the host slept, and we are late.
        if (seconds(wallClock.getAsLong()) - state.match >= 0) {
            raise();
        } else {
            armAlarm();
        }
    }

    private void raise() {
        state.raw |= ALARM;
        update();
    }

    /** Arms the timer for the start of the second that matches. */
    private void armAlarm() {
        long milliseconds = wallClock.getAsLong();
        long left = Integer.toUnsignedLong(state.match - seconds(milliseconds));
        if (left == 0) {
            alarm.cancel();
            raise();
        } else {
            long inThisSecond = Math.floorMod(milliseconds, MILLISECONDS_PER_SECOND);
            long wait = left * MILLISECONDS_PER_SECOND - inThisSecond;
            state.ringsAt = milliseconds + wait;
            alarm.arm(events.now() + wait * NANOSECONDS_PER_MILLISECOND);
        }
    }

    private void update() {
        line.set((state.raw & state.mask) != 0);
    }

    @Override
    public int readWord(int offset) {
        return switch (offset) {
            case DR -> seconds(wallClock.getAsLong());
            case MR -> state.match;
            case LR -> state.load;
            case CR -> 1;
            case IMSC -> state.mask;
            case RIS -> state.raw;
            case MIS -> state.raw & state.mask;
            default -> offset >= PrimeCell.PERIPH_ID0 ? PrimeCell.read(offset, PART, REVISION) : 0;
        };
    }

    @Override
    public void writeWord(int offset, int value, int lanes) {
        switch (offset) {
            case MR -> {
                state.match = value;
                armAlarm();
            }
            case LR -> {
                state.load = value;
                state.ahead += value - seconds(wallClock.getAsLong());
                armAlarm();
            }
            case IMSC -> state.mask = value & ALARM;
            case ICR -> state.raw &= ~value;
            default -> {}
        }
        update();
    }
}
