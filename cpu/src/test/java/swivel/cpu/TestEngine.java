package swivel.cpu;

import java.util.function.Function;
import swivel.cpu.interp.Interpreter;
import swivel.cpu.jit.Backend;
import swivel.cpu.jit.CodeMemory;
import swivel.cpu.jit.JitProcessor;
import swivel.cpu.jit.Ram;
import swivel.cpu.lift.BlockLifter;
import swivel.cpu.pages.CodeSpace;
import swivel.cpu.pages.Core;
import swivel.cpu.x64.X64Backend;
import swivel.memory.GuestMemory;

/** The processors that every test of what programs see runs on. */
@SuppressWarnings("ImmutableEnumChecker") // constructors have no state
public enum TestEngine {
    INTERPRETER(interpreter -> interpreter),
    /** As where a debugger has set something, which is never met. */
    WATCHED(TestEngine::watched),
    X64(interpreter -> emitting(interpreter, TestEngine.CODE_BYTES, X64Backend::new)),
    /** With the fences that a machine with several cores wants. */
    X64_OF_SEVERAL(interpreter -> emitting(interpreter, TestEngine.CODE_BYTES, TestEngine::ofSeveralCores));

    static final long CODE_BYTES = 4 << 20;

    private final Function<Interpreter, Processor> constructor;

    TestEngine(Function<Interpreter, Processor> constructor) {
        this.constructor = constructor;
    }

    private static Interpreter watched(Interpreter interpreter) {
        interpreter.setDebugPoints(new DebugPoints() {
            @Override
            public boolean stopsAt(int pc) {
                return false;
            }

            @Override
            public boolean stopsAccess(int va, int size, boolean write, boolean unprivileged) {
                return false;
            }
        });
        return interpreter;
    }

    static Interpreter interpreting(GuestMemory memory) {
        return new Interpreter(memory, new BlockLifter(memory));
    }

    /** A processor that interprets nothing for being cold. */
    public static JitProcessor emitting(GuestMemory memory, long codeBytes) {
        return emitting(interpreting(memory), codeBytes, X64Backend::new);
    }

    /** The same with code of another kind. */
    public static JitProcessor emitting(GuestMemory memory, Backend.Factory backend) {
        return emitting(interpreting(memory), CODE_BYTES, backend);
    }

    static Backend ofSeveralCores(CodeMemory code, Ram ram) {
        return new X64Backend(code, ram, true);
    }

    private static JitProcessor emitting(Interpreter interpreter, long codeBytes, Backend.Factory backend) {
        JitProcessor processor = new JitProcessor(codeBytes, backend, interpreter);
        processor.translateAtOnce();
        return processor;
    }

    public Processor create(GuestMemory memory) {
        return constructor.apply(interpreting(memory));
    }

    /** Another core of a processor's machine. */
    static Processor another(Processor first) {
        if (first instanceof JitProcessor jit) {
            Interpreter interpreter = new Interpreter(new Core(jit.interpreter().core.code));
            JitProcessor processor = new JitProcessor(jit, interpreter);
            processor.translateAtOnce();
            return processor;
        }
        return new Interpreter(new Core(((Interpreter) first).core.code));
    }

    /** The same with other bounds than usual: {@link CodeSpace}, {@link Core}. */
    Processor create(GuestMemory memory, long codeBudget, long tableBytes) {
        CodeSpace code = new CodeSpace(memory, new BlockLifter(memory), codeBudget);
        return constructor.apply(new Interpreter(new Core(code, tableBytes)));
    }
}
