package swivel.devices.net;

/**
 * The router and the neighbours of IPv6 (RFC 4861), so that the guest finds an address by itself (RFC 4862) and a name
 * server (RFC 8106).
 */
final class NeighborDiscovery {
    private static final int ROUTER_SOLICITATION = 133;
    private static final int ROUTER_ADVERTISEMENT = 134;
    private static final int NEIGHBOR_SOLICITATION = 135;
    private static final int NEIGHBOR_ADVERTISEMENT = 136;

    private static final int TARGET = 8;
    private static final int OPTIONS = 24;
    /** The hops of a packet that nobody has forwarded, which all of these are (4.1). */
    static final int NEVER_FORWARDED = 255;

    private static final int ROUTER_SOLICITED_OVERRIDE = 0xe000_0000;

    // Options: type and length in units of 8 bytes.
    private static final int SOURCE_MAC = 0x0101;
    private static final int TARGET_MAC = 0x0201;
    private static final int PREFIX = 0x0304;
    private static final int NAME_SERVER = 0x1903;
    private static final int MAC_BYTES = 8;
    private static final int PREFIX_BYTES = 32;
    private static final int NAME_SERVER_BYTES = 24;

    private static final int ON_LINK_AND_AUTONOMOUS = 0xc0;
    private static final int PREFIX_BITS = 64;
    private static final int HOPS = 64;
    private static final int ROUTER_SECONDS = 1800;
    private static final int PREFIX_SECONDS = 24 * 60 * 60;

    private static final int ADVERTISEMENT = 16;

    private final GuestFrames out;
    private final boolean restricted;

    /** Makes it; in a restricted network there is a prefix, but no router and no name server. */
    NeighborDiscovery(GuestFrames out, boolean restricted) {
        this.out = out;
        this.restricted = restricted;
    }

    /** Takes a packet of ICMPv6. Returns whether it was of these. */
    boolean packet(IpPacket packet) {
        if (packet.length < TARGET) {
            return false;
        }
        int type = Wire.get8(packet.bytes, packet.payload);
        if (type < ROUTER_SOLICITATION || type > NEIGHBOR_ADVERTISEMENT) {
            return false;
        }
        if (packet.hops == NEVER_FORWARDED && packet.sumIsRight()) {
            if (type == ROUTER_SOLICITATION) {
                advertiseRouter();
            } else if (type == NEIGHBOR_SOLICITATION && packet.length >= OPTIONS) {
                advertiseNeighbor(packet);
            }
        }
        return true;
    }

    private void advertiseRouter() {
        byte[] content = new byte[ADVERTISEMENT + MAC_BYTES + PREFIX_BYTES + (restricted ? 0 : NAME_SERVER_BYTES)];
        content[0] = (byte) ROUTER_ADVERTISEMENT;
        content[4] = HOPS;
        Wire.put16(content, 6, restricted ? 0 : ROUTER_SECONDS);
        int at = ADVERTISEMENT;
        Wire.put16(content, at, SOURCE_MAC);
        System.arraycopy(Addresses.GATEWAY_MAC, 0, content, at + 2, Addresses.GATEWAY_MAC.length);
        at += MAC_BYTES;
        Wire.put16(content, at, PREFIX);
        content[at + 2] = PREFIX_BITS;
        content[at + 3] = (byte) ON_LINK_AND_AUTONOMOUS;
        Wire.put32(content, at + 4, PREFIX_SECONDS);
        Wire.put32(content, at + 8, PREFIX_SECONDS);
        Wire.put64(content, at + 16, Addresses.PREFIX);
        at += PREFIX_BYTES;
        if (!restricted) {
            Wire.put16(content, at, NAME_SERVER);
            Wire.put32(content, at + 4, ROUTER_SECONDS);
            Addresses.NAMES6.write(content, at + 8);
        }
        send(Addresses.ROUTER6, Addresses.ALL_NODES6, content);
    }

    private void advertiseNeighbor(IpPacket packet) {
        Address target = Address.v6(packet.bytes, packet.payload + TARGET);
        if (!Addresses.isOurs(target)) {
            return;
        }
        byte[] content = new byte[OPTIONS + MAC_BYTES];
        content[0] = (byte) NEIGHBOR_ADVERTISEMENT;
        Wire.put32(content, 4, ROUTER_SOLICITED_OVERRIDE);
        target.write(content, TARGET);
        Wire.put16(content, OPTIONS, TARGET_MAC);
        System.arraycopy(Addresses.GATEWAY_MAC, 0, content, OPTIONS + 2, Addresses.GATEWAY_MAC.length);
        send(target, packet.source, content);
    }

    private void send(Address from, Address to, byte[] content) {
        out.datagram(from, to, IpPacket.ICMP6, content, 0, content.length, Icmp.CHECKSUM);
    }
}
