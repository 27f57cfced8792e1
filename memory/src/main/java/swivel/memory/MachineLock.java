package swivel.memory;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What keeps the cores of a machine out of each other's way. Who holds it may look at and change everything that
 * belongs to the machine; so each core holds it all the time but while it runs emitted code, and while it sleeps. A
 * machine of one core has none of that to do: there every method returns at once.
 */
public final class MachineLock {
    /** So often it is asked for before its thread sleeps: it is held for some microseconds most times. */
    private static final int SPINS = 400;

    /** In turn: an interpreter that lets others have it must get it behind them. */
    private final ReentrantLock lock;

    /** Makes that of a machine of one core, or of several. */
    MachineLock(boolean severalCores) {
        lock = severalCores ? new ReentrantLock(true) : null;
    }

    /** Whether the machine has several cores. */
    public boolean isShared() {
        return lock != null;
    }

    /** Takes it. */
    public void lock() {
        if (lock == null) {
            return;
        }
        for (int spins = 0; spins < SPINS; spins++) {
            if (lock.tryLock()) {
                return;
            }
            Thread.onSpinWait();
        }
        lock.lock();
    }

    /** Gives it up. */
    public void unlock() {
        if (lock != null) {
            lock.unlock();
        }
    }

    /** Lets others have it who wait for it. */
    public void pass() {
        if (lock != null && lock.hasQueuedThreads()) {
            lock.unlock();
            lock.lock();
        }
    }

    /** Where a core sleeps, of a machine that has several. */
    public Sleep newSleep() {
        return new Sleep(lock.newCondition());
    }

    /** Whose thread holds the lock, but for while it sleeps here. */
    public static final class Sleep {
        private final Condition condition;
        private boolean sleeping;

        Sleep(Condition condition) {
            this.condition = condition;
        }

        /**
         * Gives up the lock, sleeps until {@link #end} is called, and takes it again; may return early. An interrupt of
         * the thread ends it and stays to be seen.
         */
        public void begin() {
            begin(Long.MAX_VALUE);
        }

        /** The same for so many nanoseconds at most. */
        public void begin(long nanoseconds) {
            sleeping = true;
            try {
                var _ = condition.await(nanoseconds, TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                sleeping = false;
            }
        }

        /** Whether somebody sleeps here. */
        public boolean isSleeping() {
            return sleeping;
        }

        /** Ends it, if somebody sleeps. */
        public void end() {
            if (sleeping) {
                condition.signal();
            }
        }
    }
}
