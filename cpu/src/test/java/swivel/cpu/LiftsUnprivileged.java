package swivel.cpu;

import swivel.arm.A32;
import swivel.cpu.ir.Intrinsics;
import swivel.cpu.ir.MicroCode;

/** Has the LDRT family lifted, as a hypervisor does, and nothing else. */
public final class LiftsUnprivileged implements Intrinsics {
    @Override
    public int original(int word, int gpa) {
        return word;
    }

    @Override
    public boolean lift(A32 row, int instruction, int pc, MicroCode out) {
        return false;
    }

    @Override
    public boolean liftSupervisorCall(int word, int gpa, int pc, MicroCode out) {
        return false;
    }

    @Override
    public boolean liftStatusRead(int word, MicroCode out) {
        return false;
    }
}
