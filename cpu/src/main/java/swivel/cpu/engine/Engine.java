package swivel.cpu.engine;

import java.util.ServiceLoader;
import java.util.function.Consumer;
import swivel.cpu.EngineDifference;
import swivel.cpu.Processor;
import swivel.cpu.interp.Interpreter;
import swivel.cpu.jit.JitProcessor;
import swivel.cpu.jit.Lockstep;
import swivel.cpu.lift.BlockLifter;
import swivel.cpu.pages.TableMemory;
import swivel.cpu.x64.X64Backend;
import swivel.memory.GuestMemory;
import swivel.memory.HostMemory;

/** The kinds of {@link Processor}, and how the fastest that the host allows is made. */
public enum Engine {
    /** {@link #X64} where it can be, else {@link #INTERP}, which is said in a line. */
    AUTO,
    /** The interpreter. */
    INTERP,
    /** Machine code for x86-64 under Linux. */
    X64,
    /** The host's own core in 32-bit user mode, on arm64 under Linux. */
    NATIVE;

    /** The smallest and the largest memory for machine code, in bytes. */
    public static final long MIN_CODE_BYTES = 1 << 20;

    public static final long MAX_CODE_BYTES = 1 << 30;

    /**
     * The most that the tables of all address spaces may take, with what else of the host's memory belongs to a
     * processor.
     */
    public static final long MAX_TABLE_BYTES = TableMemory.MAX_BYTES + (16 << 20);

    /** The same without a trace, and without translations of former runs. */
    public Processor create(GuestMemory memory, long codeBytes, Consumer<String> say) {
        return create(memory, codeBytes, null, null, say);
    }

    /**
     * Makes a processor for a machine's memory.
     *
     * @param codeBytes the most memory that machine code may take
     * @param trace told of each block that is translated, in lines; null: nobody
     * @param kept translations of former runs; null: none
     * @param say told in one line why the interpreter runs although another engine was wanted
     * @throws UnsupportedOperationException if the host has no core for {@link #NATIVE}; the message is a sentence
     */
    public Processor create(
            GuestMemory memory, long codeBytes, Consumer<String> trace, TranslationFile kept, Consumer<String> say) {
        if (this == INTERP) {
            return interpreter(memory);
        }
        if (this == NATIVE) {
            return ofHost(memory);
        }
        try {
            JitProcessor processor = emitting(memory, codeBytes, trace);
            if (kept != null) {
                processor.keepTranslations(kept.path(), kept.version());
            }
            return processor;
        } catch (UnsupportedOperationException e) {
            say.accept("the guest is interpreted, which is slow: " + e.getMessage());
            return interpreter(memory);
        }
    }

    /** Why this host has no such processor, as a sentence; null if it has. It makes one to know. */
    public String obstacle() {
        try (GuestMemory memory = new GuestMemory(0, SMALL_GUEST);
                Processor _ = make(memory)) {
            return null;
        } catch (UnsupportedOperationException e) {
            return e.getMessage();
        }
    }

    private static final int SMALL_GUEST = 1 << 20;

    private Processor make(GuestMemory memory) {
        return switch (this) {
            case INTERP -> interpreter(memory);
            case AUTO, X64 -> emitting(memory, MIN_CODE_BYTES, null);
            case NATIVE -> ofHost(memory);
        };
    }

    /** Whether it makes machine code, or may. */
    public boolean emits() {
        return this == AUTO || this == X64;
    }

    private static final String DENIED =
            "Java was told to deny native access; it needs --enable-native-access=swivel.memory,swivel.cpu,swivel.cli";

    /**
     * Makes a processor that runs emitted code and the interpreter side by side, and throws {@link EngineDifference}
     * when they differ.
     *
     * @throws UnsupportedOperationException where no code can be emitted
     */
    public static Processor lockstep(GuestMemory memory, long codeBytes, Consumer<String> trace) {
        return new Lockstep(memory, emitting(memory, codeBytes, trace));
    }

    private static Interpreter interpreter(GuestMemory memory) {
        return new Interpreter(memory, new BlockLifter(memory));
    }

    private static Processor ofHost(GuestMemory memory) {
        requireNativeAccess();
        return ServiceLoader.load(NativeEngine.class)
                .findFirst()
                .orElseThrow(() -> new UnsupportedOperationException("the module swivel.nativecore is missing"))
                .create(interpreter(memory));
    }

    private static JitProcessor emitting(GuestMemory memory, long codeBytes, Consumer<String> trace) {
        requireNativeAccess();
        String system = System.getProperty("os.name", "");
        String processor = System.getProperty("os.arch", "");
        if (!system.equals("Linux") || !processor.equals("amd64")) {
            throw new UnsupportedOperationException(
                    "machine code is emitted for x86-64 under Linux, and this is " + processor + " under " + system);
        }
        boolean severalCores = memory.lock().isShared();
        try {
            JitProcessor emitting = new JitProcessor(
                    codeBytes & -GuestMemory.PAGE_SIZE,
                    (code, ram) -> new X64Backend(code, ram, severalCores),
                    interpreter(memory));
            emitting.setTrace(trace);
            return emitting;
        } catch (OutOfMemoryError e) {
            throw new UnsupportedOperationException(e.getMessage(), e);
        } catch (ExceptionInInitializerError e) {
            if (e.getCause() instanceof IllegalCallerException) {
                throw new UnsupportedOperationException(DENIED, e);
            }
            throw e;
        }
    }

    private static void requireNativeAccess() {
        if (!HostMemory.NATIVE) {
            throw new UnsupportedOperationException(DENIED);
        }
    }
}
