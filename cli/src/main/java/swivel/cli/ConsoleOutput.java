package swivel.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes on their way to the person: gathered for a moment and written by a thread of its own, so that a busy guest does
 * not pay a system call for each byte, and a slow reader holds it up only when the buffer is full. Only the writer's
 * thread ever waits in the operating system: whoever waits for it here can be called off.
 */
final class ConsoleOutput implements Screen {
    private static final int CAPACITY = 1 << 16;
    /** How long bytes are gathered: less than a person sees. */
    private static final int GATHER_MILLISECONDS = 2;

    /**
     * Bytes that are written at once. A pipe takes so many wholly or not at all (POSIX.1-2017, PIPE_BUF), so what was
     * read is known.
     */
    private static final int CHUNK = 4096;

    /** How long {@link #close} waits for a reader who reads nothing; and altogether, in a hurry. */
    private static final int PATIENCE_MILLISECONDS = 10_000;

    private static final int HURRY_MILLISECONDS = 1000;

    private final OutputStream out;
    private final Thread writer;

    /** Guarded by this, as are all that follow but the volatile ones. */
    private byte[] buffer = new byte[CAPACITY];

    private byte[] spare = new byte[CAPACITY];
    private int count;
    private long taken;
    private boolean closed;
    private boolean hurried;
    private Runnable told = () -> {};

    /** Bytes that are with whoever reads. */
    private final AtomicLong written = new AtomicLong();

    private volatile String failure;

    /** Starts the writer. */
    ConsoleOutput(OutputStream out) {
        this.out = out;
        this.writer = Thread.ofPlatform().daemon().name("swivel-console").start(this::writeAll);
    }

    @Override
    public String failure() {
        return failure;
    }

    @Override
    public void whenFailed(Runnable newTold) {
        synchronized (this) {
            told = newTold;
        }
        if (failure != null) {
            newTold.run();
        }
    }

    @Override
    public synchronized void hurry() {
        hurried = true;
        notifyAll();
    }

    @Override
    public synchronized void write(int value) {
        while (count == CAPACITY && !hurried && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                hurried = true;
            }
        }
        taken++;
        if (count == CAPACITY || closed) {
            return;
        }
        buffer[count++] = (byte) value;
        if (count == 1) {
            notifyAll();
        }
    }

    /** Writes a text. */
    synchronized void print(String text) {
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            write(each);
        }
    }

    private void writeAll() {
        try {
            while (awaitBytes()) {
                Thread.sleep(GATHER_MILLISECONDS);
                int length = take();
                for (int at = 0; at < length; at += CHUNK) {
                    int part = Math.min(CHUNK, length - at);
                    out.write(spare, at, part);
                    out.flush();
                    written.addAndGet(part);
                }
            }
        } catch (IOException e) {
            fail(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void fail(IOException e) {
        Runnable toTell;
        synchronized (this) {
            failure = e.getMessage() == null ? e.toString() : e.getMessage();
            closed = true;
            toTell = told;
            notifyAll();
        }
        toTell.run();
    }

    /** Waits for bytes to write; false at the end. */
    private synchronized boolean awaitBytes() throws InterruptedException {
        while (count == 0 && !closed) {
            wait();
        }
        return count > 0;
    }

    /** Makes the gathered bytes {@link #spare}; returns how many. */
    private synchronized int take() {
        byte[] full = buffer;
        buffer = spare;
        spare = full;
        int length = count;
        count = 0;
        notifyAll();
        return length;
    }

    @Override
    public long close() {
        boolean quick;
        synchronized (this) {
            closed = true;
            quick = hurried;
            notifyAll();
        }
        try {
            long before;
            do {
                before = written.get();
                writer.join(quick ? HURRY_MILLISECONDS : PATIENCE_MILLISECONDS);
            } while (!quick && writer.isAlive() && written.get() != before);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            return taken - written.get();
        }
    }
}
