package swivel.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import swivel.memory.Snapshot;

@Timeout(20)
class EventQueueTest {
    private static final long MILLISECOND = 1_000_000;

    @Test
    void timersFireOnceAndInOrderOfTheirDeadlines() {
        try (Rig rig = new Rig()) {
            List<String> fired = new ArrayList<>();
            rig.events.newTimer("late", () -> fired.add("late")).arm(300);
            rig.events.newTimer("early", () -> fired.add("early")).arm(100);
            rig.events.newTimer("not yet", () -> fired.add("not yet")).arm(400);
            rig.pass(99);
            assertEquals(List.of(), fired);
            rig.pass(201);
            assertEquals(List.of("early", "late"), fired);
            rig.pass(99);
            assertEquals(List.of("early", "late"), fired);
        }
    }

    @Test
    void aTimerKeepsOnlyItsLastDeadline() {
        try (Rig rig = new Rig()) {
            int[] fired = {0};
            EventQueue.Timer timer = rig.events.newTimer("timer", () -> fired[0]++);
            timer.arm(100);
            timer.arm(500);
            rig.pass(200);
            assertEquals(0, fired[0]);
            timer.arm(150);
            rig.pass(0);
            assertEquals(1, fired[0]);
            timer.arm(250);
            timer.cancel();
            rig.pass(1000);
            assertEquals(1, fired[0]);
        }
    }

    @Test
    void aCallbackThatArmsItsTimerInThePastDoesNotHoldTheVcpu() {
        try (Rig rig = new Rig()) {
            EventQueue.Timer[] timer = new EventQueue.Timer[1];
            int[] fired = {0};
            timer[0] = rig.events.newTimer("timer", () -> {
                fired[0]++;
                timer[0].arm(0);
            });
            timer[0].arm(0);
            rig.events.runDue();
            assertEquals(1, fired[0]);
        }
    }

    @Test
    void aJobThatPostsAnotherDoesNotHoldTheVcpu() {
        try (Rig rig = new Rig()) {
            int[] ran = {0};
            EventQueue.Job[] job = new EventQueue.Job[1];
            job[0] = rig.events.newJob("job", () -> {
                ran[0]++;
                job[0].post();
            });
            job[0].post();
            rig.events.runDue();
            assertEquals(1, ran[0]);
            rig.events.runDue();
            assertEquals(2, ran[0]);
        }
    }

    @Test
    void aJobThatIsPostedTwiceBeforeItRunsRunsOnce() {
        try (Rig rig = new Rig()) {
            int[] ran = {0};
            EventQueue.Job job = rig.events.newJob("job", () -> ran[0]++);
            job.post();
            job.post();
            rig.events.runDue();
            rig.events.runDue();
            assertEquals(1, ran[0]);
        }
    }

    private static Rig rigWithJobs(List<String> done) {
        Rig rig = new Rig();
        for (String name : List.of("first", "second", "third")) {
            rig.events.newJob(name, () -> done.add(name)).post();
        }
        rig.events.newTimer("timer", () -> done.add("timer at " + rig.events.now()));
        return rig;
    }

    @Test
    void aSnapshotKeepsTimeDeadlinesAndTheOrderOfJobs() {
        List<String> done = new ArrayList<>();
        Snapshot.Writer saved = new Snapshot.Writer();
        try (Rig rig = new Rig()) {
            EventQueue.Job first = rig.events.newJob("first", () -> {});
            EventQueue.Job second = rig.events.newJob("second", () -> {});
            EventQueue.Job _ = rig.events.newJob("third", () -> {});
            rig.pass(70);
            rig.events.newTimer("timer", () -> {}).arm(100);
            second.post();
            first.post();
            saved.section("events", rig.events);
        }
        try (Rig fresh = rigWithJobs(done)) {
            fresh.pass(1000);
            done.clear();
            new Snapshot.Reader(saved.toByteArray()).section("events", fresh.events);
            assertEquals(70, fresh.events.now());
            fresh.pass(29);
            assertEquals(List.of("second", "first"), done);
            fresh.pass(1);
            assertEquals(List.of("second", "first", "timer at 100"), done);
        }
    }

    @Test
    void aClockThatSkipsTimeMakesTheVcpusSleepShort() {
        long[] time = {0};
        EventQueue.Clock clock = new EventQueue.Clock() {
            @Override
            public long nanoseconds() {
                return time[0];
            }

            @Override
            public boolean skip(long nanoseconds) {
                time[0] += nanoseconds;
                return true;
            }
        };
        try (EventQueue events = new EventQueue(clock, () -> {})) {
            events.newTimer("in a year", () -> {}).arm(31_536_000_000_000_000L);
            events.await(); // the test's time-out is the assertion
            assertEquals(31_536_000_000_000_000L, events.now());
        }
    }

    @Test
    void waitingForAnInterruptReallySleepsUntilTheDeadline() {
        try (EventQueue events = new EventQueue(System::nanoTime, () -> {})) {
            boolean[] fired = {false};
            long deadline = events.now() + 30 * MILLISECOND;
            events.newTimer("timer", () -> fired[0] = true).arm(deadline);
            events.await();
            assertTrue(events.now() >= deadline, "woke too early");
            events.runDue();
            assertTrue(fired[0]);
        }
    }

    @Test
    void aPostFromAnotherThreadWakesTheVcpuAndRunsThere() throws InterruptedException {
        try (EventQueue events = new EventQueue(System::nanoTime, () -> {})) {
            Thread[] ranOn = new Thread[1];
            EventQueue.Job job = events.newJob("job", () -> ranOn[0] = Thread.currentThread());
            Thread other = Thread.ofPlatform().start(job::post);
            events.await();
            events.runDue();
            other.join();
            assertEquals(Thread.currentThread(), ranOn[0]);
        }
    }

    @Test
    void aWakeBeforeTheVcpuSleepsIsNotLost() {
        try (EventQueue events = new EventQueue(System::nanoTime, () -> {})) {
            events.wake();
            events.runDue();
            events.await(); // the test's time-out is the assertion
        }
    }

    @Test
    void closingEndsTheVcpusSleep() throws InterruptedException {
        EventQueue events = new EventQueue(System::nanoTime, () -> {});
        Thread vcpu = Thread.ofPlatform().start(events::await);
        events.close();
        vcpu.join();
        assertFalse(vcpu.isAlive());
    }

    @Test
    void postsKickTheGuestThatRuns() {
        Semaphore kicks = new Semaphore(0);
        try (EventQueue events = new EventQueue(System::nanoTime, kicks::release)) {
            events.newJob("job", () -> {}).post();
            assertEquals(1, kicks.availablePermits());
        }
    }

    @Test
    void aPassedDeadlineKicksTheGuestOnceUntilItIsServed() throws InterruptedException {
        Semaphore kicks = new Semaphore(0);
        AtomicReference<Thread> watcher = new AtomicReference<>();
        Runnable kick = () -> {
            watcher.set(Thread.currentThread());
            kicks.release();
        };
        try (EventQueue events = new EventQueue(System::nanoTime, kick)) {
            EventQueue.Timer timer = events.newTimer("timer", () -> {});
            timer.arm(events.now() + MILLISECOND);
            kicks.acquire();
            while (watcher.get().getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait(); // one that kicks again does not come to rest
            }
            assertEquals(0, kicks.availablePermits(), "kicked again");
            events.runDue();
            timer.arm(events.now() + MILLISECOND);
            kicks.acquire();
        }
    }

    /** Guest code that runs and is kicked, as fast as it goes: a kick that is lost ends in the time-out. */
    @Test
    void noKickIsLost() throws InterruptedException {
        Semaphore kicks = new Semaphore(0);
        Random random = new Random(1);
        try (EventQueue events = new EventQueue(System::nanoTime, kicks::release)) {
            boolean[] fired = {false};
            EventQueue.Timer tick = events.newTimer("timer", () -> fired[0] = true);
            EventQueue.Timer other = events.newTimer("timer", () -> {});
            for (int i = 0; i < 3000; i++) {
                fired[0] = false;
                tick.arm(events.now() + random.nextInt(100_000));
                if (random.nextBoolean()) {
                    other.arm(events.now() + random.nextInt(200_000));
                }
                while (!fired[0]) {
                    if (random.nextInt(4) == 0) {
                        events.await();
                    } else {
                        kicks.acquire();
                    }
                    events.runDue();
                }
            }
        }
    }
}
