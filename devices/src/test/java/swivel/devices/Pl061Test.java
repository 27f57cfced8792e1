package swivel.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What QEMU shows, too, is in {@link PrimeCellsAgainstQemuTest}. */
class Pl061Test {
    private static final int PIN = 3;
    private static final int BIT = 1 << PIN;

    private final Rig rig = new Rig();
    private final Pl061 gpio = new Pl061(rig.line);
    private final PowerButton button = new PowerButton(rig.events, gpio.pin(PIN));

    @AfterEach
    void close() {
        rig.close();
    }

    private int read(int offset) {
        return gpio.read(offset, 4);
    }

    private void write(int offset, int value) {
        gpio.write(offset, 4, value);
    }

    /** As Linux' gpio_keys asks for it: both edges. */
    @Test
    void aPressedButtonInterruptsWhenItGoesDownAndWhenItGoesUp() {
        write(Pl061.IBE, BIT);
        write(Pl061.IE, BIT);
        button.press();
        assertFalse(rig.line.level);
        rig.pass(1);
        assertTrue(rig.line.level);
        assertEquals(BIT, read(0x3fc));
        write(Pl061.IC, BIT);
        assertFalse(rig.line.level);
        rig.pass(PowerButton.DOWN_NANOSECONDS);
        assertTrue(rig.line.level);
        assertEquals(0, read(0x3fc));
    }

    @Test
    void aButtonThatIsPressedAgainStaysDownLonger() {
        button.press();
        rig.pass(1);
        rig.pass(PowerButton.DOWN_NANOSECONDS - 1);
        button.press();
        rig.pass(0);
        rig.pass(1);
        assertEquals(BIT, read(0x3fc));
        rig.pass(PowerButton.DOWN_NANOSECONDS);
        assertEquals(0, read(0x3fc));
    }

    @Test
    void aLevelInterruptsAsLongAsItIsThereAndCannotBeCleared() {
        write(Pl061.IS, BIT);
        write(Pl061.IEV, BIT);
        write(Pl061.IE, BIT);
        gpio.pin(PIN).set(true);
        assertTrue(rig.line.level);
        write(Pl061.IC, BIT);
        assertTrue(rig.line.level);
        gpio.pin(PIN).set(false);
        assertFalse(rig.line.level);
        assertEquals(0, read(Pl061.RIS));
        write(Pl061.IEV, 0); // low
        assertEquals(BIT, read(Pl061.MIS));
    }

    @Test
    void anOutputShowsWhatWasWrittenAndAnInputWhatIsAtThePin() {
        gpio.pin(PIN).set(true);
        write(0x3fc, 0xff);
        assertEquals(BIT, read(0x3fc), "writes to inputs go nowhere");
        write(Pl061.DIR, BIT);
        assertEquals(0, read(0x3fc));
        write(BIT << 2, 0xff);
        assertEquals(BIT, read(0x3fc));
        gpio.pin(PIN).set(false);
        assertEquals(0, read(Pl061.RIS), "outputs do not interrupt");
        write(Pl061.DIR, 0);
        assertEquals(0, read(0x3fc));
    }
}
