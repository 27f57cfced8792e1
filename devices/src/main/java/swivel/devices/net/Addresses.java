package swivel.devices.net;

import java.util.HexFormat;

/** Who is who on the guest's network. The addresses are those of QEMU's user-mode network. */
final class Addresses {
    private Addresses() {}

    /** The network card's address, and ours. */
    static final byte[] GUEST_MAC = HexFormat.of().parseHex("525400123456");

    static final byte[] GATEWAY_MAC = HexFormat.of().parseHex("52550a000202");

    static final int NETWORK = 10 << 24 | 2 << 8;
    static final int MASK = 0xffff_ff00;

    /** The gateway, which stands for the host. */
    static final Address GATEWAY = Address.v4(NETWORK | 2);
    /** Forwards to the host's resolver. */
    static final Address NAMES = Address.v4(NETWORK | 3);
    /** The first address that DHCP gives. */
    static final Address GUEST = Address.v4(NETWORK | 15);

    static final Address BROADCAST = Address.v4(-1);

    // IPv6: the same three in fec0::/64, and the router's link-local address, which begins with fe80.
    static final long PREFIX = 0xfec0L << 48;
    static final long LINK_LOCAL = 0xfe80L << 48;

    static final Address GATEWAY6 = new Address(PREFIX, 2);
    static final Address NAMES6 = new Address(PREFIX, 3);
    static final Address ROUTER6 = new Address(LINK_LOCAL, 2);
    static final Address ALL_NODES6 = new Address(0xff02L << 48, 1);

    /** The gateway's address of the same version as another one. */
    static Address gatewayFor(Address peer) {
        return peer.isV4() ? GATEWAY : GATEWAY6;
    }

    static boolean isGateway(Address address) {
        return address.equals(GATEWAY) || address.equals(GATEWAY6) || address.equals(ROUTER6);
    }

    static boolean isNames(Address address) {
        return address.equals(NAMES) || address.equals(NAMES6);
    }

    /** Whether somebody answers there who is not the guest. */
    static boolean isOurs(Address address) {
        return isGateway(address) || isNames(address);
    }

    /** Whether it is of the guest's network, where nobody is but we and the guest. */
    static boolean isLocal(Address address) {
        return address.isV4()
                ? (address.bits() & MASK) == NETWORK
                : address.high() == PREFIX || address.high() == LINK_LOCAL;
    }

    /** Whether a packet of the guest may come from there. */
    static boolean isGuest(Address address) {
        return isLocal(address) && !isOurs(address);
    }
}
