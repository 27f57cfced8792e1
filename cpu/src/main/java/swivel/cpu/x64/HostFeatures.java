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
 * @param avx AVX: instructions with three operands
 * @param avx2 AVX2: shifts by the elements of a vector
 * @param fma FMA3
 * @param f16c F16C: conversions of half precision
 * @param xmm how many XMM registers emitted code may use
 */
record HostFeatures(
        boolean lzcnt, boolean bmi2, boolean sse41, boolean avx, boolean avx2, boolean fma, boolean f16c, int xmm) {
    /** All of them that every x86-64 has. */
    static final int XMM = 16;

    private static final Path CPUINFO = Path.of("/proc/cpuinfo");

    /** A bit for each, and the number of registers. */
    int bits() {
        int bits =
                (lzcnt ? 1 : 0) | (bmi2 ? 2 : 0) | (sse41 ? 4 : 0) | (avx ? 8 : 0) | (fma ? 16 : 0) | (f16c ? 32 : 0);
        return bits | (avx2 ? 64 : 0) | xmm << 7;
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
                            flags.contains(" avx "),
                            flags.contains(" avx2 "),
                            flags.contains(" fma "),
                            flags.contains(" f16c "),
                            XMM);
                }
            }
        } catch (IOException e) {
            // No such file: an x86-64 without Linux. Everything has a form without these.
        }
        return new HostFeatures(false, false, false, false, false, false, false, XMM);
    }
}
