package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.formats.cpio.CpioWriter;

/**
 * A program of T32 code, with a C library of A32 code, prints as init of a Linux guest what it prints under
 * {@code qemu-arm}.
 */
class ThumbProgramTest {
    @TempDir
    Path directory;

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), String.join(" ", command) + ": " + output);
        return output;
    }

    private Path program() throws IOException, InterruptedException {
        Path source = directory.resolve("program.c");
        try (InputStream in = ThumbProgramTest.class.getResourceAsStream("/thumb/program.c")) {
            Files.copy(Objects.requireNonNull(in), source);
        }
        Path program = directory.resolve("program");
        run("arm-linux-gnueabi-gcc", "-O2", "-mthumb", "-march=armv7-a", "-static", "-o", "" + program, "" + source);
        return program;
    }

    private static String lines(String output) {
        return output.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("thumb: "))
                .collect(Collectors.joining("\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"interp", "x64"})
    void itPrintsWhatItPrintsUnderQemu(String engine) throws Exception {
        Path program = program();
        String expected = lines(run("qemu-arm", "-cpu", "cortex-a15", "" + program));
        assertTrue(expected.endsWith("thumb: end"), expected);
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (CpioWriter cpio = new CpioWriter(archive)) {
            cpio.directory("dev")
                    .characterDevice("dev/console", 0600, 5, 1)
                    .file("init", 0755, Files.readAllBytes(program));
        }
        Path initramfs = Files.write(directory.resolve("initramfs"), archive.toByteArray());
        Swivel.Result result = Swivel.run(
                "run",
                "--kernel",
                Swivel.guest("linux-v7/vmlinux"),
                "--initrd",
                initramfs.toString(),
                "--append",
                "console=ttyAMA0 quiet panic=-1",
                "--engine",
                engine,
                "--exit-on-panic");
        assertEquals(expected, lines(result.output()), result.output() + result.errors());
        assertEquals(0, result.status(), result.errors());
    }
}
