package swivel.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PsciTest {
    private final List<String> asked = new ArrayList<>();
    private int processors = 1;
    private final Set<Integer> off = new TreeSet<>();

    private final Psci psci = new Psci(new Psci.Power() {
        @Override
        public int processors() {
            return processors;
        }

        @Override
        public boolean isOff(int processor) {
            return off.contains(processor);
        }

        @Override
        public void on(int processor, int entry, int context) {
            asked.add("on %d 0x%x 0x%x".formatted(processor, entry, context));
            off.remove(processor);
        }

        @Override
        public void suspend() {
            asked.add("suspend");
        }

        @Override
        public void off() {
            asked.add("off");
        }

        @Override
        public void powerOff() {
            asked.add("power off");
        }

        @Override
        public void reset() {
            asked.add("reset");
        }
    });

    private int call(int function, int argument1, int argument2) {
        return psci.call(function, argument1, argument2, 0x1234);
    }

    /** The same numbers as QEMU gives a guest on four processors. */
    @Test
    void processorsAreTurnedOnOnce() {
        processors = 4;
        off.addAll(List.of(1, 2, 3));
        assertEquals(1, call(Psci.AFFINITY_INFO, 2, 0), "off");
        assertEquals(Psci.SUCCESS, call(Psci.CPU_ON, 2, 0x4000_0001));
        assertEquals(0, call(Psci.AFFINITY_INFO, 2, 0), "on");
        assertEquals(Psci.ALREADY_ON, call(Psci.CPU_ON, 2, 0x4000_0000));
        assertEquals(Psci.SUCCESS, call(Psci.CPU_ON_0_1, 3, 0x4000_0000));
        assertEquals(Psci.INVALID_PARAMETERS, call(Psci.CPU_ON, 4, 0x4000_0000));
        assertEquals(Psci.INVALID_PARAMETERS, call(Psci.CPU_ON, -1, 0x4000_0000));
        assertEquals(Psci.INVALID_PARAMETERS, call(Psci.CPU_ON, 0x100, 0x4000_0000), "another cluster");
        assertEquals(List.of("on 2 0x40000001 0x1234", "on 3 0x40000000 0x1234"), asked);
    }

    @Test
    void guestFindsVersionAndFeatures() {
        assertEquals(0x10001, call(Psci.VERSION, 0, 0));
        for (int function : new int[] {Psci.SYSTEM_OFF, Psci.CPU_SUSPEND, Psci.CPU_SUSPEND_0_1, Psci.CPU_ON_0_1}) {
            assertEquals(Psci.SUCCESS, call(Psci.FEATURES, function, 0), Integer.toHexString(function));
        }
        int suspendOf64Bits = Psci.CPU_SUSPEND | 0x40000000;
        for (int function : new int[] {Psci.MIGRATE, 0x84000012, suspendOf64Bits}) {
            assertEquals(Psci.NOT_SUPPORTED, call(Psci.FEATURES, function, 0), Integer.toHexString(function));
            assertEquals(Psci.NOT_SUPPORTED, call(function, 0, 0), Integer.toHexString(function));
        }
        assertEquals(Psci.NOT_SUPPORTED, call(Psci.FEATURES, 0x80000000, 0), "SMCCC_VERSION");
        assertEquals(2, call(Psci.MIGRATE_INFO_TYPE, 0, 0));
        assertEquals(Psci.NOT_SUPPORTED, call(0x12345678, 0, 0));
    }

    @Test
    void onlyProcessorIsOnAndThereIsNoOther() {
        assertEquals(Psci.ALREADY_ON, call(Psci.CPU_ON, 0, 0x1000));
        assertEquals(Psci.INVALID_PARAMETERS, call(Psci.CPU_ON, 1, 0x1000));
        assertEquals(0, call(Psci.AFFINITY_INFO, 0, 0));
        assertEquals(Psci.INVALID_PARAMETERS, call(Psci.AFFINITY_INFO, 1, 0));
        assertEquals(0, call(Psci.AFFINITY_INFO, 0, 1), "the cluster");
        assertEquals(Psci.ALREADY_ON, call(Psci.CPU_ON_0_1, 0, 0x1000));
    }

    @Test
    void offAndResetReachTheMachine() {
        call(Psci.SYSTEM_OFF, 0, 0);
        call(Psci.SYSTEM_RESET, 0, 0);
        call(Psci.CPU_OFF, 0, 0);
        call(Psci.CPU_OFF_0_1, 0, 0);
        assertEquals(List.of("power off", "reset", "off", "off"), asked);
    }

    @Test
    void suspendingWaitsAndRefusesStatesOfClusters() {
        assertEquals(Psci.SUCCESS, call(Psci.CPU_SUSPEND, 0x1ffff, 0));
        assertEquals(Psci.SUCCESS, call(Psci.CPU_SUSPEND_0_1, 0, 0));
        assertEquals(Psci.INVALID_PARAMETERS, call(Psci.CPU_SUSPEND, 0x20000, 0));
        assertEquals(List.of("suspend", "suspend"), asked);
    }
}
