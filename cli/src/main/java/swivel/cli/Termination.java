package swivel.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import swivel.memory.HostCalls;
import swivel.memory.HostMemory;

/**
 * While it is open, work is asked to stop when the process shall end (SIGTERM, SIGINT, SIGHUP), and the process waits
 * until this is closed, so that the work ends in good order: what would be lost is written, and the person is told. It
 * does not wait long for that; but before, work may get time to come to its end by itself.
 */
final class Termination implements AutoCloseable {
    private static final int MAX_MILLISECONDS = 1000;

    /** Signals that the JVM lets end the process; the numbers are those of Linux and macOS. */
    private static final int[] SIGNALS = {1, 2, 15};

    /** {@code signal}: what the operating system does with it, which is to end the process at once. */
    private static final int SIG_DFL = 0;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook;

    /** @param stop asks the work to stop; called in a thread of its own */
    Termination(Runnable stop) {
        this(() -> {}, 0, stop);
    }

    /**
     * Gives the work time. A second signal meanwhile ends the process at once.
     *
     * @param ask asks the work to come to its end; called in a thread of its own, as {@code stop} is
     * @param seconds that it gets for that; 0: none
     */
    Termination(Runnable ask, int seconds, Runnable stop) {
        hook = new Thread(() -> await(ask, seconds, stop), "swivel-termination");
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The process ends already.
        }
    }

    private void await(Runnable ask, int seconds, Runnable stop) {
        try {
            if (seconds > 0) {
                ask.run();
                letSignalsThrough();
            }
            if (!ended.await(seconds, TimeUnit.SECONDS)) {
                stop.run();
                boolean _ = ended.await(MAX_MILLISECONDS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** The JVM takes no notice of a signal once it ends. */
    private static void letSignalsThrough() {
        if (HostMemory.NATIVE) {
            for (int signal : SIGNALS) {
                HostCalls.call("signal", signal, SIG_DFL, 0, 0, 0, 0);
            }
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
