package swivel.devices.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import swivel.devices.net.NetworkSettings.Forward;
import swivel.devices.net.NetworkSettings.Opening;

/** A guest without a machine: it speaks by frames, and notes what the network says to the person. */
final class TestGuest implements AutoCloseable {
    static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    /** Its address of IPv6. */
    static final Address GUEST6 = new Address(Addresses.PREFIX, 0x15);

    /** A free port of the host that leads to port 22 of the guest. */
    static final Forward FORWARD = new Forward(new InetSocketAddress(LOOPBACK, 0), null, 22);

    private static final int SECONDS = 20;

    final UserNetwork network;
    final List<String> said = new ArrayList<>();
    private final EthernetCable cable;
    private final Semaphore frames = new Semaphore(0);

    TestGuest(NetworkSettings settings) throws IOException {
        network = UserNetwork.open(settings, null, line -> {
            synchronized (said) {
                said.add(line);
            }
        });
        cable = network.cable();
        cable.connectDevice(frames::release, () -> {});
    }

    /** A port of the gateway, over both versions of IP, that leads to this one of the host's loopback. */
    static List<Opening> openings(int port, int hostPort) {
        InetSocketAddress host = new InetSocketAddress(LOOPBACK, hostPort);
        return List.of(
                new Opening(Addresses.GATEWAY.inet(), port, host), new Opening(Addresses.GATEWAY6.inet(), port, host));
    }

    /** Sends a frame; if there is no room, it is lost. */
    void send(byte[] frame) {
        boolean _ = offer(frame);
    }

    /** Sends a frame, if there is room. */
    boolean offer(byte[] frame) {
        int at = cable.reserve();
        if (at >= 0) {
            System.arraycopy(frame, 0, cable.sendBuffer(), at, frame.length);
            cable.send(frame.length, 0, 0);
        }
        return at >= 0;
    }

    /** The next frame for the guest; null if none comes for so long. */
    byte[] receive(long milliseconds) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(milliseconds);
        FrameRing ring = cable.forGuest();
        while (!ring.next()) {
            long left = end - System.nanoTime();
            try {
                if (left <= 0 || !frames.tryAcquire(left, TimeUnit.NANOSECONDS) && !ring.next()) {
                    return null;
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        byte[] frame = Arrays.copyOfRange(ring.bytes(), ring.offset(), ring.offset() + ring.length());
        cable.release();
        return frame;
    }

    byte[] receive() {
        byte[] frame = receive(TimeUnit.SECONDS.toMillis(SECONDS));
        Assertions.assertNotNull(frame, "no frame came");
        return frame;
    }

    /** The next frame, which is an IP packet with right checksums. */
    IpPacket receivePacket() {
        byte[] frame = receive();
        IpPacket packet = new IpPacket();
        int size = frame.length - Ethernet.HEADER;
        boolean v4 = Wire.get16(frame, Ethernet.TYPE) == Ethernet.IPV4;
        Assertions.assertTrue(
                v4 ? packet.parse4(frame, Ethernet.HEADER, size) : packet.parse6(frame, Ethernet.HEADER, size));
        if (!packet.isFragment() && packet.protocol != IpPacket.ICMP) {
            Assertions.assertTrue(packet.sumIsRight(), "checksum");
        }
        return packet;
    }

    /** The next datagram, which comes in so many fragments. */
    IpPacket receiveFragments(int count) {
        Reassembly reassembly = new Reassembly();
        IpPacket packet = receivePacket();
        int fragments = 1;
        while (!reassembly.complete(packet)) {
            packet = receivePacket();
            fragments++;
        }
        Assertions.assertEquals(count, fragments);
        return packet;
    }

    /** A frame of the guest's card with a packet; the checksum is computed if there is a place for it. */
    static byte[] packet(Address from, Address to, int protocol, byte[] payload, int checksum) {
        boolean v4 = to.isV4();
        int header = v4 ? IpPacket.V4_HEADER : IpPacket.V6_HEADER;
        byte[] frame = new byte[Ethernet.HEADER + header + payload.length];
        System.arraycopy(Addresses.GATEWAY_MAC, 0, frame, 0, 6);
        System.arraycopy(Addresses.GUEST_MAC, 0, frame, 6, 6);
        int ip = Ethernet.HEADER;
        if (v4) {
            Wire.put16(frame, Ethernet.TYPE, Ethernet.IPV4);
            Wire.put16(frame, ip, 0x4500);
            Wire.put16(frame, ip + 2, header + payload.length);
            Wire.put16(frame, ip + 8, 64 << 8 | protocol);
            from.write(frame, ip + 12);
            to.write(frame, ip + 16);
            Wire.put16(frame, ip + 10, Wire.checksum(Wire.sum(frame, ip, header, 0)));
        } else {
            Wire.put16(frame, Ethernet.TYPE, Ethernet.IPV6);
            Wire.put32(frame, ip, 0x6000_0000);
            Wire.put16(frame, ip + 4, payload.length);
            Wire.put16(frame, ip + 6, protocol << 8 | 255);
            from.write(frame, ip + 8);
            to.write(frame, ip + 24);
        }
        System.arraycopy(payload, 0, frame, ip + header, payload.length);
        if (checksum >= 0) {
            long pseudo = protocol == IpPacket.ICMP ? 0 : from.sum() + to.sum() + protocol + payload.length;
            Wire.put16(frame, ip + header + checksum, Wire.checksum(Wire.sum(payload, 0, payload.length, pseudo)));
        }
        return frame;
    }

    static byte[] udp(Address from, int fromPort, Address to, int toPort, byte... content) {
        byte[] payload = new byte[Udp.HEADER + content.length];
        Udp.header(payload, fromPort, toPort, payload.length);
        System.arraycopy(content, 0, payload, Udp.HEADER, content.length);
        return packet(from, to, IpPacket.UDP, payload, Udp.CHECKSUM);
    }

    static byte[] tcp(Flow flow, int flags, int seq, int ack, byte... content) {
        byte[] payload = new byte[TcpSegment.HEADER + content.length];
        Wire.put16(payload, 0, flow.guestPort());
        Wire.put16(payload, 2, flow.peerPort());
        Wire.put32(payload, 4, seq);
        Wire.put32(payload, 8, ack);
        Wire.put16(payload, 12, 0x5000 | flags);
        Wire.put16(payload, 14, 60_000);
        System.arraycopy(content, 0, payload, TcpSegment.HEADER, content.length);
        return packet(flow.guest(), flow.peer(), IpPacket.TCP, payload, TcpSegment.CHECKSUM);
    }

    /** The next frame, which is a segment. */
    TcpSegment receiveSegment() {
        IpPacket packet = receivePacket();
        Assertions.assertEquals(IpPacket.TCP, packet.protocol);
        TcpSegment segment = new TcpSegment();
        Assertions.assertTrue(segment.parse(packet));
        return segment;
    }

    /** The lines that were said so far. */
    String said() {
        synchronized (said) {
            return String.join("\n", said);
        }
    }

    @Override
    public void close() {
        network.close();
        Assertions.assertEquals(0, network.defects(), said());
    }
}
