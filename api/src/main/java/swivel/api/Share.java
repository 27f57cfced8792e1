package swivel.api;

import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import swivel.devices.p9.SharedFolder;

/**
 * A folder of the host that a guest can mount: what {@code --share} says.
 *
 * @param folder the host's
 * @param tag the guest's name for it
 * @param readOnly whether the guest cannot change anything in it
 */
public record Share(Path folder, String tag, boolean readOnly) {
    /** As long as QEMU's, of letters that are their own in shells and in options of mount. */
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_.-]{1,31}");

    /** @throws MachineException if there can be no such tag */
    public Share {
        if (!isTag(tag)) {
            throw new MachineException("'" + tag + "' is no tag; it has 1 to 31 letters, digits, _, - and .");
        }
    }

    /** Whether a name can be a tag. */
    public static boolean isTag(String name) {
        return TAG.matcher(name).matches();
    }

    /**
     * Opens it; who calls closes it.
     *
     * @throws MachineException if it cannot be shared
     */
    public SharedFolder open() {
        try {
            return SharedFolder.open(folder, tag, readOnly);
        } catch (IOException e) {
            throw new MachineException("--share: " + e.getMessage(), e);
        }
    }
}
