package swivel.cli;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import swivel.devices.vsock.HostVsock;

/** The argument of {@code --vsock}. */
record VsockOption(Path path, long cid) {
    private static final Pattern ARGUMENT = Pattern.compile("([^,]+)(?:,cid=([0-9]{1,10}))?");

    /**
     * What the argument says.
     *
     * @throws Failure if it cannot be understood
     */
    static VsockOption parse(String argument) {
        Matcher match = ARGUMENT.matcher(argument);
        if (!match.matches()) {
            throw Failure.badInput("--vsock " + argument + " is not understood; write --vsock PATH or PATH,cid=N");
        }
        String digits = match.group(2);
        long cid = digits == null ? HostVsock.DEFAULT_CID : Long.parseLong(digits);
        try {
            return new VsockOption(Path.of(match.group(1)), cid);
        } catch (InvalidPathException e) {
            throw Failure.badInput("--vsock " + argument + " names no file: " + e.getReason());
        }
    }

    /**
     * Listens on the socket.
     *
     * @throws Failure if it cannot be had
     */
    HostVsock open(Consumer<String> say) {
        try {
            return HostVsock.open(path, cid, say);
        } catch (IOException e) {
            throw Failure.badInput("--vsock: " + e.getMessage());
        }
    }
}
