package swivel.cpu.jit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import swivel.memory.HostRegion;

class EntryStoreTest {
    /** Ints and bytes that each entry of these tests holds. */
    private static final int INTS = 20;

    private static final int BYTES = 10;
    /** With its length, its hash, its checksum, and bytes rounded up. */
    private static final int ENTRY = 4 * (3 + INTS + 3);

    @TempDir
    Path directory;

    private final HostRegion host = new HostRegion("the test");

    private EntryStore open(int entries) {
        return new EntryStore(host, directory.resolve("file"), 7, 8, entries * ENTRY, entries * ENTRY);
    }

    /** Many entries have the same hash. */
    private static int hash(int name) {
        return name % 5 * 0x100_0001;
    }

    private static void add(EntryStore store, int name) {
        int[] ints = new int[INTS + 4];
        byte[] bytes = new byte[BYTES + 4];
        ints[0] = name;
        ints[INTS - 1] = ~name;
        bytes[BYTES - 1] = (byte) name;
        store.add(hash(name), ints, INTS, bytes, BYTES);
    }

    private static void add(EntryStore store, int from, int to) {
        for (int name = from; name < to; name++) {
            add(store, name);
        }
    }

    /** Where the entry of a name is; 0: nowhere. */
    private static int find(EntryStore store, int name) {
        int[] ints = new int[INTS];
        byte[] bytes = new byte[BYTES];
        for (int place = store.first(hash(name)); place != 0; place = store.next(hash(name))) {
            store.copy(place, ints, INTS);
            if (ints[0] == name) {
                store.copy(place, INTS, bytes, BYTES);
                assertEquals(INTS + 3, store.length(place));
                assertEquals(~name, ints[INTS - 1]);
                assertEquals((byte) name, bytes[BYTES - 1]);
                return place;
            }
        }
        return 0;
    }

    private static int[] names(EntryStore store, int end) {
        List<Integer> found = new ArrayList<>();
        for (int name = 0; name < end; name++) {
            if (find(store, name) != 0) {
                found.add(name);
            }
        }
        return found.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int[] range(int from, int to) {
        return IntStream.range(from, to).toArray();
    }

    @Test
    void entriesAreFoundInTheSameRunAndTheNext() {
        EntryStore first = open(3000);
        add(first, 0, 2000);
        assertArrayEquals(range(0, 2000), names(first, 3000));
        first.write();
        EntryStore second = open(3000);
        assertArrayEquals(range(0, 2000), names(second, 3000));
        for (int name = 2000; name < 2900; name++) {
            add(second, name);
            assertTrue(second.use(find(second, name - 2000)));
            second.rest();
        }
        assertArrayEquals(range(0, 2900), names(second, 3000));
        second.write();
        assertArrayEquals(range(0, 2900), names(open(3000), 3000));
    }

    @Test
    void whatARunDidNotUseGivesWayWhereThereIsNoRoom() throws IOException {
        EntryStore first = open(100);
        add(first, 0, 120);
        assertArrayEquals(range(0, 100), names(first, 120)); // what comes last has no room
        first.write();

        EntryStore second = open(100);
        use(second, 0, 40);
        add(second, 200, 220);
        second.write();
        assertArrayEquals(union(range(0, 80), range(200, 220)), names(open(100), 300));
        assertEquals(4 * 8 + 100 * ENTRY + 4 * 256, Files.size(directory.resolve("file")));

        // What was used longest ago goes first.
        EntryStore third = open(100);
        use(third, 40, 50);
        add(third, 300, 330);
        third.write();
        assertArrayEquals(union(range(0, 50), union(range(200, 220), range(300, 330))), names(open(100), 400));
    }

    private static void use(EntryStore store, int from, int to) {
        for (int name = from; name < to; name++) {
            assertTrue(store.use(find(store, name)));
        }
    }

    private static int[] union(int[] some, int[] others) {
        return IntStream.concat(IntStream.of(some), IntStream.of(others)).toArray();
    }

    @Test
    void littleThatIsNewIsNotWritten() {
        EntryStore first = open(100);
        add(first, 0, 64);
        first.write();
        EntryStore second = open(100);
        use(second, 10, 42);
        add(second, 70, 72);
        second.write();
        assertArrayEquals(range(0, 64), names(open(100), 100));
        EntryStore third = open(100);
        use(third, 10, 42);
        add(third, 70, 73); // little of what the file has, but not of what was used
        third.write();
        assertEquals(67, names(open(100), 100).length);
    }

    @Test
    void anEntryThatIsDamagedCountsAsNone() throws IOException {
        EntryStore first = open(100);
        add(first, 0, 50);
        first.write();
        byte[] whole = Files.readAllBytes(directory.resolve("file"));
        for (int bit = 0; bit < 8 * ENTRY; bit++) {
            byte[] damaged = whole.clone();
            damaged[4 * 8 + 20 * ENTRY + bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(directory.resolve("file"), damaged);
            EntryStore second = open(100);
            assertArrayEquals(union(range(0, 20), range(21, 50)), names(second, 100));
            if (bit % 16 == 0) {
                use(second, 30, 50);
                add(second, 20);
                add(second, 60, 70);
                second.write();
                assertArrayEquals(union(range(0, 50), range(60, 70)), names(open(100), 100));
            }
        }
    }

    /** Another program writes into the file that is mapped. */
    @Test
    void aFileThatIsDamagedWhileItIsUsedHasNoEntries() throws IOException {
        EntryStore first = open(100);
        add(first, 0, 50);
        first.write();
        for (int value : new int[] {1, 9, 0x123, 0x7fff_ffff, 0x8000_0000, -1}) {
            EntryStore second = open(100);
            use(second, 0, 20);
            try (RandomAccessFile file =
                    new RandomAccessFile(directory.resolve("file").toFile(), "rw")) {
                byte[] bytes = new byte[(int) file.length()];
                ByteBuffer ints = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
                while (ints.hasRemaining()) {
                    ints.putInt(value);
                }
                file.write(bytes);
            }
            assertEquals(0, names(second, 100).length);
            add(second, 0, 50);
            assertArrayEquals(range(0, 50), names(second, 100));
            second.write();
            assertArrayEquals(range(0, 50), names(open(100), 100));
        }
    }

    @Test
    void aFileThatIsTooLargeCountsAsNone() {
        EntryStore large = open(4000);
        add(large, 0, 3000);
        large.write();
        EntryStore small = open(100);
        assertEquals(0, names(small, 3000).length);
        add(small, 1);
        assertArrayEquals(new int[] {1}, names(small, 3000));
    }
}
