package swivel.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.arm.Cp15;
import swivel.arm.ExceptionKind;

/**
 * What a guest of long descriptors sees of its TLB. The table at {@link #TABLE} maps the first gigabyte, with the
 * devices, by one block, and RAM by blocks of 2 MiB; pages under test are at {@link #PAGE}, through the table at
 * {@link #PAGES}.
 */
@Timeout(60)
final class LongShadowTablesTest {
    private static final int TABLE = 0x4040_0000;
    private static final int BLOCKS = 0x4040_1000;
    private static final int PAGES = 0x4040_8000;
    private static final int PAGE = 0x5000_0000;
    private static final int FRAME_A = 0x4060_0000;
    private static final int FRAME_B = 0x4080_0000;

    private static final long TABLE_AT = 3;
    private static final long AF = 1 << 10;
    private static final long RW = 1 << 6 | AF;
    private static final long BLOCK_RW = RW | 1;
    private static final long PAGE_RW = RW | 3;
    private static final long READ_ONLY = 1 << 7;
    private static final long NOT_GLOBAL = 1 << 11;
    private static final long XN = 1L << 54;
    private static final long PXN = 1L << 53;

    private TestBoard board;

    @BeforeEach
    void makeTables() {
        board = new TestBoard(Virtualization.TRANSLATED);
        tables(TABLE, BLOCKS, PAGES);
        board.memory.write32(FRAME_A, 0xa);
        board.memory.write32(FRAME_B, 0xb);
        board.memory.write32(FRAME_A + 0x10_0000, 0xaa);
        board.memory.write32(FRAME_B + 0x10_0000, 0xbb);
    }

    private void tables(int table, int blocks, int pages) {
        write(table, BLOCK_RW);
        write(table + 8, blocks | TABLE_AT);
        for (int block = 0; block < 32; block++) {
            write(blocks + 8 * block, 0x4000_0000 + (block << 21) | BLOCK_RW);
        }
        write(blocks + 8 * 0x80, pages | TABLE_AT);
    }

    private void write(int at, long descriptor) {
        board.memory.write32(at, (int) descriptor);
        board.memory.write32(at + 4, (int) (descriptor >>> 32));
    }

    /** The page under test, with r1 its address and r9 that of its descriptor. */
    private static String mmuOn(int table, int ttbcr) {
        return """
            mov32 r12, 0x%x
            mov r11, #0
            mcrr p15, 0, r12, r11, c2
            mov32 r12, 0x%x
            mcr p15, 0, r12, c2, c0, 2
            mrc p15, 0, r12, c1, c0, 0
            orr r12, r12, #1
            mcr p15, 0, r12, c1, c0, 0
            mov32 r1, 0x50000000
            mov32 r9, 0x40408000
            """.formatted(table, 1 << 31 | ttbcr);
    }

    private static final String MMU_ON = mmuOn(TABLE, 0);

    private void run(String source) {
        board.loadWithVectors(MMU_ON + source + "\n hvc #0");
        board.runWithoutException();
    }

    private ExceptionKind runToVector(String source) {
        board.loadWithVectors(MMU_ON + source + "\n hvc #0");
        return board.runToVector();
    }

    private static String setPage(long descriptor) {
        return "mov32 r8, 0x%x\n str r8, [r9]\n mov32 r8, 0x%x\n str r8, [r9, #4]\n"
                .formatted((int) descriptor, (int) (descriptor >>> 32));
    }

    /** MCRR of TTBR0, the same table with an ASID. */
    private static String asid(int number) {
        return "mov32 r12, 0x%x\n mov32 r11, 0x%x\n mcrr p15, 0, r12, r11, c2\n".formatted(TABLE, number << 16);
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
        write(PAGES, FRAME_A | PAGE_RW);
        run("ldr r2, [r1]\n" + setPage(FRAME_B | PAGE_RW) + operation + "\n ldr r3, [r1]");
        assertEquals(0xa, board.r(2));
        assertEquals(0xb, board.r(3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"c7, 2", "c3, 2", "c5, 2", "c6, 2"})
    void invalidationByAsidDropsThatAsidsPagesOnly(String operation) {
        write(PAGES, FRAME_A | PAGE_RW | NOT_GLOBAL);
        run(asid(5) + """
            ldr r2, [r1]
            %s
            mov r4, #6
            mcr p15, 0, r4, c8, %s
            ldr r3, [r1]
            mov r4, #5
            mcr p15, 0, r4, c8, %s
            ldr r5, [r1]
            """.formatted(setPage(FRAME_B | PAGE_RW | NOT_GLOBAL), operation, operation));
        assertEquals(0xa, board.r(2));
        assertEquals(0xa, board.r(3), "a TLB may still hold it, and this one does");
        assertEquals(0xb, board.r(5));
    }

    /** As in Linux's PAN: the walks of TTBR0 are bounded, and the ASID is that of TTBR1. */
    @Test
    void twoValuesOfTtbcrTakeTurnsWithoutTraps() {
        int upper = 0x4042_0000;
        int upperBlocks = 0x4042_1000;
        write(TABLE + 16, 0x4000_0000 | BLOCK_RW | NOT_GLOBAL);
        write(upper + 16, upperBlocks | TABLE_AT);
        write(upperBlocks + 8 * 3, FRAME_B | BLOCK_RW | NOT_GLOBAL);
        int one = 1 << 31;
        int other = one | 1 << 22 | 1;
        String start = asid(1)
                + "mov32 r12, 0x%x\n mov32 r11, 0x20000\n mcrr p15, 1, r12, r11, c2\n".formatted(upper)
                + "mov32 r1, 0x80600000\n mov32 r7, 0x%x\n mov32 r8, 0x%x\n mov r3, #0\n".formatted(one, other);
        String loop = "mov32 r5, %d\n 1: mcr p15, 0, r7, c2, c0, 2\n ldr r2, [r1]\n add r3, r3, r2\n"
                + "mcr p15, 0, r8, c2, c0, 2\n ldr r2, [r1]\n add r3, r3, r2, lsl #16\n"
                + "mrc p15, 0, r6, c2, c0, 2\n subs r5, r5, #1\n bne 1b\n";
        run(start + loop.formatted(10));
        long few = board.vcpu.statistics().traps;
        run(start + loop.formatted(1000));
        long more = board.vcpu.statistics().traps - 2 * few;
        assertEquals((1000 * 0xb << 16) + 1000 * 0xa, board.r(3));
        assertEquals(other, board.r(6));
        assertTrue(more < 20, more + " traps more for 990 turns more");
    }

    @Test
    void newAsidNeverSeesTheOldOnesPages() {
        write(PAGES, FRAME_A | PAGE_RW | NOT_GLOBAL);
        run(asid(1)
                + "ldr r2, [r1]\n"
                + setPage(FRAME_B | PAGE_RW | NOT_GLOBAL)
                + asid(2)
                + "ldr r3, [r1]\n"
                + asid(1)
                + "ldr r4, [r1]");
        assertEquals(0xa, board.r(2));
        assertEquals(0xb, board.r(3));
        assertEquals(0xa, board.r(4), "a TLB may still hold it, and this one does");
    }

    /** With short descriptors it is the ASID. */
    @Test
    void contextidrIsOnlyANumber() {
        write(PAGES, FRAME_A | PAGE_RW | NOT_GLOBAL);
        run("ldr r2, [r1]\n mov r4, #7\n mcr p15, 0, r4, c13, c0, 1\n"
                + setPage(FRAME_B | PAGE_RW | NOT_GLOBAL)
                + "ldr r3, [r1]\n mrc p15, 0, r5, c13, c0, 1");
        assertEquals(0xa, board.r(3), "a TLB may still hold it, and this one does");
        assertEquals(7, board.r(5));
    }

    /** Linux's software PAN: TTBCR.A1 and EPD0 are set whenever the kernel may not reach user memory. */
    @Test
    void changesOfTtbcrTakeEffectAtOnceAndFlushNothing() {
        // TTBR1 has all addresses from 0x80000000 on, the first of its two gigabytes here.
        write(0x4041_0000, 0x4000_0000 | RW | 1);
        write(PAGES, FRAME_A | PAGE_RW | NOT_GLOBAL);
        String start = mmuOn(TABLE, 0x1_0000) + """
                mov32 r12, 0x40410000
                mov32 r11, 0x330000
                mcrr p15, 1, r12, r11, c2
                mov32 r4, 0x80010080
                mrc p15, 0, r5, c2, c0, 2
                orr r6, r5, #0x80
                orr r6, r6, #0x400000
                add r12, pc, #0x40000000
                bx r12
                nop
                """;
        String touch = "mcr p15, 0, r6, c2, c0, 2\n add r0, r0, #1\n mcr p15, 0, r5, c2, c0, 2\n ldr r2, [r1]\n";
        board.loadWithVectors(start + touch + "hvc #0");
        assertNull(board.runToVector());
        long once = board.vcpu.statistics().shadowFills;
        board.loadWithVectors(start + touch.repeat(50) + "hvc #0");
        assertNull(board.runToVector());
        assertEquals(0xa, board.r(2));
        long more = board.vcpu.statistics().shadowFills - once;
        assertTrue(more <= once + 2, () -> "filled " + more + " pages for 50 changes, " + once + " for one");
        board.loadWithVectors(start + "add r12, pc, #39\n mcr p15, 0, r12, c12, c0, 0\n"
                + "mcr p15, 0, r6, c2, c0, 2\n ldr r3, [r1]\n .balign 32\n" + "hvc #0\n".repeat(8));
        Vcpu.Exit exit = board.run();
        assertTrue(exit instanceof Vcpu.Exit.PowerOff, exit.toString());
        assertEquals(0x205, board.vcpu.system.get(Cp15.DFSR), "translation fault, level 1");
        assertEquals(PAGE, board.vcpu.system.get(Cp15.DFAR));
    }

    @Test
    void eachFormatHasItsOwnTables() {
        int sections = 0x4042_0000;
        for (int megabyte = 0x400; megabyte < 0x440; megabyte++) {
            board.memory.write32(sections + 4 * megabyte, megabyte << 20 | 3 << 10 | 2);
        }
        board.memory.write32(sections + 4 * (PAGE >>> 20), FRAME_B | 3 << 10 | 2);
        write(PAGES, FRAME_A | PAGE_RW);
        run("""
            mov r4, #1
            mcr p15, 0, r4, c3, c0, 0
            mov32 r5, 0x40420000
            mrc p15, 0, r6, c2, c0, 2
            mov r7, #0
            mov r10, #0
            mov r11, #50
            1: ldr r2, [r1]
            add r10, r10, r2
            mcr p15, 0, r5, c2, c0, 0
            mcr p15, 0, r7, c2, c0, 2
            ldr r3, [r1]
            add r10, r10, r3
            mcr p15, 0, r6, c2, c0, 2
            mov32 r12, 0x40400000
            mcr p15, 0, r12, c2, c0, 0
            subs r11, r11, #1
            bne 1b
            """);
        assertEquals(0xa, board.r(2));
        assertEquals(0xb, board.r(3));
        assertEquals(50 * 0x15, board.r(10));
    }

    /** By any address in it, a block of 2 MiB or 1 GiB goes as a whole. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void invalidatingOneAddressDropsTheWholeBlock(boolean gigabyte) {
        int va = gigabyte ? 0x8000_0000 : 0x6000_0000;
        int descriptor = gigabyte ? TABLE + 8 * 2 : BLOCKS + 8 * 0x100;
        // The gigabyte begins with RAM; changed, it is a table whose block 0 is elsewhere.
        write(descriptor, (gigabyte ? 0x4000_0000 : FRAME_A) | BLOCK_RW);
        int offset = gigabyte ? FRAME_A - 0x4000_0000 : 0;
        write(0x4043_0000 + 8 * (offset >>> 21), FRAME_B | BLOCK_RW);
        run("""
            mov32 r9, 0x%x
            mov32 r1, 0x%x
            add r7, r1, #0x100000
            ldr r2, [r1]
            ldr r3, [r7]
            mov32 r8, 0x%x
            str r8, [r9]
            add r8, r1, #0x1f0000
            mcr p15, 0, r8, c8, c7, 1
            ldr r4, [r1]
            ldr r5, [r7]
            """.formatted(descriptor, va + offset, (int) (gigabyte ? 0x4043_0000 | TABLE_AT : FRAME_B | BLOCK_RW)));
        assertEquals(0xa, board.r(2));
        assertEquals(0xaa, board.r(3));
        assertEquals(0xb, board.r(4));
        assertEquals(0xbb, board.r(5));
    }

    @Test
    void userCodeCannotReachThePagesOfTheKernelThatTheKernelHasTouched() {
        write(PAGES, FRAME_A | AF | 3);
        assertEquals(ExceptionKind.DATA_ABORT, runToVector("ldr r2, [r1]\n cps #0x10\n ldr r3, [r1]\n svc #0"));
        assertEquals(0xa, board.r(2));
        assertEquals(0x20f, board.vcpu.system.get(Cp15.DFSR));
    }

    @Test
    void kernelCannotWriteAPageThatIsReadOnlyForBoth() {
        write(PAGES, FRAME_A | PAGE_RW | READ_ONLY);
        assertEquals(ExceptionKind.DATA_ABORT, runToVector("ldr r2, [r1]\n str r2, [r1]"));
        assertEquals(0xa0f, board.vcpu.system.get(Cp15.DFSR));
        assertEquals(PAGE, board.vcpu.system.get(Cp15.DFAR));
    }

    @Test
    void executeNeverIsHonouredByTheShadow() {
        for (long never : new long[] {XN, PXN}) {
            write(PAGES, FRAME_A | PAGE_RW | never);
            assertEquals(ExceptionKind.PREFETCH_ABORT, runToVector("ldr r2, [r1]\n bx r1"));
            assertEquals(0x20f, board.vcpu.system.get(Cp15.IFSR));
            assertEquals(PAGE, board.vcpu.system.get(Cp15.IFAR));
        }
        board.memory.write32(FRAME_A, 0xef00_0000); // SVC
        assertEquals(ExceptionKind.SUPERVISOR_CALL, runToVector("cps #0x10\n bx r1"), "PXN is not for programs");
    }

    /** A descriptor of the page, and DFSR of an access. */
    @ParameterizedTest
    @CsvSource({
        "0, 207", // invalid
        "40600441, 207", // a block
        "40600043, 20b", // no access flag
        "1234500443, 210", // beyond 4 GiB: nothing answers
        "100000443, 210", // at 4 GiB
        "44000443, 210", // behind RAM
        "20000443, 210" // no device there
    })
    void faultsOfAPage(String descriptor, String status) {
        write(PAGES, Long.parseUnsignedLong(descriptor, 16));
        assertEquals(ExceptionKind.DATA_ABORT, runToVector("ldr r2, [r1]"));
        assertEquals(Integer.parseInt(status, 16), board.vcpu.system.get(Cp15.DFSR));
    }

    @ParameterizedTest
    @CsvSource({"0, 206", "a000003, 217", "100000003, 217", "44000003, 217", "3ffff003, 217", "443, 217", "401, 210"})
    void faultsOfATable(String descriptor, String status) {
        write(BLOCKS + 8 * 0x80, Long.parseUnsignedLong(descriptor, 16));
        assertEquals(ExceptionKind.DATA_ABORT, runToVector("ldr r2, [r1]"));
        assertEquals(Integer.parseInt(status, 16), board.vcpu.system.get(Cp15.DFSR));
        assertEquals(PAGE, board.vcpu.system.get(Cp15.DFAR));
    }

    @Test
    void devicesAreReachedThroughBlocks() {
        board.device[1] = 0x1234;
        run("mov32 r1, 0x0a000000\n ldr r2, [r1, #4]\n str r2, [r1, #8]");
        assertEquals(0x1234, board.r(2));
        assertEquals(0x1234, board.device[2]);
    }

    @Test
    void manyAddressSpacesAreEvictedAndStillRight() {
        StringBuilder source = new StringBuilder("mov r3, #0\n");
        for (int i = 0; i < 40; i++) {
            int table = 0x4100_0000 + i * 0x1_0000;
            tables(table, table + 0x1000, table + 0x8000);
            write(table + 0x8000, FRAME_A | PAGE_RW | NOT_GLOBAL);
            source.append("mov32 r4, 0x%x\n mov32 r5, 0x%x\n mcrr p15, 0, r4, r5, c2\n ldr r2, [r1]\n add r3, r3, r2\n"
                    .formatted(table, i + 1 << 16));
        }
        run(source.toString());
        assertEquals(400, board.r(3));
        assertTrue(board.vcpu.statistics().shadowEvictions > 0);
    }

    @Test
    void addressTranslationOperationsFillBothHalvesOfPar() {
        write(PAGES, 0x12_3456_7000L | PAGE_RW | READ_ONLY | 1 << 2 | 3 << 8);
        run("""
            mov32 r4, 0xff00
            mcr p15, 0, r4, c10, c2, 0
            mov32 r4, 0x50000abc
            mcr p15, 0, r4, c7, c8, 0
            mrrc p15, 0, r2, r3, c7
            mcr p15, 0, r4, c7, c8, 3
            mrrc p15, 0, r5, r6, c7
            mov32 r4, 0x70000000
            mcr p15, 0, r4, c7, c8, 2
            mrrc p15, 0, r7, r8, c7
            """);
        assertEquals(0x3456_7b80, board.r(2));
        assertEquals(0xff00_0012, board.r(3));
        assertEquals(0x81f, board.r(5), "permission fault, level 3");
        assertEquals(0, board.r(6));
        assertEquals(0x80d, board.r(7), "translation fault, level 2");
        assertEquals(0, board.r(8));
    }
}
