package swivel.arm.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import swivel.arm.Cp14;
import swivel.arm.Cp15;

/** The tables of the cores do not contradict themselves. */
class CoreModelTest {
    @ParameterizedTest
    @EnumSource
    void whatCannotBeWrittenIsConstant(CoreModel core) {
        for (Cp15 register : Cp15.values()) {
            assertTrue(register.writable() || core.cp15().isConstant(register), register.name());
        }
        for (Cp14 register : Cp14.values()) {
            assertTrue(register.allows(false) || core.cp14().isConstant(register), register.name());
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatCannotBeReadHoldsNothing(CoreModel core) {
        for (Cp15 register : Cp15.values()) {
            assertTrue(register.readable() || core.cp15().reset(register) == 0, register.name());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRegisterThatIsThereHasAnEffectAndOneThatIsNotHasNone(CoreModel core) {
        for (Cp15 register : Cp15.values()) {
            if (core.cp15().has(register)) {
                assertNotNull(core.cp15().effect(register), register.name());
            } else {
                assertNull(core.cp15().effect(register), register.name());
                assertEquals(0, core.cp15().reset(register) | core.cp15().writable(register), register.name());
            }
        }
    }

    /**
     * MIDR (ARM DDI 0406C, B4.1.105) and PMCR (B4.1.117) name implementer and part; REVIDR and the aliases are MIDR.
     */
    @ParameterizedTest
    @EnumSource
    void theCoreIsOneAndTheSameWhereverItIsNamed(CoreModel core) {
        RegisterTable<Cp15> table = core.cp15();
        int identity = (int) table.reset(Cp15.MIDR);
        assertEquals(identity, (int) table.reset(Cp15.MIDR_ALIAS4));
        assertEquals(identity, (int) table.reset(Cp15.MIDR_ALIAS7));
        assertEquals(identity, (int) table.reset(Cp15.REVIDR));
        int monitors = (int) table.reset(Cp15.PMCR);
        assertEquals(identity >>> 24, monitors >>> 24, "implementer");
        assertEquals(identity >>> 4 & 0xff, monitors >>> 16 & 0xff, "part");
    }

    @Test
    void encodingsWithoutANameAreIgnoredWhereQemuDoes() {
        CoreModel core = CoreModel.CORTEX_A15;
        assertTrue(core.ignores(0xee10_0ff2)); // mrc p15, 0, r0, c0, c2, 7
        assertFalse(core.ignores(0xee00_0ff2)); // mcr p15, 0, r0, c0, c2, 7
        assertTrue(core.ignores(0xee07_0f17)); // mcr p15, 0, r0, c7, c7, 0
        assertFalse(core.ignores(0xee07_0f98)); // mcr p15, 0, r0, c7, c8, 4
        assertFalse(core.ignores(0xee17_0f17)); // mrc p15, 0, r0, c7, c7, 0
        assertTrue(core.ignores(0xee9f_0f10)); // mrc p15, 4, r0, c15, c0, 0
        assertFalse(core.ignores(0xec51_0f1f)); // mrrc p15, 1, r0, r1, c15
    }
}
