package swivel.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Guests that fill the hypervisor's memory, each in a JVM whose heap is what docs/memory.md promises to be enough. */
class HostileMemoryTest {
    private static final String HEAP = "-Xmx" + (MemoryNeed.HEAP >> 20) + "m";

    @ParameterizedTest
    @CsvSource({
        "EVERY_WORD, AUTO",
        "EVERY_WORD, INTERP",
        "EVERY_ADDRESS, AUTO",
        "EVERY_SPACE, AUTO",
    })
    void noGuestUsesUpTheHeap(String guest, String engine) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        // Surefire's own class path is a jar that names this one.
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Process process = new ProcessBuilder(
                        java,
                        HEAP,
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        classes,
                        HostileGuest.class.getName(),
                        guest,
                        engine)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        assertTrue(output.contains("Stopped"), output);
    }
}
