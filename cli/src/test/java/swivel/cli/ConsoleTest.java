package swivel.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
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

/** Linux with a virtio console and ports: what a person does with {@code --console} and {@code --port}. */
@Timeout(300)
class ConsoleTest {
    /** Drivers of Debian's kernel, in the order in which they are loaded. */
    private static final String[] MODULES = {"drivers/virtio/virtio_mmio", "drivers/char/virtio_console"};

    /** Finds a port by its name, as udev does. */
    private static final String INIT = """
            #!/bin/busybox sh
            /bin/busybox --install -s /bin
            mount -t proc proc /proc
            mount -t sysfs sys /sys
            mount -t devtmpfs dev /dev
            for m in virtio_mmio virtio_console; do
              [ -e /lib/$m.ko ] && insmod /lib/$m.ko
            done
            port() {
              until grep -lx "$1" /sys/class/virtio-ports/*/name >/tmp/found 2>/dev/null; do sleep 0.1; done
              sed 's,.*/\\(vport[^/]*\\)/name,/dev/\\1,' /tmp/found
            }
            until [ -c /dev/hvc0 ]; do sleep 0.1; done
            exec </dev/hvc0 >/dev/hvc0 2>&1
            . /commands
            poweroff -f
            """;

    private static final String EXCHANGE = """
            echo "kept for later" >$(port log)
            exec 3<>$(port chat)
            head -c LENGTH <&3 >/tmp/got
            sha256sum /tmp/got
            cat /tmp/got >&3
            cat <&3 >/tmp/rest
            echo "then $(cat /tmp/rest)"
            read line
            echo "typed: $line"
            """;

    @TempDir
    private Path directory;

    private Path initramfs(String commands, String kernel) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (CpioWriter cpio = new CpioWriter(new GZIPOutputStream(packed))) {
            for (String name : new String[] {"bin", "dev", "lib", "proc", "sys", "tmp"}) {
                cpio.directory(name);
            }
            cpio.characterDevice("dev/console", 0600, 5, 1)
                    .file("init", 0755, INIT.getBytes(US_ASCII))
                    .file("commands", 0755, commands.getBytes(US_ASCII))
                    .file("bin/busybox", 0755, Files.readAllBytes(Path.of(Swivel.guest("busybox/busybox"))));
            Swivel.addModules(cpio, kernel, MODULES);
        }
        return Files.write(directory.resolve("initramfs"), packed.toByteArray());
    }

    private String[] arguments(String kernel, String commands, String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                "--kernel",
                Swivel.guest(kernel),
                "--initrd",
                initramfs(commands, kernel).toString(),
                "--append",
                "console=hvc0 quiet cryptomgr.notests=1 panic=-1",
                "--console",
                "virtio"));
        arguments.addAll(List.of(options));
        return arguments.toArray(String[]::new);
    }

    private static SocketChannel connect(Path socket) throws InterruptedException {
        while (true) {
            try {
                return SocketChannel.open(UnixDomainSocketAddress.of(socket));
            } catch (IOException e) {
                Thread.sleep(100); // it is not there yet
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "linux-v7/vmlinux, patched, auto, 4_000_000",
        "linux-v7/vmlinux, translated, interp, 300_000",
        "stock/vmlinuz, patched, auto, 4_000_000",
        "stock/vmlinuz, translated, auto, 300_000"
    })
    void programsOfHostAndGuestTalkToEachOther(String kernel, String virt, String engine, String bytes)
            throws Exception {
        byte[] content = new byte[Integer.parseInt(bytes.replace("_", ""))];
        new Random(content.length).nextBytes(content);
        Path socket = directory.resolve("chat");
        Path log = directory.resolve("log");
        Process process = Swivel.start(arguments(
                kernel,
                EXCHANGE.replace("LENGTH", Integer.toString(content.length)),
                "--virt",
                virt,
                "--engine",
                engine,
                "--port",
                "log=" + log,
                "--port",
                "chat=unix:" + socket));
        try (OutputStream keys = process.getOutputStream()) {
            keys.write("what a person types\n".getBytes(US_ASCII));
        }
        CompletableFuture<Swivel.Result> ended = CompletableFuture.supplyAsync(() -> Swivel.finish(process));
        byte[] back;
        try (SocketChannel peer = connect(socket)) {
            ByteBuffer out = ByteBuffer.wrap(content);
            while (out.hasRemaining()) {
                int _ = peer.write(out);
            }
            back = Channels.newInputStream(peer).readNBytes(content.length);
        }
        Swivel.Result result = ended.get();
        String said = result.output() + result.errors();
        assertEquals(ExitStatus.OK, result.status(), said);
        assertTrue(result.output().contains(Swivel.sha256(content) + "  /tmp/got"), said);
        assertEquals(Swivel.sha256(content), Swivel.sha256(back));
        assertTrue(result.output().contains("then "), "the end of the connection: " + said);
        assertTrue(result.output().contains("typed: what a person types"), said);
        assertEquals("kept for later\n", Files.readString(log));
        assertTrue(Files.notExists(socket, LinkOption.NOFOLLOW_LINKS), "the socket is removed");
    }

    @Test
    void aPortIsReachedByTcp() throws Exception {
        Process process =
                Swivel.start(arguments("linux-v7/vmlinux", "head -n 1 <$(port net)\n", "--port", "net=tcp::0"));
        StringBuilder errors = new StringBuilder();
        InputStream from = process.getErrorStream();
        while (!errors.toString().matches("(?s).*port ([0-9]+) of 127.0.0.1 leads to the guest's port net\n.*")) {
            int next = from.read();
            assertTrue(next >= 0, errors.toString());
            errors.append((char) next);
        }
        int port = Integer.parseInt(errors.toString().replaceAll("(?s).*port ([0-9]+) of.*", "$1"));
        try (Socket peer = new Socket(InetAddress.getLoopbackAddress(), port)) {
            peer.getOutputStream().write("hello over TCP\n".getBytes(US_ASCII));
            process.getOutputStream().close();
            Swivel.Result result = Swivel.finish(process);
            assertEquals(ExitStatus.OK, result.status(), result.errors());
            assertTrue(result.output().contains("hello over TCP"), result.output());
        }
    }

    /** What the guest prints to the serial port is seen as well. */
    @Test
    void theGuestKnowsTheSizeOfTheTerminal() throws Exception {
        String swivel = Path.of(System.getProperty("java.home"), "bin", "java")
                + " -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -cp " + System.getProperty("java.class.path")
                + " swivel.cli.Main ";
        String[] arguments = arguments("linux-v7/vmlinux", """
                echo "at first $(stty size)"
                read line
                sleep 1
                echo "now $(stty size)"
                echo "serial, too" >/dev/ttyAMA0
                sleep 1
                """);
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = "'" + arguments[i] + "'";
        }
        Path shell = Files.writeString(
                directory.resolve("shell"),
                "stty rows 33 cols 101\n(until [ -e resize ]; do sleep 0.1; done; stty rows 44 cols 111 </dev/tty;"
                        + " touch resized) &\n"
                        + swivel + String.join(" ", arguments) + "\n");
        Process process = new ProcessBuilder("script", "-qec", "sh " + shell, "/dev/null")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        StringBuilder screen = new StringBuilder();
        try (InputStream from = process.getInputStream();
                OutputStream keys = process.getOutputStream()) {
            for (int next = from.read(); next >= 0; next = from.read()) {
                screen.append((char) next);
                if (Files.notExists(directory.resolve("resize")) && screen.indexOf("at first 33 101") >= 0) {
                    Files.createFile(directory.resolve("resize"));
                    while (Files.notExists(directory.resolve("resized"))) {
                        Thread.sleep(50);
                    }
                    keys.write('\n');
                    keys.flush();
                }
            }
        } catch (IOException e) {
            // The terminal has gone.
        }
        assertEquals(0, process.waitFor(), screen.toString());
        assertTrue(screen.indexOf("now 44 111") > 0, screen.toString());
        assertTrue(screen.indexOf("serial, too") > 0, screen.toString());
    }
}
