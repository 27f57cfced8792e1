package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuestRunTest {
    @ParameterizedTest
    @CsvSource({
        "0, 1", // an idle guest: real time
        "10_000_000, 0.1", // a slow host
        "100_000_000, 1",
        "2_000_000_000, 1", // a fast host: no second counts twice
    })
    void silenceCountsRealTimeAndWork(String instructions, double expected) {
        assertEquals(expected, GuestRun.secondOf(Long.parseLong(instructions.replace("_", ""))), 1e-9);
    }
}
