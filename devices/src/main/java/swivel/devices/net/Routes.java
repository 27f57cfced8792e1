package swivel.devices.net;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What the guest may reach, and as what of the host: the one place that decides so. In this order:
 *
 * <ol>
 *   <li>a port that an option opens ({@code guestfwd});
 *   <li>nothing else, if the network is restricted;
 *   <li>the network's name server: the host's resolver;
 *   <li>nothing else of the guest's own network, so nothing of the host's loopback;
 *   <li>any address of a single host that a router would forward to, and that is not the host itself by a name such as
 *       127.0.0.1 or 0.0.0.0.
 * </ol>
 */
final class Routes {
    private static final int NAME_PORT = 53;

    private final Map<Endpoint, InetSocketAddress> opened;
    private final boolean restricted;
    private final Supplier<InetSocketAddress> resolver;

    /** An address and a port. */
    record Endpoint(Address address, int port) {
        @Override
        public String toString() {
            return address.isV4() ? address + ":" + port : "[" + address + "]:" + port;
        }
    }

    /** Ranges of IPv4 that no router forwards to a single host (RFC 6890): network, and how many bits name it. */
    private static final int[][] NOT_FORWARDED = {
        {0, 8}, // this network; the host itself, to connect()
        {127 << 24, 8}, // loopback
        {169 << 24 | 254 << 16, 16}, // link-local, where clouds keep the host's credentials
        {224 << 24, 4}, // multicast
        {240 << 24, 4}, // reserved, and broadcast
    };

    /** Makes the routes. */
    Routes(Map<Endpoint, InetSocketAddress> opened, boolean restricted, Supplier<InetSocketAddress> resolver) {
        this.opened = Map.copyOf(opened);
        this.restricted = restricted;
        this.resolver = resolver;
    }

    /** Where a connection of the guest leads to; null: nowhere. */
    InetSocketAddress tcp(Address to, int port) {
        InetSocketAddress open = opened.get(new Endpoint(to, port));
        return open != null ? open : udp(to, port);
    }

    /** Where a datagram of the guest goes; null: nowhere. */
    InetSocketAddress udp(Address to, int port) {
        if (restricted || port == 0) {
            return null;
        }
        if (Addresses.isNames(to)) {
            return port == NAME_PORT ? resolver.get() : null;
        }
        return leadsOut(to) ? new InetSocketAddress(to.inet(), port) : null;
    }

    /** Whether packets for this address may leave the guest's network. */
    boolean leadsOut(Address to) {
        return !restricted && !Addresses.isLocal(to) && isOneHost(to) && isForwarded(to);
    }

    /** Whether it is not the address of many. */
    static boolean isOneHost(Address to) {
        return to.isV4()
                ? (to.bits() >>> 28) != 0xe && to.bits() != -1 && to.bits() != (Addresses.NETWORK | 0xff)
                : to.high() >>> 56 != 0xff;
    }

    private static boolean isForwarded(Address to) {
        if (!to.isV4()) {
            // Only 2000::/3 and fc00::/7 are given to hosts that are reached through routers.
            // Of these, 2002::/16 (6to4) has addresses of IPv4 in it, of whatever kind.
            return (to.high() >>> 61 == 1 && to.high() >>> 48 != 0x2002) || to.high() >>> 57 == 0xfc >>> 1;
        }
        for (int[] range : NOT_FORWARDED) {
            if (to.bits() >>> 32 - range[1] == range[0] >>> 32 - range[1]) {
                return false;
            }
        }
        return true;
    }
}
