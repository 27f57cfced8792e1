package swivel.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import swivel.arm.ExceptionKind;
import swivel.arm.core.CoreModel;
import swivel.arm.core.FloatingPointUnit;

/** VFP and NEON are there, and undefined where a kernel has disabled them. */
final class FloatingPointTest {
    private static final FloatingPointUnit WHOLE = CoreModel.CORTEX_A15.floatingPoint();

    private static final String VADD_I8 = " vadd.i8 d1, d2, d3\n";
    private static final String VADD_I8_UPPER = " vadd.i8 d17, d18, d19\n";
    private static final String VADD_F32 = " vadd.f32 s0, s1, s2\n";
    private static final String VMOV_UPPER = " vmov d16, r0, r1\n";
    private static final String VDUP_8 = " vdup.8 d1, r0\n";

    private static final String FPU = " .fpu neon-vfpv4\n";

    private static TestBoard board(FloatingPointUnit unit, String source) {
        return new TestBoard(Virtualization.TRANSLATED, unit).loadWithVectors(FPU + source);
    }

    /** CPACR, and FPEXC.EN set. */
    private static String enable(int cpacr) {
        return "mov32 r0, 0x%x\n mcr p15, 0, r0, c1, c0, 2\n mov r0, #0x40000000\n vmsr fpexc, r0\n".formatted(cpacr);
    }

    /** Of ASEDIS and D32DIS (ARM DDI 0406C, B4.1.40). */
    @ParameterizedTest
    @CsvSource({
        "0x00f00000, true, true, true, true, true",
        "0x80f00000, false, false, true, true, false",
        "0x40f00000, true, false, true, false, true",
        "0xc0f00000, false, false, true, false, false",
        "0x00500000, true, true, true, true, true",
        "0x00000000, false, false, false, false, false",
    })
    void whatCpacrDisablesIsUndefined(
            long cpacr, boolean simd, boolean upperSimd, boolean vfp, boolean upperVfp, boolean duplicate) {
        executes((int) cpacr, VADD_I8, simd);
        executes((int) cpacr, VADD_I8_UPPER, upperSimd);
        executes((int) cpacr, VADD_F32, vfp);
        executes((int) cpacr, VMOV_UPPER, upperVfp);
        executes((int) cpacr, VDUP_8, duplicate);
    }

    private static void executes(int cpacr, String instruction, boolean executes) {
        String enable = cpacr == 0 ? "" : enable(cpacr);
        ExceptionKind kind = board(WHOLE, enable + instruction + "hvc #0").runToVector();
        assertEquals(executes ? null : ExceptionKind.UNDEFINED, kind, instruction);
    }

    @ParameterizedTest
    @EnumSource(CoreModel.class)
    void withoutNeonOnlyItsInstructionsAreUndefinedAndCpacrSaysSo(CoreModel core) {
        FloatingPointUnit unit = core.floatingPoint().withoutSimd();
        assertEquals(
                ExceptionKind.UNDEFINED,
                board(unit, enable(0x00f0_0000) + VADD_I8).runToVector());
        TestBoard board = board(unit, enable(0x00f0_0000) + VADD_F32 + "mrc p15, 0, r4, c1, c0, 2\n hvc #0");
        assertNull(board.runToVector());
        assertEquals(0x80f0_0000, board.r(4));
    }

    @Test
    void withSixteenRegistersTheOthersAreUndefinedAndCpacrSaysSo() {
        FloatingPointUnit unit = WHOLE.withoutUpperRegisters();
        assertEquals(
                ExceptionKind.UNDEFINED,
                board(unit, enable(0x00f0_0000) + VMOV_UPPER).runToVector());
        String source = enable(0x00f0_0000) + VADD_F32 + "mrc p15, 0, r4, c1, c0, 2\n vmrs r5, mvfr0\n hvc #0";
        TestBoard board = board(unit, source);
        assertNull(board.runToVector());
        assertEquals(0xc0f0_0000, board.r(4));
        assertEquals(0x1011_0221, board.r(5));
    }

    /** What Linux looks at before it says that there is NEON: MVFR0 and MVFR1. */
    @Test
    void featureRegistersSayWhatThereIs() {
        String source = enable(0x00f0_0000) + " vmrs r4, mvfr0\n vmrs r5, mvfr1\n hvc #0";
        TestBoard whole = board(WHOLE, source);
        assertNull(whole.runToVector());
        assertEquals(0x1011_0222, whole.r(4));
        assertEquals(0x1111_1111, whole.r(5));
        TestBoard some = board(WHOLE.withoutSimd(), source);
        assertNull(some.runToVector());
        assertEquals(0x1011_0222, some.r(4));
        assertEquals(0x1100_0011, some.r(5));
    }

    /** As a kernel does that gives registers to the program that asks for them. */
    @Test
    void programIsBouncedWhileTheKernelHasNeonDisabled() {
        String source = FPU + " mov32 r0, vectors\n mcr p15, 0, r0, c12, c0, 0\n" + enable(0x00f0_0000)
                + " mov r0, #0\n vmsr fpexc, r0\n" // EN is clear
                + " mov r1, #5\n mov r2, #0\n mov r0, #0x10\n msr spsr_cxsf, r0\n mov32 lr, program\n movs pc, lr\n"
                + "program: vdup.8 q0, r1\n"
                + " vadd.i32 q0, q0, q0\n"
                + " vmov.32 r3, d0[0]\n"
                + " svc #0\n"
                + " .balign 32\n vectors: hvc #0\n b undefined\n hvc #0\n hvc #0\n hvc #0\n hvc #0\n hvc #0\n hvc #0\n"
                + "undefined: add r2, r2, #1\n mov r0, #0x40000000\n vmsr fpexc, r0\n"
                + " sub lr, lr, #4\n movs pc, lr\n";
        TestBoard board = new TestBoard(Virtualization.TRANSLATED, WHOLE).load(source);
        board.run();
        assertEquals(1, board.r(2));
        assertEquals(0x0a0a_0a0a, board.r(3));
    }
}
