package swivel.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import swivel.api.Share;
import swivel.devices.net.Network;
import swivel.devices.net.NetworkSettings;
import swivel.devices.p9.SharedFolder;
import swivel.devices.ports.HostPorts;
import swivel.devices.vsock.HostVsock;
import swivel.machine.Equipment;

/**
 * What leads out of a guest, as a person asked for it.
 *
 * @param vsock null: none
 * @param network null: none
 * @param pcap null if what goes over the network is not kept
 */
record Links(List<Share> shares, List<PortOption> ports, VsockOption vsock, NetworkSettings network, Path pcap) {
    static final Links NONE = new Links(List.of(), List.of(), null, null, null);

    /** The files that are written. */
    List<NamedFile> outputs() {
        List<NamedFile> outputs = new ArrayList<>();
        outputs.add(new NamedFile("output of --pcap", pcap, true));
        for (PortOption port : ports) {
            outputs.add(new NamedFile("output of --port " + port.name(), port.file(), true));
        }
        return outputs;
    }

    /** How many devices of the board they take. */
    int devices() {
        return shares.size() + (network == null ? 0 : 1) + (ports.isEmpty() ? 0 : 1) + (vsock == null ? 0 : 1);
    }

    /**
     * Opens all of them.
     *
     * @throws Failure if one cannot be had
     */
    Open open(Consumer<String> say) {
        Open open = new Open();
        try {
            shares.forEach(share -> open.folders.add(share.open()));
            open.ports = PortOption.open(ports, say);
            open.vsock = vsock == null ? null : vsock.open(say);
            open.network = network == null ? null : NetOption.open(network, pcap, say);
            return open;
        } catch (RuntimeException e) {
            open.close();
            throw e;
        }
    }

    /** What was opened. */
    static final class Open implements AutoCloseable {
        private final List<SharedFolder> folders = new ArrayList<>();
        private HostPorts ports;
        private HostVsock vsock;
        private Network network;

        /** Adds them to what the board has. */
        Equipment equip(Equipment equipment) {
            return equipment.shares(folders).ports(ports).vsock(vsock).network(network);
        }

        /** Closes them, as the machine does that has them. */
        @Override
        public void close() {
            folders.forEach(SharedFolder::close);
            if (ports != null) {
                ports.close();
            }
            if (vsock != null) {
                vsock.close();
            }
            if (network != null) {
                network.close();
            }
        }
    }
}
