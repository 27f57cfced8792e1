package swivel.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sockets as a person names them: {@code unix:PATH}, {@code tcp:[ADDR]:PORT}. Exceptions say what is wrong. */
final class SocketName {
    /** An address, of IPv6 in brackets, and a port: three groups. */
    static final String END = "(?:\\[([0-9a-fA-F:.]+)]|([0-9.]*)):([0-9]+)";

    /** What is listened on if nothing is said. */
    static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private static final String UNIX = "unix:";
    private static final String TCP = "tcp:";
    private static final Pattern TCP_NAME = Pattern.compile(TCP + END);
    private static final int MAX_PORT = 65535;

    private SocketName() {}

    static boolean isOne(String name) {
        return name.startsWith(UNIX) || name.startsWith(TCP);
    }

    /** The same name, with a relative path below a folder. */
    static String below(String name, Path folder) {
        return name.startsWith(UNIX) ? UNIX + folder.resolve(name.substring(UNIX.length())) : name;
    }

    /**
     * What to listen on.
     *
     * @param name of which {@link #isOne}
     * @throws IllegalArgumentException if it cannot be understood
     */
    static SocketAddress parse(String name) {
        if (name.startsWith(UNIX)) {
            return unix(name);
        }
        Matcher match = TCP_NAME.matcher(name);
        if (!match.matches()) {
            throw new IllegalArgumentException(name + " is not understood; write tcp:ADDR:PORT, as tcp:127.0.0.1:5000,"
                    + " an IPv6 address in brackets");
        }
        return new InetSocketAddress(address(match, 1, LOOPBACK), port(match.group(3), 0));
    }

    private static SocketAddress unix(String name) {
        String path = name.substring(UNIX.length());
        if (path.isEmpty()) {
            throw new IllegalArgumentException("unix: needs the name of a socket");
        }
        try {
            return UnixDomainSocketAddress.of(path);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(path + " is no name of a file: " + e.getReason(), e);
        }
    }

    /** The address of which one spelling is in a group and the other in the next one; if neither is, another one. */
    static InetAddress address(Matcher match, int group, InetAddress otherwise) {
        String text = match.group(group) != null ? match.group(group) : match.group(group + 1);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(text + " is no address; names are not looked up", e);
        }
    }

    static int port(String digits, int least) {
        int port = digits.length() > 5 ? MAX_PORT + 1 : Integer.parseInt(digits);
        if (port < least || port > MAX_PORT) {
            throw new IllegalArgumentException(digits + " is no port");
        }
        return port;
    }
}
