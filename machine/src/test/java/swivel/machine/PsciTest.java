package swivel.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PsciTest {
    private final List<String> asked = new ArrayList<>();
    private final Psci psci = new Psci(new Psci.Power() {
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
        assertEquals(0x10000, psci.call(Psci.VERSION, 0, 0));
        assertEquals(Psci.SUCCESS, psci.call(Psci.FEATURES, Psci.SYSTEM_OFF, 0));
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
    }

    @Test
    void offAndResetReachTheMachine() {
        psci.call(Psci.SYSTEM_OFF, 0, 0);
        psci.call(Psci.SYSTEM_RESET, 0, 0);
        psci.call(Psci.CPU_OFF, 0, 0);
        assertEquals(List.of("off", "reset", "off"), asked);
    }
}
