package swivel.vmm;

import swivel.arm.Arguments;
import swivel.arm.Arguments.Alu;
import swivel.arm.Arguments.BankedMove;
import swivel.arm.Arguments.BlockTransfer;
import swivel.arm.Arguments.Call;
import swivel.arm.Arguments.CallOp;
import swivel.arm.Arguments.ChangeState;
import swivel.arm.Arguments.ExceptionReturn;
import swivel.arm.Arguments.Hint;
import swivel.arm.Arguments.ReturnFromException;
import swivel.arm.Arguments.StatusRead;
import swivel.arm.Arguments.StatusWrite;
import swivel.arm.Arguments.StoreReturnState;
import swivel.arm.ExceptionKind;
import swivel.cpu.UserState;

/**
 * Executes the sensitive instructions of the virtual kernel, class by class: the original arrives the same way whether
 * it was encoded in a trap or the processor trapped on it. They run in virtual privileged modes, and their condition
 * has passed.
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

    /** Executes a sensitive instruction. */
    void execute(Arguments arguments) {
        if (!isExecuted(arguments)) {
            exceptions.take(ExceptionKind.UNDEFINED);
        }
    }

    /** Executes it, what is frequent first; false if it is undefined. */
    @SuppressWarnings("IfChainToSwitch") // a switch over types is bootstrapped at run time
    private boolean isExecuted(Arguments arguments) {
        if (arguments instanceof Alu alu) {
            dataProcessingReturn(alu);
            return true;
        }
        if (arguments instanceof BankedMove move) {
            return move.read() ? status.readBanked(move) : status.writeBanked(move);
        }
        if (arguments instanceof StoreReturnState store) {
            return status.storeReturnState(store);
        }
        if (arguments instanceof ChangeState change) {
            status.changeState(change);
        } else if (arguments instanceof StatusRead read) {
            status.read(read);
        } else if (arguments instanceof StatusWrite write) {
            status.write(write);
        } else if (arguments instanceof ReturnFromException ret) {
            status.returnFromException(ret);
        } else if (arguments instanceof BlockTransfer block) {
            transfers.block(block);
        } else if (arguments instanceof ExceptionReturn) {
            // In a privileged mode other than Hyp it is MOVS PC, LR (B9.3.3).
            returnTo(registers.state.r[UserState.LR]);
        } else if (arguments instanceof Hint hint) {
            hint(hint);
        } else if (arguments instanceof Call call) {
            registers.step();
            environment.firmwareCall(call.op() == CallOp.HVC);
        } else {
            return transfers.unprivileged(arguments);
        }
        return true;
    }

    private void hint(Hint hint) {
        registers.step();
        switch (hint.op()) {
            case WFE -> environment.waitForEvent();
            case WFI -> environment.waitForInterrupt();
            case SEV -> environment.sendEvent();
            case YIELD, NOP, DBG -> {}
        }
    }

    private int carry() {
        return registers.state.r[UserState.C];
    }

    /** Data processing with S set and PC as destination: the result goes to PC, SPSR to CPSR (B9.3.20). */
    private void dataProcessingReturn(Alu alu) {
        int rn = alu.rn() == Arguments.NONE ? 0 : registers.operand(alu.rn());
        int operand = registers.value(alu.operand2());
        returnTo(
                switch (alu.op()) {
                    case AND -> rn & operand;
                    case EOR -> rn ^ operand;
                    case SUB -> rn - operand;
                    case RSB -> operand - rn;
                    case ADD -> rn + operand;
                    case ADC -> rn + operand + carry();
                    case SBC -> rn - operand - 1 + carry();
                    case RSC -> operand - rn - 1 + carry();
                    case ORR -> rn | operand;
                    case MOV -> operand;
                    case BIC -> rn & ~operand;
                    case MVN -> ~operand;
                    default -> throw new IllegalArgumentException(alu + " returns from no exception");
                });
    }

    private void returnTo(int target) {
        registers.exceptionReturn(registers.spsr(registers.mode()), target);
    }
}
