package swivel.cli;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import swivel.memory.HostCalls;
import swivel.memory.HostMemory;

/**
 * The host terminal's raw mode: every key goes to the guest at once, without echo. Output keeps its processing, so that
 * messages of the VMM still begin at the left margin.
 *
 * <p>Through the C library (POSIX.1-2017, chapter 11), with {@code struct termios} as an opaque block: of its layout
 * only the place of {@code c_oflag} is needed.
 */
final class RawMode implements AutoCloseable {
    private static final int STDIN = 0;
    /**
     * tcsetattr: at once. To wait for pending output first could mean for ever; output is processed alike in both
     * modes.
     */
    private static final int TCSANOW = 0;
    /** More than any system's struct termios. */
    private static final long TERMIOS_ROOM = 256;
    /** Size and offset of c_oflag, the second member: an unsigned int, on macOS an unsigned long. */
    private static final long OUTPUT_FLAGS = System.getProperty("os.name", "").startsWith("Mac") ? 8 : 4;

    private final MemorySegment saved;

    private RawMode(MemorySegment saved) {
        this.saved = saved;
    }

    /**
     * Puts the terminal on standard input into raw mode until {@link #close} or the JVM's end; null if there is none,
     * or no access to it.
     */
    static RawMode enter() {
        if (!HostMemory.NATIVE) {
            return null;
        }
        MemorySegment saved = Arena.global().allocate(TERMIOS_ROOM, Long.BYTES);
        if ((int) HostCalls.call("tcgetattr", STDIN, saved.address(), 0, 0, 0, 0) != 0) {
            return null;
        }
        MemorySegment raw = Arena.global().allocate(TERMIOS_ROOM, Long.BYTES).copyFrom(saved);
        HostCalls.call("cfmakeraw", raw.address(), 0, 0, 0, 0, 0);
        MemorySegment.copy(saved, OUTPUT_FLAGS, raw, OUTPUT_FLAGS, OUTPUT_FLAGS);
        RawMode mode = new RawMode(saved);
        // For a signal that ends the JVM. Setting the saved attributes twice does no harm, so the hook stays.
        Runtime.getRuntime().addShutdownHook(new Thread(mode::close, "restore-terminal"));
        setAttributes(raw);
        return mode;
    }

    /** Restores what was before. */
    @Override
    public void close() {
        setAttributes(saved);
    }

    private static void setAttributes(MemorySegment termios) {
        HostCalls.call("tcsetattr", STDIN, TCSANOW, termios.address(), 0, 0, 0);
    }
}
