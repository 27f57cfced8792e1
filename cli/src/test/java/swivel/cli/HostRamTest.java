package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostRamTest {
    @TempDir
    private Path root;

    @Test
    void memoryAndSwapCount() throws IOException {
        assertEquals(HostRam.UNKNOWN, HostRam.read(root));
        Files.createDirectory(root.resolve("proc"));
        Files.writeString(
                root.resolve("proc/meminfo"), "MemTotal:        1024 kB\nMemFree: 7 kB\nSwapTotal:   512 kB\n");
        assertEquals(1536 << 10, HostRam.read(root));
        Files.writeString(root.resolve("proc/meminfo"), "nonsense\n");
        assertEquals(HostRam.UNKNOWN, HostRam.read(root));
    }

    @Test
    void moreThanTheComputerHasIsRefusedWithASentence() {
        HostRam.require(1L << 30, 1L << 30);
        HostRam.require(16L << 30, HostRam.UNKNOWN);
        Failure refused = assertThrows(Failure.class, () -> HostRam.require(2L << 30, 1L << 30));
        assertTrue(refused.getMessage().contains("1,024 MiB"), refused.getMessage());
    }
}
