package swivel.devices;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static swivel.devices.ProgramSockets.line;
import static swivel.devices.ProgramSockets.read;
import static swivel.devices.ProgramSockets.write;
import static swivel.devices.VsockPackets.CID;
import static swivel.devices.VsockPackets.CREDIT_REQUEST;
import static swivel.devices.VsockPackets.CREDIT_UPDATE;
import static swivel.devices.VsockPackets.REQUEST;
import static swivel.devices.VsockPackets.RESPONSE;
import static swivel.devices.VsockPackets.RST;
import static swivel.devices.VsockPackets.RW;
import static swivel.devices.VsockPackets.SHUTDOWN;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import swivel.devices.VsockPackets.Arrived;
import swivel.devices.vsock.HostVsock;
import swivel.memory.Snapshot;

/** The vsock device as its driver sees it, with programs of the host behind their sockets. */
@Timeout(120)
class VirtioVsockTest {
    private static final int RECEIVE = VirtioVsock.RECEIVE;
    private static final int TRANSMIT = VirtioVsock.TRANSMIT;
    private static final int PORT = 1024;
    private static final int SERVICE = 52;
    private static final int BUFFER = 1 << 18;
    private static final int BOTH = 3;

    @TempDir
    private Path directory;

    private final ConcurrentLinkedQueue<String> said = new ConcurrentLinkedQueue<>();
    private HostVsock host;
    private QueuesDriver driver;

    /** What the driver's side of its one connection has counted. */
    private int forwarded;

    @BeforeEach
    void open() throws IOException {
        host = HostVsock.open(path(), CID, said::add);
        driver = new QueuesDriver(new Rig(), new VirtioVsock(host));
        start(driver);
    }

    @AfterEach
    void close() {
        driver.close();
        host.close();
        assertFalse(Files.exists(path(), LinkOption.NOFOLLOW_LINKS));
    }

    private Path path() {
        return directory.resolve("v.sock");
    }

    private static void start(QueuesDriver driver) {
        driver.start(VirtioVsock.F_STREAM);
        driver.offerBuffers(RECEIVE, 8, QueuesDriver.BUFFER);
    }

    private ServerSocketChannel service(int port) throws IOException {
        ServerSocketChannel service = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        return service.bind(UnixDomainSocketAddress.of(path() + "_" + port));
    }

    private void send(int hostPort, int operation, int flags, byte... content) {
        driver.until(() -> driver.done(TRANSMIT) > 0 || !sends);
        while (driver.done(TRANSMIT) > 0) {
            assertEquals(0, driver.take(TRANSMIT).length);
        }
        sends = true;
        driver.send(TRANSMIT, VsockPackets.packet(PORT, hostPort, operation, flags, BUFFER, forwarded, content));
    }

    private boolean sends;

    private Arrived arrived() {
        driver.until(() -> driver.done(RECEIVE) > 0);
        Arrived packet = Arrived.of(driver.take(RECEIVE));
        driver.offerBuffers(RECEIVE, 1, QueuesDriver.BUFFER);
        assertEquals(2, packet.source());
        assertEquals(CID, packet.destination());
        return packet;
    }

    private Arrived arrived(int operation) {
        Arrived packet = arrived();
        assertEquals(operation, packet.operation());
        return packet;
    }

    /** The next packet that is no word about credit. */
    private Arrived arrivedBesideCredit() {
        Arrived packet = arrived();
        while (packet.operation() == CREDIT_UPDATE || packet.operation() == CREDIT_REQUEST) {
            packet = arrived();
        }
        return packet;
    }

    private boolean quiet() {
        for (int i = 0; i < 50; i++) {
            if (driver.done(RECEIVE) > 0) {
                return false;
            }
            pause();
        }
        return true;
    }

    private static void pause() {
        try {
            Thread.sleep(2);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private SocketChannel joinToService(ServerSocketChannel service) throws IOException {
        send(SERVICE, REQUEST, 0);
        SocketChannel program = service.accept();
        Arrived response = arrived(RESPONSE);
        assertEquals(PORT, response.guestPort());
        assertEquals(SERVICE, response.hostPort());
        assertEquals(1 << 16, response.buffer());
        return program;
    }

    @Test
    void theConfigurationIsTheGuestsCid() {
        assertEquals(19, driver.read(VirtioMmio.DEVICE_ID));
        assertEquals(CID, driver.read(VirtioMmio.CONFIG));
        assertEquals(0, driver.read(VirtioMmio.CONFIG + 4));
    }

    @Test
    void aGuestConnectsToASocketOfTheHost() throws IOException {
        try (ServerSocketChannel service = service(SERVICE);
                SocketChannel program = joinToService(service)) {
            send(SERVICE, RW, 0, "from the guest".getBytes(US_ASCII));
            assertEquals("from the guest", new String(read(program, 14), US_ASCII));
            write(program, "from the host");
            Arrived data = arrivedBesideCredit();
            assertEquals(RW, data.operation());
            assertEquals("from the host", new String(data.content(), US_ASCII));
            assertEquals(14, data.forwarded());
        }
    }

    @Test
    void aProgramOfTheHostConnectsToTheGuest() throws IOException {
        try (SocketChannel program = SocketChannel.open(UnixDomainSocketAddress.of(path()))) {
            write(program, "CONNECT 1024\nand more");
            Arrived request = arrived(REQUEST);
            assertEquals(PORT, request.guestPort());
            assertTrue(request.hostPort() >= 1 << 30, "port " + request.hostPort());
            send(request.hostPort(), RESPONSE, 0);
            assertEquals("OK " + request.hostPort() + "\n", line(program));
            assertEquals("and more", new String(arrived(RW).content(), US_ASCII));
            send(request.hostPort(), RW, 0, (byte) 7);
            assertArrayEquals(new byte[] {7}, read(program, 1));
        }
    }

    @Test
    void aProgramIsLetGoIfNobodyListensOrItSaysSomethingElse() throws IOException {
        try (SocketChannel program = SocketChannel.open(UnixDomainSocketAddress.of(path()))) {
            write(program, "CONNECT 1024\n");
            Arrived request = arrived(REQUEST);
            send(request.hostPort(), RST, 0);
            assertEquals("(end)", line(program));
        }
        for (String wrong : List.of("HELLO\n", "CONNECT \n", "CONNECT 4294967296\n", "CONNECT x\n", "C".repeat(30))) {
            try (SocketChannel program = SocketChannel.open(UnixDomainSocketAddress.of(path()))) {
                write(program, wrong);
                assertEquals("(end)", line(program), wrong);
            }
        }
        assertTrue(quiet());
    }

    @Test
    void aProgramIsLetGoIfTheGuestDoesNotAnswer() throws IOException {
        try (SocketChannel program = SocketChannel.open(UnixDomainSocketAddress.of(path()))) {
            write(program, "CONNECT 1024\n");
            Arrived request = arrived(REQUEST);
            assertEquals("(end)", line(program));
            assertEquals(request.hostPort(), arrived(RST).hostPort());
        }
    }

    @Test
    void aConnectionToNobodyIsResetAndThatIsSaidOnce() {
        send(SERVICE, REQUEST, 0);
        assertEquals(SERVICE, arrived(RST).hostPort());
        send(77, REQUEST, 0);
        assertEquals(77, arrived(RST).hostPort());
        assertEquals(1, said.size());
        assertTrue(said.peek().endsWith("v.sock_52: there is none"), said.peek());
    }

    @Test
    void aLinkIsNoSocket() throws IOException {
        try (ServerSocketChannel service = service(SERVICE)) {
            Files.createSymbolicLink(Path.of(path() + "_53"), Path.of(path() + "_" + SERVICE));
            send(53, REQUEST, 0);
            assertEquals(53, arrived(RST).hostPort());
            assertTrue(said.peek().endsWith("it is a link"), said.peek());
            service.configureBlocking(false);
            assertEquals(null, service.accept());
        }
    }

    @Test
    void theSocketIsMadeWhereNothingWas() throws IOException {
        assertThrows(IOException.class, () -> HostVsock.open(path(), CID, said::add));
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("nowhere"));
        assertThrows(IOException.class, () -> HostVsock.open(link, CID, said::add));
        assertTrue(Files.isSymbolicLink(link));
        for (long cid : new long[] {0, 1, 2, 0xffff_ffffL, 1L << 32, -1}) {
            assertThrows(IOException.class, () -> HostVsock.open(directory.resolve("other"), cid, said::add));
        }
        HostVsock.open(directory.resolve("other"), 0xffff_fffeL, said::add).close();
    }

    @Test
    void packetsInAnothersNameAreDropped() throws IOException {
        try (ServerSocketChannel service = service(SERVICE)) {
            driver.send(TRANSMIT, VsockPackets.packet(CID + 1, 2, PORT, SERVICE, 0, 1, REQUEST, 0, BUFFER, 0));
            assertEquals(1, driver.done(TRANSMIT));
            assertTrue(quiet());
            service.configureBlocking(false);
            assertEquals(null, service.accept());
        }
    }

    @Test
    void whatIsForNobodyIsReset() {
        driver.send(TRANSMIT, VsockPackets.packet(CID, 3, PORT, SERVICE, 0, 1, REQUEST, 0, BUFFER, 0));
        driver.until(() -> driver.done(RECEIVE) > 0);
        Arrived packet = Arrived.of(driver.take(RECEIVE));
        assertEquals(3, packet.source());
        assertEquals(RST, packet.operation());
        driver.send(TRANSMIT, VsockPackets.packet(CID, 2, PORT, SERVICE, 0, 2, REQUEST, 0, BUFFER, 0));
        assertEquals(2, arrived(RST).type());
        send(SERVICE, RW, 0, (byte) 1);
        assertEquals(RST, arrived().operation());
        send(SERVICE, RST, 0);
        assertTrue(quiet(), "a reset is answered");
    }

    @Test
    void theHostsEndIsAHalfOfTheConnection() throws IOException {
        try (ServerSocketChannel service = service(SERVICE);
                SocketChannel program = joinToService(service)) {
            write(program, "last words");
            program.shutdownOutput();
            assertEquals("last words", new String(arrivedBesideCredit().content(), US_ASCII));
            Arrived shutdown = arrivedBesideCredit();
            assertEquals(SHUTDOWN, shutdown.operation());
            assertEquals(2, shutdown.flags());
            send(SERVICE, RW, 0, "answer".getBytes(US_ASCII));
            send(SERVICE, SHUTDOWN, BOTH);
            assertEquals("answer", new String(read(program, 100), US_ASCII));
            assertEquals(RST, arrivedBesideCredit().operation());
        }
    }

    @Test
    void theGuestsEndIsAHalfOfTheConnection() throws IOException {
        try (ServerSocketChannel service = service(SERVICE);
                SocketChannel program = joinToService(service)) {
            send(SERVICE, RW, 0, "question".getBytes(US_ASCII));
            send(SERVICE, SHUTDOWN, 2);
            assertEquals("question", new String(read(program, 100), US_ASCII));
            write(program, "answer");
            assertEquals("answer", new String(arrivedBesideCredit().content(), US_ASCII));
            send(SERVICE, RW, 0, (byte) 1);
            assertEquals(RST, arrivedBesideCredit().operation());
        }
    }

    @Test
    void aGuestThatTakesNoMoreMakesTheProgramsWritesFail() throws IOException {
        try (ServerSocketChannel service = service(SERVICE);
                SocketChannel program = joinToService(service)) {
            send(SERVICE, SHUTDOWN, 1);
            assertThrows(IOException.class, () -> {
                while (true) {
                    write(program, "x");
                    pause();
                }
            });
            send(SERVICE, RW, 0, (byte) 9);
            assertArrayEquals(new byte[] {9}, read(program, 1));
        }
    }

    @Test
    void whatTheGuestSentBeforeItsEndArrivesHoweverSlowTheProgramIs() throws IOException {
        try (ServerSocketChannel service = service(SERVICE);
                SocketChannel program = joinToService(service)) {
            byte[] content = new byte[4000];
            new Random(1).nextBytes(content);
            int pieces = 0;
            for (; pieces < 16; pieces++) { // as many as the credit of 64 KiB covers
                send(SERVICE, RW, 0, content);
            }
            send(SERVICE, SHUTDOWN, BOTH);
            assertEquals(RST, arrivedBesideCredit().operation());
            send(SERVICE, REQUEST, 0); // the ports are free again
            try (SocketChannel second = service.accept()) {
                assertEquals(RESPONSE, arrived().operation());
                byte[] all = read(program, 1 << 20);
                assertEquals(pieces * content.length, all.length);
                send(SERVICE, RW, 0, (byte) 3);
                assertArrayEquals(new byte[] {3}, read(second, 1));
            }
        }
    }

    @Test
    void aResetOfTheGuestEndsTheProgramsConnection() throws IOException {
        try (ServerSocketChannel service = service(SERVICE);
                SocketChannel program = joinToService(service)) {
            send(SERVICE, RST, 0);
            assertEquals("(end)", line(program));
            assertTrue(quiet());
            assertFalse(host.hasConnections());
        }
    }

    @Test
    void aProgramThatIsGoneIsToldWhenTheGuestWrites() throws IOException {
        try (ServerSocketChannel service = service(SERVICE)) {
            joinToService(service).close();
            Arrived shutdown = arrivedBesideCredit();
            assertEquals(2, shutdown.flags());
            send(SERVICE, RW, 0, (byte) 1);
            shutdown = arrivedBesideCredit();
            assertEquals(SHUTDOWN, shutdown.operation());
            assertEquals(BOTH, shutdown.flags());
            assertEquals(RST, arrivedBesideCredit().operation()); // for the driver answers nothing
            assertFalse(host.hasConnections());
        }
    }

    @Test
    void creditBoundsWhatWaitsForAProgramThatDoesNotRead() throws IOException {
        try (ServerSocketChannel service = service(SERVICE);
                SocketChannel program = joinToService(service)) {
            byte[] content = new byte[4000];
            int sent = 0;
            int forwardedByHost = 0;
            while (true) {
                // as a driver with manners, which asks when it has no more credit
                if (sent + content.length - forwardedByHost > 1 << 16) {
                    send(SERVICE, CREDIT_REQUEST, 0);
                    int before = forwardedByHost;
                    Arrived update = arrived();
                    while (update.operation() != CREDIT_UPDATE || driver.done(RECEIVE) > 0) {
                        update = arrived();
                    }
                    forwardedByHost = update.forwarded();
                    if (forwardedByHost == before) {
                        break;
                    }
                } else {
                    send(SERVICE, RW, 0, content);
                    sent += content.length;
                }
            }
            assertTrue(sent < 8 << 20, sent + " bytes are on their way to who does not read");
            int all = read(program, sent).length;
            assertEquals(sent, all);
            assertEquals(CREDIT_UPDATE, arrived().operation());
            send(SERVICE, RW, 0, new byte[4000]);
            send(SERVICE, RST, 0);
            assertEquals(4000, read(program, 5000).length);
        }
    }

    @Test
    void aGuestThatSendsMoreThanItHasCreditForIsReset() throws IOException {
        try (ServerSocketChannel service = service(SERVICE);
                SocketChannel program = joinToService(service)) {
            for (int i = 0; host.hasConnections(); i++) {
                assertTrue(i < 10_000, "it may send what it likes");
                send(SERVICE, RW, 0, new byte[4000]);
                while (driver.done(RECEIVE) > 0) {
                    Arrived _ = arrived();
                }
            }
            assertTrue(program.isOpen());
        }
    }

    @Test
    void nothingIsSentToAGuestWithoutRoom() throws IOException {
        try (ServerSocketChannel service = service(SERVICE)) {
            driver.send(TRANSMIT, VsockPackets.packet(PORT, SERVICE, REQUEST, 0, 10, 0));
            try (SocketChannel program = service.accept()) {
                write(program, "0123456789abcdef");
                assertEquals(RESPONSE, arrived().operation());
                assertEquals("0123456789", new String(arrived().content(), US_ASCII));
                assertEquals(CREDIT_REQUEST, arrived().operation());
                assertTrue(quiet());
                driver.send(TRANSMIT, VsockPackets.packet(PORT, SERVICE, CREDIT_UPDATE, 0, 10, 4));
                assertEquals("abcd", new String(arrived().content(), US_ASCII));
                driver.send(TRANSMIT, VsockPackets.packet(PORT, SERVICE, CREDIT_UPDATE, 0, 10, 1 << 20));
                assertTrue(driver.done(TRANSMIT) > 0); // a strange number is survived
            }
        }
    }

    @Test
    void aPacketWhoseLengthIsWrongEndsItsConnection() throws IOException {
        try (ServerSocketChannel service = service(SERVICE);
                SocketChannel program = joinToService(service)) {
            driver.send(TRANSMIT, VsockPackets.packet(CID, 2, PORT, SERVICE, 100, 1, RW, 0, BUFFER, 0, new byte[10]));
            assertEquals(RST, arrivedBesideCredit().operation());
            assertEquals("(end)", line(program));
        }
    }

    @Test
    void bothDirectionsAtOnceWithEqualSums() throws Exception {
        byte[] content = new byte[3_000_000];
        new Random(2).nextBytes(content);
        try (ServerSocketChannel service = service(SERVICE);
                SocketChannel program = joinToService(service)) {
            CompletableFuture<byte[]> toHost = CompletableFuture.supplyAsync(
                    () -> {
                        try {
                            return read(program, content.length);
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    task -> Thread.ofPlatform().daemon().start(task));
            CompletableFuture<Void> fromHost = CompletableFuture.runAsync(
                    () -> {
                        try {
                            write(program, content);
                            program.shutdownOutput();
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    task -> Thread.ofPlatform().daemon().start(task));
            ByteArrayOutputStream got = new ByteArrayOutputStream();
            int sent = 0;
            int forwardedByHost = 0;
            boolean ended = false;
            while (sent < content.length || !ended) {
                int length = Math.min(4000, content.length - sent);
                boolean mayReceive = driver.done(RECEIVE) > 0;
                if (mayReceive) {
                    Arrived packet = arrived();
                    forwardedByHost = packet.forwarded();
                    got.write(packet.content());
                    forwarded = got.size();
                    ended |= packet.operation() == SHUTDOWN;
                    if (packet.operation() == CREDIT_REQUEST) {
                        send(SERVICE, CREDIT_UPDATE, 0);
                    }
                } else if (length > 0 && sent + length - forwardedByHost <= 1 << 16) {
                    send(SERVICE, RW, 0, Arrays.copyOfRange(content, sent, sent + length));
                    sent += length;
                } else {
                    pause();
                    send(SERVICE, CREDIT_UPDATE, 0);
                }
            }
            fromHost.join();
            assertArrayEquals(digest(content), digest(got.toByteArray()), "from the host");
            assertArrayEquals(digest(content), digest(toHost.join()), "to the host");
        }
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anotherDriverHasNoConnections() throws IOException {
        try (ServerSocketChannel service = service(SERVICE);
                SocketChannel program = joinToService(service)) {
            write(program, "for who is gone");
            start(driver);
            sends = false;
            assertEquals("(end)", line(program));
            assertTrue(quiet());
            send(SERVICE, REQUEST, 0);
            try (SocketChannel second = service.accept()) {
                assertTrue(second.isConnected());
                assertEquals(RESPONSE, arrived().operation());
            }
        }
    }

    @Test
    void aBufferTooShortForAHeaderBreaksTheDevice() throws IOException {
        driver.start(0);
        driver.offerBuffers(RECEIVE, 1, 20);
        driver.send(TRANSMIT, VsockPackets.packet(PORT, SERVICE, REQUEST, 0, BUFFER, 0));
        driver.until(driver::broken);
        driver.start(0);
        driver.send(TRANSMIT, new byte[43]);
        assertTrue(driver.broken());
    }

    @Test
    void aSnapshotsDriverIsToldThatItsConnectionsAreGone() throws IOException {
        byte[] saved;
        try (ServerSocketChannel service = service(SERVICE);
                SocketChannel program = joinToService(service)) {
            driver.offerBuffers(VirtioVsock.EVENT, 1, 4);
            assertEquals(0, driver.done(VirtioVsock.EVENT));
            assertTrue(program.isConnected());
            saved = save(driver);
        }
        try (HostVsock other = HostVsock.open(directory.resolve("other"), CID, said::add);
                QueuesDriver restored = new QueuesDriver(new Rig(), new VirtioVsock(other))) {
            byte[] ram = new byte[QueuesDriver.RAM_SIZE];
            driver.memory.read(QueuesDriver.RAM, ram, 0, ram.length);
            restored.memory.write(QueuesDriver.RAM, ram, 0, ram.length);
            restored.takeOver(driver);
            load(restored, saved);
            assertEquals(1, restored.done(VirtioVsock.EVENT));
            assertArrayEquals(new byte[4], restored.take(VirtioVsock.EVENT));
            byte[] again = save(restored);
            load(restored, again);
            assertEquals(0, restored.done(VirtioVsock.EVENT), "there were no connections to lose");
        }
    }

    private static byte[] save(QueuesDriver of) {
        Snapshot.Writer to = new Snapshot.Writer();
        to.section("device", of.device);
        return to.toByteArray();
    }

    private static void load(QueuesDriver into, byte[] saved) {
        Snapshot.Reader from = new Snapshot.Reader(saved);
        from.section("device", into.device);
        from.end();
    }
}
