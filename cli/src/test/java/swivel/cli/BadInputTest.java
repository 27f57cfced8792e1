package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person reads who gave something wrong: one line that says what, and the status for it. */
class BadInputTest {
    private static final String KERNEL = Swivel.guest("linux-v7/zImage");

    @TempDir
    Path directory;

    /** The only line printed; anything else fails the test. */
    private static String complaint(String... arguments) {
        PrintStream before = System.err;
        ByteArrayOutputStream captured = new ByteArrayOutputStream();
        int status;
        try (PrintStream stream = new PrintStream(captured, true, StandardCharsets.UTF_8)) {
            System.setErr(stream);
            status = Main.execute(arguments);
        } finally {
            System.setErr(before);
        }
        String text = captured.toString(StandardCharsets.UTF_8);
        assertEquals(1, text.lines().count(), text);
        assertTrue(text.startsWith("swivel: "), text);
        assertEquals(ExitStatus.BAD_INPUT, status, text);
        return text.strip();
    }

    private void refused(String expected, Path file) {
        String name = file.toString();
        for (String[] command : new String[][] {
            {"run", "--kernel", name},
            {"run", "--virt", "translated", "--kernel", name},
            {"patch", name, "-o", directory.resolve("out").toString()},
            {"scan", name},
            {"demo", "--kernel", name}
        }) {
            String complaint = complaint(command);
            assertTrue(complaint.contains(name), complaint);
            assertTrue(complaint.contains(expected), complaint);
        }
        assertTrue(Files.notExists(directory.resolve("out")));
    }

    private Path file(String name, byte[] content) throws IOException {
        return Files.write(directory.resolve(name), content);
    }

    @Test
    void truncatedZImage() throws IOException {
        byte[] whole = Files.readAllBytes(Path.of(KERNEL));
        refused("truncated", file("half", Arrays.copyOf(whole, whole.length / 2)));
    }

    @Test
    void textFile() throws IOException {
        refused("", file("text", "This is no kernel.\n".repeat(100).getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void emptyFile() throws IOException {
        refused("", file("empty", new byte[0]));
    }

    @Test
    void programForX86() {
        refused("x86-64", Path.of("/bin/sh").toAbsolutePath());
    }

    @Test
    void missingFileAndDirectory() {
        refused("does not exist", directory.resolve("missing"));
        refused("is a directory", directory);
    }

    @Test
    void missingInitrdDriveAndTree() throws IOException {
        String missing = directory.resolve("missing").toString();
        assertTrue(complaint("run", "--kernel", KERNEL, "--initrd", missing)
                .contains("initrd " + missing + " does not exist"));
        assertTrue(complaint("run", "--virt", "translated", "--kernel", KERNEL, "--drive", missing)
                .contains("does not exist"));
        assertTrue(complaint("run", "--kernel", KERNEL, "--dtb", missing).contains("does not exist"));
        String text = file("text", "text".getBytes(StandardCharsets.UTF_8)).toString();
        assertTrue(complaint("run", "--kernel", KERNEL, "--dtb", text).contains("device tree"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"5G", "5g", "0", "-1", "lots", "999999999999G", "1.5G", ""})
    void sizeOfMemory(String size) {
        assertTrue(complaint("run", "--kernel", KERNEL, "--memory=" + size).contains("memory"), size);
    }

    @ParameterizedTest
    @ValueSource(strings = {"100K", "2G", "lots"})
    void sizeOfTheCodeCache(String size) {
        assertTrue(complaint("run", "--kernel", KERNEL, "--code-cache=" + size).contains(size), size);
    }

    @Test
    void kernelThatDoesNotFit() {
        assertTrue(complaint("run", "--virt", "translated", "--kernel", KERNEL, "--memory", "4M")
                .contains("--memory"));
    }

    @Test
    void wrongOptions() {
        assertTrue(complaint("run", "--kernal", KERNEL).contains("--kernal"));
        assertTrue(complaint("run").contains("--kernel"));
        assertTrue(complaint("run", "--kernel", KERNEL, "--virt", "magic").contains("magic"));
        assertTrue(complaint("walk").contains("walk"));
        assertTrue(complaint("demo", "--script", "true", "--initrd", KERNEL).contains("--script"));
    }

    @Test
    void unwritableOutput() {
        String complaint = complaint(
                "patch",
                Swivel.guest("bare/hello.elf"),
                "-o",
                directory.resolve("no/such/place").toString());
        assertTrue(complaint.contains("cannot write"), complaint);
        assertTrue(complaint("patch", Swivel.guest("bare/hello.elf"), "-o", directory.toString())
                .contains("is a directory"));
    }
}
