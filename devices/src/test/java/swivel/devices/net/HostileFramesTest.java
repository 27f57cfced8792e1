package swivel.devices.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Frames at random: valid ones of all kinds, whose bytes and lengths are then changed. Nothing is thrown, what the
 * network remembers stays within its bounds, what is closed stays closed, and afterwards the network is as good as
 * before. A million frames: {@code -Dswivel.net.frames=1000000}; others: {@code -Dswivel.net.seed=N}.
 */
class HostileFramesTest {
    private static final int FRAMES = Integer.getInteger("swivel.net.frames", 50_000);
    private static final long SEED = Long.getLong("swivel.net.seed", 1);

    private static final Address[] PLACES = {
        Addresses.GUEST,
        Addresses.GATEWAY,
        Addresses.NAMES,
        Addresses.BROADCAST,
        Address.v4(0),
        Address.v4(0x7f00_0001),
        Address.v4(0xe000_00fb),
        Address.v4(Addresses.NETWORK | 0xff)
    };
    private static final Address[] PLACES6 = {
        TestGuest.GUEST6,
        Addresses.GATEWAY6,
        Addresses.NAMES6,
        Addresses.ROUTER6,
        Addresses.ALL_NODES6,
        new Address(0, 1),
        new Address(0, 0)
    };

    private final Random random = new Random(SEED);
    private int openPort;

    private Address place(boolean v4) {
        return v4 ? PLACES[random.nextInt(PLACES.length)] : PLACES6[random.nextInt(PLACES6.length)];
    }

    private byte[] bytes(int most) {
        byte[] bytes = new byte[random.nextInt(1 << random.nextInt(32 - Integer.numberOfLeadingZeros(most)))];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] frame() {
        boolean v4 = random.nextBoolean();
        Address from = random.nextInt(4) > 0 ? (v4 ? PLACES : PLACES6)[0] : place(v4);
        Address to = place(v4);
        return switch (random.nextInt(8)) {
            case 0 -> bytes(2000);
            case 1 -> {
                byte[] arp = Arrays.copyOf(bytes(64), 60);
                System.arraycopy(Addresses.GUEST_MAC, 0, arp, 6, 6);
                Wire.put16(arp, 12, Ethernet.ARP);
                Wire.put32(arp, 14, 0x0001_0800);
                Wire.put32(arp, 18, 0x0604_0001);
                yield arp;
            }
            case 2 -> {
                byte[] message = Arrays.copyOf(bytes(600), 300);
                message[0] = 1;
                Wire.put16(message, 1, 0x0106);
                Wire.put32(message, 236, 0x6382_5363);
                Wire.put16(message, 240, 53 << 8 | 1);
                message[242] = (byte) random.nextInt(10);
                yield TestGuest.udp(Address.v4(0), 68, Addresses.BROADCAST, 67, message);
            }
            case 3 -> TestGuest.udp(from, random.nextInt(65536), to, random.nextBoolean() ? 53 : 9, bytes(1400));
            case 4 -> TestGuest.packet(from, to, v4 ? 1 : 58, type(bytes(1400)), 2);
            default -> {
                Flow flow = new Flow(from, 1000 + random.nextInt(3000), to, random.nextBoolean() ? openPort : 80);
                int flags = random.nextInt(3) > 0 ? TcpSegment.SYN : random.nextInt(64);
                yield TestGuest.tcp(flow, flags, random.nextInt(4) * 1000, random.nextInt(), bytes(1400));
            }
        };
    }

    private byte[] type(byte[] content) {
        byte[] message = Arrays.copyOf(content, Math.max(8, content.length));
        int[] types = {8, 128, 133, 134, 135, 136, 0, 3};
        message[0] = (byte) types[random.nextInt(types.length)];
        return message;
    }

    /** Half of them stay as they are. */
    private byte[] changed(byte[] frame) {
        if (random.nextBoolean() || frame.length < 20) {
            return frame;
        }
        byte[] changed = random.nextInt(4) == 0 ? Arrays.copyOf(frame, random.nextInt(frame.length)) : frame;
        for (int i = random.nextInt(4); i > 0 && changed.length > 0; i--) {
            changed[random.nextInt(Math.min(changed.length, 80))] = (byte) random.nextInt();
        }
        // The header's checksum would hide all else.
        int ip = Ethernet.HEADER;
        if (changed.length > ip + 20 && Wire.get16(changed, 12) == Ethernet.IPV4 && random.nextInt(4) > 0) {
            int header = Math.min((changed[ip] & 0xf) * 4, changed.length - ip);
            Wire.put16(changed, ip + 10, 0);
            Wire.put16(changed, ip + 10, Wire.checksum(Wire.sum(changed, ip, header, 0)));
        }
        return changed;
    }

    @Test
    @Timeout(1800)
    void nothingThatAGuestSendsDoesHarm() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, TestGuest.LOOPBACK);
                ServerSocket secret = new ServerSocket(0, 50, TestGuest.LOOPBACK);
                DatagramSocket resolver = new DatagramSocket(0, TestGuest.LOOPBACK);
                TestGuest guest = new TestGuest(new NetworkSettings(
                        List.of(TestGuest.FORWARD),
                        TestGuest.openings(80, server.getLocalPort()),
                        false,
                        (InetSocketAddress) resolver.getLocalSocketAddress()))) {
            openPort = secret.getLocalPort();
            Thread.startVirtualThread(() -> answer(server));
            long answers = 0;
            for (int i = 0; i < FRAMES; i++) {
                byte[] frame = changed(frame());
                while (!guest.offer(frame)) {
                    Thread.onSpinWait();
                }
                if (i % 64 == 0) {
                    while (guest.receive(0) != null) {
                        answers++;
                    }
                }
            }
            assertTrue(answers > FRAMES / 100, answers + " answers");
            secret.setSoTimeout(100);
            try (Socket reached = secret.accept()) {
                throw new AssertionError("the guest reached " + reached);
            } catch (IOException e) {
                // Nobody came.
            }
            while (guest.receive(200) != null) {
                answers++;
            }
            guest.send(TestGuest.udp(Addresses.GUEST, 68, Addresses.GATEWAY, 67)); // the last one before we look
            assertTrue(guest.network.remembers() <= UserNetwork.MOST_REMEMBERED, guest.network.remembers() + " things");
            echoStillWorks(guest);
            assertEquals(0, guest.network.defects(), "-Dswivel.net.seed=" + SEED + ": " + guest.said());
        }
    }

    private static void echoStillWorks(TestGuest guest) {
        byte[] echo = new byte[64];
        echo[0] = 8;
        echo[7] = 99;
        guest.send(TestGuest.packet(Addresses.GUEST, Addresses.GATEWAY, IpPacket.ICMP, echo, 2));
        for (int i = 0; i < 10_000; i++) {
            byte[] frame = guest.receive();
            int at = Ethernet.HEADER + IpPacket.V4_HEADER;
            if (frame[Ethernet.HEADER + 9] == IpPacket.ICMP && frame[at] == 0 && frame[at + 7] == 99) {
                return;
            }
        }
        throw new AssertionError("no echo");
    }

    private static void answer(ServerSocket server) {
        while (true) {
            try {
                Socket socket = server.accept();
                Thread.startVirtualThread(() -> {
                    try (socket) {
                        long _ = socket.getInputStream().transferTo(socket.getOutputStream());
                    } catch (IOException e) {
                        // As it likes.
                    }
                });
            } catch (IOException e) {
                return;
            }
        }
    }
}
