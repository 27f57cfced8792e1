package swivel.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The resident memory of a process, of proc(5)'s {@code smaps}. */
final class ResidentMemory {
    private static final Pattern FIELD = Pattern.compile("^(Size|Rss): +(\\d+) kB", Pattern.MULTILINE);
    private static final int KIB = 1024;

    /**
     * Mappings of equal rights that happen to lie side by side are one in {@code smaps}; RAM may seem larger by so
     * much.
     */
    private static final double TOLERANCE = 1.2;

    private ResidentMemory() {}

    /**
     * Resident MiB other than the guest's RAM, which is the smallest mapping that can hold it.
     *
     * @param ram MiB
     */
    static double aboveRam(long process, int ram) {
        Path smaps = Path.of("/proc", Long.toString(process), "smaps");
        try {
            return aboveRam(Files.readString(smaps), ram);
        } catch (IOException e) {
            throw new BenchmarkException("cannot read " + smaps + ": " + e.getMessage());
        }
    }

    static double aboveRam(String smaps, int ram) {
        long size = 0;
        long sum = 0;
        long ramSize = (long) (ram * KIB * TOLERANCE);
        long ramResident = -1;
        Matcher field = FIELD.matcher(smaps);
        while (field.find()) {
            long kib = Long.parseLong(field.group(2));
            if (field.group(1).equals("Size")) {
                size = kib;
                continue;
            }
            sum += kib;
            if (size >= (long) ram * KIB && size < ramSize) {
                ramSize = size;
                ramResident = kib;
            }
        }
        if (ramResident < 0) {
            throw new BenchmarkException(
                    "the emulator has no mapping that could be the guest's RAM of " + ram + " MiB");
        }
        return (sum - ramResident) / (double) KIB;
    }
}
