package swivel.vmm;

import swivel.arm.A32;
import swivel.arm.ExceptionKind;
import swivel.arm.Fields;

/**
 * Executes sensitive instructions as user mode does, for user code that shares an image with a rewritten kernel and so had its
 * own instructions encoded (ARM DDI 0406C, B9.3). What user mode does not define is undefined.
 */
final class UserInstructions {
    private final Registers registers;
    private final LoadStore loadStore;
    private final Exceptions exceptions;

    UserInstructions(Registers registers, LoadStore loadStore, Exceptions exceptions) {
        this.registers = registers;
        this.loadStore = loadStore;
        this.exceptions = exceptions;
    }

    /** Executes an instruction of a sensitive row; its condition has passed. */
    void execute(A32 row, int word) {
        boolean statusRegister = row == A32.MRS || row == A32.MSR_REG || row == A32.MSR_IMM;
        boolean saved = statusRegister && Fields.bit(word, 22);
        switch (row) {
            case MRS, MSR_REG, MSR_IMM, CPS, YIELD, WFE, SEV, WFI -> {
                if (saved) {
                    exceptions.take(ExceptionKind.UNDEFINED);
                    return;
                }
                switch (row) {
                    case MRS -> registers.set(Fields.rd(word), registers.cpsr());
                    case MSR_REG -> writeFlags(word, registers.operand(Fields.rm(word)));
                    case MSR_IMM -> writeFlags(word, Fields.modifiedImmediate(word));
                    default -> {}
                }
                registers.step();
            }
            default -> {
                boolean access = row.sensitivity() == swivel.arm.Sensitivity.UNPRIVILEGED;
                if (!access || !loadStore.execute(word, false)) {
                    exceptions.take(ExceptionKind.UNDEFINED);
                }
            }
        }
    }

    /** Of the fields, user mode writes NZCVQ and GE (B9.3.11). */
    private void writeFlags(int word, int value) {
        int mask = (Fields.bit(word, 19) ? 0xf800_0000 : 0) | (Fields.bit(word, 18) ? 0x000f_0000 : 0);
        registers.state.setUserPsr(registers.state.userPsr() & ~mask | value & mask);
    }
}
