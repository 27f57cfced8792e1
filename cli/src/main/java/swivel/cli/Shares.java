package swivel.cli;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import swivel.devices.p9.SharedFolder;

/** The folders that a person shares with a guest, opened before anything else is done. */
final class Shares implements AutoCloseable {
    private static final String READ_ONLY = ",ro";

    /** As long as QEMU's, of letters that are their own in shells and in options of mount. */
    private static final String TAG = "[A-Za-z0-9_.-]{1,31}";

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
        } catch (Failure e) {
            opened.close();
            throw e;
        }
    }

    private static SharedFolder open(String argument) {
        boolean readOnly = argument.endsWith(READ_ONLY);
        String rest = readOnly ? argument.substring(0, argument.length() - READ_ONLY.length()) : argument;
        int colon = rest.lastIndexOf(':');
        String tag = rest.substring(colon + 1);
        if (colon <= 0 || !tag.matches(TAG)) {
            throw Failure.badInput("--share " + argument + " is not understood; write --share DIR:TAG, where TAG is the"
                    + " guest's name for it, 1 to 31 letters, digits, _, - and ., with " + READ_ONLY
                    + " behind it for read-only");
        }
        try {
            return SharedFolder.open(Path.of(rest.substring(0, colon)), tag, readOnly);
        } catch (InvalidPathException e) {
            throw Failure.badInput("--share " + argument + " names no folder: " + e.getReason());
        } catch (IOException e) {
            throw Failure.badInput("--share: " + e.getMessage());
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
