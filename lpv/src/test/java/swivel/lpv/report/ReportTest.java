package swivel.lpv.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import swivel.arm.Sensitivity;

/** One report in its three forms. */
class ReportTest {
    private static final Site ENCODED = new Site(
            new Place.Line(12),
            "",
            "CPSID",
            "\"cpsid i\\n\"",
            "\"swivel_cps id, i\\n\"",
            Sensitivity.STATUS,
            InstructionSets.EITHER,
            "");
    private static final Site IN_MODULE = new Site(
            new Place.InSection(".text", 20),
            "probe+0x4",
            "MRS",
            "mrs r0, CPSR",
            "svc 0x00f20000",
            Sensitivity.STATUS,
            InstructionSets.A32,
            "");
    private static final Site DOUBTFUL = new Site(
            new Place.Address(0xc0008000),
            "f",
            "LDRT",
            "ldrt r0, [r1]",
            "",
            Sensitivity.UNPRIVILEGED,
            InstructionSets.T32,
            "neither <code> nor data & \u00e9");

    private static final Report REPORT = new Report(
            "patch",
            "tree",
            List.of(
                    FileReport.of("a.c", "C", 2, List.of(ENCODED)),
                    FileReport.of("b.ko", "module", 0, List.of(IN_MODULE, DOUBTFUL)),
                    FileReport.skipped("bin/sh", "a program"),
                    FileReport.skipped("bin/ls", "a program"),
                    FileReport.failed("c.ko", "is truncated")));

    private static String written(ReportFormat format) throws IOException {
        StringBuilder out = new StringBuilder();
        format.write(REPORT, out);
        return out.toString();
    }

    @Test
    void textHasALineForEachSiteAndTheTotals() throws IOException {
        assertEquals("""
                a.c:12: status: "cpsid i\\n" -> "swivel_cps id, i\\n"
                b.ko:.text+0x14: status: mrs r0, CPSR -> svc 0x00f20000 in probe+0x4
                b.ko:c0008000: unprivileged: ldrt r0, [r1] in f: left as it is: neither <code> nor data & \u00e9
                bin/sh: a program
                bin/ls: a program
                c.ko: is truncated

                        2  status        CPSID 1, MRS 1
                        2  in all, in 2 files of 2 files
                        2  encoded before
                        1  doubtful, left as they are
                        2  files skipped: a program
                        1  files that could not be read or rewritten
                """, written(ReportFormat.TEXT));
    }

    /** Python's reader is strict. */
    @Test
    void jsonIsReadByAnotherReader() throws Exception {
        Process python = new ProcessBuilder(
                        "python3",
                        "-c",
                        "import json, sys; r = json.load(sys.stdin); s = r['files'][1]['sites']; "
                                + "print(r['totals'], r['outcomes'], s[0]['section'], s[0]['offset'], s[1]['doubt'] == "
                                + "'neither <code> nor data & \\u00e9', r['files'][0]['sites'][0]['original'])")
                .redirectErrorStream(true)
                .start();
        try (OutputStream in = python.getOutputStream()) {
            in.write(written(ReportFormat.JSON).getBytes(StandardCharsets.UTF_8));
        }
        assertEquals(
                "{'status': {'CPSID': 1, 'MRS': 1}} {'sensitive': 2, 'clean': 0, 'skipped': 2, 'failed': 1}"
                        + " .text 20 True \"cpsid i\\n\"\n",
                new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        assertEquals(0, python.waitFor());
    }

    @Test
    void htmlIsOnePageAndEscapesWhatItShows() throws IOException {
        String page = written(ReportFormat.HTML);
        assertTrue(page.contains("neither &lt;code&gt; nor data &amp; \u00e9"), page);
        assertTrue(page.contains("<meta charset=\"utf-8\">") && page.endsWith("</html>\n"), page);
        assertTrue(!page.contains("src=") && !page.contains("href="), "nothing is loaded");
    }
}
