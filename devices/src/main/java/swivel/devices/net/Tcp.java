package swivel.devices.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import swivel.devices.streams.Chunks;
import swivel.devices.streams.Sockets;

/** All TCP connections: who they are, when they have something to do, and how their segments look. */
final class Tcp implements TcpConnection.Output {
    static final int MAX_CONNECTIONS = 8192;

    /** What all connections together may keep of what the guest or the host has not taken yet. */
    static final long MAX_BYTES = 32 << 20;

    /** Pieces of memory that are free again before sockets that wait for one are asked again. */
    private static final int ENOUGH = 8;

    private static final int MSS4 = Ethernet.MTU - IpPacket.V4_HEADER - TcpSegment.HEADER;
    private static final int MSS6 = Ethernet.MTU - IpPacket.V6_HEADER - TcpSegment.HEADER;
    /** Content of a segment that is cut into several: what the longest packet has room for. */
    private static final int MOST_CONTENT = 65535 - IpPacket.V4_HEADER - TcpSegment.HEADER;

    private static final int OPTIONS = 8;

    /** Ports of the gateway, for who comes to the guest. */
    static final int FIRST_PORT = 49152;

    static final int PORTS = 65536 - FIRST_PORT;

    private final Selector selector;
    private final GuestFrames out;
    private final Routes routes;
    private final Icmp icmp;
    private final Consumer<String> say;
    private final Chunks chunks = new Chunks(MAX_BYTES);
    private final Random random = new Random();

    private final Map<Flow, HostStream> byFlow = new HashMap<>();
    /** Also those whose guest is done, but not the host. */
    private final Set<HostStream> streams = new HashSet<>();

    private final ArrayDeque<HostStream> due = new ArrayDeque<>();
    /** They have no memory to read into. */
    private final Set<HostStream> starved = new HashSet<>();

    private final TcpSegment segment = new TcpSegment();
    /** No connection has an earlier deadline. */
    private long earliest = TcpConnection.NEVER;

    private int nextPort;
    private boolean saidLoopback;
    private boolean saidFull;

    /** Makes it; {@code say} gets lines for the person who runs the guest. */
    Tcp(Selector selector, GuestFrames out, Routes routes, Icmp icmp, Consumer<String> say) {
        this.selector = selector;
        this.out = out;
        this.routes = routes;
        this.icmp = icmp;
        this.say = say;
    }

    /** Takes a segment of the guest. */
    void packet(IpPacket packet, long now) {
        if (!segment.parse(packet)) {
            return;
        }
        Flow flow = new Flow(packet.source, segment.sourcePort, packet.destination, segment.destinationPort);
        HostStream stream = byFlow.get(flow);
        boolean opens = segment.has(TcpSegment.SYN) && !segment.has(TcpSegment.ACK) && !segment.has(TcpSegment.RST);
        if (stream != null && opens && isOver(stream.connection)) {
            byFlow.remove(flow);
            stream = null;
        }
        if (stream != null) {
            stream.connection.segment(segment, now);
            due(stream);
        } else if (opens) {
            open(flow, now);
        } else {
            refuse(flow);
        }
    }

    private static boolean isOver(TcpConnection connection) {
        return connection.state() == TcpConnection.State.TIME_WAIT || connection.state() == TcpConnection.State.CLOSED;
    }

    private void open(Flow flow, long now) {
        InetSocketAddress to = routes.tcp(flow.peer(), flow.peerPort());
        if (to == null) {
            sayLoopback(flow);
            refuse(flow);
            return;
        }
        HostStream stream = stream(flow, null);
        if (stream == null) {
            refuse(flow);
            return;
        }
        stream.connection.opened(segment);
        stream.connect(to, now);
    }

    /** Says once that this is not as in QEMU, where the gateway's address is the host's loopback. */
    private void sayLoopback(Flow flow) {
        if (Addresses.isGateway(flow.peer()) && !saidLoopback) {
            saidLoopback = true;
            Routes.Endpoint there = new Routes.Endpoint(flow.peer(), flow.peerPort());
            say.accept("the guest tried to connect to " + there
                    + ", the host's loopback in QEMU; nothing of it is open to the guest unless --net"
                    + " user,guestfwd=tcp:"
                    + there + "-127.0.0.1:" + flow.peerPort() + " opens it");
        }
    }

    /** Somebody has connected to a port of the host that leads to the guest. */
    void forward(SocketChannel channel, Address guest, int port, long now) {
        Address gateway = Addresses.gatewayFor(guest);
        for (int tries = 0; tries < PORTS; tries++) {
            Flow flow = new Flow(guest, port, gateway, FIRST_PORT + nextPort);
            nextPort = (nextPort + 1) % PORTS;
            if (!byFlow.containsKey(flow)) {
                HostStream stream = stream(flow, channel);
                if (stream != null) {
                    stream.connection.open(now);
                    due(stream);
                }
                return;
            }
        }
        Sockets.close(channel);
    }

    /** Makes the host's side of a connection, of a socket that there is or of a new one; null if there is no room. */
    private HostStream stream(Flow flow, SocketChannel accepted) {
        SocketChannel channel = accepted;
        if (streams.size() >= MAX_CONNECTIONS) {
            sayFull("the guest has " + MAX_CONNECTIONS + " connections");
            Sockets.close(channel);
            return null;
        }
        try {
            channel = channel == null ? SocketChannel.open() : channel;
            channel.configureBlocking(false);
            HostStream stream = new HostStream(this, flow, channel, selector, chunks, random.nextInt());
            streams.add(stream);
            byFlow.put(flow, stream);
            return stream;
        } catch (IOException e) {
            sayNoSockets(e);
            Sockets.close(channel);
            return null;
        }
    }

    /** The host could not give a socket. */
    void sayNoSockets(IOException why) {
        sayFull("the host gives no more sockets (" + why.getMessage() + ")");
    }

    private void sayFull(String why) {
        if (!saidFull) {
            saidFull = true;
            say.accept(why + "; further ones are refused");
        }
    }

    /** The host could not be connected to. */
    void notConnected(HostStream stream, Exception why) {
        TcpConnection connection = stream.connection;
        if (why instanceof SocketException && !isRefusal(why)) {
            icmp.lost(IpPacket.TCP, connection.key, connection.rcvNxt() - 1, Icmp.Reason.HOST);
        }
        connection.abort();
        due(stream);
    }

    private static boolean isRefusal(Exception why) {
        return why.getMessage() != null && why.getMessage().contains("refused");
    }

    /** Answers a segment of a connection that there is not (RFC 9293, 3.10.7.1). */
    private void refuse(Flow flow) {
        if (segment.has(TcpSegment.RST)) {
            return;
        }
        if (segment.has(TcpSegment.ACK)) {
            reset(flow, segment.ack, 0, TcpSegment.RST);
        } else {
            reset(flow, 0, segment.seq + segment.space(), TcpSegment.RST | TcpSegment.ACK);
        }
    }

    /** Sends a segment without content for what is no connection of ours; one that finds no room is lost. */
    private void reset(Flow flow, int seq, int ack, int flags) {
        int at = out.begin(flow.peer(), flow.guest(), IpPacket.TCP, TcpSegment.HEADER);
        if (at >= 0) {
            header(at, flow, seq, ack, TcpSegment.HEADER, flags, 0);
            out.end(TcpSegment.HEADER, TcpSegment.CHECKSUM, 0);
        }
    }

    private void header(int at, Flow flow, int seq, int ack, int length, int flags, int window) {
        byte[] to = out.bytes();
        Wire.put16(to, at, flow.peerPort());
        Wire.put16(to, at + 2, flow.guestPort());
        Wire.put32(to, at + 4, seq);
        Wire.put32(to, at + 8, ack);
        Wire.put16(to, at + 12, length / 4 << 12 | flags);
        Wire.put16(to, at + 14, window);
        Wire.put32(to, at + TcpSegment.CHECKSUM, 0); // and the urgent pointer
    }

    @Override
    public boolean segment(TcpConnection connection, int flags, int seq, int offset, int length) {
        Flow flow = connection.key;
        boolean syn = (flags & TcpSegment.SYN) != 0;
        int header = TcpSegment.HEADER + (syn ? OPTIONS : 0);
        int at = out.begin(flow.peer(), flow.guest(), IpPacket.TCP, header + length);
        if (at < 0) {
            return false;
        }
        int ack = (flags & TcpSegment.ACK) == 0 ? 0 : connection.rcvNxt();
        header(at, flow, seq, ack, header, flags, connection.advertise(syn));
        if (syn) {
            options(at + TcpSegment.HEADER, flow.guest().isV4() ? MSS4 : MSS6, connection.offeredScale());
        }
        connection.toGuest.copy(offset, out.bytes(), at + header, length);
        out.end(header + length, TcpSegment.CHECKSUM, length > connection.mss() ? connection.mss() : 0);
        return true;
    }

    private void options(int at, int mss, int scale) {
        byte[] to = out.bytes();
        Wire.put16(to, at, TcpSegment.OPTION_MSS << 8 | 4);
        Wire.put16(to, at + 2, mss);
        // Three bytes and one of no operation; or four of those.
        Wire.put32(to, at + 4, scale < 0 ? 0x0101_0101 : 0x0100_0000 | TcpSegment.OPTION_SCALE << 16 | 3 << 8 | scale);
    }

    @Override
    public int mostContent(TcpConnection connection) {
        return out.takesSegments() ? MOST_CONTENT : connection.mss();
    }

    /** Those of which the guest knows. */
    List<LostConnections.Lost> known() {
        List<LostConnections.Lost> known = new ArrayList<>();
        for (HostStream stream : byFlow.values()) {
            TcpConnection connection = stream.connection;
            if (!isOver(connection) && connection.state() != TcpConnection.State.SYN_SENT) {
                known.add(new LostConnections.Lost(connection.key, connection.sndNxt(), connection.rcvNxt()));
            }
        }
        return known;
    }

    /**
     * Resets a connection that there was. A guest that has not got all that was sent asks what that shall mean (RFC
     * 5961, 3.2), and is told so again.
     */
    void reset(LostConnections.Lost lost) {
        reset(lost.flow(), lost.seq(), lost.ack(), TcpSegment.RST | TcpSegment.ACK);
    }

    /** This connection may have something to send, or to wait for. */
    void due(HostStream stream) {
        if (!stream.due) {
            stream.due = true;
            due.add(stream);
        }
    }

    /** Does what is due: what comes too late, and what can be sent. */
    void turn(long now) {
        if (earliest <= now) {
            earliest = TcpConnection.NEVER;
            for (HostStream stream : streams) {
                if (stream.connection.deadline() <= now) {
                    stream.connection.timeOut(now);
                    due(stream);
                }
                earliest = Math.min(earliest, stream.connection.deadline());
            }
        }
        if (!starved.isEmpty() && chunks.available() >= ENOUGH) {
            starved.forEach(this::due);
            starved.clear();
        }
        for (int left = due.size(); left > 0; left--) {
            HostStream stream = due.poll();
            stream.due = false;
            boolean complete = stream.connection.output(now);
            update(stream);
            if (!complete) {
                due(stream);
            }
        }
    }

    private void update(HostStream stream) {
        boolean memory = chunks.available() > 0;
        if (!stream.update(memory)) {
            streams.remove(stream);
            boolean _ = byFlow.remove(stream.connection.key, stream);
        } else {
            earliest = Math.min(earliest, stream.connection.deadline());
            if (!memory) {
                starved.add(stream);
            }
        }
    }

    /** When {@link #turn} is to be called at the latest. */
    long deadline() {
        return earliest;
    }

    int size() {
        return streams.size();
    }

    void close() {
        streams.forEach(HostStream::reset);
        streams.clear();
        byFlow.clear();
    }
}
