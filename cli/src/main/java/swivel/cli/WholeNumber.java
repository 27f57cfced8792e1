package swivel.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;
import swivel.vmm.Cluster;

/** Reads a whole number that has to be in a range. */
abstract class WholeNumber implements ITypeConverter<Integer> {
    final int min;
    final int max;
    private final String unit;

    private WholeNumber(int min, int max, String unit) {
        this.min = min;
        this.max = max;
        this.unit = unit;
    }

    /** For {@code --silence}: up to eleven days. */
    static final class Seconds extends WholeNumber {
        Seconds() {
            super(0, 1_000_000, "seconds");
        }
    }

    /** For lengths of lists. */
    static final class Lines extends WholeNumber {
        Lines() {
            super(0, Integer.MAX_VALUE, "lines");
        }
    }

    /** For {@code --smp}. */
    static final class Cores extends WholeNumber {
        Cores() {
            super(1, Cluster.MAX_SIZE, "cores");
        }
    }

    @Override
    public Integer convert(String text) {
        try {
            int value = Integer.parseInt(text.strip());
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException _) {
            // As one that is out of range.
        }
        throw new TypeConversionException(
                "'" + text + "' is no number of " + unit + "; it can be a whole number from " + min + " to " + max);
    }
}
