package swivel.devices.vsock;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import swivel.devices.streams.Chunks;
import swivel.devices.streams.Listener;
import swivel.devices.streams.SelectorThread;
import swivel.devices.streams.Sockets;

/**
 * Joins a guest's AF_VSOCK sockets to Unix domain sockets, as Firecracker does. A guest that connects to port P of the
 * host gets what listens on the socket PATH_P. A program of the host that connects to PATH and writes {@code CONNECT
 * P} and a newline gets what listens on the guest's port P: it reads {@code OK} and its own port, and then is joined.
 *
 * <p>One thread does everything, and waits for nothing but sockets. Whatever the guest sends is bounded in what it
 * makes this remember: connections, and what waits in each of them.
 */
public final class HostVsock implements AutoCloseable {
    /** The CID of a guest for which none was chosen: the first that is none of another meaning. */
    public static final long DEFAULT_CID = 3;

    /** The largest one of a guest (VIRTIO 1.2, 5.10.4). */
    private static final long MAX_CID = 0xffff_fffeL;

    /** The most connections, also of those that a guest is done with and a program is not. */
    public static final int MAX_CONNECTIONS = 512;

    /** The most memory outside of Java's heap: what waits in connections. */
    public static final long MAX_BYTES = (long) MAX_CONNECTIONS * (VsockConnection.BUFFER + Chunks.SIZE);

    private static final long HOST_CID = 2;

    /** Ports of the host's programs; those of services are below. */
    private static final int FIRST_PORT = 1 << 30;

    private static final int LAST_PORT = Integer.MAX_VALUE;

    /** Packets of the guest that are looked at before sockets have their turn. */
    private static final int TURN = 256;

    /** Room for packets without content that a guest has not taken: those with content leave it. */
    private static final int RESERVE = 1 << 16;

    /** How long the guest has to answer. */
    static final long PATIENCE_NANOSECONDS = 5_000_000_000L;

    private static final long TICK_MILLISECONDS = 500;

    private final long cid;
    private final String path;
    private final Listener listener;
    private final SelectionKey accepts;
    private final Consumer<String> say;
    private final SelectorThread thread;
    private final Chunks chunks = new Chunks(MAX_BYTES);
    private final VsockCable cable = new VsockCable();
    private final VsockRing fromGuest = cable.fromGuest();
    private final VsockRing toGuest = cable.forGuest();

    /** The ports of both sides that are joined, or are to be. */
    private record Ports(int guest, int host) {}

    private final Map<Ports, VsockConnection> byPorts = new HashMap<>();
    /** Also those that have no ports yet, or none any more. */
    private final Set<VsockConnection> all = new HashSet<>();

    private final ArrayDeque<VsockConnection> due = new ArrayDeque<>();
    private int nextPort = FIRST_PORT;
    private int driver;
    private boolean blocked;
    private boolean written;
    private boolean deaf;
    private boolean saidRefused;
    private boolean saidFull;
    /** Some connection waits for the guest's answer. */
    private boolean ticks;

    /**
     * Listens, and starts to serve.
     *
     * @param path of the socket that programs connect to; it is made where nothing was, and removed at the end
     * @param cid the guest's
     * @param say gets lines for the person who runs the guest; called on the thread, must not block
     * @throws IOException if the socket cannot be had, or no guest can have the CID
     */
    public static HostVsock open(Path path, long cid, Consumer<String> say) throws IOException {
        if (cid < DEFAULT_CID || cid > MAX_CID) {
            throw new IOException("a guest's CID is " + DEFAULT_CID + " to " + MAX_CID + ", not " + cid);
        }
        HostVsock vsock = new HostVsock(path, cid, say);
        vsock.thread.start();
        return vsock;
    }

    private HostVsock(Path path, long cid, Consumer<String> say) throws IOException {
        this.cid = cid;
        this.path = path.toString();
        this.say = say;
        this.thread = new SelectorThread("swivel-vsock", "the guest's vsock", new Work(), say);
        Listener opened = null;
        try {
            opened = Listener.open(UnixDomainSocketAddress.of(path), this.path);
            Sockets.Ready accept = _ -> accept();
            this.accepts = opened.channel().register(thread.selector(), SelectionKey.OP_ACCEPT, accept);
            this.listener = opened;
        } catch (IOException e) {
            if (opened != null) {
                opened.close();
            }
            thread.close();
            throw e;
        }
        cable.connectHost(thread::wake);
    }

    /** The cable, for one device. */
    public VsockCable cable() {
        return cable;
    }

    /** The guest's CID. */
    public long cid() {
        return cid;
    }

    /** Whether there are connections now that a driver knows of. */
    public boolean hasConnections() {
        return Boolean.TRUE.equals(thread.answer(() -> !byPorts.isEmpty()));
    }

    /** How many connections there are, also such as the guest does not know of. */
    public int size() {
        return thread.answer(all::size);
    }

    /** Ends it, with all sockets. From any thread but its own; a second call does nothing. */
    @Override
    public void close() {
        thread.close();
    }

    /** What the thread does. */
    private final class Work implements SelectorThread.Work {
        @Override
        public long turn(long now) {
            cable.awake();
            blocked = false;
            meet(cable.drivers());
            takePackets();
            if (ticks) {
                ticks = false;
                List.copyOf(all).forEach(connection -> thread.guarded(() -> expire(connection, now)));
            }
            for (int left = due.size(); left > 0; left--) {
                VsockConnection connection = due.poll();
                connection.isDue = false;
                thread.guarded(() -> output(connection, now));
            }
            listen();
            if (written) {
                written = false;
                cable.announcePackets();
            }
            boolean sleeps = cable.maySleep(blocked) && driver == cable.drivers();
            return !sleeps ? BUSY : ticks ? TICK_MILLISECONDS : IDLE;
        }

        @Override
        public void end() {
            all.forEach(VsockConnection::close);
            if (listener != null) {
                listener.close();
            }
        }
    }

    private void listen() {
        int wanted = deaf || all.size() >= MAX_CONNECTIONS ? 0 : SelectionKey.OP_ACCEPT;
        if (accepts.isValid() && accepts.interestOps() != wanted) {
            accepts.interestOps(wanted);
        }
    }

    /** Another driver of the guest knows of no connections. */
    private void meet(int drivers) {
        if (drivers != driver) {
            driver = drivers;
            byPorts.values().forEach(VsockConnection::forget);
            byPorts.clear();
            all.removeIf(VsockConnection::isOver);
        }
    }

    private void takePackets() {
        Runnable packet = this::packet;
        for (int left = TURN; left > 0 && fromGuest.next(); left--) {
            if (fromGuest.driver() - driver >= 0) { // else of a driver that is gone
                meet(fromGuest.driver());
                thread.guarded(packet);
            }
            fromGuest.release();
        }
        cable.announceRoom();
    }

    private void packet() {
        byte[] bytes = fromGuest.bytes();
        int at = fromGuest.offset();
        int content = fromGuest.length() - VsockHeader.SIZE;
        VsockHeader header = VsockHeader.read(bytes, at);
        if (header.destinationCid() != HOST_CID || header.type() != VsockHeader.STREAM) {
            refuse(header);
            return;
        }
        Ports ports = new Ports(header.sourcePort(), header.destinationPort());
        VsockConnection connection = byPorts.get(ports);
        if (connection != null) {
            connection.packet(header, bytes, at + VsockHeader.SIZE, content);
            settle(connection);
            due(connection);
        } else if (header.operation() == VsockHeader.REQUEST) {
            connect(header, ports);
        } else {
            refuse(header);
        }
    }

    /** Answers a packet of no connection of ours. The answer to one that finds no room is lost. */
    private void refuse(VsockHeader header) {
        if (header.operation() != VsockHeader.RESET) {
            int at = reserve(VsockHeader.SIZE);
            if (at >= 0) {
                send(
                        at,
                        new VsockHeader(
                                /* sourceCid= */ header.destinationCid(),
                                /* destinationCid= */ cid,
                                /* sourcePort= */ header.destinationPort(),
                                /* destinationPort= */ header.sourcePort(),
                                0,
                                header.type(),
                                VsockHeader.RESET,
                                0,
                                0,
                                0));
            }
        }
    }

    private void connect(VsockHeader header, Ports ports) {
        SocketChannel channel = hasRoom() ? open(ports.host) : null;
        VsockConnection connection = channel == null ? null : connection(channel);
        if (connection == null) {
            refuse(header);
            return;
        }
        byPorts.put(ports, connection);
        connection.acceptGuest(header);
        due(connection);
    }

    private boolean hasRoom() {
        if (all.size() >= MAX_CONNECTIONS && !saidFull) {
            saidFull = true;
            say.accept("the guest has " + MAX_CONNECTIONS + " connections (vsock); further ones are refused");
        }
        return all.size() < MAX_CONNECTIONS;
    }

    /** Connects to the socket for a port of the host; null if there is none. */
    private SocketChannel open(int port) {
        String name = path + "_" + Integer.toUnsignedString(port);
        SocketChannel channel = null;
        try {
            Path file = Path.of(name);
            if (Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isSymbolicLink()) {
                throw new IOException("it is a link");
            }
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.configureBlocking(false);
            if (!channel.connect(UnixDomainSocketAddress.of(file))) {
                throw new IOException("too many wait there already");
            }
            return channel;
        } catch (IOException e) {
            Sockets.close(channel);
            if (!saidRefused) {
                saidRefused = true;
                String why = e instanceof NoSuchFileException ? "there is none" : e.getMessage();
                say.accept("the guest tried to connect to port " + Integer.toUnsignedString(port)
                        + " of the host (vsock), which is the socket " + name + ": " + why);
            }
            return null;
        }
    }

    private void accept() {
        try {
            SocketChannel channel = listener.channel().accept();
            if (channel != null) {
                channel.configureBlocking(false);
                VsockConnection connection = connection(channel);
                if (connection != null) {
                    due(connection);
                }
            }
        } catch (IOException e) {
            deaf = true;
            say.accept("nobody can connect to the guest at " + path + " any more: " + e.getMessage());
        }
    }

    private VsockConnection connection(SocketChannel channel) {
        try {
            VsockConnection connection = new VsockConnection(this, channel, thread.selector(), chunks);
            all.add(connection);
            return connection;
        } catch (IOException e) {
            Sockets.close(channel);
            return null;
        }
    }

    /** A program of the host wants to be joined to a port of the guest. Returns its own port. */
    int request(VsockConnection connection, int guestPort) {
        Ports ports;
        do {
            ports = new Ports(guestPort, nextPort);
            nextPort = nextPort == LAST_PORT ? FIRST_PORT : nextPort + 1;
        } while (byPorts.containsKey(ports));
        byPorts.put(ports, connection);
        return ports.host;
    }

    /** This connection may have something to do. */
    void due(VsockConnection connection) {
        if (!connection.isDue) {
            connection.isDue = true;
            due.add(connection);
        }
    }

    private void output(VsockConnection connection, long now) {
        boolean complete = connection.output(now);
        settle(connection);
        if (!complete) {
            due(connection);
        }
    }

    private void expire(VsockConnection connection, long now) {
        if (connection.expire(now)) {
            due(connection);
        }
        ticks |= connection.waits();
    }

    /** Forgets what is over: the guest's side, the host's. */
    private void settle(VsockConnection connection) {
        if (!connection.hasGuest()) {
            boolean _ = byPorts.remove(new Ports(connection.guestPort(), connection.hostPort()), connection);
        }
        if (connection.isOver()) {
            all.remove(connection);
        }
        ticks |= connection.waits();
    }

    // What connections send.

    byte[] bytes() {
        return toGuest.bytes();
    }

    private int reserve(int most) {
        int at = toGuest.reserve(most);
        if (at < 0) {
            cable.wantRoom();
            at = toGuest.reserve(most);
            blocked |= at < 0;
        }
        return at;
    }

    /** Where a packet of a connection goes; -1: there is no room, and the connection is to try again. */
    int begin(boolean hasContent) {
        return reserve(hasContent ? VsockRing.MAX_PACKET + RESERVE : VsockHeader.SIZE);
    }

    /** Sends a packet of a connection, whose content is in its place already. */
    void end(int at, VsockConnection connection, int operation, int flags, int length) {
        send(
                at,
                new VsockHeader(
                        HOST_CID,
                        cid,
                        connection.hostPort(),
                        connection.guestPort(),
                        length,
                        VsockHeader.STREAM,
                        operation,
                        flags,
                        VsockConnection.BUFFER,
                        connection.forwarded()));
    }

    private void send(int at, VsockHeader header) {
        header.write(toGuest.bytes(), at);
        toGuest.commit(VsockHeader.SIZE + header.length(), driver);
        written = true;
    }
}
