package swivel.devices.net;

import java.util.Arrays;

/**
 * Writes packets for the guest into the cable: {@link #begin} says where the payload goes, {@link #end} completes the
 * headers around it. If the guest does not take its frames, there is no room, and {@link #begin} says so.
 */
final class GuestFrames {
    private static final int DONT_FRAGMENT = 0x4000;

    private static final int UNIT = 8;
    private static final int FRAGMENT_HEADER = 8;

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
        int ip = IpPacket.headerLength(to);
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
            long pseudo = IpPacket.pseudoSum(source, destination, protocol, length);
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
        boolean fragment = fragmentOffset != 0 || moreFragments;
        if (destination.isV4()) {
            fromUs(to, frame, Ethernet.IPV4);
            int place = fragment
                    ? fragmentId << 16 | fragmentOffset / UNIT | (moreFragments ? IpPacket.MORE_FRAGMENTS : 0)
                    : id++ << 16 | DONT_FRAGMENT;
            IpPacket.writeV4(to, ip, place, protocol, source, destination, length);
        } else {
            fromUs(to, frame, Ethernet.IPV6);
            int hops = protocol == IpPacket.ICMP6 ? NeighborDiscovery.NEVER_FORWARDED : IpPacket.HOPS;
            if (fragment) {
                IpPacket.writeV6(to, ip, hops, IpPacket.FRAGMENT, source, destination, FRAGMENT_HEADER + length);
                int at = ip + IpPacket.V6_HEADER;
                Wire.put16(to, at, protocol << 8);
                Wire.put16(to, at + 2, fragmentOffset | (moreFragments ? 1 : 0));
                Wire.put32(to, at + 4, fragmentId);
            } else {
                IpPacket.writeV6(to, ip, hops, protocol, source, destination, length);
            }
        }
    }

    /** Completes the header of an Ethernet frame: our address as the source, and the type. */
    private static void fromUs(byte[] to, int at, int type) {
        System.arraycopy(Addresses.GATEWAY_MAC, 0, to, at + Ethernet.SOURCE, Addresses.GATEWAY_MAC.length);
        Wire.put16(to, at + Ethernet.TYPE, type);
    }

    /**
     * Sends a payload that is there as a whole, in fragments if it is longer than a frame; its checksum is computed
     * here. What finds no room is lost.
     *
     * @param checksum as for {@link #end}
     */
    void datagram(Address from, Address to, int protocolNumber, byte[] content, int at, int length, int checksum) {
        int ip = IpPacket.headerLength(to);
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
            long pseudo = IpPacket.pseudoSum(from, to, protocolNumber, length);
            int sum = Wire.checksum(Wire.sum(content, at, length, pseudo));
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
        fromUs(made, 0, type);
        return made;
    }

    /** A copy of a payload, to be changed and sent back. */
    static byte[] copy(IpPacket packet) {
        return Arrays.copyOfRange(packet.bytes, packet.payload, packet.payload + packet.length);
    }
}
