package swivel.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static swivel.arm.Cp15Fields.SCTLR_M;
import static swivel.arm.Cp15Fields.TTBCR_EAE;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import swivel.arm.Cp15;
import swivel.arm.FaultStatus;
import swivel.arm.core.CoreModel;
import swivel.cpu.AddressSpace.Access;

/** The hypervisor leaves to a format of translation tables what the format decides, and nothing else. */
final class TranslationTablesTest {
    /**
     * Maps everything 4 GiB higher for privileged modes, and nothing for user mode; its registers are of no format that
     * there is.
     */
    private static final class Odd implements TranslationTables {
        @Override
        public Translation walk(int va, boolean privileged) {
            return privileged
                    ? new Translation().found((1L << 32) + va, 30, true, true, true, true, 1, 0, 0)
                    : new Translation().faulting(FaultStatus.TRANSLATION_1, 0);
        }

        @Override
        public int dataFault(FaultStatus status, int domain, boolean write) {
            return 0x1000 + status.ordinal();
        }

        @Override
        public int prefetchFault(FaultStatus status) {
            return 0x800 + status.ordinal();
        }

        @Override
        public long translated(Translation translation) {
            return translation.address() | 1L << 63;
        }

        @Override
        public long failed(FaultStatus status) {
            return 1L << 62;
        }
    }

    private final Registers registers = new Registers();
    private final SystemRegisters system = new SystemRegisters(CoreModel.CORTEX_A15.cp15(), registers);
    private final TableWalker walker = new TableWalker(system, new Odd(), new Odd());
    private final Exceptions exceptions = new Exceptions(registers, system, walker, new Statistics());

    @BeforeEach
    void reset() {
        registers.reset();
        system.reset();
    }

    /** TTBCR.EAE says which, also for aborts while the MMU is off. */
    @ParameterizedTest
    @EnumSource
    void eachFormatHasItsClass(CoreModel core) {
        SystemRegisters registersOfCore = new SystemRegisters(core.cp15(), new Registers());
        TableWalker both = new TableWalker(registersOfCore, null);
        registersOfCore.reset();
        assertInstanceOf(ShortDescriptors.class, both.tables());
        registersOfCore.set(Cp15.TTBCR, TTBCR_EAE);
        assertInstanceOf(LongDescriptors.class, both.tables());
    }

    @Test
    void theFormatIsAskedWhileTheMmuIsOn() {
        assertEquals(0x1234, walker.walk(0x1234, true).address());
        system.set(Cp15.SCTLR, SCTLR_M);
        assertEquals(0x1_0000_1234L, walker.walk(0x1234, true).address());
        assertEquals(FaultStatus.TRANSLATION_1, walker.walk(0x1234, false).faultOf(Access.READ));
    }

    @Test
    void abortsTellTheirReasonAsTheFormatHasIt() {
        exceptions.dataAbort(FaultStatus.EXTERNAL, 0, 0x1234, true);
        assertEquals(0x1000 + FaultStatus.EXTERNAL.ordinal(), system.get(Cp15.DFSR));
        exceptions.prefetchAbort(FaultStatus.DEBUG_EVENT, 0x1234);
        assertEquals(0x800 + FaultStatus.DEBUG_EVENT.ordinal(), system.get(Cp15.IFSR));
    }
}
