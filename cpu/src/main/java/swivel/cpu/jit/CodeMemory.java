package swivel.cpu.jit;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import swivel.memory.HostMemory;
import swivel.memory.HostRegion;

/** Memory for emitted code, bounded, filled from its start: written through one view and run through another. */
public final class CodeMemory {
    private static final MemorySegment HOST = HostMemory.ALL;
    /** Entries begin at fetch boundaries of the host. */
    private static final int ALIGNMENT = 16;

    private final long start;
    private final long end;
    private final long toWritable;
    private long next;
    private long peak;

    /**
     * Allocates it.
     *
     * @throws OutOfMemoryError if the host refuses the memory, or to execute it
     */
    public CodeMemory(HostRegion host, long bytes) {
        HostMemory.Code code = host.allocateCode(bytes);
        start = code.executable();
        end = start + bytes;
        toWritable = code.writable() - code.executable();
        next = start;
    }

    /** Where the next code will run. */
    public long next() {
        return next;
    }

    /** How many bytes are before the next code. */
    int used() {
        return (int) (next - start);
    }

    boolean hasRoom(int bytes) {
        return next + bytes <= end;
    }

    /** Puts code at {@link #next}. */
    public void append(byte[] code, int length) {
        MemorySegment.copy(code, 0, HOST, ValueLayout.JAVA_BYTE, next + toWritable, length);
        next = next + length + ALIGNMENT - 1 & -ALIGNMENT;
        peak = Math.max(peak, next);
    }

    /** Drops all code from an address on. */
    void truncate(long to) {
        next = to;
    }

    /** Changes four bytes of code: a displacement or an immediate of an instruction that is not running. */
    public void patch(long address, int value) {
        HOST.set(ValueLayout.JAVA_INT_UNALIGNED, address + toWritable, value);
    }

    /** Changes a byte of code. */
    public void patch8(long address, int value) {
        HOST.set(ValueLayout.JAVA_BYTE, address + toWritable, (byte) value);
    }

    /** Reads four bytes of code. */
    public static int read(long address) {
        return HOST.get(ValueLayout.JAVA_INT_UNALIGNED, address);
    }

    /** The most bytes that were ever in use. */
    long peakBytes() {
        return peak - start;
    }
}
