package swivel.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Native functions with at most six integer arguments. All go through one binding, since each binding costs milliseconds of start-up; a
 * function that takes fewer arguments ignores the registers of the others.
 */
public final class HostCalls {
    private HostCalls() {}

    private static final ValueLayout.OfLong ARGUMENT = ValueLayout.JAVA_LONG;
    private static final SymbolLookup LIBRARY = Linker.nativeLinker().defaultLookup();
    private static final MethodHandle CALL = Linker.nativeLinker()
            .downcallHandle(
                    FunctionDescriptor.of(ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT));
    private static final Map<String, MemorySegment> FUNCTIONS = new ConcurrentHashMap<>();

    /** Takes the address of a function and six longs; returns a long. For native code that is called too often for {@link #call}. */
    public static MethodHandle binding() {
        return CALL;
    }

    /**
     * Calls a function of the C library. The caller cuts the result to the type that the function has.
     *
     * @throws UnsupportedOperationException if there is none of this name
     */
    public static long call(String name, long a, long b, long c, long d, long e, long f) {
        MemorySegment function = FUNCTIONS.computeIfAbsent(name, HostCalls::find);
        try {
            return (long) CALL.invokeExact(function, a, b, c, d, e, f);
        } catch (Throwable failure) {
            throw new IllegalStateException(name + " could not be called", failure);
        }
    }

    private static MemorySegment find(String name) {
        return LIBRARY.find(name).orElseThrow(() -> new UnsupportedOperationException("the C library has no " + name));
    }
}
