package swivel.api;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import swivel.devices.ports.HostPorts;
import swivel.devices.streams.Listener;

/** The named ports of a guest, and what each leads to. */
final class Ports {
    private final Map<String, Path> files = new LinkedHashMap<>();
    private final Map<String, SocketAddress> sockets = new LinkedHashMap<>();

    void add(String name, Path file) {
        require(name);
        files.put(name, file);
    }

    void add(String name, SocketAddress socket) {
        require(name);
        sockets.put(name, socket);
    }

    private void require(String name) {
        if (files.containsKey(name) || sockets.containsKey(name)) {
            throw new MachineException("two ports have the name " + name);
        }
        if (files.size() + sockets.size() == HostPorts.MAX) {
            throw new MachineException("there is room for " + HostPorts.MAX + " ports");
        }
    }

    /** Opens files and sockets, and serves them; null: there are none. */
    HostPorts open(Consumer<String> say) {
        if (files.isEmpty() && sockets.isEmpty()) {
            return null;
        }
        HostPorts ports = null;
        try {
            ports = new HostPorts(say);
            for (Map.Entry<String, Path> file : files.entrySet()) {
                ports.addFile(
                        file.getKey(),
                        Files.newOutputStream(
                                file.getValue(),
                                StandardOpenOption.WRITE,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.TRUNCATE_EXISTING,
                                LinkOption.NOFOLLOW_LINKS));
            }
            for (Map.Entry<String, SocketAddress> socket : sockets.entrySet()) {
                ports.addListener(
                        socket.getKey(),
                        Listener.open(socket.getValue(), socket.getValue().toString()));
            }
            ports.start();
            return ports;
        } catch (IOException e) {
            if (ports != null) {
                ports.close();
            }
            throw new MachineException("ports: " + e.getMessage(), e);
        }
    }
}
