package swivel.cli.config;

import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.ParseResult;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;

/** Prints what a command line says as a file of options, which {@link ConfigFile} reads. */
public final class ConfigPrinter {
    private static final JsonFactory JSON = new JsonFactory();

    private ConfigPrinter() {}

    /**
     * The configuration in effect: what was given, and defaults. Names of files are absolute, so that it does not
     * matter where the file will be.
     */
    public static String print(ParseResult command) {
        Path here = Path.of("").toAbsolutePath();
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(pretty(), text)) {
            json.writeStartObject();
            for (Key key : Key.of(command.commandSpec()).values()) {
                List<String> values = values(key, command);
                if (values.isEmpty()) {
                    continue;
                }
                json.writeName(key.name());
                if (key.isList()) {
                    json.writeStartArray();
                }
                for (String value : values) {
                    switch (key.kind()) {
                        case FLAG -> json.writeBoolean(true);
                        case NUMBER -> json.writeNumber(Integer.parseInt(value));
                        case SIZE, TEXT -> json.writeString(key.below(value, here));
                    }
                }
                if (key.isList()) {
                    json.writeEndArray();
                }
            }
            json.writeEndObject();
        }
        return text + System.lineSeparator();
    }

    /** One value in a line. */
    private static ObjectWriteContext pretty() {
        return new ObjectWriteContext.Base() {
            @Override
            public PrettyPrinter getPrettyPrinter() {
                return new DefaultPrettyPrinter().withArrayIndenter(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
            }
        };
    }

    /** The texts of an option; none if it is not given and has no default, or is a flag that is not set. */
    private static List<String> values(Key key, ParseResult command) {
        if (key.kind() == Key.Kind.FLAG) {
            return Boolean.TRUE.equals(key.option().getValue()) ? List.of("true") : List.of();
        }
        if (command.hasMatchedOption(key.option())) {
            return command.matchedOption(key.option().longestName()).stringValues();
        }
        String otherwise = key.option().defaultValue();
        return otherwise == null ? List.of() : List.of(otherwise);
    }
}
