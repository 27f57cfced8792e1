package swivel.devices;

import java.util.EnumMap;
import java.util.Map;
import swivel.memory.InterruptLine;
import swivel.memory.Snapshot;

/**
 * The Generic Timer of one CPU (ARM DDI 0406C, chapter B8): the system counter and the timers that compare with it. Its
 * registers are reached through CP15, so this is no window on the bus; the virtual offset CNTVOFF is 0.
 */
public final class GenericTimer implements Snapshot {
    /** Which timer. */
    public enum Kind {
        PHYSICAL,
        VIRTUAL
    }

    /** Counts per second, CNTFRQ: that of QEMU's {@code virt}. */
    public static final int FREQUENCY = 62_500_000;

    /** CNTP_CTL, CNTV_CTL (B4.1.27, B4.1.32): the timer runs. */
    private static final int ENABLE = 1;
    /** The interrupt is masked. */
    private static final int IMASK = 1 << 1;
    /** Read-only: the counter has reached the compare value. */
    private static final int ISTATUS = 1 << 2;

    private static final long NANOSECONDS_PER_COUNT = 1_000_000_000L / FREQUENCY;

    /** A line rests for so many times as long as the guest needed to serve it. */
    private static final int REST = 3;

    private static final long LONGEST_REST = 100_000_000;
    private static final long SERVED = -1;

    /**
     * What a snapshot keeps, by {@link Kind}; when the lines will rise is among the deadlines of the
     * {@link EventQueue}.
     */
    static final class State {
        final int[] control = new int[Kind.values().length];
        final long[] compare = new long[Kind.values().length];
        /** When a line rose that the guest has not served yet; else {@link #SERVED}. */
        final long[] risen = {SERVED, SERVED};
        /** When a line was served last, and how long that took. */
        final long[] served = new long[Kind.values().length];

        final long[] serving = new long[Kind.values().length];
        /** When a line has rested. */
        final long[] rested = new long[Kind.values().length];
    }

    private final EventQueue events;
    private final Map<Kind, InterruptLine> lines = new EnumMap<>(Kind.class);
    private final Map<Kind, EventQueue.Timer> timers = new EnumMap<>(Kind.class);
    final State state = new State();

    /** Makes the timers of one CPU, disabled, with the lines of their interrupts. */
    public GenericTimer(EventQueue events, InterruptLine physical, InterruptLine virtual) {
        this.events = events;
        lines.put(Kind.PHYSICAL, physical);
        lines.put(Kind.VIRTUAL, virtual);
        for (Kind kind : Kind.values()) {
            timers.put(kind, events.newTimer("generic timer " + kind, () -> update(kind)));
        }
    }

    @Override
    public void fields(Archive fields) {
        fields.words(state.control);
        fields.doublewords(state.compare);
        fields.doublewords(state.risen);
        fields.doublewords(state.served);
        fields.doublewords(state.serving);
        fields.doublewords(state.rested);
    }

    /** CNTPCT and CNTVCT. */
    public long counter() {
        return counter(events.now());
    }

    private static long counter(long now) {
        return now / NANOSECONDS_PER_COUNT;
    }

    /** CNTx_CTL; ISTATUS reads as zero while the timer is disabled. */
    public int control(Kind kind) {
        int control = state.control[kind.ordinal()];
        return (control & ENABLE) != 0 && reached(kind, events.now()) ? control | ISTATUS : control;
    }

    /** Writes CNTx_CTL. */
    public void setControl(Kind kind, int value) {
        state.control[kind.ordinal()] = value & (ENABLE | IMASK);
        if ((value & ENABLE) == 0) {
            state.risen[kind.ordinal()] = SERVED;
        }
        update(kind);
    }

    /** CNTx_CVAL, unsigned. */
    public long compare(Kind kind) {
        return state.compare[kind.ordinal()];
    }

    /** Writes CNTx_CVAL. */
    public void setCompare(Kind kind, long value) {
        int index = kind.ordinal();
        if (state.risen[index] != SERVED) {
            served(index, events.now());
        }
        state.compare[index] = value;
        update(kind);
    }

    /**
     * The line does not rise again at once if serving it twice in a row took longer than the guest had in between: on a
     * host so slow that a tick costs more than its period, a guest would do nothing else than serve its timer.
     */
    private void served(int index, long now) {
        long serving = now - state.risen[index];
        long between = state.risen[index] - state.served[index];
        if (between < Math.min(serving, state.serving[index])) {
            state.rested[index] = now + Math.min(REST * serving, LONGEST_REST);
        }
        state.served[index] = now;
        state.serving[index] = serving;
        state.risen[index] = SERVED;
    }

    private boolean reached(Kind kind, long now) {
        return Long.compareUnsigned(counter(now), compare(kind)) >= 0;
    }

    /** Drives the line; arms the timer for when it will rise by itself. */
    private void update(Kind kind) {
        int index = kind.ordinal();
        long now = events.now();
        boolean unmasked = (state.control[index] & (ENABLE | IMASK)) == ENABLE;
        boolean rises = unmasked && reached(kind, now) && now >= state.rested[index];
        if (rises && state.risen[index] == SERVED) {
            state.risen[index] = now;
        }
        long due = Math.max(deadline(compare(kind)), state.rested[index]);
        timers.get(kind).arm(unmasked && !rises ? due : EventQueue.NEVER);
        lines.get(kind).set(rises);
    }

    /** When the counter reaches a value: never, if that is centuries away. */
    private static long deadline(long compare) {
        boolean centuries = Long.compareUnsigned(compare, EventQueue.NEVER / NANOSECONDS_PER_COUNT) >= 0;
        return centuries ? EventQueue.NEVER : compare * NANOSECONDS_PER_COUNT;
    }
}
