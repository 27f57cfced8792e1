package swivel.devices.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import swivel.devices.streams.Sockets;

/**
 * UDP (RFC 768) over sockets of the host: each pair of a guest's port and somebody out there is a flow with a connected
 * socket of its own, so that nobody else can answer, and the host's kernel says when nobody listens. Who sends to a
 * port of the host that leads to the guest is a flow, too: to the guest, a port of the gateway. A flow lasts until
 * nothing has come for a while; of too many, the one that was not used for longest gives way.
 */
final class Udp {
    static final int HEADER = 8;
    static final int LENGTH = 4;
    static final int CHECKSUM = 6;

    static final int MAX_FLOWS = 512;
    private static final long LIFETIME = 120_000_000_000L;
    private static final long LIFETIME_OF_NAMES = 15_000_000_000L;

    /** Datagrams that one flow hands on before others have their turn. */
    private static final int TURN = 32;

    private static final int MAX_PAYLOAD = 65535 - HEADER;

    private final Selector selector;
    private final GuestFrames out;
    private final Routes routes;
    private final Icmp icmp;
    /** The least recently used one first. */
    private final Map<Flow, Socket> flows = new LinkedHashMap<>(16, 0.75f, true);

    /** Who has sent to a port of the host, and is a port of the gateway to the guest. */
    private record Sender(DatagramChannel to, SocketAddress who) {}

    private final Map<Sender, Flow> senders = new HashMap<>();
    private int nextPort;

    private final byte[] datagram = new byte[HEADER + MAX_PAYLOAD];

    /** Makes it. */
    Udp(Selector selector, GuestFrames out, Routes routes, Icmp icmp) {
        this.selector = selector;
        this.out = out;
        this.routes = routes;
        this.icmp = icmp;
    }

    /** Writes a header without a checksum; the length has the header in it. */
    static void header(byte[] to, int source, int destination, int length) {
        Wire.put16(to, 0, source);
        Wire.put16(to, 2, destination);
        Wire.put16(to, LENGTH, length);
        Wire.put16(to, CHECKSUM, 0);
    }

    /** Whether a packet is a whole datagram with a right checksum. */
    static boolean isValid(IpPacket packet) {
        if (packet.length < HEADER) {
            return false;
        }
        int length = Wire.get16(packet.bytes, packet.payload + LENGTH);
        if (length < HEADER || length > packet.length) {
            return false;
        }
        packet.length = length;
        boolean unsummed = packet.isV4() && Wire.get16(packet.bytes, packet.payload + CHECKSUM) == 0;
        return unsummed || packet.sumIsRight();
    }

    /** Takes a datagram of the guest, which is valid. */
    void packet(IpPacket packet, long now) {
        Flow key = new Flow(
                packet.source,
                Wire.get16(packet.bytes, packet.payload),
                packet.destination,
                Wire.get16(packet.bytes, packet.payload + 2));
        Socket socket = flows.get(key);
        if (socket == null) {
            InetSocketAddress to = routes.udp(key.peer(), key.peerPort());
            if (to == null) {
                icmp.unreachable(packet, Icmp.Reason.FORBIDDEN);
                return;
            }
            socket = open(key, to);
            if (socket == null) {
                icmp.unreachable(packet, Icmp.Reason.HOST);
                return;
            }
        }
        socket.lastUsed = now;
        socket.send(packet.bytes, packet.payload + HEADER, packet.length - HEADER);
    }

    private void makeRoom() {
        if (flows.size() >= MAX_FLOWS) {
            Iterator<Socket> oldest = flows.values().iterator();
            oldest.next().close();
            oldest.remove();
        }
    }

    private Socket open(Flow key, InetSocketAddress to) {
        makeRoom();
        DatagramChannel channel = null;
        try {
            channel = DatagramChannel.open();
            channel.configureBlocking(false);
            channel.connect(to);
            Socket socket = new Socket(key, channel, null);
            channel.register(selector, SelectionKey.OP_READ, socket);
            flows.put(key, socket);
            return socket;
        } catch (IOException e) {
            Sockets.close(channel);
            return null;
        }
    }

    /** Hands on to the guest what comes to a port of the host, which is closed by who opened it. */
    void forward(DatagramChannel channel, Address guest, int port) throws IOException {
        channel.configureBlocking(false);
        Sockets.Ready ready = now -> forward(channel, guest, port, now);
        SelectionKey _ = channel.register(selector, SelectionKey.OP_READ, ready);
    }

    private void forward(DatagramChannel channel, Address guest, int port, long now) {
        for (int left = TURN; left > 0; left--) {
            ByteBuffer room = ByteBuffer.wrap(datagram, HEADER, MAX_PAYLOAD);
            try {
                SocketAddress from = channel.receive(room);
                if (from == null) {
                    return;
                }
                Socket flow = flow(new Sender(channel, from), guest, port);
                flow.lastUsed = now;
                flow.give(room.position());
            } catch (IOException e) {
                return;
            }
        }
    }

    /** The flow of a sender, of which there are fewer than ports. */
    private Socket flow(Sender sender, Address guest, int port) {
        Flow known = senders.get(sender);
        if (known != null) {
            return flows.get(known);
        }
        makeRoom();
        Flow key;
        do {
            key = new Flow(guest, port, Addresses.gatewayFor(guest), Tcp.FIRST_PORT + nextPort);
            nextPort = (nextPort + 1) % Tcp.PORTS;
        } while (flows.containsKey(key));
        Socket flow = new Socket(key, sender.to, sender);
        flows.put(key, flow);
        senders.put(sender, key);
        return flow;
    }

    /** Ends flows that nobody uses. */
    void expire(long now) {
        Iterator<Socket> sockets = flows.values().iterator();
        while (sockets.hasNext()) {
            Socket socket = sockets.next();
            if (now - socket.lastUsed > socket.lifetime()) {
                socket.close();
                sockets.remove();
            }
        }
    }

    int size() {
        return flows.size();
    }

    void close() {
        flows.values().forEach(Socket::close);
        flows.clear();
    }

    private final class Socket implements Sockets.Ready {
        private final Flow key;
        private final DatagramChannel channel;
        /** Null: the channel is this flow's alone, and connected. */
        private final Sender sender;

        private long lastUsed;

        Socket(Flow key, DatagramChannel channel, Sender sender) {
            this.key = key;
            this.channel = channel;
            this.sender = sender;
        }

        private long lifetime() {
            return Addresses.isNames(key.peer()) ? LIFETIME_OF_NAMES : LIFETIME;
        }

        private void send(byte[] bytes, int at, int length) {
            ByteBuffer content = ByteBuffer.wrap(bytes, at, length);
            try { // what the host cannot take is lost
                int _ = sender == null ? channel.write(content) : channel.send(content, sender.who);
            } catch (PortUnreachableException e) {
                nobodyListens();
            } catch (IOException e) {
                // Lost: the host has no way there, or not for a datagram of this size.
            }
        }

        @Override
        public void ready(long now) {
            lastUsed = now;
            for (int left = TURN; left > 0; left--) {
                ByteBuffer room = ByteBuffer.wrap(datagram, HEADER, MAX_PAYLOAD);
                try {
                    if (channel.receive(room) == null) {
                        return;
                    }
                } catch (PortUnreachableException e) {
                    nobodyListens();
                    continue;
                } catch (IOException e) {
                    return;
                }
                give(room.position());
            }
        }

        /** Gives the guest the datagram that has come; the length has the header in it. */
        private void give(int length) {
            header(datagram, key.peerPort(), key.guestPort(), length);
            out.datagram(key.peer(), key.guest(), IpPacket.UDP, datagram, 0, length, CHECKSUM);
        }

        private void nobodyListens() {
            icmp.lost(IpPacket.UDP, key, HEADER << 16, Icmp.Reason.PORT);
        }

        private void close() {
            if (sender == null) {
                Sockets.close(channel);
            } else {
                senders.remove(sender);
            }
        }
    }
}
