package swivel.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import swivel.arm.Cp15;
import swivel.arm.core.CoreModel;

/** Where the values of the registers are: in 64 bits, the lower 32 of some in system slots. */
final class SystemRegistersTest {
    private final Registers registers = new Registers();
    private final SystemRegisters system = new SystemRegisters(CoreModel.CORTEX_A15.cp15(), registers);

    @ParameterizedTest
    @EnumSource
    void halvesMakeAWhole(Cp15 register) {
        system.setLong(register, 0x8765_4321_fedc_ba98L);
        assertEquals(0xfedc_ba98, system.get(register));
        assertEquals(0x8765_4321_fedc_ba98L, system.getLong(register));
    }

    /** Of TTBR0: B4.1.154. */
    @ParameterizedTest
    @EnumSource
    void aWordThatIsWrittenLeavesTheUpperHalf(Cp15 register) {
        system.setLong(register, 0x8765_4321_0000_0000L);
        system.set(register, -1);
        assertEquals(0x8765_4321_ffff_ffffL, system.getLong(register));
    }

    @ParameterizedTest
    @EnumSource(names = {"TTBR0", "SCTLR", "DACR", "TPIDRURO"})
    void theLowerHalfIsInTheSlotThatTheProcessorReaches(Cp15 register) {
        system.setLong(register, 0x1_0000_0002L);
        int slot = Cp15Slots.of(register);
        assertEquals(2, registers.state.r[slot]);
        registers.state.r[slot] = -3;
        assertEquals(0x1_ffff_fffdL, system.getLong(register));
    }

    @ParameterizedTest
    @EnumSource
    void resetIsOfAllBits(Cp15 register) {
        system.setLong(register, -1);
        system.reset();
        assertEquals(CoreModel.CORTEX_A15.cp15().reset(register), system.getLong(register));
    }
}
