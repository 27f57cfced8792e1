package swivel.cli;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.IGetter;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * What commands and options are to picocli. Its annotations say the same, but Java makes a class for each kind of
 * annotation and code for each field while every start waits (docs/start.md).
 */
final class CommandLayout {
    private CommandLayout() {}

    /** A command with its help, to which options are to be added. */
    static CommandSpec command(String name, Callable<Integer> command, String description) {
        CommandSpec spec = CommandSpec.wrapWithoutInspection(command)
                .name(name)
                .versionProvider(new Main.Version())
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Show this help message and exit.")
                        .build())
                .addOption(OptionSpec.builder("-V", "--version")
                        .versionHelp(true)
                        .description("Print version information and exit.")
                        .build());
        spec.usageMessage().description(description).footer(ExitStatus.HELP);
        return spec;
    }

    /** Options that several commands have, to be added to each as a mixin. */
    static CommandSpec mixin(Object owner) {
        return CommandSpec.wrapWithoutInspection(owner);
    }

    /**
     * An option without a default is null, false or 0 where it is not given: then nothing is told of it.
     *
     * @param given gets its value
     */
    static <T> OptionSpec.Builder option(Class<T> type, Consumer<T> given, String... names) {
        Value<T> value = new Value<>(given);
        return OptionSpec.builder(names).type(type).getter(value).setter(value);
    }

    /**
     * An option that may be given several times.
     *
     * @param given gets what all of them say
     */
    static OptionSpec.Builder texts(Consumer<List<String>> given, String... names) {
        return option(List.class, all -> given.accept(texts(all)), names).auxiliaryTypes(String.class);
    }

    private static List<String> texts(List<?> all) {
        return all.stream().map(String.class::cast).toList();
    }

    /** An argument that is no option. */
    static <T> PositionalParamSpec.Builder argument(Class<T> type, Consumer<T> given, int index) {
        Value<T> value = new Value<>(given);
        return PositionalParamSpec.builder()
                .index(Integer.toString(index))
                .required(true)
                .type(type)
                .getter(value)
                .setter(value);
    }

    /** Where picocli keeps a value, and tells the command's object. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // picocli's interfaces; it converts to the type
    private static final class Value<T> implements IGetter, ISetter {
        private final Consumer<T> given;
        private Object value;

        Value(Consumer<T> given) {
            this.given = given;
        }

        @Override
        public <V> V get() {
            return (V) value;
        }

        @Override
        public <V> V set(V newValue) {
            V old = (V) value;
            value = newValue;
            if (newValue != null) {
                given.accept((T) newValue);
            }
            return old;
        }
    }
}
