package swivel.vmm;

import static swivel.cpu.UserState.LR;
import static swivel.cpu.UserState.SP;

import swivel.arm.BankedRegister;
import swivel.arm.BankedRegister.Kind;
import swivel.arm.Fields;
import swivel.arm.Mode;
import swivel.arm.Psr;
import swivel.cpu.AddressSpace.Access;

/**
 * The instructions that read or write the mode, the masks or an SPSR: CPS, MRS, MSR, RFE, SRS (ARM DDI 0406C, B9.3). They run
 * in virtual privileged modes only, and their condition has passed.
 */
final class StatusInstructions {
    private final Registers registers;
    private final VirtualMemory memory;

    StatusInstructions(Registers registers, VirtualMemory memory) {
        this.registers = registers;
        this.memory = memory;
    }

    /** CPS: imod 19:18, M 17, A I F 8:6, mode 4:0 (B9.3.2). */
    void changeState(int word) {
        int masks = word & Psr.MASKS;
        switch (Fields.bits(word, 19, 18)) {
            case 2 -> registers.setMasks(registers.masks() & ~masks);
            case 3 -> registers.setMasks(registers.masks() | masks);
            default -> {}
        }
        if (Fields.bit(word, 17)) {
            registers.setMode(Psr.mode(word));
        }
        registers.step();
    }

    /** MRS of CPSR or of the current SPSR, bit 22 (B9.3.8). */
    void read(int word) {
        int value = Fields.bit(word, 22) ? registers.spsr() : registers.cpsr() & Psr.READ_BY_MRS;
        registers.set(Fields.rd(word), value);
        registers.step();
    }

    void writeImmediate(int word) {
        write(word, Fields.modifiedImmediate(word));
    }

    void writeRegister(int word) {
        write(word, registers.operand(Fields.rm(word)));
    }

    /** MSR to CPSR or to the current SPSR, bit 22, with the field mask in 19:16 (B9.3.11, B9.3.12). */
    private void write(int word, int value) {
        int fields = Fields.rn(word);
        if (Fields.bit(word, 22)) {
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
    boolean readBanked(int word) {
        BankedRegister banked = banked(word);
        if (banked == null) {
            return false;
        }
        boolean spsr = banked.kind() == Kind.SPSR;
        int value = spsr ? registers.spsr(banked.mode()) : registers.get(banked.mode(), banked.number());
        registers.set(Fields.rd(word), value);
        registers.step();
        return true;
    }

    /** MSR to a banked register (B9.3.10). Parameters and result as for {@link #readBanked}. */
    boolean writeBanked(int word) {
        BankedRegister banked = banked(word);
        if (banked == null) {
            return false;
        }
        int value = registers.operand(Fields.rm(word));
        if (banked.kind() == Kind.SPSR) {
            registers.setSpsr(banked.mode(), value & Psr.DEFINED);
        } else {
            registers.set(banked.mode(), banked.number(), value);
        }
        registers.step();
        return true;
    }

    private static BankedRegister banked(int word) {
        BankedRegister register = BankedRegister.of(word);
        return register != null && Registers.exists(register.mode()) ? register : null;
    }

    /** The lowest address of the two words that RFE and SRS transfer (B9.3.13, B9.3.16). */
    private static int pairAddress(int word, int base) {
        int start = Fields.u(word) ? base : base - 8;
        return Fields.p(word) == Fields.u(word) ? start + 4 : start;
    }

    private static int pairWriteBack(int word, int base) {
        return Fields.u(word) ? base + 8 : base - 8;
    }

    /** RFE: loads PC and CPSR. */
    void returnFromException(int word) {
        int rn = Fields.rn(word);
        int base = registers.operand(rn);
        int va = pairAddress(word, base);
        memory.requireAligned(va, 4, Access.READ);
        int target = memory.load(va, 4, true);
        int psr = memory.load(va + 4, 4, true);
        if (Fields.w(word)) {
            registers.set(rn, pairWriteBack(word, base));
        }
        registers.exceptionReturn(psr, target);
    }

    /**
     * SRS: stores LR and SPSR of the current mode on another mode's stack.
     *
     * @return false if this core does not have that mode
     */
    boolean storeReturnState(int word) {
        Mode target = Psr.mode(word);
        if (!Registers.exists(target)) {
            return false;
        }
        int base = registers.get(target, SP);
        int va = pairAddress(word, base);
        memory.requireAligned(va, 4, Access.WRITE);
        memory.store(va, 4, registers.get(registers.mode(), LR), true);
        memory.store(va + 4, 4, registers.spsr(registers.mode()), true);
        if (Fields.w(word)) {
            registers.set(target, SP, pairWriteBack(word, base));
        }
        registers.step();
        return true;
    }
}
