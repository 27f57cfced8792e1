package swivel.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import swivel.bench.parts.PartBenchmarks;

/** {@code bench/run}. The current directory is the project's. */
@Command(
        name = "bench/run",
        mixinStandardHelpOptions = true,
        description =
                "Measures Swivel beside QEMU on the same guests, in turn, and prints medians (docs/performance.md).")
final class Main implements Callable<Integer> {
    static final Path OUTPUT = Path.of("bench", "target");
    private static final Path JSON = OUTPUT.resolve("results.json");
    private static final Path HTML = OUTPUT.resolve("results.html");
    private static final Path JMH_JSON = OUTPUT.resolve("jmh.json");

    @Option(names = "--rounds", paramLabel = "N", description = "Runs of each (default: 5; 1 with --quick)")
    private Integer rounds;

    @Option(names = "--quick", description = "Small sizes: whether all works, not how fast")
    private boolean quick;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            split = ",",
            description = "Only benchmarks whose name holds one of these: sha256, python, boot, stock-patched/boot …")
    private List<String> only = List.of("");

    @Option(names = "--engine", paramLabel = "NAME", description = "Swivel's --engine (default: its own choice)")
    private String engine;

    @Option(
            names = "--swivel",
            paramLabel = "FILE",
            defaultValue = "swivel",
            description = "The launcher of another checkout, built before (default: this one's)")
    private Path launcher;

    @Option(
            names = "--before",
            paramLabel = "FILE",
            description = "The launcher of a checkout without a change, built before; measured in turn with this one's")
    private Path before;

    @Option(
            names = "--qemu",
            paramLabel = "FILE",
            defaultValue = "qemu-system-arm",
            description = "The QEMU to compare with (default: qemu-system-arm)")
    private String qemu;

    @Option(names = "--list", description = "Print the benchmarks, their cost centres and why they matter, and end")
    private boolean list;

    @Option(
            names = "--jmh",
            arity = "0..1",
            fallbackValue = ".*",
            paramLabel = "REGEX",
            description = "Measure the parts instead, with JMH; only those that match")
    private String jmh;

    public static void main(String[] arguments) {
        Locale.setDefault(Locale.ROOT); // decimal points in everything that is written
        System.exit(new CommandLine(new Main())
                .setExecutionExceptionHandler((e, commandLine, result) -> {
                    if (e instanceof BenchmarkException) {
                        System.err.println("bench: " + e.getMessage());
                        return 1;
                    }
                    throw e;
                })
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        if (jmh != null) {
            PartBenchmarks.run(jmh, JMH_JSON);
            return 0;
        }
        List<Workload> workloads = workloads();
        if (list) {
            System.out.print(Suite.describe(workloads));
            return 0;
        }
        try (LoopbackServer server = LoopbackServer.start()) {
            return measure(workloads, new Measurement(quick, starts(), server));
        }
    }

    /** What is compared, and how each is started. */
    private Map<Emulator, Start> starts() {
        Map<Emulator, Start> starts = new EnumMap<>(Emulator.class);
        starts.put(Emulator.SWIVEL, Start.swivel(swivelRun(launcher)));
        if (before != null) {
            starts.put(Emulator.BEFORE, Start.swivel(swivelRun(before)));
        }
        starts.put(Emulator.QEMU, Start.qemu(qemu));
        starts.put(Emulator.NATIVE, Start.host());
        return starts;
    }

    /** How {@code swivel run} is called. */
    private List<String> swivelRun(Path launcher) {
        List<String> run = new ArrayList<>(List.of(launcher.toAbsolutePath().toString(), "run"));
        if (engine != null) {
            run.addAll(List.of("--engine", engine));
        }
        return run;
    }

    private List<Workload> workloads() {
        List<Workload> workloads = Suite.workloads().stream()
                .filter(one -> only.stream().anyMatch(one.path()::contains))
                .toList();
        if (workloads.isEmpty()) {
            throw new BenchmarkException(
                    "no benchmark's name holds " + String.join(" or ", only) + "; see bench/run --list");
        }
        return workloads;
    }

    /** Returns the exit status: 1 if a benchmark failed. */
    private int measure(List<Workload> workloads, Measurement measurement) throws IOException {
        int count = rounds != null ? rounds : quick ? 1 : 5;
        if (count < 1) {
            throw new BenchmarkException("--rounds must be 1 or more");
        }
        Map<String, String> conditions = Conditions.now(count, quick, swivelRun(launcher), qemu);
        if (before != null) {
            conditions.put("before", before.toAbsolutePath().normalize().toString());
        }
        System.err.println("bench: load average at the start: " + conditions.get(Conditions.LOAD));
        Results results = new Results(workloads);
        for (int round = 1; round <= count; round++) {
            for (Results.Row row : results.rows()) {
                if (row.failure == null) {
                    measure(row, measurement, round, count);
                }
            }
            // After each round, so that a long measurement can be looked at and ended.
            conditions.put("other work", "%.2f processors".formatted(results.disturbance()));
            Files.createDirectories(OUTPUT);
            Files.writeString(JSON, Json.of(conditions, results));
            Files.writeString(HTML, HtmlReport.of(conditions, results));
        }
        conditions.forEach((name, value) -> System.out.println(name + ": " + value));
        System.out.println();
        System.out.print(Table.of(results));
        System.out.println("\n" + JSON + "\n" + HTML);
        if (results.disturbance() > OtherWork.NOISY) {
            System.err.println("bench: the machine was busy with other work: do not trust these figures");
        }
        results.rows()
                .forEach(row -> row.refusals()
                        .forEach(refusal -> System.err.println("bench: " + row.workload.path() + ": " + refusal)));
        results.failures()
                .forEach(row -> System.err.println("\nbench: " + row.workload.path() + " failed: " + row.failure));
        return results.failures().isEmpty() ? 0 : 1;
    }

    /** Swivel first in odd rounds, QEMU first in even ones: what is slow by being first is so for both. */
    private static void measure(Results.Row row, Measurement measurement, int round, int rounds) {
        List<Emulator> order = List.copyOf(measurement.starts().keySet());
        if (round % 2 == 0) {
            order = order.reversed();
        }
        try {
            for (Emulator emulator : order) {
                if (row.runs(emulator)) {
                    try {
                        row.add(emulator, measurement.run(row.workload, emulator));
                    } catch (UnsupportedException e) {
                        row.refuse(emulator, e.getMessage());
                    }
                }
            }
        } catch (BenchmarkException e) {
            row.failure = e.getMessage();
        }
        System.err.println(progress(row, round, rounds));
    }

    private static String progress(Results.Row row, int round, int rounds) {
        String start = "%d/%d  %-24s".formatted(round, rounds, row.workload.path());
        if (row.failure != null) {
            return start + "  failed: " + row.failure.lines().findFirst().orElse("");
        }
        StringBuilder text = new StringBuilder(start);
        double others = 0;
        for (Emulator emulator : row.measured()) {
            Run last = row.last(emulator);
            text.append(String.format(
                    Locale.ROOT, "  %s %8.3f %s ", emulator.label, last.value(), row.workload.kind().unit));
            others = Math.max(others, last.disturbance());
        }
        row.refusals().forEach(refusal -> text.append("  ").append(refusal));
        return text.append(String.format(Locale.ROOT, "  others %.2f", others))
                .append(others > OtherWork.NOISY ? " (noisy)" : "")
                .toString();
    }
}
