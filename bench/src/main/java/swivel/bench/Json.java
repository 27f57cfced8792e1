package swivel.bench;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** Results as JSON: every sample, and where they were taken. */
final class Json {
    private Json() {}

    static String of(Map<String, String> conditions, Results results) {
        String where = conditions.entrySet().stream()
                .map(entry -> "    " + string(entry.getKey()) + ": " + string(entry.getValue()))
                .collect(Collectors.joining(",\n"));
        String rows = results.rows().stream().map(Json::row).collect(Collectors.joining(",\n"));
        return "{\n  \"conditions\": {\n" + where + "\n  },\n  \"rows\": [\n" + rows + "\n  ]\n}\n";
    }

    private static String row(Results.Row row) {
        return "    {\"guest\": " + string(row.guest.label)
                + ", \"workload\": " + string(row.workload.label)
                + ", \"measure\": " + string(row.measure)
                + ",\n     \"swivelSeconds\": " + Arrays.toString(row.swivel.values())
                + ", \"qemuSeconds\": " + Arrays.toString(row.qemu.values())
                + ",\n     \"instructions\": " + Arrays.toString(row.instructions.values())
                + ", \"mips\": " + Arrays.toString(row.mips.values())
                + "}";
    }

    private static String string(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\');
            }
            quoted.append(c < ' ' ? ' ' : (char) c);
        });
        return quoted.append('"').toString();
    }
}
