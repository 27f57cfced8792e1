package swivel.arm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class PsrTest {
    @Test
    void theFieldsCoverTheRegisterWithoutOverlap() {
        int[] fields = {
            Psr.N, Psr.Z, Psr.C, Psr.V, Psr.Q, Psr.IT, Psr.J, Psr.GE, Psr.E, Psr.A, Psr.I, Psr.F, Psr.T, Psr.M
        };
        int all = 0;
        for (int field : fields) {
            assertEquals(0, all & field);
            all |= field;
        }
        assertEquals(Psr.DEFINED, all);
        assertEquals(0xff0f_ffff, all);
    }

    @Test
    void msrSelectsBytesByItsFieldMask() {
        assertEquals(0x0000_00ff, Psr.fieldBits(Psr.FIELD_C));
        assertEquals(0x0000_ff00, Psr.fieldBits(Psr.FIELD_X));
        assertEquals(0x00ff_0000, Psr.fieldBits(Psr.FIELD_S));
        assertEquals(0xff00_0000, Psr.fieldBits(Psr.FIELD_F));
        assertEquals(0xff00_00ff, Psr.fieldBits(Psr.FIELD_F | Psr.FIELD_C));
        assertEquals(0, Psr.fieldBits(0));
    }

    @Test
    void msrInUserModeChangesFlagsButNeitherMasksNorMode() {
        assertEquals(0xf80f_0200, Psr.writableByMsr(15, false));
        assertEquals(0, Psr.writableByMsr(Psr.FIELD_C, false));
    }

    @Test
    void msrNeverChangesTheExecutionState() {
        assertEquals(0xf80f_03df, Psr.writableByMsr(15, true));
        assertEquals(0, Psr.writableByMsr(15, true) & (Psr.J | Psr.IT | Psr.T));
    }

    @Test
    void msrChangesAllOfAnSpsr() {
        assertEquals(0xff0f_ffff, Psr.writableSpsr(15));
        assertEquals(Psr.GE, Psr.writableSpsr(Psr.FIELD_S));
    }

    @Test
    void mrsReadsNoExecutionState() {
        assertEquals(~(Psr.J | Psr.IT | Psr.T), Psr.READ_BY_MRS);
    }

    @Test
    void itIsPutTogetherFromItsTwoPlaces() {
        for (int it = 0; it < 256; it++) {
            int psr = Psr.withIt(-1, it);
            assertEquals(it, Psr.it(psr));
            assertEquals(~Psr.IT, psr & ~Psr.IT);
            assertEquals(it, Psr.it(Psr.withIt(0, it)));
        }
        assertEquals(1 << 25, Psr.withIt(0, 1));
        assertEquals(1 << 10, Psr.withIt(0, 4));
        assertEquals(1 << 15, Psr.withIt(0, 128));
    }

    @Test
    void theModeFieldNamesAModeOrNone() {
        assertSame(Mode.IRQ, Psr.mode(0x6000_0092));
        assertNull(Psr.mode(0x14));
        assertEquals(0x6000_009f, Psr.withMode(0x6000_0092, Mode.SYS));
    }

    @Test
    void afterResetEverythingIsMaskedInSvcMode() {
        assertEquals(0x1d3, Psr.RESET);
    }
}
