package swivel.cli;

import java.util.Arrays;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import swivel.cli.config.Key;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The JSON schema of the files that {@code --config} of a command takes, made of the command's options. */
final class ConfigSchema {
    static final JsonMapper JSON = new JsonMapper();

    private static final Pattern SPACES = Pattern.compile("\\s+");

    private ConfigSchema() {}

    static String of(String name, Supplier<CommandSpec> command) {
        ObjectNode schema = JSON.createObjectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "swivel " + name + " --config");
        schema.put(
                "description",
                "Options of swivel " + name + " by their long names. Relative names of files are below the folder of"
                        + " the file that names them.");
        schema.put("type", "object");
        schema.put("additionalProperties", false);
        ObjectNode properties = schema.putObject("properties");
        properties.putObject("$schema").put("type", "string");
        Key.of(command.get()).values().forEach(key -> describe(key, properties.putObject(key.name())));
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(schema) + "\n";
    }

    private static void describe(Key key, ObjectNode property) {
        OptionSpec option = key.option();
        String description = String.join(" ", option.description());
        property.put(
                "description",
                SPACES.matcher(description.replace("${DEFAULT-VALUE}", String.valueOf(option.defaultValue())))
                        .replaceAll(" "));
        if (option.type() != Boolean.class && option.paramLabel() != null) {
            property.put("$comment", option.paramLabel());
        }
        ObjectNode value = key.isList() ? property.putObject("items") : property;
        switch (key.kind()) {
            case FLAG -> value.put("type", "boolean");
            case NUMBER -> {
                value.put("type", "integer");
                if (option.converters().length > 0 && option.converters()[0] instanceof WholeNumber range) {
                    value.put("minimum", range.min).put("maximum", range.max);
                }
            }
            case SIZE -> value.putArray("type").add("string").add("integer");
            case TEXT -> value.put("type", "string");
        }
        if (option.type().isEnum()) {
            ArrayNode values = value.putArray("enum");
            Arrays.stream(option.type().getEnumConstants())
                    .forEach(constant -> values.add(SpelledEnum.spelling((Enum<?>) constant)));
        }
        if (key.isList()) {
            property.putArray("type").add("array").add("string");
        }
    }
}
