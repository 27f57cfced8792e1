package swivel.vmm;

import swivel.arm.Cp14;
import swivel.arm.Cp15;
import swivel.arm.Fields;
import swivel.arm.core.RegisterTable;

/** Accesses to coprocessor 14: debug and Jazelle, as the core's table has them. All are constants there. */
final class DebugRegisters {
    private final RegisterTable<Cp14> table;
    private final Registers registers;

    DebugRegisters(RegisterTable<Cp14> table, Registers registers) {
        this.table = table;
        this.registers = registers;
    }

    /**
     * Executes an MCR, MRC, MCRR or MRRC of coprocessor 14 and goes on with the next instruction.
     *
     * @return false, with nothing done, if it is undefined in the current mode
     */
    boolean execute(int word) {
        Cp14 register = Cp14.of(word);
        boolean read = Fields.s(word);
        if (register == null
                || !table.has(register)
                || !register.allows(read)
                || !registers.privileged() && !register.userMay(read)) {
            return false;
        }
        int rt = Fields.rd(word);
        int value = (int) table.reset(register);
        if (Cp15.isWide(word)) {
            registers.set(rt, value);
            registers.set(Fields.rn(word), 0);
        } else if (read) {
            registers.setFromCoprocessor(rt, value);
        }
        registers.step();
        return true;
    }
}
