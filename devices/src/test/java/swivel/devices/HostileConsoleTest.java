package swivel.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import swivel.devices.ports.HostPorts;
import swivel.devices.streams.Listener;

/**
 * A driver of the console and of ports that does anything, while programs of the host come, send, and go. Nothing is
 * thrown, and afterwards the devices are as good as before. For longer: {@code -Dswivel.console.steps=1000000}; others:
 * {@code -Dswivel.console.seed=N}.
 */
class HostileConsoleTest {
    private static final int STEPS = Integer.getInteger("swivel.console.steps", 100_000);
    private static final long SEED = Long.getLong("swivel.console.seed", 1);

    @TempDir
    private Path directory;

    private static byte[] message(int queue, Random random) {
        if (queue != VirtioPorts.CONTROL_TRANSMIT || random.nextInt(8) == 0) {
            byte[] bytes = new byte[random.nextInt(1 << random.nextInt(13))];
            random.nextBytes(bytes);
            return bytes;
        }
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(random.nextInt(16) == 0 ? random.nextInt() : random.nextInt(5))
                .putShort((short) (random.nextInt(16) == 0 ? random.nextInt() : random.nextInt(8)))
                .putShort((short) (random.nextInt(4) > 0 ? 1 : random.nextInt()))
                .array();
    }

    @Test
    @Timeout(1800)
    void whateverADriverDoesIsSurvived() throws IOException {
        ConcurrentLinkedQueue<String> said = new ConcurrentLinkedQueue<>();
        AtomicLong kept = new AtomicLong();
        try (HostPorts ports = new HostPorts(said::add)) {
            ports.addFile("log", new OutputStream() {
                @Override
                public void write(int value) {
                    kept.incrementAndGet();
                }
            });
            List<Path> sockets = List.of(directory.resolve("one"), directory.resolve("two"));
            for (Path socket : sockets) {
                ports.addListener(
                        socket.getFileName().toString(), Listener.open(UnixDomainSocketAddress.of(socket), "unix"));
            }
            ports.start();
            VirtioPorts device = new VirtioPorts(ports.ports());
            AtomicLong exchanged = new AtomicLong();
            try (QueuesDriver driver = new QueuesDriver(new Rig(), device)) {
                Thread programs = Thread.ofPlatform().start(() -> comeAndGo(sockets, exchanged));
                HostileDriver hostile = new HostileDriver(driver, device, HostileConsoleTest::message, SEED);
                for (int i = 0; i < STEPS; i++) {
                    hostile.step();
                }
                programs.interrupt();
                join(programs);
                theLogStillWorks(driver);
            }
            assertTrue(kept.get() > STEPS / 100, kept + " bytes kept");
            assertTrue(exchanged.get() > 0);
        }
        assertEquals(List.of(), List.copyOf(said), "-Dswivel.console.seed=" + SEED);
    }

    private static void theLogStillWorks(QueuesDriver driver) {
        driver.start(VirtioPorts.F_MULTIPORT);
        for (int i = 0; i < 100; i++) {
            driver.send(5, new byte[1000]);
            long deadline = System.nanoTime() + 20_000_000_000L;
            while (driver.done(5) == 0) {
                assertTrue(System.nanoTime() < deadline, "the log takes nothing any more");
            }
            assertEquals(0, driver.take(5).length);
        }
    }

    private static void comeAndGo(List<Path> sockets, AtomicLong exchanged) {
        Random random = new Random(SEED);
        while (!Thread.currentThread().isInterrupted()) {
            try (SocketChannel socket =
                    SocketChannel.open(UnixDomainSocketAddress.of(sockets.get(random.nextInt(sockets.size()))))) {
                socket.configureBlocking(false);
                for (int i = random.nextInt(20); i > 0; i--) {
                    ByteBuffer bytes = ByteBuffer.allocate(random.nextInt(1 << 16));
                    long _ = exchanged.addAndGet(
                            random.nextBoolean() ? socket.write(bytes) : Math.max(0, socket.read(bytes)));
                    Thread.sleep(1);
                }
            } catch (IOException e) {
                // It comes again.
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @Timeout(1800)
    void aConsoleSurvivesItsDriver() {
        AtomicLong printed = new AtomicLong();
        Rig rig = new Rig();
        VirtioConsole console = new VirtioConsole(rig.events, value -> printed.incrementAndGet());
        try (QueuesDriver driver = new QueuesDriver(rig, console)) {
            HostileDriver hostile = new HostileDriver(driver, console, HostileConsoleTest::message, SEED);
            byte[] keys = new byte[1000];
            for (int i = 0; i < STEPS; i++) {
                hostile.step();
                int _ = console.input().put(keys, 0, i % keys.length);
                console.setSize(i % 200, i % 100);
            }
            assertTrue(printed.get() > STEPS, printed + " bytes printed");
            driver.start(0);
            driver.send(VirtioConsole.TRANSMIT, new byte[10]);
            assertEquals(1, driver.done(VirtioConsole.TRANSMIT));
        }
    }
}
