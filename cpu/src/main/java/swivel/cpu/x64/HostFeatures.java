package swivel.cpu.x64;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Optional instructions of the host processor.
 *
 * @param lzcnt LZCNT
 * @param bmi2 RORX
 * @param sse41 SSE4.1, SSSE3 and what is before them
 * @param fma FMA3
 * @param f16c F16C: conversions of half precision
 */
record HostFeatures(boolean lzcnt, boolean bmi2, boolean sse41, boolean fma, boolean f16c) {
    private static final Path CPUINFO = Path.of("/proc/cpuinfo");

    /** A bit for each. */
    int bits() {
        return (lzcnt ? 1 : 0) | (bmi2 ? 2 : 0) | (sse41 ? 4 : 0) | (fma ? 8 : 0) | (f16c ? 16 : 0);
    }

    /** What Linux says of this machine; nothing where it says nothing. */
    static HostFeatures detect() {
        try {
            for (String line : Files.readAllLines(CPUINFO)) {
                if (line.startsWith("flags")) {
                    String flags = line + " ";
                    return new HostFeatures(
                            flags.contains(" abm ") || flags.contains(" lzcnt "),
                            flags.contains(" bmi2 "),
                            flags.contains(" sse4_1 ") && flags.contains(" ssse3 "),
                            flags.contains(" fma "),
                            flags.contains(" f16c "));
                }
            }
        } catch (IOException e) {
            // No such file: an x86-64 without Linux. Everything has a form without these.
        }
        return new HostFeatures(false, false, false, false, false);
    }
}
