package swivel.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    private static final Path JSON = Path.of("bench", "target", "results.json");
    private static final Path JMH_JSON = Path.of("bench", "target", "jmh.json");

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "5", description = "Runs of each (default: 5)")
    private int rounds;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            defaultValue = "",
            description = "Only benchmarks whose name holds this: own, translated, boot, stock-patched/autotest …")
    private String only;

    @Option(names = "--list", description = "Print the names and end")
    private boolean list;

    @Option(
            names = "--jmh",
            arity = "0..1",
            fallbackValue = ".*",
            paramLabel = "REGEX",
            description = "Measure the parts instead, with JMH; only those that match")
    private String jmh;

    private record Case(Guest guest, Workload workload) {
        String name() {
            return guest.label + "/" + workload.label;
        }
    }

    public static void main(String[] arguments) {
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
        List<Case> cases = cases();
        if (list) {
            cases.forEach(one -> System.out.println(one.name()));
            return 0;
        }
        measure(cases);
        return 0;
    }

    private List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (Guest guest : Guest.values()) {
            for (Workload workload : Workload.values()) {
                Case one = new Case(guest, workload);
                if (one.name().contains(only)) {
                    cases.add(one);
                }
            }
        }
        if (cases.isEmpty()) {
            throw new BenchmarkException("no benchmark is called *" + only + "*; see bench/run --list");
        }
        return cases;
    }

    private void measure(List<Case> cases) throws IOException {
        if (rounds < 1) {
            throw new BenchmarkException("--rounds must be 1 or more");
        }
        Map<String, String> conditions = Conditions.now(rounds);
        cases.forEach(one -> one.guest.require());
        Results results = new Results();
        for (int round = 1; round <= rounds; round++) {
            for (Case one : cases) {
                run(one, round, results);
            }
            // After each round, so that a long measurement can be looked at and ended.
            Files.createDirectories(JSON.getParent());
            Files.writeString(JSON, Json.of(conditions, results));
        }
        conditions.forEach((name, value) -> System.out.println(name + ": " + value));
        System.out.println();
        System.out.print(Table.of(results));
    }

    /** Swivel first in odd rounds, QEMU first in even ones: what is slow by being first is so for both. */
    private void run(Case one, int round, Results results) {
        Workload workload = one.workload;
        String append = workload.append();
        Transcript swivel = null;
        if (round % 2 == 1) {
            swivel = GuestProcess.run(one.guest.swivel(append), Workload.MARKER, workload.swivel);
        }
        Transcript qemu = GuestProcess.run(one.guest.qemu(append), Workload.MARKER, workload.qemu);
        if (swivel == null) {
            swivel = GuestProcess.run(one.guest.swivel(append), Workload.MARKER, workload.swivel);
        }
        results.add(one.guest, workload, swivel, qemu);
        System.err.printf(
                Locale.ROOT,
                "round %d/%d  %-26s Swivel %7.2f s   QEMU %7.2f s   load %s%n",
                round,
                rounds,
                one.name(),
                workload.total(swivel),
                workload.total(qemu),
                Conditions.load());
    }
}
