package swivel.cpu.jit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
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
    /** With its length, its hash, and bytes rounded up. */
    private static final int ENTRY = 4 * (2 + INTS + 3);

    @TempDir
    Path directory;

    private final HostRegion host = new HostRegion("the test");

    private EntryStore open(int entries) {
        return new EntryStore(host, directory.resolve("file"), 7, 8, entries * ENTRY);
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
        for (int name = 0; name < 70; name++) {
            assertTrue(second.use(find(second, name)));
        }
        add(second, 200, 230);
        second.write();
        int[] expected = range(0, 100);
        for (int i = 70; i < 100; i++) {
            expected[i] = 200 + i - 70;
        }
        assertArrayEquals(expected, names(open(100), 300));
        assertEquals(4 * 9 + 100 * ENTRY + 4 * 512, Files.size(directory.resolve("file")));
    }

    @Test
    void littleThatIsNewIsNotWritten() {
        EntryStore first = open(100);
        add(first, 0, 32);
        first.write();
        EntryStore second = open(100);
        add(second, 50, 52);
        second.write();
        assertArrayEquals(range(0, 32), names(open(100), 100));
        EntryStore third = open(100);
        add(third, 50, 53);
        third.write();
        assertEquals(35, names(open(100), 100).length);
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
