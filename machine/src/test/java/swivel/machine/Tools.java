package swivel.machine;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Other people's programs, as oracles. */
final class Tools {
    private Tools() {}

    /** A program's output for an input; a missing or failing program fails the test. */
    static byte[] runBytes(byte[] input, String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            Thread feeder = Thread.startVirtualThread(() -> {
                try (OutputStream to = process.getOutputStream()) {
                    to.write(input);
                } catch (IOException e) {
                    // It does not read all of its input; its exit status tells whether that is a failure.
                }
            });
            byte[] output = process.getInputStream().readAllBytes();
            int status = process.waitFor();
            feeder.join();
            if (status != 0) {
                throw new AssertionError(String.join(" ", command) + " ended with status " + status);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(command[0] + " cannot be run; scripts/install-tools installs it", e);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    static String run(byte[] input, String... command) {
        return new String(runBytes(input, command), StandardCharsets.UTF_8);
    }
}
