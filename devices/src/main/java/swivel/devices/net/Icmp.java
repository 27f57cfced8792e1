package swivel.devices.net;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/**
 * Echoes, and what tells the guest that a packet did not arrive: ICMP (RFC 792) and ICMPv6 (RFC 4443). The network's
 * own addresses answer echoes here. For others the host is asked whether it reaches them, in the way that Java has: by
 * an echo of its own where it may send one, else by a connection to the echo port, which a host that is there accepts
 * or refuses.
 */
final class Icmp {
    private static final int ECHO_REPLY = 0;
    private static final int UNREACHABLE = 3;
    private static final int ECHO = 8;

    private static final int UNREACHABLE6 = 1;
    private static final int ECHO6 = 128;
    private static final int ECHO_REPLY6 = 129;

    static final int CHECKSUM = 2;
    private static final int HEADER = 8;
    /** How much of a packet of IPv6 an error quotes at most. */
    private static final int MAX_QUOTE = 1200;

    /** Why a packet did not arrive, in the codes of both versions. */
    enum Reason {
        HOST(1, 3),
        PORT(3, 4),
        FORBIDDEN(13, 1);

        private final int code;
        private final int code6;

        Reason(int code, int code6) {
            this.code = code;
            this.code6 = code6;
        }
    }

    private static final int MAX_ECHOES = 16;
    private static final int ECHO_MILLISECONDS = 4000;

    private record Reply(Address from, Address to, byte[] content) {}

    private final GuestFrames out;
    private final Routes routes;
    private final Runnable wake;
    private final Semaphore free = new Semaphore(MAX_ECHOES);
    private final Queue<Reply> replies = new ConcurrentLinkedQueue<>();

    /** Makes it; {@code wake} makes the network's thread call {@link #deliver} soon. */
    Icmp(GuestFrames out, Routes routes, Runnable wake) {
        this.out = out;
        this.routes = routes;
        this.wake = wake;
    }

    /** Takes a packet of ICMP or, but for neighbour discovery, of ICMPv6. */
    void packet(IpPacket packet) {
        int request = packet.isV4() ? ECHO : ECHO6;
        if (packet.length < HEADER || Wire.get8(packet.bytes, packet.payload) != request || !sumIsRight(packet)) {
            return;
        }
        if (Addresses.isOurs(packet.destination)) {
            answer(new Reply(packet.destination, packet.source, GuestFrames.copy(packet)));
        } else if (!routes.leadsOut(packet.destination)) {
            unreachable(packet, Reason.FORBIDDEN);
        } else if (free.tryAcquire()) {
            ask(new Reply(packet.destination, packet.source, GuestFrames.copy(packet)));
        }
    }

    private static boolean sumIsRight(IpPacket packet) {
        return packet.isV4()
                ? Wire.checksum(Wire.sum(packet.bytes, packet.payload, packet.length, 0)) == 0
                : packet.sumIsRight();
    }

    private void ask(Reply reply) {
        InetAddress host = reply.from.inet();
        Thread _ = Thread.ofPlatform().daemon().name("swivel-echo").start(() -> {
            try {
                if (host.isReachable(ECHO_MILLISECONDS)) {
                    replies.add(reply);
                    wake.run();
                }
            } catch (IOException e) {
                // No answer says it.
            } finally {
                free.release();
            }
        });
    }

    /** Sends the replies that have come. */
    void deliver() {
        for (Reply reply = replies.poll(); reply != null; reply = replies.poll()) {
            answer(reply);
        }
    }

    private void answer(Reply reply) {
        boolean v4 = reply.to.isV4();
        reply.content[0] = (byte) (v4 ? ECHO_REPLY : ECHO_REPLY6);
        send(reply.from, reply.to, reply.content);
    }

    private void send(Address from, Address to, byte[] content) {
        Wire.put16(content, CHECKSUM, 0);
        if (to.isV4()) {
            Wire.put16(content, CHECKSUM, Wire.checksum(Wire.sum(content, 0, content.length, 0)));
            out.datagram(from, to, IpPacket.ICMP, content, 0, content.length, GuestFrames.NO_CHECKSUM);
        } else {
            out.datagram(from, to, IpPacket.ICMP6, content, 0, content.length, CHECKSUM);
        }
    }

    /** Tells the guest that its packet did not arrive, unless it went to several hosts. */
    void unreachable(IpPacket packet, Reason reason) {
        int quoted = packet.isV4()
                ? Math.min(packet.payload - packet.header + Math.min(packet.length, HEADER), packet.bytes.length)
                : Math.min(packet.payload - packet.header + packet.length, MAX_QUOTE);
        if (packet.payload < packet.header || !Routes.isOneHost(packet.destination)) {
            return; // was put together of fragments
        }
        error(packet.source, reason, packet.bytes, packet.header, quoted);
    }

    /**
     * Tells the guest that a packet did not arrive of which nothing is left but what an error has to quote.
     *
     * @param word what follows the ports: the sequence number of TCP, the length of UDP
     */
    void lost(int protocol, Flow flow, int word, Reason reason) {
        int header = IpPacket.headerLength(flow.guest());
        byte[] quote = new byte[header + HEADER];
        if (flow.guest().isV4()) {
            IpPacket.writeV4(quote, 0, 0, protocol, flow.guest(), flow.peer(), HEADER);
        } else {
            IpPacket.writeV6(quote, 0, IpPacket.HOPS, protocol, flow.guest(), flow.peer(), HEADER);
        }
        Wire.put16(quote, header, flow.guestPort());
        Wire.put16(quote, header + 2, flow.peerPort());
        Wire.put32(quote, header + 4, word);
        error(flow.guest(), reason, quote, 0, quote.length);
    }

    private void error(Address to, Reason reason, byte[] quote, int at, int length) {
        byte[] content = new byte[HEADER + length];
        content[0] = (byte) (to.isV4() ? UNREACHABLE : UNREACHABLE6);
        content[1] = (byte) (to.isV4() ? reason.code : reason.code6);
        System.arraycopy(quote, at, content, HEADER, length);
        send(Addresses.gatewayFor(to), to, content);
    }
}
