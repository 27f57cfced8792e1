package swivel.cpu;

import java.util.function.Function;
import swivel.memory.GuestMemory;

/** The processors that every test of what programs see runs on. */
@SuppressWarnings("ImmutableEnumChecker") // constructors have no state
enum TestEngine {
    INTERPRETER(interpreter -> interpreter),
    X64(interpreter -> emitting(interpreter, TestEngine.CODE_BYTES));

    static final long CODE_BYTES = 4 << 20;

    private final Function<Interpreter, Processor> constructor;

    TestEngine(Function<Interpreter, Processor> constructor) {
        this.constructor = constructor;
    }

    /** A processor that interprets nothing for being cold. */
    static X64Processor emitting(GuestMemory memory, long codeBytes) {
        return emitting(new Interpreter(memory), codeBytes);
    }

    private static X64Processor emitting(Interpreter interpreter, long codeBytes) {
        X64Processor processor =
                new X64Processor(codeBytes, stubs -> new Emitter(stubs, HostFeatures.detect()), interpreter);
        processor.translateAtOnce();
        return processor;
    }

    Processor create(GuestMemory memory) {
        return constructor.apply(new Interpreter(memory));
    }

    /** The same with other bounds than usual: {@link Interpreter#Interpreter(GuestMemory, long, int)}. */
    Processor create(GuestMemory memory, long codeBudget, int tableRegions) {
        return constructor.apply(new Interpreter(memory, codeBudget, tableRegions));
    }
}
