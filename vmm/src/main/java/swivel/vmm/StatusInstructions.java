package swivel.vmm;

import static swivel.cpu.UserState.LR;
import static swivel.cpu.UserState.SP;

import swivel.arm.Arguments;
import swivel.arm.Arguments.BankedMove;
import swivel.arm.Arguments.ChangeState;
import swivel.arm.Arguments.ReturnFromException;
import swivel.arm.Arguments.StatusRead;
import swivel.arm.Arguments.StatusWrite;
import swivel.arm.Arguments.StoreReturnState;
import swivel.arm.BankedRegister;
import swivel.arm.BankedRegister.Kind;
import swivel.arm.Mode;
import swivel.arm.Psr;
import swivel.cpu.AddressSpace.Access;

/**
 * The instructions that read or write the mode, the masks or an SPSR: CPS, MRS, MSR, RFE, SRS (ARM DDI 0406C, B9.3).
 * They run in virtual privileged modes only, and their condition has passed.
 */
final class StatusInstructions {
    private final Registers registers;
    private final VirtualMemory memory;

    StatusInstructions(Registers registers, VirtualMemory memory) {
        this.registers = registers;
        this.memory = memory;
    }

    /** CPS (B9.3.2). */
    void changeState(ChangeState change) {
        registers.setMasks(registers.masks() & ~change.clears() | change.sets());
        if (change.mode() != Arguments.NONE) {
            registers.setMode(Mode.of(change.mode()));
        }
        registers.step();
    }

    /** MRS of CPSR or of the current SPSR (B9.3.8). */
    void read(StatusRead read) {
        int value = read.spsr() ? registers.spsr() : registers.cpsr() & Psr.READ_BY_MRS;
        registers.set(read.rd(), value);
        registers.step();
    }

    /** MSR to CPSR or to the current SPSR (B9.3.11, B9.3.12). */
    void write(StatusWrite write) {
        int fields = write.fields();
        int value = registers.value(write.value());
        if (write.spsr()) {
            registers.setSpsr(registers.mode(), Psr.merge(registers.spsr(), value, Psr.writableSpsr(fields)));
        } else {
            registers.setCpsr(Psr.merge(registers.cpsr(), value, Psr.writableByMsr(fields, true)));
        }
        registers.step();
    }

    /**
     * MRS of a banked register (B9.3.9).
     *
     * @return false if it names none that this core has
     */
    boolean readBanked(BankedMove move) {
        BankedRegister banked = move.banked();
        if (!exists(banked)) {
            return false;
        }
        boolean spsr = banked.kind() == Kind.SPSR;
        int value = spsr ? registers.spsr(banked.mode()) : registers.get(banked.mode(), banked.number());
        registers.set(move.register(), value);
        registers.step();
        return true;
    }

    /** MSR to a banked register (B9.3.10). Parameters and result as for {@link #readBanked}. */
    boolean writeBanked(BankedMove move) {
        BankedRegister banked = move.banked();
        if (!exists(banked)) {
            return false;
        }
        int value = registers.operand(move.register());
        if (banked.kind() == Kind.SPSR) {
            registers.setSpsr(banked.mode(), value & Psr.DEFINED);
        } else {
            registers.set(banked.mode(), banked.number(), value);
        }
        registers.step();
        return true;
    }

    private static boolean exists(BankedRegister register) {
        return register != null && Registers.exists(register.mode());
    }

    /** Bytes that RFE and SRS transfer: two words. */
    private static final int PAIR = 8;

    /** RFE: loads PC and CPSR (B9.3.13). */
    void returnFromException(ReturnFromException ret) {
        int base = registers.operand(ret.rn());
        int va = base + ret.mode().lowest(PAIR);
        memory.requireAligned(va, 4, Access.READ);
        int target = memory.load(va, 4, true);
        int psr = memory.load(va + 4, 4, true);
        if (ret.writesBack()) {
            registers.set(ret.rn(), base + ret.mode().step(PAIR));
        }
        registers.exceptionReturn(psr, target);
    }

    /**
     * SRS: stores LR and SPSR of the current mode on another mode's stack (B9.3.16).
     *
     * @return false if this core does not have that mode
     */
    boolean storeReturnState(StoreReturnState store) {
        Mode target = Mode.of(store.targetMode());
        if (!Registers.exists(target)) {
            return false;
        }
        int base = registers.get(target, SP);
        int va = base + store.mode().lowest(PAIR);
        memory.requireAligned(va, 4, Access.WRITE);
        memory.store(va, 4, registers.get(registers.mode(), LR), true);
        memory.store(va + 4, 4, registers.spsr(registers.mode()), true);
        if (store.writesBack()) {
            registers.set(target, SP, base + store.mode().step(PAIR));
        }
        registers.step();
        return true;
    }
}
