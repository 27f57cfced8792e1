package swivel.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class ResultsTest {
    private static Workload workload(String name, Kind kind) {
        return workload(name, kind, 1);
    }

    private static Workload workload(String name, Kind kind, int cores) {
        return new Workload(name, kind, Guest.OWN_PATCHED, cores, "true", 1, 1, "loads & <stores>", "speed");
    }

    private static Run run(double value, String result) {
        return new Run(value, value, value + 1, 100, result, 0);
    }

    /** Two of compute, the second of which failed, and the memory. */
    private static Results results() {
        Results results = new Results(List.of(
                workload("sha256", Kind.COMPUTE), workload("md5", Kind.COMPUTE), workload("idle", Kind.MEMORY)));
        for (double factor : new double[] {1, 3, 2}) {
            results.rows().get(0).add(Emulator.SWIVEL, run(factor, "a"));
            results.rows().get(0).add(Emulator.QEMU, run(4 * factor, "a"));
            results.rows().get(2).add(Emulator.SWIVEL, run(150 * factor, ""));
            results.rows().get(2).add(Emulator.QEMU, run(40 * factor, ""));
        }
        results.rows().get(1).failure = "Segmentation <fault>";
        return results;
    }

    @Test
    void theTableHasMediansAndTheirRatio() {
        List<String> lines = Table.of(results()).lines().toList();
        assertEquals(
                "| sha256         | own-patched | 2.000 s | 8.000 s |        4.00 |      1.3 |        |     3.0 s |  9.0 s |  100 |",
                lines.get(2));
        assertTrue(lines.get(3).contains("failed"), lines.get(3));
        assertTrue(lines.get(4).contains("4.00"), "a failure is no part of the mean: " + lines.get(4));
        assertTrue(lines.get(5).contains("+220 MiB"), lines.get(5));
        assertTrue(lines.get(5).contains("short"), lines.get(5));
    }

    @Test
    void theTableHasTheChangeIfASwivelBeforeItWasMeasured() {
        assertFalse(Table.of(results()).contains("before"));
        Results results = results();
        for (double seconds : new double[] {1, 1.6, 9}) {
            results.rows().get(0).add(Emulator.BEFORE, run(seconds, "a"));
        }
        List<String> lines = Table.of(results).lines().toList();
        assertTrue(lines.get(0).endsWith("|  before |  change |"), lines.get(0));
        assertTrue(lines.get(2).endsWith("| 1.600 s | +25.0 % |"), lines.get(2));
        assertTrue(Json.of(Map.of(), results).contains("\"before\": {"));
    }

    /** Of floating point on armhf, measured natively, too; and one of NEON, which this Swivel has not got. */
    private static Results armhf() {
        Results results = new Results(List.of(workload("fft", Kind.FLOAT), workload("neon-dct", Kind.SIMD)));
        Results.Row fft = results.rows().get(0);
        fft.add(Emulator.SWIVEL, run(1, "a"));
        fft.add(Emulator.QEMU, run(6, "a"));
        fft.add(Emulator.NATIVE, run(0.5, "a"));
        Results.Row dct = results.rows().get(1);
        dct.refuse(Emulator.SWIVEL, "the guest's processor has no NEON");
        dct.add(Emulator.QEMU, run(2, "b"));
        return results;
    }

    @Test
    void armhfHasATableOfItsOwnWithNativeTimes() {
        assertFalse(Table.of(results()).contains("native"));
        List<String> lines = Table.of(armhf()).lines().toList();
        assertTrue(lines.get(0).startsWith("| armhf benchmark |"), lines.get(0));
        assertTrue(lines.get(0).endsWith("|  native | Swivel/native |"), lines.get(0));
        assertTrue(lines.get(2).endsWith("| 0.500 s |          2.00 |"), lines.get(2));
        assertTrue(HtmlReport.of(Map.of(), armhf()).contains("<p class=\"big\">6.00×</p>"));
    }

    @Test
    void theTableHasWhatTheSecondCoreGains() {
        assertFalse(Table.of(armhf()).contains("1 to 2 cores"));
        Results results = new Results(List.of(workload("jobs-1", Kind.JOBS, 1), workload("jobs-2", Kind.JOBS, 2)));
        for (Results.Row row : results.rows()) {
            row.add(Emulator.SWIVEL, run(3.4 / row.workload.cores(), "a"));
            row.add(Emulator.QEMU, run(9, "a"));
        }
        results.rows().get(1).add(Emulator.SWIVEL, run(2.3, "a"));
        String line = Table.of(results).lines().toList().getLast();
        assertEquals(
                "| 1 to 2 cores    |             |    1.70 |    1.00 |             |  1.8 | short |           |        |      |",
                line);
    }

    @Test
    void whatIsNotSupportedSaysSoAndIsNoFailure() {
        Results results = armhf();
        assertEquals(List.of(), results.failures());
        assertFalse(results.rows().get(1).runs(Emulator.SWIVEL));
        assertTrue(results.rows().get(1).runs(Emulator.QEMU));
        assertTrue(Table.of(results).lines().toList().get(3).contains("not supported"));
        String why = "not supported by Swivel: the guest's processor has no NEON";
        assertEquals(List.of(why), results.rows().get(1).refusals());
        assertTrue(Json.of(Map.of(), results).contains("\"notSupported\": [\"" + why + "\"]"));
    }

    @Test
    void onlyOurOwnProgramsOfArmhfRunNatively() {
        List<String> hosted = Suite.workloads().stream()
                .filter(Emulator.NATIVE::runs)
                .map(Workload::path)
                .toList();
        assertTrue(hosted.contains("own-patched-armhf/core"));
        assertTrue(hosted.contains("own-patched-armhf/nbody-single"));
        assertFalse(hosted.contains("own-patched/core"));
        assertFalse(hosted.contains("own-patched-armhf/sqlite"));
        assertFalse(hosted.contains("own-patched-armhf/disk-read"), "the host's disk is another one");
    }

    @Test
    void everyProgramHasABenchmark() throws IOException {
        Set<String> names = Suite.workloads().stream().map(Workload::name).collect(Collectors.toSet());
        for (String pattern : List.of(
                "float/%s", "float/%s-single", "neon/neon-%s", "disk/disk-%s", "net/net-%s", "share/share-%s")) {
            String folder = pattern.substring(0, pattern.indexOf('/'));
            try (DirectoryStream<Path> sources =
                    Files.newDirectoryStream(Path.of("..", "guests", "bench", folder), "*.c")) {
                for (Path source : sources) {
                    String name = source.getFileName().toString().replace(".c", "");
                    String program = pattern.formatted(name).substring(folder.length() + 1);
                    assertTrue(names.contains(program), program);
                }
            }
        }
    }

    @Test
    void aGuestThatComputesSomethingElseIsAnError() {
        Results.Row row =
                new Results(List.of(workload("sha256", Kind.COMPUTE))).rows().getFirst();
        row.add(Emulator.SWIVEL, run(1, "result a"));
        BenchmarkException e = assertThrows(BenchmarkException.class, () -> row.add(Emulator.QEMU, run(1, "result b")));
        assertTrue(e.getMessage().contains("result b"), e.getMessage());
    }

    @Test
    void aHalfMeasuredRowReachesNothing() {
        Results.Row row =
                new Results(List.of(workload("sha256", Kind.COMPUTE))).rows().getFirst();
        row.add(Emulator.SWIVEL, run(1, ""));
        assertFalse(row.reached());
    }

    @Test
    void theMedianOfAnEvenNumberIsBetweenTheMiddle() {
        assertEquals(2.5, new Samples(4, 1, 3, 2).median());
    }

    @Test
    void thePageNeedsNothingElseAndItsChartsAreWellFormed() throws Exception {
        String page = HtmlReport.of(Map.of("processor", "<AMD>"), results());
        assertFalse(page.contains("http") || page.contains("src="), "it refers to something outside");
        assertTrue(page.contains("Segmentation &lt;fault&gt;"), "it does not say what failed");
        Matcher chart = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL).matcher(page);
        assertTrue(chart.find());
        DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(chart.group())));
    }

    @Test
    void jsonHasEverySample() {
        String json = Json.of(Map.of(), results());
        assertTrue(json.contains("\"values\": [1.00000, 3.00000, 2.00000]"), json);
        assertTrue(json.contains("\"score\": null, \"failure\": \"Segmentation <fault>\""), json);
    }

    @Test
    void theDocumentationNamesEveryBenchmark() throws Exception {
        String documentation = Files.readString(Path.of("..", "docs", "performance.md"));
        assertTrue(
                documentation.contains(Suite.describe(Suite.workloads())),
                "docs/performance.md lacks what `bench/run --list` prints");
    }
}
