package swivel.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What a command takes and what becomes of it. A table and no reflection, since every start reads the command line (docs/performance.md).
 * What receives a value refuses it with an {@link IllegalArgumentException} that says why.
 */
final class Syntax {
    private static final int WIDTH = 80;
    /** Where the descriptions of options begin. */
    private static final int COLUMN = 27;

    /** An option; {@code label} is null where it takes no value. */
    private record Option(
            List<String> names, String label, boolean repeatable, Consumer<String> receiver, String description) {
        /** What messages call it. */
        String name() {
            return names.getLast();
        }

        /** The value that an argument has in itself: {@code --name=VALUE}, {@code -nVALUE}; null if it is not of this option. */
        String attached(String argument) {
            for (String name : names) {
                boolean isShort = name.length() == 2;
                if (argument.startsWith(name) && (isShort || argument.startsWith("=", name.length()))) {
                    return argument.substring(name.length() + (argument.startsWith("=", name.length()) ? 1 : 0));
                }
            }
            return null;
        }

        String synopsis() {
            String all = (name().length() > 2 && names.size() == 1 ? "    " : "") + String.join(", ", names);
            return label == null ? all : all + (name().length() == 2 ? " " : "=") + label;
        }
    }

    private record Operand(String label, Consumer<String> receiver, String description) {}

    private final String command;
    private final String description;
    private final List<Option> options = new ArrayList<>();
    private final List<Operand> operands = new ArrayList<>();
    private final Set<String> given = new HashSet<>();
    private List<String> alternatives = List.of();
    private boolean helpWanted;

    /**
     * A syntax that knows {@code --help} alone.
     *
     * @param command as a person calls it: {@code swivel run}
     */
    Syntax(String command, String description) {
        this.command = command;
        this.description = description;
        flag("-h, --help", () -> helpWanted = true, "Show this help and end");
    }

    /** What the command does. */
    String description() {
        return description;
    }

    /** Adds an option with a value. The names are separated by commas, the one for messages is the last. */
    Syntax option(String names, String label, Consumer<String> receiver, String text) {
        return add(names, label, false, receiver, text);
    }

    /** Adds an option with a value that may be given more than once. */
    Syntax options(String names, String label, Consumer<String> receiver, String text) {
        return add(names, label, true, receiver, text);
    }

    /** Adds an option without a value. */
    Syntax flag(String names, Runnable receiver, String text) {
        return add(names, null, false, _ -> receiver.run(), text);
    }

    private Syntax add(String names, String label, boolean repeatable, Consumer<String> receiver, String text) {
        options.add(new Option(List.of(names.split(", ")), label, repeatable, receiver, text));
        return this;
    }

    /** Adds an operand, which must be given. */
    Syntax operand(String label, Consumer<String> receiver, String text) {
        operands.add(new Operand(label, receiver, text));
        return this;
    }

    /** Demands exactly one of some options, by the names for messages. */
    Syntax oneOf(String... names) {
        alternatives = List.of(names);
        return this;
    }

    /**
     * Gives the arguments to their receivers.
     *
     * @return false if a person asked for help instead
     * @throws Failure if they are wrong
     */
    boolean parse(List<String> arguments) {
        int taken = 0;
        boolean onlyOperands = false;
        for (Iterator<String> rest = arguments.iterator(); rest.hasNext(); ) {
            String argument = rest.next();
            if (!onlyOperands && argument.equals("--")) {
                onlyOperands = true;
            } else if (!onlyOperands && argument.startsWith("-") && argument.length() > 1) {
                takeOption(argument, rest);
            } else if (taken == operands.size()) {
                throw wrong("'" + argument + "' is one argument too many");
            } else {
                Operand operand = operands.get(taken++);
                give(operand.label, operand.receiver, argument);
            }
        }
        if (helpWanted) {
            return false;
        }
        if (taken < operands.size()) {
            throw wrong(operands.get(taken).label + " is missing");
        }
        long chosen = alternatives.stream().filter(given::contains).count();
        if (!alternatives.isEmpty() && chosen != 1) {
            throw wrong("give one of " + String.join(", ", alternatives) + (chosen == 0 ? "" : ", not more"));
        }
        return true;
    }

    private void takeOption(String argument, Iterator<String> rest) {
        for (Option option : options) {
            boolean whole = option.names.contains(argument);
            String value = whole ? "" : option.attached(argument);
            if (value == null) {
                continue;
            }
            if (option.label == null && !whole) {
                throw wrong(option.name() + " takes no value");
            }
            if (option.label != null && whole) {
                value = rest.hasNext() ? rest.next() : null;
                if (value == null || isOption(value)) {
                    throw wrong(option.name() + " needs a value: " + option.label);
                }
            }
            if (!given.add(option.name()) && !option.repeatable) {
                throw wrong(option.name() + " is given twice");
            }
            give(option.name(), option.receiver, value);
            return;
        }
        throw wrong("there is no option '" + argument + "'");
    }

    private boolean isOption(String text) {
        return options.stream().anyMatch(option -> option.names.contains(text));
    }

    private void give(String name, Consumer<String> receiver, String value) {
        try {
            receiver.accept(value);
        } catch (IllegalArgumentException e) {
            throw wrong(name + ": " + e.getMessage());
        }
    }

    private Failure wrong(String what) {
        return Failure.badInput(what + " (see " + command + " --help)");
    }

    /** One of an enum's constants, by its name in any case. */
    static <E extends Enum<E>> E choice(E[] constants, String text) {
        for (E constant : constants) {
            if (constant.name().equalsIgnoreCase(text)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("'" + text + "' is none of " + names(constants));
    }

    private static String names(Enum<?>[] constants) {
        return String.join(
                ", ",
                Arrays.stream(constants)
                        .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                        .toList());
    }

    /** A number from 0 on. */
    static int number(String text) {
        try {
            return Integer.parseUnsignedInt(text);
        } catch (NumberFormatException _) {
            throw new IllegalArgumentException("'" + text + "' is no number");
        }
    }

    /** The help, without what all commands have in common. */
    String help() {
        StringBuilder text = new StringBuilder("Usage: " + command + " [OPTION]…");
        operands.forEach(operand -> text.append(' ').append(operand.label));
        text.append('\n').append(wrapped(description, 0));
        operands.forEach(operand -> text.append(entry("      " + operand.label, operand.description)));
        options.forEach(option -> text.append(entry("  " + option.synopsis(), option.description)));
        return text.toString();
    }

    /** A name with what it means beside it, or below it where it is long. */
    static String entry(String name, String meaning) {
        String text = wrapped(meaning, COLUMN);
        return name.length() + 2 > COLUMN
                ? name + "\n" + " ".repeat(COLUMN) + text
                : name + " ".repeat(COLUMN - name.length()) + text;
    }

    /** Lines of a text for a column, the first without indentation. */
    private static String wrapped(String text, int column) {
        StringBuilder all = new StringBuilder();
        for (String paragraph : text.split("\n", -1)) {
            StringBuilder line = new StringBuilder();
            for (String word : paragraph.split(" ", -1)) {
                if (column + line.length() + 1 + word.length() > WIDTH) {
                    all.append(line).append('\n').append(" ".repeat(column));
                    line.setLength(0);
                } else if (!line.isEmpty() || word.isEmpty()) {
                    line.append(' ');
                }
                line.append(word);
            }
            all.append(line).append('\n').append(" ".repeat(column));
        }
        return all.toString().stripTrailing() + "\n";
    }
}
