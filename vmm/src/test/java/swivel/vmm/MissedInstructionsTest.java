package swivel.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static swivel.arm.InstructionSet.A32;
import static swivel.arm.InstructionSet.T32;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import swivel.arm.Mode;
import swivel.arm.Psr;
import swivel.arm.Sensitivity;
import swivel.vmm.MissedInstructions.Place;

/** A rewritten kernel meets code that nobody rewrote. */
final class MissedInstructionsTest {
    private static final int MRS_R2_CPSR = 0xe10f_2000;
    private static final int CPSID_I = 0xf10c_0080;
    private static final int CPSID_I_T32 = 0xb672;

    /** Writes three plain instructions into RAM and calls them twice: CPSID I; MRS r2, CPSR; and back. */
    private static final String WRITES_CODE = """
            mov32 r4, 0x40020000
            mov32 r0, 0xf10c0080
            str r0, [r4]
            mov32 r0, 0xe10f2000
            str r0, [r4, #4]
            mov32 r0, 0xe12fff1e
            str r0, [r4, #8]
            cpsie i
            blx r4
            mov r5, r2
            blx r4
            hvc #0
            """;

    @Test
    void codeThatTheKernelMakesIsEmulatedAndCountedWhereItIs() {
        TestBoard board = new TestBoard(Virtualization.PATCHED).loadWithVectors(WRITES_CODE);
        assertEquals(null, board.runToVector());
        assertEquals(0x93, board.r(5) & 0x9f, "SVC mode, interrupts masked");
        MissedInstructions missed = board.vcpu.statistics().missed;
        assertEquals(4, missed.executed());
        assertEquals(0, missed.elsewhere());
        assertEquals(
                List.of(new Place(A32, 0x4002_0000, CPSID_I, 2), new Place(A32, 0x4002_0004, MRS_R2_CPSR, 2)),
                missed.places());
        assertEquals(4, board.vcpu.statistics().sensitive(Sensitivity.STATUS));
        assertEquals(0, board.vcpu.misbehaved().executed());
    }

    @Test
    void strictKernelHasItMisbehaveAndCountsThat() {
        TestBoard board = new TestBoard(Virtualization.STRICT).loadWithVectors(WRITES_CODE);
        assertEquals(null, board.runToVector());
        assertEquals(Mode.USR.encoding(), board.r(5) & Psr.M, "user mode reads its own mode");
        assertEquals(4, board.vcpu.misbehaved().executed());
        assertEquals(CPSID_I, board.vcpu.misbehaved().firstWord());
        assertEquals(0, board.vcpu.statistics().missed.executed());
    }

    /**
     * The words of a program, in user mode, are the program's own whether the kernel's image has them or a page of its
     * own.
     */
    @ParameterizedTest
    @EnumSource(names = {"PATCHED", "STRICT"})
    void programsExecuteSensitiveWordsAsUserModeDoes(Virtualization virtualization) {
        TestBoard board = new TestBoard(virtualization);
        board.rewrites = false;
        board.loadAt("cps #0x13\n msr spsr_c, r7\n mrs r1, cpsr\n svc #0", 0x4002_0000);
        board.rewrites = true;
        board.loadWithVectors("mov r0, #0x10\n msr spsr_cxsf, r0\n mov32 lr, 0x40020000\n movs pc, lr");
        assertEquals(swivel.arm.ExceptionKind.UNDEFINED, board.runToVector(), "MSR of an SPSR");
        assertEquals(Mode.UND, board.vcpu.mode());
        assertEquals(Mode.USR.encoding(), board.vcpu.registers.spsr() & Psr.M);
        assertEquals(0, board.vcpu.statistics().missed.executed());
        assertEquals(0, board.vcpu.misbehaved().executed());
    }

    /** 300 places, each called three times; only so many are remembered, but all are counted. */
    @Test
    void memoryIsBoundedAndTheCountIsNot() {
        int places = 300;
        TestBoard board = new TestBoard(Virtualization.PATCHED);
        board.rewrites = false;
        board.loadAt(
                String.join(
                                "\n",
                                Stream.generate(() -> "mrs r2, cpsr")
                                        .limit(places)
                                        .toList()) + "\n bx lr",
                0x4002_0000);
        board.rewrites = true;
        board.loadWithVectors("mov32 r4, 0x40020000\n" + "blx r4\n".repeat(3) + "hvc #0");
        assertInstanceOf(Vcpu.Exit.PowerOff.class, board.run());
        MissedInstructions missed = board.vcpu.statistics().missed;
        assertEquals(3L * places, missed.executed());
        assertEquals(MissedInstructions.MAX_PLACES, missed.places().size());
        assertEquals(3L * (places - MissedInstructions.MAX_PLACES), missed.elsewhere());
    }

    @Test
    void anotherInstructionAtTheSameAddressIsAnotherPlace() {
        MissedInstructions missed = new MissedInstructions();
        missed.count(A32, 0xbf00_0000, CPSID_I);
        missed.count(A32, 0xbf00_0000, MRS_R2_CPSR);
        missed.count(A32, 0xbf00_0000, MRS_R2_CPSR);
        for (int i = 0; i < 3; i++) {
            missed.count(T32, 0xbf00_0000, CPSID_I_T32);
        }
        assertEquals(
                List.of(
                        new Place(T32, 0xbf00_0000, CPSID_I_T32, 3),
                        new Place(A32, 0xbf00_0000, MRS_R2_CPSR, 2),
                        new Place(A32, 0xbf00_0000, CPSID_I, 1)),
                missed.places());
        assertEquals("cpsid i", missed.places().getFirst().text());
    }
}
