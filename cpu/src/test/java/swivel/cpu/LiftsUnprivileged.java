package swivel.cpu;

import swivel.arm.Arguments;
import swivel.arm.InstructionSet;

/** Has the LDRT family lifted, as a hypervisor does, and nothing else. */
public final class LiftsUnprivileged implements Intrinsics {
    @Override
    public int original(InstructionSet set, int word, long gpa) {
        return word;
    }

    @Override
    public Effect effect(Arguments arguments, int instruction) {
        return null;
    }

    @Override
    public boolean isSupervisorCall(long gpa) {
        return false;
    }

    @Override
    public Effect programEffect(Arguments arguments, int instruction) {
        return null;
    }
}
