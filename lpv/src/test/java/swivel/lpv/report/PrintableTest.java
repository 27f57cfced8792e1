package swivel.lpv.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import swivel.arm.Sensitivity;

/** Names that somebody else chose, on the way to a terminal. */
class PrintableTest {
    /** Every character that a terminal may obey, one that turns the direction of writing, half a pair, and markup. */
    private static final String HOSTILE = IntStream.concat(IntStream.range(0, ' '), IntStream.range(0x7f, 0xa0))
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            + "\u202e\u2028\ud800<img src='x' onerror=\"alert(1)\">";

    @Test
    void whatATerminalObeysIsSpelled() {
        assertEquals(
                "\\u001b]0;title\\u0007\\u009b31mred\\u000a", Printable.line("\u001b]0;title\u0007\u009b31mred\n"));
        assertEquals("a\\u202eb\\ud800c", Printable.line("a\u202eb\ud800c"));
    }

    @Test
    void letterOfAnyLanguageStays() {
        String name = "Kern\u00e9l \u6838\u5fc3 \ud83d\ude00 \\reg";
        assertSame(name, Printable.line(name));
    }

    @ParameterizedTest
    @EnumSource(ReportFormat.class)
    void reportHoldsNoCharacterThatATerminalObeys(ReportFormat format) throws IOException {
        Site site = new Site(
                new Place.InSection(HOSTILE, 4),
                HOSTILE,
                "CPSID",
                HOSTILE,
                HOSTILE,
                Sensitivity.STATUS,
                InstructionSets.A32,
                "");
        Site doubt = new Site(
                new Place.Line(1), HOSTILE, "", HOSTILE, "", Sensitivity.NONE, InstructionSets.EITHER, HOSTILE);
        Report report = new Report(
                "scan",
                HOSTILE,
                List.of(
                        FileReport.of(HOSTILE, HOSTILE, 0, List.of(site, doubt)),
                        FileReport.skipped(HOSTILE, HOSTILE),
                        FileReport.failed(HOSTILE, HOSTILE)));
        StringBuilder out = new StringBuilder();
        format.write(report, out);
        assertHarmless(out.toString());
        assertHarmless(TextReport.summary(report));
        if (format == ReportFormat.HTML) {
            assertFalse(out.toString().contains("<img"), "markup is text");
            assertFalse(out.toString().contains("onerror=\""), "and ends no attribute");
        }
    }

    private static void assertHarmless(String printed) {
        assertTrue(
                printed.lines().allMatch(line -> Printable.line(line).equals(line)),
                () -> Printable.line(printed.replace("\n", "|")));
    }
}
