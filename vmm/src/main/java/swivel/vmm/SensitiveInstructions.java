package swivel.vmm;

import swivel.arm.A32;
import swivel.arm.ExceptionKind;
import swivel.arm.Fields;
import swivel.cpu.UserState;

/**
 * Executes the sensitive instructions of the virtual kernel, class by class: the original word arrives the same way whether it
 * was encoded in a trap or the processor trapped on it. They run in virtual privileged modes, and their condition has passed.
 */
final class SensitiveInstructions {
    /** What the instructions about waiting and firmware reach outside the core. */
    interface Environment {
        /** WFI: nothing to do until an interrupt is pending. */
        void waitForInterrupt();

        /** WFE: nothing to do until an event, or for a short while. */
        void waitForEvent();

        /** SEV. */
        void sendEvent();

        void firmwareCall(boolean hvc);
    }

    private final Registers registers;
    private final SensitiveTransfers transfers;
    private final StatusInstructions status;
    private final Exceptions exceptions;
    private final Environment environment;

    SensitiveInstructions(
            Registers registers,
            SensitiveTransfers transfers,
            StatusInstructions status,
            Exceptions exceptions,
            Environment environment) {
        this.registers = registers;
        this.transfers = transfers;
        this.status = status;
        this.exceptions = exceptions;
        this.environment = environment;
    }

    /** Executes an instruction of a sensitive row. */
    void execute(A32 row, int word) {
        boolean defined = true;
        switch (row) {
            case CPS -> status.changeState(word);
            case MRS -> status.read(word);
            case MRS_BANKED -> defined = status.readBanked(word);
            case MSR_IMM -> status.writeImmediate(word);
            case MSR_REG -> status.writeRegister(word);
            case MSR_BANKED -> defined = status.writeBanked(word);
            case RFE -> status.returnFromException(word);
            case SRS -> defined = status.storeReturnState(word);
            case LDM_USER -> transfers.loadUser(word);
            case LDM_RETURN -> transfers.loadReturning(word);
            case STM_USER -> transfers.storeUser(word);
            case DP_RETURN_IMM -> dataProcessingReturn(word, Fields.modifiedImmediate(word));
            case DP_RETURN_REG ->
                dataProcessingReturn(word, Shift.byImmediate(word, registers.operand(Fields.rm(word)), carry()));
            // In a privileged mode other than Hyp it is MOVS PC, LR (B9.3.3).
            case ERET -> returnTo(registers.state.r[UserState.LR]);
            case YIELD -> registers.step();
            case WFE -> {
                registers.step();
                environment.waitForEvent();
            }
            case SEV -> {
                registers.step();
                environment.sendEvent();
            }
            case WFI -> {
                registers.step();
                environment.waitForInterrupt();
            }
            case HVC, SMC -> {
                registers.step();
                environment.firmwareCall(row == A32.HVC);
            }
            // The unprivileged accesses.
            default -> defined = transfers.unprivileged(row, word);
        }
        if (!defined) {
            exceptions.take(ExceptionKind.UNDEFINED);
        }
    }

    private int carry() {
        return registers.state.r[UserState.C];
    }

    /** Data processing with S set and PC as destination: the result goes to PC, SPSR to CPSR (B9.3.20). */
    private void dataProcessingReturn(int word, int operand) {
        int rn = registers.operand(Fields.rn(word));
        returnTo(
                switch (Fields.bits(word, 24, 21)) {
                    case 0b0000 -> rn & operand; // AND
                    case 0b0001 -> rn ^ operand; // EOR
                    case 0b0010 -> rn - operand; // SUB
                    case 0b0011 -> operand - rn; // RSB
                    case 0b0100 -> rn + operand; // ADD
                    case 0b0101 -> rn + operand + carry(); // ADC
                    case 0b0110 -> rn - operand - 1 + carry(); // SBC
                    case 0b0111 -> operand - rn - 1 + carry(); // RSC
                    case 0b1100 -> rn | operand; // ORR
                    case 0b1101 -> operand; // MOV and the shifts
                    case 0b1110 -> rn & ~operand; // BIC
                    default -> ~operand; // MVN
                });
    }

    private void returnTo(int target) {
        registers.exceptionReturn(registers.spsr(registers.mode()), target);
    }
}
