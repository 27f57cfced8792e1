package swivel.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.BitSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What guests/bare/monitors.S cannot see: exact counts where the hypervisor executes instructions, and what is not
 * counted.
 */
class PerformanceMonitorsTest {
    private static final String START = """
                mov r0, #6              @ PMCR: reset of all counters
                mcr p15, 0, r0, c9, c12, 0
                mov r0, #0
                mcr p15, 0, r0, c9, c12, 5
                mov r0, #EVENT
                mcr p15, 0, r0, c9, c13, 1
                mov r0, #1
                mcr p15, 0, r0, c9, c12, 1
                mcr p15, 0, r0, c9, c12, 0
            """;

    private static TestBoard run(Virtualization virtualization, int event, String body) {
        TestBoard board = new TestBoard(virtualization);
        board.loadWithVectors(".set EVENT, 0x%x\n".formatted(event) + START + body + "\n hvc #0\n");
        assertInstanceOf(Vcpu.Exit.PowerOff.class, board.run());
        return board;
    }

    @ParameterizedTest
    @EnumSource(
            value = Virtualization.class,
            names = {"PATCHED", "TRANSLATED"})
    void eachInstructionCountsOnceWhoeverExecutesIt(Virtualization virtualization) {
        TestBoard board = run(virtualization, 8, """
                ldr r3, =0x0a000000     @ a device
                mov r6, #0x40000000     @ RAM
                mrc p15, 0, r4, c9, c13, 2
                nop
                str r0, [r3]
                ldr r0, [r3]
                cpsid i
                mrs r0, spsr
                msr spsr_cxsf, r0
                mcr p15, 0, r0, c8, c7, 0
                ldrt r0, [r6]
                cps #0x1f
                cps #0x13
                mrc p15, 0, r5, c9, c13, 2
                """);
        assertEquals(11, board.r(5) - board.r(4));
    }

    @ParameterizedTest
    @EnumSource(
            value = Virtualization.class,
            names = {"PATCHED", "TRANSLATED"})
    void eventThatIsNotCountedStandsStillAndIsNoted(Virtualization virtualization) {
        TestBoard board = run(virtualization, 3, "mrc p15, 0, r5, c9, c13, 2");
        assertEquals(0, board.r(5));
        BitSet noted = new BitSet();
        noted.set(3);
        assertEquals(noted, board.vcpu.statistics().uncountedEvents);
        assertEquals(new BitSet(), run(virtualization, 8, "").vcpu.statistics().uncountedEvents);
    }
}
