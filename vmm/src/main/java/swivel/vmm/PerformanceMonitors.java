package swivel.vmm;

import static swivel.arm.Cp15Fields.*;

import java.util.Arrays;
import java.util.function.LongSupplier;
import swivel.arm.Cp15;
import swivel.arm.core.RegisterTable;
import swivel.memory.Snapshot.Archive;

/**
 * The performance monitors, PMUv2: a cycle counter and as many event counters as the core has (ARM DDI 0406C, chapter
 * C12). A cycle is a nanosecond of guest time, as on QEMU; instructions are those that the processor has counted
 * anyway. So nothing is done while the guest runs: what happened since the last time is added up when somebody looks,
 * or when an overflow that interrupts may be due.
 *
 * <p>A counter of one privilege alone needs to know when that changes: while there is one, supervisor calls and the
 * returns from them come by the vCPU ({@link SystemRegisters#callVector}).
 */
final class PerformanceMonitors {
    private static final int PMCR_KEPT = PMCR_E | PMCR_D | PMCR_X | PMCR_DP;

    /** With PMCR.D the cycle counter counts every 64th cycle. */
    private static final int DIVIDER = 64;

    /** The bit of the cycle counter, which PMSELR selects with 31. */
    private static final int CYCLE_COUNTER = 31;

    /** No guest executes more instructions in a nanosecond. */
    private static final int FASTEST = 4;

    /** How late an overflow of instructions may be noticed: looking costs some microseconds. */
    private static final long PATIENCE = 20_000;

    static final long NEVER = -1;

    /** PMCR after reset (B4.1.117): implementer, core and number of event counters. */
    private final int identification;

    private final int eventCounters;
    /** A bit for each counter. */
    private final int allCounters;
    /** A bit for each event that is counted: PMCEID0. */
    private final int events;

    private final Registers registers;
    private final ShadowTables shadows;
    private final SystemRegisters system;
    private final Statistics statistics;
    private final LongSupplier processorInstructions;
    private final Platform.MonitorPort port;

    private int control;
    private int enabled;
    private int overflown;
    private int interrupting;
    private int selected;
    private int userEnable;
    /** By counter; the cycle counter is behind the event counters. */
    private final int[] types;

    private final int[] values;
    /** Cycles that did not yet fill {@link #DIVIDER}. */
    private int cyclesLeft;

    /** What {@link #port} was told last. */
    private boolean line;

    private boolean planned;

    private long lastCycles;
    private long lastInstructions;

    PerformanceMonitors(
            RegisterTable<Cp15> table,
            Registers registers,
            SystemRegisters system,
            ShadowTables shadows,
            Statistics statistics,
            LongSupplier processorInstructions,
            Platform.MonitorPort port) {
        this.identification = (int) table.reset(Cp15.PMCR);
        this.eventCounters = (identification & PMCR_N) >>> PMCR_N_SHIFT;
        this.allCounters = 1 << CYCLE_COUNTER | (1 << eventCounters) - 1;
        this.events = (int) table.reset(Cp15.PMCEID0);
        this.types = new int[eventCounters + 1];
        this.values = new int[eventCounters + 1];
        this.registers = registers;
        this.system = system;
        this.shadows = shadows;
        this.statistics = statistics;
        this.processorInstructions = processorInstructions;
        this.port = port;
    }

    void reset() {
        control = 0;
        enabled = 0;
        overflown = 0;
        interrupting = 0;
        selected = 0;
        userEnable = 0;
        cyclesLeft = 0;
        Arrays.fill(types, 0);
        types[eventCounters] = PMU_CYCLES;
        Arrays.fill(values, 0);
        changed();
    }

    /**
     * The processor counts instructions anew on each machine, so what is kept is how many there were since the last
     * look.
     */
    void fields(Archive fields) {
        control = fields.word(control);
        enabled = fields.word(enabled);
        overflown = fields.word(overflown);
        interrupting = fields.word(interrupting);
        selected = fields.index(selected, Integer.SIZE);
        userEnable = fields.word(userEnable);
        fields.words(types);
        fields.words(values);
        cyclesLeft = fields.index(cyclesLeft, DIVIDER);
        line = fields.flag(line);
        planned = fields.flag(planned);
        lastCycles = fields.doubleword(lastCycles);
        lastInstructions = instructions() - fields.doubleword(instructions() - lastInstructions);
    }

    void loaded() {
        system.setCallsComeByVcpu(countsOnePrivilege());
    }

    /** PMUSERENR.EN: a program may use the monitors, but for their interrupts (B4.1.124). */
    boolean forUser() {
        return userEnable != 0;
    }

    int read(Cp15 register) {
        account(registers.privileged());
        return switch (register) {
            case PMCR -> identification | control;
            case PMCNTENSET, PMCNTENCLR -> enabled;
            case PMOVSR, PMOVSSET -> overflown;
            case PMSELR -> selected;
            case PMCCNTR -> values[eventCounters];
            case PMXEVTYPER -> readType();
            case PMXEVCNTR -> selected < eventCounters ? values[selected] : 0;
            case PMUSERENR -> userEnable;
            case PMINTENSET, PMINTENCLR -> interrupting;
            default -> 0;
        };
    }

    private int readType() {
        int counter = counter(selected);
        return counter < 0 ? 0 : counter == eventCounters ? types[counter] & PMXEVTYPER_FILTER : types[counter];
    }

    /** The counter that a number of PMSELR selects, or -1. */
    private int counter(int selection) {
        return selection == CYCLE_COUNTER ? eventCounters : selection < eventCounters ? selection : -1;
    }

    void write(Cp15 register, int value) {
        account(registers.privileged());
        switch (register) {
            case PMCR -> writeControl(value);
            case PMCNTENSET -> enabled |= value & allCounters;
            case PMCNTENCLR -> enabled &= ~value;
            case PMOVSR -> overflown &= ~value;
            case PMOVSSET -> overflown |= value & allCounters;
            case PMSWINC -> incrementBySoftware(value);
            case PMSELR -> selected = value & PMSELR_SEL;
            case PMCCNTR -> values[eventCounters] = value;
            case PMXEVTYPER -> writeType(value);
            case PMXEVCNTR -> {
                if (selected < eventCounters) {
                    values[selected] = value;
                }
            }
            case PMUSERENR -> userEnable = value & PMUSERENR_EN;
            case PMINTENSET -> interrupting |= value & allCounters;
            case PMINTENCLR -> interrupting &= ~value;
            default -> {}
        }
        changed();
    }

    private void writeControl(int value) {
        if ((value & PMCR_P) != 0) {
            Arrays.fill(values, 0, eventCounters, 0);
        }
        if ((value & PMCR_C) != 0) {
            values[eventCounters] = 0;
            cyclesLeft = 0;
        }
        control = value & PMCR_KEPT;
    }

    private void writeType(int value) {
        int counter = counter(selected);
        if (counter == eventCounters) {
            types[counter] = value & PMXEVTYPER_FILTER | PMU_CYCLES;
        } else if (counter >= 0) {
            types[counter] = value & (PMXEVTYPER_FILTER | PMXEVTYPER_EVENT);
        }
    }

    private void incrementBySoftware(int counters) {
        for (int i = 0; i < eventCounters; i++) {
            if ((counters >>> i & 1) != 0
                    && counts(i, registers.privileged())
                    && (types[i] & PMXEVTYPER_EVENT) == PMU_SOFTWARE_INCREMENT) {
                add(i, 1);
            }
        }
    }

    private boolean isEnabled(int counter) {
        return (control & PMCR_E) != 0 && (enabled & bit(counter)) != 0;
    }

    private boolean counts(int counter, boolean privileged) {
        return isEnabled(counter) && (types[counter] & (privileged ? PMXEVTYPER_P : PMXEVTYPER_U)) == 0;
    }

    private boolean isCounted(int event) {
        return event < Integer.SIZE && (events >>> event & 1) != 0;
    }

    private int bit(int counter) {
        return 1 << (counter == eventCounters ? CYCLE_COUNTER : counter);
    }

    /** Instructions that were executed by the processor, or for it. */
    private long instructions() {
        return processorInstructions.getAsLong() + registers.emulated();
    }

    /** Adds up what happened since the last time, all of it in one privilege. */
    void account(boolean privileged) {
        // A read takes a cycle at least, however coarse the clock.
        long nowCycles = Math.max(port.nanoseconds(), lastCycles + 1);
        long nowInstructions = instructions();
        for (int i = 0; i <= eventCounters; i++) {
            if (counts(i, privileged)) {
                switch (types[i] & PMXEVTYPER_EVENT) {
                    case PMU_CYCLES -> addCycles(i, nowCycles - lastCycles);
                    case PMU_INSTRUCTIONS -> add(i, nowInstructions - lastInstructions);
                    default -> {}
                }
            }
        }
        lastCycles = nowCycles;
        lastInstructions = nowInstructions;
    }

    private void addCycles(int counter, long cycles) {
        if (counter == eventCounters && (control & PMCR_D) != 0) {
            long all = cycles + cyclesLeft;
            cyclesLeft = (int) (all % DIVIDER);
            add(counter, all / DIVIDER);
        } else {
            add(counter, cycles);
        }
    }

    private void add(int counter, long count) {
        long sum = Integer.toUnsignedLong(values[counter]) + count;
        values[counter] = (int) sum;
        if (sum >>> 32 != 0) {
            overflown |= bit(counter);
        }
    }

    /** After a change of registers: who has to be told of changes of privilege, and when to look next. */
    private void changed() {
        boolean telling = countsOnePrivilege();
        for (int i = 0; i <= eventCounters; i++) {
            if (isEnabled(i) && !isCounted(types[i] & PMXEVTYPER_EVENT)) {
                statistics.uncountedEvents.set(types[i] & PMXEVTYPER_EVENT);
            }
        }
        if (telling != system.callsComeByVcpu()) {
            system.setCallsComeByVcpu(telling);
            shadows.contextChanged();
        }
        plan(true);
    }

    private boolean countsOnePrivilege() {
        boolean any = false;
        for (int i = 0; i <= eventCounters; i++) {
            boolean one = (types[i] & PMXEVTYPER_P) != 0 ^ (types[i] & PMXEVTYPER_U) != 0;
            any |= isEnabled(i) && one;
        }
        return any;
    }

    /** Whether {@link #account} is to be called whenever the privilege changes. */
    boolean watchesPrivilege() {
        return system.callsComeByVcpu();
    }

    /** Time has passed: an overflow may be due. */
    void look(boolean running) {
        if ((control & PMCR_E) != 0 && (enabled & interrupting) != 0) {
            account(registers.privileged());
            plan(running);
        }
    }

    /** Drives the interrupt (C12.4), and has {@link #look} called when it may change. */
    private void plan(boolean running) {
        boolean level = (control & PMCR_E) != 0 && (overflown & interrupting) != 0;
        if (level != line) {
            line = level;
            port.setInterrupt(level);
        }
        long next = NEVER;
        for (int i = 0; i <= eventCounters; i++) {
            if (isEnabled(i) && (interrupting & ~overflown & bit(i)) != 0) {
                long wait = nanosecondsToOverflow(i, running);
                next = next == NEVER ? wait : wait == NEVER ? next : Math.min(next, wait);
            }
        }
        if (planned || next != NEVER) {
            planned = next != NEVER;
            port.lookIn(next);
        }
    }

    private long nanosecondsToOverflow(int counter, boolean running) {
        long left = (1L << 32) - Integer.toUnsignedLong(values[counter]);
        return switch (types[counter] & PMXEVTYPER_EVENT) {
            case PMU_CYCLES -> counter == eventCounters && (control & PMCR_D) != 0 ? left * DIVIDER - cyclesLeft : left;
            case PMU_INSTRUCTIONS -> running ? Math.max(left / FASTEST, PATIENCE) : NEVER;
            default -> NEVER;
        };
    }
}
