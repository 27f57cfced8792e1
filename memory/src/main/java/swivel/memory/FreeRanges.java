package swivel.memory;

import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * Ranges of addresses that nobody uses. Who wants some gets the first that is long enough; neighbours that come back
 * become one.
 */
final class FreeRanges {
    /** Length by start. */
    private final TreeMap<Long, Long> ranges = new TreeMap<>();

    FreeRanges(long start, long length) {
        ranges.put(start, length);
    }

    /** Takes {@code length} addresses; returns the first, or -1 if there are not so many together. */
    long take(long length) {
        for (Iterator<Map.Entry<Long, Long>> all = ranges.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Long, Long> range = all.next();
            long start = range.getKey();
            long left = range.getValue() - length;
            if (left >= 0) {
                all.remove();
                if (left > 0) {
                    ranges.put(start + length, left);
                }
                return start;
            }
        }
        return -1;
    }

    /** Gives back what {@link #take} returned. */
    void give(long start, long length) {
        long first = start;
        long bytes = length;
        Map.Entry<Long, Long> before = ranges.floorEntry(start);
        if (before != null && before.getKey() + before.getValue() == start) {
            first = before.getKey();
            bytes += before.getValue();
        }
        Long behind = ranges.remove(start + length);
        ranges.put(first, behind == null ? bytes : bytes + behind);
    }
}
