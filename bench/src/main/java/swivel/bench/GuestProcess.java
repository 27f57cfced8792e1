package swivel.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Starts an emulator and notes when each line of the guest's console arrives. */
final class GuestProcess {
    /** After this time it is ended. */
    private static final int TIMEOUT_SECONDS = 600;

    private GuestProcess() {}

    /**
     * Runs a guest until it ends, or is ended.
     *
     * @param marker a line that starts so is waited for; without it in the output the run is an error
     * @param atMarker called when it comes; null lets the guest end by itself, otherwise the emulator is ended
     *     afterwards
     */
    static Transcript run(List<String> command, String marker, Consumer<ProcessHandle> atMarker) {
        try {
            Path errors = Files.createTempFile("swivel-bench", ".err");
            try {
                return run(command, marker, atMarker, errors);
            } finally {
                Files.delete(errors);
            }
        } catch (IOException e) {
            throw new BenchmarkException("cannot run " + command.getFirst() + ": " + e.getMessage());
        }
    }

    private static Transcript run(List<String> command, String marker, Consumer<ProcessHandle> atMarker, Path errors)
            throws IOException {
        long start = System.nanoTime();
        // Standard input stays open: the end of it may end a console.
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        Thread watchdog = Thread.ofPlatform().daemon().start(() -> endAfterTimeout(process));
        List<Transcript.Line> lines = new ArrayList<>();
        boolean marked = false;
        try (BufferedReader console = process.inputReader(StandardCharsets.ISO_8859_1)) {
            for (String text = console.readLine(); text != null; text = console.readLine()) {
                lines.add(new Transcript.Line((System.nanoTime() - start) / 1e9, text));
                if (!marked && text.startsWith(marker)) {
                    marked = true;
                    if (atMarker != null) {
                        atMarker.accept(process.toHandle());
                        break;
                    }
                }
            }
        } finally {
            end(process);
            watchdog.interrupt();
        }
        Transcript transcript = new Transcript(
                lines, Files.readString(errors, StandardCharsets.ISO_8859_1), (System.nanoTime() - start) / 1e9);
        if (!marked) {
            throw new BenchmarkException("\"" + marker + "\" never came from: " + String.join(" ", command)
                    + "\nIt ended with:\n" + transcript.end());
        }
        return transcript;
    }

    private static void endAfterTimeout(Process process) {
        try {
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends it and waits until it is gone, so that it disturbs no other. */
    private static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
