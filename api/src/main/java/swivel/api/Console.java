package swivel.api;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import swivel.devices.streams.ByteRing;

/**
 * The guest's console, as a person's terminal would show it: what the guest prints is text in UTF-8, and is read in
 * its order, each part once. For one thread at a time, beside the machine's own.
 */
public final class Console {
    /** How long {@link #expect(String)} waits. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    /** What is kept of the output; a guest that prints more loses what came first. */
    static final int MAX_CHARS = 4 << 20;

    private static final int LOOK_MILLISECONDS = 10;

    /** What an exception shows. */
    private static final int SHOWN_CHARS = 1500;

    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final ByteBuffer undecoded = ByteBuffer.allocate(8);
    private final CharBuffer decoded = CharBuffer.allocate(16);

    /** Guarded by this, as are those that follow. */
    private final StringBuilder text = new StringBuilder();

    private int read;
    private long printed;
    private End end;

    private ByteRing input;
    private Runnable endInput;

    Console() {}

    void connect(ByteRing newInput, Runnable newEndInput) {
        input = newInput;
        endInput = newEndInput;
    }

    /** A byte of the guest's, on its thread. */
    synchronized void print(int value) {
        printed++;
        undecoded.put((byte) value).flip();
        decoder.decode(undecoded, decoded, false);
        undecoded.compact();
        text.append(decoded.flip());
        decoded.clear();
        if (text.length() > 2 * MAX_CHARS) {
            int gone = text.length() - MAX_CHARS;
            text.delete(0, gone);
            read = Math.max(0, read - gone);
        }
    }

    /** The guest prints no more. */
    synchronized void end(End how) {
        end = how;
        notifyAll();
    }

    /** Everything that the guest has printed, as far as it is kept. */
    public synchronized String output() {
        return text.toString();
    }

    /** Waits for a text up to {@link #PATIENCE}; as the other one. */
    public String expect(String wanted) throws InterruptedException {
        return expect(wanted, PATIENCE);
    }

    /**
     * Waits until the guest has printed a text, behind what was expected before.
     *
     * @return what it printed from there to the text's end
     * @throws GuestException if it does not within this time, or can no more
     */
    public String expect(String wanted, Duration patience) throws InterruptedException {
        Objects.requireNonNull(wanted, "no text");
        return expect("'" + wanted + "'", patience, unread -> {
            int found = unread.indexOf(wanted);
            return found < 0 ? -1 : found + wanted.length();
        });
    }

    /** Waits for text that a pattern describes, up to {@link #PATIENCE}; as the other one. */
    public String expect(Pattern wanted) throws InterruptedException {
        return expect(wanted, PATIENCE);
    }

    /** Waits until the guest has printed text that a pattern describes; as with a text. */
    public String expect(Pattern wanted, Duration patience) throws InterruptedException {
        return expect("text like " + wanted, patience, unread -> {
            Matcher matcher = wanted.matcher(unread);
            return matcher.find() ? matcher.end() : -1;
        });
    }

    /** {@code place} says where what is wanted ends in what was not read, or -1. */
    private synchronized String expect(String wanted, Duration patience, ToIntFunction<String> place)
            throws InterruptedException {
        long start = System.nanoTime();
        long looked = -1;
        while (true) {
            boolean isLast = end != null;
            if (printed != looked) {
                looked = printed;
                String unread = text.substring(read);
                int found = place.applyAsInt(unread);
                if (found >= 0) {
                    read += found;
                    return unread.substring(0, found);
                }
            }
            if (isLast) {
                throw new GuestException("the guest ended (" + end + ") before it printed " + wanted + lastOutput());
            }
            if (System.nanoTime() - start >= patience.toNanos()) {
                throw new GuestException(
                        "the guest did not print " + wanted + " within " + patience.toMillis() + " ms" + lastOutput());
            }
            wait(LOOK_MILLISECONDS);
        }
    }

    /** Behind a message. */
    synchronized String lastOutput() {
        int from = Math.max(0, text.length() - SHOWN_CHARS);
        return text.isEmpty() ? "; it printed nothing" : "; it printed last:\n" + text.substring(from);
    }

    /**
     * Types a text, a line with its end ({@code "ls\n"}). Waits while the guest has 64 KiB of input unread.
     *
     * @throws GuestException if the guest has ended
     */
    public Console send(String typed) throws InterruptedException {
        byte[] keys = typed.getBytes(StandardCharsets.UTF_8);
        for (int sent = 0; sent < keys.length; ) {
            refuseAtTheEnd();
            int taken = input.put(keys, sent, keys.length - sent);
            sent += taken;
            if (taken == 0) {
                Thread.sleep(LOOK_MILLISECONDS);
            }
        }
        return this;
    }

    /** Nothing more will be typed: a guest that then waits for nothing else is {@link End.Stuck}. */
    public void endInput() {
        endInput.run();
    }

    private synchronized void refuseAtTheEnd() {
        if (end != null) {
            throw new GuestException("the guest has ended (" + end + ") and reads no more" + lastOutput());
        }
    }
}
