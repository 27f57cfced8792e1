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

        /** Why it is not supported, of those with which it is not. */
        private final Map<Emulator, String> refusals = new EnumMap<>(Emulator.class);

        /** Why it failed, with what it printed; null if it did not. */
        String failure;

        private Row(Workload workload) {
            this.workload = workload;
            for (Emulator emulator : Emulator.values()) {
                runs.put(emulator, new ArrayList<>());
            }
        }

        /**
         * Adds a run. Throws {@link BenchmarkException} if the guest computed something else than in the runs before.
         */
        void add(Emulator emulator, Run run) {
            runs.values().stream().flatMap(List::stream).findFirst().ifPresent(first -> {
                if (!first.result().equals(run.result())) {
                    throw new BenchmarkException("the guest computed \"" + run.result() + "\" under " + emulator.label
                            + " and \"" + first.result() + "\" before");
                }
            });
            runs.get(emulator).add(run);
        }

        /** Notes that it cannot be measured with one of them. */
        void refuse(Emulator emulator, String why) {
            refusals.put(emulator, why);
        }

        /** Whether it is to be measured with one of them. */
        boolean runs(Emulator emulator) {
            return emulator.runs(workload) && !refusals.containsKey(emulator);
        }

        /** A line for each of those with which it is not supported. */
        List<String> refusals() {
            return refusals.entrySet().stream()
                    .map(entry -> "not supported by " + entry.getKey().label + ": " + entry.getValue())
                    .toList();
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

        /**
         * What this checkout's Swivel takes more than the one before, as a fraction of it. NaN if only one was
         * measured.
         */
        double change() {
            return median(Emulator.SWIVEL) / median(Emulator.BEFORE) - 1;
        }

        /** How many times the native time it takes. NaN if that was not measured. */
        double timesNative() {
            return median(Emulator.SWIVEL) / median(Emulator.NATIVE);
        }

        boolean reached() {
            double goal = workload.kind().goal;
            double score = score();
            if (Double.isNaN(goal)) {
                return !Double.isNaN(score);
            }
            return workload.kind() == Kind.MEMORY ? score <= goal : score >= goal;
        }

        /** What is to be said of it beside its numbers, in a word or two. */
        String note() {
            if (failure != null) {
                return "failed";
            }
            return !refusals.isEmpty() ? "not supported" : reached() ? "" : "short";
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

    List<Row> rows(Userland userland) {
        return rows.stream()
                .filter(row -> row.workload.kind().userland == userland)
                .toList();
    }

    List<Row> failures() {
        return rows.stream().filter(row -> row.failure != null).toList();
    }

    /** Whether some of the rows were measured with one of them. */
    static boolean measured(List<Row> rows, Emulator emulator) {
        return rows.stream().anyMatch(row -> row.measured().contains(emulator));
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

    /** How many times faster jobs are on two cores than on one; NaN if that was not measured. */
    double scaling(Emulator emulator) {
        return jobs(1, emulator) / jobs(2, emulator);
    }

    private double jobs(int cores, Emulator emulator) {
        return rows(Kind.JOBS).stream()
                .filter(row -> row.workload.cores() == cores && row.failure == null)
                .mapToDouble(row -> row.median(emulator))
                .findFirst()
                .orElse(Double.NaN);
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
