package swivel.cli;

import picocli.CommandLine.Command;

/** Runs what every start runs, for the launcher, which keeps the classes that this loads in a cache. */
@Command(name = "rehearse", hidden = true)
final class RehearseCommand implements Runnable {
    @Override
    public void run() {
        Main.execute("run", "--help");
        Main.execute("--version");
    }
}
