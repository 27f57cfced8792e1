package swivel.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.arm.Cp15;
import swivel.arm.ExceptionKind;
import swivel.cpu.AddressSpace;

/**
 * What a guest sees of its TLB. The table at {@link #TABLE} maps RAM flat by a global section and device registers by
 * another; pages under test are at {@link #PAGE}, through the page table at {@link #PAGES}.
 */
final class ShadowTablesTest {
    private static final int TABLE = 0x4040_0000;
    private static final int PAGES = 0x4040_8000;
    private static final int PAGE = 0x5000_0000;
    private static final int FRAME_A = 0x4050_0000;
    private static final int FRAME_B = 0x4060_0000;

    private static final int SECTION_RW = 3 << 10 | 2;
    private static final int SMALL_RW = 3 << 4 | 2;
    private static final int NOT_GLOBAL_PAGE = 1 << 11;

    private TestBoard board;

    @BeforeEach
    void makeTables() {
        board = new TestBoard(Virtualization.TRANSLATED);
        tables(TABLE, PAGES);
        board.memory.write32(FRAME_A, 0xa);
        board.memory.write32(FRAME_B, 0xb);
        board.memory.write32(FRAME_A + 0x40_0000, 0xaa);
    }

    private void tables(int table, int pages) {
        for (int megabyte = 0x400; megabyte < 0x440; megabyte++) {
            board.memory.write32(table + 4 * megabyte, megabyte << 20 | SECTION_RW);
        }
        board.memory.write32(table + 4 * 0x0a0, 0x0a00_0000 | SECTION_RW);
        board.memory.write32(table + 4 * (PAGE >>> 20), pages | 1);
    }

    private void page(int pages, int frame, int bits) {
        board.memory.write32(pages, frame | bits);
    }

    private static final String MMU_ON = """
            mov32 r12, 0x40400000
            mcr p15, 0, r12, c2, c0, 0
            mov r12, #1
            mcr p15, 0, r12, c3, c0, 0
            mrc p15, 0, r12, c1, c0, 0
            orr r12, r12, #1
            mcr p15, 0, r12, c1, c0, 0
            mov32 r1, 0x50000000
            mov32 r9, 0x40408000
            """;

    private void run(String source) {
        board.loadWithVectors(MMU_ON + source + "\n hvc #0");
        board.runWithoutException();
    }

    private static String setPage(int descriptor) {
        return "mov32 r8, 0x%x\n str r8, [r9]\n".formatted(descriptor);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mcr p15, 0, r0, c8, c7, 0", "mcr p15, 0, r1, c8, c7, 1", "mcr p15, 0, r1, c8, c7, 3",
                "mcr p15, 0, r0, c8, c3, 0", "mcr p15, 0, r1, c8, c3, 1", "mcr p15, 0, r1, c8, c3, 3",
                "mcr p15, 0, r0, c8, c6, 0", "mcr p15, 0, r1, c8, c6, 1", "mcr p15, 0, r0, c8, c5, 0",
                "mcr p15, 0, r1, c8, c5, 1"
            })
    void changedPageIsSeenAfterEachTlbOperation(String operation) {
        page(PAGES, FRAME_A, SMALL_RW);
        run("ldr r2, [r1]\n" + setPage(FRAME_B | SMALL_RW) + operation + "\n ldr r3, [r1]");
        assertEquals(0xa, board.r(2));
        assertEquals(0xb, board.r(3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"c7, 2", "c3, 2", "c5, 2", "c6, 2"})
    void invalidationByAsidDropsThatAsidsPagesOnly(String operation) {
        page(PAGES, FRAME_A, SMALL_RW | NOT_GLOBAL_PAGE);
        run("""
            mov r4, #5
            mcr p15, 0, r4, c13, c0, 1
            ldr r2, [r1]
            %s
            mov r4, #6
            mcr p15, 0, r4, c8, %s
            ldr r3, [r1]
            mov r4, #5
            mcr p15, 0, r4, c8, %s
            ldr r5, [r1]
            """.formatted(setPage(FRAME_B | SMALL_RW | NOT_GLOBAL_PAGE), operation, operation));
        assertEquals(0xa, board.r(2));
        assertEquals(0xa, board.r(3), "a TLB may still hold it, and this one does");
        assertEquals(0xb, board.r(5));
    }

    @Test
    void newAsidNeverSeesTheOldOnesPages() {
        page(PAGES, FRAME_A, SMALL_RW | NOT_GLOBAL_PAGE);
        run("""
            mov r4, #1
            mcr p15, 0, r4, c13, c0, 1
            ldr r2, [r1]
            %s
            mov r4, #2
            mcr p15, 0, r4, c13, c0, 1
            ldr r3, [r1]
            """.formatted(setPage(FRAME_B | SMALL_RW | NOT_GLOBAL_PAGE)));
        assertEquals(0xa, board.r(2));
        assertEquals(0xb, board.r(3));
    }

    @Test
    void invalidatingOneAddressDropsTheWholeSection() {
        int entry = TABLE + 4 * 0x510;
        board.memory.write32(entry, FRAME_A | SECTION_RW);
        run("""
            mov32 r1, 0x51000000
            ldr r2, [r1]
            mov32 r9, 0x%x
            mov32 r8, 0x%x
            str r8, [r9]
            mov32 r4, 0x510ff000
            mcr p15, 0, r4, c8, c7, 1
            ldr r3, [r1]
            """.formatted(entry, FRAME_B | SECTION_RW));
        assertEquals(0xa, board.r(2));
        assertEquals(0xb, board.r(3));
    }

    @Test
    void invalidatingOneAddressDropsTheWholeSupersection() {
        for (int i = 0; i < 16; i++) {
            board.memory.write32(TABLE + 4 * (0x520 + i), 0x4000_0000 | 1 << 18 | SECTION_RW);
        }
        run("""
            mov32 r1, 0x52500000
            ldr r2, [r1]
            mov32 r9, 0x%x
            mov r8, #0
            str r8, [r9]
            mov32 r4, 0x52f00000
            mcr p15, 0, r4, c8, c7, 1
            adr r4, 1f
            mcr p15, 0, r4, c12, c0, 0
            b 2f
            .balign 32
            1: .rept 8
            hvc #0
            .endr
            2: ldr r3, [r1]
            mov r3, #1
            """.formatted(TABLE + 4 * 0x525));
        assertEquals(0xa, board.r(2));
        assertEquals(0, board.r(3), "it aborts");
        assertEquals(0x5250_0000, board.vcpu.system.get(Cp15.DFAR));
    }

    @Test
    void largePageIsDroppedAsAWhole() {
        for (int i = 0; i < 16; i++) {
            board.memory.write32(PAGES + 4 * i, FRAME_A | 3 << 4 | 1);
        }
        run("""
            ldr r2, [r1]
            mov r7, r9
            add r6, r9, #64
            mov32 r8, 0x%x
            1: str r8, [r7], #4
            cmp r7, r6
            bne 1b
            add r4, r1, #0xf000
            mcr p15, 0, r4, c8, c7, 1
            ldr r3, [r1]
            """.formatted(FRAME_B | 3 << 4 | 1));
        assertEquals(0xa, board.r(2));
        assertEquals(0xb, board.r(3));
    }

    @Test
    void userCodeCannotReachThePagesOfTheKernelThatTheKernelHasTouched() {
        page(PAGES, FRAME_A, 1 << 4 | 2);
        board.loadWithVectors(MMU_ON + "ldr r2, [r1]\n cps #0x10\n ldr r3, [r1]\n svc #0");
        assertEquals(ExceptionKind.DATA_ABORT, board.runToVector());
        assertEquals(0xa, board.r(2));
        assertEquals(0x00f, board.vcpu.system.get(Cp15.DFSR));
    }

    @Test
    void kernelCannotWriteAPageThatIsReadOnlyForBoth() {
        page(PAGES, FRAME_A, 1 << 9 | 3 << 4 | 2);
        board.loadWithVectors(MMU_ON + "ldr r2, [r1]\n str r2, [r1]\n svc #0");
        assertEquals(ExceptionKind.DATA_ABORT, board.runToVector());
        assertEquals(0x80f, board.vcpu.system.get(Cp15.DFSR));
    }

    @Test
    void changesOfDacrTakeEffectAtOnceAndFlushNothing() {
        page(PAGES, FRAME_A, SMALL_RW);
        board.memory.write32(TABLE + 4 * (PAGE >>> 20), PAGES | 1 | 2 << 5);
        String touch =
                "mov r4, #0x11\n mcr p15, 0, r4, c3, c0, 0\n ldr r2, [r1]\n mov r4, #1\n mcr p15, 0, r4, c3, c0, 0\n";
        run(touch);
        long once = board.vcpu.statistics().shadowFills;
        run(touch.repeat(50));
        long more = board.vcpu.statistics().shadowFills - once;
        assertEquals(0xa, board.r(2));
        assertTrue(more <= once + 2, () -> "filled " + more + " pages for 50 changes, " + once + " for one");
        board.loadWithVectors(MMU_ON + touch + "ldr r3, [r1]");
        assertEquals(ExceptionKind.DATA_ABORT, board.runToVector());
        assertEquals(0x02b, board.vcpu.system.get(Cp15.DFSR), "domain fault of a page in domain 2");
    }

    private static final String WITH_USER = "mov r4, #0x11\n mcr p15, 0, r4, c3, c0, 0\n";
    private static final String WITHOUT_USER = "mov r4, #1\n mcr p15, 0, r4, c3, c0, 0\n";

    /** Has the page under test in a domain of its own. */
    private void useDomain(int table, int pages) {
        board.memory.write32(table + 4 * (PAGE >>> 20), pages | 1 | 2 << 5);
    }

    private long traps(String source) {
        long before = board.vcpu.statistics().traps;
        run(source);
        return board.vcpu.statistics().traps - before;
    }

    @Test
    void twoValuesOfDacrTakeTurnsWithoutTraps() {
        page(PAGES, FRAME_A, SMALL_RW);
        useDomain(TABLE, PAGES);
        String touch = WITH_USER + "ldr r2, [r1]\n add r3, r3, r2\n" + WITHOUT_USER;
        String loop = "mov r3, #0\n mov32 r5, %d\n 1: " + touch + "subs r5, r5, #1\n bne 1b\n";
        long few = traps(loop.formatted(10));
        long more = traps(loop.formatted(1000)) - few;
        assertEquals(1000 * 0xa, board.r(3));
        assertTrue(more < 20, more + " traps more for 990 turns more");
        board.loadWithVectors(MMU_ON + loop.formatted(1000) + "ldr r3, [r1]");
        assertEquals(ExceptionKind.DATA_ABORT, board.runToVector());
        assertEquals(0x02b, board.vcpu.system.get(Cp15.DFSR), "domain fault of a page in domain 2");
    }

    /** As Linux does, with the program's memory in reach only while it copies. */
    @Test
    void aProgramCallsAKernelThatChangesDacr() {
        page(PAGES, FRAME_A, SMALL_RW);
        useDomain(TABLE, PAGES);
        int all = 3000 * 0xa;
        board.load("b main\n hvc #0\n b call\n"
                + "hvc #0\n".repeat(5)
                + "call: "
                + WITHOUT_USER
                + WITH_USER
                + "ldrt r7, [r1]\n add r3, r3, r7\n"
                + WITHOUT_USER
                + "cmp r6, r3\n ldrteq r7, [r1]\n"
                + WITH_USER
                + "movs pc, lr\n"
                + "main: mov32 r0, 0x40010000\n mcr p15, 0, r0, c12, c0, 0\n"
                + MMU_ON
                + "mov r3, #0\n mov32 r6, %d\n mov r4, #0x10\n msr spsr_cxsf, r4\n mov32 lr, program\n".formatted(all)
                + WITH_USER
                + "movs pc, lr\n"
                + "program: ldr r2, [r1]\n add r3, r3, r2\n svc #0\n b program");
        assertEquals(ExceptionKind.DATA_ABORT, board.runToVector());
        assertEquals(all, board.r(3));
        assertEquals(0x02b, board.vcpu.system.get(Cp15.DFSR), "domain fault of a page in domain 2");
        long traps = board.vcpu.statistics().traps;
        assertTrue(traps < 100, traps + " traps for 1500 calls");
    }

    @Test
    void eachAddressSpaceHasItsOwnTurnsOfDacr() {
        StringBuilder source = new StringBuilder("mov r3, #0\n mov r5, #5\n 1:\n");
        for (int i = 1; i <= 4; i++) {
            int table = 0x4100_0000 + i * 0x1_0000;
            int pages = table + 0x8000;
            int frame = 0x4200_0000 + i * 0x1000;
            tables(table, pages);
            useDomain(table, pages);
            page(pages, frame, SMALL_RW | NOT_GLOBAL_PAGE);
            board.memory.write32(frame, i);
            source.append("mov r4, #%d\n mcr p15, 0, r4, c13, c0, 1\n mov32 r4, 0x%x\n mcr p15, 0, r4, c2, c0, 0\n"
                    .formatted(i, table));
            String turn = WITH_USER + "ldr r2, [r1]\n add r3, r2, r3, lsl #1\n" + WITHOUT_USER;
            source.append(turn.repeat(3));
        }
        run(source + "subs r5, r5, #1\n bne 1b");
        int expected = 0;
        for (int i = 0; i < 5 * 4 * 3; i++) {
            expected = i / 3 % 4 + 1 + (expected << 1);
        }
        assertEquals(expected, board.r(3));
    }

    @Test
    void contextSwitchesBetweenEightAddressSpacesRefillNothing() {
        int spaces = 8;
        StringBuilder source = new StringBuilder();
        for (int i = 0; i < spaces; i++) {
            int table = 0x4100_0000 + i * 0x1_0000;
            int pages = table + 0x8000;
            tables(table, pages);
            page(pages, FRAME_A, SMALL_RW | NOT_GLOBAL_PAGE);
            source.append(
                    "mov r4, #%d\n mcr p15, 0, r4, c13, c0, 1\n mov32 r4, 0x%x\n mcr p15, 0, r4, c2, c0, 0\n ldr r2, [r1]\n"
                            .formatted(i + 1, table));
        }
        run("1: " + source);
        long once = board.vcpu.statistics().shadowFills;
        run(source.toString().repeat(10));
        long more = board.vcpu.statistics().shadowFills - once;
        // Every reset starts with empty shadows; the switches of CONTEXTIDR and TTBR0 pass through a mixture each.
        assertTrue(more <= 4 * once, () -> more + " fills for ten rounds, " + once + " for one");
        assertEquals(0, board.vcpu.statistics().shadowEvictions);
    }

    @Test
    void manyAddressSpacesAreEvictedAndStillRight() {
        StringBuilder source = new StringBuilder("mov r3, #0\n");
        for (int i = 0; i < 40; i++) {
            int table = 0x4100_0000 + i * 0x1_0000;
            int pages = table + 0x8000;
            tables(table, pages);
            page(pages, FRAME_A, SMALL_RW | NOT_GLOBAL_PAGE);
            source.append(
                    "mov r4, #%d\n mcr p15, 0, r4, c13, c0, 1\n mov32 r4, 0x%x\n mcr p15, 0, r4, c2, c0, 0\n ldr r2, [r1]\n add r3, r3, r2\n"
                            .formatted(i + 1, table));
        }
        run(source.toString());
        assertEquals(400, board.r(3));
        assertTrue(board.vcpu.statistics().shadowEvictions > 0);
    }

    @Test
    void pageOutsideRamWithoutADeviceIsAnExternalAbort() {
        page(PAGES, 0x2000_0000, SMALL_RW);
        board.loadWithVectors(MMU_ON + "ldr r2, [r1]");
        assertEquals(ExceptionKind.DATA_ABORT, board.runToVector());
        assertEquals(0x008, board.vcpu.system.get(Cp15.DFSR));
    }

    @Test
    void storeAcrossPagesOfWhichTheSecondIsMissingAbortsThereAndWritesNothing() {
        page(PAGES, FRAME_A, SMALL_RW);
        board.memory.write32(FRAME_A + 0xffc, 0x1234_5678);
        board.loadWithVectors(MMU_ON + "add r1, r1, #0xff0\n mov r2, #0\n str r2, [r1, #0xe]");
        assertEquals(ExceptionKind.DATA_ABORT, board.runToVector());
        assertEquals(PAGE + 0x1000, board.vcpu.system.get(Cp15.DFAR));
        assertEquals(0x807, board.vcpu.system.get(Cp15.DFSR));
        assertEquals(0x1234_5678, board.memory.read32(FRAME_A + 0xffc));
    }

    @Test
    void executeNeverIsHonouredByTheShadow() {
        page(PAGES, FRAME_A, SMALL_RW | 1);
        board.loadWithVectors(MMU_ON + "ldr r2, [r1]\n bx r1");
        assertEquals(ExceptionKind.PREFETCH_ABORT, board.runToVector());
        assertEquals(0x00f, board.vcpu.system.get(Cp15.IFSR));
        assertEquals(PAGE, board.vcpu.system.get(Cp15.IFAR));
    }

    @Test
    void invalidationOfEverythingWithManyNonGlobalPagesStaysRight() {
        int count = 20_000;
        // 20,000 pages of one address space: more than are remembered one by one.
        for (int i = 0; i < 100; i++) {
            int pages = 0x4200_0000 + i * 0x400;
            board.memory.write32(TABLE + 4 * (0x600 + i), pages | 1);
            for (int j = 0; j < 256; j++) {
                board.memory.write32(pages + 4 * j, FRAME_A | SMALL_RW | NOT_GLOBAL_PAGE);
            }
        }
        run("""
            mov32 r1, 0x60000000
            mov32 r2, %d
            mov r3, #0
            1: ldr r4, [r1]
            add r1, r1, #4096
            add r3, r3, r4
            subs r2, r2, #1
            bne 1b
            mcr p15, 0, r0, c8, c7, 2
            mov32 r1, 0x60000000
            ldr r5, [r1]
            """.formatted(count));
        assertEquals(0xa * count, board.r(3));
        assertEquals(0xa, board.r(5));
    }

    @Test
    void flushesThatAreRepeatedForeverDoNotGrowAnything() {
        page(PAGES, FRAME_A, SMALL_RW | NOT_GLOBAL_PAGE);
        run("mov32 r2, 100000\n 1: ldr r3, [r1]\n mcr p15, 0, r1, c8, c7, 1\n subs r2, r2, #1\n bne 1b");
        assertEquals(0xa, board.r(3));
    }

    @Test
    void privilegesHaveSpacesOfTheirOwn() {
        page(PAGES, FRAME_A, SMALL_RW);
        run("nop");
        ShadowTables shadows = board.vcpu.shadows;
        AddressSpace kernel = shadows.space(true);
        assertNotSame(kernel, shadows.space(false));
        board.vcpu.system.set(Cp15.DACR, 0x5);
        shadows.contextChanged();
        assertNotSame(kernel, shadows.space(true));
        board.vcpu.system.set(Cp15.DACR, 0x1);
        shadows.contextChanged();
        assertSame(kernel, shadows.space(true));
    }
}
