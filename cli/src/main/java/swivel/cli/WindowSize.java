package swivel.cli;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import swivel.memory.HostCalls;
import swivel.memory.HostMemory;

/** How large the terminal on standard input is, as Linux tells it (ioctl_tty(2)); all 0 if nobody does. */
record WindowSize(int columns, int rows) {
    private static final WindowSize UNKNOWN = new WindowSize(0, 0);
    private static final boolean IS_LINUX = System.getProperty("os.name", "").equals("Linux");
    private static final int STDIN = 0;
    private static final long TIOCGWINSZ = 0x5413;
    /** Of struct winsize: rows, columns, and two numbers of pixels. */
    private static final int SIZE = 4 * Short.BYTES;

    static WindowSize ofTerminal() {
        if (!IS_LINUX || !HostMemory.NATIVE) {
            return UNKNOWN;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(SIZE, Long.BYTES);
            if ((int) HostCalls.call("ioctl", STDIN, TIOCGWINSZ, size.address(), 0, 0, 0) != 0) {
                return UNKNOWN;
            }
            int rows = Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, 0));
            int columns = Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, Short.BYTES));
            return new WindowSize(columns, rows);
        }
    }
}
