package swivel.arm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

class ModeTest {
    @Test
    void nineEncodingsAreModesAndTheOthersReserved() {
        BitSet valid = new BitSet();
        for (int encoding = 0; encoding < 32; encoding++) {
            Mode mode = Mode.of(encoding);
            if (mode != null) {
                valid.set(encoding);
                assertEquals(encoding, mode.encoding());
            }
        }
        assertEquals("{16, 17, 18, 19, 22, 23, 26, 27, 31}", valid.toString());
    }

    @Test
    void onlyUserModeIsUnprivileged() {
        assertEquals(
                EnumSet.of(Mode.USR),
                EnumSet.copyOf(Arrays.stream(Mode.values())
                        .filter(mode -> !mode.privileged())
                        .toList()));
    }

    @Test
    void systemModeUsesTheRegistersOfUserMode() {
        assertEquals(Mode.USR.bank(), Mode.SYS.bank());
        assertEquals(
                Mode.BANKS,
                Arrays.stream(Mode.values()).mapToInt(Mode::bank).distinct().count());
        assertTrue(Arrays.stream(Mode.values()).allMatch(mode -> mode.bank() < Mode.BANKS));
        assertEquals(
                EnumSet.complementOf(EnumSet.of(Mode.USR, Mode.SYS)),
                EnumSet.copyOf(
                        Arrays.stream(Mode.values()).filter(Mode::hasSpsr).toList()));
    }

    @Test
    void bankedFormsOfMrsNameTheRegistersOfTheManual() throws Exception {
        // ARM DDI 0406C, B9.2.3: R, SYSm; checked against objdump by the disassembler's oracle
        assertEquals("R8_usr", BankedRegister.name(word(0, 0)));
        assertEquals("LR_usr", BankedRegister.name(word(0, 6)));
        assertEquals("SP_fiq", BankedRegister.name(word(0, 13)));
        assertEquals("SP_irq", BankedRegister.name(word(0, 17)));
        assertEquals("SPSR_fiq", BankedRegister.name(word(1, 14)));
        assertEquals("SPSR_hyp", BankedRegister.name(word(1, 30)));
        assertEquals("ELR_hyp", BankedRegister.name(word(0, 30)));
        assertSame(null, BankedRegister.of(word(0, 7)));
        assertSame(null, BankedRegister.of(word(1, 17)));
        assertSame(null, BankedRegister.of(word(0, 24)));
    }

    private static int word(int r, int sysm) {
        return 0xe100_0200 | r << 22 | (sysm & 15) << 16 | (sysm & 16) << 4;
    }
}
