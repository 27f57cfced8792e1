package swivel.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TranscriptTest {
    private static final String STATISTICS = """
            swivel: --virt patched: rewrote 5019 sensitive instructions of the ELF
            instructions                       2,457,590,648
            million instructions a second               67.4
            """;

    private static Transcript transcript(String... texts) {
        List<Transcript.Line> lines = new ArrayList<>();
        for (String text : texts) {
            lines.add(new Transcript.Line(lines.size() + 0.5, text));
        }
        return new Transcript(lines, STATISTICS, texts.length);
    }

    @Test
    void theGuestsClockTimesItsWork() {
        Transcript run = transcript(
                "BOOT-OK 6.12.117 armv7l",
                "BENCH-START",
                "result 1a",
                "[    1.629668] random: crng init done",
                "BENCH-END status 0 elapsed 3100000000 ns",
                "[    2.629668] reboot: Power down");
        assertEquals(3.1, run.measured());
        assertEquals("result 1a", run.result());
        assertEquals(3, run.outside());
        assertEquals(67.4, run.statistic("million instructions a second"));
    }

    @Test
    void aProgramMayMeasureSomethingElseThanItsTime() {
        Transcript run = transcript("BENCH-START", "measured 250000000 ns", "BENCH-END status 0 elapsed 1000000000 ns");
        assertEquals(0.25, run.measured());
        assertEquals("", run.result());
    }

    @Test
    void aCommandThatFailedIsAnErrorWithItsOutput() {
        Transcript run = transcript("BENCH-START", "Segmentation fault", "BENCH-END status 139 elapsed 10 ns");
        BenchmarkException e = assertThrows(BenchmarkException.class, run::measured);
        assertTrue(e.getMessage().contains("Segmentation fault"), e.getMessage());
    }

    @Test
    void whatTheProcessorHasNotGotIsNoFailure() {
        Transcript run = transcript(
                "BENCH-START", "not supported: the guest's processor has no NEON", "BENCH-END status 1 elapsed 10 ns");
        UnsupportedException e = assertThrows(UnsupportedException.class, run::measured);
        assertEquals("the guest's processor has no NEON", e.getMessage());
    }

    @Test
    void aGuestWhoseClockIsWrongIsAnError() {
        Transcript run = transcript("BENCH-START", "result", "BENCH-END status 0 elapsed 1000000000 ns");
        BenchmarkException e = assertThrows(BenchmarkException.class, run::outside);
        assertEquals("the guest's clock counted 1.000 s, the host's 2.000 s", e.getMessage());
    }

    @Test
    void aGuestThatNeverBootedIsAnErrorWithItsOutput() {
        Transcript run = transcript("Kernel panic - not syncing");
        BenchmarkException e = assertThrows(BenchmarkException.class, () -> run.secondsTo("BOOT-OK"));
        assertTrue(e.getMessage().contains("Kernel panic"), e.getMessage());
    }
}
