package swivel.vmm;

import static swivel.arm.Cp15.*;
import static swivel.arm.Cp15Fields.*;

import swivel.arm.Cp15;
import swivel.arm.FaultStatus;
import swivel.arm.Fields;
import swivel.arm.core.CoreModel;
import swivel.arm.core.Effect;
import swivel.arm.core.RegisterTable;
import swivel.cpu.AddressSpace.Access;

/**
 * Accesses to the system control coprocessor (ARM DDI 0406C, B3.17 and B4.1). What a register holds after reset, which
 * of its bits can be written and what else an access does is in the core's table; here are its effects.
 */
final class SystemControl {
    private final CoreModel core;
    private final RegisterTable<Cp15> table;
    private final Registers registers;
    private final SystemRegisters system;
    private final TableWalker walker;
    private final ShadowTables shadows;
    private final Cluster cluster;
    private final Interrupts interrupts;
    private final PerformanceMonitors monitors;
    private final FloatingPoint floatingPoint;
    private final Platform platform;

    SystemControl(
            CoreModel core,
            Registers registers,
            SystemRegisters system,
            TableWalker walker,
            ShadowTables shadows,
            Cluster cluster,
            Interrupts interrupts,
            PerformanceMonitors monitors,
            FloatingPoint floatingPoint,
            Platform platform) {
        this.core = core;
        this.table = core.cp15();
        this.registers = registers;
        this.system = system;
        this.walker = walker;
        this.shadows = shadows;
        this.cluster = cluster;
        this.interrupts = interrupts;
        this.monitors = monitors;
        this.floatingPoint = floatingPoint;
        this.platform = platform;
    }

    /**
     * Executes an MCR, MRC, MCRR or MRRC of coprocessor 15 and goes on with the next instruction.
     *
     * @param register what the word accesses; null: nothing that has a name
     * @return false, with nothing done, if it is undefined in the current mode
     */
    boolean execute(Cp15 register, int word) {
        boolean read = Fields.s(word);
        boolean named = register != null && table.has(register);
        if (!named && registers.privileged() && core.ignores(word)) {
            if (read) {
                registers.setFromCoprocessor(Fields.rd(word), 0);
            }
            registers.step();
            return true;
        }
        if (!named || !register.allows(read) || !registers.privileged() && !userMay(register, read)) {
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

    private boolean userMay(Cp15 register, boolean read) {
        return switch (register) {
            case TPIDRURW, CP15ISB, CP15DSB, CP15DMB -> true;
            case TPIDRURO, PMUSERENR -> read;
            case PMINTENSET, PMINTENCLR -> false;
            case PMCEID0, PMCEID1 -> monitors.forUser();
            case CNTPCT -> timersAllow(CNTKCTL_PL0PCTEN);
            case CNTVCT -> timersAllow(CNTKCTL_PL0VCTEN);
            default ->
                switch (table.effect(register)) {
                    case COUNTER_FREQUENCY -> read && timersAllow(CNTKCTL_PL0PCTEN | CNTKCTL_PL0VCTEN);
                    case PHYSICAL_TIMER -> timersAllow(CNTKCTL_PL0PTEN);
                    case VIRTUAL_TIMER -> timersAllow(CNTKCTL_PL0VTEN);
                    case MONITORS -> monitors.forUser();
                    default -> false;
                };
        };
    }

    /** Whether programs may do what one of the bits of CNTKCTL stands for. */
    private boolean timersAllow(int bits) {
        return (system.get(CNTKCTL) & bits) != 0;
    }

    private int read(Cp15 register) {
        return switch (table.effect(register)) {
            case CACHE_SIZE -> core.cacheSize(system.get(CSSELR));
            case INTERRUPT_STATUS -> interrupts.status();
            case COUNTER_FREQUENCY -> platform.frequency();
            case PHYSICAL_TIMER -> read(platform.physicalTimer(), register == CNTP_CTL);
            case VIRTUAL_TIMER -> read(platform.virtualTimer(), register == CNTV_CTL);
            case COPROCESSORS -> floatingPoint.cpacr();
            case MONITORS -> monitors.read(register);
            default -> system.get(register);
        };
    }

    private void write(Cp15 register, int value) {
        switch (table.effect(register)) {
            case CONTEXT -> {
                store(register, value);
                shadows.contextChanged();
            }
            case TLB_PAGE, TLB_PAGE_OF_ALL -> maintain(register, value);
            case TLB_ALL, TLB_ASID -> {
                maintain(register, value);
                shadows.contextChanged();
            }
            case ADDRESS_TRANSLATION -> {
                boolean write = register == ATS1CPW || register == ATS1CUW;
                translate(value, register == ATS1CPR || register == ATS1CPW, write ? Access.WRITE : Access.READ);
            }
            case PHYSICAL_TIMER -> write(platform.physicalTimer(), register == CNTP_CTL, value);
            case VIRTUAL_TIMER -> write(platform.virtualTimer(), register == CNTV_CTL, value);
            case COPROCESSORS -> floatingPoint.setCpacr(value);
            case MONITORS -> monitors.write(register, value);
            // What has no bit to write ignores it: cache maintenance above all, for the processor finds changed code by
            // itself.
            default -> store(register, value);
        }
    }

    /** Maintains the shadows; if the register is broadcast, also those of the other cores that are concerned. */
    private void maintain(Cp15 register, int value) {
        Effect kind = table.effect(register);
        shadows.maintain(kind, value);
        if (register.isBroadcast()) {
            cluster.maintainOthers(shadows, kind, value);
        }
    }

    private void store(Cp15 register, int value) {
        int writable = (int) table.writable(register);
        system.set(register, system.get(register) & ~writable | value & writable);
    }

    private long readWide(Cp15 register) {
        return switch (table.effect(register)) {
            case COUNTER -> platform.counter();
            case PHYSICAL_TIMER -> platform.physicalTimer().compare();
            case VIRTUAL_TIMER -> platform.virtualTimer().compare();
            default -> system.getLong(register.whole());
        };
    }

    private void writeWide(Cp15 register, long value) {
        switch (table.effect(register)) {
            case PHYSICAL_TIMER -> platform.physicalTimer().setCompare(value);
            case VIRTUAL_TIMER -> platform.virtualTimer().setCompare(value);
            default -> {
                Cp15 whole = register.whole();
                long writable = table.writable(whole);
                system.setLong(whole, system.getLong(whole) & ~writable | value & writable);
                // The ASID of long descriptors is in the upper half of a TTBR.
                shadows.contextChanged();
            }
        }
    }

    /** Reads a timer's CTL, or else its TVAL: a signed view of the time left (B8.1.5). */
    private int read(Platform.TimerPort timer, boolean control) {
        return control ? timer.control() : (int) (timer.compare() - platform.counter());
    }

    /** Writes a timer's CTL, or else its TVAL. */
    private void write(Platform.TimerPort timer, boolean control, int value) {
        if (control) {
            timer.setControl(value);
        } else {
            timer.setCompare(platform.counter() + value);
        }
    }

    /** ATS1C**: translates an address for a privilege and puts the result, or the fault, into PAR (B3.13.4). */
    private void translate(int va, boolean privileged, Access access) {
        Translation translation = walker.walk(va, privileged);
        FaultStatus fault = translation.faultOf(access);
        TranslationTables tables = walker.tables();
        system.setLong(PAR, fault == null ? tables.translated(translation) : tables.failed(fault));
    }
}
