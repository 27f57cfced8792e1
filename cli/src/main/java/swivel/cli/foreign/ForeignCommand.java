package swivel.cli.foreign;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;

/** Recognizes a command line of another program, and says it in Swivel's words. */
public final class ForeignCommand {
    /** Words in front of the options that say nothing. */
    private static final Set<String> PROGRAMS = Set.of("run", "qemu-system-arm", "lkvm", "vm", "kvmtool");

    private final String program;
    private final Map<String, Word> words;
    private final Translation translation;
    private final CommandSpec run;

    private ForeignCommand(String program, Map<String, Word> words, CommandSpec run) {
        this.program = program;
        this.words = words;
        this.run = run;
        this.translation = new Translation(run);
    }

    /**
     * What Swivel's command is instead, as a line for the person; empty if this is nobody's command line that is known
     * here.
     *
     * @param arguments as Swivel got them and did not understand them
     * @param run describes {@code swivel run}
     */
    public static Optional<String> answer(List<String> arguments, CommandSpec run) {
        int start = 0;
        while (start < arguments.size() && PROGRAMS.contains(arguments.get(start))) {
            start++;
        }
        List<String> options = arguments.subList(start, arguments.size());
        boolean saysKvmtool = arguments.subList(0, start).contains("lkvm");
        ForeignCommand command = !saysKvmtool && hasAny(options, Qemu.WORDS)
                ? new ForeignCommand("QEMU", Qemu.WORDS, run)
                : saysKvmtool || hasAny(options, Kvmtool.WORDS)
                        ? new ForeignCommand("kvmtool", Kvmtool.WORDS, run)
                        : null;
        return command == null ? Optional.empty() : Optional.of(command.translate(options));
    }

    /** Whether there is an option of a table that Swivel does not have; of two dashes any may be Swivel's. */
    private static boolean hasAny(List<String> options, Map<String, Word> words) {
        return options.stream()
                .anyMatch(word -> !word.startsWith("--") && !word.equals("-m") && words.containsKey(word));
    }

    private String translate(List<String> options) {
        for (int i = 0; i < options.size(); i++) {
            String name = options.get(i);
            boolean isLast = i == options.size() - 1;
            String next = isLast ? "" : options.get(i + 1);
            Word word = word(name);
            var own = run.findOption(name.split("=", 2)[0]);
            if (word != null) {
                String value = word.takesValue() ? next : "";
                i += word.takesValue() && !isLast ? 1 : 0;
                translation.begin(name, value);
                word.meaning().accept(translation, value);
            } else if (own != null) {
                boolean hasValue = own.arity().max() > 0 && !name.contains("=") && !isLast;
                translation.own(hasValue ? List.of(name, next) : List.of(name));
                i += hasValue ? 1 : 0;
            } else if (!name.startsWith("-") && program.equals("QEMU")) {
                translation.disk(Properties.of(""), name); // as -hda
            } else {
                boolean hasValue = !isLast && !next.startsWith("-");
                translation.begin(name, hasValue ? next : "");
                translation.refuse();
                i += hasValue ? 1 : 0;
            }
        }
        String missing = translation.refused().isEmpty()
                ? ""
                : "; Swivel has nothing for " + String.join(", ", translation.refused());
        return "this is " + program + "'s spelling; Swivel's is: " + Shell.quote(translation.words()) + missing;
    }

    private Word word(String name) {
        Word word = words.get(name);
        return word == null && name.startsWith("--") && program.equals("QEMU") ? words.get(name.substring(1)) : word;
    }
}
