package swivel.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Memory of the host process: large, zeroed, and resident only where touched, from {@code mmap} (POSIX). */
public final class HostMemory {
    private HostMemory() {}

    /** The whole host address space, for code that has checked its addresses by other means: a wrong one ends the JVM. */
    public static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_ANONYMOUS = isMac() ? 0x1000 : 0x20;
    private static final int MAP_NORESERVE = isMac() ? 0x40 : 0x4000;

    private static boolean isMac() {
        return System.getProperty("os.name", "").startsWith("Mac");
    }

    /**
     * Allocates memory that is never freed before the process ends.
     *
     * @throws OutOfMemoryError if the host refuses
     */
    public static MemorySegment allocate(long bytes) {
        Linker linker = Linker.nativeLinker();
        var mmap = linker.defaultLookup().find("mmap");
        if (mmap.isEmpty()) {
            return Arena.ofAuto().allocate(bytes, 4096);
        }
        MethodHandle call = linker.downcallHandle(
                mmap.get(),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG));
        long address;
        try {
            address = (long)
                    call.invokeExact(0L, bytes, PROT_READ_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0L);
        } catch (Throwable e) {
            throw new IllegalStateException("mmap could not be called", e);
        }
        if (address == -1) {
            throw new OutOfMemoryError("the host has no " + (bytes >> 20) + " MiB to map for the guest");
        }
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }
}
