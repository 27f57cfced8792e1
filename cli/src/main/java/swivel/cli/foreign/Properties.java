package swivel.cli.foreign;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A value of an option as QEMU and kvmtool have them: {@code first,name=value,name=value}. Two commas are one that does
 * not separate.
 *
 * @param first what has no name; empty if there is none
 * @param named the others, {@code on} where there is a name alone; of those that are there twice all values, by lines
 */
record Properties(String first, Map<String, String> named) {
    private static final String COMMA = ",,";
    private static final char HIDDEN = '\0';

    /** Takes a value apart. */
    static Properties of(String value) {
        String first = "";
        Map<String, String> named = new LinkedHashMap<>();
        String[] parts = value.replace(COMMA, String.valueOf(HIDDEN)).split(",", -1);
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i].replace(HIDDEN, ',');
            int equals = part.indexOf('=');
            if (equals > 0) {
                named.merge(part.substring(0, equals), part.substring(equals + 1), (one, next) -> one + "\n" + next);
            } else if (i == 0) {
                first = part;
            } else if (!part.isEmpty()) {
                named.put(part, "on");
            }
        }
        return new Properties(first, named);
    }

    /** A property, or the unnamed one, or an empty text. */
    String get(String name) {
        return named.getOrDefault(name, "");
    }

    /** What comes first, whether with this name or without one. */
    String firstOr(String name) {
        return first.isEmpty() ? get(name) : first;
    }

    boolean isOn(String name) {
        return switch (get(name)) {
            case "on", "yes", "true", "y" -> true;
            default -> false;
        };
    }
}
