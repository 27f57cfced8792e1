package swivel.cpu.fp;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SplittableRandom;

/** Numbers that are at the edges of formats, of each other, and of integers; NaNs; some others. */
public final class FpValues {
    private FpValues() {}

    /** Those of a format. */
    public static long[] of(Format f) {
        Set<Long> magnitudes = new LinkedHashSet<>();
        // Zero, the lowest and highest denormal and normal numbers, infinity, NaNs.
        for (long base : new long[] {0, 1L << f.fractionBits, 2L << f.fractionBits, f.infinity, f.nan}) {
            for (long offset = -2; offset <= 2; offset++) {
                magnitudes.add(base + offset);
            }
        }
        magnitudes.add(1L << f.fractionBits - 1);
        magnitudes.add(1L << f.fractionBits - 3 | 5);
        magnitudes.add(f.nan | 0x155);
        magnitudes.add(f.infinity | 0x2aa);
        magnitudes.add(f.sign - 1);
        // Powers of two and their neighbours.
        int bias = 1 - f.minExponent;
        for (int exponent :
                new int[] {-64, -33, -25, -24, -17, -15, -14, -2, -1, 0, 1, 2, 14, 15, 16, 24, 30, 31, 32, 53, 64}) {
            long power = (long) (exponent + bias) << f.fractionBits;
            magnitudes.add(power);
            magnitudes.add(power - 1);
            magnitudes.add(power + 1);
        }
        // Halves of the range, whose products are at its edges.
        for (int exponent : new int[] {f.minExponent / 2, f.minExponent / 2 - 1, bias / 2, bias / 2 + 1}) {
            magnitudes.add((long) (exponent + bias) << f.fractionBits);
            magnitudes.add((long) (exponent + bias) << f.fractionBits | f.quiet);
        }
        // 1.5, 2.5, 3, 3.5: middles between integers; 1/3.
        for (int quarters : new int[] {5, 6, 7, 10, 11, 12, 14, 15}) {
            int exponent = 29 - Integer.numberOfLeadingZeros(quarters);
            magnitudes.add(((long) (exponent + bias) << f.fractionBits)
                    + (((long) quarters << f.fractionBits - exponent - 2) & f.fraction));
        }
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 12; i++) {
            magnitudes.add(
                    (random.nextInt(-12, 12) + (long) bias << f.fractionBits) + (random.nextLong() & f.fraction));
        }
        return magnitudes.stream()
                .filter(m -> m >= 0 && m <= f.sign - 1)
                .flatMap(m -> java.util.stream.Stream.of(m, m | f.sign))
                .mapToLong(Long::longValue)
                .toArray();
    }
}
