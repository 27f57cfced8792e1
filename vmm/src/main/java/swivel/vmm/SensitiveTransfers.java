package swivel.vmm;

import static swivel.cpu.UserState.PC;

import swivel.arm.Address;
import swivel.arm.Arguments;
import swivel.arm.Arguments.BlockTransfer;
import swivel.arm.Arguments.Transfer;
import swivel.arm.Mode;
import swivel.cpu.AddressSpace.Access;

/**
 * Executes the loads and stores that are sensitive, where the processor traps on them: those with user permissions
 * (LDRT and its family), and those of another mode's registers (LDM and STM with {@code ^}). All other accesses,
 * devices included, are the processor's.
 *
 * <p>Registers change only when every access has succeeded: after a {@link GuestAbort} the instruction can be
 * restarted.
 */
final class SensitiveTransfers {
    private final Registers registers;
    private final VirtualMemory memory;

    SensitiveTransfers(Registers registers, VirtualMemory memory) {
        this.registers = registers;
        this.memory = memory;
    }

    /** Executes an access with user permissions and goes on with the next instruction; false if it is none. */
    boolean unprivileged(Arguments arguments) {
        if (!(arguments instanceof Transfer transfer) || !transfer.unprivileged()) {
            return false;
        }
        Address address = transfer.address();
        int base = registers.operand(address.rn());
        int offset = registers.value(address.offset());
        int moved = address.add() ? base + offset : base - offset;
        int va = address.before() ? moved : base;
        if (transfer.load()) {
            int value = memory.load(va, transfer.size(), false);
            writeBack(address, moved);
            setOrBranch(transfer.rt(), extend(transfer, value));
        } else {
            memory.store(va, transfer.size(), registers.operand(transfer.rt()), false);
            writeBack(address, moved);
            registers.step();
        }
        return true;
    }

    private void writeBack(Address address, int value) {
        if (address.writesBack()) {
            registers.set(address.rn(), value);
        }
    }

    private static int extend(Transfer load, int value) {
        return !load.signed() ? value : load.size() == 1 ? (byte) value : (short) value;
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

    /**
     * LDM and STM with {@code ^}: of user registers (B9.3.6, B9.3.17), or LDM with PC, which returns from an exception
     * (B9.3.5).
     */
    void block(BlockTransfer block) {
        if (!block.load()) {
            store(block);
            return;
        }
        boolean returns = block.has(PC);
        int[] loaded = load(block);
        writeBack(block);
        set(block, returns ? registers.mode() : Mode.USR, loaded);
        if (returns) {
            registers.exceptionReturn(registers.spsr(registers.mode()), loaded[PC]);
        } else {
            registers.step();
        }
    }

    private void store(BlockTransfer store) {
        int va = start(store);
        memory.requireAligned(va, 4, Access.WRITE);
        for (int n = 0; n <= PC; n++) {
            if (store.has(n)) {
                memory.store(va, 4, n == PC ? registers.operand(PC) : registers.get(Mode.USR, n), true);
                va += 4;
            }
        }
        writeBack(store);
        registers.step();
    }

    private int start(BlockTransfer block) {
        return registers.operand(block.rn()) + block.lowest();
    }

    private void writeBack(BlockTransfer block) {
        if (block.writesBack()) {
            registers.set(block.rn(), registers.operand(block.rn()) + block.step());
        }
    }

    /** The words of a block, by register. */
    private int[] load(BlockTransfer load) {
        int va = start(load);
        memory.requireAligned(va, 4, Access.READ);
        int[] loaded = new int[16];
        for (int n = 0; n < loaded.length; n++) {
            if (load.has(n)) {
                loaded[n] = memory.load(va, 4, true);
                va += 4;
            }
        }
        return loaded;
    }

    private void set(BlockTransfer load, Mode bank, int[] loaded) {
        for (int n = 0; n < PC; n++) {
            if (load.has(n)) {
                registers.set(bank, n, loaded[n]);
            }
        }
    }
}
