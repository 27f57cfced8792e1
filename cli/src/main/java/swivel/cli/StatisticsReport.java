package swivel.cli;

import java.util.Locale;
import java.util.Map;
import swivel.arm.ExceptionKind;
import swivel.arm.Sensitivity;
import swivel.cpu.Processor;
import swivel.machine.VirtMachine;
import swivel.vmm.Statistics;

/** What {@code --stats} prints. */
final class StatisticsReport {
    private StatisticsReport() {}

    /** The report, several lines. */
    static String text(VirtMachine machine, long nanoseconds) {
        Statistics counted = machine.vcpu().statistics();
        double seconds = nanoseconds / 1e9;
        StringBuilder text = new StringBuilder();
        line(text, "instructions", machine.instructions());
        text.append(String.format(Locale.ROOT, "%-32s %15.3f%n", "seconds", seconds));
        text.append(String.format(
                Locale.ROOT,
                "%-32s %15.1f%n",
                "million instructions a second",
                machine.instructions() / seconds / 1e6));
        line(text, "traps", counted.traps);
        for (Sensitivity sensitivity : Sensitivity.values()) {
            if (sensitivity != Sensitivity.NONE) {
                line(text, "  sensitive: " + name(sensitivity), counted.sensitive(sensitivity));
            }
        }
        line(text, "  supervisor calls of the guest", counted.supervisorCalls);
        line(text, "  coprocessor accesses", counted.coprocessor);
        line(text, "  aborts", counted.aborts);
        line(text, "  kicks", counted.kicks);
        line(text, "trapping words lifted inline", counted.inlined);
        line(text, "shadow faults", counted.shadowFills);
        line(text, "shadows evicted", counted.shadowEvictions);
        Processor.CacheUse caches = machine.caches();
        line(text, "lifted code, KiB", caches.liftedBytes() >> 10);
        line(text, "  pages of it evicted", caches.liftedEvictions());
        line(text, "machine code, KiB", caches.codeBytes() >> 10);
        line(text, "  blocks of it from former runs", caches.codeReused());
        line(text, "  times all evicted", caches.codeEvictions());
        line(text, "shadow tables, KiB", caches.tableBytes() >> 10);
        line(text, "  shadows emptied", caches.tableEvictions());
        calledOut(text, machine.calledOut());
        line(text, "device accesses", counted.deviceAccesses);
        line(text, "sleeps", counted.sleeps);
        for (ExceptionKind kind : ExceptionKind.values()) {
            if (kind != ExceptionKind.RESET) {
                line(text, "injected: " + name(kind), counted.injected(kind));
            }
        }
        line(text, "sensitive but not rewritten", MissedReport.executed(machine));
        text.append(MissedReport.places(counted.missed));
        return text.toString();
    }

    /** What is interpreted although code is emitted, the most frequent first. */
    private static void calledOut(StringBuilder text, Map<String, Long> counts) {
        long all = 0;
        for (long count : counts.values()) {
            all += count;
        }
        line(text, "left to the interpreter", all);
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .forEach(count -> line(text, "  " + count.getKey(), count.getValue()));
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static void line(StringBuilder text, String what, long count) {
        text.append(String.format(Locale.ROOT, "%-32s %,15d%n", what, count));
    }
}
