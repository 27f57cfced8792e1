package swivel.devices.net;

import java.util.Arrays;

/**
 * Writes packets for the guest into the cable: {@link #begin} says where the payload goes, {@link #end} completes the
 * headers around it. If the guest does not take its frames, there is no room, and {@link #begin} says so.
 */
final class GuestFrames {
    private static final int DONT_FRAGMENT = 0x4000;
    private static final int MORE_FRAGMENTS = 0x2000;
    private static final int HOPS = 64;
    /** Neighbour discovery must not have been forwarded by anybody (RFC 4861, 4.1). */
    private static final int HOPS_OF_NEIGHBOURS = 255;

    private static final int UNIT = 8;
    private static final int FRAGMENT_HEADER = 8;
    private static final int NEXT_IS_FRAGMENT = 44;

    /** There is no checksum, or it is computed already. */
    static final int NO_CHECKSUM = -1;

    private final EthernetCable cable;
    private final FrameRing ring;
    private final Neighbors neighbors;
    private final PcapFile capture;
    private int id;
    private boolean written;
    private boolean blocked;

    // The packet between begin and end.
    private Address source;
    private Address destination;
    private int protocol;
    private int frame;
    private int payload;

    /** Makes one; {@code capture} may be null. */
    GuestFrames(EthernetCable cable, Neighbors neighbors, PcapFile capture) {
        this.cable = cable;
        this.ring = cable.forGuest();
        this.neighbors = neighbors;
        this.capture = capture;
    }

    byte[] bytes() {
        return ring.bytes();
    }

    /** Whether the guest takes frames that are several segments. */
    boolean takesSegments() {
        return cable.takesSegments();
    }

    /** Whether there was no room since this was last asked; the network will be woken when there is. */
    boolean wasBlocked() {
        boolean was = blocked;
        blocked = false;
        return was;
    }

    /** Whether the guest got frames since this was last asked. */
    boolean hasWritten() {
        boolean has = written;
        written = false;
        return has;
    }

    private int reserve(int most) {
        int at = ring.reserve(most);
        if (at < 0) {
            cable.wantRoom();
            at = ring.reserve(most);
            blocked |= at < 0;
        }
        return at;
    }

    /** Begins a packet. Returns where its payload of at most so many bytes goes, or -1 if there is no room. */
    int begin(Address from, Address to, int protocolNumber, int most) {
        int ip = to.isV4() ? IpPacket.V4_HEADER : IpPacket.V6_HEADER;
        frame = reserve(Ethernet.HEADER + ip + most);
        source = from;
        destination = to;
        protocol = protocolNumber;
        payload = frame + Ethernet.HEADER + ip;
        return frame < 0 ? -1 : payload;
    }

    /**
     * Sends the packet that was begun.
     *
     * @param length of its payload
     * @param checksum where in the payload the checksum is, with the pseudo-header, or {@link #NO_CHECKSUM}
     * @param segmentSize how many bytes of TCP's content each segment has; 0: it is one
     */
    void end(int length, int checksum, int segmentSize) {
        headers(length, 0, false, 0);
        int start = 0;
        if (checksum != NO_CHECKSUM) {
            long pseudo = source.sum() + destination.sum() + protocol + length;
            Wire.put16(bytes(), payload + checksum, 0);
            if (cable.takesChecksums()) {
                Wire.put16(bytes(), payload + checksum, Wire.fold(pseudo));
                start = payload - frame;
            } else {
                int sum = Wire.checksum(Wire.sum(bytes(), payload, length, pseudo));
                Wire.put16(bytes(), payload + checksum, sum == 0 && protocol == IpPacket.UDP ? 0xffff : sum);
            }
        }
        commit(payload - frame + length, start, Math.max(checksum, 0), segmentSize);
    }

    private void commit(int length, int checksumStart, int checksumOffset, int segmentSize) {
        if (capture != null) {
            capture.write(bytes(), frame, length, checksumStart, checksumOffset);
        }
        ring.commit(length, checksumStart, checksumOffset, segmentSize);
        written = true;
    }

    private void headers(int length, int fragmentOffset, boolean moreFragments, int fragmentId) {
        byte[] to = bytes();
        int ip = frame + Ethernet.HEADER;
        neighbors.write(destination, to, frame);
        System.arraycopy(Addresses.GATEWAY_MAC, 0, to, frame + Ethernet.SOURCE, Addresses.GATEWAY_MAC.length);
        boolean fragment = fragmentOffset != 0 || moreFragments;
        if (destination.isV4()) {
            Wire.put16(to, frame + Ethernet.TYPE, Ethernet.IPV4);
            Wire.put16(to, ip, 0x4500);
            Wire.put16(to, ip + 2, IpPacket.V4_HEADER + length);
            Wire.put16(to, ip + 4, fragment ? fragmentId : id++);
            Wire.put16(
                    to,
                    ip + 6,
                    fragment ? fragmentOffset / UNIT | (moreFragments ? MORE_FRAGMENTS : 0) : DONT_FRAGMENT);
            Wire.put16(to, ip + 8, HOPS << 8 | protocol);
            Wire.put16(to, ip + 10, 0);
            source.write(to, ip + 12);
            destination.write(to, ip + 16);
            Wire.put16(to, ip + 10, Wire.checksum(Wire.sum(to, ip, IpPacket.V4_HEADER, 0)));
        } else {
            Wire.put16(to, frame + Ethernet.TYPE, Ethernet.IPV6);
            Wire.put32(to, ip, 0x6000_0000);
            Wire.put16(to, ip + 4, (fragment ? FRAGMENT_HEADER : 0) + length);
            int hops = protocol == IpPacket.ICMP6 ? HOPS_OF_NEIGHBOURS : HOPS;
            Wire.put16(to, ip + 6, (fragment ? NEXT_IS_FRAGMENT : protocol) << 8 | hops);
            source.write(to, ip + 8);
            destination.write(to, ip + 24);
            if (fragment) {
                int at = ip + IpPacket.V6_HEADER;
                Wire.put16(to, at, protocol << 8);
                Wire.put16(to, at + 2, fragmentOffset | (moreFragments ? 1 : 0));
                Wire.put32(to, at + 4, fragmentId);
            }
        }
    }

    /**
     * Sends a payload that is there as a whole, in fragments if it is longer than a frame; its checksum is computed
     * here. What finds no room is lost.
     *
     * @param checksum as for {@link #end}
     */
    void datagram(Address from, Address to, int protocolNumber, byte[] content, int at, int length, int checksum) {
        int ip = to.isV4() ? IpPacket.V4_HEADER : IpPacket.V6_HEADER;
        if (ip + length <= Ethernet.MTU) {
            int where = begin(from, to, protocolNumber, length);
            if (where >= 0) {
                System.arraycopy(content, at, bytes(), where, length);
                end(length, checksum, 0);
            }
            return;
        }
        if (checksum != NO_CHECKSUM) {
            Wire.put16(content, at + checksum, 0);
            int sum = Wire.checksum(Wire.sum(content, at, length, from.sum() + to.sum() + protocolNumber + length));
            Wire.put16(content, at + checksum, sum == 0 ? 0xffff : sum);
        }
        int extra = to.isV4() ? 0 : FRAGMENT_HEADER;
        int most = Ethernet.MTU - ip - extra & -UNIT;
        int fragmentId = id++;
        for (int done = 0; done < length; done += most) {
            int part = Math.min(most, length - done);
            if (begin(from, to, protocolNumber, extra + part) < 0) {
                return;
            }
            System.arraycopy(content, at + done, bytes(), payload + extra, part);
            headers(part, done, done + part < length, fragmentId);
            commit(payload - frame + extra + part, 0, 0, 0);
        }
    }

    /** Sends a frame that is no IP packet, filled up to the least length of one. */
    void raw(byte[] content) {
        frame = reserve(content.length);
        if (frame >= 0) {
            System.arraycopy(content, 0, bytes(), frame, content.length);
            commit(content.length, 0, 0, 0);
        }
    }

    /** An Ethernet frame with our address as the source, and room for so many bytes. */
    static byte[] frame(byte[] to, int at, int type, int length) {
        byte[] made = new byte[Math.max(60, Ethernet.HEADER + length)];
        System.arraycopy(to, at, made, 0, Ethernet.SOURCE);
        System.arraycopy(Addresses.GATEWAY_MAC, 0, made, Ethernet.SOURCE, Addresses.GATEWAY_MAC.length);
        Wire.put16(made, Ethernet.TYPE, type);
        return made;
    }

    /** A copy of a payload, to be changed and sent back. */
    static byte[] copy(IpPacket packet) {
        return Arrays.copyOfRange(packet.bytes, packet.payload, packet.payload + packet.length);
    }
}
