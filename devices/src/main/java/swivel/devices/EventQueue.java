package swivel.devices;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import swivel.memory.HostThreads;
import swivel.memory.Snapshot;

/**
 * The machine's time, and the work that is due on the vCPU's thread: timers of devices, and jobs that other threads
 * post.
 *
 * <p>The vCPU's loop calls {@link #runDue} after every {@code Trap.Kick} and after {@link #await}. While the guest
 * runs, a daemon thread watches the earliest deadline and calls {@code kick} when it passes.
 *
 * <p>What waits here is data: a timer's name and deadline, a job's name and its place. What they do is of the devices,
 * which make the same timers and jobs in the same order on every machine of a kind.
 */
public final class EventQueue implements Snapshot, AutoCloseable {
    /** The deadline of a timer that is not armed. */
    public static final long NEVER = Long.MAX_VALUE;

    /** A monotonic clock. */
    @FunctionalInterface
    public interface Clock {
        /** That of the host: {@link System#nanoTime}. */
        Clock HOST = System::nanoTime;

        long nanoseconds();

        /**
         * The vCPU has nothing to do for so long, unless another thread gives it something. A clock that is not the
         * host's may go on by that time and return true; else the vCPU sleeps.
         */
        default boolean skip(long nanoseconds) {
            return false;
        }

        /**
         * Whether runs are to be the same each time. What other threads of the host do would come at a moment that is
         * another one each time, so devices do everything on the vCPU's thread then.
         */
        default boolean repeats() {
            return false;
        }
    }

    /** Calls back once when its deadline has passed. To be used on the vCPU's thread only. */
    public final class Timer {
        private final String name;
        private final Runnable callback;
        private long deadline = NEVER;

        private Timer(String name, Runnable callback) {
            this.name = name;
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

    /** Work for the vCPU's thread. */
    public final class Job {
        private final String name;
        private final Runnable action;
        /** Guarded by the lock: it is in {@link EventQueue#posts}. */
        private boolean pending;

        private Job(String name, Runnable action) {
            this.name = name;
            this.action = action;
        }

        /**
         * Has it done on the vCPU's thread soon, waking it if it sleeps; once, if it was posted already. From any
         * thread.
         */
        public void post() {
            interrupt(this);
        }
    }

    private final Clock clock;
    /** What the clock showed when the machine's time was 0. */
    private long origin;

    private final Runnable kick;
    private final Thread watcher;
    /** All timers there are: a handful, so the earliest one is found by looking at each. */
    private final List<Timer> timers = new ArrayList<>();

    private final List<Job> jobs = new ArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wakeVcpu = lock.newCondition();
    private final Condition wakeWatcher = lock.newCondition();

    /** Guarded by the lock, except that {@link #posted} tells without it whether to look. */
    private final ArrayDeque<Job> posts = new ArrayDeque<>();

    private volatile boolean posted;

    /** Guarded by the lock: the vCPU's thread sleeps in {@link #await}. */
    private boolean waiting;

    /** Guarded by the lock: {@link #wake} was called, and no {@link #await} has returned since. */
    private boolean woken;

    private volatile boolean closed;

    /** How much work of devices other threads have in hand, each of which posts a job when it is done. */
    private final AtomicInteger elsewhere = new AtomicInteger();

    /** Until when {@link #await} sleeps: with several vCPUs another one may set an earlier deadline meanwhile. */
    private volatile long vcpuSleepsUntil = Long.MIN_VALUE;

    /** The earliest deadline. Written by the vCPU's thread. */
    private volatile long earliest = NEVER;

    /** Until when the watcher sleeps; an earlier deadline must wake it. Anything is late enough while it is awake. */
    private volatile long watcherSleepsUntil = Long.MIN_VALUE;

    /** The watcher has seen {@link #earliest} pass and has done its part until the next {@link #runDue}. */
    private volatile boolean kicked;

    /**
     * Starts the watcher thread.
     *
     * @param clock {@link Clock#HOST} for a machine in real time
     * @param kick makes the guest's processor return to its loop soon; called from any thread, must not block
     */
    public EventQueue(Clock clock, Runnable kick) {
        this.clock = clock;
        this.origin = clock.nanoseconds();
        this.kick = kick;
        this.watcher = Thread.ofPlatform().daemon().name("swivel-timer").start(this::watch);
    }

    /** {@link Clock#repeats}. */
    boolean repeats() {
        return clock.repeats();
    }

    /** Another thread has work in hand that will wake a guest that sleeps. */
    void workBegins() {
        elsewhere.incrementAndGet();
    }

    /** It is done, and a job was posted. From any thread. */
    void workEnds() {
        elsewhere.decrementAndGet();
    }

    /** Nanoseconds since the machine was made. */
    public long now() {
        return clock.nanoseconds() - origin;
    }

    /** Whether {@link #now} goes on with {@link Clock#HOST}. */
    public boolean isInHostTime() {
        return clock == Clock.HOST;
    }

    /** How many nanoseconds {@link #now} is ahead of the clock. */
    public long aheadOfClock() {
        return -origin;
    }

    /** Makes a timer, for as long as the machine lives. */
    public Timer newTimer(String name, Runnable callback) {
        Timer timer = new Timer(name, callback);
        timers.add(timer);
        return timer;
    }

    /** Makes a job that can be posted, for as long as the machine lives. */
    public Job newJob(String name, Runnable action) {
        Job job = new Job(name, action);
        jobs.add(job);
        return job;
    }

    /**
     * Makes {@link #await} return, the current call or else the next one, and kicks the guest if it runs. From any
     * thread.
     */
    public void wake() {
        interrupt(null);
    }

    private void interrupt(Job job) {
        boolean sleeping;
        lock.lock();
        try {
            if (job == null) {
                woken = true;
            } else if (!job.pending) {
                job.pending = true;
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
            nextPost().action.run();
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

    private Job nextPost() {
        lock.lock();
        try {
            Job job = posts.remove();
            job.pending = false;
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

    /**
     * Whether no timer is armed, nothing is posted, and no other thread has work in hand: then only somebody outside of
     * the machine can end {@link #await}. On the vCPU's thread.
     */
    public boolean isIdle() {
        lock.lock();
        try {
            return elsewhere.get() == 0 && earliest == NEVER && posts.isEmpty() && !woken;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sleeps until the next deadline, {@link Job#post} or {@link #wake}; returns at once if it has happened. On the
     * vCPU's thread.
     */
    public void await() {
        lock.lock();
        try {
            waiting = true;
            while (!woken && posts.isEmpty() && !closed) {
                long until = earliest;
                vcpuSleepsUntil = until;
                long left = Math.min(until, earliest) - now();
                if (left <= 0 || earliest != NEVER && clock.skip(left)) {
                    break;
                }
                var _ = wakeVcpu.awaitNanos(left);
            }
            woken = false;
        } catch (InterruptedException e) {
            // The vCPU's loop looks at the flag.
            Thread.currentThread().interrupt();
        } finally {
            vcpuSleepsUntil = Long.MIN_VALUE;
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
        if (first < watcherSleepsUntil || first < vcpuSleepsUntil) {
            lock.lock();
            try {
                wakeVcpu.signal();
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

    /**
     * Sleeps until a deadline has passed while the guest runs: true; or until the end: false. Woken only for earlier
     * deadlines.
     */
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

    /** Time, deadlines, and jobs in the order in which they were posted. */
    @Override
    public void fields(Archive fields) {
        lock.lock();
        try {
            long now = fields.doubleword(now());
            fields.require(now >= 0, "time");
            origin = clock.nanoseconds() - now;
            for (Timer timer : timers) {
                fields.same(timer.name);
                timer.deadline = fields.doubleword(timer.deadline);
                fields.require(timer.deadline >= 0, "deadline");
            }
            Job[] order = new Job[jobs.size() + 1];
            List<Job> before = List.copyOf(posts);
            for (Job job : jobs) {
                fields.same(job.name);
                int place = fields.index(before.indexOf(job) + 1, order.length);
                job.pending = place > 0;
                order[place] = job;
            }
            posts.clear();
            for (int place = 1; place < order.length && order[place] != null; place++) {
                posts.add(order[place]);
            }
            fields.require(
                    posts.size() == jobs.stream().filter(job -> job.pending).count(), "order of jobs");
            posted = !posts.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void loaded() {
        publishEarliest();
    }

    /**
     * Ends the watcher's thread, which has ended when this returns, and every {@link #await}, for good. From any
     * thread.
     */
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
        HostThreads.join(watcher);
    }
}
