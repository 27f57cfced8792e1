package swivel.vmm;

import java.util.concurrent.locks.LockSupport;
import swivel.memory.MachineLock;

/**
 * What WFE waits for: an event, which another core may send by SEV. It may end at any time (ARM DDI 0406C, B1.8.13),
 * and does here. So SEV, which Linux executes whenever it gives up a spinlock, is no more than a store, and nobody has
 * to look who waits. A core that spins is asked again soon; one that waits for long is asked as often as the event
 * stream that Linux configures would wake it (B8.1.7).
 */
final class EventWait {
    private static final long EVENT_STREAM_NANOSECONDS = 100_000;

    /** What comes sooner behind the end of a wait belongs to the same. */
    private static final long SOON_NANOSECONDS = 20_000;

    /** So many waits in a row only spin, and so many let other threads have the host's core. */
    private static final int SPINNING = 20;

    private static final int YIELDING = 60;
    private static final int SPINS = 60;

    private final MachineLock lock;
    private int row;
    private long end;

    EventWait(MachineLock lock) {
        this.lock = lock;
    }

    /** Waits, without the machine's lock. */
    void await() {
        row = System.nanoTime() - end < SOON_NANOSECONDS ? row + 1 : 0;
        lock.unlock();
        try {
            pause();
        } finally {
            lock.lock();
        }
        end = System.nanoTime();
    }

    @SuppressWarnings("ThreadPriorityCheck") // it is right without, only slower
    private void pause() {
        if (!lock.isShared() || row >= YIELDING) {
            LockSupport.parkNanos(EVENT_STREAM_NANOSECONDS);
        } else if (row >= SPINNING) {
            Thread.yield();
        } else {
            for (int i = 0; i < SPINS; i++) {
                Thread.onSpinWait();
            }
        }
    }
}
