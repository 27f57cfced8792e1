package swivel.machine;

import java.util.function.Consumer;
import swivel.devices.EventQueue;
import swivel.memory.HostThreads;
import swivel.memory.MachineLock;

/**
 * Runs what is due in a machine of several vCPUs, none of which need be awake. It holds the machine's lock meanwhile,
 * as they do.
 */
final class EventThread implements AutoCloseable {
    private final EventQueue events;
    private final MachineLock lock;
    private final Consumer<Throwable> failed;
    private final Thread thread;
    private volatile boolean closed;

    /** @param failed told of what a device threw, which ends the thread */
    EventThread(EventQueue events, MachineLock lock, Consumer<Throwable> failed) {
        this.events = events;
        this.lock = lock;
        this.failed = failed;
        thread = Thread.ofPlatform().daemon().name("swivel-devices").start(this::serve);
    }

    private void serve() {
        try {
            while (!closed) {
                events.await();
                lock.lock();
                try {
                    events.runDue();
                } finally {
                    lock.unlock();
                }
            }
        } catch (RuntimeException | Error failure) {
            failed.accept(failure);
        }
    }

    /** Ends it; it has ended when this returns. Not with the machine's lock. */
    @Override
    public void close() {
        closed = true;
        events.wake();
        HostThreads.join(thread);
    }
}
