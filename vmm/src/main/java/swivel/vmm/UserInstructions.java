package swivel.vmm;

import swivel.arm.A32;
import swivel.arm.ExceptionKind;
import swivel.arm.Fields;
import swivel.arm.Psr;

/**
 * Executes sensitive instructions as user mode does, for user code that shares an image with a rewritten kernel and so had its
 * own instructions encoded (ARM DDI 0406C, B9.3). What user mode does not define is undefined.
 */
final class UserInstructions {
    private final Registers registers;
    private final SensitiveTransfers transfers;
    private final Exceptions exceptions;

    UserInstructions(Registers registers, SensitiveTransfers transfers, Exceptions exceptions) {
        this.registers = registers;
        this.transfers = transfers;
        this.exceptions = exceptions;
    }

    /** Executes an instruction of a sensitive row; its condition has passed. */
    void execute(A32 row, int word) {
        boolean defined = switch (row) {
            case CPS, YIELD, WFE, SEV, WFI -> step();
            case MRS -> !ofSpsr(word) && read(word);
            case MSR_REG -> !ofSpsr(word) && write(word, registers.operand(Fields.rm(word)));
            case MSR_IMM -> !ofSpsr(word) && write(word, Fields.modifiedImmediate(word));
            default -> transfers.unprivileged(row, word);
        };
        if (!defined) {
            exceptions.take(ExceptionKind.UNDEFINED);
        }
    }

    private boolean step() {
        registers.step();
        return true;
    }

    /** The R bit of MRS and MSR: user mode has no SPSR. */
    private static boolean ofSpsr(int word) {
        return Fields.bit(word, 22);
    }

    private boolean read(int word) {
        registers.set(Fields.rd(word), registers.cpsr() & Psr.READ_BY_MRS);
        return step();
    }

    /** Of the fields, user mode writes NZCVQ, GE and E (B9.3.11). */
    private boolean write(int word, int value) {
        int mask = Psr.writableByMsr(Fields.rn(word), false);
        registers.state.setUserPsr(Psr.merge(registers.state.userPsr(), value, mask));
        return step();
    }
}
