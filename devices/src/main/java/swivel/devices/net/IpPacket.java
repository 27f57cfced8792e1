package swivel.devices.net;

/**
 * The packet that the network looks at: where its parts lie, taken out of a frame of IPv4 (RFC 791) or IPv6 (RFC 8200)
 * and checked. One object serves all packets, one after the other.
 */
final class IpPacket {
    static final int ICMP = 1;
    static final int TCP = 6;
    static final int UDP = 17;
    static final int ICMP6 = 58;

    static final int V4_HEADER = 20;
    static final int V6_HEADER = 40;

    /** Extension headers of IPv6 that we pass over: options for hops, routing, options for the destination. */
    private static final int HOP_BY_HOP = 0;

    private static final int ROUTING = 43;
    static final int FRAGMENT = 44;
    private static final int DESTINATION = 60;
    private static final int MAX_EXTENSIONS = 8;

    /** How many hops a packet of ours may take. */
    static final int HOPS = 64;

    static final int MORE_FRAGMENTS = 0x2000;
    private static final int OFFSET_MASK = 0x1fff;

    byte[] bytes;
    /** Where the IP header begins. */
    int header;

    Address source;
    Address destination;
    int protocol;
    int hops;
    /** What the header carries. */
    int payload;

    int length;
    /** Where in the datagram this fragment belongs; what says so; whether others follow. */
    int fragmentOffset;

    int fragmentId;
    boolean moreFragments;
    /** The checksum of the payload is not computed yet, as the sender said, so there is nothing to verify. */
    boolean unsummed;

    /** Takes an IPv4 packet apart. Returns whether it is one. */
    boolean parse4(byte[] frame, int at, int size) {
        if (size < V4_HEADER || Wire.get8(frame, at) >> 4 != 4) {
            return false;
        }
        int headerLength = (Wire.get8(frame, at) & 0xf) * 4;
        int total = Wire.get16(frame, at + 2);
        if (headerLength < V4_HEADER || total < headerLength || total > size) {
            return false;
        }
        if (Wire.checksum(Wire.sum(frame, at, headerLength, 0)) != 0) {
            return false;
        }
        bytes = frame;
        header = at;
        fragmentId = Wire.get16(frame, at + 4);
        fragmentOffset = (Wire.get16(frame, at + 6) & OFFSET_MASK) * 8;
        moreFragments = (Wire.get16(frame, at + 6) & MORE_FRAGMENTS) != 0;
        hops = Wire.get8(frame, at + 8);
        protocol = Wire.get8(frame, at + 9);
        source = Address.v4(Wire.get32(frame, at + 12));
        destination = Address.v4(Wire.get32(frame, at + 16));
        payload = at + headerLength;
        length = total - headerLength;
        return true;
    }

    /** Takes an IPv6 packet apart. Returns whether it is one, with headers that we know. */
    boolean parse6(byte[] frame, int at, int size) {
        if (size < V6_HEADER || Wire.get8(frame, at) >> 4 != 6) {
            return false;
        }
        bytes = frame;
        header = at;
        length = Wire.get16(frame, at + 4);
        protocol = Wire.get8(frame, at + 6);
        hops = Wire.get8(frame, at + 7);
        source = Address.v6(frame, at + 8);
        destination = Address.v6(frame, at + 24);
        payload = at + V6_HEADER;
        fragmentOffset = 0;
        fragmentId = 0;
        moreFragments = false;
        if (V6_HEADER + length > size || source.isV4() || destination.isV4()) {
            return false; // IPv4-mapped addresses do not travel
        }
        for (int i = 0; i < MAX_EXTENSIONS; i++) {
            switch (protocol) {
                case HOP_BY_HOP, ROUTING, DESTINATION, FRAGMENT -> {
                    int bytesOfIt = length < 8 ? 8 : protocol == FRAGMENT ? 8 : 8 + Wire.get8(frame, payload + 1) * 8;
                    if (bytesOfIt > length || fragmentId != 0) {
                        return false; // of a fragment, what follows is known when it is whole
                    }
                    if (protocol == FRAGMENT) {
                        fragmentOffset = Wire.get16(frame, payload + 2) & ~7;
                        moreFragments = (Wire.get16(frame, payload + 2) & 1) != 0;
                        fragmentId = Wire.get32(frame, payload + 4);
                    }
                    protocol = Wire.get8(frame, payload);
                    payload += bytesOfIt;
                    length -= bytesOfIt;
                }
                default -> {
                    return true;
                }
            }
        }
        return false;
    }

    boolean isFragment() {
        return moreFragments || fragmentOffset != 0;
    }

    boolean isV4() {
        return source.isV4();
    }

    /** The sum of the pseudo-header of so many bytes (RFC 9293, 3.1; RFC 8200, 8.1). */
    static long pseudoSum(Address source, Address destination, int protocol, int length) {
        return source.sum() + destination.sum() + protocol + length;
    }

    /** Whether the checksum of a payload with a pseudo-header is right. */
    boolean sumIsRight() {
        long pseudo = pseudoSum(source, destination, protocol, length);
        return unsummed || Wire.checksum(Wire.sum(bytes, payload, length, pseudo)) == 0;
    }

    /** How long the header of a packet for this address is, without options or extensions. */
    static int headerLength(Address to) {
        return to.isV4() ? V4_HEADER : V6_HEADER;
    }

    /**
     * Writes a header of IPv4, without options.
     *
     * @param place identification, flags and offset: which fragment it is, and of what
     * @param length of what the header carries
     */
    static void writeV4(byte[] to, int at, int place, int protocol, Address source, Address destination, int length) {
        Wire.put16(to, at, 0x4500);
        Wire.put16(to, at + 2, V4_HEADER + length);
        Wire.put32(to, at + 4, place);
        Wire.put16(to, at + 8, HOPS << 8 | protocol);
        Wire.put16(to, at + 10, 0);
        source.write(to, at + 12);
        destination.write(to, at + 16);
        Wire.put16(to, at + 10, Wire.checksum(Wire.sum(to, at, V4_HEADER, 0)));
    }

    /** Writes a header of IPv6; {@code length} is that of what it carries, extensions also. */
    static void writeV6(byte[] to, int at, int hops, int protocol, Address source, Address destination, int length) {
        Wire.put32(to, at, 0x6000_0000);
        Wire.put16(to, at + 4, length);
        Wire.put16(to, at + 6, protocol << 8 | hops);
        source.write(to, at + 8);
        destination.write(to, at + 24);
    }
}
