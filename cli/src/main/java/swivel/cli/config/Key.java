package swivel.cli.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A key of a configuration: an option by its long name without dashes.
 *
 * @param option what it stands for
 */
public record Key(OptionSpec option) {
    /** What JSON has for a value. */
    public enum Kind {
        FLAG("true or false"),
        NUMBER("a whole number"),
        /** With a unit it is a text. */
        SIZE("a size, as \"512M\""),
        TEXT("a text in quotes");

        /** For a person. */
        final String wanted;

        Kind(String wanted) {
            this.wanted = wanted;
        }
    }

    /** Options that say what shall be done, and nothing of a machine. */
    private static final Set<String> ACTIONS = Set.of("--config", "--print-config");

    /** The keys of a command by name, in the order of its options. */
    public static Map<String, Key> of(CommandSpec command) {
        Map<String, Key> keys = new LinkedHashMap<>();
        for (OptionSpec option : command.options()) {
            if (!option.usageHelp() && !option.versionHelp() && !ACTIONS.contains(option.longestName())) {
                Key key = new Key(option);
                keys.put(key.name(), key);
            }
        }
        return keys;
    }

    /** The key. */
    public String name() {
        return option.longestName().substring("--".length());
    }

    /** Whether the option may be given several times: then its values are in an array. */
    public boolean isList() {
        return option.type() == List.class;
    }

    /** What each value is. */
    public Kind kind() {
        Class<?> type = option.type();
        return type == Boolean.class
                ? Kind.FLAG
                : type == Integer.class ? Kind.NUMBER : type == Long.class ? Kind.SIZE : Kind.TEXT;
    }

    /** Whether the value is the name of a file, or has such names inside. */
    public boolean namesFiles() {
        return option.type() == Path.class || option.userObject() instanceof NamesFiles;
    }

    /** A value, its relative names of files below a folder. */
    String below(String value, Path folder) throws InvalidPathException {
        if (option.type() == Path.class) {
            return folder.resolve(value).toString();
        }
        return option.userObject() instanceof NamesFiles names ? names.below(value, folder) : value;
    }
}
