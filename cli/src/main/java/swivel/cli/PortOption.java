package swivel.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import swivel.cli.config.NamesFiles;
import swivel.devices.ports.HostPorts;
import swivel.devices.streams.Listener;

/**
 * An argument of {@code --port}: a port of the guest and what it leads to.
 *
 * @param file null if it is a socket
 * @param socket null if it is a file
 * @param target as the person named it
 */
record PortOption(String name, Path file, SocketAddress socket, String target) {
    /** Where an argument names a file, or a socket that is one. */
    static final NamesFiles NAMES = (argument, folder) -> {
        int target = argument.indexOf('=') + 1;
        String name = argument.substring(0, target);
        String rest = argument.substring(target);
        return name + (SocketName.isOne(rest) ? SocketName.below(rest, folder) : folder.resolve(rest));
    };

    /** What the name of a device file can be. */
    private static final String NAME = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,62}";

    /**
     * What the arguments say.
     *
     * @throws Failure if one cannot be understood
     */
    static List<PortOption> parse(List<String> arguments) {
        if (arguments.size() > HostPorts.MAX) {
            throw Failure.badInput(arguments.size() + " ports are too many; there is room for " + HostPorts.MAX);
        }
        List<PortOption> ports = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Set<Path> files = new HashSet<>();
        for (String argument : arguments) {
            PortOption port = parse(argument);
            if (!names.add(port.name)) {
                throw Failure.badInput("two ports have the name " + port.name);
            }
            if (port.file != null && !files.add(port.file.toAbsolutePath().normalize())) {
                throw Failure.badInput("two ports write to " + port.file);
            }
            ports.add(port);
        }
        return ports;
    }

    private static PortOption parse(String argument) {
        int equals = argument.indexOf('=');
        String name = argument.substring(0, Math.max(0, equals));
        String target = argument.substring(equals + 1);
        if (!name.matches(NAME) || target.isEmpty()) {
            throw Failure.badInput("--port " + argument + " is not understood; write --port NAME=FILE,"
                    + " NAME=unix:PATH or NAME=tcp:127.0.0.1:PORT, where NAME is the guest's name for it, 1 to 63"
                    + " letters, digits, _, - and .");
        }
        try {
            if (SocketName.isOne(target)) {
                return new PortOption(name, null, SocketName.parse(target), target);
            }
            Path file = Path.of(target);
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                    && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                throw Failure.badInput("--port " + argument + ": " + file + " is no regular file");
            }
            return new PortOption(name, file, null, target);
        } catch (InvalidPathException e) {
            throw Failure.badInput("--port " + argument + " names no file: " + e.getReason());
        } catch (IllegalArgumentException e) {
            throw Failure.badInput("--port " + argument + ": " + e.getMessage());
        }
    }

    /**
     * Opens files and sockets, and starts to serve the ports.
     *
     * @return null if there are no ports
     * @throws Failure if one cannot be had
     */
    static HostPorts open(List<PortOption> options, Consumer<String> say) {
        try {
            return HostPorts.open(
                    options.stream()
                            .map(option -> (HostPorts.Addition) ports -> option.addTo(ports, say))
                            .toList(),
                    say);
        } catch (IOException e) {
            throw Failure.badInput("--port: " + e.getMessage());
        }
    }

    private void addTo(HostPorts ports, Consumer<String> say) throws IOException {
        if (file != null) {
            ports.addFile(name, OutputFile.open(file));
            return;
        }
        Listener listener = Listener.open(socket, target);
        ports.addListener(name, listener);
        if (socket instanceof InetSocketAddress asked && asked.getPort() == 0) {
            InetSocketAddress chosen = listener.localAddress();
            say.accept("port " + chosen.getPort() + " of " + chosen.getAddress().getHostAddress()
                    + " leads to the guest's port " + name);
        }
    }
}
