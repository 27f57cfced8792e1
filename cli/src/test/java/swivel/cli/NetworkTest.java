package swivel.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import swivel.formats.cpio.CpioWriter;

/**
 * A guest in the user-mode network: it gets its address by DHCP, asks a name server for a name, fetches from an HTTP
 * server, sends to a server, and is connected to from the host; sums tell whether all bytes came.
 */
@Timeout(300)
class NetworkTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    /** Drivers of Debian's kernel, in the order in which they are loaded. */
    private static final String[] MODULES = {
        "drivers/virtio/virtio_mmio", "net/core/failover", "drivers/net/net_failover", "drivers/net/virtio_net"
    };

    private static final String INIT = """
            #!/bin/busybox sh
            /bin/busybox --install -s /bin
            mount -t proc proc /proc
            mount -t sysfs sys /sys
            mount -t devtmpfs dev /dev
            for m in virtio_mmio failover net_failover virtio_net; do
              [ -e /lib/$m.ko ] && insmod /lib/$m.ko
            done
            ip link set lo up
            ip link set eth0 up
            cat /sys/class/net/eth0/address
            udhcpc -i eth0 -s /bound -n -q >/dev/null 2>&1
            . /commands
            poweroff -f
            """;

    private static final String BOUND = """
            #!/bin/sh
            [ "$1" = bound ] || exit 0
            ip addr add $ip/$mask dev $interface
            [ -n "$router" ] && ip route add default via $router
            [ -n "$dns" ] && echo "nameserver $dns" >/etc/resolv.conf
            echo "bound $ip/$mask via $router, names $dns" >/dev/console
            """;

    private static final String EXCHANGE = """
            wget -q -O /tmp/down archive.test/file
            sha256sum /tmp/down
            echo "answer: $(nc archive.test 81 </tmp/down)"
            nc -l -p 22 >/tmp/up
            sha256sum /tmp/up
            nc -l -p 23 </tmp/down
            wget -q -O /dev/null 10.0.2.2:9/ || echo "port 9 is closed"
            """;

    @TempDir
    Path directory;

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private Path initramfs(String commands, String kernel) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (CpioWriter cpio = new CpioWriter(new GZIPOutputStream(packed))) {
            for (String name : new String[] {"bin", "dev", "etc", "lib", "proc", "sys", "tmp"}) {
                cpio.directory(name);
            }
            cpio.characterDevice("dev/console", 0600, 5, 1)
                    .file("init", 0755, text(INIT))
                    .file("bound", 0755, text(BOUND))
                    .file("commands", 0755, text(commands))
                    .file("bin/busybox", 0755, Files.readAllBytes(Path.of(Swivel.guest("busybox/busybox"))));
            Swivel.addModules(cpio, kernel, MODULES);
        }
        return Files.write(directory.resolve("initramfs"), packed.toByteArray());
    }

    private static byte[] text(String content) {
        return content.getBytes(StandardCharsets.US_ASCII);
    }

    private Process start(String kernel, String commands, String network, String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                "--kernel",
                Swivel.guest(kernel),
                "--initrd",
                initramfs(commands, kernel).toString(),
                "--append",
                "console=ttyAMA0 quiet cryptomgr.notests=1 panic=-1",
                "--net",
                network));
        arguments.addAll(List.of(options));
        Process process = Swivel.start(arguments.toArray(String[]::new));
        process.getOutputStream().close();
        return process;
    }

    /** A name server that knows that everything is at 10.0.2.2. */
    private static DatagramSocket nameServer() throws IOException {
        DatagramSocket socket = new DatagramSocket(0, LOOPBACK);
        Thread.startVirtualThread(() -> {
            try {
                DatagramPacket query = new DatagramPacket(new byte[512], 512);
                while (true) {
                    socket.receive(query);
                    byte[] answer = answer(Arrays.copyOf(query.getData(), query.getLength()));
                    socket.send(new DatagramPacket(answer, answer.length, query.getSocketAddress()));
                }
            } catch (IOException e) {
                // The end.
            }
        });
        return socket;
    }

    /** The question, and for one of type A (RFC 1035) an answer that points to its name. */
    private static byte[] answer(byte[] query) {
        int end = 12;
        while (query[end] != 0) {
            end += 1 + query[end];
        }
        end += 5;
        boolean isAddress = query[end - 3] == 1;
        ByteBuffer answer = ByteBuffer.allocate(end + 16);
        answer.put(query, 0, end).putShort(2, (short) 0x8180).putShort(6, (short) (isAddress ? 1 : 0));
        answer.putShort(8, (short) 0).putShort(10, (short) 0);
        if (isAddress) {
            answer.putShort((short) 0xc00c)
                    .putShort((short) 1)
                    .putShort((short) 1)
                    .putInt(60);
            answer.putShort((short) 4).put(new byte[] {10, 0, 2, 2});
        }
        return Arrays.copyOf(answer.array(), answer.position());
    }

    /** Answers whatever it is asked for over HTTP with this. */
    private static ServerSocket httpServer(byte[] content) throws IOException {
        ServerSocket server = new ServerSocket(0, 1, LOOPBACK);
        Thread.startVirtualThread(() -> {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    InputStream in = socket.getInputStream();
                    for (int end = 0; end < 4; ) { // an empty line
                        int next = in.read();
                        end = next == (end % 2 == 0 ? '\r' : '\n') ? end + 1 : 0;
                        if (next < 0) {
                            break;
                        }
                    }
                    OutputStream out = socket.getOutputStream();
                    out.write(text("HTTP/1.0 200 OK\r\nContent-Length: " + content.length + "\r\n\r\n"));
                    out.write(content);
                } catch (IOException e) {
                    // The next one, or the end.
                }
            }
        });
        return server;
    }

    /** Takes one connection to its end, and then says what it got. */
    private static void sink(ServerSocket server) {
        Thread.startVirtualThread(() -> {
            try (Socket socket = server.accept()) {
                socket.getOutputStream()
                        .write(text(Swivel.sha256(socket.getInputStream().readAllBytes())));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
            return socket.getLocalPort();
        }
    }

    /** Sends to a port of the guest as soon as it takes it. */
    private static void send(int port, byte[] content) throws InterruptedException {
        while (true) {
            try (Socket socket = new Socket(LOOPBACK, port)) {
                socket.getOutputStream().write(content);
                socket.shutdownOutput();
                InputStream in = socket.getInputStream();
                if (in.read() < 0) {
                    return;
                }
            } catch (IOException e) {
                Thread.sleep(100); // the guest does not listen yet
            }
        }
    }

    private static byte[] receive(int port) throws InterruptedException {
        while (true) {
            try (Socket socket = new Socket(LOOPBACK, port)) {
                return socket.getInputStream().readAllBytes();
            } catch (IOException e) {
                Thread.sleep(100);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "linux-v7/vmlinux, patched, auto, 8_000_000",
        "linux-v7/vmlinux, translated, auto, 8_000_000",
        "linux-v7/vmlinux, patched, interp, 1_000_000",
        "stock/vmlinuz, patched, auto, 8_000_000",
        "stock/vmlinuz, translated, auto, 1_000_000"
    })
    void guestFetchesSendsAndIsReached(String kernel, String virt, String engine, String bytes) throws Exception {
        byte[] down = random(Integer.parseInt(bytes.replace("_", "")));
        byte[] up = random(down.length + 1);
        int portIn = freePort();
        int portOut = freePort();
        try (ServerSocket archive = httpServer(down);
                DatagramSocket names = nameServer();
                ServerSocket sink = new ServerSocket(0, 1, LOOPBACK)) {
            sink(sink);
            Process process = start(
                    kernel,
                    EXCHANGE,
                    "user,resolver=127.0.0.1:%d,guestfwd=tcp:10.0.2.2:80-127.0.0.1:%d,guestfwd=tcp:10.0.2.2:81-:%d,hostfwd=tcp::%d-:22,hostfwd=tcp:127.0.0.1:%d-10.0.2.15:23"
                            .formatted(
                                    names.getLocalPort(), archive.getLocalPort(), sink.getLocalPort(), portIn, portOut),
                    "--virt",
                    virt,
                    "--engine",
                    engine);
            CompletableFuture<Swivel.Result> ended = CompletableFuture.supplyAsync(() -> Swivel.finish(process));
            Thread.startVirtualThread(() -> {
                try {
                    send(portIn, up);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            byte[] fetched = receive(portOut);
            Swivel.Result result = ended.get();
            String said = result.output() + result.errors();
            assertEquals(ExitStatus.OK, result.status(), said);
            assertTrue(result.output().contains("52:54:00:12:34:56"), said);
            assertTrue(result.output().contains("bound 10.0.2.15/24 via 10.0.2.2, names 10.0.2.3"), said);
            assertTrue(result.output().contains(Swivel.sha256(down) + "  /tmp/down"), said);
            assertTrue(result.output().contains("answer: " + Swivel.sha256(down)), said);
            assertTrue(result.output().contains(Swivel.sha256(up) + "  /tmp/up"), said);
            assertEquals(Swivel.sha256(down), Swivel.sha256(fetched), said);
            assertTrue(result.output().contains("port 9 is closed"), said);
            assertTrue(
                    result.errors().contains("the guest tried to connect to 10.0.2.2:9, the host's loopback in QEMU"),
                    said);
            assertFalse(result.errors().contains("defect"), said);
        }
    }

    /** The demo has its address, and ports by the names that udev gives them, before its script begins. */
    @Test
    void theDemoHasANetworkAndPorts() throws IOException {
        Path port = directory.resolve("port");
        try (ServerSocket archive = httpServer(text("fetched\n"));
                DatagramSocket names = nameServer()) {
            Swivel.Result result = Swivel.run(
                    "demo",
                    "--net",
                    "user,resolver=127.0.0.1:%d,guestfwd=tcp:10.0.2.2:80-127.0.0.1:%d"
                            .formatted(names.getLocalPort(), archive.getLocalPort()),
                    "--port",
                    "kept=" + port,
                    "--script",
                    "wget -q -O - archive.test/file; echo written >/dev/virtio-ports/kept; ls -A /dev/virtio-ports");
            assertEquals(ExitStatus.OK, result.status(), result.errors());
            assertEquals("fetched\nkept\n", result.output());
            assertEquals("written\n", Files.readString(port));
        }
    }

    @Test
    void aRestrictedGuestReachesNothingButWhatIsOpened() throws Exception {
        try (ServerSocket archive = httpServer(text("opened\n"));
                DatagramSocket names = nameServer()) {
            Process process = start(
                    "linux-v7/vmlinux",
                    """
                    ip route add default via 10.0.2.2
                    echo nameserver 10.0.2.3 >/etc/resolv.conf
                    wget -q -O - 10.0.2.2/
                    nslookup archive.test | grep 10.0.2.2 || echo "no names"
                    wget -q -O - -T 5 192.0.2.1/ || echo "no way out"
                    ping -c 1 10.0.2.2 | grep received
                    """,
                    "user,restrict=on,resolver=127.0.0.1:%d,guestfwd=tcp:10.0.2.2:80-127.0.0.1:%d"
                            .formatted(names.getLocalPort(), archive.getLocalPort()));
            Swivel.Result result = Swivel.finish(process);
            String said = result.output() + result.errors();
            assertEquals(ExitStatus.OK, result.status(), said);
            assertTrue(result.output().contains("bound 10.0.2.15/24 via , names "), said);
            assertTrue(result.output().contains("opened"), said);
            assertTrue(result.output().contains("no names"), said);
            assertTrue(result.output().contains("no way out"), said);
            assertTrue(result.output().contains("1 packets received"), said);
        }
    }

    /** Debian's kernel speaks IPv6; what went over the cable is in the capture. */
    @Test
    void guestFindsAnAddressOfIpv6AndConnects() throws Exception {
        Path capture = directory.resolve("capture");
        try (ServerSocket archive = httpServer(text("fetched over IPv6\n"))) {
            Process process = start(
                    "stock/vmlinuz",
                    """
                    until ip -6 addr show dev eth0 | grep -q fec0; do sleep 1; done
                    until wget -q -O - [fec0::2]/; do sleep 1; done
                    ping6 -c 1 fec0::3 | grep received
                    """,
                    "user,guestfwd=tcp:[fec0::2]:80-127.0.0.1:" + archive.getLocalPort(),
                    "--pcap",
                    capture.toString());
            Swivel.Result result = Swivel.finish(process);
            String said = result.output() + result.errors();
            assertEquals(ExitStatus.OK, result.status(), said);
            assertTrue(result.output().contains("fetched over IPv6"), said);
            assertTrue(result.output().contains("1 packets received"), said);
        }
        assertTrue(connectionsOfIpv6(ByteBuffer.wrap(Files.readAllBytes(capture))) > 0);
    }

    /** Counts the first segments from port 80 in a capture, all of whose records are whole. */
    private static int connectionsOfIpv6(ByteBuffer capture) {
        assertEquals(0xa1b2_3c4d, capture.getInt());
        assertEquals(1, capture.getInt(20), "Ethernet");
        capture.position(24);
        int found = 0;
        while (capture.hasRemaining()) {
            int length = capture.getInt(capture.position() + 8);
            ByteBuffer frame = capture.slice(capture.position() + 16, length);
            if (frame.getShort(12) == (short) 0x86dd && frame.get(20) == 6 && frame.getShort(54) == 80) {
                found += frame.get(67) == 0x12 ? 1 : 0;
            }
            capture.position(capture.position() + 16 + length);
        }
        return found;
    }
}
