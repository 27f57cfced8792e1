package swivel.cli.start;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TranslationCacheTest {
    private static final byte[] KERNEL = {1, 2, 3};

    @TempDir
    Path directory;

    private Path file(long version, byte[] image) {
        return TranslationCache.of(directory, version, image).path();
    }

    @Test
    void eachGuestAndEachVersionHasItsFile() {
        assertEquals(file(1, KERNEL), file(1, KERNEL.clone()));
        assertNotEquals(file(1, KERNEL), file(2, KERNEL));
        assertNotEquals(file(1, KERNEL), file(1, new byte[] {1, 2, 4}));
        assertEquals(directory, file(1, KERNEL).getParent());
    }

    @Test
    void theOldestGoWhenThereIsNoRoomForAnotherOne() throws IOException {
        String[] names = {"a.code", "b.code", "c.code", "other"};
        for (int i = 0; i < names.length; i++) {
            Path file = directory.resolve(names[i]);
            try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
                sparse.setLength(TranslationCache.MAX_BYTES / 2);
            }
            Files.setLastModifiedTime(file, FileTime.fromMillis(1000 * (10 - i)));
        }
        Path _ = file(1, KERNEL);
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(
                    List.of("a.code", "other"),
                    left.map(path -> path.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void whatIsThereIsNoReasonToTidy() throws IOException {
        Files.createFile(file(1, KERNEL));
        Path other = directory.resolve("a.code");
        try (RandomAccessFile sparse = new RandomAccessFile(other.toFile(), "rw")) {
            sparse.setLength(2 * TranslationCache.MAX_BYTES);
        }
        Path _ = file(1, KERNEL);
        assertEquals(2 * TranslationCache.MAX_BYTES, Files.size(other));
    }
}
