package swivel.cpu;

import java.util.function.Function;
import swivel.memory.GuestMemory;

/** The processors that every test of what programs see runs on. */
@SuppressWarnings("ImmutableEnumChecker") // constructors have no state
enum TestEngine {
    INTERPRETER(Interpreter::new),
    X64(memory -> new X64Processor(memory, TestEngine.CODE_BYTES));

    static final long CODE_BYTES = 4 << 20;

    private final Function<GuestMemory, Processor> constructor;

    TestEngine(Function<GuestMemory, Processor> constructor) {
        this.constructor = constructor;
    }

    Processor create(GuestMemory memory) {
        return constructor.apply(memory);
    }
}
