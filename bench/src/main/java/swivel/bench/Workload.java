package swivel.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import swivel.bench.GuestProcess.Then;

/** What a guest does while it is measured; {@code guests/init} is the script that runs in it. */
enum Workload {
    /** From the start of the process to the first line of /init. QEMU has nothing more to tell then, Swivel its statistics. */
    BOOT("boot", "", Then.POWER_OFF, Then.KILL, "start to BOOT-OK") {
        @Override
        double total(Transcript run) {
            return run.secondsTo(MARKER);
        }
    },
    /** From the start of the process to its end, after a few commands that the guest times itself. */
    AUTOTEST("autotest", " autotest", Then.WAIT, Then.WAIT, "start to power-off") {
        @Override
        double total(Transcript run) {
            return run.seconds();
        }

        @Override
        List<String> timed() {
            return List.of("shell loop, 20,000 rounds", "200 fork+exec", "sha256 of 16 MiB", "gzip of 16 MiB");
        }
    };

    /** What /init prints first. */
    static final String MARKER = "BOOT-OK";

    private static final String COMMAND_LINE = "console=ttyAMA0 panic=-1";

    /** What {@code --only} and the tables call it. */
    final String label;

    /** What happens at {@link #MARKER} under either. */
    final Then swivel;

    final Then qemu;

    private final String append;
    private final String measure;

    Workload(String label, String append, Then swivel, Then qemu, String measure) {
        this.label = label;
        this.append = append;
        this.swivel = swivel;
        this.qemu = qemu;
        this.measure = measure;
    }

    /** The kernel's command line. */
    String append() {
        return COMMAND_LINE + append;
    }

    /** The {@code time} commands of guests/init whose result reaches the console (not that of dd), in order. */
    List<String> timed() {
        return List.of();
    }

    /** What {@link #total} measures. */
    String measure() {
        return measure;
    }

    /** Seconds of the whole. */
    abstract double total(Transcript run);

    /** Seconds by what was measured, the whole first. */
    Map<String, Double> seconds(Transcript run) {
        List<Double> times = run.guestTimes();
        if (times.size() != timed().size()) {
            throw new BenchmarkException("the guest timed " + times.size() + " commands, not " + timed().size()
                    + "; it ended with:\n" + run.end());
        }
        Map<String, Double> seconds = new LinkedHashMap<>();
        seconds.put(measure, total(run));
        for (int i = 0; i < timed().size(); i++) {
            seconds.put(timed().get(i), times.get(i));
        }
        return seconds;
    }
}
