package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of {@code --trace-blocks}. */
class TraceFileTest {
    @TempDir
    Path directory;

    @Test
    void itHoldsWholeBlocksUpToItsBoundAndWhatWasThereIsGone() throws IOException {
        Path file = directory.resolve("blocks");
        Files.writeString(file, "something longer than the trace");
        try (TraceFile trace = TraceFile.open(file, 12)) {
            trace.accept("first\n");
            assertEquals("first\n", Files.readString(file));
            trace.accept("too long\n");
            trace.accept("1\n");
        }
        assertEquals("first\n", Files.readString(file));
    }
}
