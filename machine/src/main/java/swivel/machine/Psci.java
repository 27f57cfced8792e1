package swivel.machine;

import java.util.Set;

/**
 * The Power State Coordination Interface 1.1 for one processor (ARM DEN 0022D, and E for 1.1), as QEMU's {@code virt}
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
    /** MIGRATE_INFO_TYPE: there is no trusted OS that could need migration. */
    private static final int NO_TRUSTED_OS = 2;

    /** The affinity fields of MPIDR, of the only processor. */
    private static final int THIS_CPU = 0;

    /** The bits of CPU_SUSPEND's power state that may be set: the state's identifier and whether it powers down. */
    private static final int POWER_STATE = 0x0001_ffff;

    /** What a call asks of the machine. */
    public interface Power {
        /** The processor sleeps until an interrupt is pending, masked or not. */
        void suspend();

        void off();

        void reset();
    }

    private final Power power;

    public Psci(Power power) {
        this.power = power;
    }

    /** Serves a call and returns its result; what is no call of this interface gives NOT_SUPPORTED. */
    public int call(int function, int argument1, int argument2) {
        return switch (function) {
            case VERSION -> VERSION_1_1;
            case CPU_SUSPEND, CPU_SUSPEND_0_1 -> suspend(argument1);
            case CPU_ON, CPU_ON_0_1 -> argument1 == THIS_CPU ? ALREADY_ON : INVALID_PARAMETERS;
            // What is above the processors, clusters, is on while one of them is.
            case AFFINITY_INFO -> argument1 == THIS_CPU || argument2 != 0 ? AFFINITY_ON : INVALID_PARAMETERS;
            case MIGRATE_INFO_TYPE -> NO_TRUSTED_OS;
            case FEATURES -> IMPLEMENTED.contains(argument1) ? SUCCESS : NOT_SUPPORTED;
            case CPU_OFF, CPU_OFF_0_1, SYSTEM_OFF -> { // the last processor that is off turns off the machine
                power.off();
                yield SUCCESS;
            }
            case SYSTEM_RESET -> {
                power.reset();
                yield SUCCESS;
            }
            default -> NOT_SUPPORTED;
        };
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
