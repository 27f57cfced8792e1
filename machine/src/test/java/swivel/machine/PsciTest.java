package swivel.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PsciTest {
    private final List<String> asked = new ArrayList<>();
    private final Psci psci = new Psci(new Psci.Power() {
        @Override
        public void suspend() {
            asked.add("suspend");
        }

        @Override
        public void off() {
            asked.add("off");
        }

        @Override
        public void reset() {
            asked.add("reset");
        }
    });

    @Test
    void guestFindsVersionAndFeatures() {
        assertEquals(0x10001, psci.call(Psci.VERSION, 0, 0));
        for (int function : new int[] {Psci.SYSTEM_OFF, Psci.CPU_SUSPEND, Psci.CPU_SUSPEND_0_1, Psci.CPU_ON_0_1}) {
            assertEquals(Psci.SUCCESS, psci.call(Psci.FEATURES, function, 0), Integer.toHexString(function));
        }
        int suspendOf64Bits = Psci.CPU_SUSPEND | 0x40000000;
        for (int function : new int[] {Psci.MIGRATE, 0x84000012, suspendOf64Bits}) {
            assertEquals(Psci.NOT_SUPPORTED, psci.call(Psci.FEATURES, function, 0), Integer.toHexString(function));
            assertEquals(Psci.NOT_SUPPORTED, psci.call(function, 0, 0), Integer.toHexString(function));
        }
        assertEquals(Psci.NOT_SUPPORTED, psci.call(Psci.FEATURES, 0x80000000, 0), "SMCCC_VERSION");
        assertEquals(2, psci.call(Psci.MIGRATE_INFO_TYPE, 0, 0));
        assertEquals(Psci.NOT_SUPPORTED, psci.call(0x12345678, 0, 0));
    }

    @Test
    void onlyProcessorIsOnAndThereIsNoOther() {
        assertEquals(Psci.ALREADY_ON, psci.call(Psci.CPU_ON, 0, 0x1000));
        assertEquals(Psci.INVALID_PARAMETERS, psci.call(Psci.CPU_ON, 1, 0x1000));
        assertEquals(0, psci.call(Psci.AFFINITY_INFO, 0, 0));
        assertEquals(Psci.INVALID_PARAMETERS, psci.call(Psci.AFFINITY_INFO, 1, 0));
        assertEquals(0, psci.call(Psci.AFFINITY_INFO, 0, 1), "the cluster");
        assertEquals(Psci.ALREADY_ON, psci.call(Psci.CPU_ON_0_1, 0, 0x1000));
    }

    @Test
    void offAndResetReachTheMachine() {
        psci.call(Psci.SYSTEM_OFF, 0, 0);
        psci.call(Psci.SYSTEM_RESET, 0, 0);
        psci.call(Psci.CPU_OFF, 0, 0);
        psci.call(Psci.CPU_OFF_0_1, 0, 0);
        assertEquals(List.of("off", "reset", "off", "off"), asked);
    }

    @Test
    void suspendingWaitsAndRefusesStatesOfClusters() {
        assertEquals(Psci.SUCCESS, psci.call(Psci.CPU_SUSPEND, 0x1ffff, 0));
        assertEquals(Psci.SUCCESS, psci.call(Psci.CPU_SUSPEND_0_1, 0, 0));
        assertEquals(Psci.INVALID_PARAMETERS, psci.call(Psci.CPU_SUSPEND, 0x20000, 0));
        assertEquals(List.of("suspend", "suspend"), asked);
    }
}
