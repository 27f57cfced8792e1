package swivel.cli.start;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import swivel.cli.Swivel;
import swivel.formats.ImageException;
import swivel.machine.PreparedImage;

/** Whatever is in the cache's directory, the kernel that boots is the one that was given. */
class KernelCacheTest {
    private static final int VERSION = 17;

    private static byte[] kernel;
    private static PreparedImage expected;

    @TempDir
    Path directory;

    @BeforeAll
    static void prepareOne() throws IOException, ImageException {
        kernel = Files.readAllBytes(Path.of(Swivel.guest("linux-v7/zImage")));
        expected = PreparedImage.of(kernel, "kernel", true);
    }

    private KernelCache cache() {
        return new KernelCache(directory, VERSION, Runnable::run);
    }

    private static void assertRight(PreparedImage image) {
        assertArrayEquals(expected.bytes(), image.bytes());
        assertArrayEquals(expected.encoded(), image.encoded());
        assertArrayEquals(expected.genuine(), image.genuine());
        assertEquals(expected.format(), image.format());
        assertEquals(expected.linkAddress(), image.linkAddress());
        assertEquals(expected.counts(), image.counts());
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    /**
     * Makes all entries old, asks for the kernel, which must be right, and tells whether they are still the old ones.
     */
    private boolean served(KernelCache cache) throws IOException, ImageException {
        FileTime old = FileTime.fromMillis(0);
        List<Path> before = entries();
        for (Path entry : before) {
            Files.setLastModifiedTime(entry, old);
        }
        assertRight(cache.prepare(kernel, "kernel", true));
        for (Path entry : before) {
            if (!Files.getLastModifiedTime(entry).equals(old)) {
                return false;
            }
        }
        return entries().equals(before);
    }

    private Path onlyEntry() throws IOException {
        assertEquals(1, entries().size());
        return entries().getFirst();
    }

    @Test
    void theSecondTimeItComesFromTheCache() throws Exception {
        assertRight(cache().prepare(kernel, "kernel", true));
        assertTrue(served(cache()));
    }

    @Test
    void rewrittenAndOriginalAreTwoEntries() throws Exception {
        assertRight(cache().prepare(kernel, "kernel", true));
        PreparedImage plain = cache().prepare(kernel, "kernel", false);
        assertFalse(Arrays.equals(expected.bytes(), plain.bytes()));
        assertArrayEquals(
                plain.bytes(), cache().prepare(kernel, "kernel", false).bytes());
        assertEquals(2, entries().size());
    }

    @Test
    void anotherVersionOfSwivelPreparesItAgainAndLeavesThisOnesEntry() throws Exception {
        assertRight(cache().prepare(kernel, "kernel", true));
        KernelCache other = new KernelCache(directory, VERSION + 1, Runnable::run);
        assertFalse(served(other));
        assertEquals(2, entries().size());
        assertTrue(served(cache()));
        assertTrue(served(other));
    }

    @Test
    void anEntryUnderTheNameOfAnotherVersionIsNotUsed() throws Exception {
        assertRight(cache().prepare(kernel, "kernel", true));
        KernelCache other = new KernelCache(directory, VERSION + 1, Runnable::run);
        Path mine = onlyEntry();
        assertRight(other.prepare(kernel, "kernel", true));
        Path others = entries().stream()
                .filter(entry -> !entry.equals(mine))
                .findFirst()
                .orElseThrow();
        Files.copy(mine, others, StandardCopyOption.REPLACE_EXISTING);
        assertFalse(served(other));
    }

    @Test
    void damagedAndTruncatedEntriesAreMadeAgain() throws Exception {
        assertRight(cache().prepare(kernel, "kernel", true));
        Path entry = onlyEntry();
        byte[] good = Files.readAllBytes(entry);
        Random random = new Random(4);
        List<Integer> places = new ArrayList<>(List.of(0, 4, 8, 16, 20, 24, 28, 32, 36, 40, 44, good.length - 1));
        for (int i = 0; i < 12; i++) {
            places.add(random.nextInt(good.length));
        }
        for (int place : places) {
            byte[] damaged = good.clone();
            damaged[place] ^= (byte) (1 << random.nextInt(8));
            Files.write(entry, damaged);
            assertFalse(served(cache()), "a wrong byte at " + place);
            assertArrayEquals(good, Files.readAllBytes(entry));
        }
        for (int length : new int[] {0, 3, 47, 48, good.length / 3, good.length - 1}) {
            Files.write(entry, Arrays.copyOf(good, length));
            assertFalse(served(cache()), "cut off at " + length);
        }
        Files.write(entry, Arrays.copyOf(good, good.length + 1));
        assertFalse(served(cache()), "longer");
    }

    @Test
    void anEntryOfAnotherKernelUnderThisOnesNameIsNotUsed() throws Exception {
        assertRight(cache().prepare(kernel, "kernel", true));
        Path entry = onlyEntry();
        byte[] forged = Files.readAllBytes(entry);
        forged[48 + 100] ^= 1; // its file, which no checksum covers
        Files.write(entry, forged);
        assertFalse(served(cache()));
    }

    @Test
    void withoutAPlaceToWriteItIsPreparedEachTime() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "no directory");
        assertRight(new KernelCache(file, VERSION, Runnable::run).prepare(kernel, "kernel", true));
        assertRight(new KernelCache(file.resolve("below"), VERSION, Runnable::run).prepare(kernel, "kernel", true));
        assertEquals("no directory", Files.readString(file));
    }

    @Test
    void twoAtOnceDoNotDisturbEachOther() throws Exception {
        List<Thread> writers = new ArrayList<>();
        KernelCache cache = new KernelCache(directory, VERSION, task -> {
            synchronized (writers) {
                writers.add(Thread.ofPlatform().start(task));
            }
        });
        for (int i = 0; i < 4; i++) {
            assertRight(cache.prepare(kernel, "kernel", true));
        }
        for (Thread writer : writers) {
            writer.join();
        }
        Path _ = onlyEntry();
        assertTrue(served(cache()));
    }

    @Test
    void theOldestGoWhenThereAreTooMany() throws Exception {
        Path oldest = sparse("oldest", 1);
        Path older = sparse("older", 2);
        Path other = Files.writeString(directory.resolve("notes.txt"), "not an entry");
        assertRight(cache().prepare(kernel, "kernel", true));
        assertTrue(Files.notExists(oldest));
        assertTrue(Files.exists(older));
        assertTrue(Files.exists(other));
    }

    /** A file that takes most of the room, but none on the disk. */
    private Path sparse(String name, long time) throws IOException {
        Path file = directory.resolve(name + ".kernel");
        try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
            content.setLength(KernelCache.MAX_BYTES * 3 / 4);
        }
        return Files.setLastModifiedTime(file, FileTime.fromMillis(time));
    }

    @Test
    void smallKernelsAreNotKept() throws Exception {
        byte[] small = Files.readAllBytes(Path.of(Swivel.guest("bare/hello.elf")));
        PreparedImage _ = cache().prepare(small, "kernel", true);
        assertEquals(List.of(), entries());
    }
}
