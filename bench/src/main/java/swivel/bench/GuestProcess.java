package swivel.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Starts an emulator and notes when each line of the guest's console arrives. */
final class GuestProcess {
    /** {@code run-qemu} ends QEMU after this time, we Swivel. */
    static final int TIMEOUT_SECONDS = 900;

    /** What to do when the guest has printed the line that was waited for. */
    enum Then {
        /** Nothing: it ends by itself. */
        WAIT,
        /** End the emulator. */
        KILL,
        /** Type the command that powers the guest off, so that the emulator reports what it counted. */
        POWER_OFF
    }

    private GuestProcess() {}

    /**
     * Runs a guest to its end.
     *
     * @param marker a line that starts so is waited for; without it in the output the run is an error
     */
    static Transcript run(List<String> command, String marker, Then then) {
        try {
            Path errors = Files.createTempFile("swivel-bench", ".err");
            try {
                return run(command, marker, then, errors);
            } finally {
                Files.delete(errors);
            }
        } catch (IOException e) {
            throw new BenchmarkException("cannot run " + command.getFirst() + ": " + e.getMessage());
        }
    }

    private static Transcript run(List<String> command, String marker, Then then, Path errors) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().put("QEMU_TIMEOUT", Integer.toString(TIMEOUT_SECONDS));
        long start = System.nanoTime();
        Process process = builder.start();
        Thread watchdog = Thread.ofPlatform().daemon().start(() -> killAfterTimeout(process));
        List<Transcript.Line> lines = new ArrayList<>();
        boolean marked = false;
        try (BufferedReader console = process.inputReader(StandardCharsets.ISO_8859_1)) {
            for (String text = console.readLine(); text != null; text = console.readLine()) {
                lines.add(new Transcript.Line((System.nanoTime() - start) / 1e9, text));
                if (!marked && text.startsWith(marker)) {
                    marked = true;
                    react(process, then);
                }
            }
        } catch (IOException e) {
            // The pipe of a process that was killed may break in the middle of a line.
            if (then != Then.KILL || !marked) {
                throw e;
            }
        } finally {
            kill(process);
            watchdog.interrupt();
        }
        Transcript transcript = new Transcript(
                lines, Files.readString(errors, StandardCharsets.ISO_8859_1), (System.nanoTime() - start) / 1e9);
        if (!marked) {
            throw new BenchmarkException(String.join(" ", command) + "\nnever printed \"" + marker
                    + "\"; it ended with:\n" + transcript.end());
        }
        return transcript;
    }

    private static void react(Process process, Then then) throws IOException {
        switch (then) {
            case WAIT -> process.getOutputStream().close();
            case KILL -> kill(process);
            case POWER_OFF -> {
                process.getOutputStream().write("poweroff -f\n".getBytes(StandardCharsets.US_ASCII));
                process.getOutputStream().flush();
            }
        }
    }

    private static void killAfterTimeout(Process process) {
        try {
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                kill(process);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The emulator may be a child of the script that was started. */
    private static void kill(Process process) {
        try (Stream<ProcessHandle> children = process.descendants()) {
            children.forEach(ProcessHandle::destroy);
        }
        process.destroy();
    }
}
