package swivel.bench;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What one run printed.
 *
 * @param lines of the console, in order
 * @param errors standard error of the emulator
 * @param seconds from the start of the process to its end
 */
record Transcript(List<Line> lines, String errors, double seconds) {
    /**
     * A line of the guest's console.
     *
     * @param seconds from the start of the process to the end of the line
     */
    record Line(double seconds, String text) {}

    /** What {@code guests/bench/timed.c} prints before the guest's work and after it. */
    static final String WORK_START = "BENCH-START";

    static final String WORK_END = "BENCH-END";
    private static final Pattern END = Pattern.compile(WORK_END + " status (\\d+) elapsed (\\d+) ns");

    /** What a script prints instead, if its time is not what it measures. */
    private static final Pattern MEASURED = Pattern.compile("measured (\\d+) ns");

    /** What a program prints and ends, if the processor has not got what it needs. */
    private static final String NOT_SUPPORTED = "not supported: ";

    private static final Pattern KERNEL_MESSAGE = Pattern.compile("\\[ *\\d+\\.\\d+] .*");
    private static final int LINES_AT_END = 12;

    /** Seconds, and of each second. */
    private static final double CLOCK_TOLERANCE = 0.2;

    private static final double NANOSECONDS = 1e9;

    /** Seconds from the start of the process to the first line that starts so. */
    double secondsTo(String start) {
        return lines.get(indexOf(start)).seconds;
    }

    /**
     * Seconds of the guest's work by the guest's clock. Throws {@link BenchmarkException} if the work failed, and
     * {@link UnsupportedException} if it says that it cannot be done.
     */
    double elapsed() {
        for (Line line : work()) {
            if (line.text.startsWith(NOT_SUPPORTED)) {
                throw new UnsupportedException(line.text.substring(NOT_SUPPORTED.length()));
            }
        }
        Matcher end = END.matcher(lines.get(indexOf(WORK_END)).text);
        if (!end.matches() || !end.group(1).equals("0")) {
            throw new BenchmarkException("the guest's command failed:\n" + end());
        }
        return Long.parseLong(end.group(2)) / NANOSECONDS;
    }

    /** {@link #elapsed}, or what the work says that it measured instead. */
    double measured() {
        return work().stream()
                .map(line -> MEASURED.matcher(line.text))
                .filter(Matcher::matches)
                .map(measured -> Long.parseLong(measured.group(1)) / NANOSECONDS)
                .findFirst()
                .orElseGet(this::elapsed);
    }

    /**
     * {@link #elapsed} by the host's clock. Throws {@link BenchmarkException} if they differ by more than the console's
     * delay.
     */
    double outside() {
        double outside = secondsTo(WORK_END) - secondsTo(WORK_START);
        if (Math.abs(elapsed() - outside) > CLOCK_TOLERANCE + CLOCK_TOLERANCE * outside) {
            throw new BenchmarkException(
                    "the guest's clock counted %.3f s, the host's %.3f s".formatted(elapsed(), outside));
        }
        return outside;
    }

    /** What the guest computed: the lines of its work that do not depend on time. */
    String result() {
        return work().stream()
                .map(Line::text)
                .filter(text -> !MEASURED.matcher(text).matches()
                        && !KERNEL_MESSAGE.matcher(text).matches())
                .collect(Collectors.joining("\n"));
    }

    private List<Line> work() {
        return lines.subList(indexOf(WORK_START) + 1, indexOf(WORK_END));
    }

    private int indexOf(String start) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).text.startsWith(start)) {
                return i;
            }
        }
        throw new BenchmarkException("the guest never printed \"" + start + "\"; it ended with:\n" + end());
    }

    /** A number of Swivel's {@code --stats}, by the name in front of it; NaN if it is not there. */
    double statistic(String name) {
        return errors.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line ->
                        Double.parseDouble(line.substring(name.length()).strip().replace(",", "")))
                .findFirst()
                .orElse(Double.NaN);
    }

    /** The last lines, for messages. */
    String end() {
        List<String> all = lines.stream().map(Line::text).toList();
        return String.join("\n", all.subList(Math.max(0, all.size() - LINES_AT_END), all.size())) + "\n"
                + errors.strip();
    }
}
