package swivel.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import swivel.lpv.report.Escape;

/** Results as JSON: every sample, and where they were taken. */
final class Json {
    private Json() {}

    static String of(Map<String, String> conditions, Results results) {
        String where = conditions.entrySet().stream()
                .map(entry -> "    " + Escape.json(entry.getKey()) + ": " + Escape.json(entry.getValue()))
                .collect(Collectors.joining(",\n"));
        String rows = results.rows().stream().map(Json::row).collect(Collectors.joining(",\n"));
        String means = Arrays.stream(Kind.values())
                .map(kind -> Escape.json(name(kind)) + ": " + number(results.geomean(kind)))
                .collect(Collectors.joining(", ", "{", "}"));
        return "{\n  \"conditions\": {\n" + where + "\n  },\n  \"geometricMeans\": " + means + ",\n  \"rows\": [\n"
                + rows + "\n  ]\n}\n";
    }

    private static String row(Results.Row row) {
        Workload workload = row.workload;
        return "    {\"name\": " + Escape.json(workload.name())
                + ", \"guest\": " + Escape.json(workload.guest().label)
                + ", \"kind\": " + Escape.json(name(workload.kind()))
                + ", \"unit\": " + Escape.json(workload.kind().unit)
                + ", \"goal\": " + number(workload.kind().goal)
                + ", \"score\": " + number(row.score())
                + ", \"failure\": " + (row.failure == null ? "null" : Escape.json(row.failure))
                + ", \"notSupported\": "
                + row.refusals().stream().map(Escape::json).collect(Collectors.joining(", ", "[", "]"))
                + row.measured().stream().map(emulator -> runs(row, emulator)).collect(Collectors.joining())
                + "}";
    }

    private static String runs(Results.Row row, Emulator emulator) {
        return ",\n     " + Escape.json(name(emulator)) + ": {"
                + "\"values\": " + numbers(row, emulator, Run::value)
                + ", \"outsideSeconds\": " + numbers(row, emulator, Run::outside)
                + ", \"wholeSeconds\": " + numbers(row, emulator, Run::whole)
                + ", \"mips\": " + numbers(row, emulator, Run::mips)
                + ", \"otherWork\": " + numbers(row, emulator, Run::disturbance)
                + "}";
    }

    private static String numbers(Results.Row row, Emulator emulator, ToDoubleFunction<Run> what) {
        return Arrays.stream(row.samples(emulator, what).values())
                .mapToObj(Json::number)
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** JSON has no NaN. */
    private static String number(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.6g", value) : "null";
    }
}
