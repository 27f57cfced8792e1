package swivel.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

@Command(name = "swivel", versionProvider = Main.Version.class, mixinStandardHelpOptions = true)
public final class Main implements Runnable {
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                "swivel " + Main.class.getModule().getDescriptor().rawVersion().orElse("(development)")
            };
        }
    }

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Command(name = "rehearse", hidden = true)
    void rehearse() {
        new CommandLine(new Main()).execute("--version");
    }

    @Override
    public void run() {}
}
