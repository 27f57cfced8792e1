package swivel.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.arm.A32;
import swivel.arm.ExceptionKind;
import swivel.arm.Fields;

/** Guests that want to crash, hang or exhaust the VMM: it must stop them, or let them spin and stay stoppable. */
@Timeout(60)
final class HostileGuestTest {
    private final TestBoard board = new TestBoard(Virtualization.TRANSLATED);

    /** Enough for a guest to show what it does. */
    private static final long MANY = 20_000;

    private static final long FEW = 2_000;

    /** Runs a guest until it ends, sleeps, or is stopped from another thread after so many instructions or traps. */
    private static Vcpu.Exit runFor(TestBoard board, long steps) {
        long end = steps(board) + steps;
        int sleeps = board.sleeps.get();
        Thread stopper = Thread.ofPlatform().daemon().start(() -> {
            while (steps(board) < end && board.sleeps.get() == sleeps) {
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
                LockSupport.parkNanos(50_000);
            }
            board.vcpu.stop();
        });
        Vcpu.Exit exit = board.run();
        stopper.interrupt();
        try {
            stopper.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return exit;
    }

    /** Instructions that trap are not the processor's. */
    private static long steps(TestBoard board) {
        return board.processor.instructions() + board.vcpu.statistics().traps;
    }

    private String stuckReason(String source) {
        board.load(source);
        return assertInstanceOf(Vcpu.Exit.Stuck.class, board.run()).reason();
    }

    private static final String VBAR_NOWHERE = "mov r0, #0x20000000\n mcr p15, 0, r0, c12, c0, 0\n";

    @ParameterizedTest
    @ValueSource(strings = {"mov pc, #0x30000000", "udf #0", "svc #0", "mov r1, #0\n ldr r1, [r1]", "bkpt #0"})
    void exceptionWithVectorsNowhereIsStuckAndSaysWhere(String instruction) {
        String reason = stuckReason(VBAR_NOWHERE + instruction);
        assertTrue(reason.contains("prefetch abort vector, at 0x2000000c"), reason);
        assertTrue(reason.contains("fault status 0x8"), reason);
    }

    @Test
    void resetEndsBeingStuck() {
        stuckReason(VBAR_NOWHERE + "udf #0");
        board.loadWithVectors("svc #0");
        assertEquals(ExceptionKind.SUPERVISOR_CALL, board.runToVector());
    }

    @ParameterizedTest
    @ValueSource(strings = {"udf #0", "svc #0"})
    void vectorThatRaisesItsOwnExceptionIsStuck(String instruction) {
        String reason = stuckReason("adr r0, 1f\n mcr p15, 0, r0, c12, c0, 0\n" + instruction
                + "\n .balign 32\n 1: .rept 8\n" + instruction + "\n .endr");
        assertTrue(reason.contains("raises the same exception"), reason);
    }

    @Test
    void undefinedLoopWithAHandlerSpinsAndStops() {
        board.load(
                "adr r0, 1f\n mcr p15, 0, r0, c12, c0, 0\n 2: udf #0\n b 2b\n .balign 32\n 1: .rept 8\n movs pc, lr\n .endr");
        assertEquals(new Vcpu.Exit.Stopped(), runFor(board, MANY));
        assertTrue(board.vcpu.statistics().injected(ExceptionKind.UNDEFINED) > 1000);
    }

    private static final String MMU_ON = """
            mcr p15, 0, r4, c2, c0, 0
            mvn r5, #0
            mcr p15, 0, r5, c3, c0, 0
            mrc p15, 0, r5, c1, c0, 0
            orr r5, r5, #1
            mcr p15, 0, r5, c1, c0, 0
            nop
            """;

    @ParameterizedTest
    @ValueSource(strings = {"0x20000000", "0xfffffff0", "0x00000000", "0x43fff000"})
    void pageTableOutsideRamOrEmptyIsStuck(String table) {
        String reason = stuckReason("mov32 r4, %s\n".formatted(table) + MMU_ON);
        assertTrue(reason.contains("prefetch abort vector"), reason);
    }

    @Test
    void pageTableFullOfItselfIsHarmless() {
        for (int i = 0; i < 4096; i++) {
            board.memory.write32(0x4100_0000 + 4 * i, 0x4100_0001);
        }
        // It goes on in the tables as if they were code.
        board.load("mov32 r4, 0x41000000\n" + MMU_ON);
        assertEquals(new Vcpu.Exit.Stopped(), runFor(board, MANY));
    }

    private static final String LONG_MMU_ON = """
            mov r5, #0
            mcrr p15, 0, r4, r5, c2
            mov r5, #0x80000000
            mcr p15, 0, r5, c2, c0, 2
            mrc p15, 0, r5, c1, c0, 0
            orr r5, r5, #1
            mcr p15, 0, r5, c1, c0, 0
            nop
            """;

    @ParameterizedTest
    @ValueSource(strings = {"0x20000000", "0xfffffff0", "0x00000000", "0x43fff000"})
    void longTableOutsideRamOrEmptyIsStuck(String table) {
        String reason = stuckReason("mov32 r4, %s\n".formatted(table) + LONG_MMU_ON);
        assertTrue(reason.contains("prefetch abort vector"), reason);
        assertTrue(reason.contains("fault status 0x2"), reason);
    }

    @Test
    void longTableFullOfItselfIsHarmless() {
        for (int i = 0; i < 512; i++) {
            board.memory.write32(0x4100_0000 + 8 * i, 0x4100_0403);
        }
        // It goes on in the tables as if they were code.
        board.load("mov32 r4, 0x41000000\n" + LONG_MMU_ON);
        assertEquals(new Vcpu.Exit.Stopped(), runFor(board, MANY));
    }

    /**
     * All but the code is mapped at random, by tables that what is mapped may be: the guest writes into them, and drops
     * its TLB or not.
     */
    @Test
    void randomLongTablesThatTheGuestWritesToNeverBreakTheHypervisor() {
        for (int seed = 0; seed < 10; seed++) {
            Random random = new Random(seed);
            TestBoard guest = new TestBoard(Virtualization.TRANSLATED, 4 << 20);
            for (int at = 0x4020_0000; at < 0x4040_0000; at += 8) {
                int type = random.nextInt(8) == 0 ? random.nextInt(4) : 1 | random.nextInt(2) << 1;
                guest.memory.write32(at, 0x4020_0000 | random.nextInt(0x20_0000) & ~3 | 1 << 10 | type);
                guest.memory.write32(at + 4, random.nextInt(8) == 0 ? random.nextInt() : 0);
            }
            int blocks = 0x4020_1000;
            guest.memory.write32(0x4020_0008, blocks | 3);
            guest.memory.write32(blocks, 0x4000_0000 | 1 << 10 | 1);
            guest.memory.write32(blocks + 4, 0);
            guest.load("""
                    adr r0, 1f
                    mcr p15, 0, r0, c12, c0, 0
                    mov32 r4, 0x40200000
                    b 2f
                    .balign 32
                    1: .rept 3
                    nop
                    .endr
                    subs pc, lr, #0
                    subs pc, lr, #4
                    .rept 3
                    nop
                    .endr
                    2:
                    """ + LONG_MMU_ON + """
                    mov32 r6, %d
                    3: eor r6, r6, r6, lsl #13
                    eor r6, r6, r6, lsr #17
                    eor r6, r6, r6, lsl #5
                    ldr r7, [r6]
                    eor r8, r6, r7, ror #7
                    strt r8, [r6]
                    ldrd r8, r9, [r6]
                    tst r6, #0x700
                    mcreq p15, 0, r6, c8, c7, 1
                    tst r6, #0xff00000
                    mcreq p15, 0, r0, c8, c7, 0
                    mcr p15, 0, r6, c7, c8, 3
                    b 3b
                    """.formatted(random.nextInt() | 1));
            runFor(guest, MANY);
            assertTrue(guest.vcpu.statistics().shadowFills > 0, "seed " + seed);
        }
    }

    @Test
    void supersectionBeyondRamIsAnExternalAbort() {
        board.memory.write32(0x4100_0000 + 4 * 0x400, 0x4000_0000 | 3 << 10 | 2);
        for (int i = 0; i < 16; i++) {
            board.memory.write32(0x4100_0000 + 4 * (0x500 + i), 0x4000_0000 | 0xf << 20 | 1 << 18 | 3 << 10 | 2);
        }
        board.loadWithVectors("mov32 r4, 0x41000000\n" + MMU_ON + "mov r1, #0x50000000\n ldr r2, [r1]");
        assertEquals(ExceptionKind.DATA_ABORT, board.runToVector());
    }

    /**
     * Random words, weighted to what the hypervisor emulates, executed in random modes with random registers: every one
     * of them either has an effect or raises an exception, and the VMM survives. Vectors skip on to the next word.
     */
    @ParameterizedTest
    @EnumSource(names = {"PATCHED", "TRANSLATED", "BARE"})
    void randomInstructionsNeverBreakTheHypervisor(Virtualization virtualization) {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            TestBoard guest = new TestBoard(virtualization, 4 << 20);
            guest.lines = false;
            guest.load("""
                    adr r0, 1f
                    mcr p15, 0, r0, c12, c0, 0
                    b 2f
                    .balign 32
                    1: nop
                    movs pc, lr
                    movs pc, lr
                    movs pc, lr
                    subs pc, lr, #4
                    nop
                    subs pc, lr, #4
                    subs pc, lr, #4
                    2:
                    """);
            int at = TestBoard.CODE + 24 * 4;
            for (int i = 0; i < 2000; i++) {
                guest.memory.write32(at + 4 * i, randomWord(random));
            }
            for (int n = 1; n < 15; n++) {
                guest.vcpu.state().r[n] = randomValue(random);
            }
            for (int burst = 0; burst < 20; burst++) {
                runFor(guest, FEW);
                // Wherever it got to, it goes on at another of its words.
                guest.vcpu.state().r[15] = at + 4 * random.nextInt(2000);
                guest.vcpu.irq().set(random.nextBoolean());
                guest.vcpu.fiq().set(random.nextInt(4) == 0);
            }
        }
    }

    private static final A32[] ROWS = A32.values();

    private static int randomWord(Random random) {
        if (random.nextInt(4) == 0) {
            return random.nextInt();
        }
        A32 row;
        do {
            row = ROWS[random.nextInt(ROWS.length)];
        } while (!row.isSensitive() && !isWanted(row));
        int word = row.canonical(random.nextInt());
        if (row.pattern().startsWith("cccc")) {
            word = word & 0x0fff_ffff | Fields.AL << 28;
        }
        if (row == A32.MCR || row == A32.MRC || row == A32.MCRR || row == A32.MRRC) {
            word |= 0xf00;
        }
        return word;
    }

    private static boolean isWanted(A32 row) {
        return switch (row) {
            case MCR,
                    MRC,
                    MCRR,
                    MRRC,
                    SVC,
                    LDC,
                    STC,
                    LDR_IMM,
                    STR_IMM,
                    LDM,
                    STM,
                    LDRD_IMM,
                    STREX,
                    LDREX,
                    SWP,
                    SETEND,
                    BX -> true;
            default -> false;
        };
    }

    private static int randomValue(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> random.nextInt();
            case 1 -> random.nextInt(64);
            case 2 -> TestBoard.SCRATCH_DEVICE + random.nextInt(0x1000);
            default -> TestBoard.RAM + random.nextInt(4 << 20) & ~3;
        };
    }
}
