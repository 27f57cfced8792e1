package swivel.lpv.report;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import swivel.arm.Sensitivity;

/** How many instructions there are of each class and mnemonic, the doubtful ones aside. */
public final class Totals {
    private final Map<Sensitivity, Map<String, Integer>> counts = new EnumMap<>(Sensitivity.class);
    private int all;

    /** Counts {@code count} more instructions. */
    public void add(Sensitivity sensitivity, String mnemonic, int count) {
        counts.computeIfAbsent(sensitivity, _ -> new TreeMap<>()).merge(mnemonic, count, Integer::sum);
        all += count;
    }

    /** Counts what other totals have counted. */
    public void add(Totals other) {
        other.counts.forEach(
                (sensitivity, mnemonics) -> mnemonics.forEach((mnemonic, count) -> add(sensitivity, mnemonic, count)));
    }

    /** All of them. */
    public int all() {
        return all;
    }

    /** How many there are of a class. */
    public int of(Sensitivity sensitivity) {
        return byMnemonic(sensitivity).values().stream()
                .mapToInt(Integer::intValue)
                .sum();
    }

    /** The counts of a class by mnemonic, in alphabetical order; empty if there is none of it. */
    public Map<String, Integer> byMnemonic(Sensitivity sensitivity) {
        return Collections.unmodifiableMap(counts.getOrDefault(sensitivity, Map.of()));
    }
}
