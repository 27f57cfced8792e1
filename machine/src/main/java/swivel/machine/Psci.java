package swivel.machine;

import java.util.Set;

/**
 * The Power State Coordination Interface 1.1 of a processor (ARM DEN 0022D, and E for 1.1), as QEMU's {@code virt}
 * answers it: the calls that guests make with HVC or SMC, function in r0, arguments from r1, result in r0.
 */
public final class Psci {
    static final int VERSION = 0x84000000;
    static final int CPU_SUSPEND = 0x84000001;
    static final int CPU_OFF = 0x84000002;
    static final int CPU_ON = 0x84000003;
    static final int AFFINITY_INFO = 0x84000004;
    static final int MIGRATE = 0x84000005;
    static final int MIGRATE_INFO_TYPE = 0x84000006;
    static final int SYSTEM_OFF = 0x84000008;
    static final int SYSTEM_RESET = 0x84000009;
    static final int FEATURES = 0x8400000a;

    // Version 0.1 left the numbers to the platform; these are QEMU's and KVM's.
    static final int CPU_SUSPEND_0_1 = 0x95c1ba5e;
    static final int CPU_OFF_0_1 = CPU_SUSPEND_0_1 + 1;
    static final int CPU_ON_0_1 = CPU_SUSPEND_0_1 + 2;

    private static final Set<Integer> IMPLEMENTED = Set.of(
            VERSION,
            CPU_SUSPEND,
            CPU_OFF,
            CPU_ON,
            AFFINITY_INFO,
            MIGRATE_INFO_TYPE,
            SYSTEM_OFF,
            SYSTEM_RESET,
            FEATURES,
            CPU_SUSPEND_0_1,
            CPU_OFF_0_1,
            CPU_ON_0_1);

    private static final int VERSION_1_1 = 0x00010001;
    static final int SUCCESS = 0;
    static final int NOT_SUPPORTED = -1;
    static final int INVALID_PARAMETERS = -2;
    static final int ALREADY_ON = -4;
    private static final int AFFINITY_ON = 0;
    private static final int AFFINITY_OFF = 1;
    /** MIGRATE_INFO_TYPE: there is no trusted OS that could need migration. */
    private static final int NO_TRUSTED_OS = 2;

    /** The bits of CPU_SUSPEND's power state that may be set: the state's identifier and whether it powers down. */
    private static final int POWER_STATE = 0x0001_ffff;

    /** What a processor's call asks of the machine. Processors are named by their numbers, which MPIDR has, too. */
    public interface Power {
        /** How many there are. */
        int processors();

        boolean isOff(int processor);

        /** Turns one on that is off: it starts at {@code entry}, as for BX, with {@code context} in r0. */
        void on(int processor, int entry, int context);

        /** The calling one sleeps until an interrupt is pending, masked or not. */
        void suspend();

        /** The calling one is off; the machine, if it was the last one that was on. */
        void off();

        /** The machine is off. */
        void powerOff();

        void reset();
    }

    private final Power power;

    public Psci(Power power) {
        this.power = power;
    }

    /** Serves a call and returns its result; what is no call of this interface gives NOT_SUPPORTED. */
    public int call(int function, int argument1, int argument2, int argument3) {
        return switch (function) {
            case VERSION -> VERSION_1_1;
            case CPU_SUSPEND, CPU_SUSPEND_0_1 -> suspend(argument1);
            case CPU_ON, CPU_ON_0_1 -> turnOn(argument1, argument2, argument3);
            case AFFINITY_INFO -> affinity(argument1, argument2);
            case MIGRATE_INFO_TYPE -> NO_TRUSTED_OS;
            case FEATURES -> IMPLEMENTED.contains(argument1) ? SUCCESS : NOT_SUPPORTED;
            case CPU_OFF, CPU_OFF_0_1 -> {
                power.off();
                yield SUCCESS;
            }
            case SYSTEM_OFF -> {
                power.powerOff();
                yield SUCCESS;
            }
            case SYSTEM_RESET -> {
                power.reset();
                yield SUCCESS;
            }
            default -> NOT_SUPPORTED;
        };
    }

    private boolean exists(int processor) {
        return processor >= 0 && processor < power.processors();
    }

    private int turnOn(int processor, int entry, int context) {
        if (!exists(processor)) {
            return INVALID_PARAMETERS;
        }
        if (!power.isOff(processor)) {
            return ALREADY_ON;
        }
        power.on(processor, entry, context);
        return SUCCESS;
    }

    /** Of a processor, or of what is above it, the cluster, which is on while one of them is. */
    private int affinity(int processor, int level) {
        if (level != 0) {
            return AFFINITY_ON;
        }
        if (!exists(processor)) {
            return INVALID_PARAMETERS;
        }
        return power.isOff(processor) ? AFFINITY_OFF : AFFINITY_ON;
    }

    /**
     * Every state is a standby state here: the processor goes on behind the call, whatever the entry point for powering
     * down.
     */
    private int suspend(int powerState) {
        if ((powerState & ~POWER_STATE) != 0) {
            return INVALID_PARAMETERS;
        }
        power.suspend();
        return SUCCESS;
    }
}
