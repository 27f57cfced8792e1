package swivel.cli;

import java.io.Console;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** How far a long command is: one line on a terminal that is overwritten, nothing elsewhere. */
final class Progress implements AutoCloseable {
    private static final long INTERVAL = 100_000_000;

    private final boolean shown = isTerminal();
    private final AtomicInteger done = new AtomicInteger();
    private final long start = System.nanoTime();
    private long next = start + INTERVAL;

    private static boolean isTerminal() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }

    /** Counts one more file. Thread-safe. */
    void step() {
        int now = done.incrementAndGet();
        if (shown && System.nanoTime() - start > INTERVAL) {
            show(now);
        }
    }

    private synchronized void show(int now) {
        if (System.nanoTime() >= next) {
            next = System.nanoTime() + INTERVAL;
            System.err.printf("  %,d files\r", now);
        }
    }

    /** Clears the line. */
    @Override
    public void close() {
        if (shown) {
            System.err.print("\033[K");
        }
    }
}
