package swivel.vmm;

import static swivel.arm.Cp15.*;
import static swivel.arm.Cp15Fields.*;

import swivel.arm.Cp15;
import swivel.arm.FaultStatus;
import swivel.arm.Fields;
import swivel.cpu.AddressSpace.Access;

/**
 * Accesses to the system control coprocessor (ARM DDI 0406C, B3.17 and B4.1). What a register holds after reset and which of its
 * bits can be written is in {@link CortexA15}; here is what an access does beyond that.
 */
final class SystemControl {
    private final Registers registers;
    private final SystemRegisters system;
    private final TableWalker walker;
    private final ShadowTables shadows;
    private final Interrupts interrupts;
    private final PerformanceMonitors monitors;
    private final Platform platform;

    SystemControl(
            Registers registers,
            SystemRegisters system,
            TableWalker walker,
            ShadowTables shadows,
            Interrupts interrupts,
            PerformanceMonitors monitors,
            Platform platform) {
        this.registers = registers;
        this.system = system;
        this.walker = walker;
        this.shadows = shadows;
        this.interrupts = interrupts;
        this.monitors = monitors;
        this.platform = platform;
    }

    /**
     * Executes an MCR, MRC, MCRR or MRRC of coprocessor 15 and goes on with the next instruction.
     *
     * @return false, with nothing done, if it is undefined in the current mode
     */
    boolean execute(int word) {
        Cp15 register = Cp15.of(word);
        boolean read = Fields.s(word);
        boolean named = register != null && CortexA15.has(register);
        if (!named && registers.privileged() && isReserved(word, read)) {
            if (read) {
                registers.setFromCoprocessor(Fields.rd(word), 0);
            }
            registers.step();
            return true;
        }
        if (!named
                || !(read ? register.readable() : register.writable())
                || !registers.privileged() && !userMay(register, read)) {
            return false;
        }
        int rt = Fields.rd(word);
        if (Cp15.isWide(word)) {
            // Rt2 is where other instructions have Rn.
            int rt2 = Fields.rn(word);
            if (read) {
                long value = readWide(register);
                registers.set(rt, (int) value);
                registers.set(rt2, (int) (value >>> 32));
            } else {
                writeWide(register, (long) registers.operand(rt2) << 32 | registers.operand(rt) & 0xffff_ffffL);
            }
        } else if (read) {
            registers.setFromCoprocessor(rt, read(register));
        } else {
            write(register, registers.operand(rt));
        }
        registers.step();
        return true;
    }

    /**
     * Whether an encoding that names no register of this core reads as zero or does nothing in privileged modes, rather than being
     * undefined (B3.17.1), as on QEMU: what is kept for identification registers of later architectures, the cache operations of earlier
     * ones, and what is left to implementations.
     */
    private static boolean isReserved(int word, boolean read) {
        if (Cp15.isWide(word)) {
            return false;
        }
        int opc1 = Fields.bits(word, 23, 21);
        int crm = Fields.rm(word);
        return switch (Fields.rn(word)) {
            case 0 -> read && opc1 == 0 && crm >= 1 && crm <= 7;
            case 7 -> !read && opc1 == 0 && !isSecureTranslation(crm, Fields.bits(word, 7, 5));
            case 10 -> (crm & ~1) == 0 || crm == 4 || crm == 8; // TLB lockdown
            case 15 -> true;
            default -> false;
        };
    }

    /** ATS12NSO**, which only the Security Extensions have (B4.2.4). */
    private static boolean isSecureTranslation(int crm, int opc2) {
        return crm == 8 && opc2 >= 4;
    }

    private boolean userMay(Cp15 register, boolean read) {
        int timers = system.get(CNTKCTL);
        return switch (register) {
            case TPIDRURW, CP15ISB, CP15DSB, CP15DMB -> true;
            case TPIDRURO -> read;
            case CNTFRQ -> read && (timers & (CNTKCTL_PL0PCTEN | CNTKCTL_PL0VCTEN)) != 0;
            case CNTPCT -> (timers & CNTKCTL_PL0PCTEN) != 0;
            case CNTVCT -> (timers & CNTKCTL_PL0VCTEN) != 0;
            case CNTP_CTL, CNTP_TVAL, CNTP_CVAL -> (timers & CNTKCTL_PL0PTEN) != 0;
            case CNTV_CTL, CNTV_TVAL, CNTV_CVAL -> (timers & CNTKCTL_PL0VTEN) != 0;
            case PMUSERENR -> read;
            case PMCR,
                    PMCNTENSET,
                    PMCNTENCLR,
                    PMOVSR,
                    PMOVSSET,
                    PMSWINC,
                    PMSELR,
                    PMCEID0,
                    PMCEID1,
                    PMCCNTR,
                    PMXEVTYPER,
                    PMXEVCNTR -> monitors.forUser();
            default -> false;
        };
    }

    private int read(Cp15 register) {
        return switch (register) {
            case CCSIDR -> CortexA15.cacheSize(system.get(CSSELR));
            case ISR -> interrupts.status();
            case CNTFRQ -> platform.frequency();
            case CNTP_CTL -> platform.physicalTimer().control();
            case CNTV_CTL -> platform.virtualTimer().control();
            case CNTP_TVAL -> timerValue(platform.physicalTimer());
            case CNTV_TVAL -> timerValue(platform.virtualTimer());
            case PMCR,
                    PMCNTENSET,
                    PMCNTENCLR,
                    PMOVSR,
                    PMOVSSET,
                    PMSWINC,
                    PMSELR,
                    PMCCNTR,
                    PMXEVTYPER,
                    PMXEVCNTR,
                    PMUSERENR,
                    PMINTENSET,
                    PMINTENCLR -> monitors.read(register);
            default -> system.get(register);
        };
    }

    private void write(Cp15 register, int value) {
        switch (register) {
            case SCTLR, VBAR, TTBCR, DACR, CONTEXTIDR -> {
                store(register, value);
                shadows.contextChanged();
            }
            case TLBIALL, TLBIALLIS, ITLBIALL, DTLBIALL -> shadows.invalidateAll();
            case TLBIMVA, TLBIMVAIS, ITLBIMVA, DTLBIMVA -> shadows.invalidatePage(value, value & ASID);
            case TLBIMVAA, TLBIMVAAIS -> shadows.invalidatePage(value);
            case TLBIASID, TLBIASIDIS, ITLBIASID, DTLBIASID -> shadows.invalidateAsid(value & ASID);
            case ATS1CPR -> translate(value, true, Access.READ);
            case ATS1CPW -> translate(value, true, Access.WRITE);
            case ATS1CUR -> translate(value, false, Access.READ);
            case ATS1CUW -> translate(value, false, Access.WRITE);
            case CNTP_CTL -> platform.physicalTimer().setControl(value);
            case CNTV_CTL -> platform.virtualTimer().setControl(value);
            case CNTP_TVAL -> setTimerValue(platform.physicalTimer(), value);
            case CNTV_TVAL -> setTimerValue(platform.virtualTimer(), value);
            case PMCR,
                    PMCNTENSET,
                    PMCNTENCLR,
                    PMOVSR,
                    PMOVSSET,
                    PMSWINC,
                    PMSELR,
                    PMCCNTR,
                    PMXEVTYPER,
                    PMXEVCNTR,
                    PMUSERENR,
                    PMINTENSET,
                    PMINTENCLR -> monitors.write(register, value);
            // What has no bit to write ignores it: cache maintenance above all, for the processor finds changed code by
            // itself.
            default -> store(register, value);
        }
    }

    private void store(Cp15 register, int value) {
        int writable = CortexA15.writable(register);
        system.set(register, system.get(register) & ~writable | value & writable);
    }

    private long readWide(Cp15 register) {
        return switch (register) {
            case CNTPCT, CNTVCT -> platform.counter();
            case CNTP_CVAL -> platform.physicalTimer().compare();
            case CNTV_CVAL -> platform.virtualTimer().compare();
            default -> 0;
        };
    }

    private void writeWide(Cp15 register, long value) {
        switch (register) {
            case CNTP_CVAL -> platform.physicalTimer().setCompare(value);
            case CNTV_CVAL -> platform.virtualTimer().setCompare(value);
            default -> {}
        }
    }

    /** TVAL is a signed view of the time left (B8.1.5). */
    private int timerValue(Platform.TimerPort timer) {
        return (int) (timer.compare() - platform.counter());
    }

    private void setTimerValue(Platform.TimerPort timer, int value) {
        timer.setCompare(platform.counter() + value);
    }

    private static final int SUPERSECTION_SHIFT = 24;

    /** ATS1C**: translates an address for a privilege and puts the result, or the fault, into PAR (B3.13.4). */
    private void translate(int va, boolean privileged, Access access) {
        Translation translation = walker.walk(va, privileged);
        FaultStatus fault = translation.faultOf(access);
        int par;
        if (fault != null) {
            par = fault.code() << 1 | PAR_F;
        } else if (translation.shift() == SUPERSECTION_SHIFT) {
            long address = translation.address();
            par = (int) address & 0xff00_0000 | (int) (address >>> 32) << 16 | PAR_NS | PAR_SS;
        } else {
            par = (int) translation.address() & 0xffff_f000 | PAR_NS;
        }
        system.set(PAR, par);
    }
}
