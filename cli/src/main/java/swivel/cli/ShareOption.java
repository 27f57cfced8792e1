package swivel.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import swivel.api.Share;

/** The argument of {@code --share}: a folder of the host and the guest's name for it. */
final class ShareOption {
    private static final String READ_ONLY = ",ro";

    private ShareOption() {}

    /**
     * What the arguments say.
     *
     * @throws Failure if one cannot be understood
     */
    static List<Share> parse(List<String> arguments) {
        List<Share> shares = new ArrayList<>();
        Set<String> tags = new HashSet<>();
        for (String argument : arguments) {
            Share share = parse(argument);
            if (!tags.add(share.tag())) {
                throw Failure.badInput("two folders are shared by the name " + share.tag());
            }
            shares.add(share);
        }
        return shares;
    }

    private static Share parse(String argument) {
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
            return new Share(Path.of(rest.substring(0, colon)), tag, readOnly);
        } catch (InvalidPathException e) {
            throw Failure.badInput("--share " + argument + " names no folder: " + e.getReason());
        }
    }
}
