package swivel.devices.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.devices.net.NetworkSettings.Forward;
import swivel.devices.net.NetworkSettings.Transport;
import swivel.memory.Snapshot;

/** The network as a guest's driver sees it, but for its connections: frame in, frame out. */
@Timeout(120)
class UserNetworkTest {
    private static final int ECHO = 8;
    /** Also that of ICMPv6. */
    private static final int ICMP_CHECKSUM = 2;

    private static final byte[] HELLO = {'h', 'e', 'l', 'l', 'o'};

    // Neighbours.

    private static byte[] arp(int operation, Address sender, Address target) {
        byte[] frame = new byte[42];
        Arrays.fill(frame, 0, 6, (byte) -1);
        System.arraycopy(Addresses.GUEST_MAC, 0, frame, 6, 6);
        Wire.put16(frame, 12, Ethernet.ARP);
        Wire.put32(frame, 14, 0x0001_0800);
        Wire.put16(frame, 18, 0x0604);
        Wire.put16(frame, 20, operation);
        System.arraycopy(Addresses.GUEST_MAC, 0, frame, 22, 6);
        sender.write(frame, 28);
        target.write(frame, 38);
        return frame;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void gatewayAndNameServerAreThere(int last) throws IOException {
        Address target = Address.v4(Addresses.NETWORK | last);
        try (TestGuest guest = new TestGuest(NetworkSettings.DEFAULT)) {
            guest.send(arp(1, Addresses.GUEST, target));
            byte[] reply = guest.receive();
            assertEquals(
                    "525400123456" + "52550a000202" + "0806" + "0001080006040002" + "52550a000202" + "0a00020" + last
                            + "525400123456" + "0a00020f",
                    HexFormat.of().formatHex(reply, 0, 42));
            assertEquals(60, reply.length);
        }
    }

    @Test
    void nobodyElseIs() throws IOException {
        try (TestGuest guest = new TestGuest(NetworkSettings.DEFAULT)) {
            guest.send(arp(1, Addresses.GUEST, Addresses.GUEST)); // whether somebody has its own
            guest.send(arp(1, Addresses.GUEST, Address.v4(Addresses.NETWORK | 99)));
            guest.send(arp(2, Addresses.GUEST, Addresses.GATEWAY));
            assertNull(guest.receive(300));
        }
    }

    @Test
    void aGuestWithAnotherCardIsAnsweredThere() throws IOException {
        try (TestGuest guest = new TestGuest(NetworkSettings.DEFAULT)) {
            byte[] frame = TestGuest.packet(
                    Address.v4(Addresses.NETWORK | 77), Addresses.GATEWAY, IpPacket.ICMP, echo(10), ICMP_CHECKSUM);
            frame[11] = 0x57;
            guest.send(frame);
            assertEquals("525400123457", HexFormat.of().formatHex(guest.receive(), 0, 6));
        }
    }

    // Echoes.

    private static byte[] echo(int content) {
        byte[] echo = new byte[8 + content];
        echo[0] = ECHO;
        Wire.put32(echo, 4, 0x1234_0001);
        for (int i = 8; i < echo.length; i++) {
            echo[i] = (byte) i;
        }
        return echo;
    }

    @Test
    void anEchoComesBackAsItWas() throws IOException {
        try (TestGuest guest = new TestGuest(NetworkSettings.DEFAULT)) {
            guest.send(TestGuest.packet(Addresses.GUEST, Addresses.GATEWAY, IpPacket.ICMP, echo(56), ICMP_CHECKSUM));
            IpPacket reply = guest.receivePacket();
            assertEquals(Addresses.GATEWAY, reply.source);
            byte[] expected = echo(56);
            expected[0] = 0;
            byte[] content = GuestFrames.copy(reply);
            assertEquals(0, Wire.checksum(Wire.sum(content, 0, content.length, 0)));
            Wire.put16(content, ICMP_CHECKSUM, 0);
            assertArrayEquals(expected, content);
        }
    }

    @Test
    void fragmentsAreAnsweredInFragments() throws IOException {
        byte[] whole = TestGuest.packet(Addresses.GUEST, Addresses.GATEWAY, IpPacket.ICMP, echo(3992), ICMP_CHECKSUM);
        int header = Ethernet.HEADER + IpPacket.V4_HEADER;
        byte[] content = Arrays.copyOfRange(whole, header, whole.length);
        try (TestGuest guest = new TestGuest(NetworkSettings.DEFAULT)) {
            for (int at : new int[] {2960, 0, 1480}) { // in any order
                byte[] part = Arrays.copyOfRange(content, at, Math.min(at + 1480, content.length));
                byte[] frame = TestGuest.packet(Addresses.GUEST, Addresses.GATEWAY, IpPacket.ICMP, part, -1);
                int ip = Ethernet.HEADER;
                Wire.put16(frame, ip + 4, 77);
                Wire.put16(frame, ip + 6, at / 8 | (at + part.length < content.length ? 0x2000 : 0));
                Wire.put16(frame, ip + 10, 0);
                Wire.put16(frame, ip + 10, Wire.checksum(Wire.sum(frame, ip, IpPacket.V4_HEADER, 0)));
                guest.send(frame);
            }
            IpPacket packet = guest.receiveFragments(3);
            assertEquals(4000, packet.length);
            assertEquals(0, Wire.checksum(Wire.sum(packet.bytes, packet.payload, packet.length, 0)));
        }
    }

    // DHCP.

    private static byte[] dhcp(int type, int lastOfMac, byte... moreOptions) {
        ByteBuffer message = ByteBuffer.allocate(320);
        message.put(0, (byte) 1).putShort(1, (short) 0x0106).putInt(4, 0xcafe_0000 + lastOfMac);
        message.put(28, Addresses.GUEST_MAC).put(32, (byte) (lastOfMac >> 8)).put(33, (byte) lastOfMac);
        message.putInt(236, 0x6382_5363);
        message.position(240)
                .put(new byte[] {53, 1, (byte) type})
                .put(moreOptions)
                .put((byte) 255);
        return TestGuest.udp(Address.v4(0), 68, Addresses.BROADCAST, 67, message.array());
    }

    private static byte[] option(byte[] message, int code) {
        for (int at = 240; message[at] != -1; at += 2 + message[at + 1]) {
            if (message[at] == code) {
                return Arrays.copyOfRange(message, at + 2, at + 2 + message[at + 1]);
            }
        }
        return null;
    }

    private static byte[] dhcpReply(TestGuest guest) {
        IpPacket packet = guest.receivePacket();
        assertEquals(68, Wire.get16(packet.bytes, packet.payload + 2));
        byte[] datagram = GuestFrames.copy(packet);
        return Arrays.copyOfRange(datagram, Udp.HEADER, datagram.length);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theCardGetsItsAddress(boolean restricted) throws IOException {
        try (TestGuest guest = new TestGuest(new NetworkSettings(List.of(), List.of(), restricted, null))) {
            guest.send(dhcp(1, 0x3456));
            byte[] offer = dhcpReply(guest);
            assertArrayEquals(new byte[] {2}, option(offer, 53));
            assertEquals(Addresses.GUEST.bits(), Wire.get32(offer, 16));
            assertEquals(0xcafe_3456, Wire.get32(offer, 4));
            guest.send(dhcp(3, 0x3456, new byte[] {50, 4, 10, 0, 2, 15, 54, 4, 10, 0, 2, 2}));
            byte[] ack = dhcpReply(guest);
            assertArrayEquals(new byte[] {5}, option(ack, 53));
            assertArrayEquals(new byte[] {-1, -1, -1, 0}, option(ack, 1));
            assertArrayEquals(restricted ? null : new byte[] {10, 0, 2, 2}, option(ack, 3));
            assertArrayEquals(restricted ? null : new byte[] {10, 0, 2, 3}, option(ack, 6));
            assertArrayEquals(new byte[] {10, 0, 2, 2}, option(ack, 54));
            guest.send(dhcp(3, 0x3456, new byte[] {50, 4, 10, 0, 2, 16}));
            assertArrayEquals(new byte[] {6}, option(dhcpReply(guest), 53), "that is not its address");
            guest.send(dhcp(3, 0x3456, new byte[] {54, 4, 10, 0, 2, 1}));
            assertNull(guest.receive(200), "it asked another server");
        }
    }

    @Test
    void aFloodOfCardsGetsAFewAddresses() throws IOException {
        try (TestGuest guest = new TestGuest(NetworkSettings.DEFAULT)) {
            for (int card = 0; card < 2000; card++) {
                guest.send(dhcp(1, 0x4000 + card));
            }
            int offers = 0;
            while (guest.receive(500) != null) {
                offers++;
            }
            assertEquals(Dhcp.MAX_LEASES - 1, offers);
            guest.send(dhcp(1, 0x3456));
            assertEquals(Addresses.GUEST.bits(), Wire.get32(dhcpReply(guest), 16), "the card's own is kept for it");
        }
    }

    // UDP.

    @Test
    void namesAreAskedForAtTheResolver() throws IOException {
        try (DatagramSocket resolver = new DatagramSocket(0, TestGuest.LOOPBACK);
                TestGuest guest = new TestGuest(new NetworkSettings(
                        List.of(), List.of(), false, (InetSocketAddress) resolver.getLocalSocketAddress()))) {
            guest.send(TestGuest.udp(Addresses.GUEST, 5000, Addresses.NAMES, 53, HELLO));
            DatagramPacket query = new DatagramPacket(new byte[100], 100);
            resolver.receive(query);
            assertArrayEquals(HELLO, Arrays.copyOf(query.getData(), query.getLength()));
            byte[] answer = new byte[3000]; // which takes fragments
            resolver.send(new DatagramPacket(answer, answer.length, query.getSocketAddress()));
            IpPacket packet = guest.receiveFragments(3);
            assertEquals(Addresses.NAMES, packet.source);
            assertTrue(Udp.isValid(packet));
            assertEquals(53, Wire.get16(packet.bytes, packet.payload));
            assertEquals(5000, Wire.get16(packet.bytes, packet.payload + 2));
            assertEquals(3008, packet.length);
        }
    }

    private static NetworkSettings forwardOfUdp() {
        InetSocketAddress host = new InetSocketAddress(TestGuest.LOOPBACK, 0);
        return new NetworkSettings(List.of(new Forward(Transport.UDP, host, null, 53)), List.of(), true, null);
    }

    @Test
    void datagramsToAPortOfTheHostReachTheGuestAndAreAnswered() throws IOException {
        try (TestGuest guest = new TestGuest(forwardOfUdp());
                DatagramSocket one = new DatagramSocket(0, TestGuest.LOOPBACK);
                DatagramSocket two = new DatagramSocket(0, TestGuest.LOOPBACK)) {
            InetSocketAddress host = guest.network.listening().getFirst();
            int[] ports = new int[2];
            for (int i = 0; i < 4; i++) {
                byte[] content = {(byte) i, 2, 3};
                (i % 2 == 0 ? one : two).send(new DatagramPacket(content, content.length, host));
                IpPacket packet = guest.receivePacket();
                assertEquals(Addresses.GATEWAY, packet.source);
                assertEquals(Addresses.GUEST, packet.destination);
                assertTrue(Udp.isValid(packet));
                assertEquals(Udp.HEADER + content.length, packet.length);
                assertEquals(i, packet.bytes[packet.payload + Udp.HEADER]);
                assertEquals(53, Wire.get16(packet.bytes, packet.payload + 2));
                int port = Wire.get16(packet.bytes, packet.payload);
                assertTrue(i < 2 || port == ports[i % 2], "the same sender has the same port");
                ports[i % 2] = port;
            }
            assertNotEquals(ports[0], ports[1]);
            for (int i = 1; i >= 0; i--) {
                guest.send(TestGuest.udp(Addresses.GUEST, 53, Addresses.GATEWAY, ports[i], (byte) i, (byte) 9));
                DatagramPacket answer = new DatagramPacket(new byte[100], 100);
                (i == 0 ? one : two).receive(answer);
                assertArrayEquals(new byte[] {(byte) i, 9}, Arrays.copyOf(answer.getData(), answer.getLength()));
                assertEquals(host, answer.getSocketAddress());
            }
            guest.send(TestGuest.udp(Addresses.GUEST, 54, Addresses.GATEWAY, ports[0], HELLO));
            unreachable(guest.receivePacket(), 13, 54, ports[0]); // nobody has sent to that port of the guest
        }
    }

    @Test
    void sendersToAForwardedPortAreBounded() throws IOException {
        try (TestGuest guest = new TestGuest(forwardOfUdp())) {
            InetSocketAddress host = guest.network.listening().getFirst();
            int before = guest.network.remembers();
            for (int i = 0; i < Udp.MAX_FLOWS + 20; i++) {
                try (DatagramSocket socket = new DatagramSocket(0, TestGuest.LOOPBACK)) {
                    socket.send(new DatagramPacket(HELLO, HELLO.length, host));
                    IpPacket _ = guest.receivePacket();
                }
            }
            assertEquals(Udp.MAX_FLOWS, guest.network.remembers() - before);
        }
    }

    @Test
    void aClosedPortIsTold() throws IOException {
        int port;
        try (DatagramSocket gone = new DatagramSocket(0, TestGuest.LOOPBACK)) {
            port = gone.getLocalPort();
        }
        try (TestGuest guest = new TestGuest(
                new NetworkSettings(List.of(), List.of(), false, new InetSocketAddress(TestGuest.LOOPBACK, port)))) {
            guest.send(TestGuest.udp(Addresses.GUEST, 5000, Addresses.NAMES, 53, HELLO));
            unreachable(guest.receivePacket(), 3, 5000, 53);
        }
    }

    private static void unreachable(IpPacket error, int code, int from, int to) {
        assertEquals(IpPacket.ICMP, error.protocol);
        assertEquals(3 << 8 | code, Wire.get16(error.bytes, error.payload));
        int quoted = error.payload + 8 + IpPacket.V4_HEADER;
        assertEquals(from, Wire.get16(error.bytes, quoted));
        assertEquals(to, Wire.get16(error.bytes, quoted + 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.2.2", "127.0.0.1", "0.0.0.0", "127.9.9.9", "169.254.169.254", "10.0.2.3"})
    void theHostsLoopbackTakesNoDatagrams(String address) throws IOException {
        try (DatagramSocket secret = new DatagramSocket(0, InetAddress.ofLiteral("0.0.0.0"));
                TestGuest guest = new TestGuest(NetworkSettings.DEFAULT)) {
            Address to = Address.of(InetAddress.ofLiteral(address));
            guest.send(TestGuest.udp(Addresses.GUEST, 5000, to, secret.getLocalPort(), HELLO));
            unreachable(guest.receivePacket(), 13, 5000, secret.getLocalPort());
            secret.setSoTimeout(200);
            assertThrows(IOException.class, () -> secret.receive(new DatagramPacket(new byte[9], 9)));
        }
    }

    @Test
    void aGuestThatTakesNoFramesHoldsUpNobodyElse() throws Exception {
        try (TestGuest guest = new TestGuest(new NetworkSettings(List.of(TestGuest.FORWARD), List.of(), false, null))) {
            for (int i = 0; i < 100_000; i++) {
                guest.send(
                        TestGuest.packet(Addresses.GUEST, Addresses.GATEWAY, IpPacket.ICMP, echo(1000), ICMP_CHECKSUM));
            }
            try (Socket socket = new Socket(
                    TestGuest.LOOPBACK, guest.network.listening().getFirst().getPort())) {
                Thread.sleep(50);
                assertTrue(socket.isConnected());
            }
            int replies = 0;
            while (guest.receive(300) != null) {
                replies++;
            }
            assertTrue(replies > 500, replies + " replies");
            guest.send(arp(1, Addresses.GUEST, Addresses.GATEWAY));
            assertEquals(Ethernet.ARP, Wire.get16(guest.receive(), Ethernet.TYPE));
        }
    }

    // IPv6.

    @Test
    void theRouterAdvertisesItsPrefixAndNameServer() throws IOException {
        try (TestGuest guest = new TestGuest(NetworkSettings.DEFAULT)) {
            byte[] solicitation = new byte[8];
            solicitation[0] = (byte) 133;
            guest.send(TestGuest.packet(
                    new Address(Addresses.LINK_LOCAL, 0x15),
                    new Address(0xff02L << 48, 2),
                    IpPacket.ICMP6,
                    solicitation,
                    ICMP_CHECKSUM));
            IpPacket packet = guest.receivePacket();
            assertEquals(Addresses.ROUTER6, packet.source);
            assertEquals(255, packet.hops);
            assertEquals(
                    "4000" + "0708" + "0000000000000000" // hops, flags, 1800 s
                            + "0101" + "52550a000202"
                            + "030440c0" + "00015180" + "00015180" + "00000000" + "fec00000000000000000000000000000"
                            + "19030000" + "00000708" + "fec00000000000000000000000000003",
                    HexFormat.of().formatHex(packet.bytes, packet.payload + 4, packet.payload + packet.length));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fec0::2", "fec0::3", "fe80::2"})
    void neighboursOfIpv6AreThere(String address) throws IOException {
        Address target = Address.of(InetAddress.ofLiteral(address));
        try (TestGuest guest = new TestGuest(NetworkSettings.DEFAULT)) {
            byte[] solicitation = new byte[32];
            solicitation[0] = (byte) 135;
            target.write(solicitation, 8);
            guest.send(TestGuest.packet(
                    TestGuest.GUEST6,
                    new Address(0xff02L << 48, 0x1_ff00_0002L),
                    IpPacket.ICMP6,
                    solicitation,
                    ICMP_CHECKSUM));
            IpPacket packet = guest.receivePacket();
            assertEquals(136, Wire.get8(packet.bytes, packet.payload));
            assertEquals(target, packet.source);
            assertEquals(
                    "020152550a000202",
                    HexFormat.of().formatHex(packet.bytes, packet.payload + 24, packet.payload + 32));
        }
    }

    @Test
    void anEchoOfIpv6ComesBack() throws IOException {
        try (TestGuest guest = new TestGuest(NetworkSettings.DEFAULT)) {
            byte[] echo = echo(2000);
            echo[0] = (byte) 128;
            guest.send(TestGuest.packet(TestGuest.GUEST6, Addresses.GATEWAY6, IpPacket.ICMP6, echo, ICMP_CHECKSUM));
            IpPacket packet = guest.receiveFragments(2);
            assertEquals(2008, packet.length);
            assertEquals(129, Wire.get8(packet.bytes, packet.payload));
            assertTrue(packet.sumIsRight());
        }
    }

    // The end.

    @Test
    void aClosedNetworkHasGivenItsPortsBack() throws IOException {
        InetSocketAddress listening;
        try (TestGuest guest = new TestGuest(new NetworkSettings(List.of(TestGuest.FORWARD), List.of(), false, null))) {
            listening = guest.network.listening().getFirst();
        }
        try (ServerSocket again = new ServerSocket()) {
            again.bind(listening);
            assertTrue(again.isBound());
        }
        assertFalse(Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("swivel-network")));
    }

    @Test
    void aClosedNetworkCanBeSaved() throws IOException {
        UserNetwork network = UserNetwork.open(NetworkSettings.DEFAULT, null, _ -> {});
        network.close();
        Snapshot.Writer saved = new Snapshot.Writer();
        saved.section("network", network);
        assertTrue(saved.toByteArray().length > 0);
    }
}
