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
            seconds                                   36.440
            million instructions a second               67.4
            """;

    private static Transcript transcript(String... texts) {
        List<Transcript.Line> lines = new ArrayList<>();
        for (String text : texts) {
            lines.add(new Transcript.Line(lines.size() + 0.5, text));
        }
        return new Transcript(lines, STATISTICS, texts.length);
    }

    private static Transcript autotest(String digit) {
        return transcript(
                "[    1.767205] Run /init as init process",
                "BOOT-OK 6.12.117 armv7l",
                "real\t0m 1.50s",
                "user\t0m 1.40s",
                "real\t0m 2.00s",
                digit.repeat(64) + "  /tmp/x",
                "real\t1m 3.25s",
                "real\t0m 4.00s",
                "16303",
                "[   35.489643] reboot: Power down");
    }

    @Test
    void theGuestsOwnTimesComeAfterTheWhole() {
        assertEquals(
                "{start to power-off=10.0, shell loop, 20,000 rounds=1.5, 200 fork+exec=2.0,"
                        + " sha256 of 16 MiB=63.25, gzip of 16 MiB=4.0}",
                Workload.AUTOTEST.seconds(autotest("a")).toString());
    }

    @Test
    void aBootEndsAtTheLineOfInit() {
        Transcript run = transcript("Booting Linux", "BOOT-OK 6.12.117 armv7l", "/ # poweroff -f");
        assertEquals("{start to BOOT-OK=1.5}", Workload.BOOT.seconds(run).toString());
    }

    @Test
    void aGuestThatStoppedHalfwayIsAnError() {
        Transcript run = transcript("BOOT-OK 6.12.117 armv7l", "real\t0m 1.50s", "Segmentation fault");
        BenchmarkException e = assertThrows(BenchmarkException.class, () -> Workload.AUTOTEST.seconds(run));
        assertTrue(e.getMessage().contains("Segmentation fault"), e.getMessage());
    }

    @Test
    void aGuestThatComputesSomethingElseIsAnError() {
        Results results = new Results();
        BenchmarkException e = assertThrows(
                BenchmarkException.class,
                () -> results.add(Guest.OWN_PATCHED, Workload.AUTOTEST, autotest("a"), autotest("b")));
        assertTrue(e.getMessage().contains("bbbb"), e.getMessage());
    }

    @Test
    void theTableHasMediansAndTheirRatio() {
        Results results = new Results();
        for (int i = 0; i < 3; i++) {
            results.add(Guest.OWN_PATCHED, Workload.AUTOTEST, autotest("a"), autotest("a"));
        }
        assertEquals(
                "| own-patched | start to power-off        |     10.00 |   10.00 |       1.000 |           2457.6 | 67.4 |",
                Table.of(results).lines().toList().get(2));
    }

    @Test
    void theMedianOfAnEvenNumberIsBetweenTheMiddle() {
        assertEquals(2.5, new Samples().with(4).with(1).with(3).with(2).median());
    }
}
