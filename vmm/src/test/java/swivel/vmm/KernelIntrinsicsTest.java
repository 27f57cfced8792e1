package swivel.vmm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import swivel.arm.A32;
import swivel.arm.Cp15;
import swivel.arm.Cp15Fields;
import swivel.arm.Fields;
import swivel.arm.Instruction;
import swivel.arm.InstructionSet;
import swivel.arm.Mode;
import swivel.arm.Psr;
import swivel.arm.Sensitivity;
import swivel.arm.T32;
import swivel.arm.core.CoreModel;
import swivel.arm.core.RegisterTable;
import swivel.cpu.SystemSlots;
import swivel.cpu.UserState;
import swivel.encoding.TrapEncoding;

/**
 * What the processor executes itself for a kernel has the effect of the hypervisor's handlers: the same words, run both
 * ways from random states.
 */
final class KernelIntrinsicsTest {
    private static final int ROUNDS = 8000;
    private static final int HVC = 0xe140_0070;
    private static final int THUMB_HVC = 0xf7e0_8000;
    private static final int AT = TestBoard.CODE + 0x100;

    /** As many instructions as an IT block may have, and one behind it. */
    private static final int THUMB_ENDS = 5;

    /** What ends the run: T32 code, and A32 code behind it. */
    private static final int END = AT + 0x40;

    private static final int END_OF_A32 = END + 4 * THUMB_ENDS;
    private static final int DATA = 0x4003_0000;
    private static final int DATA_SIZE = 0x1000;
    private static final Mode[] PRIVILEGED = {Mode.SVC, Mode.IRQ, Mode.FIQ, Mode.ABT, Mode.UND, Mode.SYS};

    /** Where exceptions return to. */
    private static final Mode[] RETURNED = {
        Mode.USR, Mode.USR, Mode.USR, Mode.SVC, Mode.SVC, Mode.SVC, Mode.SYS, Mode.ABT
    };

    /** The registers whose random value would make the guest go elsewhere. */
    private static final RegisterTable<Cp15> TABLE = CoreModel.CORTEX_A15.cp15();

    private static final List<Cp15> KEPT =
            List.of(Cp15.SCTLR, Cp15.TTBR0, Cp15.TTBR1, Cp15.TTBCR, Cp15.VBAR, Cp15.CONTEXTIDR, Cp15.DACR);

    private final Random random = new Random(1);

    /** Not of the registers that are kept, nor of the timers, whose clock counts instructions. */
    private static int word(InstructionSet set, KernelWords words) {
        for (; ; ) {
            int word = words.next();
            Instruction row = set.decode(word);
            if (row == A32.MRRC || row == T32.MRRC) {
                continue;
            }
            boolean access = row == A32.MCR || row == A32.MRC || row == T32.MCR || row == T32.MRC;
            if (!access || !KEPT.contains(Cp15.of(word)) && (word >>> 16 & 15) != 14) {
                return word;
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"A32, PATCHED", "A32, TRANSLATED", "T32, PATCHED", "T32, TRANSLATED"})
    void anIntrinsicHasTheEffectOfItsHandler(InstructionSet set, Virtualization virtualization) {
        TestBoard inline = new TestBoard(virtualization);
        TestBoard trapping = new TestBoard(virtualization);
        inline.lines = false;
        trapping.lines = false;
        trapping.processor.setIntrinsics(null);
        boolean rewritten = virtualization.isRewritten();
        runBoth(set, inline, rewritten, trapping, rewritten);
        long saved = trapping.vcpu.statistics().traps - inline.vcpu.statistics().traps;
        assertTrue(saved > ROUNDS / 4, saved + " traps were saved");
    }

    @ParameterizedTest
    @EnumSource
    void anInstructionThatNobodyRewroteHasTheEffectOfTheRewrittenOneAndIsCounted(InstructionSet set) {
        TestBoard rewritten = new TestBoard(Virtualization.PATCHED);
        TestBoard missed = new TestBoard(Virtualization.PATCHED);
        rewritten.lines = false;
        missed.lines = false;
        int sensitive = runBoth(set, rewritten, true, missed, false);
        assertTrue(sensitive > ROUNDS / 4, sensitive + " sensitive instructions were executed");
        assertEquals(0, rewritten.vcpu.statistics().missed.executed());
        assertEquals(0, missed.vcpu.misbehaved().executed());
        // Conditions of half of them fail.
        long counted = missed.vcpu.statistics().missed.executed();
        assertTrue(counted > sensitive / 4 && counted <= sensitive, counted + " of " + sensitive);
        for (Sensitivity sensitivity : Sensitivity.values()) {
            boolean lifted = sensitivity == Sensitivity.STATUS
                    || sensitivity == Sensitivity.MULTIPLE && set == InstructionSet.A32;
            long expected = rewritten.vcpu.statistics().sensitive(sensitivity);
            long actual = missed.vcpu.statistics().sensitive(sensitivity);
            assertTrue(actual >= expected, sensitivity + ": " + actual + " of " + expected);
            assertTrue(!lifted || actual > 0, sensitivity.toString());
        }
    }

    /** Runs the same random words on two boards, and compares; returns how many were sensitive. */
    private int runBoth(
            InstructionSet set, TestBoard first, boolean firstEncoded, TestBoard second, boolean secondEncoded) {
        KernelWords words = new KernelWords(set, random::nextInt);
        int sensitive = 0;
        for (int i = 0; i < ROUNDS; i++) {
            int word = word(set, words);
            if (firstEncoded != secondEncoded && Fields.rn(word) == UserState.PC) {
                continue; // it may load itself
            }
            sensitive += set.decode(word).isSensitive() ? 1 : 0;
            long seed = random.nextLong();
            String what = "%08x %s".formatted(word, set.disassemble(word, AT));
            prepare(first, firstEncoded, set, word, new Random(seed));
            prepare(second, secondEncoded, set, word, new Random(seed));
            assertInstanceOf(Vcpu.Exit.PowerOff.class, first.run(), what);
            assertInstanceOf(Vcpu.Exit.PowerOff.class, second.run(), what);
            compare(second, first, what);
        }
        return sensitive;
    }

    private static void prepare(TestBoard board, boolean encoded, InstructionSet set, int word, Random values) {
        board.vcpu.reset(AT, 0, 0, 0);
        boolean thumb = set == InstructionSet.T32;
        boolean thumbVectors = thumb && values.nextBoolean();
        boolean isReturn = KernelWords.isReturn(set, word);
        for (int vector = 0; vector < 8; vector++) {
            putEnd(board, thumbVectors, TestBoard.CODE + 4 * vector);
        }
        int at = put(board, set, AT, encoded && set.decode(word).isSensitive() ? TrapEncoding.encode(set, word) : word);
        for (int i = 0; i < THUMB_ENDS; i++) {
            putEnd(board, thumb, at + 4 * i);
            putEnd(board, true, END + 4 * i);
        }
        putEnd(board, false, END_OF_A32);
        byte[] data = new byte[DATA_SIZE];
        values.nextBytes(data);
        board.memory.write(DATA, data, 0, DATA_SIZE);

        Registers registers = board.vcpu.registers;
        boolean toThumb = thumb && values.nextInt(3) > 0;
        for (Mode mode : PRIVILEGED) {
            for (int n = 8; n < 15; n++) {
                registers.set(mode, n, values.nextInt());
            }
            int spsr = values.nextInt() & Psr.DEFINED;
            // Mostly of a program as it is
            spsr = values.nextInt(3) == 0 ? spsr & ~Psr.T : spsr & ~(Psr.IT | Psr.J | Psr.E | Psr.T);
            spsr |= toThumb ? Psr.T : 0;
            registers.setSpsr(mode, isReturn ? Psr.withMode(spsr, RETURNED[values.nextInt(RETURNED.length)]) : spsr);
        }
        for (Cp15 register : Cp15.values()) {
            if (!TABLE.isConstant(register) && !KEPT.contains(register)) {
                board.vcpu.system.set(register, values.nextInt() & (int) TABLE.writable(register));
            }
        }
        board.vcpu.system.set(Cp15.VBAR, TestBoard.CODE);
        if (thumbVectors) {
            board.vcpu.system.set(Cp15.SCTLR, board.vcpu.system.get(Cp15.SCTLR) | Cp15Fields.SCTLR_TE);
        }
        int psr = values.nextInt() & (Psr.NZCV | Psr.Q | Psr.GE | Psr.A | Psr.I | Psr.F);
        Mode mode = isReturn && values.nextBoolean() ? Mode.SVC : PRIVILEGED[values.nextInt(PRIVILEGED.length)];
        if (thumb) {
            psr |= Psr.T | (values.nextBoolean() ? Psr.withIt(0, itState(values)) : 0);
        }
        registers.setCpsr(Psr.withMode(psr, KernelWords.isCall(set, word) ? Mode.USR : mode));
        for (int n = 0; n < 15; n++) {
            // Addresses, small offsets, anything
            if (isReturn) {
                // System mode has no SPSR: the state stays.
                int end = toThumb || thumb && mode == Mode.SYS ? END : END_OF_A32;
                registers.set(n, end + KernelWords.subtracted(set, word));
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

    /** An instruction that ends the run. */
    private static void putEnd(TestBoard board, boolean thumb, int address) {
        InstructionSet set = thumb ? InstructionSet.T32 : InstructionSet.A32;
        int word = thumb ? THUMB_HVC : HVC;
        put(board, set, address, board.vcpu.virtualization().isRewritten() ? TrapEncoding.encode(set, word) : word);
    }

    /** Stores an instruction; returns where the next one is. */
    private static int put(TestBoard board, InstructionSet set, int address, int word) {
        if (set == InstructionSet.A32) {
            board.memory.write32(address, word);
            return address + 4;
        }
        int length = T32.lengthOf(word);
        board.memory.write16(address, length == 2 ? word : word >>> 16);
        if (length == 4) {
            board.memory.write16(address + 2, word);
        }
        return address + length;
    }

    /** At any instruction of an IT block. */
    private static int itState(Random values) {
        return values.nextInt(14) << 4 | 1 + values.nextInt(15);
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

    /** All but flags, which CPSR has, temporaries, and what is in arrays where there was a trap. */
    private static int[] slots(TestBoard board) {
        int[] r = board.vcpu.state().r.clone();
        Arrays.fill(r, UserState.N, UserState.SLOTS, 0);
        Arrays.fill(r, UserState.T0, UserState.T_END, 0);
        Arrays.fill(r, SystemSlots.SPARE_MODE, SystemSlots.SPSR_SPARE + 1, 0);
        return r;
    }
}
