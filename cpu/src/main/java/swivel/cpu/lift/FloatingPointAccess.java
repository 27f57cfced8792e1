package swivel.cpu.lift;

import swivel.arm.Arguments;
import swivel.cpu.FpRegisters;
import swivel.cpu.ir.MicroCode;
import swivel.cpu.ir.MicroOp;

/**
 * Asks in front of an instruction of VFP or Advanced SIMD whether it may execute, once in a block where that is sure to
 * have been asked before.
 */
final class FloatingPointAccess {
    private final MicroCode out;

    /** {@link FpRegisters#DISABLED} or {@link FpRegisters#DISABLED_IN_KERNEL}. */
    private int disabled;

    /** What all ways to the current instruction have asked, as bits of that word. */
    private int asked;

    FloatingPointAccess(MicroCode out) {
        this.out = out;
    }

    /** Begins a block, of a kernel or of a program. */
    void begin(boolean kernel) {
        disabled = kernel ? FpRegisters.DISABLED_IN_KERNEL : FpRegisters.DISABLED;
        asked = 0;
    }

    /**
     * Lets an instruction execute only where it is enabled; Advanced SIMD is disabled with VFP, too.
     *
     * @param word the instruction, for who handles a trap
     */
    void require(Arguments.Extension operation, boolean simd, int word) {
        int bits = FpRegisters.NO_VFP;
        bits |= simd ? FpRegisters.NO_SIMD : 0;
        bits |= operation.needsD32() ? FpRegisters.NO_D32 : 0;
        require(bits, word);
    }

    /** What was asked is not known any more. */
    void forget() {
        asked = 0;
    }

    private void require(int bits, int word) {
        if ((bits & ~asked) == 0) {
            return;
        }
        int t = out.temporary();
        out.emit(MicroOp.FGET, t, 0, 0, disabled);
        out.emit(MicroOp.ANDI, t, t, 0, bits);
        out.emit(MicroOp.TRAPNZ, MicroOp.TRAP_UNDEFINED, t, 0, word);
        out.release(t);
        asked |= out.isConditional() ? 0 : bits;
    }
}
