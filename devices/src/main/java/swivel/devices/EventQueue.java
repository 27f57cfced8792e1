package swivel.devices;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The machine's time, and the work that is due on the vCPU's thread: timers of devices, and jobs that other threads post.
 *
 * <p>The vCPU's loop calls {@link #runDue} after every {@code Trap.Kick} and after {@link #await}. While the guest runs,
 * a daemon thread watches the earliest deadline and calls {@code kick} when it passes.
 */
public final class EventQueue implements AutoCloseable {
    /** The deadline of a timer that is not armed. */
    public static final long NEVER = Long.MAX_VALUE;

    /** Calls back once when its deadline has passed. To be used on the vCPU's thread only. */
    public final class Timer {
        private final Runnable callback;
        private long deadline = NEVER;

        private Timer(Runnable callback) {
            this.callback = callback;
        }

        /** Sets the deadline, in the nanoseconds of {@link EventQueue#now}; one that has passed is due at once. */
        public void arm(long at) {
            if (at != deadline) {
                deadline = at;
                publishEarliest();
            }
        }

        /** Makes sure that the timer does not fire any more. */
        public void cancel() {
            arm(NEVER);
        }

        /** When it will fire, or {@link #NEVER}. */
        public long deadline() {
            return deadline;
        }
    }

    private final LongSupplier clock;
    private final long origin;
    private final Runnable kick;
    private final Thread watcher;
    /** All timers there are: a handful, so the earliest one is found by looking at each. */
    private final List<Timer> timers = new ArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wakeVcpu = lock.newCondition();
    private final Condition wakeWatcher = lock.newCondition();

    /** Guarded by the lock, except that {@link #posted} tells without it whether to look. */
    private final ArrayDeque<Runnable> posts = new ArrayDeque<>();

    private volatile boolean posted;

    /** Guarded by the lock: the vCPU's thread sleeps in {@link #await}. */
    private boolean waiting;

    /** Guarded by the lock: {@link #wake} was called, and no {@link #await} has returned since. */
    private boolean woken;

    private volatile boolean closed;

    /** The earliest deadline. Written by the vCPU's thread. */
    private volatile long earliest = NEVER;

    /** Until when the watcher sleeps; an earlier deadline must wake it. Anything is late enough while it is awake. */
    private volatile long watcherSleepsUntil = Long.MIN_VALUE;

    /** The watcher has seen {@link #earliest} pass and has done its part until the next {@link #runDue}. */
    private volatile boolean kicked;

    /**
     * Starts the watcher thread.
     *
     * @param clock a monotonic clock in nanoseconds, {@link System#nanoTime} for a machine in real time
     * @param kick makes the guest's processor return to its loop soon; called from any thread, must not block
     */
    public EventQueue(LongSupplier clock, Runnable kick) {
        this.clock = clock;
        this.origin = clock.getAsLong();
        this.kick = kick;
        this.watcher = Thread.ofPlatform().daemon().name("swivel-timer").start(this::watch);
    }

    /** Nanoseconds since the machine was made. */
    public long now() {
        return clock.getAsLong() - origin;
    }

    /** Makes a timer, for as long as the machine lives. */
    public Timer newTimer(Runnable callback) {
        Timer timer = new Timer(callback);
        timers.add(timer);
        return timer;
    }

    /**
     * Has a job run on the vCPU's thread soon, waking it if it sleeps. From any thread. Callers see to it that only a few
     * of their jobs are outstanding at a time.
     */
    public void post(Runnable job) {
        interrupt(job);
    }

    /** Makes {@link #await} return, the current call or else the next one, and kicks the guest if it runs. From any thread. */
    public void wake() {
        interrupt(null);
    }

    private void interrupt(Runnable job) {
        boolean sleeping;
        lock.lock();
        try {
            if (job == null) {
                woken = true;
            } else {
                posts.add(job);
                posted = true;
            }
            sleeping = waiting;
            wakeVcpu.signal();
        } finally {
            lock.unlock();
        }
        if (!sleeping) {
            kick.run();
        }
    }

    /** Runs what was posted and calls back the timers that are due, earliest first. On the vCPU's thread. */
    public void runDue() {
        boolean afterKick = kicked;
        kicked = false;
        if (posted) {
            runPosts();
        }
        if (earliest != NEVER) {
            runTimers(now());
        }
        if (afterKick) {
            publishEarliest(); // the watcher may have gone to sleep before it could see that the kick was served
        }
    }

    /** Runs the jobs of now; those that they post in turn wait for the next time, so this ends. */
    private void runPosts() {
        for (int left = countPosts(); left > 0; left--) {
            nextPost().run();
        }
    }

    private int countPosts() {
        lock.lock();
        try {
            return posts.size();
        } finally {
            lock.unlock();
        }
    }

    private Runnable nextPost() {
        lock.lock();
        try {
            Runnable job = posts.remove();
            posted = !posts.isEmpty();
            return job;
        } finally {
            lock.unlock();
        }
    }

    /** Bounded, since a callback may arm its timer for a time that has passed. */
    private void runTimers(long now) {
        for (int left = timers.size(); left > 0 && earliest <= now; left--) {
            Timer due = timers.getFirst();
            for (Timer timer : timers) {
                due = timer.deadline < due.deadline ? timer : due;
            }
            due.cancel();
            due.callback.run();
        }
    }

    /** Whether no timer is armed and nothing is posted: then only another thread can end {@link #await}. On the vCPU's thread. */
    public boolean isIdle() {
        lock.lock();
        try {
            return earliest == NEVER && posts.isEmpty() && !woken;
        } finally {
            lock.unlock();
        }
    }

    /** Sleeps until the next deadline, {@link #post} or {@link #wake}; returns at once if it has happened. On the vCPU's thread. */
    public void await() {
        lock.lock();
        try {
            waiting = true;
            while (!woken && posts.isEmpty() && !closed) {
                long left = earliest - now();
                if (left <= 0) {
                    break;
                }
                var _ = wakeVcpu.awaitNanos(left);
            }
            woken = false;
        } catch (InterruptedException e) {
            // The vCPU's loop looks at the flag.
            Thread.currentThread().interrupt();
        } finally {
            waiting = false;
            lock.unlock();
        }
    }

    private void publishEarliest() {
        long first = NEVER;
        for (int i = 0; i < timers.size(); i++) {
            first = Math.min(first, timers.get(i).deadline);
        }
        earliest = first;
        // The watcher writes its field and then reads ours; we do it the other way round. So one of us sees the
        // other's.
        if (first < watcherSleepsUntil) {
            lock.lock();
            try {
                wakeWatcher.signal();
            } finally {
                lock.unlock();
            }
        }
    }

    /** The watcher's thread. */
    private void watch() {
        try {
            while (sleepUntilOverdue()) {
                kick.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody but the JVM's end does that
        }
    }

    /** Sleeps until a deadline has passed while the guest runs: true; or until the end: false. Woken only for earlier deadlines. */
    private boolean sleepUntilOverdue() throws InterruptedException {
        lock.lock();
        try {
            while (!closed) {
                long until = unservedDeadline();
                watcherSleepsUntil = until;
                long left = Math.min(until, unservedDeadline()) - now();
                if (left > 0) {
                    var _ = wakeWatcher.awaitNanos(left);
                } else {
                    watcherSleepsUntil = Long.MIN_VALUE;
                    kicked = true;
                    if (!waiting) {
                        return true;
                    }
                }
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    private long unservedDeadline() {
        return kicked ? NEVER : earliest;
    }

    /** Ends the watcher's thread, which has ended when this returns, and every {@link #await}, for good. From any thread. */
    @Override
    public void close() {
        closed = true;
        lock.lock();
        try {
            wakeVcpu.signalAll();
            wakeWatcher.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (watcher.isAlive()) {
            try {
                watcher.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
