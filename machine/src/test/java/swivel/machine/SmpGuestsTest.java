package swivel.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import swivel.arm.Psr;
import swivel.cpu.SystemSlots;
import swivel.cpu.engine.Engine;
import swivel.formats.ImageException;
import swivel.memory.MachineLock;
import swivel.memory.Snapshot;
import swivel.vmm.Vcpu.Exit;
import swivel.vmm.Virtualization;

/**
 * Whole machines of several cores that run the bare-metal programs of guests/bare which want them.
 *
 * <p>{@code -Dswivel.litmus.rounds=N} chooses how often the cores meet in each litmus test.
 */
@Timeout(300)
class SmpGuestsTest {
    private static final Path GUESTS = Path.of(
                    System.getenv().getOrDefault("SWIVEL_CACHE", System.getenv("HOME") + "/.cache/swivel"))
            .resolve("guests");
    private static final long MEMORY = 128 << 20;
    private static final long CODE_BYTES = 4 << 20;
    /** {@code -Dswivel.engine=INTERP} chooses another one than people get. */
    private static final Engine ENGINE = Engine.valueOf(System.getProperty("swivel.engine", "AUTO"));
    /** Cores of the interpreter take turns, and hardly ever meet. */
    private static final boolean IN_TURN = ENGINE == Engine.INTERP;

    private static final int ROUNDS = Integer.getInteger("swivel.litmus.rounds", IN_TURN ? 500 : 100_000);

    /** A machine that was booted. */
    private static final class Run implements AutoCloseable {
        private final ByteArrayOutputStream output = new ByteArrayOutputStream();
        private final VirtMachine machine;

        Run(String name, int cores, Virtualization virtualization, String append) throws IOException, ImageException {
            this(
                    Files.readAllBytes(GUESTS.resolve("bare").resolve(name + ".elf")),
                    name,
                    cores,
                    virtualization,
                    append);
            machine.endInput();
        }

        Run(byte[] file, String name, int cores, Virtualization virtualization, String append) throws ImageException {
            GuestKernel guest = GuestKernel.prepare(file, name, virtualization, new Kernel.Ram(VirtBoard.RAM, MEMORY));
            machine = new VirtMachine(
                    MEMORY,
                    append,
                    new Equipment().cores(cores),
                    output::write,
                    virtualization,
                    ram -> ENGINE.create(ram, CODE_BYTES, System.err::println));
            machine.boot(guest, null, machine.tree());
        }

        String printed() {
            return output.toString(StandardCharsets.UTF_8);
        }

        /** Runs it to its end, which is that it powers the machine off; returns the lines that it has printed. */
        List<String> finish() {
            Exit exit = machine.run();
            assertInstanceOf(Exit.PowerOff.class, exit, printed());
            return printed().lines().toList();
        }

        /** Runs it until so many instructions were executed, or soon after; false if it was faster. */
        boolean stopAt(long instructions) throws InterruptedException {
            Thread stopper = Thread.ofPlatform().daemon().start(() -> {
                while (machine.instructions() < instructions
                        && !Thread.currentThread().isInterrupted()) {
                    Thread.onSpinWait();
                }
                machine.stop();
            });
            boolean stopped = machine.run() instanceof Exit.Stopped;
            stopper.interrupt();
            stopper.join();
            return stopped;
        }

        byte[] save() {
            Snapshot.Writer to = new Snapshot.Writer();
            machine.save(to);
            return to.toByteArray();
        }

        @Override
        public void close() throws IOException {
            machine.close();
        }
    }

    private static List<String> run(String name, int cores, Virtualization virtualization, String append)
            throws IOException, ImageException {
        try (Run run = new Run(name, cores, virtualization, append)) {
            return run.finish();
        }
    }

    private static List<String> onQemu() throws IOException {
        return Files.readString(GUESTS.resolve("reference/smp.txt")).lines().toList();
    }

    /** While cores are off, wait for each other, take interrupts, hold locks, change tables and code. */
    @ParameterizedTest
    @CsvSource({"2, PATCHED", "4, TRANSLATED"})
    void coresGoOnInAFreshMachine(int cores, Virtualization virtualization)
            throws IOException, ImageException, InterruptedException {
        long instructions;
        try (Run whole = new Run("smp", cores, virtualization, "")) {
            assertEquals(onQemu(), whole.finish());
            instructions = whole.machine.instructions();
        }
        Random random = new Random(Long.getLong("swivel.snapshot.seed", 1));
        for (int round = 0; round < 2; round++) {
            try (Run first = new Run("smp", cores, virtualization, "");
                    Run second = new Run("smp", cores, virtualization, "")) {
                if (first.stopAt(random.nextLong(instructions))) {
                    second.output.writeBytes(first.output.toByteArray());
                    second.machine.load(new Snapshot.Reader(first.save()));
                    assertEquals(onQemu(), first.finish());
                    assertEquals(onQemu(), second.finish());
                }
            }
        }
    }

    /** In the moment in which it is stopped, so that it does not enter the processor any more. */
    @Test
    void aWireThatAnotherThreadDrivesIsInTheSnapshot() throws Exception {
        byte[] image = image(0xeafffffe); // b .
        try (Run first = new Run(image, "spinner", 2, Virtualization.TRANSLATED, "");
                Run second = new Run(image, "spinner", 2, Virtualization.TRANSLATED, "")) {
            CompletableFuture<Exit> exit = CompletableFuture.supplyAsync(first.machine::run);
            while (first.machine.instructions() < 1_000_000) {
                Thread.sleep(1);
            }
            MachineLock lock = first.machine.memory().lock();
            lock.lock();
            try {
                first.machine.vcpu().irq().set(true);
                first.machine.stop();
            } finally {
                lock.unlock();
            }
            assertInstanceOf(Exit.Stopped.class, exit.get(60, TimeUnit.SECONDS));
            second.machine.load(new Snapshot.Reader(first.save()));
            assertEquals(Psr.I, second.machine.vcpu().state().r[SystemSlots.PENDING]);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, PATCHED", "2, TRANSLATED", "4, PATCHED", "4, TRANSLATED"})
    void coresDoWhatTheyDoOnQemu(int cores, Virtualization virtualization) throws IOException, ImageException {
        assertEquals(onQemu(), run("smp", cores, virtualization, ""));
    }

    private static byte[] image(int... words) {
        ByteBuffer image = ByteBuffer.allocate(4 * words.length).order(ByteOrder.LITTLE_ENDIAN);
        image.asIntBuffer().put(words);
        return image.array();
    }

    /** A core lets input interrupt it and sleeps; the other one is off. */
    private static final int[] SLEEPER = {
        0xe3a00409, // mov r0, #0x09000000   the PL011
        0xe3a01010, // mov r1, #0x10         RXIM
        0xe5801038, // str r1, [r0, #0x38]   UARTIMSC
        0xe320f003, // wfi
        0xeafffffd, // b .-4
    };

    @Test
    void sleepThatOnlyInputCouldEndEndsTheRunWhenThereIsNoMore() throws Exception {
        try (Run run = new Run(image(SLEEPER), "sleeper", 2, Virtualization.TRANSLATED, "")) {
            CompletableFuture<Exit> exit = CompletableFuture.supplyAsync(run.machine::run);
            while (run.machine.vcpu().statistics().sleeps == 0) {
                Thread.sleep(1);
            }
            Thread.sleep(50); // it is asleep now
            assertFalse(exit.isDone());
            run.machine.endInput();
            assertInstanceOf(Exit.Stuck.class, exit.get(60, TimeUnit.SECONDS));
        }
    }

    /**
     * And the outcome that x86 allows, too, is there where each core may have one of the host's, or nothing would be
     * learnt from others that are not.
     */
    @ParameterizedTest
    @CsvSource({"2, PATCHED", "2, TRANSLATED", "4, PATCHED", "4, TRANSLATED"})
    void coresSeeOfEachOtherWhatTheArchitectureAllows(int cores, Virtualization virtualization)
            throws IOException, ImageException {
        boolean meets = !IN_TURN && Runtime.getRuntime().availableProcessors() >= cores;
        int attempts = meets ? 5 : 1;
        boolean met = false;
        while (!met && attempts-- > 0) {
            List<String> lines = run("litmus", cores, virtualization, "rounds=" + ROUNDS);
            String all = String.join("\n", lines);
            assertFalse(all.contains("FAIL"), all);
            assertTrue(lines.getFirst().startsWith("PASS MP "), all);
            assertEquals(cores == 2 ? "SKIP 4.LDREX" : "PASS 4.LDREX 4:" + ROUNDS, lines.getLast());
            met = lines.stream().anyMatch(line -> line.matches("PASS SB(\\+dmb\\.sts|\\+dmb\\+po)? 00:.*"));
        }
        assertTrue(met || !meets, "no store was ever seen late in " + ROUNDS + " rounds");
    }
}
