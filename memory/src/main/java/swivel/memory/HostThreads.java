package swivel.memory;

/** Threads of the host. */
public final class HostThreads {
    private HostThreads() {}

    /** Waits until a thread has ended. An interrupt meanwhile stays to be seen, and ends nothing. */
    public static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
