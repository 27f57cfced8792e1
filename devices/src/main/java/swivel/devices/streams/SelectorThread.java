package swivel.devices.streams;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import swivel.memory.HostThreads;

/**
 * A thread that has sockets of the host, and waits for nothing else. What it works on belongs to it alone; other
 * threads ask it. A defect of ours costs what was just done, not the thread.
 */
public final class SelectorThread implements AutoCloseable {
    /** What the thread does beside answering sockets and other threads. All of it on the thread. */
    public interface Work {
        /** Do not wait: there is more to do. */
        long BUSY = -1;

        /** Wait for a socket, or until somebody wakes the thread. */
        long IDLE = 0;

        /**
         * Does what there is to do now.
         *
         * @return how many milliseconds to wait for sockets, or one of the two above
         */
        long turn(long now);

        /** The end: closes all sockets. If the thread was never started, on another one. */
        void end();
    }

    private static final long ANSWER_MILLISECONDS = 100;

    private final String what;
    private final Work work;
    private final Consumer<String> say;
    private final Selector selector;
    private final Thread thread;
    private final Queue<Runnable> asked = new ConcurrentLinkedQueue<>();
    private final AtomicInteger defects = new AtomicInteger();
    private volatile boolean closed;

    /**
     * Makes a thread that is not started.
     *
     * @param what it is for the person who runs the guest: {@code the guest's network}
     * @param say gets lines for that person; called on the thread, must not block
     */
    public SelectorThread(String name, String what, Work work, Consumer<String> say) throws IOException {
        this.what = what;
        this.work = work;
        this.say = say;
        this.selector = Selector.open();
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** For sockets, whose keys have a {@link Sockets.Ready} attached. */
    public Selector selector() {
        return selector;
    }

    /** Has the thread take its turn soon. From any thread. */
    public void wake() {
        selector.wakeup();
    }

    /** Has something done on the thread soon. From any thread. */
    public void ask(Runnable action) {
        asked.add(action);
        wake();
    }

    /** Asks the thread and waits for its answer, which never takes long; null if the thread has ended. */
    public <T> T answer(Callable<T> question) {
        FutureTask<T> task = new FutureTask<>(question);
        ask(task);
        boolean interrupted = false;
        try {
            while (thread.isAlive() || task.isDone()) {
                try {
                    return task.get(ANSWER_MILLISECONDS, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (TimeoutException e) {
                    // Unless it has ended, the answer comes.
                } catch (ExecutionException e) {
                    throw new IllegalStateException(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return null;
    }

    /** How often something was thrown that should not have been: for tests. */
    public int defects() {
        return defects.get();
    }

    /** Does something whose failure concerns nothing else. On the thread. */
    public void guarded(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            if (defects.incrementAndGet() == 1) {
                say.accept("a defect of Swivel, in " + what + ": " + e + "; please report it");
            }
        }
    }

    private void answer(SelectionKey key) {
        guarded(() -> {
            if (key.isValid()) {
                ((Sockets.Ready) key.attachment()).ready(System.nanoTime());
            }
        });
    }

    private void run() {
        try {
            while (!closed) {
                for (Runnable action = asked.poll(); action != null; action = asked.poll()) {
                    guarded(action);
                }
                long wait = work.turn(System.nanoTime());
                int _ = wait == Work.BUSY ? selector.selectNow(this::answer) : selector.select(this::answer, wait);
            }
        } catch (IOException e) {
            say.accept(what + " has ended: " + e.getMessage());
        } finally {
            end();
        }
    }

    private void end() {
        work.end();
        try {
            selector.close();
        } catch (IOException e) {
            // There is nothing left to select.
        }
    }

    /** Ends the thread, which has ended when this returns. From any thread but this one; a second call does nothing. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        if (thread.getState() == Thread.State.NEW) {
            end();
            return;
        }
        HostThreads.join(thread);
    }
}
