package swivel.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import swivel.cli.start.Rehearsal;

/** What makes starts fast is kept in a cache from this. */
@Command(
        name = "rehearse",
        description = "Runs what every start runs. The launcher does it after a build, to make starts fast.",
        footer = ExitStatus.HELP)
final class RehearseCommand implements Callable<Integer> {
    @Option(
            names = "--kernel",
            paramLabel = "FILE",
            description = "Boot this one, too, without a root file system: it ends in a panic")
    Path linux;

    @Override
    public Integer call() throws IOException {
        return Rehearsal.run(linux, Main::execute);
    }
}
