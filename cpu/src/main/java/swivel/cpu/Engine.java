package swivel.cpu;

import java.util.function.Consumer;
import swivel.memory.GuestMemory;
import swivel.memory.HostMemory;

/** The kinds of {@link Processor}, and how the fastest that the host allows is made. */
public enum Engine {
    /** {@link #X64} where it can be, else {@link #INTERP}, which is said in a line. */
    AUTO,
    /** The interpreter. */
    INTERP,
    /** Machine code for x86-64 under Linux. */
    X64;

    /** The smallest and the largest memory for machine code, in bytes. */
    public static final long MIN_CODE_BYTES = 1 << 20;

    public static final long MAX_CODE_BYTES = 1 << 30;

    /**
     * Makes a processor for a machine's memory.
     *
     * @param codeBytes the most memory that machine code may take
     * @param say told in one line why the interpreter runs although another engine was wanted
     */
    public Processor create(GuestMemory memory, long codeBytes, Consumer<String> say) {
        if (this == INTERP) {
            return new Interpreter(memory);
        }
        String obstacle = obstacle();
        if (obstacle == null) {
            try {
                return new X64Processor(memory, codeBytes & -GuestMemory.PAGE_SIZE);
            } catch (OutOfMemoryError | UnsupportedOperationException e) {
                obstacle = e.getMessage();
            } catch (ExceptionInInitializerError e) {
                if (!(e.getCause() instanceof IllegalCallerException)) {
                    throw e;
                }
                obstacle = DENIED;
            }
        }
        say.accept("the guest is interpreted, which is slow: " + obstacle);
        return new Interpreter(memory);
    }

    private static final String DENIED =
            "Java was told to deny native access; it needs --enable-native-access=swivel.memory,swivel.cpu,swivel.cli";

    /**
     * Makes a processor that runs emitted code and the interpreter side by side, and throws {@link EngineDifference} when they
     * differ.
     *
     * @throws UnsupportedOperationException where no code can be emitted
     */
    public static Processor lockstep(GuestMemory memory, long codeBytes) {
        String obstacle = obstacle();
        if (obstacle != null) {
            throw new UnsupportedOperationException(obstacle);
        }
        return new Lockstep(memory, new X64Processor(memory, codeBytes & -GuestMemory.PAGE_SIZE));
    }

    private static String obstacle() {
        if (!HostMemory.NATIVE) {
            return DENIED;
        }
        String system = System.getProperty("os.name", "");
        String processor = System.getProperty("os.arch", "");
        return system.equals("Linux") && processor.equals("amd64")
                ? null
                : "machine code is emitted for x86-64 under Linux, and this is " + processor + " under " + system;
    }
}
