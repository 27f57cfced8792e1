package swivel.bench;

import java.util.Arrays;

/** Values of one thing in several runs. */
record Samples(double... values) {
    /** The middle value, or the mean of the two in the middle; NaN of nothing. */
    double median() {
        if (values.length == 0) {
            return Double.NaN;
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
