package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What commands print gets lost, and that is told. */
class StandardOutputTest {
    private static final File FULL = new File("/dev/full");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--version",
                "--help",
                "scan --help",
                "scan KERNEL",
                "scan KERNEL --report text",
                "scan KERNEL --report json",
                "scan KERNEL --report html",
                "patch KERNEL --dry-run --report json",
                "compare KERNEL KERNEL"
            })
    void aFullDiskIsAnError(String line) throws IOException {
        Assumptions.assumeTrue(FULL.exists(), "this host has no /dev/full");
        Process process = Swivel.builder(
                        line.replace("KERNEL", Swivel.guest("bare/hello.elf")).split(" "))
                .redirectOutput(FULL)
                .start();
        Swivel.Result result = Swivel.finish(process);
        assertEquals(ExitStatus.BAD_INPUT, result.status(), result.errors());
        assertEquals(1, result.errors().lines().count(), result.errors());
        assertTrue(result.errors().contains("standard output cannot be written to"), result.errors());
    }
}
