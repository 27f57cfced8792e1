package swivel.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import swivel.devices.net.Network;
import swivel.devices.net.NetworkSettings;
import swivel.devices.net.NetworkSettings.Forward;
import swivel.devices.net.NetworkSettings.Opening;
import swivel.devices.net.NetworkSettings.Transport;
import swivel.devices.net.UserNetwork;

/** The argument of {@code --net}: {@code user} and options in QEMU's spelling. */
final class NetOption {
    private static final String USER = "user";
    private static final String UDP = "udp:";
    private static final int NAME_PORT = 53;

    private static final InetAddress GATEWAY = InetAddress.ofLiteral("10.0.2.2");

    private static final Pattern FORWARD = Pattern.compile("(?:tcp|udp):" + SocketName.END + "-" + SocketName.END);
    private static final Pattern ADDRESS =
            Pattern.compile("(?:\\[([0-9a-fA-F:.]+)]|([0-9.]+|[0-9a-fA-F:]+))(?::([0-9]+))?");

    private final String argument;
    private final List<Forward> forwards = new ArrayList<>();
    private final List<Opening> openings = new ArrayList<>();
    private boolean restricted;
    private InetSocketAddress resolver;

    private NetOption(String argument) {
        this.argument = argument;
    }

    /**
     * What the argument says.
     *
     * @throws Failure if it cannot be understood
     */
    static NetworkSettings parse(String argument) {
        String[] parts = argument.split(",", -1);
        if (!parts[0].equals(USER)) {
            throw Failure.badInput("--net " + argument + ": there is only the network \"user\"; write --net user");
        }
        NetOption option = new NetOption(argument);
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            option.take(equals < 0 ? parts[i] : parts[i].substring(0, equals), parts[i].substring(equals + 1));
        }
        return new NetworkSettings(option.forwards, option.openings, option.restricted, option.resolver);
    }

    /**
     * Starts the network.
     *
     * @param pcap where what goes over it is written to; may be null
     * @throws Failure if a port or the file cannot be had
     */
    static Network open(NetworkSettings settings, Path pcap, Consumer<String> say) {
        OutputStream capture = pcap == null ? null : OutputFile.open(pcap);
        try {
            UserNetwork network = UserNetwork.open(settings, capture, say);
            sayChosenPorts(settings, network.listening(), say);
            return network;
        } catch (IOException e) {
            throw Failure.badInput("--net: " + e.getMessage());
        }
    }

    private static void sayChosenPorts(
            NetworkSettings settings, List<InetSocketAddress> listening, Consumer<String> say) {
        for (int i = 0; i < listening.size(); i++) {
            Forward forward = settings.forwards().get(i);
            if (forward.host().getPort() == 0) {
                say.accept((forward.transport() == Transport.UDP ? "UDP port " : "port ")
                        + listening.get(i).getPort() + " of "
                        + listening.get(i).getAddress().getHostAddress() + " leads to port " + forward.port()
                        + " of the guest");
            }
        }
    }

    private Failure wrong(String why) {
        return Failure.badInput("--net " + argument + ": " + why);
    }

    private void take(String name, String value) {
        switch (name) {
            case "hostfwd" -> {
                Matcher ends = ends(name, value, "tcp:[ADDR]:PORT-[GUEST]:PORT, as tcp:127.0.0.1:2222-:22, or udp:…");
                InetAddress guest = address(ends, 4, null);
                if (guest != null && !NetworkSettings.isOfGuest(guest)) {
                    throw wrong(guest.getHostAddress() + " is no address that the guest can have; 10.0.2.15 is");
                }
                InetSocketAddress host =
                        new InetSocketAddress(address(ends, 1, SocketName.LOOPBACK), port(ends.group(3), 0));
                Transport transport = value.startsWith(UDP) ? Transport.UDP : Transport.TCP;
                forwards.add(new Forward(transport, host, guest, port(ends.group(6), 1)));
            }
            case "guestfwd" -> {
                if (value.startsWith(UDP)) {
                    throw wrong("guestfwd forwards TCP only");
                }
                Matcher ends = ends(name, value, "tcp:10.0.2.2:PORT-HOST:PORT, as tcp:10.0.2.2:80-127.0.0.1:8080");
                InetAddress server = address(ends, 1, GATEWAY);
                if (!NetworkSettings.isOfNetwork(server) || NetworkSettings.isOfGuest(server)) {
                    throw wrong(server.getHostAddress() + " is no address of the guest's network but the guest's own;"
                            + " 10.0.2.2 is");
                }
                InetAddress host = address(ends, 4, SocketName.LOOPBACK);
                openings.add(new Opening(
                        server, port(ends.group(3), 1), new InetSocketAddress(host, port(ends.group(6), 1))));
            }
            case "restrict" -> restricted = onOrOff(name, value);
            case "resolver" -> {
                Matcher address = ADDRESS.matcher(value);
                if (!address.matches()) {
                    throw wrong("resolver wants ADDR or ADDR:PORT, an IPv6 address in brackets");
                }
                resolver = new InetSocketAddress(
                        address(address, 1, null), address.group(3) == null ? NAME_PORT : port(address.group(3), 1));
            }
            default ->
                throw wrong("there is no option " + name + "; there are hostfwd=, guestfwd=, restrict= and resolver=");
        }
    }

    private Matcher ends(String name, String value, String form) {
        Matcher ends = FORWARD.matcher(value);
        if (!ends.matches()) {
            throw wrong(name + " wants " + form);
        }
        return ends;
    }

    private boolean onOrOff(String name, String value) {
        return switch (value) {
            case "on", "yes", "y" -> true;
            case "off", "no", "n" -> false;
            default -> throw wrong(name + " is on or off");
        };
    }

    private InetAddress address(Matcher match, int group, InetAddress otherwise) {
        try {
            return SocketName.address(match, group, otherwise);
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    private int port(String digits, int least) {
        try {
            return SocketName.port(digits, least);
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }
}
