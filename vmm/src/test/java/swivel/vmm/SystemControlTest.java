package swivel.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.arm.Cp15;
import swivel.arm.ExceptionKind;

/** CP15 and CP14 as a kernel and a program see them. */
final class SystemControlTest {
    private final TestBoard board = new TestBoard(Virtualization.PATCHED);

    private void run(String source) {
        board.loadWithVectors(source + "\n hvc #0");
        assertNull(board.runToVector(), "an exception was taken");
    }

    private ExceptionKind runUser(String source) {
        board.loadWithVectors(source.replace("USER", "cps #0x10") + "\n svc #0");
        return board.runToVector();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0, r1, c0, c0, 0 | 414fc0f0", // MIDR: Cortex-A15 r4p0
                "0, r1, c0, c0, 5 | 80000000", // MPIDR
                "0, r1, c0, c1, 4 | 10201105", // ID_MMFR0: long descriptors
                "0, r1, c0, c1, 0 | 00000131", // ID_PFR0: no ThumbEE
                "0, r1, c0, c1, 1 | 00010001", // ID_PFR1: generic timer
                "0, r1, c0, c2, 0 | 02101110", // ID_ISAR0: SDIV and UDIV
                "0, r1, c0, c2, 7 | 0", // ID_ISAR6, reserved
                "0, r1, c0, c7, 7 | 0", // reserved
                "1, r1, c0, c0, 1 | 0a200023", // CLIDR
                "0, r1, c14, c0, 0| 03b9aca0" // CNTFRQ
            })
    void identification(String operands, String value) {
        run("mrc p15, " + operands);
        assertEquals(Integer.parseUnsignedInt(value, 16), board.r(1));
    }

    @Test
    void cacheSizesFollowCsselr() {
        run("""
            mcr p15, 2, r0, c0, c0, 0
            mrc p15, 1, r1, c0, c0, 0
            mov r0, #1
            mcr p15, 2, r0, c0, c0, 0
            mrc p15, 1, r2, c0, c0, 0
            mov r0, #2
            mcr p15, 2, r0, c0, c0, 0
            mrc p15, 1, r3, c0, c0, 0
            """);
        assertEquals(0x701f_e00a, board.r(1));
        assertEquals(0x201f_e00a, board.r(2));
        assertEquals(0x711f_e07a, board.r(3));
    }

    /** What remains of all ones, and of zero, written to a register. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0, r1, c1, c0, 1 | 00000040 | 0", // ACTLR
                "0, r1, c1, c0, 2 | 0        | 0", // CPACR: no coprocessors
                "0, r1, c2, c0, 0 | ffffffff | 0", // TTBR0
                "0, r1, c2, c0, 2 | bfc73fb7 | 0", // TTBCR
                "0, r1, c3, c0, 0 | ffffffff | 0", // DACR
                "0, r1, c12, c0, 0| ffffffe0 | 0", // VBAR
                "0, r1, c13, c0, 0| 0        | 0", // FCSEIDR
                "0, r1, c13, c0, 1| ffffffff | 0", // CONTEXTIDR
                "0, r1, c13, c0, 2| ffffffff | 0", // TPIDRURW
                "0, r1, c13, c0, 3| ffffffff | 0", // TPIDRURO
                "0, r1, c13, c0, 4| ffffffff | 0", // TPIDRPRW
                "0, r1, c9, c12, 0| 410f3039 | 410f3000", // PMCR: six counters
                "0, r1, c10, c2, 0| ffffffff | 0", // PRRR
                "0, r1, c14, c1, 0| 3ff      | 0" // CNTKCTL
            })
    void writableBits(String register, String ones, String zeros) {
        run("mvn r1, #0\n mcr p15, %s\n mrc p15, %s\n mov r2, r1\n mov r1, #0\n mcr p15, %s\n mrc p15, %s\n"
                .formatted(register, register, register, register));
        assertEquals(Integer.parseUnsignedInt(ones, 16), board.r(2));
        assertEquals(Integer.parseUnsignedInt(zeros, 16), board.r(1));
    }

    /** Of TTBR0, TTBR1 and PAR: MCRR writes all, MCR the lower half, which leaves the upper one. */
    @ParameterizedTest
    @CsvSource({
        "'0, r1, r2, c2', 'r3, c2, c0, 0', ff00ff",
        "'1, r1, r2, c2', 'r3, c2, c0, 1', ff00ff",
        "'0, r1, r2, c7', 'r3, c7, c4, 0', ff0000ff"
    })
    void registersOf64BitsAreReachedWholeAndByHalf(String whole, String half, String writable) {
        run("""
            mvn r1, #0
            mvn r2, #0
            mcrr p15, %s
            mov r3, #5
            mcr p15, 0, %s
            mrrc p15, %s
            mrc p15, 0, %s
            """.formatted(whole, half, whole, half));
        assertEquals(5, board.r(1));
        assertEquals(Integer.parseUnsignedInt(writable, 16), board.r(2));
        assertEquals(5, board.r(3));
        assertEquals(ExceptionKind.UNDEFINED, runUser("USER\n mrrc p15, " + whole));
        assertEquals(ExceptionKind.UNDEFINED, runUser("USER\n mcrr p15, " + whole));
    }

    @Test
    void sctlrKeepsItsFixedBits() {
        run("mov r1, #0\n mcr p15, 0, r1, c1, c0, 0\n mrc p15, 0, r1, c1, c0, 0");
        assertEquals(0x00c5_0078, board.r(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mrc p15, 0, r1, c1, c1, 0",
                "mrc p15, 4, r1, c1, c0, 0",
                "mcr p15, 0, r1, c0, c0, 0",
                "mrc p15, 0, r1, c8, c7, 0",
                "mrrc p15, 6, r1, r2, c2",
                "mrrc p15, 4, r1, r2, c14",
                "mrc p15, 0, r1, c4, c0, 0",
                "mrc p15, 7, r1, c13, c15, 7",
                "mcr p15, 0, r1, c7, c8, 4",
                "mrc p14, 0, r1, c7, c7, 0",
                "mrc p14, 6, r1, c0, c0, 0",
                "mrc p14, 6, r1, c1, c0, 0",
                "mrc p10, 7, r1, c0, c0, 0",
                "ldc p14, c5, [r1]",
                "cdp p15, 0, c0, c0, c0, 0",
                "mrc2 p15, 0, r1, c0, c0, 0"
            })
    void whatThisCoreLacksIsUndefined(String instruction) {
        board.loadWithVectors(instruction);
        assertEquals(ExceptionKind.UNDEFINED, board.runToVector());
        assertEquals(0, board.r(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mcr p15, 0, r0, c7, c5, 0", "mcr p15, 0, r0, c7, c1, 0", "mcr p15, 0, r0, c7, c5, 6",
                        "mcr p15, 0, r0, c7, c10, 1",
                "mcr p15, 0, r0, c7, c14, 2", "mcr p15, 0, r0, c7, c11, 1", "mcr p15, 0, r0, c7, c6, 2",
                        "mcr p15, 0, r0, c7, c5, 4",
                "mcr p15, 0, r0, c7, c10, 4", "mcr p15, 0, r0, c7, c10, 5", "mcr p15, 0, r0, c8, c7, 0",
                        "mcr p14, 0, r0, c1, c0, 4",
                "mrc p14, 0, r1, c0, c0, 0", "mrc p14, 0, r1, c0, c1, 0", "mrc p15, 0, r1, c9, c13, 0"
            })
    void kernelMayAndProgramMayNot(String instruction) {
        run(instruction);
        boolean programMay = instruction.contains("c7, c5, 4")
                || instruction.contains("c7, c10, 4")
                || instruction.contains("c7, c10, 5")
                || instruction.contains("p14, 0, r1, c0, c0");
        assertEquals(
                programMay ? ExceptionKind.SUPERVISOR_CALL : ExceptionKind.UNDEFINED, runUser("USER\n" + instruction));
    }

    @Test
    void programReadsItsThreadRegistersAndWritesOne() {
        String source = """
                mov r1, #7
                mcr p15, 0, r1, c13, c0, 3
                USER
                mrc p15, 0, r2, c13, c0, 3
                mov r1, #8
                mcr p15, 0, r1, c13, c0, 2
                mrc p15, 0, r3, c13, c0, 2
                """;
        assertEquals(ExceptionKind.SUPERVISOR_CALL, runUser(source));
        assertEquals(7, board.r(2));
        assertEquals(8, board.r(3));
        assertEquals(ExceptionKind.UNDEFINED, runUser("USER\n mcr p15, 0, r1, c13, c0, 3"));
        assertEquals(ExceptionKind.UNDEFINED, runUser("USER\n mrc p15, 0, r1, c13, c0, 4"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mrrc p15, 1, r1, r2, c14 | 2", "mrrc p15, 0, r1, r2, c14 | 1", "mrc p15, 0, r1, c14, c0, 0 | 1",
                "mrc p15, 0, r1, c14, c0, 0 | 2", "mrc p15, 0, r1, c14, c3, 1 | 0x100",
                        "mcr p15, 0, r1, c14, c2, 0 | 0x200",
                "mcrr p15, 3, r1, r2, c14 | 0x100"
            })
    void cntkctlOpensTheTimerToPrograms(String access, String bits) {
        String source = "mov r3, #%s\n mcr p15, 0, r3, c14, c1, 0\n USER\n %s";
        assertEquals(ExceptionKind.SUPERVISOR_CALL, runUser(source.formatted(bits, access)));
        assertEquals(ExceptionKind.UNDEFINED, runUser(source.formatted("0", access)));
    }

    @Test
    void timerValueIsTheSignedTimeLeft() {
        run("""
            mov32 r1, 1000000
            mcr p15, 0, r1, c14, c3, 0
            mrrc p15, 1, r2, r3, c14
            mrrc p15, 3, r4, r5, c14
            mvn r1, #0
            mcr p15, 0, r1, c14, c2, 0
            mrc p15, 0, r6, c14, c2, 0
            """);
        assertEquals(1_000_000, board.r(4) - board.r(2), 100);
        assertEquals(-1, board.r(6), 100);
    }

    @ParameterizedTest
    @EnumSource(names = {"DFSR", "IFSR", "DFAR", "IFAR", "ADFSR", "AIFSR"})
    void faultRegistersOfAFreshCoreAreZero(Cp15 register) {
        assertEquals(0, board.vcpu.system.get(register));
    }

    @Test
    void addressTranslationOperationsFillPar() {
        board.memory.write32(0x4040_0000 + 4 * 0x400, 0x4000_0000 | 3 << 10 | 2);
        board.memory.write32(0x4040_0000 + 4 * 0x500, 0x4120_0000 | 1 << 10 | 2);
        run("""
            mov32 r4, 0x40400000
            mcr p15, 0, r4, c2, c0, 0
            mov r4, #1
            mcr p15, 0, r4, c3, c0, 0
            mrc p15, 0, r4, c1, c0, 0
            orr r4, r4, #1
            mcr p15, 0, r4, c1, c0, 0
            mov32 r4, 0x50012345
            mcr p15, 0, r4, c7, c8, 1
            mrc p15, 0, r1, c7, c4, 0
            mcr p15, 0, r4, c7, c8, 2
            mrc p15, 0, r2, c7, c4, 0
            mov32 r4, 0x60012345
            mcr p15, 0, r4, c7, c8, 0
            mrc p15, 0, r3, c7, c4, 0
            """);
        assertEquals(0x4121_2000, board.r(1) & 0xffff_f000);
        assertEquals(0, board.r(1) & 1);
        assertEquals(0xd << 1 | 1, board.r(2) & 0x7f, "permission fault, section");
        assertEquals(0x5 << 1 | 1, board.r(3) & 0x7f, "translation fault, section");
    }
}
