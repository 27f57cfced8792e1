package swivel.cpu;

import swivel.arm.Arguments;
import swivel.arm.Arguments.StatusRead;
import swivel.arm.InstructionSet;
import swivel.cpu.ir.Intrinsics;
import swivel.cpu.ir.MicroCode;

/** Has the LDRT family lifted, as a hypervisor does, and nothing else. */
public final class LiftsUnprivileged implements Intrinsics {
    @Override
    public int original(InstructionSet set, int word, int gpa) {
        return word;
    }

    @Override
    public boolean lift(Arguments arguments, int instruction, MicroCode out) {
        return false;
    }

    @Override
    public boolean liftSupervisorCall(int number, int gpa, int state, MicroCode out) {
        return false;
    }

    @Override
    public boolean liftStatusRead(StatusRead read, MicroCode out) {
        return false;
    }
}
