package swivel.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import swivel.vmm.Vcpu.Exit;

class CoresTest {
    private static final Exit STOPPED = new Exit.Stopped();
    private static final Exit OFF = new Exit.PowerOff();

    @Test
    void aMachineThatPowersOffWhileItIsStoppedIsOff() {
        assertEquals(STOPPED, Cores.whole(null, STOPPED));
        assertEquals(OFF, Cores.whole(STOPPED, OFF));
        assertEquals(OFF, Cores.whole(OFF, STOPPED));
        assertEquals(OFF, Cores.whole(OFF, new Exit.Reset()));
    }
}
