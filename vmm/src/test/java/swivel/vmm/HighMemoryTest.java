package swivel.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.arm.ExceptionKind;

/** A guest whose RAM goes on above 4 GiB reaches it by either format's descriptors, and nothing behind it. */
@Timeout(60)
final class HighMemoryTest {
    private static final long SIZE = 5L << 30;
    private static final long END = 0x1_8000_0000L;

    /** Tables of the short format, and of the long one. */
    private static final int SHORT = 0x4100_0000;

    private static final int LONG = 0x4140_0000;

    private TestBoard board;

    @BeforeEach
    void make() {
        board = new TestBoard(Virtualization.TRANSLATED, SIZE);
    }

    private void write64(long at, long value) {
        board.memory.write32(at, (int) value);
        board.memory.write32(at + 4, (int) (value >>> 32));
    }

    private static final long TABLE = 3;
    private static final long BLOCK = 1 << 10 | 1;
    private static final long PAGE = 1 << 10 | 3;

    /** The first two gigabytes as they are; r1 is the address of the page under test, whose table is at an address. */
    private void longTables(long page, long table) {
        write64(LONG, BLOCK);
        write64(LONG + 8, 0x4000_0000L | BLOCK);
        write64(LONG + 16, table | TABLE);
        write64(table, table + 0x1000 | TABLE);
        write64(table + 0x1000, page | PAGE);
    }

    private static final String LONG_ON = """
        mov32 r0, 0x41400000
        mov r1, #0
        mcrr p15, 0, r0, r1, c2
        mov32 r0, 0x80000000
        mcr p15, 0, r0, c2, c0, 2
        mrc p15, 0, r0, c1, c0, 0
        orr r0, r0, #1
        mcr p15, 0, r0, c1, c0, 0
        mov32 r1, 0x80000000
        """;

    /** Tables above 4 GiB too. The translation is asked for as well. */
    @ParameterizedTest
    @CsvSource({
        "0x100000000, 0x41800000",
        "0x123456000, 0x41800000",
        "0x17ffff000, 0x17fff0000",
        "0xbffff000, 0x140000000",
        "0xc0000000, 0x13ffff000"
    })
    void pagesAreReachedByLongDescriptors(String page, String table) {
        long at = Long.decode(page);
        longTables(at, Long.decode(table));
        board.memory.write32(at + 0x10, 0x1234);
        board.loadWithVectors(LONG_ON + """
            ldr r2, [r1, #0x10]
            add r3, r2, #1
            str r3, [r1, #0x14]
            mcr p15, 0, r1, c7, c8, 0
            mrrc p15, 0, r4, r5, c7
            hvc #0
            """);
        board.runWithoutException();
        assertEquals(0x1234, board.r(2));
        assertEquals(0x1235, board.memory.read32(at + 0x14));
        assertEquals(at, ((long) board.r(5) << 32 | board.r(4) & 0xffff_f000L) & 0xff_ffff_f000L);
    }

    /** A gigabyte after the other through one window, all of it stored before any of it is read. */
    @Test
    void everyPartOfItIsAnother() {
        longTables(0, 0x4180_0000);
        board.loadWithVectors(LONG_ON + """
            mov32 r10, 0x41400010    @ the descriptor of the window
            mov r9, #0               @ 0: store, 1: compare
            1: mov r8, #1            @ gigabyte
            2: lsr r3, r8, #2
            lsl r2, r8, #30
            orr r2, r2, #0x400
            orr r2, r2, #1
            strd r2, r3, [r10]
            mcr p15, 0, r0, c8, c7, 0
            mov r4, #0               @ offset
            3: add r5, r1, r4
            add r6, r4, r8
            add r5, r5, #0x00f00000
            cmp r9, #0
            streq r6, [r5]
            ldr r7, [r5]
            cmp r6, r7
            bne 4f
            adds r4, r4, #0x04000000
            cmp r4, #0x40000000
            bne 3b
            add r8, r8, #1
            cmp r8, #6
            bne 2b
            add r9, r9, #1
            cmp r9, #2
            bne 1b
            4: hvc #0
            """);
        board.runWithoutException();
        assertEquals(2, board.r(9), () -> "gigabyte %d, offset 0x%x".formatted(board.r(8), board.r(4)));
    }

    /** Code runs there, and is found when it changes. */
    @ParameterizedTest
    @ValueSource(longs = {0x1_0000_0000L, END - 0x1000})
    void codeRunsThere(long page) {
        longTables(page, 0x4180_0000);
        board.memory.write32(page, 0xe2800007); // add r0, r0, #7
        board.memory.write32(page + 4, 0xe12fff1e); // bx lr
        board.loadWithVectors(LONG_ON + """
            mov r0, #0
            blx r1
            ldr r2, [r1]
            add r2, r2, #1
            str r2, [r1]
            mcr p15, 0, r0, c7, c5, 0
            blx r1
            hvc #0
            """);
        board.runWithoutException();
        assertEquals(7 + 8, board.r(0));
    }

    /** Nor is it the device or the memory whose address has the same lower 32 bits. */
    @ParameterizedTest
    @ValueSource(longs = {END, 0x1_c000_0000L, 0x2_4000_0000L, 0xff_ffff_f000L, 0x2_0900_0000L})
    void behindRamThereIsNothing(long page) {
        longTables(page, 0x4180_0000);
        for (String access : new String[] {"ldr r2, [r1]", "str r2, [r1]"}) {
            board.loadWithVectors(LONG_ON + access + "\n hvc #0");
            assertEquals(ExceptionKind.DATA_ABORT, board.runToVector());
        }
        board.loadWithVectors(LONG_ON + "bx r1");
        assertEquals(ExceptionKind.PREFETCH_ABORT, board.runToVector());
    }

    @ParameterizedTest
    @ValueSource(longs = {END, 0x2_4180_0000L, 0xff_ffff_f000L})
    void tablesBehindRamAreAnExternalAbort(long table) {
        write64(LONG, BLOCK);
        write64(LONG + 8, 0x4000_0000L | BLOCK);
        write64(LONG + 16, table | TABLE);
        board.loadWithVectors(LONG_ON + "ldr r2, [r1]\n hvc #0");
        assertEquals(ExceptionKind.DATA_ABORT, board.runToVector());
    }

    /** Bits 35 to 32 of its address are bits 23 to 20 of the descriptor. */
    @ParameterizedTest
    @CsvSource({"0x100000000, false", "0x17f000000, false", "0x180000000, true", "0x240000000, true"})
    void supersectionsHaveFortyBits(String section, boolean aborts) {
        long at = Long.decode(section);
        board.memory.write32(SHORT + 4 * 0x400L, 0x4000_0000 | 3 << 10 | 2);
        int descriptor = (int) at | (int) (at >>> 32) << 20 | 1 << 18 | 3 << 10 | 2;
        for (int i = 0; i < 16; i++) {
            board.memory.write32(SHORT + 4 * (0x500L + i), descriptor);
        }
        if (!aborts) {
            board.memory.write32(at + 0x1_2344, 77);
        }
        board.loadWithVectors("""
            mov32 r0, 0x41000000
            mcr p15, 0, r0, c2, c0, 0
            mvn r0, #0
            mcr p15, 0, r0, c3, c0, 0
            mrc p15, 0, r0, c1, c0, 0
            orr r0, r0, #1
            mcr p15, 0, r0, c1, c0, 0
            mov32 r1, 0x50012344
            ldr r2, [r1]
            str r2, [r1, #4]
            hvc #0
            """);
        assertEquals(aborts ? ExceptionKind.DATA_ABORT : null, board.runToVector());
        if (!aborts) {
            assertEquals(77, board.memory.read32(at + 0x1_2348));
        }
    }
}
