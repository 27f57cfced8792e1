package swivel.devices;

import swivel.memory.InterruptLine;
import swivel.memory.Snapshot;

/**
 * The watchdog SP805 (ARM DDI 0270B): a counter that has to be set back before it reaches zero. The first time that it
 * does, it interrupts; the second time, if nobody has cleared the interrupt, it resets the machine. It is off until the
 * guest enables it. No test registers.
 */
public final class Sp805 implements WordRegisters, Snapshot {
    /** Bytes of the window. */
    public static final int SIZE = 0x1000;

    /** What the counter counts down from (3.3.1). */
    static final int LOAD = 0x000;
    /** The counter, read-only (3.3.2). */
    static final int VALUE = 0x004;
    /** Control (3.3.3). */
    static final int CONTROL = 0x008;
    /** Interrupt clear, write-only: any value (3.3.4). */
    static final int INTCLR = 0x00c;
    /** Raw interrupt status (3.3.5). */
    static final int RIS = 0x010;
    /** Masked interrupt status (3.3.6). */
    static final int MIS = 0x014;
    /** Lock: only {@link #KEY} lets the other registers be written; reads as 1 while they cannot be (3.3.7). */
    static final int LOCK = 0xc00;

    static final int KEY = 0x1acc_e551;

    /** CONTROL: the counter runs, and interrupts. */
    static final int INTEN = 1;
    /** CONTROL: it resets. */
    static final int RESEN = 2;

    private static final int PART = 0x805;
    private static final int REVISION = 1;

    private static final long NANOSECONDS_PER_SECOND = 1_000_000_000;

    /** What a snapshot keeps. */
    static final class State {
        int load = -1;
        int control;
        boolean locked;
        boolean interrupting;
        /** While it runs, the tick at which the counter was or will be zero. */
        long zeroAt;
        /** While it does not, the counter. */
        int stoppedAt = -1;

        void fields(Archive fields) {
            load = fields.word(load);
            control = fields.word(control) & (INTEN | RESEN);
            locked = fields.flag(locked);
            interrupting = fields.flag(interrupting);
            zeroAt = fields.doubleword(zeroAt);
            fields.require(zeroAt >= 0 && zeroAt <= MOST_TICKS, "tick");
            stoppedAt = fields.word(stoppedAt);
        }
    }

    /** No machine runs for so long; and it can be multiplied with nanoseconds of a tick. */
    private static final long MOST_TICKS = Long.MAX_VALUE >> 10;

    private final EventQueue events;
    private final InterruptLine line;
    private final int hertz;
    private final Runnable reset;
    private final EventQueue.Timer zero;
    final State state = new State();

    /**
     * Makes one after reset.
     *
     * @param hertz of the counter, at least 1 million
     * @param reset resets the machine; called on the vCPU's thread
     */
    public Sp805(EventQueue events, InterruptLine line, int hertz, Runnable reset) {
        this.events = events;
        this.line = line;
        this.hertz = hertz;
        this.reset = reset;
        this.zero = events.newTimer("SP805 zero", this::reachZero);
    }

    @Override
    public void fields(Archive fields) {
        state.fields(fields);
    }

    private long ticks() {
        long now = events.now();
        return now / NANOSECONDS_PER_SECOND * hertz + now % NANOSECONDS_PER_SECOND * hertz / NANOSECONDS_PER_SECOND;
    }

    /** When a tick begins. */
    private long nanoseconds(long tick) {
        long inSecond = tick % hertz * NANOSECONDS_PER_SECOND;
        return tick / hertz * NANOSECONDS_PER_SECOND + (inSecond + hertz - 1) / hertz;
    }

    private boolean runs() {
        return (state.control & INTEN) != 0;
    }

    /** At zero it is loaded again with the next tick. */
    private long period() {
        return Integer.toUnsignedLong(state.load) + 1;
    }

    private int counter() {
        return runs() ? (int) Math.floorMod(state.zeroAt - ticks(), period()) : state.stoppedAt;
    }

    private void start() {
        state.zeroAt = ticks() + Integer.toUnsignedLong(state.load);
        arm();
    }

    /** Only what changes something is waited for: a second time at zero does so if it resets. */
    private void arm() {
        boolean matters = runs() && (!state.interrupting || (state.control & RESEN) != 0);
        zero.arm(matters ? nanoseconds(nextZero()) : EventQueue.NEVER);
    }

    /** The tick at which the counter is zero next; it may be now. */
    private long nextZero() {
        long now = ticks();
        return state.zeroAt >= now ? state.zeroAt : now + Math.floorMod(state.zeroAt - now, period());
    }

    private void reachZero() {
        if (state.interrupting) {
            reset.run();
        } else {
            state.interrupting = true;
            state.zeroAt += period();
            arm();
            update();
        }
    }

    private void update() {
        line.set(state.interrupting && runs());
    }

    @Override
    public int readWord(int offset) {
        return switch (offset) {
            case LOAD -> state.load;
            case VALUE -> counter();
            case CONTROL -> state.control;
            case RIS -> state.interrupting ? 1 : 0;
            case MIS -> state.interrupting && runs() ? 1 : 0;
            case LOCK -> state.locked ? 1 : 0;
            default -> offset >= PrimeCell.PERIPH_ID0 ? PrimeCell.read(offset, PART, REVISION) : 0;
        };
    }

    @Override
    public void writeWord(int offset, int value, int lanes) {
        if (offset == LOCK) {
            state.locked = value != KEY;
        } else if (!state.locked) {
            write(offset, value);
        }
    }

    private void write(int offset, int value) {
        switch (offset) {
            case LOAD -> {
                state.load = value;
                restart();
            }
            case CONTROL -> setControl(value & (INTEN | RESEN));
            case INTCLR -> {
                state.interrupting = false;
                restart();
            }
            default -> {}
        }
        update();
    }

    private void restart() {
        state.stoppedAt = state.load;
        if (runs()) {
            start();
        }
    }

    private void setControl(int value) {
        boolean ran = runs();
        state.stoppedAt = counter();
        state.control = value;
        if (runs() && !ran) {
            start();
        } else {
            arm();
        }
    }
}
