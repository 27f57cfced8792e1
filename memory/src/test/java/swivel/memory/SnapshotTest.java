package swivel.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SnapshotTest {
    /** One field of each kind. */
    private static final class Part implements Snapshot {
        int version = 1;
        int word;
        long doubleword;
        boolean flag;
        int index;
        final int[] words = new int[2];
        final long[] doublewords = new long[2];
        final byte[] bytes = new byte[3];
        String kind = "a part";
        boolean loaded;

        static Part filled() {
            Part part = new Part();
            part.word = -5;
            part.doubleword = Long.MIN_VALUE + 7;
            part.flag = true;
            part.index = 9;
            Arrays.fill(part.words, 0x12345678);
            Arrays.fill(part.doublewords, -2);
            Arrays.fill(part.bytes, (byte) 0x80);
            return part;
        }

        @Override
        public int version() {
            return version;
        }

        @Override
        public void fields(Archive fields) {
            fields.same(kind);
            word = fields.word(word);
            doubleword = fields.doubleword(doubleword);
            flag = fields.flag(flag);
            index = fields.index(index, 10);
            fields.words(words);
            fields.doublewords(doublewords);
            fields.bytes(bytes);
        }

        @Override
        public void loaded() {
            loaded = true;
        }
    }

    private static byte[] saved(String name, Snapshot part) {
        Snapshot.Writer to = new Snapshot.Writer();
        to.section(name, part);
        return to.toByteArray();
    }

    private static String refusal(byte[] snapshot, Part part) {
        String message = assertThrows(SnapshotException.class, () -> {
                    Snapshot.Reader from = new Snapshot.Reader(snapshot);
                    from.section("part", part);
                    from.end();
                })
                .getMessage();
        assertFalse(message.contains("\n"), message);
        return message;
    }

    @Test
    void whatIsLoadedIsWhatWasSaved() {
        byte[] snapshot = saved("part", Part.filled());
        Part fresh = new Part();
        Snapshot.Reader from = new Snapshot.Reader(snapshot);
        from.section("part", fresh);
        from.end();
        assertTrue(fresh.loaded);
        assertEquals(9, fresh.index);
        assertArrayEquals(snapshot, saved("part", fresh));
        assertFalse(Arrays.equals(snapshot, saved("part", new Part())));
    }

    @Test
    void aBitThatChangedAnywhereIsRefusedBeforeAnythingIsLoaded() {
        byte[] snapshot = saved("part", Part.filled());
        for (int bit = 0; bit < snapshot.length * 8; bit++) {
            byte[] damaged = snapshot.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThrows(SnapshotException.class, () -> new Snapshot.Reader(damaged), "bit " + bit);
        }
        for (int length = 1; length < snapshot.length; length++) {
            byte[] cut = Arrays.copyOf(snapshot, length);
            assertThrows(SnapshotException.class, () -> new Snapshot.Reader(cut), "cut to " + length);
        }
    }

    @Test
    void aForeignSectionIsRefused() {
        Part other = Part.filled();
        assertEquals(
                "the snapshot's section \"part\" is not where it belongs: the machine that was saved had other devices",
                refusal(saved("trap", other), new Part()));
        assertEquals("the snapshot's section \"part\" is missing", refusal(new byte[0], new Part()));
        other.version = 2;
        assertEquals(
                "the snapshot's section \"part\" has version 2, and only 1 can be read",
                refusal(saved("part", other), new Part()));
        other.version = 1;
        other.kind = "another part";
        assertEquals(
                "the snapshot's section \"part\" is of a machine without \"a part\" there",
                refusal(saved("part", other), new Part()));
        assertEquals(
                "the snapshot's section \"part\" is too long",
                refusal(saved("part", Snapshot.of(Part.filled(), Part.filled())), new Part()));
        assertEquals(
                "the snapshot's section \"part\" is too short",
                refusal(saved("part", fields -> fields.same("a part")), new Part()));
        assertEquals(
                "the snapshot's section \"part\" has an impossible number 10",
                refusal(
                        saved("part", fields -> {
                            fields.same("a part");
                            int _ = fields.word(0);
                            long _ = fields.doubleword(0);
                            boolean _ = fields.flag(false);
                            int _ = fields.word(10);
                        }),
                        new Part()));
    }

    @Test
    void aSectionTooManyIsRefused() {
        Snapshot.Writer to = new Snapshot.Writer();
        to.section("part", new Part());
        to.section("part", new Part());
        assertEquals(
                "the snapshot has sections that do not belong to this machine", refusal(to.toByteArray(), new Part()));
    }

    @Test
    void memoryComesBackWholeAndWhatWasWrittenSinceIsGone() {
        try (GuestMemory memory = new GuestMemory(0x4000_0000, 1 << 20, 1 << 16);
                GuestMemory fresh = new GuestMemory(0x4000_0000, 1 << 20, 1 << 16);
                GuestMemory other = new GuestMemory(0x4000_0000, 1 << 19, 1 << 16)) {
            memory.write32(0x4000_1ffe, 0x1234_5678);
            memory.write8(0x4010_0000, 0xaa); // hidden
            byte[] snapshot = saved("memory", memory);
            fresh.write32(0x4000_8000, -1);
            assertNotEquals(0, fresh.read32(0x4000_8000));
            new Snapshot.Reader(snapshot).section("memory", fresh);
            assertEquals(0x1234_5678, fresh.read32(0x4000_1ffe));
            assertEquals(0xaa, fresh.read8(0x4010_0000));
            assertEquals(0, fresh.read32(0x4000_8000));
            assertArrayEquals(snapshot, saved("memory", fresh));
            assertTrue(snapshot.length < 3 * GuestMemory.PAGE_SIZE + 1000, "pages of zeros are not saved");
            assertThrows(SnapshotException.class, () -> new Snapshot.Reader(snapshot).section("memory", other));
        }
    }
}
