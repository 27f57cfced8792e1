package swivel.cli;

import static swivel.cli.CommandLayout.option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import swivel.cli.start.Rehearsal;

/** What makes starts fast is kept in a cache from this. */
final class RehearseCommand implements Callable<Integer> {
    private Path linux;

    CommandSpec layout() {
        return CommandLayout.command(
                        "rehearse",
                        this,
                        "Runs what every start runs. The launcher does it after a build, to make starts fast.")
                .addOption(option(Path.class, file -> linux = file, "--kernel")
                        .paramLabel("FILE")
                        .description("Boot this one, too, without a root file system: it ends in a panic")
                        .build());
    }

    @Override
    public Integer call() throws IOException {
        return Rehearsal.run(linux, Main::execute);
    }
}
