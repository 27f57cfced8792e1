package swivel.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What was measured, by benchmark, in the order of the suite. */
final class Results {
    /** One line of the table. */
    static final class Row {
        final Workload workload;
        private final Map<Emulator, List<Run>> runs = new EnumMap<>(Emulator.class);

        /** Why it failed, with what it printed; null if it did not. */
        String failure;

        private Row(Workload workload) {
            this.workload = workload;
            for (Emulator emulator : Emulator.values()) {
                runs.put(emulator, new ArrayList<>());
            }
        }

        /** Adds a run. Throws {@link BenchmarkException} if the guest computed something else than in the runs before. */
        void add(Emulator emulator, Run run) {
            runs.values().stream().flatMap(List::stream).findFirst().ifPresent(first -> {
                if (!first.result().equals(run.result())) {
                    throw new BenchmarkException("the guest computed \"" + run.result() + "\" under " + emulator.label
                            + " and \"" + first.result() + "\" before");
                }
            });
            runs.get(emulator).add(run);
        }

        /** What has run, in the order of the tables. */
        List<Emulator> measured() {
            return runs.entrySet().stream()
                    .filter(entry -> !entry.getValue().isEmpty())
                    .map(Map.Entry::getKey)
                    .toList();
        }

        /** The run that was added last. */
        Run last(Emulator emulator) {
            return runs.get(emulator).getLast();
        }

        Samples samples(Emulator emulator, ToDoubleFunction<Run> what) {
            return new Samples(runs.get(emulator).stream().mapToDouble(what).toArray());
        }

        double median(Emulator emulator) {
            return samples(emulator, Run::value).median();
        }

        /** How many times faster than QEMU; of memory, how many MiB more than QEMU. NaN if it failed. */
        double score() {
            if (failure != null) {
                return Double.NaN;
            }
            double swivel = median(Emulator.SWIVEL);
            double qemu = median(Emulator.QEMU);
            return workload.kind() == Kind.MEMORY ? swivel - qemu : qemu / swivel;
        }

        /** What this checkout's Swivel takes more than the one before, as a fraction of it. NaN if only one was measured. */
        double change() {
            return median(Emulator.SWIVEL) / median(Emulator.BEFORE) - 1;
        }

        boolean reached() {
            return workload.kind() == Kind.MEMORY ? score() <= workload.kind().goal : score() >= workload.kind().goal;
        }
    }

    private final List<Row> rows;

    Results(List<Workload> workloads) {
        rows = workloads.stream().map(Row::new).toList();
    }

    List<Row> rows() {
        return rows;
    }

    List<Row> rows(Kind kind) {
        return rows.stream().filter(row -> row.workload.kind() == kind).toList();
    }

    List<Row> failures() {
        return rows.stream().filter(row -> row.failure != null).toList();
    }

    /** Whether a Swivel without the change was measured as well. */
    boolean compared() {
        return rows.stream().anyMatch(row -> row.measured().contains(Emulator.BEFORE));
    }

    /** Of the ratios of a kind, as far as there are any; NaN if there are none. */
    double geomean(Kind kind) {
        return Math.exp(rows(kind).stream()
                .mapToDouble(Row::score)
                .filter(score -> !Double.isNaN(score))
                .map(Math::log)
                .average()
                .orElse(Double.NaN));
    }

    /** The median over all runs of what other processes took of the processors. */
    double disturbance() {
        return new Samples(rows.stream()
                        .flatMap(row -> row.runs.values().stream())
                        .flatMap(List::stream)
                        .mapToDouble(Run::disturbance)
                        .toArray())
                .median();
    }
}
