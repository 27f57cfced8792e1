package swivel.vmm;

import static swivel.cpu.FpRegisters.*;

import java.util.Arrays;
import swivel.arm.VfpOperation.VfpStatusMove;
import swivel.arm.core.FloatingPointUnit;
import swivel.cpu.FpRegisters;
import swivel.memory.Snapshot.Archive;

/**
 * VFP and Advanced SIMD as privileged software sees them: CPACR and FPEXC, which say whether their instructions may
 * execute, and the registers that say what there is (ARM DDI 0406C, B1.11, B4.1.40, B4.1.57). The processor executes
 * the instructions, FPSCR's and a kernel's accesses to FPEXC among them.
 */
final class FloatingPoint {
    // CPACR (B4.1.40): the two bits for each of coprocessors 10 and 11, which must be alike, and what they say.
    private static final int CP10_SHIFT = 20;
    private static final int CP10_CP11 = 15 << CP10_SHIFT;
    private static final int PRIVILEGED = 1;
    private static final int FULL = 3;
    /** Advanced SIMD is disabled. */
    private static final int ASEDIS = 1 << 31;

    /** d16 to d31 are disabled. */
    private static final int D32DIS = 1 << 30;

    private final FloatingPointUnit unit;
    private final Registers registers;
    private final FpRegisters fp;
    private int cpacr;

    FloatingPoint(FloatingPointUnit unit, Registers registers) {
        this.unit = unit;
        this.registers = registers;
        this.fp = registers.state.fp;
    }

    /** All disabled. */
    void reset() {
        Arrays.fill(fp.words(), 0);
        setCpacr(0);
    }

    void fields(Archive fields) {
        fields.same(unit.toString());
        if (unit.isPresent()) {
            fp.fields(fields);
            setCpacr(fields.word(cpacr));
        }
    }

    int cpacr() {
        return cpacr;
    }

    /** Coprocessors that are not there cannot be enabled; what else is not there reads as disabled. */
    void setCpacr(int value) {
        int absent = (unit.hasSimd() ? 0 : ASEDIS) | (unit.hasUpperRegisters() ? 0 : D32DIS);
        cpacr = unit.isPresent() ? value & (ASEDIS | D32DIS | CP10_CP11) | absent : 0;
        int[] words = fp.words();
        words[NOT_ALLOWED] = notAllowed(false);
        words[NOT_ALLOWED_IN_KERNEL] = notAllowed(true);
        int now = (words[FPEXC] & EN) == 0 ? NO_VFP : 0;
        words[DISABLED] = words[NOT_ALLOWED] | now;
        words[DISABLED_IN_KERNEL] = words[NOT_ALLOWED_IN_KERNEL] | now;
    }

    private int notAllowed(boolean privileged) {
        int simd = unit.isPresent() && (cpacr & ASEDIS) == 0 ? 0 : NO_SIMD;
        int upper = (cpacr & D32DIS) == 0 ? 0 : NO_D32;
        return simd | upper | (isAllowed(privileged) ? 0 : NO_VFP);
    }

    private boolean isAllowed(boolean privileged) {
        int access = cpacr >>> CP10_SHIFT & 3;
        return access == FULL || access == PRIVILEGED && privileged;
    }

    /**
     * Executes a VMRS or VMSR that the processor left, and goes on with the next instruction; false, with nothing done,
     * if it is undefined.
     */
    boolean execute(VfpStatusMove move) {
        if (!registers.privileged() || !isAllowed(true) || !move.isPredictable() || !exists(move.register())) {
            return false;
        }
        if (move.read()) {
            registers.set(move.rt(), read(move.register()));
        } else if (move.register() == VfpStatusMove.FPEXC) {
            fp.words()[FPEXC] = registers.operand(move.rt()) & EN;
            setCpacr(cpacr);
        }
        registers.step();
        return true;
    }

    private static boolean exists(int register) {
        return switch (register) {
            case VfpStatusMove.FPSID, VfpStatusMove.FPEXC, VfpStatusMove.MVFR0, VfpStatusMove.MVFR1 -> true;
            default -> false;
        };
    }

    private int read(int register) {
        return switch (register) {
            case VfpStatusMove.FPSID -> unit.fpsid();
            case VfpStatusMove.MVFR0 -> unit.mvfr0();
            case VfpStatusMove.MVFR1 -> unit.mvfr1();
            default -> fp.words()[FPEXC];
        };
    }
}
