package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.BitSet;
import org.junit.jupiter.api.Test;

class EventsReportTest {
    @Test
    void eventsThatStoodStillAreNamed() {
        BitSet events = new BitSet();
        assertNull(EventsReport.line(events));
        events.set(3);
        events.set(0x10);
        assertEquals(
                "the guest had performance events counted that are not here, so their counters stood still: 0x03, 0x10;"
                        + " there are software increments, instructions and cycles",
                EventsReport.line(events));
    }
}
