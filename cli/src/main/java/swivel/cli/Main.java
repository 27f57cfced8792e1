package swivel.cli;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import swivel.cpu.EngineDifference;
import swivel.lpv.ImageException;
import swivel.machine.BootException;

/** The command line: what can be asked of Swivel, and what is said when it goes wrong. */
public final class Main {
    private static final String DESCRIPTION =
            "Runs 32-bit ARM operating systems deprivileged, the way of \"KVM for ARM\" (Dall and Nieh, 2010).";

    /** A name on the command line; hidden ones are for our own scripts. */
    private record Entry(String name, boolean hidden, Supplier<Command> make) {}

    private static final List<Entry> COMMANDS = List.of(
            new Entry("demo", false, DemoCommand::new),
            new Entry("run", false, RunCommand::new),
            new Entry("patch", false, PatchCommand::new),
            new Entry("scan", false, ScanCommand::new),
            new Entry("compare", true, CompareCommand::new),
            new Entry("rehearse", true, RehearseCommand::new));

    private Main() {}

    public static void main(String[] args) {
        System.exit(execute(args));
    }

    /** Executes a command line in this process; returns one of {@link ExitStatus}. */
    static int execute(String... args) {
        try {
            List<String> arguments = Arrays.asList(args);
            if (arguments.isEmpty() || arguments.getFirst().startsWith("-")) {
                return alone(arguments);
            }
            String name = arguments.getFirst();
            for (Entry entry : COMMANDS) {
                if (entry.name.equals(name)) {
                    return execute(entry.make.get(), arguments.subList(1, arguments.size()));
                }
            }
            throw Failure.badInput("there is no command '" + name + "' (see swivel --help)");
        } catch (Failure failure) {
            return complain(failure.getMessage(), failure.status);
        } catch (EngineDifference difference) {
            System.err.print(difference.getMessage());
            return complain(
                    "a defect of Swivel: the engines differ; please report it with the lines above",
                    ExitStatus.INTERNAL_ERROR);
        } catch (ImageException | BootException e) {
            return complain(e.getMessage(), ExitStatus.BAD_INPUT);
        } catch (OutOfMemoryError _) {
            long mebibytes = Runtime.getRuntime().maxMemory() >> 20;
            return complain(
                    "this needs more than the " + mebibytes + " MiB of memory that Java has; give it more with"
                            + " JAVA_TOOL_OPTIONS=-Xmx…",
                    ExitStatus.BAD_INPUT);
        } catch (IOException | RuntimeException e) {
            e.printStackTrace();
            return complain(
                    "a defect of Swivel: " + e + "; please report it with the lines above", ExitStatus.INTERNAL_ERROR);
        }
    }

    private static int execute(Command command, List<String> arguments) throws IOException, ImageException {
        if (command.syntax().parse(arguments)) {
            return command.run();
        }
        System.out.print(command.syntax().help() + ExitStatus.HELP);
        return ExitStatus.OK;
    }

    /** Options without a command. */
    private static int alone(List<String> arguments) {
        boolean[] version = {false};
        Syntax syntax = new Syntax("swivel", DESCRIPTION)
                .flag("-V, --version", () -> version[0] = true, "Show the version and end");
        if (!syntax.parse(arguments) || !version[0]) {
            System.out.print(syntax.help() + "\nCommands (swivel COMMAND --help says more):\n");
            for (Entry entry : COMMANDS) {
                if (!entry.hidden) {
                    System.out.print(Syntax.entry(
                            "  " + entry.name, entry.make.get().syntax().description()));
                }
            }
            System.out.print(ExitStatus.HELP);
        } else {
            System.out.println("swivel " + version() + " on Java " + Runtime.version());
        }
        return ExitStatus.OK;
    }

    private static String version() {
        var descriptor = Main.class.getModule().getDescriptor();
        return descriptor == null ? "(development)" : descriptor.rawVersion().orElse("(development)");
    }

    private static int complain(String message, int status) {
        say(message);
        return status;
    }

    /** One line to the person, beside what the guest prints. */
    static void say(String line) {
        System.err.println("swivel: " + line);
    }
}
