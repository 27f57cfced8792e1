package swivel.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;
import swivel.devices.streams.ByteRing;

/**
 * Keys on their way to the guest. On a terminal, Ctrl-A is the escape, as in QEMU: {@code x} quits, Ctrl-A again sends
 * one Ctrl-A, {@code c} is reserved.
 */
final class ConsoleInput {
    private static final int CTRL_A = 1;

    private final InputStream in;
    private final boolean terminal;
    private final ByteRing input;
    private final Runnable looked;
    private final Runnable quit;
    private final Runnable ended;
    private final Consumer<String> say;
    private boolean escaped;

    /**
     * Starts to read.
     *
     * @param terminal whether a person types; else the bytes are passed as they are
     * @param looked called at each key, before the guest gets it
     * @param quit called at Ctrl-A x
     * @param ended called at the end of the input: nothing more will come
     * @param say prints a line for the person without waiting
     */
    static void start(
            InputStream in,
            boolean terminal,
            ByteRing input,
            Runnable looked,
            Runnable quit,
            Runnable ended,
            Consumer<String> say) {
        ConsoleInput keys = new ConsoleInput(in, terminal, input, looked, quit, ended, say);
        Thread.ofPlatform().daemon().name("swivel-keys").start(keys::readAll);
    }

    private ConsoleInput(
            InputStream in,
            boolean terminal,
            ByteRing input,
            Runnable looked,
            Runnable quit,
            Runnable ended,
            Consumer<String> say) {
        this.in = in;
        this.terminal = terminal;
        this.input = input;
        this.looked = looked;
        this.quit = quit;
        this.ended = ended;
        this.say = say;
    }

    private void readAll() {
        byte[] keys = new byte[256];
        try {
            for (int length = in.read(keys); length > 0; length = in.read(keys)) {
                looked.run();
                offer(keys, terminal ? unescape(keys, length) : length);
            }
        } catch (IOException e) {
            // A terminal that has gone away is an end of input like another.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ended.run();
    }

    /** Removes escapes from the first {@code length} bytes, doing what they ask; returns how many bytes are left. */
    private int unescape(byte[] keys, int length) {
        int left = 0;
        for (int i = 0; i < length; i++) {
            byte key = keys[i];
            if (!escaped && key == CTRL_A) {
                escaped = true;
                continue;
            }
            if (escaped && key != CTRL_A) {
                command(key);
            } else {
                keys[left++] = key;
            }
            escaped = false;
        }
        return left;
    }

    private void command(byte key) {
        switch (key) {
            case 'x' -> quit.run();
            case 'c' -> say.accept("Ctrl-A c is reserved for a monitor that is not there yet");
            default -> say.accept("Ctrl-A x quits; Ctrl-A Ctrl-A sends Ctrl-A to the guest");
        }
    }

    /** Whoever pipes waits for a guest that does not read. A person must not wait: the next keys may be Ctrl-A x. */
    private void offer(byte[] keys, int length) throws InterruptedException {
        for (int sent = 0; sent < length; ) {
            sent += input.put(keys, sent, length - sent);
            if (sent < length && terminal) {
                say.accept("the guest does not read what is typed; " + (length - sent) + " bytes were dropped");
                return;
            }
            if (sent < length) {
                input.awaitRoom();
            }
        }
    }
}
