package swivel.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import swivel.devices.vsock.HostVsock;

/**
 * A vsock driver that does anything, while programs of the host come, listen, send, and go. Nothing is thrown, what is
 * remembered is bounded, and afterwards the device is as good as before. For longer: {@code
 * -Dswivel.vsock.steps=1000000}; others: {@code -Dswivel.vsock.seed=N}.
 */
class HostileVsockTest {
    private static final int STEPS = Integer.getInteger("swivel.vsock.steps", 100_000);
    private static final long SEED = Long.getLong("swivel.vsock.seed", 1);

    /** Ports of the host, of which the first ones have somebody behind them. */
    private static final int PORTS = 8;

    private static final int SERVICES = 4;

    @TempDir
    private Path directory;

    private static byte[] message(int queue, Random random) {
        byte[] content = new byte[random.nextInt(3) == 0 ? random.nextInt(1 << random.nextInt(12)) : 0];
        if (queue != VirtioVsock.TRANSMIT || random.nextInt(50) == 0) {
            random.nextBytes(content);
            return content;
        }
        boolean wild = random.nextInt(16) == 0;
        boolean answers = random.nextInt(3) == 0; // a program that asked for the guest's port
        return VsockPackets.packet(
                random.nextInt(100) == 0 ? random.nextLong() : VsockPackets.CID,
                random.nextInt(100) == 0 ? random.nextLong() : 2,
                random.nextInt(PORTS),
                answers ? (1 << 30) + random.nextInt(1 << random.nextInt(13)) : random.nextInt(PORTS),
                wild ? random.nextInt() : content.length,
                random.nextInt(50) == 0 ? random.nextInt() : 1,
                random.nextInt(50) == 0 ? random.nextInt() : 1 + random.nextInt(7),
                random.nextInt(4),
                wild ? random.nextInt() : 1 << 16,
                wild ? random.nextInt() : random.nextInt(1 << 12),
                content);
    }

    @Test
    @Timeout(1800)
    void whateverADriverDoesIsSurvived() throws Exception {
        ConcurrentLinkedQueue<String> said = new ConcurrentLinkedQueue<>();
        Path path = directory.resolve("v");
        AtomicLong exchanged = new AtomicLong();
        List<Thread> programs = new ArrayList<>();
        List<ServerSocketChannel> services = new ArrayList<>();
        try (HostVsock host = HostVsock.open(path, VsockPackets.CID, said::add)) {
            for (int port = 0; port < SERVICES; port++) {
                ServerSocketChannel service = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                services.add(service.bind(UnixDomainSocketAddress.of(path + "_" + port)));
                programs.add(Thread.ofPlatform().start(() -> serve(service, exchanged)));
            }
            programs.add(Thread.ofPlatform().start(() -> comeAndGo(path, exchanged)));
            VirtioVsock device = new VirtioVsock(host);
            try (QueuesDriver driver = new QueuesDriver(new Rig(), device)) {
                HostileDriver hostile = new HostileDriver(driver, device, HostileVsockTest::message, SEED);
                for (int i = 0; i < STEPS; i++) {
                    hostile.step();
                    if (i % 1000 == 0) {
                        assertTrue(host.size() <= HostVsock.MAX_CONNECTIONS);
                    }
                }
                for (ServerSocketChannel service : services) {
                    service.close();
                }
                for (Thread program : programs) {
                    program.interrupt();
                    program.join();
                }
                itStillWorks(driver, path);
            }
            assertTrue(exchanged.get() > 0);
        }
        assertEquals(
                List.of(),
                said.stream()
                        .filter(line -> !line.startsWith("the guest tried"))
                        .toList(),
                "-Dswivel.vsock.seed=" + SEED);
    }

    private static void itStillWorks(QueuesDriver driver, Path path) throws IOException {
        try (ServerSocketChannel service = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            service.bind(UnixDomainSocketAddress.of(path + "_99"));
            driver.start(VirtioVsock.F_STREAM);
            driver.offerBuffers(VirtioVsock.RECEIVE, 1, 64);
            driver.send(VirtioVsock.TRANSMIT, VsockPackets.packet(5, 99, VsockPackets.REQUEST, 0, 100, 0));
            driver.send(VirtioVsock.TRANSMIT, VsockPackets.packet(5, 99, VsockPackets.RW, 0, 100, 0, new byte[] {7}));
            try (SocketChannel peer = service.accept()) {
                ByteBuffer one = ByteBuffer.allocate(1);
                assertEquals(1, peer.read(one));
                assertEquals(7, one.get(0));
            }
        }
    }

    private static void serve(ServerSocketChannel service, AtomicLong exchanged) {
        Random random = new Random(SEED);
        while (!Thread.currentThread().isInterrupted()) {
            try (SocketChannel peer = service.accept()) {
                exchange(peer, random, exchanged);
            } catch (InterruptedException e) {
                return;
            } catch (IOException e) {
                if (!service.isOpen()) {
                    return;
                }
            }
        }
    }

    private static void comeAndGo(Path path, AtomicLong exchanged) {
        Random random = new Random(SEED);
        while (!Thread.currentThread().isInterrupted()) {
            try (SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                String line = random.nextInt(8) == 0 ? "CONN" : "CONNECT " + random.nextInt(PORTS) + "\n";
                int _ = socket.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)));
                exchange(socket, random, exchanged);
            } catch (IOException e) {
                // It comes again.
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static void exchange(SocketChannel peer, Random random, AtomicLong exchanged)
            throws IOException, InterruptedException {
        peer.configureBlocking(false);
        for (int i = random.nextInt(10); i > 0; i--) {
            ByteBuffer bytes = ByteBuffer.allocate(random.nextInt(1 << 16));
            long _ = exchanged.addAndGet(random.nextBoolean() ? peer.write(bytes) : Math.max(0, peer.read(bytes)));
            Thread.sleep(1);
        }
    }
}
