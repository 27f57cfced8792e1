package swivel.vmm;

import swivel.arm.Cp14;
import swivel.arm.Cp15;
import swivel.arm.Fields;
import swivel.arm.core.RegisterTable;
import swivel.memory.Snapshot;

/** Accesses to coprocessor 14: debug, ThumbEE and Jazelle, as the core's table has them. Plain state. */
final class DebugRegisters {
    private final RegisterTable<Cp14> table;
    private final Registers registers;
    private final int[] values = new int[Cp14.values().length];

    DebugRegisters(RegisterTable<Cp14> table, Registers registers) {
        this.table = table;
        this.registers = registers;
    }

    void reset() {
        for (Cp14 register : Cp14.values()) {
            values[register.ordinal()] = (int) table.reset(register);
        }
    }

    /** The registers that keep what is written, by name. */
    void fields(Snapshot.Archive fields) {
        for (Cp14 register : Cp14.values()) {
            if (!table.isConstant(register)) {
                fields.same(register.name());
                int value = fields.word(values[register.ordinal()]);
                long fixed = ~table.writable(register);
                fields.require(((Integer.toUnsignedLong(value) ^ table.reset(register)) & fixed) == 0, register.name());
                values[register.ordinal()] = value;
            }
        }
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
        int row = register.ordinal();
        if (Cp15.isWide(word)) {
            registers.set(rt, values[row]);
            registers.set(Fields.rn(word), 0);
        } else if (read) {
            registers.setFromCoprocessor(rt, values[row]);
        } else {
            int writable = (int) table.writable(register);
            values[row] = values[row] & ~writable | registers.operand(rt) & writable;
        }
        registers.step();
        return true;
    }
}
