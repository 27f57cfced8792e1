package swivel.memory;

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

    /** A core that interprets asks so often between two times that it really lets others have it. */
    private static final int TURN = 1024;

    private int turn;

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

    /**
     * Lets others have it who wait for it, but not each time: to wake a thread takes as long as to interpret some
     * hundred blocks.
     */
    public void pass() {
        if (lock != null && ++turn >= TURN && lock.hasQueuedThreads()) {
            turn = 0;
            lock.unlock();
            lock.lock();
        }
    }

    /**
     * Where a core sleeps, of a machine that has several.
     *
     * @param polls whether the host has a core for it, so that it may look for a while whether the sleep ends soon
     */
    public Sleep newSleep(boolean polls) {
        return new Sleep(this, polls);
    }

    /**
     * Whose thread holds the lock, but for while it sleeps here. To wake a thread takes the host some 50 microseconds,
     * which is longer than many sleeps of cores that work together; so before it sleeps a thread looks for a while, if
     * that would have helped the last time (Linux' KVM does the same: Documentation/virt/kvm/halt-polling.rst).
     */
    public static final class Sleep {
        private static final long MAX_POLL_NANOSECONDS = 100_000;

        private final MachineLock machine;
        private final Condition condition;
        private final boolean polls;
        private volatile boolean sleeping;
        private boolean polling;

        Sleep(MachineLock machine, boolean polls) {
            this.machine = machine;
            this.condition = machine.lock.newCondition();
            this.polls = polls;
        }

        /**
         * Gives up the lock, sleeps until {@link #end} is called, and takes it again; may return early. An interrupt of
         * the thread ends it and stays to be seen.
         */
        public void begin() {
            long start = System.nanoTime();
            sleeping = true;
            if (polling) {
                poll(start);
            }
            try {
                while (sleeping) {
                    condition.await();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                sleeping = false;
            }
            polling = polls && System.nanoTime() - start < MAX_POLL_NANOSECONDS;
        }

        private void poll(long start) {
            machine.unlock();
            try {
                while (sleeping && System.nanoTime() - start < MAX_POLL_NANOSECONDS) {
                    Thread.onSpinWait();
                }
            } finally {
                machine.lock();
            }
        }

        /** Ends it, if somebody sleeps. */
        public void end() {
            if (sleeping) {
                sleeping = false;
                condition.signal();
            }
        }
    }
}
