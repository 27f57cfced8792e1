package swivel.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import swivel.api.MachineException;
import swivel.api.Share;
import swivel.devices.p9.SharedFolder;

/** The folders that a person shares with a guest, opened before anything else is done. */
final class Shares implements AutoCloseable {
    private static final String READ_ONLY = ",ro";

    private final List<SharedFolder> folders = new ArrayList<>();

    private Shares() {}

    /**
     * Opens them.
     *
     * @param arguments of {@code --share}
     * @throws Failure if one cannot be shared
     */
    static Shares open(List<String> arguments) {
        Shares opened = new Shares();
        try {
            Set<String> tags = new HashSet<>();
            for (String argument : arguments) {
                SharedFolder folder = open(argument);
                opened.folders.add(folder);
                if (!tags.add(folder.tag())) {
                    throw Failure.badInput("two folders are shared by the name " + folder.tag());
                }
            }
            return opened;
        } catch (Failure | MachineException e) {
            opened.close();
            throw e;
        }
    }

    private static SharedFolder open(String argument) {
        boolean readOnly = argument.endsWith(READ_ONLY);
        String rest = readOnly ? argument.substring(0, argument.length() - READ_ONLY.length()) : argument;
        int colon = rest.lastIndexOf(':');
        String tag = rest.substring(colon + 1);
        if (colon <= 0 || !Share.isTag(tag)) {
            throw Failure.badInput("--share " + argument + " is not understood; write --share DIR:TAG, where TAG is the"
                    + " guest's name for it, 1 to 31 letters, digits, _, - and ., with " + READ_ONLY
                    + " behind it for read-only");
        }
        try {
            return new Share(Path.of(rest.substring(0, colon)), tag, readOnly).open();
        } catch (InvalidPathException e) {
            throw Failure.badInput("--share " + argument + " names no folder: " + e.getReason());
        }
    }

    List<SharedFolder> folders() {
        return folders;
    }

    /** Closes them, as the machine does that has them. */
    @Override
    public void close() {
        folders.forEach(SharedFolder::close);
    }
}
