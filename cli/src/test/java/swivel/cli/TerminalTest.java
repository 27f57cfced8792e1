package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person at a terminal, played by script(1): the terminal is raw while a guest runs and afterwards as it was. */
class TerminalTest {
    @TempDir
    Path directory;

    private static final String SWIVEL = "'" + Path.of(System.getProperty("java.home"), "bin", "java")
            + "' -XX:+UseSerialGC" + " --enable-native-access=ALL-UNNAMED -cp '" + System.getProperty("java.class.path")
            + "' swivel.cli.Main ";

    /** A guest that prints a letter and then goes on for ever. */
    private static final String GUEST =
            "run --virt translated --silence 0 --kernel " + Swivel.guest("bare/svc-storm.elf");

    /** What stty said before, and after the command; a third time while it ran, if it did so. */
    private record Settings(String before, String during, String after, String screen, int status) {}

    private Settings play(String command, String keys) throws IOException, InterruptedException {
        Path script = directory.resolve("play.sh");
        Files.writeString(script, """
                stty -g >before
                (sleep 3; stty -g <%s >during) &
                %s
                echo $? >status
                stty -g >after
                """.formatted("/dev/tty", command));
        Process process = new ProcessBuilder("script", "-qec", "sh " + script, "/dev/null")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        Thread typist = Thread.startVirtualThread(() -> {
            try (OutputStream to = process.getOutputStream()) {
                Thread.sleep(4000);
                to.write(keys.getBytes(StandardCharsets.US_ASCII));
                to.flush();
                process.waitFor();
            } catch (IOException | InterruptedException e) {
                // The person has gone.
            }
        });
        String screen;
        try (InputStream from = process.getInputStream()) {
            screen = new String(from.readAllBytes(), StandardCharsets.UTF_8);
        }
        assertTrue(process.waitFor(1, TimeUnit.MINUTES));
        typist.join();
        return new Settings(
                read("before"),
                read("during"),
                read("after"),
                screen,
                Integer.parseInt(read("status").strip()));
    }

    private String read(String name) throws IOException {
        return Files.readString(directory.resolve(name));
    }

    @Test
    void ctrlAXQuitsAndCtrlCIsTheGuests() throws IOException, InterruptedException {
        Settings settings = play(SWIVEL + GUEST, "\003\001c\001x");
        assertEquals(ExitStatus.OK, settings.status, settings.screen);
        assertEquals(settings.before, settings.after);
        assertNotEquals(settings.before, settings.during, "raw while the guest runs");
        assertTrue(settings.screen.contains("reserved"), settings.screen);
    }

    @Test
    void signalRestoresTheTerminal() throws IOException, InterruptedException {
        Settings settings = play("timeout --foreground -s TERM 6 " + SWIVEL + GUEST, "");
        assertEquals(settings.before, settings.after);
        assertNotEquals(settings.before, settings.during, "raw while the guest runs");
        assertEquals(124, settings.status, "timeout's own status");
    }

    @Test
    void guestThatEndsByItselfRestoresTheTerminal() throws IOException, InterruptedException {
        Settings settings = play(
                SWIVEL + "run --virt translated --kernel " + Swivel.guest("bare/hello.elf") + "; " + SWIVEL
                        + "run --kernel /nowhere",
                "");
        assertEquals(settings.before, settings.after);
        assertEquals(ExitStatus.BAD_INPUT, settings.status, settings.screen);
    }
}
