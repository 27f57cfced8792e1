package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;

class UnreachedReportTest {
    private static final long GIB = 1L << 30;

    @Test
    void memoryBelowFourGibibytesIsReached() {
        assertNull(UnreachedReport.line(3 * GIB, 4 * GIB, false));
    }

    @Test
    void longDescriptorsReachAllOfIt() {
        assertNull(UnreachedReport.line(6 * GIB, 7 * GIB, true));
    }

    @Test
    void shortDescriptorsDoNotReachWhatIsAbove() {
        String line = UnreachedReport.line(6 * GIB, 7 * GIB, false);
        assertEquals(
                "the guest's page tables are of short descriptors (no LPAE):"
                        + " it did not reach 3,072 of its 6,144 MiB of memory, which lie above 4 GiB",
                line);
    }
}
