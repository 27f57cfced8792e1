package swivel.cli;

import static swivel.cli.CommandLayout.option;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import swivel.api.MachineException;
import swivel.api.Virt;
import swivel.cli.foreign.ForeignCommand;
import swivel.cli.start.JvmOptions;
import swivel.cli.start.Restart;
import swivel.cli.start.WarmUp;
import swivel.cpu.EngineDifference;
import swivel.cpu.HostFailure;
import swivel.cpu.engine.Engine;
import swivel.formats.ImageException;
import swivel.lpv.report.Printable;
import swivel.lpv.report.ReportFormat;
import swivel.machine.BootException;
import swivel.memory.HostMemory;

/** The command line: what can be asked of Swivel, and what is said when it goes wrong. */
public final class Main implements Callable<Integer> {
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            var descriptor = Main.class.getModule().getDescriptor();
            String version = descriptor == null
                    ? "(development)"
                    : descriptor.rawVersion().orElse("(development)");
            return new String[] {"swivel " + version + " on Java " + Runtime.version()};
        }
    }

    /** Commands that start a machine, most likely. */
    private static final List<String> STARTING = List.of("run", "demo");

    public static void main(String[] args) {
        if (args.length > 0 && STARTING.contains(args[0])) {
            WarmUp.start(Engine.AUTO);
        }
        if (JvmOptions.cacheRefused()) {
            say("a slow start: Java did not take the start-up cache cli/target/swivel.aot, which is damaged or of"
                    + " another Java;"
                    + " delete it and it is made anew");
        }
        System.exit(execute(args));
    }

    /** Executes a command line in this process; returns one of {@link ExitStatus}. */
    static int execute(String... args) {
        int status = executeCommand(args);
        if (!System.out.checkError()) {
            return status;
        }
        return complain(
                "standard output cannot be written to: what it goes to is full or closed, so what was printed is not"
                        + " complete",
                COMPLETE.contains(status) ? ExitStatus.BAD_INPUT : status);
    }

    /** What a command ends with that did its work. */
    private static final Set<Integer> COMPLETE = Set.of(ExitStatus.OK, ExitStatus.FOUND, ExitStatus.NOTHING_TO_DO);

    static final long HEAP_MEBIBYTES = Runtime.getRuntime().maxMemory() >> 20;

    private static int executeCommand(String... args) {
        try {
            return execute(args, false);
        } catch (HostMemory.Refused e) {
            return complain(e.getMessage(), ExitStatus.BAD_INPUT);
        } catch (StackOverflowError _) {
            return complain(
                    "these files nest deeper than Java's stack allows; they are damaged, or made to do so",
                    ExitStatus.BAD_INPUT);
        } catch (OutOfMemoryError _) {
            return complain(
                    "these files need more than the " + HEAP_MEBIBYTES
                            + " MiB of memory that Java has; give it more with" + " _JAVA_OPTIONS=-Xmx…",
                    ExitStatus.BAD_INPUT);
        }
    }

    /** {@code configured}: whether what a file of options says is among the arguments already. */
    private static int execute(String[] args, boolean configured) {
        return commandLine(args)
                .setExecutionStrategy(parsed -> execute(parsed, args, configured))
                .execute(args);
    }

    private static int execute(ParseResult parsed, String[] args, boolean configured) {
        ParseResult command = parsed;
        while (command.hasSubcommand()) {
            command = command.subcommand();
        }
        if (command.isUsageHelpRequested() && !command.unmatched().isEmpty()) { // -hda begins with -h
            Optional<String> answer = foreign(args);
            if (answer.isPresent()) {
                return complain(answer.get(), ExitStatus.BAD_INPUT);
            }
        }
        ConfigOptions config = ConfigOptions.of(command);
        boolean runs = config != null && !command.isUsageHelpRequested() && !command.isVersionHelpRequested();
        if (runs && config.hasFile() && !configured) {
            try {
                return execute(config.withFile(command, args, commandLine(args)), true);
            } catch (Failure e) {
                return report(e);
            }
        }
        if (runs && config.isPrinted()) {
            ConfigOptions.print(command);
            return ExitStatus.OK;
        }
        if (wantsC2(command)) {
            restartWithC2();
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    /** Commands whose arguments are another command. */
    private static final Set<String> COMPILERS = Set.of("cc", "as");

    /** Commands by name, in the order of the help. */
    static final Map<String, Supplier<CommandSpec>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("demo", () -> new DemoCommand().layout());
        COMMANDS.put("run", () -> new RunCommand().layout());
        COMMANDS.put("patch", () -> new PatchCommand().layout());
        COMMANDS.put("scan", () -> new ScanCommand().layout());
        COMMANDS.put("cc", () -> CompileCommand.cc().layout());
        COMMANDS.put("as", () -> CompileCommand.as().layout());
        COMMANDS.put("compare", () -> new CompareCommand().layout());
        COMMANDS.put("doctor", () -> new DoctorCommand().layout());
        COMMANDS.put("rehearse", () -> new RehearseCommand().layout());
    }

    /**
     * Of the commands only the one that is named, if one is: to look at the options of all takes a tenth of a second.
     */
    private static CommandLine commandLine(String... args) {
        CommandLine line = new CommandLine(new Main().layout());
        String named = args.length > 0 ? args[0] : "";
        COMMANDS.forEach((name, command) -> {
            if (!COMMANDS.containsKey(named) || name.equals(named)) {
                line.addSubcommand(name, command.get());
            }
        });
        // Response files of another command are that one's.
        return line.setExpandAtFiles(!COMPILERS.contains(named))
                .registerConverter(Engine.class, new SpelledEnum<>(Engine.class))
                .registerConverter(RunCommand.Console.class, new SpelledEnum<>(RunCommand.Console.class))
                .registerConverter(Virt.class, new SpelledEnum<>(Virt.class))
                .registerConverter(ReportFormat.class, new SpelledEnum<>(ReportFormat.class))
                .setParameterExceptionHandler((e, arguments) -> {
                    String command = e.getCommandLine().getCommandSpec().qualifiedName();
                    say(foreign(arguments)
                            .orElseGet(
                                    () -> firstLine(e.getMessage()) + suggestion(e) + " (see " + command + " --help)"));
                    return ExitStatus.BAD_INPUT;
                })
                .setExecutionExceptionHandler((e, _, _) -> report(e));
    }

    private static void restartWithC2() {
        try {
            Restart.withC2();
        } catch (IOException e) {
            say("goes on without the JVM's C2 compiler, slower: /proc/self/cmdline cannot be read: " + e.getMessage());
        }
    }

    /** Whether Java code is what works, and not code emitted for a guest. */
    private static boolean wantsC2(ParseResult command) {
        for (CommandSpec mixin : command.commandSpec().mixins().values()) {
            if (mixin.userObject() instanceof MachineOptions machine) {
                return machine.wantsC2();
            }
        }
        return false;
    }

    /** The answer to a command line of QEMU or kvmtool. */
    private static Optional<String> foreign(String... arguments) {
        boolean isOtherCommand =
                arguments.length > 0 && COMMANDS.containsKey(arguments[0]) && !arguments[0].equals("run");
        return isOtherCommand ? Optional.empty() : ForeignCommand.answer(List.of(arguments), new RunCommand().layout());
    }

    /** What was meant, perhaps, by an option or a command that there is not. */
    private static String suggestion(CommandLine.ParameterException e) {
        if (!(e instanceof CommandLine.UnmatchedArgumentException unmatched)) {
            return "";
        }
        List<String> similar = unmatched.getSuggestions();
        return similar.isEmpty() ? "" : "; did you mean " + similar.getFirst() + "?";
    }

    private static int report(Exception e) {
        return switch (e) {
            case Failure failure -> complain(failure.getMessage(), failure.status);
            case EngineDifference difference -> {
                System.err.print(difference.getMessage());
                yield complain(
                        "a defect of Swivel: the engines differ; please report it with the lines above",
                        ExitStatus.INTERNAL_ERROR);
            }
            case ImageException _, BootException _, MachineException _ ->
                complain(e.getMessage(), ExitStatus.BAD_INPUT);
            case HostFailure _ -> complain(e.getMessage(), ExitStatus.STUCK);
            default -> {
                StringWriter trace = new StringWriter();
                e.printStackTrace(new PrintWriter(trace));
                trace.toString()
                        .lines()
                        .forEach(line -> System.err.println(Printable.line(line.replace("\t", "    "))));
                yield complain(
                        "a defect of Swivel: " + e + "; please report it with the lines above",
                        ExitStatus.INTERNAL_ERROR);
            }
        };
    }

    private static int complain(String message, int status) {
        say(message);
        return status;
    }

    static String firstLine(String message) {
        return message == null ? "wrong arguments" : message.lines().findFirst().orElse("");
    }

    /** One line to the person, beside what the guest prints. Names in it may be anybody's. */
    static void say(String line) {
        System.err.print(line(line));
    }

    /** A line for the person, as it is printed. */
    static String line(String text) {
        return "swivel: " + Printable.line(text) + System.lineSeparator();
    }

    private boolean printJavaHome;

    private CommandSpec layout() {
        return CommandLayout.command(
                        "swivel",
                        this,
                        "Runs 32-bit ARM operating systems deprivileged, the way of \"KVM for ARM\" (Dall and Nieh,"
                                + " 2010).")
                .addOption(option(Boolean.class, given -> printJavaHome = given, "--print-java-home")
                        .description("Print where the JDK is that runs Swivel, and exit.")
                        .build());
    }

    @Override
    public Integer call() {
        if (printJavaHome) {
            System.out.println(System.getProperty("java.home"));
        } else {
            commandLine().usage(System.out);
        }
        return ExitStatus.OK;
    }
}
