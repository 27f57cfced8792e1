package swivel.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What other processes take of the processors: the busy time of all of them in {@code /proc/stat} less our own and that
 * of our children that have ended, in {@code /proc/self/stat}; proc(5).
 */
final class OtherWork {
    /** Above so many processors' worth, a measurement is not to be trusted. */
    static final double NOISY = 0.15;

    /** Clock ticks of those files a second: USER_HZ, which is the same on all architectures that a JDK exists for. */
    private static final double TICKS = 100;

    private final double atStart = ticks();
    private final long start = System.nanoTime();

    private OtherWork() {}

    static OtherWork start() {
        return new OtherWork();
    }

    /** Processors that were busy with it since, on average; NaN where there is no /proc. */
    double processors() {
        double seconds = (System.nanoTime() - start) / 1e9;
        return Math.max(0, (ticks() - atStart) / TICKS / seconds);
    }

    private static double ticks() {
        try {
            // cpu user nice system idle iowait irq softirq steal …
            double[] all =
                    numbers(Files.readAllLines(Path.of("/proc/stat")).getFirst().substring("cpu".length()));
            double busy = all[0] + all[1] + all[2] + all[5] + all[6] + all[7];
            // pid (name) state, then fields from the fourth on; utime, stime, cutime, cstime are the 14th to 17th.
            String self = Files.readString(Path.of("/proc/self/stat"));
            double[] own = numbers(self.substring(self.lastIndexOf(')') + " S ".length() + 1));
            return busy - (own[10] + own[11] + own[12] + own[13]);
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    private static double[] numbers(String line) {
        return Arrays.stream(line.strip().split(" +"))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }
}
