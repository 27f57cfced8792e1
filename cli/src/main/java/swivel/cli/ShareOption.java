package swivel.cli;

import java.util.List;
import picocli.CommandLine.Model.OptionSpec;
import swivel.cli.config.NamesFiles;

/** {@code --share}, of every command that shares folders with its guest. */
final class ShareOption {
    private List<String> arguments = List.of();

    /** The option; {@code use} says what becomes of a folder. */
    OptionSpec option(String use) {
        return CommandLayout.texts(folders -> arguments = folders, "--share")
                .paramLabel("DIR:TAG[,ro]")
                .userObject(NamesFiles.FIRST)
                .description("A folder of this computer (virtio-9p), read-only with ,ro, " + use)
                .build();
    }

    /**
     * Opens the folders that were named.
     *
     * @throws Failure if one cannot be shared
     */
    Shares open() {
        return Shares.open(arguments);
    }

    /** How many folders were named. */
    int count() {
        return arguments.size();
    }
}
