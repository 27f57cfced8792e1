package swivel.cpu.engine;

import swivel.cpu.Processor;
import swivel.cpu.interp.Interpreter;

/** What makes a processor of the host's own cores: a service, so that this module need not know its module. */
public interface NativeEngine {
    /**
     * Makes the processor of a machine around an interpreter, which belongs to it from now on, also if this fails.
     *
     * @throws UnsupportedOperationException if the host does not allow it; the message is a sentence that says why
     */
    Processor create(Interpreter interpreter);
}
