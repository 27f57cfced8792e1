package swivel.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Under which conditions something is measured: without them a number means nothing. */
final class Conditions {
    /** The name of the load average. */
    static final String LOAD = "load at the start";

    private Conditions() {}

    /** Throws {@link BenchmarkException} if there is no QEMU. */
    static Map<String, String> now(int rounds, boolean quick, List<String> run, String qemuProgram) {
        Map<String, String> conditions = new LinkedHashMap<>();
        conditions.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        conditions.put(
                "commit",
                firstLine(
                        List.of(
                                "git",
                                "-C",
                                Path.of(run.getFirst()).getParent().toString(),
                                "describe",
                                "--always",
                                "--dirty"),
                        "unknown"));
        conditions.put("rounds", rounds + (quick ? ", small sizes" : ""));
        conditions.put("swivel", String.join(" ", run));
        conditions.put("processor", processor());
        conditions.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        conditions.put(LOAD, load());
        conditions.put("java", Runtime.version().toString());
        String qemu = firstLine(List.of(qemuProgram, "--version"), null);
        if (qemu == null) {
            throw new BenchmarkException(qemuProgram + " is missing; install it with: scripts/install-tools");
        }
        conditions.put("qemu", qemu);
        return conditions;
    }

    /** Runnable processes of the last minute, on average; above the number of cores, others disturb. */
    private static String load() {
        return String.format(
                Locale.ROOT,
                "%.1f",
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    private static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** The first line that a command prints, if it succeeds. */
    private static String firstLine(List<String> command, String otherwise) {
        try {
            Process process = new ProcessBuilder(command).start();
            byte[] output = process.getInputStream().readAllBytes();
            return process.waitFor() != 0
                    ? otherwise
                    : new String(output, StandardCharsets.UTF_8)
                            .lines()
                            .findFirst()
                            .orElse(otherwise);
        } catch (IOException e) {
            return otherwise;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return otherwise;
        }
    }
}
