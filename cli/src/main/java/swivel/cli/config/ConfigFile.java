package swivel.cli.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads a file of options: a JSON object whose keys are options of a command. Relative names of files are below the
 * folder that holds the file.
 */
public final class ConfigFile {
    /** A file is smaller. */
    public static final int MAX_BYTES = 1 << 20;

    private static final int MAX_NAME = 256;

    /** As editors have the place of the schema; of no meaning here. */
    private static final String SCHEMA = "$schema";

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(8) // an array of objects, which is refused with a better message, is less
                    .maxNameLength(MAX_NAME)
                    .build())
            .build();

    /**
     * A value of an option.
     *
     * @param line where it is in the file
     */
    public record Setting(Key key, String value, int line) {
        /** As on the command line. */
        public String argument() {
            return key.option().longestName() + "=" + value;
        }
    }

    private final Path file;
    private final Path folder;
    private final Map<String, Key> keys;
    private final String command;
    private final JsonParser parser;
    private final List<Setting> settings = new ArrayList<>();

    private ConfigFile(Path file, byte[] content, CommandSpec command) {
        this.file = file;
        this.folder = file.toAbsolutePath().getParent();
        this.keys = Key.of(command);
        this.command = command.qualifiedName();
        this.parser = JSON.createParser(ObjectReadContext.empty(), content);
    }

    /**
     * What a file says, in its order. Whether an option takes a value is not looked at.
     *
     * @param file where it is, for messages and for relative names
     * @param command whose options it has
     */
    public static List<Setting> read(Path file, byte[] content, CommandSpec command) throws ConfigException {
        ConfigFile config = new ConfigFile(file, content, command);
        try {
            config.readObject();
        } catch (JacksonException e) {
            throw new ConfigException(file, config.parser.currentLocation().getLineNr(), "no JSON: " + reason(e));
        }
        return config.settings;
    }

    private static String reason(JacksonException e) {
        return e.getOriginalMessage().lines().findFirst().orElse("it is damaged");
    }

    /** A wrong value in a file, as a message of picocli's says it. */
    public static ConfigException wrong(Path file, Setting setting, String message) {
        return new ConfigException(file, setting.line, message);
    }

    private ConfigException wrong(String message) {
        return new ConfigException(file, parser.currentTokenLocation().getLineNr(), message);
    }

    private void readObject() throws ConfigException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw wrong("a configuration is a JSON object: { \"kernel\": \"zImage\" }");
        }
        Map<String, Integer> lines = new HashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            int line = parser.currentTokenLocation().getLineNr();
            Integer before = lines.put(name, line);
            if (before != null) {
                throw wrong(name + " is there twice, first in line " + before);
            }
            Key key = keys.get(name);
            if (key == null && !name.equals(SCHEMA)) {
                throw wrong("'" + name + "' is no key; " + similar(name) + " (keys are the options of " + command
                        + " without dashes)");
            }
            JsonToken token = parser.nextToken();
            if (key != null) {
                readValues(key, token);
            } else if (token != JsonToken.VALUE_STRING) {
                throw wrong(SCHEMA + " wants a text in quotes");
            }
        }
        if (parser.nextToken() != null) {
            throw wrong("something follows the object");
        }
    }

    /** An option that may be given several times has an array; one value may stand alone. */
    private void readValues(Key key, JsonToken first) throws ConfigException {
        if (first != JsonToken.START_ARRAY || !key.isList()) {
            readValue(key, first);
            return;
        }
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            readValue(key, token);
        }
    }

    private void readValue(Key key, JsonToken token) throws ConfigException {
        boolean fits = switch (key.kind()) {
            case FLAG -> token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE;
            case NUMBER -> token == JsonToken.VALUE_NUMBER_INT;
            case SIZE -> token == JsonToken.VALUE_STRING || token == JsonToken.VALUE_NUMBER_INT;
            case TEXT -> token == JsonToken.VALUE_STRING;
        };
        if (!fits) {
            throw wrong(key.name() + " wants " + key.kind().wanted + (key.isList() ? ", or an array of such" : ""));
        }
        try {
            settings.add(new Setting(
                    key,
                    key.below(parser.getString(), folder),
                    parser.currentTokenLocation().getLineNr()));
        } catch (InvalidPathException e) {
            throw wrong(key.name() + " is no name of a file: " + e.getReason());
        }
    }

    private String similar(String name) {
        return keys.keySet().stream()
                .filter(key -> distance(key, name) <= 2)
                .findFirst()
                .map(key -> "did you mean '" + key + "'?")
                .orElseGet(() -> "there are " + String.join(", ", keys.keySet()));
    }

    /** How many letters have to be changed, added or left out (Levenshtein). Of long names more than it matters. */
    private static int distance(String one, String other) {
        if (Math.abs(one.length() - other.length()) > 2) {
            return Integer.MAX_VALUE;
        }
        int[] row = new int[other.length() + 1];
        for (int i = 0; i < row.length; i++) {
            row[i] = i;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j - 1], diagonal) + 1);
            }
        }
        return row[other.length()];
    }
}
