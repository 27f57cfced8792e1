package swivel.bench;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

    /** What busybox's {@code time} says of the wall clock, in minutes and seconds. */
    private static final Pattern REAL = Pattern.compile("real\t(\\d+)m ([0-9.]+)s");

    /** What the guest computed, and must be the same everywhere: the digest of sha256sum and the count of {@code wc -c}. */
    private static final Pattern RESULT = Pattern.compile("[0-9a-f]{64}  /.*|\\d+");

    private static final int LINES_AT_END = 8;

    /** Seconds from the start of the process to the first line that starts so. */
    double secondsTo(String start) {
        return lines.stream()
                .filter(line -> line.text.startsWith(start))
                .findFirst()
                .orElseThrow(() ->
                        new BenchmarkException("the guest never printed \"" + start + "\"; it ended with:\n" + end()))
                .seconds;
    }

    /** The guest's own measurements, seconds, in the order of its {@code time} commands. */
    List<Double> guestTimes() {
        return lines.stream()
                .map(line -> REAL.matcher(line.text))
                .filter(Matcher::matches)
                .map(m -> 60 * Double.parseDouble(m.group(1)) + Double.parseDouble(m.group(2)))
                .toList();
    }

    /** Lines that do not depend on time. */
    List<String> results() {
        return lines.stream()
                .map(Line::text)
                .filter(text -> RESULT.matcher(text).matches())
                .toList();
    }

    /** A number of Swivel's {@code --stats}, by the name in front of it. */
    double statistic(String name) {
        return errors.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line ->
                        Double.parseDouble(line.substring(name.length()).strip().replace(",", "")))
                .findFirst()
                .orElseThrow(() ->
                        new BenchmarkException("Swivel did not count \"" + name + "\"; it ended with:\n" + end()));
    }

    /** The last lines, for messages. */
    String end() {
        List<String> all = lines.stream().map(Line::text).toList();
        return String.join("\n", all.subList(Math.max(0, all.size() - LINES_AT_END), all.size())) + "\n"
                + errors.strip();
    }
}
