package swivel.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was measured, by guest and measure, in the order in which it came. */
final class Results {
    /** One line of the table. */
    static final class Row {
        final Guest guest;
        final Workload workload;
        final String measure;
        Samples swivel = new Samples();
        Samples qemu = new Samples();

        /** What Swivel counted in the whole run; empty where the measure is a part of one. */
        Samples instructions = new Samples();

        /** Million instructions a second of Swivel, from its first instruction to its last. */
        Samples mips = new Samples();

        private Row(Guest guest, Workload workload, String measure) {
            this.guest = guest;
            this.workload = workload;
            this.measure = measure;
        }

        /** How many times faster than QEMU. */
        double ratio() {
            return qemu.median() / swivel.median();
        }
    }

    private final Map<List<Object>, Row> rows = new LinkedHashMap<>();

    List<Row> rows() {
        return new ArrayList<>(rows.values());
    }

    private Row row(Guest guest, Workload workload, String measure) {
        return rows.computeIfAbsent(List.of(guest, workload, measure), key -> new Row(guest, workload, measure));
    }

    /** Adds one run of each. Throws {@link BenchmarkException} if the guest computed something else in one than in the other. */
    void add(Guest guest, Workload workload, Transcript swivel, Transcript qemu) {
        if (!swivel.results().equals(qemu.results())) {
            throw new BenchmarkException(guest.label + " computed " + swivel.results() + " under Swivel and "
                    + qemu.results() + " under QEMU");
        }
        workload.seconds(swivel).forEach((measure, seconds) -> {
            Row row = row(guest, workload, measure);
            row.swivel = row.swivel.with(seconds);
        });
        workload.seconds(qemu).forEach((measure, seconds) -> {
            Row row = row(guest, workload, measure);
            row.qemu = row.qemu.with(seconds);
        });
        Row whole = row(guest, workload, workload.measure());
        whole.instructions = whole.instructions.with(swivel.statistic("instructions"));
        whole.mips = whole.mips.with(swivel.statistic("million instructions a second"));
    }
}
