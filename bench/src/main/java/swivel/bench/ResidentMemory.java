package swivel.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The resident memory of a process, of proc(5)'s {@code smaps}. */
final class ResidentMemory {
    private static final Pattern FIELD = Pattern.compile("(Size|Rss): +(\\d+) kB");
    private static final int KIB = 1024;

    /** Mappings of equal rights that happen to lie side by side are one in {@code smaps}; RAM may have grown by so much, KiB. */
    private static final int TOLERANCE = 4 * KIB;

    private ResidentMemory() {}

    /**
     * Resident MiB other than the guest's RAM, which is the mapping of that size.
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
        long above = 0;
        boolean found = false;
        Matcher field = FIELD.matcher(smaps);
        while (field.find()) {
            long kib = Long.parseLong(field.group(2));
            if (field.group(1).equals("Size")) {
                size = kib;
            } else if (size >= (long) ram * KIB && size <= (long) ram * KIB + TOLERANCE) {
                found = true;
            } else {
                above += kib;
            }
        }
        if (!found) {
            throw new BenchmarkException(
                    "the emulator has no mapping of " + ram + " MiB that could be the guest's RAM");
        }
        return above / (double) KIB;
    }
}
