package swivel.memory;

/** Threads of the host. */
public final class HostThreads {
    private HostThreads() {}

    /** A wait that an interrupt ends. */
    @FunctionalInterface
    public interface Wait {
        void begin() throws InterruptedException;
    }

    /** Waits to the end: an interrupt meanwhile has the wait begin again, and stays to be seen. */
    public static void await(Wait wait) {
        boolean interrupted = false;
        for (boolean done = false; !done; ) {
            try {
                wait.begin();
                done = true;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until a thread has ended, as {@link #await} does. */
    public static void join(Thread thread) {
        await(thread::join);
    }
}
