package swivel.vmm;

import static swivel.cpu.UserState.PC;

import swivel.arm.A32;
import swivel.arm.Fields;
import swivel.arm.Mode;
import swivel.cpu.AddressSpace.Access;
import swivel.cpu.UserState;

/**
 * Executes one A32 load or store on the guest's behalf: the accesses that reach a device, cross into a page that aborts, have
 * user permissions (LDRT and its family), or transfer another mode's registers (LDM and STM with {@code ^}).
 *
 * <p>Registers change only when every access has succeeded: after a {@link GuestAbort} the instruction can be restarted.
 */
final class LoadStore {
    private final Registers registers;
    private final VirtualMemory memory;

    LoadStore(Registers registers, VirtualMemory memory) {
        this.registers = registers;
        this.memory = memory;
    }

    /**
     * Executes a word that is a load or store and goes on with the next instruction.
     *
     * @param privileged the permissions of its accesses
     * @return false if it is none
     */
    boolean execute(int word, boolean privileged) {
        switch (A32.decode(word)) {
            case LDR_IMM, LDRT_IMM -> load(word, 4, immediate(word), privileged);
            case LDR_REG, LDRT_REG -> load(word, 4, shifted(word), privileged);
            case LDRB_IMM, LDRBT_IMM -> load(word, 1, immediate(word), privileged);
            case LDRB_REG, LDRBT_REG -> load(word, 1, shifted(word), privileged);
            case STR_IMM, STRT_IMM -> store(word, 4, immediate(word), privileged);
            case STR_REG, STRT_REG -> store(word, 4, shifted(word), privileged);
            case STRB_IMM, STRBT_IMM -> store(word, 1, immediate(word), privileged);
            case STRB_REG, STRBT_REG -> store(word, 1, shifted(word), privileged);
            case LDRH_IMM, LDRHT_IMM -> load(word, 2, splitImmediate(word), privileged);
            case LDRH_REG, LDRHT_REG -> load(word, 2, register(word), privileged);
            case STRH_IMM, STRHT_IMM -> store(word, 2, splitImmediate(word), privileged);
            case STRH_REG, STRHT_REG -> store(word, 2, register(word), privileged);
            case LDRSB_IMM, LDRSBT_IMM -> loadSigned(word, 1, splitImmediate(word), privileged);
            case LDRSB_REG, LDRSBT_REG -> loadSigned(word, 1, register(word), privileged);
            case LDRSH_IMM, LDRSHT_IMM -> loadSigned(word, 2, splitImmediate(word), privileged);
            case LDRSH_REG, LDRSHT_REG -> loadSigned(word, 2, register(word), privileged);
            case LDRD_IMM -> loadDual(word, splitImmediate(word), privileged);
            case LDRD_REG -> loadDual(word, register(word), privileged);
            case STRD_IMM -> storeDual(word, splitImmediate(word), privileged);
            case STRD_REG -> storeDual(word, register(word), privileged);
            case LDM -> loadMultiple(word, registers.mode(), privileged);
            case STM -> storeMultiple(word, registers.mode(), privileged);
            case LDM_USER -> loadMultiple(word, Mode.USR, privileged);
            case STM_USER -> storeMultiple(word, Mode.USR, privileged);
            case LDM_RETURN -> loadMultipleReturning(word, privileged);
            case LDREX -> loadExclusive(word, 4, privileged);
            case LDREXB -> loadExclusive(word, 1, privileged);
            case LDREXH -> loadExclusive(word, 2, privileged);
            case STREX -> storeExclusive(word, 4, privileged);
            case STREXB -> storeExclusive(word, 1, privileged);
            case STREXH -> storeExclusive(word, 2, privileged);
            case LDREXD -> loadExclusiveDual(word, privileged);
            case STREXD -> storeExclusiveDual(word, privileged);
            case SWP -> swap(word, privileged);
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

    private int address(int word, int offset) {
        int base = registers.operand(Fields.rn(word));
        return Fields.p(word) ? base + offset : base;
    }

    /** Writes the base back where the addressing mode says so. Post-indexing always does, the unprivileged accesses too. */
    private void writeBack(int word, int offset) {
        if (!Fields.p(word) || Fields.w(word)) {
            registers.set(Fields.rn(word), registers.operand(Fields.rn(word)) + offset);
        }
    }

    private void load(int word, int size, int offset, boolean privileged) {
        finishLoad(word, offset, memory.load(address(word, offset), size, privileged));
    }

    private void loadSigned(int word, int size, int offset, boolean privileged) {
        int unsigned = memory.load(address(word, offset), size, privileged);
        finishLoad(word, offset, size == 1 ? (byte) unsigned : (short) unsigned);
    }

    private void finishLoad(int word, int offset, int value) {
        writeBack(word, offset);
        setOrBranch(Fields.rd(word), value);
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

    private void store(int word, int size, int offset, boolean privileged) {
        int value = registers.operand(Fields.rd(word));
        memory.store(address(word, offset), size, value, privileged);
        writeBack(word, offset);
        registers.step();
    }

    private void loadDual(int word, int offset, boolean privileged) {
        int va = address(word, offset);
        memory.requireAligned(va, 4, Access.READ);
        int low = memory.load(va, 4, privileged);
        int high = memory.load(va + 4, 4, privileged);
        writeBack(word, offset);
        setPair(Fields.rd(word), low, high);
        registers.step();
    }

    /** Sets a register and the next one. The first is even: with an odd one the instruction is undefined to the processor. */
    private void setPair(int first, int low, int high) {
        registers.set(first, low);
        registers.set(first + 1, high);
    }

    private void storeDual(int word, int offset, boolean privileged) {
        int va = address(word, offset);
        memory.requireAligned(va, 4, Access.WRITE);
        int rt = Fields.rd(word);
        memory.store(va, 4, registers.operand(rt), privileged);
        memory.store(va + 4, 4, registers.operand(rt + 1), privileged);
        writeBack(word, offset);
        registers.step();
    }

    /** The lowest address of a block transfer (A8.8.58 to A8.8.61). */
    private int blockStart(int word) {
        int base = registers.operand(Fields.rn(word));
        int start = Fields.u(word) ? base : base - blockLength(word);
        return Fields.p(word) == Fields.u(word) ? start + 4 : start;
    }

    private static int blockLength(int word) {
        return 4 * Integer.bitCount(word & 0xffff);
    }

    private void writeBackBlock(int word) {
        if (Fields.w(word)) {
            int length = blockLength(word);
            int rn = Fields.rn(word);
            registers.set(rn, registers.operand(rn) + (Fields.u(word) ? length : -length));
        }
    }

    /** The words of a block, by register. */
    private int[] readBlock(int word, boolean privileged) {
        int va = blockStart(word);
        memory.requireAligned(va, 4, Access.READ);
        int[] loaded = new int[16];
        for (int n = 0; n < loaded.length; n++) {
            if (Fields.bit(word, n)) {
                loaded[n] = memory.load(va, 4, privileged);
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

    private void loadMultiple(int word, Mode bank, boolean privileged) {
        int[] loaded = readBlock(word, privileged);
        writeBackBlock(word);
        setBlock(word, bank, loaded);
        if (Fields.bit(word, PC)) {
            registers.branchExchange(loaded[PC]);
        } else {
            registers.step();
        }
    }

    private void loadMultipleReturning(int word, boolean privileged) {
        int[] loaded = readBlock(word, privileged);
        writeBackBlock(word);
        setBlock(word, registers.mode(), loaded);
        registers.exceptionReturn(registers.spsr(registers.mode()), loaded[PC]);
    }

    private void storeMultiple(int word, Mode bank, boolean privileged) {
        int va = blockStart(word);
        memory.requireAligned(va, 4, Access.WRITE);
        for (int n = 0; n <= PC; n++) {
            if (Fields.bit(word, n)) {
                memory.store(va, 4, n == PC ? registers.operand(PC) : registers.get(bank, n), privileged);
                va += 4;
            }
        }
        writeBackBlock(word);
        registers.step();
    }

    private int exclusiveAddress(int word, int size, Access access) {
        int va = registers.operand(Fields.rn(word));
        memory.requireAligned(va, size, access);
        return va;
    }

    /** To a device, which has no monitor of its own: the store succeeds if the processor's monitor let it come here. */
    private void loadExclusive(int word, int size, boolean privileged) {
        int va = exclusiveAddress(word, size, Access.READ);
        int value = memory.load(va, size, privileged);
        registers.state.setExclusive(va, size, value & 0xffff_ffffL);
        registers.set(Fields.rd(word), value);
        registers.step();
    }

    private void storeExclusive(int word, int size, boolean privileged) {
        int va = exclusiveAddress(word, size, Access.WRITE);
        memory.store(va, size, registers.operand(Fields.rm(word)), privileged);
        finishStoreExclusive(word);
    }

    private void finishStoreExclusive(int word) {
        registers.state.clearExclusive();
        registers.set(Fields.rd(word), 0);
        registers.step();
    }

    private void loadExclusiveDual(int word, boolean privileged) {
        int va = exclusiveAddress(word, 8, Access.READ);
        int low = memory.load(va, 4, privileged);
        int high = memory.load(va + 4, 4, privileged);
        registers.state.setExclusive(va, 8, (long) high << 32 | low & 0xffff_ffffL);
        setPair(Fields.rd(word), low, high);
        registers.step();
    }

    private void storeExclusiveDual(int word, boolean privileged) {
        int va = exclusiveAddress(word, 8, Access.WRITE);
        int rt = Fields.rm(word);
        memory.store(va, 4, registers.operand(rt & ~1), privileged);
        memory.store(va + 4, 4, registers.operand(rt | 1), privileged);
        finishStoreExclusive(word);
    }

    private void swap(int word, boolean privileged) {
        int size = Fields.bit(word, 22) ? 1 : 4;
        int va = exclusiveAddress(word, size, Access.WRITE);
        int old = memory.load(va, size, privileged);
        memory.store(va, size, registers.operand(Fields.rm(word)), privileged);
        registers.set(Fields.rd(word), old);
        registers.step();
    }
}
