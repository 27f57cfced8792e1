package swivel.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import swivel.formats.cpio.CpioWriter;

/** Runs the command line as a person does: in a process of its own. */
public final class Swivel {
    /** The repository. Maven runs tests in the module's directory. */
    static final Path HOME = Path.of("").toAbsolutePath().getParent();

    static final Path GUESTS = Path.of(
                    System.getenv().getOrDefault("SWIVEL_CACHE", System.getenv("HOME") + "/.cache/swivel"))
            .resolve("guests");

    private static final int MINUTES = 5;

    private Swivel() {}

    /** How a process ended and what it printed. */
    record Result(int status, String output, String errors) {
        /** The last line for the person, which tells how it went. */
        String lastError() {
            return errors.lines().reduce("", (_, line) -> line);
        }
    }

    /** Starts it; its input is a pipe. */
    static Process start(String... arguments) {
        return startWith("--enable-native-access=ALL-UNNAMED", arguments);
    }

    /** Starts it with an option for the JVM. */
    static Process startWith(String option, String... arguments) {
        try {
            return builder(option, arguments).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** To start it with other streams or another environment. */
    static ProcessBuilder builder(String... arguments) {
        return builder("--enable-native-access=ALL-UNNAMED", arguments);
    }

    private static ProcessBuilder builder(String option, String[] arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                option,
                "-cp",
                System.getProperty("java.class.path"),
                "swivel.cli.Main"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("SWIVEL_HOME", HOME.toString());
        return builder;
    }

    /** Runs it to its end, without input. */
    static Result run(String... arguments) {
        Process process = start(arguments);
        try {
            process.getOutputStream().close();
            return finish(process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for its end; kills it after some minutes. */
    static Result finish(Process process) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        try {
            Thread outputReader = read(process.getInputStream(), output);
            Thread errorReader = read(process.getErrorStream(), errors);
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
            }
            outputReader.join();
            errorReader.join();
            return new Result(
                    process.waitFor(),
                    output.toString(StandardCharsets.UTF_8),
                    errors.toString(StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new IllegalStateException(e);
        }
    }

    private static Thread read(InputStream from, ByteArrayOutputStream to) {
        return Thread.startVirtualThread(() -> {
            try {
                long _ = from.transferTo(to);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** As sha256sum prints it. */
    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Puts modules of Debian's kernel into {@code lib/}, if that is the kernel; our own has them inside. */
    static void addModules(CpioWriter files, String kernel, String... modules) throws IOException {
        for (String module : kernel.startsWith("stock") ? modules : new String[0]) {
            files.file(
                    "lib/" + Path.of(module).getFileName() + ".ko",
                    0644,
                    Files.readAllBytes(Path.of(guest("stock/modules/kernel/" + module + ".ko"))));
        }
    }

    public static String guest(String path) {
        return GUESTS.resolve(path).toString();
    }
}
