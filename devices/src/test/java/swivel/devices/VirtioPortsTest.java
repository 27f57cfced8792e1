package swivel.devices;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static swivel.devices.ProgramSockets.readText;
import static swivel.devices.ProgramSockets.write;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import swivel.devices.ports.HostPorts;
import swivel.devices.streams.Listener;
import swivel.memory.Snapshot;

/** Ports as their driver sees them, with files and sockets of the host at their other ends. */
class VirtioPortsTest {
    private static final int CONTROL_RECEIVE = VirtioPorts.CONTROL_RECEIVE;
    private static final int CONTROL_TRANSMIT = VirtioPorts.CONTROL_TRANSMIT;

    /** The ports of these tests, and their queues. */
    private static final int LOG = 1;

    private static final int CHAT = 2;
    private static final int LOG_TRANSMIT = 5;
    private static final int CHAT_RECEIVE = 6;
    private static final int CHAT_TRANSMIT = 7;

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream file = new ByteArrayOutputStream();
    private final List<String> said = new ArrayList<>();
    private HostPorts ports;
    private QueuesDriver driver;

    @BeforeEach
    void open() throws IOException {
        ports = open(socket());
        driver = new QueuesDriver(new Rig(), new VirtioPorts(ports.ports()));
    }

    private HostPorts open(Path socket) throws IOException {
        HostPorts opened = new HostPorts(said::add);
        opened.addFile("log", file);
        opened.addListener("chat", Listener.open(UnixDomainSocketAddress.of(socket), "unix:chat"));
        opened.start();
        return opened;
    }

    private Path socket() {
        return directory.resolve("chat");
    }

    @AfterEach
    void close() {
        driver.close();
        ports.close();
        assertTrue(Files.notExists(socket(), LinkOption.NOFOLLOW_LINKS));
        assertEquals(List.of(), said);
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket()));
    }

    private void tell(int port, int event, int value) {
        driver.send(
                CONTROL_TRANSMIT,
                ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(port)
                        .putShort((short) event)
                        .putShort((short) value)
                        .array());
    }

    /** The next message, as text. */
    private String told() {
        driver.until(() -> driver.done(CONTROL_RECEIVE) > 0);
        byte[] bytes = driver.take(CONTROL_RECEIVE);
        driver.offerBuffers(CONTROL_RECEIVE, 1, 64);
        ByteBuffer message = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        String event = "port " + message.getInt() + ", event " + message.getShort() + ", value " + message.getShort();
        return event + (message.hasRemaining() ? ", " + new String(bytes, 8, bytes.length - 8, US_ASCII) : "");
    }

    private void start() {
        driver.start(VirtioPorts.F_MULTIPORT);
        driver.offerBuffers(CONTROL_RECEIVE, 8, 64);
        driver.offerBuffers(CHAT_RECEIVE, 8, QueuesDriver.BUFFER);
        tell(0, VirtioPorts.DEVICE_READY, 1);
        assertEquals("port 1, event 1, value 1", told());
        assertEquals("port 2, event 1, value 1", told());
        tell(LOG, VirtioPorts.PORT_READY, 1);
        assertEquals("port 1, event 7, value 1, log", told());
        assertEquals("port 1, event 6, value 1", told());
        tell(CHAT, VirtioPorts.PORT_READY, 1);
        assertEquals("port 2, event 7, value 1, chat", told());
    }

    private byte[] receivedBytes() {
        driver.until(() -> driver.done(CHAT_RECEIVE) > 0);
        byte[] bytes = driver.take(CHAT_RECEIVE);
        driver.offerBuffers(CHAT_RECEIVE, 1, QueuesDriver.BUFFER);
        return bytes;
    }

    private String received() {
        return new String(receivedBytes(), US_ASCII);
    }

    @Test
    void theGuestLearnsOfPortsAndTheirNames() {
        assertEquals(3, driver.read(VirtioMmio.CONFIG + 4), "ports, with that of the console");
        start();
        assertEquals(0, driver.done(CONTROL_RECEIVE));
        start(); // a driver that begins anew
    }

    @Test
    void aFileGetsWhatTheGuestSends() {
        start();
        tell(LOG, VirtioPorts.PORT_OPEN, 1);
        driver.send(LOG_TRANSMIT, "first, ".getBytes(US_ASCII));
        driver.send(LOG_TRANSMIT, "second".getBytes(US_ASCII));
        driver.until(() -> driver.done(LOG_TRANSMIT) == 2);
        ports.close();
        assertEquals("first, second", file.toString(US_ASCII));
    }

    @Test
    void theHostsProgramAndTheGuestsTalkToEachOther() throws IOException {
        start();
        try (SocketChannel peer = connect()) {
            assertEquals("port 2, event 6, value 1", told());
            write(peer, "hello");
            driver.rig.pass(1_000_000);
            assertEquals(0, driver.done(CHAT_RECEIVE), "the guest has not opened the port");
            tell(CHAT, VirtioPorts.PORT_OPEN, 1);
            assertEquals("hello", received());
            driver.send(CHAT_TRANSMIT, "world".getBytes(US_ASCII));
            assertEquals("world", readText(peer, 5));
            write(peer, "the last words");
        }
        assertEquals("the last words", received());
        assertEquals("port 2, event 6, value 0", told());
        try (SocketChannel peer = connect()) {
            assertEquals("port 2, event 6, value 1", told());
            write(peer, "again");
            assertEquals("again", received());
        }
        assertEquals("port 2, event 6, value 0", told());
    }

    /** As with QEMU; Linux makes its programs wait. */
    @Test
    void whatNobodyIsThereForIsDropped() throws IOException {
        start();
        driver.send(CHAT_TRANSMIT, "to nobody".getBytes(US_ASCII));
        driver.until(() -> driver.done(CHAT_TRANSMIT) == 1);
        try (SocketChannel peer = connect()) {
            assertEquals("port 2, event 6, value 1", told());
            driver.send(CHAT_TRANSMIT, "to you".getBytes(US_ASCII));
            assertEquals("to you", readText(peer, 6));
        }
        tell(CHAT, VirtioPorts.PORT_OPEN, 1);
        assertEquals("port 2, event 6, value 0", told());
    }

    @Test
    void aProgramThatComesAndGoesIsSeenAsSuch() throws IOException {
        start();
        tell(CHAT, VirtioPorts.PORT_OPEN, 1);
        SocketChannel first = connect();
        assertEquals("port 2, event 6, value 1", told());
        first.close();
        try (SocketChannel second = connect()) {
            write(second, "second");
            assertEquals("port 2, event 6, value 0", told());
            assertEquals("port 2, event 6, value 1", told());
            assertEquals("second", received());
        }
        assertEquals("port 2, event 6, value 0", told());
    }

    @Test
    void whoDoesNotReadIsWaitedForInBothDirections() throws IOException {
        start();
        tell(CHAT, VirtioPorts.PORT_OPEN, 1);
        byte[] sent = new byte[2 << 20];
        new Random(3).nextBytes(sent);
        try (SocketChannel peer = connect()) {
            assertEquals("port 2, event 6, value 1", told());
            for (int i = 0; i < 16; i++) { // all that there are
                driver.send(CHAT_TRANSMIT, Arrays.copyOf(sent, QueuesDriver.BUFFER));
            }
            peer.configureBlocking(false);
            ByteBuffer out = ByteBuffer.wrap(sent);
            for (int quiet = 0; quiet < 100_000; quiet++) {
                if (peer.write(out) > 0) {
                    quiet = 0;
                }
                Thread.onSpinWait();
            }
            assertTrue(out.position() < 1 << 20, out.position() + " bytes are on their way, and nobody read one");
            ByteArrayOutputStream got = new ByteArrayOutputStream();
            while (got.size() < sent.length) {
                int _ = peer.write(out);
                got.writeBytes(receivedBytes());
            }
            assertArrayEquals(sent, got.toByteArray());
            driver.until(() -> driver.done(CHAT_TRANSMIT) == 16);
        }
    }

    @Test
    void aSnapshotTellsTheGuestThatNobodyIsThereAnyMore() throws IOException {
        start();
        tell(CHAT, VirtioPorts.PORT_OPEN, 1);
        byte[] saved;
        byte[] memory = new byte[QueuesDriver.RAM_SIZE];
        try (SocketChannel peer = connect()) {
            assertEquals("port 2, event 6, value 1", told());
            Snapshot.Writer to = new Snapshot.Writer();
            to.section("ports", driver.device);
            assertTrue(peer.isConnected());
            saved = to.toByteArray();
            driver.memory.read(QueuesDriver.RAM, memory, 0, memory.length);
        }
        try (HostPorts others = open(directory.resolve("other"));
                QueuesDriver other = new QueuesDriver(new Rig(), new VirtioPorts(others.ports()))) {
            other.memory.write(QueuesDriver.RAM, memory, 0, memory.length);
            other.takeOver(driver);
            new Snapshot.Reader(saved).section("ports", other.device);
            QueuesDriver first = driver;
            driver = other;
            assertEquals("port 2, event 6, value 0", told());
            try (SocketChannel peer = SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("other")))) {
                assertEquals("port 2, event 6, value 1", told());
                write(peer, "goes on");
                assertEquals("goes on", received());
            }
            driver = first;
        }
    }

    @Test
    void aSocketIsMadeWhereNothingWasAndRemovedIfItIsOurs() throws IOException {
        Path target = directory.resolve("target");
        Path link = Files.createSymbolicLink(directory.resolve("link"), target);
        Path taken = Files.writeString(directory.resolve("taken"), "precious");
        for (Path path : List.of(link, taken, socket())) {
            String message = assertThrows(
                            IOException.class, () -> Listener.open(UnixDomainSocketAddress.of(path), "unix:X"))
                    .getMessage();
            assertEquals(
                    "cannot listen on unix:X: there is something of that name; remove it if nobody uses it", message);
        }
        assertTrue(Files.notExists(target, LinkOption.NOFOLLOW_LINKS));
        assertEquals("precious", Files.readString(taken));

        Path moved = directory.resolve("moved");
        try (Listener listener = Listener.open(UnixDomainSocketAddress.of(directory.resolve("own")), "unix:own")) {
            assertTrue(listener.channel().isOpen());
            Files.move(directory.resolve("own"), moved);
            Files.writeString(directory.resolve("own"), "of somebody else");
        }
        assertEquals("of somebody else", Files.readString(directory.resolve("own")));
    }

    @Test
    void aPortIsReachedByTcp() throws IOException {
        try (HostPorts others = new HostPorts(said::add)) {
            Listener listener = Listener.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "tcp::0");
            others.addListener("net", listener);
            others.start();
            QueuesDriver first = driver;
            driver = new QueuesDriver(new Rig(), new VirtioPorts(others.ports()));
            try (Socket peer = new Socket(
                    InetAddress.getLoopbackAddress(), listener.localAddress().getPort())) {
                driver.start(VirtioPorts.F_MULTIPORT);
                driver.offerBuffers(CONTROL_RECEIVE, 8, 64);
                tell(0, VirtioPorts.DEVICE_READY, 1);
                tell(1, VirtioPorts.PORT_READY, 1);
                assertEquals("port 1, event 1, value 1", told());
                assertEquals("port 1, event 7, value 1, net", told());
                assertEquals("port 1, event 6, value 1", told());
                driver.send(LOG_TRANSMIT, "over TCP".getBytes(US_ASCII));
                assertEquals("over TCP", new String(peer.getInputStream().readNBytes(8), US_ASCII));
            } finally {
                driver.close();
                driver = first;
            }
        }
    }

    @Test
    void aFileThatCannotBeWrittenIsSaidOnce() throws IOException {
        List<String> lines = new ArrayList<>();
        try (HostPorts others = new HostPorts(lines::add)) {
            others.addFile("log", new OutputStream() {
                @Override
                public void write(int value) throws IOException {
                    throw new IOException("No space left on device");
                }
            });
            others.start();
            for (int i = 0; i < 3; i++) {
                others.ports().getFirst().toHost().put(new byte[100], 0, 100);
                driver.until(() -> others.ports().getFirst().toHost().isEmpty());
            }
        }
        assertEquals(
                List.of(
                        "the file of the guest's port log cannot be written: No space left on device; what the port sends"
                                + " from now on is dropped"),
                lines);
    }

    @Test
    void aMessageThatIsTooShortStopsTheDevice() {
        start();
        driver.send(CONTROL_TRANSMIT, new byte[7]);
        assertTrue(driver.broken());
        start();
        assertFalse(driver.broken());
    }
}
