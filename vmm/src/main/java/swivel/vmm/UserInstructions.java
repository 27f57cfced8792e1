package swivel.vmm;

import swivel.arm.Arguments;
import swivel.arm.Arguments.ChangeState;
import swivel.arm.Arguments.Hint;
import swivel.arm.Arguments.StatusRead;
import swivel.arm.Arguments.StatusWrite;
import swivel.arm.ExceptionKind;
import swivel.arm.Psr;

/**
 * Executes sensitive instructions as user mode does, for user code that shares an image with a rewritten kernel and so
 * had its own instructions encoded (ARM DDI 0406C, B9.3). What user mode does not define is undefined.
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

    /** Executes a sensitive instruction; its condition has passed. */
    void execute(Arguments arguments) {
        if (!isExecuted(arguments)) {
            exceptions.take(ExceptionKind.UNDEFINED);
        }
    }

    /** Executes it; false if user mode does not define it, which has no SPSR. */
    private boolean isExecuted(Arguments arguments) {
        if (arguments instanceof StatusRead read) {
            return !read.spsr() && read(read);
        }
        if (arguments instanceof StatusWrite write) {
            return !write.spsr() && write(write);
        }
        boolean nothing = arguments instanceof ChangeState || arguments instanceof Hint;
        return nothing ? step() : transfers.unprivileged(arguments);
    }

    private boolean step() {
        registers.step();
        return true;
    }

    private boolean read(StatusRead read) {
        registers.set(read.rd(), registers.cpsr() & Psr.READ_BY_MRS);
        return step();
    }

    /** Of the fields, user mode writes NZCVQ, GE and E (B9.3.11). */
    private boolean write(StatusWrite write) {
        int mask = Psr.writableByMsr(write.fields(), false);
        int value = registers.value(write.value());
        registers.state.setUserPsr(Psr.merge(registers.state.userPsr(), value, mask));
        return step();
    }
}
