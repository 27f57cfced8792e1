package swivel.vmm;

import static swivel.cpu.UserState.PC;

import swivel.arm.A32;
import swivel.arm.Fields;
import swivel.arm.Mode;
import swivel.cpu.AddressSpace.Access;
import swivel.cpu.UserState;

/**
 * Executes the loads and stores that are sensitive, where the processor traps on them: those with user permissions (LDRT and its family), and
 * those of another mode's registers (LDM and STM with {@code ^}). All other accesses, devices included, are the processor's.
 *
 * <p>Registers change only when every access has succeeded: after a {@link GuestAbort} the instruction can be restarted.
 */
final class SensitiveTransfers {
    private final Registers registers;
    private final VirtualMemory memory;

    SensitiveTransfers(Registers registers, VirtualMemory memory) {
        this.registers = registers;
        this.memory = memory;
    }

    /** Executes an access with user permissions and goes on with the next instruction; false if the row is none. */
    boolean unprivileged(A32 row, int word) {
        switch (row) {
            case LDRT_IMM -> load(word, 4, false, immediate(word));
            case LDRT_REG -> load(word, 4, false, shifted(word));
            case LDRBT_IMM -> load(word, 1, false, immediate(word));
            case LDRBT_REG -> load(word, 1, false, shifted(word));
            case LDRHT_IMM -> load(word, 2, false, splitImmediate(word));
            case LDRHT_REG -> load(word, 2, false, register(word));
            case LDRSBT_IMM -> load(word, 1, true, splitImmediate(word));
            case LDRSBT_REG -> load(word, 1, true, register(word));
            case LDRSHT_IMM -> load(word, 2, true, splitImmediate(word));
            case LDRSHT_REG -> load(word, 2, true, register(word));
            case STRT_IMM -> store(word, 4, immediate(word));
            case STRT_REG -> store(word, 4, shifted(word));
            case STRBT_IMM -> store(word, 1, immediate(word));
            case STRBT_REG -> store(word, 1, shifted(word));
            case STRHT_IMM -> store(word, 2, splitImmediate(word));
            case STRHT_REG -> store(word, 2, register(word));
            default -> {
                return false;
            }
        }
        return true;
    }

    private static int immediate(int word) {
        return signed(word, word & 0xfff);
    }

    private int shifted(int word) {
        int value = registers.operand(Fields.rm(word));
        return signed(word, Shift.byImmediate(word, value, registers.state.r[UserState.C]));
    }

    private static int splitImmediate(int word) {
        return signed(word, Fields.imm4imm4(word));
    }

    private int register(int word) {
        return signed(word, registers.operand(Fields.rm(word)));
    }

    private static int signed(int word, int offset) {
        return Fields.u(word) ? offset : -offset;
    }

    /** All of them are post-indexed: the access is at the base, which is written back (A8.8.92 and others). */
    private int base(int word) {
        return registers.operand(Fields.rn(word));
    }

    private void writeBack(int word, int offset) {
        registers.set(Fields.rn(word), base(word) + offset);
    }

    private void load(int word, int size, boolean signed, int offset) {
        int value = memory.load(base(word), size, false);
        writeBack(word, offset);
        setOrBranch(Fields.rd(word), !signed ? value : size == 1 ? (byte) value : (short) value);
    }

    /** A loaded PC is a branch; all other registers go on with the next instruction. */
    private void setOrBranch(int register, int value) {
        if (register == PC) {
            registers.branchExchange(value);
        } else {
            registers.set(register, value);
            registers.step();
        }
    }

    private void store(int word, int size, int offset) {
        memory.store(base(word), size, registers.operand(Fields.rd(word)), false);
        writeBack(word, offset);
        registers.step();
    }

    /** LDM of user registers (B9.3.6). */
    void loadUser(int word) {
        int[] loaded = readBlock(word);
        writeBackBlock(word);
        setBlock(word, Mode.USR, loaded);
        registers.step();
    }

    /** LDM with PC: returns from an exception (B9.3.5). */
    void loadReturning(int word) {
        int[] loaded = readBlock(word);
        writeBackBlock(word);
        setBlock(word, registers.mode(), loaded);
        registers.exceptionReturn(registers.spsr(registers.mode()), loaded[PC]);
    }

    /** STM of user registers (B9.3.17). */
    void storeUser(int word) {
        int va = blockStart(word);
        memory.requireAligned(va, 4, Access.WRITE);
        for (int n = 0; n <= PC; n++) {
            if (Fields.bit(word, n)) {
                memory.store(va, 4, n == PC ? registers.operand(PC) : registers.get(Mode.USR, n), true);
                va += 4;
            }
        }
        writeBackBlock(word);
        registers.step();
    }

    /** The lowest address of a block transfer (A8.8.58 to A8.8.61). */
    private int blockStart(int word) {
        int start = Fields.u(word) ? base(word) : base(word) - blockLength(word);
        return Fields.p(word) == Fields.u(word) ? start + 4 : start;
    }

    private static int blockLength(int word) {
        return 4 * Integer.bitCount(word & 0xffff);
    }

    private void writeBackBlock(int word) {
        if (Fields.w(word)) {
            int length = blockLength(word);
            writeBack(word, Fields.u(word) ? length : -length);
        }
    }

    /** The words of a block, by register. */
    private int[] readBlock(int word) {
        int va = blockStart(word);
        memory.requireAligned(va, 4, Access.READ);
        int[] loaded = new int[16];
        for (int n = 0; n < loaded.length; n++) {
            if (Fields.bit(word, n)) {
                loaded[n] = memory.load(va, 4, true);
                va += 4;
            }
        }
        return loaded;
    }

    private void setBlock(int word, Mode bank, int[] loaded) {
        for (int n = 0; n < PC; n++) {
            if (Fields.bit(word, n)) {
                registers.set(bank, n, loaded[n]);
            }
        }
    }
}
