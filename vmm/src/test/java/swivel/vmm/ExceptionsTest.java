package swivel.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import swivel.arm.Cp15;
import swivel.arm.ExceptionKind;
import swivel.arm.Mode;
import swivel.arm.Psr;
import swivel.cpu.UserState;

/** What a guest finds in its registers when it takes an exception (ARM DDI 0406C, B1.8 and B1.9). */
final class ExceptionsTest {
    private static final int AIF = Psr.A | Psr.I | Psr.F;

    private final TestBoard board = new TestBoard(Virtualization.TRANSLATED);

    /**
     * Address of a label that the source marks with {@code at:} is found by its distance from the first instruction.
     */
    private static final int MAIN = TestBoard.VECTORS + 8 * 4 + 4 * 4;

    private int spsr() {
        return board.vcpu.registers.spsr(board.vcpu.mode());
    }

    private int lr() {
        return board.r(UserState.LR);
    }

    /** Leaves for a mode with masks clear; the next instruction is at MAIN + 4. */
    private ExceptionKind take(int psr, String instruction) {
        board.loadWithVectors("msr cpsr_cxsf, #0x" + Integer.toHexString(psr) + "\n" + instruction);
        return board.runToVector();
    }

    @Test
    void supervisorCallInUserModeBanksSpsrAndLr() {
        assertEquals(ExceptionKind.SUPERVISOR_CALL, take(0x10, "svc #0x123456"));
        assertEquals(Mode.SVC, board.vcpu.mode());
        assertEquals(MAIN + 8, lr());
        assertEquals(Mode.USR.encoding(), spsr() & 0xff);
        assertEquals(Psr.I, board.vcpu.cpsr() & AIF, "only I is masked");
    }

    @Test
    void undefinedInstructionInUserModeBanksSpsrAndLr() {
        assertEquals(ExceptionKind.UNDEFINED, take(0x10, "udf #0"));
        assertEquals(Mode.UND, board.vcpu.mode());
        assertEquals(MAIN + 8, lr());
        assertEquals(Mode.USR.encoding(), spsr() & 0xff);
        assertEquals(Psr.I, board.vcpu.cpsr() & AIF);
    }

    @Test
    void dataAbortInUserModeBanksSpsrAndLr() {
        assertEquals(ExceptionKind.DATA_ABORT, take(0x10, "ldr r1, [r0]"));
        assertEquals(Mode.ABT, board.vcpu.mode());
        assertEquals(MAIN + 4 + 8, lr());
        assertEquals(Mode.USR.encoding(), spsr() & 0xff);
        assertEquals(Psr.A | Psr.I, board.vcpu.cpsr() & AIF);
        assertEquals(0x008, board.vcpu.system.get(Cp15.DFSR));
        assertEquals(0, board.vcpu.system.get(Cp15.DFAR));
    }

    @Test
    void storeThatAbortsSetsWnR() {
        take(0x13, "str r1, [r0, #0x10]");
        assertEquals(0x808, board.vcpu.system.get(Cp15.DFSR));
        assertEquals(Mode.USR.encoding(), board.vcpu.system.get(Cp15.DFAR));
    }

    @Test
    void branchToNowhereIsAPrefetchAbortAtTheTarget() {
        assertEquals(ExceptionKind.PREFETCH_ABORT, take(0x10, "mov pc, #0x1000"));
        assertEquals(Mode.ABT, board.vcpu.mode());
        assertEquals(0x1004, lr());
        assertEquals(0x008, board.vcpu.system.get(Cp15.IFSR));
        assertEquals(0x1000, board.vcpu.system.get(Cp15.IFAR));
        assertEquals(Psr.A | Psr.I, board.vcpu.cpsr() & AIF);
    }

    @Test
    void breakpointIsAPrefetchAbortWithDebugStatus() {
        assertEquals(ExceptionKind.PREFETCH_ABORT, take(0x13, "bkpt #1"));
        assertEquals(MAIN + 8, lr());
        assertEquals(0x002, board.vcpu.system.get(Cp15.IFSR));
    }

    @Test
    void branchToAMisalignedAddressIsAPrefetchAbort() {
        assertEquals(ExceptionKind.PREFETCH_ABORT, take(0x13, "sub r1, pc, #2\n bx r1"));
        assertEquals(0x001, board.vcpu.system.get(Cp15.IFSR));
    }

    @Test
    void misalignedLoadDoubleIsAnAlignmentFault() {
        assertEquals(ExceptionKind.DATA_ABORT, take(0x13, "add r1, sp, #0\n mov32 r1, 0x40000002\n ldrd r2, r3, [r1]"));
        assertEquals(0x001, board.vcpu.system.get(Cp15.DFSR));
        assertEquals(0x4000_0002, board.vcpu.system.get(Cp15.DFAR));
    }

    @Test
    void unalignedLoadIsAnAlignmentFaultOnlyWithSctlrA() {
        String load = "mov32 r2, 0x40000002\n mov32 r3, 0x11223344\n str r3, [r2, #2]\n ldr r1, [r2]\n";
        assertEquals(null, take(0x13, load + "hvc #0"));
        assertEquals(0x3344_0000, board.r(1));
        String strict = "mrc p15, 0, r4, c1, c0, 0\n orr r4, r4, #2\n mcr p15, 0, r4, c1, c0, 0\n";
        assertEquals(ExceptionKind.DATA_ABORT, take(0x13, strict + load));
        assertEquals(0x001, board.vcpu.system.get(Cp15.DFSR));
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"USR", "FIQ", "IRQ", "SVC", "ABT", "UND", "SYS"})
    void exceptionFromEveryModeKeepsThatModesStack(Mode mode) {
        take(0x10 | mode.encoding(), "mov32 sp, 0x12345678\n svc #0");
        assertEquals(Mode.SVC, board.vcpu.mode());
        assertEquals(0x1234_5678, board.vcpu.registers.get(mode, UserState.SP));
        assertEquals(mode.encoding(), spsr() & Psr.M);
    }

    @Test
    void flagsSurviveInSpsr() {
        take(0x13, "msr cpsr_f, #0xf8000000\n msr cpsr_s, #0xf0000\n svc #0");
        assertEquals(0xf80f_0013, spsr() & 0xffff_003f);
    }

    @Test
    void fiqBanksR8ToR12() {
        board.loadWithVectors("""
                mov r8, #1
                mov r12, #2
                cps #0x11
                mov r8, #3
                mov r12, #4
                cps #0x13
                hvc #0
                """);
        assertEquals(null, board.runToVector());
        assertEquals(1, board.r(8));
        assertEquals(2, board.r(12));
        assertEquals(3, board.vcpu.registers.get(Mode.FIQ, 8));
        assertEquals(4, board.vcpu.registers.get(Mode.FIQ, 12));
    }

    @Test
    void irqIsTakenExactlyAfterTheInstructionThatUnmasksIt() {
        board.loadWithVectors("mov r1, #1\n cpsie i\n mov r1, #2\n hvc #0");
        board.vcpu.irq().set(true);
        board.lines = false;
        assertEquals(ExceptionKind.IRQ, board.runToVector());
        assertEquals(1, board.r(1));
        assertEquals(MAIN + 8 + 4, lr());
        assertEquals(Psr.A | Psr.I, board.vcpu.cpsr() & (Psr.A | Psr.I));
    }

    @Test
    void fiqComesBeforeIrqAndMasksBoth() {
        board.loadWithVectors("cpsie if\n nop");
        board.lines = false;
        board.vcpu.irq().set(true);
        board.vcpu.fiq().set(true);
        assertEquals(ExceptionKind.FIQ, board.runToVector());
        assertEquals(AIF, board.vcpu.cpsr() & AIF);
        assertEquals(MAIN + 4 + 4, lr());
    }

    @Test
    void maskedInterruptIsSeenInIsrButNotTaken() {
        board.loadWithVectors("mrc p15, 0, r1, c12, c1, 0\n hvc #0");
        board.lines = false;
        board.vcpu.irq().set(true);
        assertEquals(null, board.runToVector());
        assertEquals(Psr.I, board.r(1));
    }

    @Test
    void wfiWithAMaskedPendingInterruptDoesNotSleep() {
        board.loadWithVectors("wfi\n mov r1, #1\n hvc #0");
        board.lines = false;
        board.vcpu.irq().set(true);
        assertEquals(null, board.runToVector());
        assertEquals(1, board.r(1));
        assertEquals(0, board.vcpu.statistics().sleeps);
    }

    @Test
    void wfiSleepsUntilTheTimerFires() {
        board.loadWithVectors("""
                mov32 r1, 0x08000000
                mov32 r2, 0x08000000
                str r2, [r1, #0x100]
                mov32 r1, 0x08010000
                mov r2, #1
                str r2, [r1]
                mov32 r0, 100000000
                mcr p15, 0, r0, c14, c3, 0
                mov r0, #1
                mcr p15, 0, r0, c14, c3, 1
                cpsie i
                wfi
                b .
                """);
        assertEquals(ExceptionKind.IRQ, board.runToVector());
        assertEquals(1, board.vcpu.statistics().sleeps);
        assertNotEquals(0, board.virtual.control() & 4);
    }

    @Test
    void stopEndsWfi() throws InterruptedException {
        board.loadWithVectors("wfi\n b .");
        Thread stopper = Thread.ofPlatform().start(board.vcpu::stop);
        assertEquals(new Vcpu.Exit.Stopped(), board.run());
        stopper.join();
    }

    @Test
    void stopEndsALoop() throws InterruptedException {
        board.loadWithVectors("b .");
        Thread stopper = Thread.ofPlatform().start(board.vcpu::stop);
        assertEquals(new Vcpu.Exit.Stopped(), board.run());
        stopper.join();
    }

    @Test
    void wfeAfterSevDoesNotWaitAndWfeWithoutItEnds() {
        board.loadWithVectors("sev\n wfe\n wfe\n yield\n hvc #0");
        assertEquals(null, board.runToVector());
    }

    @ParameterizedTest
    @CsvSource({"0, 40020000", "1, ffff0000"})
    void vectorsAreWhereVbarOrSctlrVSays(int high, String base) {
        int vectors = Integer.parseUnsignedInt(base, 16);
        board.load("""
                mov32 r0, 0x4002001f
                mcr p15, 0, r0, c12, c0, 0
                mrc p15, 0, r0, c1, c0, 0
                orr r0, r0, #%d
                mcr p15, 0, r0, c1, c0, 0
                svc #0
                """.formatted(high << 13));
        board.loadAt("hvc #0\n".repeat(8), 0x4002_0000);
        Vcpu.Exit exit = board.run();
        if (high == 0) {
            assertEquals(vectors + 8 + 4, board.pc());
        } else {
            assertEquals(vectors + 0xc, board.pc(), "no RAM there: dead at the prefetch abort vector");
            assertEquals(Vcpu.Exit.Stuck.class, exit.getClass());
        }
    }

    @Test
    void bigEndianKernelTakesExceptionsWithE() {
        board.loadWithVectors(
                "mrc p15, 0, r1, c1, c0, 0\n orr r1, r1, #0x02000000\n mcr p15, 0, r1, c1, c0, 0\n svc #0");
        assertEquals(ExceptionKind.SUPERVISOR_CALL, board.runToVector());
        assertEquals(Psr.E, board.vcpu.cpsr() & Psr.E);
        assertEquals(0, spsr() & Psr.E);
    }

    @Test
    void undefinedT32InstructionLinksTwoBytesOn() {
        board.loadWithVectors("adr r1, 1f\n orr r1, r1, #1\n bx r1\n 1: .word 0xde00de00");
        assertEquals(ExceptionKind.UNDEFINED, board.runToVector());
        assertEquals(MAIN + 12 + 2, lr());
        assertEquals(Psr.T, spsr() & Psr.T);
        assertEquals(0, board.vcpu.cpsr() & Psr.T);
    }

    @Test
    void undefinedInstructionWhoseConditionFailsIsSkipped() {
        board.loadWithVectors(
                "cmp r0, #0\n udfne #0\n mcrne p1, 0, r0, c0, c0, 0\n hvc #0".replace("udfne #0", ".word 0x17f000f0"));
        assertEquals(null, board.runToVector());
    }
}
