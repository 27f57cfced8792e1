package swivel.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RAM that is a file: what one side writes the other one reads. */
class MemoryFileTest {
    private static final long RAM = 0x4000_0000L;
    private static final int SIZE = 1 << 20;

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void isLinux() {
        assumeTrue(HostMemory.NATIVE && Files.exists(Path.of("/proc/self/fd")));
        file = directory.resolve("ram");
    }

    private static int readBigEndian(Path file, long at) throws IOException {
        try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "r")) {
            content.seek(at);
            return content.readInt();
        }
    }

    @Test
    void whatIsInTheFileIsInRamAndTheOtherWayRound() throws IOException {
        try (MemoryFile ram = MemoryFile.open(file, SIZE);
                GuestMemory memory = new GuestMemory(RAM, SIZE, 0, false, ram)) {
            assertEquals(SIZE, Files.size(file));
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
            memory.write32(RAM + SIZE - 4, 0x0403_0201);
            assertEquals(0x0102_0304, readBigEndian(file, SIZE - 4));
            GuestMemory.View view = memory.claimView();
            try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
                content.writeInt(0x0102_0304);
            }
            assertEquals(0x0403_0201, HostMemory.ALL.get(java.lang.foreign.ValueLayout.JAVA_INT, view.ram()));
            memory.releaseView(view);
            memory.release(RAM, GuestMemory.PAGE_SIZE);
            assertEquals(0, readBigEndian(file, 0));
        }
        assertEquals(0x0102_0304, readBigEndian(file, SIZE - 4), "the file stays");
        try (MemoryFile ram = MemoryFile.open(file, SIZE);
                GuestMemory memory = new GuestMemory(RAM, SIZE, 0, false, ram)) {
            assertEquals(0x0403_0201, memory.read32(RAM + SIZE - 4), "and is the next RAM");
        }
    }

    /** In the file there are no holes. */
    @Test
    void ramOfMoreThanTwoGibibytesIsInOnePieceInTheFile() throws IOException {
        long size = (2L << 30) + SIZE;
        try (MemoryFile ram = MemoryFile.open(file, size);
                GuestMemory memory = new GuestMemory(RAM, size, 0, false, ram)) {
            memory.write32(RAM + (2L << 30), 0x0403_0201);
            memory.write32(RAM + (2L << 30) - 4, 0x0807_0605);
            assertEquals(0x0102_0304, readBigEndian(file, 2L << 30));
            assertEquals(0x0506_0708, readBigEndian(file, (2L << 30) - 4));
            assertEquals(size, Files.size(file));
        }
    }

    private void assertRefused(Path path, String why) {
        IOException refused = assertThrows(IOException.class, () -> MemoryFile.open(path, SIZE));
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
    }

    @Test
    void whatCannotBeRamIsRefusedWithASentence() throws IOException {
        assertRefused(directory.resolve("none/ram"), "cannot be made");
        assertRefused(directory, "cannot be opened");
        assertRefused(Files.createSymbolicLink(directory.resolve("link"), file), "symbolic link");
        Path small = Files.write(directory.resolve("small"), new byte[SIZE - 1]);
        assertRefused(small, (SIZE - 1) + " bytes");
        assertEquals(SIZE - 1, Files.size(small));
        assertRefused(Path.of("/dev/null"), "no plain file");
    }

    @Test
    void aFileIsTheRamOfOneMachineOnly() throws IOException {
        try (MemoryFile _ = MemoryFile.open(file, SIZE)) {
            assertRefused(file, "in use");
            assertRefused(Files.createLink(directory.resolve("other name"), file), "in use");
        }
        MemoryFile.open(file, SIZE).close();
    }
}
