package swivel.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.arm.Cp15;
import swivel.arm.ExceptionKind;
import swivel.arm.Mode;
import swivel.arm.Psr;
import swivel.arm.Sensitivity;
import swivel.cpu.UserState;

/**
 * What a kernel sees of each sensitive instruction, once rewritten and once trapped on: the two ways must not differ.
 * Guests start in SVC mode, everything masked, with r0 = 0.
 */
final class SensitiveInstructionsTest {
    private static final String DATA = "0x40030000";
    private static final int DATA_ADDRESS = 0x4003_0000;

    private TestBoard board;

    /** Runs to the HVC that ends the source. */
    private void run(Virtualization virtualization, String source) {
        board = new TestBoard(virtualization);
        board.loadWithVectors(source + "\n hvc #0");
        assertNull(board.runToVector(), "an exception was taken");
        assertEquals(0, board.processor.sensitiveCount().executed(), "one executed as in user mode");
        if (virtualization.isRewritten()) {
            runMissed(source);
        }
    }

    /** Runs it as nobody rewrote it, and compares all that the kernel can see. */
    private void runMissed(String source) {
        TestBoard missed = new TestBoard(Virtualization.PATCHED);
        missed.rewrites = false;
        missed.loadWithVectors(source + "\n hvc #0");
        assertNull(missed.runToVector(), "an exception was taken");
        assertEquals(0, missed.processor.sensitiveCount().executed(), "one executed as in user mode");
        assertTrue(missed.vcpu.statistics().missed.executed() > 0, "the HVC at least");
        assertEquals(Integer.toHexString(board.vcpu.cpsr()), Integer.toHexString(missed.vcpu.cpsr()));
        for (Mode mode : Mode.values()) {
            if (Registers.exists(mode)) {
                for (int n = 0; n < 16; n++) {
                    assertEquals(
                            board.vcpu.registers.get(mode, n), missed.vcpu.registers.get(mode, n), mode + " r" + n);
                }
                assertEquals(board.vcpu.registers.spsr(mode), missed.vcpu.registers.spsr(mode), mode + " SPSR");
            }
        }
    }

    private int cpsr() {
        return board.vcpu.cpsr();
    }

    private int banked(Mode mode, int register) {
        return board.vcpu.registers.get(mode, register);
    }

    @ParameterizedTest
    @EnumSource(names = {"PATCHED", "TRANSLATED"})
    void cpsChangesMasksAndMode(Virtualization virtualization) {
        run(virtualization, "cpsie ai");
        assertEquals(Psr.F | 0x13, cpsr() & 0x1ff);
        run(virtualization, "cpsie aif, #0x1f");
        assertEquals(0x1f, cpsr() & 0x1ff);
        run(virtualization, "cpsie aif\n cpsid f\n cps #0x12");
        assertEquals(Psr.F | 0x12, cpsr() & 0x1ff);
        assertEquals(1, board.vcpu.statistics().sensitive(Sensitivity.STATUS), "only a change of mode traps");
    }

    @ParameterizedTest
    @EnumSource(names = {"PATCHED", "TRANSLATED"})
    void cpsToAModeThatDoesNotExistKeepsTheMode(Virtualization virtualization) {
        run(virtualization, "cps #0x16\n cps #0x1a\n cps #0x00");
        assertEquals(Mode.SVC, board.vcpu.mode());
    }

    @ParameterizedTest
    @EnumSource(names = {"PATCHED", "TRANSLATED"})
    void mrsReadsTheVirtualStatus(Virtualization virtualization) {
        run(virtualization, "msr cpsr_f, #0xf0000000\n mrs r1, cpsr\n cpsie i\n mrs r2, cpsr");
        assertEquals(0xf000_01d3, board.r(1));
        assertEquals(0xf000_0153, board.r(2));
    }

    @ParameterizedTest
    @EnumSource(names = {"PATCHED", "TRANSLATED"})
    void msrWritesTheSelectedFieldsOnly(Virtualization virtualization) {
        run(virtualization, "mvn r1, #0\n msr cpsr_fs, r1\n mrs r2, cpsr\n mov r1, #0x1f\n msr cpsr_c, r1");
        assertEquals(0xf80f_01d3, board.r(2));
        assertEquals(0xf80f_011f, cpsr(), "A is in the extension field");
        run(virtualization, "msr cpsr_x, #0x200\n mov r1, #0\n ldr r2, [pc, #-4]\n b 1f\n 1:");
        assertEquals(Psr.E, cpsr() & (Psr.E | Psr.A));
    }

    /** As Linux in T32 does it for the SP and LR of a program. */
    @ParameterizedTest
    @EnumSource(names = {"PATCHED", "TRANSLATED"})
    void msrGoesToSysModeAndBackWithoutTraps(Virtualization virtualization) {
        String loop = "mov r9, #%d\n 1: mrs r4, cpsr\n eor r4, r4, #0xc\n msr cpsr_c, r4\n mrs r5, cpsr\n"
                + "add sp, sp, #1\n sub lr, lr, #1\n eor r4, r4, #0xc\n msr cpsr_c, r4\n"
                + "add sp, sp, #3\n subs r9, r9, #1\n bne 1b\n";
        run(virtualization, "mov sp, #0\n" + loop.formatted(5));
        long few = board.vcpu.statistics().traps;
        run(virtualization, "mov sp, #0\n" + loop.formatted(500));
        assertEquals(500, banked(Mode.SYS, 13));
        assertEquals(-500, banked(Mode.SYS, 14));
        assertEquals(1500, banked(Mode.SVC, 13));
        assertEquals(Mode.SYS.encoding(), board.r(5) & Psr.M);
        assertEquals(Mode.SVC, board.vcpu.mode());
        assertEquals(few, board.vcpu.statistics().traps);
    }

    @ParameterizedTest
    @CsvSource({"0x17, 0x1b", "0x1b, 0x17", "0x12, 0x12", "0x1f, 0x13", "0x13, 0x1f", "0x11, 0x11"})
    void msrBehindAnEorChangesEachModeAsAnyMsr(String from, String to) {
        run(Virtualization.PATCHED, """
            mrs r4, cpsr
            bic r4, r4, #0x1f
            orr r4, r4, #%s
            msr cpsr_c, r4
            mov sp, #7
            eor r4, r4, #0xc
            msr cpsr_c, r4
            mov sp, #9
            """.formatted(from));
        assertEquals(Mode.of(Integer.decode(to)), board.vcpu.mode());
        assertEquals(from.equals(to) ? 9 : 7, banked(Mode.of(Integer.decode(from)), 13));
        assertEquals(9, banked(Mode.of(Integer.decode(to)), 13));
    }

    @ParameterizedTest
    @EnumSource(names = {"PATCHED", "TRANSLATED"})
    void msrNeverWritesTheExecutionState(Virtualization virtualization) {
        run(virtualization, "mov32 r1, 0x0700fc33\n msr cpsr_fsxc, r1");
        assertEquals(0x0000_0013, cpsr() & ~Psr.NZCV);
    }

    @ParameterizedTest
    @EnumSource(names = {"PATCHED", "TRANSLATED"})
    void msrOfEveryModesSpsrIsReadBack(Virtualization virtualization) {
        StringBuilder source = new StringBuilder();
        Mode[] modes = {Mode.FIQ, Mode.IRQ, Mode.SVC, Mode.ABT, Mode.UND};
        for (Mode mode : modes) {
            source.append(
                    "cps #%d\n mov32 r1, 0x600001%x\n msr spsr_cxsf, r1\n".formatted(mode.encoding(), mode.encoding()));
        }
        for (int i = 0; i < modes.length; i++) {
            source.append("cps #%d\n mrs r%d, spsr\n".formatted(modes[i].encoding(), 2 + i));
        }
        run(virtualization, source.toString());
        for (int i = 0; i < modes.length; i++) {
            assertEquals(0x6000_0100 | modes[i].encoding(), board.r(2 + i));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PATCHED", "TRANSLATED"})
    void bankedRegistersAreReachedFromAnotherMode(Virtualization virtualization) {
        run(virtualization, """
                mov r1, #1
                msr sp_irq, r1
                mov r1, #2
                msr lr_abt, r1
                mov r1, #3
                msr r8_fiq, r1
                mov r1, #4
                msr sp_usr, r1
                mov r1, #0x15
                msr spsr_und, r1
                mov r8, #9
                mrs r2, sp_irq
                mrs r3, r8_fiq
                mrs r4, r8_usr
                mrs r5, spsr_und
                """);
        assertEquals(1, banked(Mode.IRQ, UserState.SP));
        assertEquals(2, banked(Mode.ABT, UserState.LR));
        assertEquals(4, banked(Mode.SYS, UserState.SP));
        assertEquals(1, board.r(2));
        assertEquals(3, board.r(3));
        assertEquals(9, board.r(4));
        assertEquals(0x15, board.r(5));
    }

    @ParameterizedTest
    @CsvSource({"ia, 0, 4, 8", "ib, 4, 8, 8", "da, -4, 0, -8", "db, -8, -4, -8"})
    void srsAndRfeUseTheFourAddressingModes(String mode, int lrAt, int spsrAt, int change) {
        for (Virtualization virtualization : new Virtualization[] {Virtualization.PATCHED, Virtualization.TRANSLATED}) {
            run(virtualization, """
                    mov32 r1, %s
                    msr sp_irq, r1
                    mov32 lr, 0x11111110
                    mov r1, #0x1f
                    msr spsr_cxsf, r1
                    srs%s #0x12!
                    """.formatted(DATA, mode));
            assertEquals(0x1111_1110, board.memory.read32(DATA_ADDRESS + lrAt));
            assertEquals(0x1f, board.memory.read32(DATA_ADDRESS + spsrAt));
            assertEquals(DATA_ADDRESS + change, banked(Mode.IRQ, UserState.SP));
            run(virtualization, """
                    mov32 r1, %s
                    adr r2, 1f
                    str r2, [r1, #%d]
                    mov32 r2, 0xa000001f
                    str r2, [r1, #%d]
                    rfe%s r1!
                    hvc #0
                    hvc #0
                    1: mov r3, #1
                    """.formatted(DATA, lrAt, spsrAt, mode));
            assertEquals(1, board.r(3));
            assertEquals(0xa000_001f, cpsr());
            assertEquals(DATA_ADDRESS + change, board.r(1));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PATCHED", "TRANSLATED"})
    void stmAndLdmTransferUserRegisters(Virtualization virtualization) {
        run(virtualization, """
                cps #0x1f
                mov sp, #1
                mov lr, #2
                mov r8, #3
                cps #0x11
                mov sp, #4
                mov r8, #5
                mov32 r0, %s
                stmia r0, {r0, r8, sp, lr}^
                mov r2, #6
                str r2, [r0, #4]
                str r2, [r0, #8]
                str r2, [r0, #12]
                ldmia r0, {r1, r8, sp, lr}^
                """.formatted(DATA));
        assertEquals(DATA_ADDRESS, board.memory.read32(DATA_ADDRESS));
        assertEquals(DATA_ADDRESS, board.r(1));
        assertEquals(5, board.r(8), "FIQ's own");
        assertEquals(4, board.r(13));
        assertEquals(6, banked(Mode.USR, 8));
        assertEquals(6, banked(Mode.USR, 13));
        assertEquals(6, banked(Mode.USR, 14));
    }

    @ParameterizedTest
    @EnumSource(names = {"PATCHED", "TRANSLATED"})
    void ldmWithPcReturnsFromAnException(Virtualization virtualization) {
        run(virtualization, """
                mov32 r0, %s
                adr r1, 1f
                str r1, [r0, #4]
                mov r2, #7
                str r2, [r0]
                mov32 r1, 0x4000001f
                msr spsr_cxsf, r1
                ldmia r0!, {r4, pc}^
                hvc #0
                hvc #0
                1: mov r5, #1
                """.formatted(DATA));
        assertEquals(7, board.r(4));
        assertEquals(1, board.r(5));
        assertEquals(0x4000_001f, cpsr());
        assertEquals(DATA_ADDRESS + 8, board.r(0));
    }

    /** Every operation that can return: the target is computed by a plain instruction first, in another register. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "and | r1, r2, r3",
                "eor | r1, r2, r3",
                "sub | r1, r2, r3",
                "rsb | r1, r2, r3",
                "add | r1, r2, r3",
                "adc | r1, r2, r3",
                "sbc | r1, r2, r3",
                "rsc | r1, r2, r3",
                "orr | r1, r2, r3",
                "mov | r1, r3",
                "bic | r1, r2, r3",
                "mvn | r1, r3",
                "add | r1, r2, #0xff0",
                "sub | r1, r2, #4",
                "mov | r1, #0x50000000",
                "adc | r1, r2, #0x40000000",
                "add | r1, r2, r3, lsl #3",
                "orr | r1, r2, r3, lsr #32",
                "sub | r1, r2, r3, asr #32",
                "eor | r1, r2, r3, ror #7",
                "add | r1, r2, r3, rrx",
                "sub | r1, pc, r3"
            })
    void exceptionReturnComputesItsTargetAsThePlainInstruction(String operation, String operands) {
        for (Virtualization virtualization : new Virtualization[] {Virtualization.PATCHED, Virtualization.TRANSLATED}) {
            for (int carry = 0; carry < 2; carry++) {
                board = new TestBoard(virtualization);
                board.loadWithVectors("""
                        mov32 r2, 0x%x
                        mov32 r3, 0x10001234
                        mov r4, #0x1f
                        msr spsr_cxsf, r4
                        msr cpsr_f, #0x%x
                        %s %s
                        %s %s
                        """.formatted(
                                0x2000_4321 + 4 * carry,
                                carry << 29,
                                operation,
                                operands.replace("pc", "sp"),
                                operation + "s",
                                operands.replace("r1", "pc")));
                boolean readsPc = operands.contains("pc");
                board.runToVector();
                int expected = readsPc ? MAIN + 8 * 4 + 8 - 0x1000_1234 : board.r(1);
                assertEquals(expected & ~3, board.vcpu.system.get(Cp15.IFAR), operation + " " + operands);
                assertEquals(0x1f, board.vcpu.registers.spsr(Mode.ABT), "it was in SYS mode, flags clear");
            }
        }
    }

    private static final int MAIN = TestBoard.VECTORS + 8 * 4 + 4 * 4;

    @ParameterizedTest
    @CsvSource({
        "PATCHED, ldrt, 4, false", "TRANSLATED, ldrt, 4, false",
        "PATCHED, ldrbt, 1, false", "TRANSLATED, ldrbt, 1, false",
        "PATCHED, ldrht, 2, false", "TRANSLATED, ldrht, 2, false",
        "PATCHED, ldrsbt, 1, true", "TRANSLATED, ldrsbt, 1, true",
        "PATCHED, ldrsht, 2, true", "TRANSLATED, ldrsht, 2, true"
    })
    void unprivilegedLoadsReadAndWriteBack(Virtualization virtualization, String name, int size, boolean signed) {
        run(virtualization, """
                mov32 r1, %s
                mov32 r2, 0x8899aabb
                str r2, [r1]
                %s r3, [r1], #8
                mov32 r1, %s
                mov r4, #4
                %s r5, [r1], -r4
                mov r6, r1
                mov32 r1, %s
                %s r7, [r1], #-8
                """.formatted(DATA, name, DATA, name, DATA, name));
        int expected = switch (size) {
            case 1 -> signed ? (byte) 0xbb : 0xbb;
            case 2 -> signed ? (short) 0xaabb : 0xaabb;
            default -> 0x8899_aabb;
        };
        assertEquals(expected, board.r(3));
        assertEquals(expected, board.r(5));
        assertEquals(expected, board.r(7));
        assertEquals(DATA_ADDRESS - 4, board.r(6));
        assertEquals(DATA_ADDRESS - 8, board.r(1));
        assertEquals(0, board.vcpu.statistics().sensitive(Sensitivity.UNPRIVILEGED), "one trapped");
    }

    @ParameterizedTest
    @EnumSource(names = {"PATCHED", "TRANSLATED"})
    void unprivilegedStoresWriteAndWriteBack(Virtualization virtualization) {
        run(virtualization, """
                mov32 r1, %s
                mov32 r2, 0x11223344
                mov r3, #1
                strt r2, [r1], #4
                strbt r2, [r1], r3, lsl #2
                strht r2, [r1], #4
                """.formatted(DATA));
        assertEquals(0x1122_3344, board.memory.read32(DATA_ADDRESS));
        assertEquals(0x44, board.memory.read32(DATA_ADDRESS + 4));
        assertEquals(0x3344, board.memory.read32(DATA_ADDRESS + 8));
        assertEquals(DATA_ADDRESS + 12, board.r(1));
    }

    @ParameterizedTest
    @EnumSource(names = {"PATCHED", "TRANSLATED"})
    void conditionThatFailsMeansNoEffect(Virtualization virtualization) {
        run(virtualization, """
                cmp r0, #0
                mov32 r1, %s
                msrne cpsr_c, #0x1f
                mrsne r2, cpsr
                ldrtne r3, [r1], #4
                ldmiane r1, {r8}^
                movsne pc, #0
                wfine
                hvcne #0
                """.formatted(DATA).replace("hvcne #0", "smcne #0"));
        assertEquals(Mode.SVC, board.vcpu.mode());
        assertEquals(0, board.r(2));
        assertEquals(DATA_ADDRESS, board.r(1));
    }

    @ParameterizedTest
    @EnumSource(names = {"PATCHED", "TRANSLATED"})
    void eretReturnsThroughLr(Virtualization virtualization) {
        run(virtualization, "mov r1, #0x1f\n msr spsr_cxsf, r1\n adr lr, 1f\n eret\n hvc #0\n 1: mov r2, #1");
        assertEquals(1, board.r(2));
        assertEquals(0x1f, cpsr() & 0x1ff);
    }

    @ParameterizedTest
    @EnumSource(names = {"PATCHED", "TRANSLATED"})
    void userModeCallsAreTheGuestsWhateverTheirNumber(Virtualization virtualization) {
        board = new TestBoard(virtualization);
        // In a patched kernel this number would be an encoded MRS.
        board.loadWithVectors("msr cpsr_c, #0x10\n .word 0xeff20001");
        assertEquals(ExceptionKind.SUPERVISOR_CALL, board.runToVector());
        assertEquals(0, board.r(1));
    }

    @ParameterizedTest
    @EnumSource(names = {"PATCHED", "TRANSLATED"})
    void userModeCoprocessorAccessesAreUndefined(Virtualization virtualization) {
        board = new TestBoard(virtualization);
        // In a patched kernel this word would be an encoded LDRT.
        board.loadWithVectors("msr cpsr_c, #0x10\n ldc p1, c1, [r1, #4]");
        assertEquals(ExceptionKind.UNDEFINED, board.runToVector());
    }

    @ParameterizedTest
    @ValueSource(strings = {"hvc #0", "smc #0", "eret"})
    void firmwareCallsInUserModeAreUndefined(String call) {
        board = new TestBoard(Virtualization.TRANSLATED);
        board.loadWithVectors("msr cpsr_c, #0x10\n" + call);
        assertEquals(ExceptionKind.UNDEFINED, board.runToVector());
    }

    @ParameterizedTest
    @EnumSource(names = {"PATCHED", "TRANSLATED"})
    void realSupervisorCallInTheKernelIsAnException(Virtualization virtualization) {
        board = new TestBoard(virtualization);
        board.loadWithVectors("svc #0");
        assertEquals(ExceptionKind.SUPERVISOR_CALL, board.runToVector());
        assertEquals(1, board.vcpu.statistics().supervisorCalls);
    }
}
