package swivel.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RAM and the views that cores have of it. */
class GuestMemoryTest {
    private static final int RAM = 0x4000_0000;
    private static final int SIZE = 1 << 20;

    @BeforeAll
    static void isLinux() {
        assumeTrue(HostMemory.NATIVE && Files.exists(Path.of("/proc/self/maps")));
    }

    private static long mappings() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .filter(line -> line.contains("swivel-ram"))
                .count();
    }

    private static long files() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.filter(GuestMemoryTest::isRam).count();
        }
    }

    private static boolean isRam(Path file) {
        try {
            return Files.readSymbolicLink(file).toString().contains("swivel-ram");
        } catch (IOException closed) { // meanwhile: it was that of the list
            return false;
        }
    }

    private static int read(long address) {
        return HostMemory.ALL.get(ValueLayout.JAVA_INT, address);
    }

    private static void write(long address, int value) {
        HostMemory.ALL.set(ValueLayout.JAVA_INT, address, value);
    }

    @Test
    void ramIsAFileOnceItIsShared() throws IOException {
        try (GuestMemory memory = new GuestMemory(RAM, SIZE)) {
            assertEquals(0, files());
            int file = memory.share();
            memory.write32(RAM + 0x3004, 0x1234_5678);
            byte[] content = Files.readAllBytes(Path.of("/proc/self/fd/" + file));
            assertEquals(SIZE, content.length);
            assertEquals(0x78, content[0x3004]);
            assertEquals(file, memory.share());
            memory.release(RAM + 0x3000, 0x1000);
            assertEquals(0, memory.read32(RAM + 0x3004));
        }
        assertEquals(0, files());
    }

    @Test
    void viewsOfSeveralCoresAreOneRamBehindFramesOfTheirOwn() {
        try (GuestMemory memory = new GuestMemory(RAM, SIZE, 0, true)) {
            GuestMemory.View one = memory.claimView();
            GuestMemory.View other = memory.claimView();
            memory.write32(RAM + SIZE - 4, 1);
            assertEquals(1, read(one.ram() + SIZE - 4));
            write(other.ram() + SIZE - 4, 2);
            assertEquals(2, read(one.ram() + SIZE - 4));
            assertEquals(2, memory.read32(RAM + SIZE - 4));
            assertNotEquals(one.ram(), other.ram());
            write(one.frame(), 3);
            assertEquals(0, read(other.frame()));
            assertEquals(one.ram() - one.frame(), other.ram() - other.frame());
            memory.releaseView(one);
            memory.releaseView(other);
        }
    }

    @Test
    void aViewThatIsGivenBackIsTheNextOnesWithAnEmptyFrame() throws IOException {
        try (GuestMemory memory = new GuestMemory(RAM, SIZE, 0, true)) {
            GuestMemory.View view = memory.claimView();
            write(view.frame(), 3);
            memory.releaseView(view);
            assertEquals(view, memory.claimView());
            assertEquals(0, read(view.frame()));
            assertEquals(2, mappings());
            memory.releaseView(view);
        }
    }

    @Test
    void closingGivesBackEveryMappingAndTheFile() throws IOException {
        GuestMemory memory = new GuestMemory(RAM, SIZE, 0, true);
        GuestMemory.View one = memory.claimView();
        GuestMemory.View other = memory.claimView();
        assertEquals(3, mappings());
        assertEquals(1, files());
        memory.releaseView(one);
        assertThrows(IllegalStateException.class, memory::close);
        assertEquals(3, mappings());
        memory.releaseView(other);
        memory.close();
        assertEquals(0, mappings());
        assertEquals(0, files());
        assertThrows(IllegalStateException.class, memory::claimView);
    }

    @Test
    void oneCoreHasMemoryWithoutAFileAndFramesInFront() throws IOException {
        try (GuestMemory memory = new GuestMemory(RAM, SIZE)) {
            GuestMemory.View one = memory.claimView();
            GuestMemory.View other = memory.claimView();
            assertEquals(0, mappings());
            assertEquals(memory.hostAddress(), one.ram());
            assertEquals(memory.hostAddress(), other.ram());
            assertEquals(GuestMemory.FRAME_SIZE, one.frame() - other.frame());
            memory.releaseView(one);
            memory.releaseView(other);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void pagesThatAreReleasedAreZeroInAllViewsAndTheirNeighboursStay(boolean severalCores) {
        int page = GuestMemory.PAGE_SIZE;
        try (GuestMemory memory = new GuestMemory(RAM, SIZE, 0, severalCores)) {
            GuestMemory.View view = memory.claimView();
            for (int at = 0; at < SIZE; at += page) {
                memory.write32(RAM + at, 1);
            }
            memory.release(RAM + 3 * page - 1, 2 * page + 1);
            memory.release(RAM - page, 2 * page); // not all of it is RAM
            memory.release(RAM + SIZE - page, 2 * page);
            for (int at = 0; at < SIZE; at += page) {
                int expected = at == 3 * page || at == 4 * page ? 0 : 1;
                assertEquals(expected, memory.read32(RAM + at), "page " + at / page);
                assertEquals(expected, read(view.ram() + at), "page " + at / page);
            }
            memory.write32(RAM + 3 * page, 2);
            assertEquals(2, read(view.ram() + 3 * page));
            memory.releaseView(view);
        }
    }
}
