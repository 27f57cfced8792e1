package swivel.devices.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * What a person chose of a user-mode network.
 *
 * @param forwards ports of the host that lead to the guest
 * @param openings ports that lead from the guest's network to somewhere, the host's loopback also
 * @param restricted whether the guest reaches nothing but the openings
 * @param resolver where names are asked for; null: the host's
 */
public record NetworkSettings(
        List<Forward> forwards, List<Opening> openings, boolean restricted, InetSocketAddress resolver) {
    /** A network with a way out, and no way in. */
    public static final NetworkSettings DEFAULT = new NetworkSettings(List.of(), List.of(), false, null);

    /** What a port is of. */
    public enum Transport {
        TCP,
        UDP
    }

    /**
     * A port of the host that leads to one of the guest.
     *
     * @param host where the host listens
     * @param guest an address of the guest's network; null: the guest's first
     */
    public record Forward(Transport transport, InetSocketAddress host, InetAddress guest, int port) {
        /** One of TCP. */
        public Forward(InetSocketAddress host, InetAddress guest, int port) {
            this(Transport.TCP, host, guest, port);
        }
    }

    /**
     * A TCP port of an address of the guest's network, where the guest finds something of the host.
     *
     * @param address of the guest's network
     * @param host where it leads to
     */
    public record Opening(InetAddress address, int port, InetSocketAddress host) {}

    /** Whether somebody can have this address on the guest's network. */
    public static boolean isOfNetwork(InetAddress address) {
        return Addresses.isLocal(Address.of(address));
    }

    /** Whether the guest can have this address. */
    public static boolean isOfGuest(InetAddress address) {
        return Addresses.isGuest(Address.of(address));
    }
}
