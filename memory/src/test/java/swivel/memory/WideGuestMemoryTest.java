package swivel.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RAM with holes: what is consecutive for the guest is so for whoever accesses it by guest-physical address. */
class WideGuestMemoryTest {
    private static final long RAM = 0x4000_0000L;
    private static final long SIZE = (4L << 30) + (1 << 20);
    private static final long HIDDEN = 1 << 20;
    private static final long END = RAM + SIZE;
    private static final int PAGE = GuestMemory.PAGE_SIZE;

    /** Behind each of them is a hole. */
    private static final long FIRST = RAM + (2L << 30);

    private static final long SECOND = RAM + (4L << 30);

    private GuestMemory memory;

    @BeforeEach
    void make() {
        assumeTrue(HostMemory.NATIVE);
        memory = new GuestMemory(RAM, SIZE, HIDDEN);
    }

    @AfterEach
    void close() {
        memory.close();
    }

    @Test
    void upToTwoGibibytesThereAreNoHoles() {
        try (GuestMemory small = new GuestMemory(RAM, 2L << 30)) {
            assertFalse(small.isWide());
            assertEquals((2L << 30) - 1, small.offset(FIRST - 1));
            assertEquals(2L << 30, small.reach());
        }
        assertTrue(memory.isWide());
    }

    @Test
    void bit31OfNoOffsetIsSetAndPagesAreCountedWithoutHoles() {
        for (long at = 0; at < SIZE + HIDDEN; at += 0x7ff_f000) {
            long offset = memory.offset(RAM + at);
            assertEquals(0, offset & 1L << 31, () -> Long.toHexString(offset));
            assertEquals(RAM + at, memory.address(offset));
            int page = (int) (at / PAGE);
            assertEquals(page, GuestMemory.pageAt(offset));
            assertEquals(page, memory.page(RAM + at));
            assertEquals(offset, GuestMemory.offsetOf(page));
            assertEquals(RAM + at, memory.addressOf(page));
        }
        assertEquals(memory.reach() - 1, memory.offset(END + HIDDEN - 1));
    }

    @ParameterizedTest
    @ValueSource(longs = {FIRST, SECOND})
    void accessesGoOnBehindAHole(long border) {
        for (int before = 0; before <= 8; before++) {
            long at = border - before;
            memory.write32(at, 0x04030201);
            memory.write32(at + 4, 0x08070605);
            assertEquals(0x0807060504030201L, memory.read64(at));
            assertEquals(0x06050403, memory.read32(at + 2));
            assertEquals(0x0504, memory.read16(at + 3));
            memory.write16(at + 3, 0xbeef);
            assertEquals(0xef, memory.read8(at + 3));
            assertEquals(0xbe, memory.read8(at + 4));
        }
        byte[] bytes = new byte[3 * PAGE];
        new Random(1).nextBytes(bytes);
        memory.write(border - PAGE - 5, bytes, 0, bytes.length);
        byte[] back = new byte[bytes.length];
        memory.read(border - PAGE - 5, back, 0, back.length);
        assertArrayEquals(bytes, back);
        assertEquals(bytes[PAGE + 4] & 0xff, memory.read8(border - 1));
        assertEquals(bytes[PAGE + 5] & 0xff, memory.read8(border));
    }

    @Test
    void theEndIsWhereItIsSaid() {
        assertTrue(memory.contains(END - 1));
        assertFalse(memory.contains(END));
        assertFalse(memory.contains(RAM - 1));
        assertTrue(memory.contains(END - 16, 16));
        assertFalse(memory.contains(END - 15, 16));
        assertFalse(memory.contains(RAM, Long.MAX_VALUE));
        assertTrue(memory.holds(END + HIDDEN - 1));
        assertFalse(memory.holds(END + HIDDEN));
        assertEquals(GuestMemory.NOWHERE, memory.readable(END));
        assertEquals(END - 4, memory.readable(END - 4));
        assertThrows(IndexOutOfBoundsException.class, () -> memory.read32(END + HIDDEN));
        assertThrows(IndexOutOfBoundsException.class, () -> memory.read8(RAM - 1));
    }

    /** An address of 32 bits whose sign was extended, and what a driver may make up, are nowhere. */
    @ParameterizedTest
    @ValueSource(longs = {0xffff_ffff_8000_0000L, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40, 1L << 63 | RAM})
    void addressesThatAreNoneAreNowhere(long address) {
        assertFalse(memory.contains(address));
        assertFalse(memory.contains(address, 1));
        assertFalse(memory.holds(address));
        assertEquals(GuestMemory.NOWHERE, memory.readable(address));
    }

    @Test
    void hiddenMemoryIsReadThroughItsWindow() {
        GuestMemory.Window window = memory.addWindow(0, (int) HIDDEN, END);
        memory.write32(END + 0x100, 0x1234);
        assertEquals(GuestMemory.NOWHERE, memory.readable(0x100));
        assertFalse(window.show(true));
        assertEquals(END + 0x100, memory.readable(0x100));
        assertEquals(0x1234, memory.read32(memory.readable(0x100)));
    }

    @Test
    void writesTellWhichPagesOfCodeTheyReach() {
        List<Integer> written = new ArrayList<>();
        GuestMemory.CodeWatcher watcher = new GuestMemory.CodeWatcher() {
            @Override
            public void written(int page) {
                written.add(page);
            }

            @Override
            public void stored(long offset, int size) {}

            @Override
            public void protect(int page) {}
        };
        memory.watch(watcher);
        int page = memory.page(FIRST);
        memory.addCode(page - 1, watcher);
        memory.addCode(page, watcher);
        memory.write32(FIRST - 2, 0);
        assertEquals(List.of(page - 1, page - 1, page, page), written);
        written.clear();
        memory.write(FIRST - PAGE, new byte[2 * PAGE], 0, 2 * PAGE);
        assertEquals(List.of(page - 1, page), written);
    }

    @Test
    void aSnapshotHasAllOfIt() throws SnapshotException {
        for (long at : new long[] {RAM, FIRST - 4, FIRST, SECOND - 4, SECOND, END - 4, END + HIDDEN - 4}) {
            memory.write32(at, (int) (at >>> 4));
        }
        Snapshot.Writer to = new Snapshot.Writer();
        to.section("memory", memory);
        byte[] snapshot = to.toByteArray();
        try (GuestMemory fresh = new GuestMemory(RAM, SIZE, HIDDEN)) {
            fresh.write32(SECOND + 8, 5);
            new Snapshot.Reader(snapshot).section("memory", fresh);
            for (long at : new long[] {RAM, FIRST - 4, FIRST, SECOND - 4, SECOND, END - 4, END + HIDDEN - 4}) {
                assertEquals((int) (at >>> 4), fresh.read32(at), () -> Long.toHexString(at));
            }
            assertEquals(0, fresh.read32(SECOND + 8));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -4096, (16L << 30) + 4096})
    void sizesThatAreNoneAreRefused(long size) {
        assertThrows(IllegalArgumentException.class, () -> new GuestMemory(RAM, size).close());
    }

    @Test
    void aBaseWhoseSignWasExtendedIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new GuestMemory(0x8000_0000, 4096).close());
    }

    @Test
    void pagesOnBothSidesOfAHoleAreReleased() {
        for (long at = FIRST - 3 * PAGE; at < FIRST + 3 * PAGE; at += PAGE) {
            memory.write32(at, 1);
        }
        memory.release(FIRST - 2 * PAGE, 4 * PAGE);
        for (long at = FIRST - 3 * PAGE; at < FIRST + 3 * PAGE; at += PAGE) {
            assertEquals(at < FIRST - 2 * PAGE || at >= FIRST + 2 * PAGE ? 1 : 0, memory.read32(at));
        }
    }
}
