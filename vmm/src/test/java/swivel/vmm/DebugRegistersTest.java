package swivel.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import swivel.arm.Cp15;
import swivel.arm.ExceptionKind;

/** Where the bare guest {@code debug} cannot ask QEMU: it lacks this, or has it otherwise than the manual. */
class DebugRegistersTest {
    private static final String MACROS = """
            .macro debug lock
            mov32 r0, \\lock
            mcr p14, 0, r0, c1, c0, 4
            mov32 r0, 0x8000
            mcr p14, 0, r0, c0, c2, 2
            .endm
            .macro breakpoint address, control
            mov32 r0, \\address
            mcr p14, 0, r0, c0, c0, 4
            mov32 r0, \\control
            mcr p14, 0, r0, c0, c0, 5
            .endm
            """;

    private final TestBoard board = new TestBoard(Virtualization.TRANSLATED);

    /** Runs to the first exception; null: there is none. */
    private ExceptionKind run(String source) {
        board.loadWithVectors(MACROS + source + "\n hvc #0\n");
        return board.runToVector();
    }

    @Test
    void nothingStopsWhileTheOsLockIsLocked() {
        String stops = "breakpoint 1f, 0x1e3\n1: mov r1, #1";
        assertNull(run("debug 0xc5acce55\n" + stops));
        assertEquals(ExceptionKind.PREFETCH_ABORT, run("debug 0\n" + stops));
        board.vcpu.reset(TestBoard.CODE, 0, 0, 0);
        assertNull(run("debug 0\n mov r1, #1"));
    }

    @Test
    void mismatchStopsAProgramAtAllOtherAddresses() {
        assertEquals(
                ExceptionKind.PREFETCH_ABORT,
                run("debug 0\n breakpoint 1f, 0x4001e5\n msr cpsr_c, #0x10\n1: mov r1, #1\n mov r1, #2"));
        assertEquals(1, board.r(1));
    }

    @Test
    void statusOfAWatchpointTellsStores() {
        String watch = """
                debug 0
                mov32 r1, 0x40000100
                mcr p14, 0, r1, c0, c0, 6
                mov32 r0, 0x1fb
                mcr p14, 0, r0, c0, c0, 7
                """;
        assertEquals(ExceptionKind.DATA_ABORT, run(watch + "str r1, [r1]"));
        assertEquals(0x802, board.vcpu.system.get(Cp15.DFSR));
        board.vcpu.reset(TestBoard.CODE, 0, 0, 0);
        assertEquals(ExceptionKind.DATA_ABORT, run(watch + "ldr r1, [r1]"));
        assertEquals(0x002, board.vcpu.system.get(Cp15.DFSR));
        assertEquals(0x4000_0100, board.vcpu.system.get(Cp15.DFAR));
    }
}
