package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A person at a terminal, played by script(1): the terminal is raw while a guest runs and afterwards as it was. */
class TerminalTest {
    @TempDir
    Path directory;

    private static final String SWIVEL = Path.of(System.getProperty("java.home"), "bin", "java")
            + " -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -cp " + System.getProperty("java.class.path")
            + " swivel.cli.Main ";

    /** A guest that goes on for ever. */
    private static final String GUEST =
            "run --virt translated --silence 0 --kernel " + Swivel.guest("bare/svc-storm.elf");

    /**
     * The person's shell: notes the terminal's settings before and after the command and, in the background, the first
     * others that there are meanwhile.
     */
    private static final String SHELL = """
            stty -g >before
            (until [ -e status ]; do
               now=$(stty -g </dev/tty)
               [ "$now" = "$(cat before)" ] || { echo "$now" >during; break; }
               sleep 0.2
             done) &
            sh -c 'echo $$ >pid; exec COMMAND'
            echo $? >status
            wait
            stty -g >after
            """;

    /** What a person does once the terminal is raw. */
    private interface Act {
        void play(OutputStream keys) throws IOException, InterruptedException;
    }

    private record Ending(int status, String screen) {}

    private Ending play(String arguments, Act act) throws IOException, InterruptedException {
        Path script = Files.writeString(directory.resolve("shell"), SHELL.replace("COMMAND", SWIVEL + arguments));
        Process process = new ProcessBuilder("script", "-qec", "sh " + script, "/dev/null")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        Thread person = Thread.startVirtualThread(() -> {
            try (OutputStream keys = process.getOutputStream()) {
                while (Files.notExists(directory.resolve("during")) && process.isAlive()) {
                    Thread.sleep(100);
                }
                act.play(keys);
                process.waitFor();
            } catch (IOException | InterruptedException e) {
                // The terminal has gone.
            }
        });
        String screen;
        try (InputStream from = process.getInputStream()) {
            screen = new String(from.readAllBytes(), StandardCharsets.UTF_8);
        }
        assertTrue(process.waitFor(1, TimeUnit.MINUTES));
        person.join();
        assertEquals(read("before"), read("after"), screen);
        return new Ending(Integer.parseInt(read("status")), screen);
    }

    private String read(String name) throws IOException {
        return Files.readString(directory.resolve(name)).strip();
    }

    private void assertWasRaw() {
        assertTrue(Files.exists(directory.resolve("during")), "the terminal was raw while the guest ran");
    }

    @Test
    void ctrlAXQuitsAndCtrlCIsTheGuests() throws IOException, InterruptedException {
        Ending ending = play(GUEST, keys -> {
            keys.write("\003\001c\001x".getBytes(StandardCharsets.US_ASCII));
            keys.flush();
        });
        assertWasRaw();
        assertEquals(ExitStatus.OK, ending.status, ending.screen);
        assertTrue(ending.screen.contains("reserved"), ending.screen);
    }

    /** Opens a pipe with a name, and waits for who writes to it. */
    private static InputStream open(Path pipe) {
        try {
            return new FileInputStream(pipe.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void ctrlAXQuitsWhileNobodyReadsTheOutput() throws IOException, InterruptedException {
        Path guest = BlockedOutputTest.image(directory.resolve("chatter"), BlockedOutputTest.CHATTER);
        assertEquals(
                0,
                new ProcessBuilder("mkfifo", directory.resolve("unread").toString())
                        .start()
                        .waitFor());
        CompletableFuture<InputStream> reader = CompletableFuture.supplyAsync(() -> open(directory.resolve("unread")));
        Ending ending = play("run --virt translated --kernel " + guest + " >unread", keys -> {
            BlockedOutputTest.awaitUnread(reader.join(), BlockedOutputTest.UNREAD);
            keys.write("\001z\001x".getBytes(StandardCharsets.US_ASCII));
            keys.flush();
        });
        reader.join().close();
        assertEquals(ExitStatus.OK, ending.status, ending.screen);
        assertTrue(ending.screen.contains("Ctrl-A x quits"), ending.screen);
    }

    @Test
    void signalRestoresTheTerminal() throws IOException, InterruptedException {
        Ending ending = play(
                GUEST,
                _ -> ProcessHandle.of(Long.parseLong(read("pid"))).orElseThrow().destroy());
        assertWasRaw();
        assertEquals(128 + 15, ending.status, ending.screen);
    }

    @Test
    void guestThatEndsByItselfRestoresTheTerminal() throws IOException, InterruptedException {
        Ending ending = play("run --virt translated --kernel " + Swivel.guest("bare/hello.elf"), _ -> {});
        assertEquals(ExitStatus.OK, ending.status, ending.screen);
        assertTrue(ending.screen.contains("HELLO"), ending.screen);
    }

    @Test
    void wrongFileLeavesTheTerminalAlone() throws IOException, InterruptedException {
        Ending ending = play("run --kernel /nowhere", _ -> {});
        assertEquals(ExitStatus.BAD_INPUT, ending.status, ending.screen);
    }
}
