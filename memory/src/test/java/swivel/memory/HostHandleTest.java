package swivel.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostHandleTest {
    private static final long RAM = 0x4000_0000;
    private static final int SIZE = 1 << 20;

    @TempDir
    Path directory;

    private final byte[] content = new byte[SIZE];
    private Path file;

    @BeforeEach
    void makeFile() throws IOException {
        new Random(1).nextBytes(content);
        file = Files.write(directory.resolve("file"), content);
    }

    private HostHandle open(boolean writable) throws IOException {
        return HostHandle.open(file, writable, key(file));
    }

    private static Object key(Path of) throws IOException {
        return Files.readAttributes(of, BasicFileAttributes.class).fileKey();
    }

    @Test
    void ramIsFilledFromAFileAndWrittenToIt() throws IOException {
        try (GuestMemory memory = new GuestMemory(RAM, SIZE);
                HostHandle handle = open(true)) {
            HostBuffers buffers = new HostBuffers();
            long[] places = {RAM + 0x3001, RAM + 0x8000, RAM + 0x8200, RAM + 0xfff};
            int length = 0x200;
            for (long place : places) {
                assertTrue(memory.lend(buffers, place, length, true));
            }
            assertTrue(handle.read(buffers, 4L * length, 0x1234));
            for (int i = 0; i < places.length; i++) {
                byte[] read = new byte[length];
                memory.read(places[i], read, 0, length);
                int at = 0x1234 + i * length;
                assertArrayEquals(Arrays.copyOfRange(content, at, at + length), read);
            }
            assertTrue(handle.write(buffers, 4L * length, 0));
            System.arraycopy(content, 0x1234, content, 0, 4 * length);
            assertArrayEquals(content, Files.readAllBytes(file));
            assertFalse(handle.read(buffers, 4L * length, SIZE - length), "the file ends");
            buffers.clear();
            assertTrue(handle.read(buffers, 0, 0));
        }
    }

    @Test
    void aFileThatIsOnlyReadIsNotWritten() throws IOException {
        try (GuestMemory memory = new GuestMemory(RAM, SIZE);
                HostHandle handle = open(false)) {
            HostBuffers buffers = new HostBuffers();
            assertTrue(memory.lend(buffers, RAM, 512, false));
            assertFalse(handle.write(buffers, 512, 0));
            assertFalse(handle.punch(0, 4096));
            assertArrayEquals(content, Files.readAllBytes(file));
        }
    }

    @Test
    void aHoleReadsAsZeros() throws IOException {
        try (HostHandle handle = open(true)) {
            assertTrue(handle.punch(4096, 8192));
        }
        Arrays.fill(content, 4096, 3 * 4096, (byte) 0);
        assertArrayEquals(content, Files.readAllBytes(file));
    }

    @Test
    void anotherFileOfTheNameIsNotTaken() throws IOException {
        Object before = key(file);
        Files.move(file, directory.resolve("moved"));
        assertNull(HostHandle.open(file, true, before));
        Files.write(file, content);
        assertNull(HostHandle.open(file, true, before));
    }

    @Test
    void whoHasTranslatedWhatIsFilledIsTold() {
        List<Integer> told = new ArrayList<>();
        try (GuestMemory memory = new GuestMemory(RAM, SIZE)) {
            GuestMemory.CodeWatcher watcher = new GuestMemory.CodeWatcher() {
                @Override
                public void written(int page) {
                    told.add(page);
                }

                @Override
                public void stored(long offset, int size) {}

                @Override
                public void protect(int page) {}
            };
            memory.watch(watcher);
            memory.addCode(3, watcher);
            memory.addCode(5, watcher);
            HostBuffers buffers = new HostBuffers();
            assertTrue(memory.lend(buffers, RAM + 0x3800, 0x1000, false));
            assertEquals(List.of(), told);
            assertTrue(memory.lend(buffers, RAM + 0x3800, 0x1000, true));
            assertEquals(List.of(3), told);
            memory.removeCode(3);
            memory.removeCode(5);
            memory.unwatch(watcher);
        }
    }

    @Test
    void morePiecesThanACallTakesAreRefused() {
        try (GuestMemory memory = new GuestMemory(RAM, SIZE)) {
            HostBuffers buffers = new HostBuffers();
            int pieces = 0;
            while (memory.lend(buffers, RAM + pieces * 16L, 8, false)) {
                pieces++;
            }
            assertEquals(512, pieces);
            assertTrue(memory.lend(buffers, RAM + (pieces - 1) * 16L + 8, 8, false), "it goes on where the last ends");
        }
    }
}
