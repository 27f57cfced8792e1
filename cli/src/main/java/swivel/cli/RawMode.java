package swivel.cli;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The host terminal's raw mode: every key goes to the guest at once, without echo. Output keeps its processing, so that
 * messages of the VMM still begin at the left margin.
 *
 * <p>Through the C library (POSIX.1-2017, chapter 11), with {@code struct termios} as an opaque block: of its layout only the
 * place of {@code c_oflag} is needed.
 */
final class RawMode implements AutoCloseable {
    private static final int STDIN = 0;
    /** tcsetattr: once pending output is written. */
    private static final int TCSADRAIN = 1;
    /** More than any system's struct termios. */
    private static final long TERMIOS_ROOM = 256;
    /** Size and offset of c_oflag, the second member: an unsigned int, on macOS an unsigned long. */
    private static final long OUTPUT_FLAGS = System.getProperty("os.name", "").startsWith("Mac") ? 8 : 4;

    private final MemorySegment saved;

    private RawMode(MemorySegment saved) {
        this.saved = saved;
    }

    /** Puts the terminal on standard input into raw mode until {@link #close} or the JVM's end; null if there is none, or no access to it. */
    static RawMode enter() {
        MemorySegment saved = Arena.global().allocate(TERMIOS_ROOM, Long.BYTES);
        if (!getAttributes(saved)) {
            return null;
        }
        MemorySegment raw = Arena.global().allocate(TERMIOS_ROOM, Long.BYTES).copyFrom(saved);
        makeRaw(raw);
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

    private static boolean getAttributes(MemorySegment termios) {
        try {
            var function = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
            return (int) Linker.nativeLinker()
                            .downcallHandle(address("tcgetattr"), function)
                            .invokeExact(STDIN, termios)
                    == 0;
        } catch (IllegalCallerException denied) {
            return false; // without native access the terminal stays as it is
        } catch (Throwable e) {
            throw new IllegalStateException("tcgetattr could not be called", e);
        }
    }

    private static void makeRaw(MemorySegment termios) {
        try {
            var function = FunctionDescriptor.ofVoid(ValueLayout.ADDRESS);
            Linker.nativeLinker().downcallHandle(address("cfmakeraw"), function).invokeExact(termios);
        } catch (Throwable e) {
            throw new IllegalStateException("cfmakeraw could not be called", e);
        }
    }

    private static void setAttributes(MemorySegment termios) {
        try {
            var function = FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
            int _ = (int) Linker.nativeLinker()
                    .downcallHandle(address("tcsetattr"), function)
                    .invokeExact(STDIN, TCSADRAIN, termios);
        } catch (Throwable e) {
            throw new IllegalStateException("tcsetattr could not be called", e);
        }
    }

    private static MemorySegment address(String function) {
        return Linker.nativeLinker().defaultLookup().findOrThrow(function);
    }
}
