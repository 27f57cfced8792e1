package swivel.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/**
 * Random numbers of the host's kernel, fit for keys ({@code getentropy}, POSIX.1-2024). {@link SecureRandom} gives the
 * same, but to read its configuration takes a tenth of a machine's start. For one thread.
 */
public final class HostRandom implements RandomGenerator {
    /** The most that one call gives. */
    private static final int BYTES = 256;

    private final MemorySegment bytes;
    private int used = BYTES;

    private HostRandom() {
        bytes = Arena.ofAuto().allocate(BYTES, Long.BYTES);
    }

    /** Makes a source; where the JVM denies native access, Java's. */
    public static RandomGenerator create() {
        return HostMemory.NATIVE ? new HostRandom() : new SecureRandom();
    }

    @Override
    public long nextLong() {
        if (used == BYTES) {
            if ((int) HostCalls.call("getentropy", bytes.address(), BYTES, 0, 0, 0, 0) != 0) {
                throw new IllegalStateException("the host has no random numbers");
            }
            used = 0;
        }
        long value = bytes.get(ValueLayout.JAVA_LONG, used);
        used += Long.BYTES;
        return value;
    }
}
