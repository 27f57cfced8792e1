package swivel.devices.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.devices.net.NetworkSettings.Forward;
import swivel.memory.Snapshot;

/** The guest's connections to the host and the host's to the guest: who gets one, and what comes over it. */
@Timeout(120)
class NetworkConnectionsTest {
    private static final byte[] HELLO = {'h', 'e', 'l', 'l', 'o'};

    /** Its gateway's port leads to one of the host's loopback. */
    private static NetworkSettings opening(int port, int hostPort) {
        return new NetworkSettings(List.of(), TestGuest.openings(port, hostPort), false, null);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aConnectionLeadsThroughAnOpening(boolean v6) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, TestGuest.LOOPBACK);
                TestGuest guest = new TestGuest(opening(80, server.getLocalPort()))) {
            Flow flow = v6
                    ? new Flow(TestGuest.GUEST6, 4000, Addresses.GATEWAY6, 80)
                    : new Flow(Addresses.GUEST, 4000, Addresses.GATEWAY, 80);
            guest.send(TestGuest.tcp(flow, TcpSegment.SYN, 100, 0));
            TcpSegment answer = guest.receiveSegment();
            assertEquals(TcpSegment.SYN | TcpSegment.ACK, answer.flags);
            assertEquals(101, answer.ack);
            assertEquals(v6 ? 1440 : 1460, answer.mss);
            int ours = answer.seq + 1;
            guest.send(TestGuest.tcp(flow, TcpSegment.ACK, 101, ours, HELLO));
            try (Socket socket = server.accept()) {
                assertArrayEquals(HELLO, socket.getInputStream().readNBytes(HELLO.length));
                assertEquals(106, guest.receiveSegment().ack);
                socket.getOutputStream().write(HELLO);
                TcpSegment data = guest.receiveSegment();
                assertEquals(ours, data.seq);
                assertEquals(HELLO.length, data.length);
                guest.send(TestGuest.tcp(flow, TcpSegment.RST, 106, 0));
                assertThrows(IOException.class, () -> {
                    int read = socket.getInputStream().read();
                    throw new AssertionError("the reset came as " + read);
                });
            }
        }
    }

    private static void isRefused(TestGuest guest, Flow flow) {
        guest.send(TestGuest.tcp(flow, TcpSegment.SYN, 100, 0));
        TcpSegment answer = guest.receiveSegment();
        assertEquals(TcpSegment.RST | TcpSegment.ACK, answer.flags);
        assertEquals(101, answer.ack);
    }

    private static void nobodyComes(ServerSocket server) throws IOException {
        server.setSoTimeout(100);
        assertThrows(IOException.class, server::accept);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.2.2",
                "127.0.0.1",
                "0.0.0.0",
                "127.1.2.3",
                "10.0.2.3",
                "10.0.2.99",
                "169.254.169.254",
                "fec0::2",
                "fec0::3",
                "fe80::2",
                "::1",
                "::",
                "fe80::1"
            })
    void theHostsLoopbackIsClosed(String address) throws IOException {
        try (ServerSocket secret = new ServerSocket(0, 1, InetAddress.ofLiteral("::"));
                TestGuest guest = new TestGuest(NetworkSettings.DEFAULT)) {
            Address to = Address.of(InetAddress.ofLiteral(address));
            Flow flow = new Flow(to.isV4() ? Addresses.GUEST : TestGuest.GUEST6, 4000, to, secret.getLocalPort());
            isRefused(guest, flow);
            nobodyComes(secret);
            boolean gateway = Addresses.isGateway(to);
            assertEquals(gateway, guest.said().contains("the host's loopback in QEMU"), guest.said());
        }
    }

    /** Addresses of IPv4 in those of IPv6 would be ways around. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000000000000000000ffff7f000001",
                "0000000000000000000000007f000001",
                "0064ff9b00000000000000007f000001",
                "20027f00000100000000000000000000"
            })
    void loopbackInAnAddressOfIpv6IsClosed(String address) throws IOException {
        try (ServerSocket secret = new ServerSocket(0, 1, InetAddress.ofLiteral("::"));
                TestGuest guest = new TestGuest(NetworkSettings.DEFAULT)) {
            byte[] segment = TestGuest.tcp(
                    new Flow(TestGuest.GUEST6, 4000, Addresses.GATEWAY6, secret.getLocalPort()),
                    TcpSegment.SYN,
                    100,
                    0);
            byte[] to = HexFormat.of().parseHex(address);
            System.arraycopy(to, 0, segment, Ethernet.HEADER + 24, to.length);
            int tcp = Ethernet.HEADER + IpPacket.V6_HEADER;
            Wire.put16(segment, tcp + TcpSegment.CHECKSUM, 0);
            long sum = Wire.sum(segment, Ethernet.HEADER + 8, 32, IpPacket.TCP + TcpSegment.HEADER);
            sum = Wire.sum(segment, tcp, TcpSegment.HEADER, sum);
            Wire.put16(segment, tcp + TcpSegment.CHECKSUM, Wire.checksum(sum));
            guest.send(segment);
            byte[] answer = guest.receive(300);
            assertTrue(answer == null || (answer[tcp + 13] & TcpSegment.RST) != 0);
            nobodyComes(secret);
        }
    }

    @Test
    void aClosedPortOfTheHostRefuses() throws IOException {
        int port;
        try (ServerSocket gone = new ServerSocket(0, 1, TestGuest.LOOPBACK)) {
            port = gone.getLocalPort();
        }
        try (TestGuest guest = new TestGuest(opening(80, port))) {
            isRefused(guest, new Flow(Addresses.GUEST, 4000, Addresses.GATEWAY, 80));
        }
    }

    @Test
    void aSegmentOfNoConnectionIsReset() throws IOException {
        try (TestGuest guest = new TestGuest(NetworkSettings.DEFAULT)) {
            Flow flow = new Flow(Addresses.GUEST, 4000, Addresses.GATEWAY, 80);
            guest.send(TestGuest.tcp(flow, TcpSegment.ACK, 100, 777, HELLO));
            TcpSegment answer = guest.receiveSegment();
            assertEquals(TcpSegment.RST, answer.flags);
            assertEquals(777, answer.seq);
            guest.send(TestGuest.tcp(flow, TcpSegment.RST, 100, 777));
            assertNull(guest.receive(200));
        }
    }

    @Test
    void aForwardedPortLeadsToTheGuest() throws Exception {
        try (TestGuest guest = new TestGuest(new NetworkSettings(List.of(TestGuest.FORWARD), List.of(), true, null))) {
            try (Socket socket = new Socket(
                    TestGuest.LOOPBACK, guest.network.listening().getFirst().getPort())) {
                TcpSegment syn = guest.receiveSegment();
                assertEquals(TcpSegment.SYN, syn.flags);
                assertEquals(22, syn.destinationPort);
                Flow flow = new Flow(Addresses.GUEST, 22, Addresses.GATEWAY, syn.sourcePort);
                guest.send(TestGuest.tcp(flow, TcpSegment.SYN | TcpSegment.ACK, 500, syn.seq + 1));
                assertEquals(TcpSegment.ACK, guest.receiveSegment().flags);
                guest.send(TestGuest.tcp(flow, TcpSegment.ACK | TcpSegment.FIN, 501, syn.seq + 1, HELLO));
                assertArrayEquals(HELLO, socket.getInputStream().readAllBytes());
                assertEquals(507, guest.receiveSegment().ack);
                socket.getOutputStream().write(HELLO);
                assertEquals(HELLO.length, guest.receiveSegment().length);
            }
            assertTrue(guest.receiveSegment().has(TcpSegment.FIN));
        }
    }

    @Test
    void aPortThatIsTakenIsSaid() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, TestGuest.LOOPBACK)) {
            Forward forward = new Forward((InetSocketAddress) taken.getLocalSocketAddress(), null, 22);
            IOException refused = assertThrows(
                    IOException.class,
                    () -> UserNetwork.open(
                            new NetworkSettings(List.of(forward), List.of(), false, null), null, _ -> {}));
            assertEquals(
                    "cannot listen on 127.0.0.1:" + taken.getLocalPort() + ": Address already in use",
                    refused.getMessage());
        }
    }

    /** Thousands at once, each with something to say both ways. */
    @Test
    void thousandsOfConnectionsAreOpenTogether() throws IOException {
        int connections = 3000;
        try (ServerSocket server = new ServerSocket(0, connections, TestGuest.LOOPBACK);
                TestGuest guest = new TestGuest(opening(80, server.getLocalPort()))) {
            Thread.startVirtualThread(() -> {
                while (true) {
                    try {
                        Socket socket = server.accept();
                        Thread.startVirtualThread(() -> echo(socket));
                    } catch (IOException e) {
                        return;
                    }
                }
            });
            int echoed = 0;
            for (int i = 0; i < connections; i++) {
                guest.send(TestGuest.tcp(flow(i), TcpSegment.SYN, 100, 0));
                if (i % 500 == 499) {
                    echoed += exchange(guest, 500);
                }
            }
            assertEquals(connections, echoed);
            assertEquals("", guest.said());
        }
    }

    private static Flow flow(int connection) {
        return new Flow(Addresses.GUEST, 2000 + connection, Addresses.GATEWAY, 80);
    }

    /** Takes so many connections to where their echo has come. */
    private static int exchange(TestGuest guest, int connections) {
        int echoed = 0;
        while (echoed < connections) {
            TcpSegment segment = guest.receiveSegment();
            Flow flow = flow(segment.destinationPort - 2000);
            if (segment.has(TcpSegment.SYN)) {
                guest.send(TestGuest.tcp(flow, TcpSegment.ACK, segment.ack, segment.seq + 1, HELLO));
            } else if (segment.length > 0) {
                assertArrayEquals(
                        HELLO, Arrays.copyOfRange(segment.bytes, segment.content, segment.content + segment.length));
                guest.send(TestGuest.tcp(flow, TcpSegment.ACK, segment.ack, segment.seq + segment.length));
                echoed++;
            }
        }
        return echoed;
    }

    private static void echo(Socket socket) {
        try (socket) {
            socket.getOutputStream().write(socket.getInputStream().readNBytes(HELLO.length));
            int _ = socket.getInputStream().read();
        } catch (IOException e) {
            // The end.
        }
    }

    /** A snapshot with a connection, loaded into another network. */
    @Test
    void connectionsOfARestoredGuestAreReset() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, TestGuest.LOOPBACK);
                TestGuest guest = new TestGuest(opening(80, server.getLocalPort()));
                TestGuest restored = new TestGuest(NetworkSettings.DEFAULT)) {
            Flow flow = new Flow(Addresses.GUEST, 4000, Addresses.GATEWAY, 80);
            guest.send(TestGuest.tcp(flow, TcpSegment.SYN, 100, 0));
            TcpSegment answer = guest.receiveSegment();
            guest.send(TestGuest.tcp(flow, TcpSegment.ACK, 101, answer.seq + 1, HELLO));
            assertEquals(106, guest.receiveSegment().ack);
            Snapshot.Writer saved = new Snapshot.Writer();
            saved.section("network", guest.network);
            new Snapshot.Reader(saved.toByteArray()).section("network", restored.network);
            TcpSegment reset = restored.receiveSegment();
            assertEquals(TcpSegment.RST | TcpSegment.ACK, reset.flags);
            assertEquals(answer.seq + 1, reset.seq);
            assertEquals(106, reset.ack);
            assertEquals(4000, reset.destinationPort);
            for (int i = 0; i < 100 && restored.said().isEmpty(); i++) {
                Thread.sleep(20);
            }
            assertEquals(
                    "the guest goes on from a snapshot: its connections to the host (1) are reset", restored.said());
        }
    }
}
