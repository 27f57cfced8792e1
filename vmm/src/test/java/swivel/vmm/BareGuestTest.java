package swivel.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import swivel.arm.Mode;
import swivel.arm.Psr;

/** Why ARM could not be virtualized: a kernel without help, whose sensitive instructions misbehave without a trap. */
@Timeout(60)
final class BareGuestTest {
    @Test
    void cpsIsIgnoredAndNamedAsTheFirstToMisbehave() {
        TestBoard board = new TestBoard(Virtualization.BARE);
        board.load("mov r1, #1\n cpsid i, #0x11\n mrs r2, cpsr\n 1: b 1b");
        String reason = assertInstanceOf(Vcpu.Exit.Stuck.class, board.run()).reason();
        assertEquals(Mode.USR.encoding(), board.r(2) & Psr.M, "user mode reads its own mode");
        assertTrue(reason.contains("2 of its sensitive instructions"), reason);
        assertTrue(reason.contains("\"cpsid"), reason);
        assertTrue(reason.contains("at 0x40010004"), reason);
        assertTrue(reason.contains("changed the processor mode or the interrupt masks"), reason);
    }

    @Test
    void guestWithoutSensitiveInstructionsRunsToItsEnd() {
        TestBoard board = new TestBoard(Virtualization.BARE);
        board.load("mrc p15, 0, r1, c0, c0, 0\n hvc #0");
        assertInstanceOf(Vcpu.Exit.PowerOff.class, board.run());
        assertEquals(0x414f_c0f0, board.r(1), "coprocessor accesses trap by themselves");
    }
}
