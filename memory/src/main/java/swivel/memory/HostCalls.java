package swivel.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Native functions with at most six integer arguments. All go through one binding, since each binding costs
 * milliseconds of start-up; a function that takes fewer arguments ignores the registers of the others.
 */
public final class HostCalls {
    private HostCalls() {}

    private static final ValueLayout.OfLong ARGUMENT = ValueLayout.JAVA_LONG;
    private static final SymbolLookup LIBRARY = Linker.nativeLinker().defaultLookup();
    private static final FunctionDescriptor SIX_ARGUMENTS =
            FunctionDescriptor.of(ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT);
    private static final MethodHandle CALL = Linker.nativeLinker().downcallHandle(SIX_ARGUMENTS);
    private static final Map<String, MemorySegment> FUNCTIONS = new ConcurrentHashMap<>();

    /**
     * Takes the address of a function and six longs; returns a long. For native code that is called too often for
     * {@link #call}.
     */
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

    /**
     * Calls of the C library that tell why they failed. They have a binding of their own, which is made for the first
     * one. For one thread at a time.
     */
    public static final class WithErrno {
        private static final String ERRNO = "errno";
        private static final StructLayout STATE = Linker.Option.captureStateLayout();
        private static final long PLACE = STATE.byteOffset(MemoryLayout.PathElement.groupElement(ERRNO));
        private static final MethodHandle CALL =
                Linker.nativeLinker().downcallHandle(SIX_ARGUMENTS, Linker.Option.captureCallState(ERRNO));

        private final MemorySegment state = Arena.ofAuto().allocate(STATE);

        /** Calls a function whose result fits into an int; returns it, or the negative error number in place of -1. */
        public int call(String name, long a, long b, long c, long d, long e, long f) {
            int returned = (int) invoke(name, a, b, c, d, e, f);
            return returned == -1 ? -errno() : returned;
        }

        /** Calls a function that returns a long; returns that, or the negative error number in place of -1. */
        public long callLong(String name, long a, long b, long c, long d, long e, long f) {
            long returned = invoke(name, a, b, c, d, e, f);
            return returned == -1 ? -errno() : returned;
        }

        private int errno() {
            return state.get(ValueLayout.JAVA_INT, PLACE);
        }

        private long invoke(String name, long a, long b, long c, long d, long e, long f) {
            MemorySegment function = FUNCTIONS.computeIfAbsent(name, HostCalls::find);
            try {
                return (long) CALL.invokeExact(function, state, a, b, c, d, e, f);
            } catch (Throwable failure) {
                throw new IllegalStateException(name + " could not be called", failure);
            }
        }
    }

    /**
     * Executes another program in this process, with the same environment: {@code execv}. Returns only if that fails.
     *
     * @param command the program's path and its arguments, a byte in each character
     */
    public static void execute(String... command) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pointers = arena.allocate(ValueLayout.ADDRESS, command.length + 1L);
            for (int i = 0; i < command.length; i++) {
                MemorySegment text = arena.allocateFrom(command[i], StandardCharsets.ISO_8859_1);
                pointers.setAtIndex(ValueLayout.ADDRESS, i, text);
            }
            long path = pointers.getAtIndex(ValueLayout.ADDRESS, 0).address();
            long _ = call("execv", path, pointers.address(), 0, 0, 0, 0);
        }
    }

    /**
     * Address of a function of the C library, for machine code that calls it.
     *
     * @throws UnsupportedOperationException if there is none of this name
     */
    public static long address(String name) {
        return FUNCTIONS.computeIfAbsent(name, HostCalls::find).address();
    }

    private static MemorySegment find(String name) {
        return LIBRARY.find(name).orElseThrow(() -> new UnsupportedOperationException("the C library has no " + name));
    }
}
