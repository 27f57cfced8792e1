package swivel.cli;

import java.util.BitSet;
import java.util.stream.Collectors;

/** What is said of performance events that the guest wanted counted and that nobody counts. */
final class EventsReport {
    private EventsReport() {}

    /** One line for the end of a run; null if there were none. */
    static String line(BitSet events) {
        return events.isEmpty()
                ? null
                : "the guest had performance events counted that are not here, so their counters stood still: "
                        + events.stream().mapToObj("0x%02x"::formatted).collect(Collectors.joining(", "))
                        + "; there are software increments, instructions and cycles";
    }
}
