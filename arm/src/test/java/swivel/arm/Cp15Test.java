package swivel.arm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class Cp15Test {
    @Test
    void noTwoRegistersAreAtOnePlace() {
        Set<Integer> keys = new HashSet<>();
        for (Cp15 register : Cp15.values()) {
            assertTrue(keys.add(register.key()), register.name());
        }
    }

    @Test
    void accessesAreNamed() {
        assertSame(Cp15.SCTLR, Cp15.of(0xee11_0f10)); // mrc p15, 0, r0, c1, c0, 0
        assertSame(Cp15.SCTLR, Cp15.of(0xee01_3f10)); // mcr p15, 0, r3, c1, c0, 0
        assertSame(Cp15.TPIDRURO, Cp15.of(0xee1d_0f70)); // mrc p15, 0, r0, c13, c0, 3
        assertSame(Cp15.CCSIDR, Cp15.of(0xee30_0f10)); // mrc p15, 1, r0, c0, c0, 0
        assertSame(Cp15.DCCISW, Cp15.of(0xee07_bf5e)); // mcr p15, 0, r11, c7, c14, 2
        assertSame(Cp15.CNTVCT, Cp15.of(0xec51_0f1e)); // mrrc p15, 1, r0, r1, c14
        assertSame(Cp15.TTBR1_64, Cp15.of(0xec45_4f12)); // mcrr p15, 1, r4, r5, c2
        assertNull(Cp15.of(0xee1f_0f10)); // mrc p15, 0, r0, c15, c0, 0
        assertEquals("p15, 0, c15, c0, 0", Cp15.operands(0xee1f_0f10));
        assertEquals("p15, 1, c14", Cp15.operands(0xec51_0f1e));
    }

    @Test
    void onlyMovesToAndFromCoprocessor15AreAccesses() {
        assertTrue(Cp15.isAccess(0xee11_0f10));
        assertTrue(Cp15.isAccess(0xec51_0f1e));
        assertFalse(Cp15.isAccess(0xee11_0e10)); // mrc p14
        assertFalse(Cp15.isAccess(0xee01_0f00)); // cdp p15
        assertFalse(Cp15.isAccess(0xed91_0f00)); // ldc p15
        assertFalse(Cp15.isAccess(0xfe11_0f10)); // mrc2 p15
        assertFalse(Cp15.isAccess(0xe590_0f10)); // ldr
    }

    @Test
    void identificationIsReadOnlyAndMaintenanceWriteOnly() {
        assertTrue(Cp15.MIDR.readable());
        assertFalse(Cp15.MIDR.writable());
        assertFalse(Cp15.TLBIALL.readable());
        assertTrue(Cp15.TLBIALL.writable());
        assertTrue(Cp15.DACR.readable() && Cp15.DACR.writable());
    }
}
