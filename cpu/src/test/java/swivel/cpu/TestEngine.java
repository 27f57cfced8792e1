package swivel.cpu;

import java.util.function.Function;
import swivel.memory.GuestMemory;

/** The processors that every test of what programs see runs on. */
@SuppressWarnings("ImmutableEnumChecker") // constructors have no state
enum TestEngine {
    INTERPRETER(Interpreter::new),
    X64(memory -> emitting(memory, TestEngine.CODE_BYTES));

    static final long CODE_BYTES = 4 << 20;

    private final Function<GuestMemory, Processor> constructor;

    TestEngine(Function<GuestMemory, Processor> constructor) {
        this.constructor = constructor;
    }

    /** A processor that interprets nothing for being cold. */
    static X64Processor emitting(GuestMemory memory, long codeBytes) {
        X64Processor processor = new X64Processor(memory, codeBytes);
        processor.translateAtOnce();
        return processor;
    }

    Processor create(GuestMemory memory) {
        return constructor.apply(memory);
    }
}
