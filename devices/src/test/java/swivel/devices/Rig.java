package swivel.devices;

import java.util.concurrent.atomic.AtomicLong;
import swivel.memory.InterruptLine;

/** What a device test is made of: time that stands still unless told, and wires to look at. */
final class Rig implements AutoCloseable {
    /** A wire with its level. */
    static final class Wire implements InterruptLine {
        boolean level;

        @Override
        public void set(boolean newLevel) {
            level = newLevel;
        }
    }

    private final AtomicLong nanoseconds = new AtomicLong();
    final EventQueue events = new EventQueue(nanoseconds::get, () -> {});
    final Wire line = new Wire();

    /** Lets time pass, and what is due happen. */
    void pass(long duration) {
        nanoseconds.addAndGet(duration);
        events.runDue();
    }

    @Override
    public void close() {
        events.close();
    }
}
