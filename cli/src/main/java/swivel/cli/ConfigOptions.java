package swivel.cli;

import static swivel.cli.CommandLayout.option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import swivel.cli.config.ConfigException;
import swivel.cli.config.ConfigFile;
import swivel.cli.config.ConfigFile.Setting;
import swivel.cli.config.ConfigPrinter;

/** {@code --config} and {@code --print-config}, of every command that runs a guest (docs/config.md). */
final class ConfigOptions {
    private Path file;
    private boolean print;

    /** The options, for each command that has them. */
    CommandSpec mixin() {
        return CommandLayout.mixin(this)
                .addOption(option(Path.class, given -> file = given, "--config")
                        .paramLabel("FILE")
                        .description(
                                "Take options from a JSON object, as {\"kernel\": \"zImage\", \"memory\": \"1G\"}. What"
                                        + " the command line says too is taken from there; lists are continued."
                                        + " Relative names"
                                        + " of files are below the folder of FILE")
                        .build())
                .addOption(option(Boolean.class, given -> print = given, "--print-config")
                        .description("Print all options as a FILE for --config and do not run")
                        .build());
    }

    /** Those of a command line; null if its command has none. */
    static ConfigOptions of(ParseResult command) {
        for (CommandSpec mixin : command.commandSpec().mixins().values()) {
            if (mixin.userObject() instanceof ConfigOptions options) {
                return options;
            }
        }
        return null;
    }

    boolean hasFile() {
        return file != null;
    }

    boolean isPrinted() {
        return print;
    }

    static void print(ParseResult command) {
        System.out.print(ConfigPrinter.print(command));
    }

    /**
     * A command line with what the file says in front of its other options. What cannot be given twice and is on the
     * command line is left out.
     *
     * @param command the command line without the file, parsed
     * @param arguments the command line
     * @param checker parses command lines and forgets them
     * @throws Failure if the file is wrong
     */
    String[] withFile(ParseResult command, String[] arguments, CommandLine checker) {
        String name = command.commandSpec().name();
        List<String> whole = new ArrayList<>(List.of(arguments));
        int at = whole.indexOf(name) + 1;
        try {
            byte[] content = InputFile.read(file, "config", ConfigFile.MAX_BYTES);
            for (Setting setting : ConfigFile.read(file, content, command.commandSpec())) {
                check(setting, name, checker);
                if (setting.key().isList()
                        || !command.hasMatchedOption(setting.key().option())) {
                    whole.add(at++, setting.argument());
                }
            }
        } catch (ConfigException e) {
            throw Failure.badInput(e.getMessage());
        }
        return whole.toArray(String[]::new);
    }

    /** Has the command line's own parser look at one option alone, so that a message can name its line. */
    private void check(Setting setting, String name, CommandLine checker) throws ConfigException {
        try {
            ParseResult _ = checker.parseArgs(name, setting.argument());
        } catch (ParameterException e) {
            throw ConfigFile.wrong(file, setting, Main.firstLine(e.getMessage()));
        }
    }
}
