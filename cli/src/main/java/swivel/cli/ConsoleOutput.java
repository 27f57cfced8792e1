package swivel.cli;

import java.io.IOException;
import java.io.OutputStream;

/**
 * The guest's serial output on its way to the person: gathered for a moment and written by a thread of its own, so that a busy
 * guest does not pay a system call for each byte and a slow terminal holds it up only when the buffer is full.
 */
final class ConsoleOutput implements Screen {
    private static final int CAPACITY = 1 << 16;
    /** How long bytes are gathered: less than a person sees. */
    private static final int GATHER_MILLISECONDS = 2;

    private static final int CLOSE_MILLISECONDS = 2000;

    private final OutputStream out;
    private final Thread writer;

    /** Guarded by this, as are the three that follow. */
    private byte[] buffer = new byte[CAPACITY];

    private byte[] spare = new byte[CAPACITY];
    private int count;
    private boolean closed;
    private volatile boolean broken;

    /** Starts the writer. */
    ConsoleOutput(OutputStream out) {
        this.out = out;
        this.writer = Thread.ofPlatform().daemon().name("swivel-console").start(this::writeAll);
    }

    /** Whether what is written gets nowhere any more. */
    @Override
    public boolean broken() {
        return broken;
    }

    @Override
    public synchronized void write(int value) {
        while (count == CAPACITY && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                closed = true;
            }
        }
        if (!closed) {
            buffer[count++] = (byte) value;
            if (count == 1) {
                notifyAll();
            }
        }
    }

    private void writeAll() {
        try {
            while (awaitBytes()) {
                Thread.sleep(GATHER_MILLISECONDS);
                int length = take();
                out.write(spare, 0, length);
                out.flush();
            }
        } catch (IOException e) {
            synchronized (this) {
                broken = true;
                closed = true;
                notifyAll();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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

    /** Writes what is left. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            writer.join(CLOSE_MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
