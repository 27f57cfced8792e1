package swivel.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * While it is open, work is asked to stop when the process shall end (SIGTERM, SIGINT, SIGHUP), and the process waits
 * until this is closed, so that the work ends in good order: what would be lost is written, and the person is told. It
 * does not wait long.
 */
final class Termination implements AutoCloseable {
    private static final int MAX_MILLISECONDS = 1000;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook;

    /** @param stop asks the work to stop; called in a thread of its own */
    Termination(Runnable stop) {
        hook = new Thread(() -> await(stop), "swivel-termination");
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The process ends already.
        }
    }

    private void await(Runnable stop) {
        stop.run();
        try {
            boolean _ = ended.await(MAX_MILLISECONDS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        ended.countDown();
        try {
            boolean _ = Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The process ends.
        }
    }
}
