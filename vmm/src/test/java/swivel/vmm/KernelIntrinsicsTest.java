package swivel.vmm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import swivel.arm.A32;
import swivel.arm.Cp15;
import swivel.arm.Disassembler;
import swivel.arm.Fields;
import swivel.arm.Mode;
import swivel.arm.Psr;
import swivel.arm.Sensitivity;
import swivel.arm.core.CoreModel;
import swivel.arm.core.RegisterTable;
import swivel.cpu.UserState;
import swivel.encoding.TrapEncoding;

/**
 * What the processor executes itself for a kernel has the effect of the hypervisor's handlers: the same words, run both
 * ways from random states.
 */
final class KernelIntrinsicsTest {
    private static final int ROUNDS = 8000;
    private static final int HVC = 0xe140_0070;
    private static final int AT = TestBoard.CODE + 0x100;
    private static final int DATA = 0x4003_0000;
    private static final int DATA_SIZE = 0x1000;
    private static final Mode[] PRIVILEGED = {Mode.SVC, Mode.IRQ, Mode.FIQ, Mode.ABT, Mode.UND, Mode.SYS};

    /** Where exceptions return to. */
    private static final Mode[] RETURNED = {Mode.USR, Mode.USR, Mode.USR, Mode.SVC, Mode.SYS, Mode.ABT};

    /** The registers whose random value would make the guest go elsewhere. */
    private static final RegisterTable<Cp15> TABLE = CoreModel.CORTEX_A15.cp15();

    private static final List<Cp15> KEPT =
            List.of(Cp15.SCTLR, Cp15.TTBR0, Cp15.TTBR1, Cp15.TTBCR, Cp15.VBAR, Cp15.CONTEXTIDR, Cp15.DACR);

    private final Random random = new Random(1);
    private final KernelWords words = new KernelWords(random::nextInt);

    /** Not of the registers that are kept, nor of the timers, whose clock counts instructions. */
    private int word() {
        for (; ; ) {
            int word = words.next();
            A32 row = A32.decode(word);
            boolean access = row == A32.MCR || row == A32.MRC;
            if (!access || !KEPT.contains(Cp15.of(word)) && (word >>> 16 & 15) != 14) {
                return word;
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PATCHED", "TRANSLATED"})
    void anIntrinsicHasTheEffectOfItsHandler(Virtualization virtualization) {
        TestBoard inline = new TestBoard(virtualization);
        TestBoard trapping = new TestBoard(virtualization);
        inline.lines = false;
        trapping.lines = false;
        trapping.processor.setIntrinsics(null);
        boolean rewritten = virtualization.isRewritten();
        runBoth(inline, rewritten, trapping, rewritten);
        long saved = trapping.vcpu.statistics().traps - inline.vcpu.statistics().traps;
        assertTrue(saved > ROUNDS / 4, saved + " traps were saved");
    }

    @Test
    void anInstructionThatNobodyRewroteHasTheEffectOfTheRewrittenOneAndIsCounted() {
        TestBoard rewritten = new TestBoard(Virtualization.PATCHED);
        TestBoard missed = new TestBoard(Virtualization.PATCHED);
        rewritten.lines = false;
        missed.lines = false;
        int sensitive = runBoth(rewritten, true, missed, false);
        assertTrue(sensitive > ROUNDS / 4, sensitive + " sensitive instructions were executed");
        assertEquals(0, rewritten.vcpu.statistics().missed.executed());
        assertEquals(0, missed.vcpu.misbehaved().executed());
        // Conditions of half of them fail.
        long counted = missed.vcpu.statistics().missed.executed();
        assertTrue(counted > sensitive / 4 && counted <= sensitive, counted + " of " + sensitive);
        for (Sensitivity sensitivity : Sensitivity.values()) {
            boolean lifted = sensitivity == Sensitivity.STATUS || sensitivity == Sensitivity.MULTIPLE;
            long expected = rewritten.vcpu.statistics().sensitive(sensitivity);
            long actual = missed.vcpu.statistics().sensitive(sensitivity);
            assertTrue(actual >= expected, sensitivity + ": " + actual + " of " + expected);
            assertTrue(!lifted || actual > 0, sensitivity.toString());
        }
    }

    /** Runs the same random words on two boards, and compares; returns how many were sensitive. */
    private int runBoth(TestBoard first, boolean firstEncoded, TestBoard second, boolean secondEncoded) {
        int sensitive = 0;
        for (int i = 0; i < ROUNDS; i++) {
            int word = word();
            if (firstEncoded != secondEncoded && Fields.rn(word) == UserState.PC) {
                continue; // it may load itself
            }
            sensitive += A32.decode(word).isSensitive() ? 1 : 0;
            long seed = random.nextLong();
            String what = "%08x %s".formatted(word, Disassembler.disassemble(word, AT));
            prepare(first, firstEncoded, word, new Random(seed));
            prepare(second, secondEncoded, word, new Random(seed));
            assertInstanceOf(Vcpu.Exit.PowerOff.class, first.run(), what);
            assertInstanceOf(Vcpu.Exit.PowerOff.class, second.run(), what);
            compare(second, first, what);
        }
        return sensitive;
    }

    private static boolean isReturn(int word) {
        return (word & 0x0fff_fff0) == KernelWords.RETURN;
    }

    private static boolean isCall(int word) {
        return (word & 0x0f00_0000) == KernelWords.SVC && word >>> 28 != 15;
    }

    private static void prepare(TestBoard board, boolean encoded, int word, Random values) {
        board.vcpu.reset(AT, 0, 0, 0);
        int hvc = board.vcpu.virtualization().isRewritten() ? TrapEncoding.encode(HVC) : HVC;
        for (int vector = 0; vector < 8; vector++) {
            board.memory.write32(TestBoard.CODE + 4 * vector, hvc);
        }
        board.memory.write32(AT, encoded && A32.decode(word).isSensitive() ? TrapEncoding.encode(word) : word);
        board.memory.write32(AT + 4, hvc);
        byte[] data = new byte[DATA_SIZE];
        values.nextBytes(data);
        board.memory.write(DATA, data, 0, DATA_SIZE);

        Registers registers = board.vcpu.registers;
        for (Mode mode : PRIVILEGED) {
            for (int n = 8; n < 15; n++) {
                registers.set(mode, n, values.nextInt());
            }
            int spsr = values.nextInt() & Psr.DEFINED;
            // Mostly of a program as it is, in A32.
            spsr = values.nextInt(3) == 0 ? spsr & ~Psr.T : spsr & ~(Psr.IT | Psr.J | Psr.E | Psr.T);
            registers.setSpsr(
                    mode, isReturn(word) ? Psr.withMode(spsr, RETURNED[values.nextInt(RETURNED.length)]) : spsr);
        }
        for (Cp15 register : Cp15.values()) {
            if (!TABLE.isConstant(register) && !KEPT.contains(register)) {
                board.vcpu.system.set(register, values.nextInt() & (int) TABLE.writable(register));
            }
        }
        board.vcpu.system.set(Cp15.VBAR, TestBoard.CODE);
        int psr = values.nextInt() & (Psr.NZCV | Psr.Q | Psr.GE | Psr.A | Psr.I | Psr.F);
        Mode mode = isReturn(word) && values.nextBoolean() ? Mode.SVC : PRIVILEGED[values.nextInt(PRIVILEGED.length)];
        registers.setCpsr(Psr.withMode(psr, isCall(word) ? Mode.USR : mode));
        for (int n = 0; n < 15; n++) {
            // Addresses, small offsets, anything
            if (isReturn(word)) {
                registers.set(n, AT + 4);
                continue;
            }
            registers.set(
                    n,
                    switch (values.nextInt(3)) {
                        case 0 -> DATA + values.nextInt(DATA_SIZE);
                        case 1 -> values.nextInt(64);
                        default -> values.nextInt();
                    });
        }
        board.vcpu.irq().set(values.nextInt(4) == 0);
        board.vcpu.fiq().set(values.nextInt(4) == 0);
    }

    private static void compare(TestBoard expected, TestBoard actual, String what) {
        assertEquals(Integer.toHexString(expected.vcpu.cpsr()), Integer.toHexString(actual.vcpu.cpsr()), what);
        assertArrayEquals(slots(expected), slots(actual), what);
        for (Mode mode : PRIVILEGED) {
            assertEquals(
                    expected.vcpu.registers.spsr(mode), actual.vcpu.registers.spsr(mode), what + ", SPSR of " + mode);
            for (int n = 8; n < 15; n++) {
                assertEquals(expected.vcpu.registers.get(mode, n), actual.vcpu.registers.get(mode, n), what);
            }
        }
        byte[] expectedData = new byte[DATA_SIZE];
        byte[] actualData = new byte[DATA_SIZE];
        expected.memory.read(DATA, expectedData, 0, DATA_SIZE);
        actual.memory.read(DATA, actualData, 0, DATA_SIZE);
        assertArrayEquals(expectedData, actualData, what);
    }

    /** All but flags, which CPSR has, and temporaries. */
    private static int[] slots(TestBoard board) {
        int[] r = board.vcpu.state().r.clone();
        Arrays.fill(r, UserState.N, UserState.SLOTS, 0);
        Arrays.fill(r, UserState.T0, UserState.T_END, 0);
        return r;
    }
}
