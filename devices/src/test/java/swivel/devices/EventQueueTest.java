package swivel.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class EventQueueTest {
    private static final long MILLISECOND = 1_000_000;

    @Test
    void timersFireOnceAndInOrderOfTheirDeadlines() {
        try (Rig rig = new Rig()) {
            List<String> fired = new ArrayList<>();
            rig.events.newTimer(() -> fired.add("late")).arm(300);
            rig.events.newTimer(() -> fired.add("early")).arm(100);
            rig.events.newTimer(() -> fired.add("not yet")).arm(400);
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
            EventQueue.Timer timer = rig.events.newTimer(() -> fired[0]++);
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
            timer[0] = rig.events.newTimer(() -> {
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
            Runnable[] job = new Runnable[1];
            job[0] = () -> {
                ran[0]++;
                rig.events.post(job[0]);
            };
            rig.events.post(job[0]);
            rig.events.runDue();
            assertEquals(1, ran[0]);
            rig.events.runDue();
            assertEquals(2, ran[0]);
        }
    }

    @Test
    void waitingForAnInterruptReallySleepsUntilTheDeadline() {
        try (EventQueue events = new EventQueue(System::nanoTime, () -> {})) {
            boolean[] fired = {false};
            long deadline = events.now() + 30 * MILLISECOND;
            events.newTimer(() -> fired[0] = true).arm(deadline);
            events.await();
            assertTrue(events.now() >= deadline, "woke too early");
            assertTrue(events.now() < deadline + 500 * MILLISECOND, "woke too late");
            events.runDue();
            assertTrue(fired[0]);
        }
    }

    @Test
    void aPostFromAnotherThreadWakesTheVcpuAndRunsThere() throws InterruptedException {
        try (EventQueue events = new EventQueue(System::nanoTime, () -> {})) {
            Thread[] ranOn = new Thread[1];
            Thread other = Thread.ofPlatform().start(() -> events.post(() -> ranOn[0] = Thread.currentThread()));
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
            events.post(() -> {});
            assertEquals(1, kicks.availablePermits());
        }
    }

    @Test
    void aPassedDeadlineKicksTheGuestOnceUntilItIsServed() throws InterruptedException {
        Semaphore kicks = new Semaphore(0);
        try (EventQueue events = new EventQueue(System::nanoTime, kicks::release)) {
            EventQueue.Timer timer = events.newTimer(() -> {});
            timer.arm(events.now() + MILLISECOND);
            assertTrue(kicks.tryAcquire(5, TimeUnit.SECONDS));
            assertFalse(kicks.tryAcquire(20, TimeUnit.MILLISECONDS), "kicked again");
            events.runDue();
            timer.arm(events.now() + MILLISECOND);
            assertTrue(kicks.tryAcquire(5, TimeUnit.SECONDS));
        }
    }

    /** Guest code that runs and is kicked, as fast as it goes: a kick that is lost ends in the time-out. */
    @Test
    void noKickIsLost() throws InterruptedException {
        Semaphore kicks = new Semaphore(0);
        Random random = new Random(1);
        try (EventQueue events = new EventQueue(System::nanoTime, kicks::release)) {
            boolean[] fired = {false};
            EventQueue.Timer tick = events.newTimer(() -> fired[0] = true);
            EventQueue.Timer other = events.newTimer(() -> {});
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
                        assertTrue(kicks.tryAcquire(5, TimeUnit.SECONDS), "no kick in round " + i);
                    }
                    events.runDue();
                }
            }
        }
    }
}
