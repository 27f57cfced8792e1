package swivel.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import swivel.formats.cpio.CpioWriter;

/** Debian's kernel with its vsock modules: programs of guest and host talk to each other with {@code --vsock}. */
class VsockTest {
    private static final String KERNEL = "stock/vmlinuz";

    /** Drivers of Debian's kernel, in the order in which they are loaded. */
    private static final String[] MODULES = {
        "drivers/virtio/virtio_mmio",
        "net/vmw_vsock/vsock",
        "net/vmw_vsock/vmw_vsock_virtio_transport_common",
        "net/vmw_vsock/vmw_vsock_virtio_transport"
    };

    private static final String INIT = """
            #!/bin/busybox sh
            /bin/busybox --install -s /bin
            mount -t proc proc /proc
            mount -t devtmpfs dev /dev
            for m in virtio_mmio vsock vmw_vsock_virtio_transport_common vmw_vsock_virtio_transport; do
              insmod /lib/$m.ko
            done
            head -c LENGTH /dev/urandom >/tmp/out
            echo "sends $(sha256sum </tmp/out)"
            vsock 52 </tmp/out >/tmp/in
            echo "status $?, got $(sha256sum </tmp/in)"
            (until vsock 53 </dev/null; do sleep 0.1; done) & # says that it listens, more or less
            vsock -l 1024 </tmp/in >/tmp/again
            echo "status $?, again $(sha256sum </tmp/again)"
            vsock 99 </dev/null
            poweroff -f
            """;

    /** The common pool may have but one thread, and these wait for each other. */
    private static final Executor OWN_THREAD =
            task -> Thread.ofPlatform().daemon().start(task);

    @TempDir
    private Path directory;

    private Path program() throws IOException, InterruptedException {
        Path source = directory.resolve("vsock.c");
        try (InputStream in = VsockTest.class.getResourceAsStream("/vsock/vsock.c")) {
            Files.copy(Objects.requireNonNull(in), source);
        }
        Path program = directory.resolve("vsock");
        Process process = new ProcessBuilder(
                        "arm-linux-gnueabi-gcc", "-O2", "-static", "-s", "-o", "" + program, "" + source)
                .inheritIO()
                .start();
        assertEquals(0, process.waitFor());
        return program;
    }

    private Path initramfs(int length) throws IOException, InterruptedException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (CpioWriter cpio = new CpioWriter(new GZIPOutputStream(packed))) {
            for (String name : new String[] {"bin", "dev", "lib", "proc", "tmp"}) {
                cpio.directory(name);
            }
            cpio.characterDevice("dev/console", 0600, 5, 1)
                    .file("init", 0755, INIT.replace("LENGTH", "" + length).getBytes(US_ASCII))
                    .file("bin/vsock", 0755, Files.readAllBytes(program()))
                    .file("bin/busybox", 0755, Files.readAllBytes(Path.of(Swivel.guest("busybox/busybox"))));
            Swivel.addModules(cpio, KERNEL, MODULES);
        }
        return Files.write(directory.resolve("initramfs"), packed.toByteArray());
    }

    private static String sum(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends all, says that it is all, and reads to the end; both at once. */
    private static byte[] exchange(SocketChannel peer, byte[] content) {
        CompletableFuture<Void> sent = CompletableFuture.runAsync(
                () -> {
                    try {
                        for (ByteBuffer left = ByteBuffer.wrap(content); left.hasRemaining(); ) {
                            int _ = peer.write(left);
                        }
                        peer.shutdownOutput();
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                },
                OWN_THREAD);
        try {
            byte[] got = Channels.newInputStream(peer).readAllBytes();
            sent.join();
            return got;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private SocketChannel connectToGuest(Path path) throws IOException, InterruptedException {
        while (true) {
            SocketChannel peer = SocketChannel.open(UnixDomainSocketAddress.of(path));
            int _ = peer.write(ByteBuffer.wrap("CONNECT 1024\n".getBytes(US_ASCII)));
            StringBuilder line = new StringBuilder();
            InputStream in = Channels.newInputStream(peer);
            for (int next = in.read(); next >= 0; next = in.read()) {
                line.append((char) next);
                if (next == '\n') {
                    assertTrue(line.toString().matches("OK [0-9]+\n"), line.toString());
                    return peer;
                }
            }
            peer.close();
            Thread.sleep(100); // nobody listens yet
        }
    }

    @ParameterizedTest
    @Timeout(300)
    @CsvSource({"patched, auto, 1, 8_000_000", "translated, auto, 2, 1_000_000", "patched, interp, 1, 300_000"})
    void programsOfHostAndGuestTalkToEachOther(String virt, String engine, String cores, String bytes)
            throws Exception {
        byte[] content = new byte[Integer.parseInt(bytes.replace("_", ""))];
        new Random(content.length).nextBytes(content);
        Path path = directory.resolve("v.sock");
        byte[] fromGuest;
        byte[] fromListener;
        Swivel.Result result;
        try (ServerSocketChannel service = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                ServerSocketChannel listens = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            service.bind(UnixDomainSocketAddress.of(path + "_52"));
            listens.bind(UnixDomainSocketAddress.of(path + "_53"));
            Process process = Swivel.start(
                    "run",
                    "--kernel",
                    Swivel.guest(KERNEL),
                    "--initrd",
                    initramfs(content.length).toString(),
                    "--append",
                    "console=ttyAMA0 quiet cryptomgr.notests=1 panic=-1",
                    "--virt",
                    virt,
                    "--engine",
                    engine,
                    "--smp",
                    cores,
                    "--vsock",
                    path + ",cid=77");
            CompletableFuture<Swivel.Result> ended =
                    CompletableFuture.supplyAsync(() -> Swivel.finish(process), OWN_THREAD);
            try (SocketChannel peer = service.accept()) {
                fromGuest = exchange(peer, content);
            }
            listens.accept().close();
            try (SocketChannel peer = connectToGuest(path)) {
                fromListener = exchange(peer, content);
            }
            result = ended.get();
        }
        String said = result.output() + result.errors();
        assertEquals(0, result.status(), said);
        assertEquals(content.length, fromGuest.length);
        assertTrue(result.output().contains("sends " + sum(fromGuest)), said);
        assertTrue(result.output().contains("status 0, got " + sum(content)), said);
        assertEquals(sum(content), sum(fromListener));
        assertTrue(result.output().contains("status 0, again " + sum(content)), said);
        assertTrue(result.output().contains("connect: Connection reset by peer"), said);
        assertTrue(result.errors().contains("v.sock_99: there is none"), said);
        assertTrue(Files.notExists(path, LinkOption.NOFOLLOW_LINKS));
    }
}
