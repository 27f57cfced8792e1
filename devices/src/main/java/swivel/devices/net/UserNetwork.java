package swivel.devices.net;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import swivel.devices.streams.SelectorThread;
import swivel.devices.streams.Sockets;
import swivel.memory.Snapshot.Archive;

/**
 * A network that consists of the guest, a gateway and a name server, which lead to the host's sockets; it needs no
 * privileges. Its addresses are those of QEMU's user-mode network ({@link Addresses}).
 *
 * <p>One thread does everything: it takes the guest's frames from the {@link EthernetCable}, asks a selector for the
 * sockets that are ready, and puts frames for the guest into the cable. It waits for nothing else, so neither a slow
 * host nor a guest that takes no frames holds up others. Whatever the guest sends is bounded in what it makes the
 * network remember: connections ({@link Tcp#MAX_CONNECTIONS}), what waits in them ({@link Chunks}), flows of datagrams
 * ({@link Udp#MAX_FLOWS}), fragments ({@link Reassembly}), leases ({@link Dhcp}).
 */
public final class UserNetwork implements Network {
    /** The most memory outside of Java's heap: what waits in connections. */
    public static final long MAX_BYTES = Tcp.MAX_BYTES;

    /** Frames of the guest that are looked at before sockets have their turn. */
    private static final int TURN = 256;

    /** Connections to a port of the host that are taken before others have their turn. */
    private static final int ACCEPTS = 64;

    private static final long SECOND = 1_000_000_000;
    private static final long MILLISECOND = 1_000_000;

    private final EthernetCable cable = new EthernetCable();
    private final FrameRing ring = cable.fromGuest();
    private final SelectorThread thread;
    private final Consumer<String> say;
    private final PcapFile capture;
    private final List<NetworkChannel> listeners = new ArrayList<>();

    private final Neighbors neighbors = new Neighbors();
    private final Reassembly reassembly = new Reassembly();
    private final IpPacket packet = new IpPacket();
    private final GuestFrames frames;
    private final Dhcp dhcp;
    private final NeighborDiscovery discovery;
    private final Icmp icmp;
    private final Udp udp;
    private final Tcp tcp;

    /** Of a snapshot that was loaded. */
    private List<LostConnections.Lost> lost = List.of();

    /** When to look for what has been there for too long, and to listen again where sockets ran out. */
    private long nextTick;

    private final List<SelectionKey> deaf = new ArrayList<>();

    /**
     * Listens on the ports that lead to the guest, and starts the network.
     *
     * @param capture gets everything that goes over the cable, as a pcap file; closed with the network; may be null
     * @param say gets lines for the person who runs the guest; called on the network's thread, must not block
     * @throws IOException if a port cannot be listened on; the message says which and why
     */
    public static UserNetwork open(NetworkSettings settings, OutputStream capture, Consumer<String> say)
            throws IOException {
        UserNetwork network = new UserNetwork(settings, capture, say);
        try {
            network.listen(settings);
        } catch (IOException e) {
            network.close();
            throw e;
        }
        network.thread.start();
        return network;
    }

    private UserNetwork(NetworkSettings settings, OutputStream capture, Consumer<String> say) throws IOException {
        this.say = say;
        this.thread = new SelectorThread("swivel-network", "the guest's network", new Work(), say);
        this.capture = capture == null ? null : new PcapFile(capture, say);
        this.frames = new GuestFrames(cable, neighbors, this.capture);
        Map<Routes.Endpoint, InetSocketAddress> opened = new HashMap<>();
        for (NetworkSettings.Opening opening : settings.openings()) {
            opened.put(new Routes.Endpoint(Address.of(opening.address()), opening.port()), opening.host());
        }
        InetSocketAddress resolver = settings.resolver();
        Routes routes = new Routes(opened, settings.restricted(), resolver == null ? new Resolver() : () -> resolver);
        this.dhcp = new Dhcp(settings.restricted());
        this.discovery = new NeighborDiscovery(frames, settings.restricted());
        this.icmp = new Icmp(frames, routes, thread::wake);
        this.udp = new Udp(thread.selector(), frames, routes, icmp);
        this.tcp = new Tcp(thread.selector(), frames, routes, icmp, say);
        cable.connectHost(thread::wake);
    }

    private void listen(NetworkSettings settings) throws IOException {
        for (NetworkSettings.Forward forward : settings.forwards()) {
            Address guest = forward.guest() == null ? Addresses.GUEST : Address.of(forward.guest());
            switch (forward.transport()) {
                case TCP -> {
                    ServerSocketChannel listener = bound(ServerSocketChannel.open(), forward.host());
                    listener.configureBlocking(false);
                    Sockets.Ready accept = now -> accept(listener, guest, forward.port(), now);
                    SelectionKey _ = listener.register(thread.selector(), SelectionKey.OP_ACCEPT, accept);
                }
                case UDP -> udp.forward(bound(DatagramChannel.open(), forward.host()), guest, forward.port());
            }
        }
    }

    private <T extends NetworkChannel> T bound(T listener, InetSocketAddress host) throws IOException {
        listeners.add(listener);
        try {
            NetworkChannel _ = listener.bind(host);
        } catch (IOException e) {
            throw new IOException("cannot listen on " + text(host) + ": " + e.getMessage(), e);
        }
        return listener;
    }

    private static String text(InetSocketAddress address) {
        return new Routes.Endpoint(Address.of(address.getAddress()), address.getPort()).toString();
    }

    @Override
    public EthernetCable cable() {
        return cable;
    }

    /** Where the network listens for the guest, in the order of the forwards: 0 as a port is chosen. */
    public List<InetSocketAddress> listening() {
        return listeners.stream().map(UserNetwork::localAddress).toList();
    }

    private static InetSocketAddress localAddress(NetworkChannel listener) {
        try {
            return (InetSocketAddress) listener.getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** More than this the guest cannot make the network remember, whatever it sends. */
    static final int MOST_REMEMBERED =
            Tcp.MAX_CONNECTIONS + Udp.MAX_FLOWS + Reassembly.MAX_DATAGRAMS + Dhcp.MAX_LEASES + Neighbors.MAX;

    /** How many things of the guest are remembered now: for tests. */
    int remembers() {
        return tcp.size() + udp.size() + reassembly.size() + dhcp.size() + neighbors.size();
    }

    /** How often something was thrown that should not have been: for tests. */
    int defects() {
        return thread.defects();
    }

    /** Saves the connections as they are now; on a machine that does not run. */
    @Override
    public void fields(Archive fields) {
        List<LostConnections.Lost> known = thread.answer(tcp::known);
        lost = LostConnections.fields(known == null ? List.of() : known, fields);
    }

    @Override
    public void loaded() {
        List<LostConnections.Lost> gone = lost;
        if (!gone.isEmpty()) {
            thread.ask(() -> {
                gone.forEach(tcp::reset);
                say.accept("the guest goes on from a snapshot: its connections to the host (%d) are reset"
                        .formatted(gone.size()));
            });
        }
    }

    /** What the thread does. */
    private final class Work implements SelectorThread.Work {
        @Override
        public long turn(long now) {
            cable.awake();
            takeFrames(now);
            icmp.deliver();
            if (now >= nextTick) {
                nextTick = now + SECOND;
                udp.expire(now);
                deaf.stream().filter(SelectionKey::isValid).forEach(key -> key.interestOps(SelectionKey.OP_ACCEPT));
                deaf.clear();
            }
            thread.guarded(() -> tcp.turn(now));
            if (frames.hasWritten()) {
                cable.announcePackets();
            }
            return cable.maySleep(frames.wasBlocked()) ? sleep(now) : BUSY;
        }

        @Override
        public void end() {
            tcp.close();
            udp.close();
            listeners.forEach(Sockets::close);
            if (capture != null) {
                capture.close();
            }
        }
    }

    private void takeFrames(long now) {
        Runnable frame = () -> frame(now);
        for (int left = TURN; left > 0 && ring.next(); left--) {
            thread.guarded(frame);
            ring.release();
        }
        cable.announceRoom();
    }

    /** How long to sleep unless something happens. */
    private long sleep(long now) {
        if (capture != null) {
            capture.flush();
        }
        long until = Math.min(tcp.deadline(), udp.size() > 0 || !deaf.isEmpty() ? nextTick : Long.MAX_VALUE);
        return until == Long.MAX_VALUE ? SelectorThread.Work.IDLE : Math.max(1, (until - now) / MILLISECOND + 1);
    }

    private void frame(long now) {
        byte[] bytes = ring.bytes();
        int at = ring.offset();
        int length = ring.length();
        if (capture != null) {
            capture.write(bytes, at, length, ring.checksumStart(), ring.checksumOffset());
        }
        if (length < Ethernet.HEADER) {
            return;
        }
        int packetAt = at + Ethernet.HEADER;
        int size = length - Ethernet.HEADER;
        packet.unsummed = ring.checksumStart() != 0;
        switch (Wire.get16(bytes, at + Ethernet.TYPE)) {
            case Ethernet.ARP -> Arp.packet(bytes, packetAt, size, neighbors, frames);
            case Ethernet.IPV4 -> {
                if (packet.parse4(bytes, packetAt, size)) {
                    packet(at, now);
                }
            }
            case Ethernet.IPV6 -> {
                if (packet.parse6(bytes, packetAt, size)) {
                    packet(at, now);
                }
            }
            default -> {} // nobody here speaks it
        }
    }

    private void packet(int frameAt, long now) {
        neighbors.heard(packet.source, packet.bytes, frameAt + Ethernet.SOURCE);
        if (packet.isFragment() && !reassembly.complete(packet)) {
            return;
        }
        switch (packet.protocol) {
            case IpPacket.UDP -> datagram(now);
            case IpPacket.TCP -> {
                if (Addresses.isGuest(packet.source)) {
                    tcp.packet(packet, now);
                }
            }
            case IpPacket.ICMP6 -> {
                if (!packet.isV4() && !discovery.packet(packet) && Addresses.isGuest(packet.source)) {
                    icmp.packet(packet);
                }
            }
            case IpPacket.ICMP -> {
                if (packet.isV4() && Addresses.isGuest(packet.source)) {
                    icmp.packet(packet);
                }
            }
            default -> {}
        }
    }

    private void datagram(long now) {
        if (!Udp.isValid(packet)) {
            return;
        }
        int port = Wire.get16(packet.bytes, packet.payload + 2);
        boolean toServer = packet.destination.equals(Addresses.BROADCAST) || Addresses.isGateway(packet.destination);
        if (port == Dhcp.SERVER_PORT && toServer && packet.isV4()) {
            int content = packet.payload + Udp.HEADER;
            dhcp.message(packet.bytes, content, packet.length - Udp.HEADER, frames, neighbors);
        } else if (Addresses.isGuest(packet.source)) {
            udp.packet(packet, now);
        }
    }

    private void accept(ServerSocketChannel listener, Address guest, int port, long now) {
        try {
            for (int left = ACCEPTS; left > 0; left--) {
                SocketChannel channel = listener.accept();
                if (channel == null) {
                    return;
                }
                tcp.forward(channel, guest, port, now);
            }
        } catch (IOException e) {
            tcp.sayNoSockets(e);
            SelectionKey key = listener.keyFor(thread.selector());
            key.interestOps(0); // whoever waits still waits in a second
            deaf.add(key);
        }
    }

    @Override
    public void close() {
        thread.close();
    }
}
