package swivel.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ResidentMemoryTest {
    private static final String SMAPS = """
            55d0c0000000-55d0c0400000 r-xp 00000000 08:01 123 /usr/bin/qemu-system-arm
            Size:               4096 kB
            KernelPageSize:        4 kB
            Rss:                3072 kB
            Pss:                1000 kB
            7f0000000000-7f000c800000 rw-p 00000000 00:00 0
            Size:             204800 kB
            KernelPageSize:        4 kB
            Rss:              100000 kB
            7f0010000000-7f0050000000 rwxp 00000000 00:00 0
            Size:            1048576 kB
            Rss:                2048 kB
            """;

    @Test
    void theGuestsRamIsNotCounted() {
        assertEquals(5.0, ResidentMemory.aboveRam(SMAPS, 200));
    }

    @Test
    void withoutAMappingOfThatSizeThereIsNoFigure() {
        assertThrows(BenchmarkException.class, () -> ResidentMemory.aboveRam(SMAPS, 256));
    }
}
