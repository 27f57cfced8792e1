package swivel.machine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.arm.core.CoreModel;
import swivel.cpu.Processor;
import swivel.cpu.engine.Engine;
import swivel.devices.EventQueue;
import swivel.formats.ImageException;
import swivel.memory.Snapshot;
import swivel.memory.SnapshotException;
import swivel.vmm.Vcpu.Exit;
import swivel.vmm.Virtualization;

/**
 * Whole machines that are stopped at a random instruction and saved. What is loaded into a fresh machine goes on as the
 * first one does, to the same end: output, exit, registers, devices, memory. The host's time is kept out: an
 * instruction takes a nanosecond, and a sleep is over at once. When a timer interrupts a guest that does not sleep
 * depends on the host all the same; of guests that have timers the output is compared, which does not depend on it.
 *
 * <p>{@code -Dswivel.snapshot.seed=N} chooses other instructions.
 */
class MachineSnapshotTest {
    private static final long SEED = Long.getLong("swivel.snapshot.seed", 1);
    private static final int ROUNDS = 2;
    private static final long MEMORY = 64 << 20;
    private static final long CODE_BYTES = 4 << 20;
    private static final Path GUESTS = Path.of(
                    System.getenv().getOrDefault("SWIVEL_CACHE", System.getenv("HOME") + "/.cache/swivel"))
            .resolve("guests");

    record Guest(String name, Virtualization virtualization, Engine engine) {
        boolean hasTimers() {
            return name.equals("exceptions") || name.equals("monitors") || isLinux();
        }

        boolean isLinux() {
            return name.equals("linux-v7");
        }

        private byte[] file() throws IOException {
            return Files.readAllBytes(GUESTS.resolve(isLinux() ? "linux-v7/zImage" : "bare/" + name + ".elf"));
        }

        private byte[] initrd() throws IOException {
            return isLinux() ? Files.readAllBytes(GUESTS.resolve("initramfs/initramfs.cpio.gz")) : null;
        }
    }

    /** A machine that was booted. */
    private static final class Run implements AutoCloseable {
        private final ByteArrayOutputStream output = new ByteArrayOutputStream();
        private Processor processor;
        private final VirtMachine machine;

        Run(Guest guest) throws IOException, ImageException {
            GuestKernel kernel = GuestKernel.prepare(
                    guest.file(), guest.name, guest.virtualization, new Kernel.Ram(VirtBoard.RAM, MEMORY));
            machine = new VirtMachine(
                    MEMORY,
                    "console=ttyAMA0 autotest panic=-1",
                    new Equipment(),
                    output::write,
                    guest.virtualization,
                    memory -> {
                        processor = guest.engine.create(memory, CODE_BYTES, _ -> {});
                        return processor;
                    },
                    new DeviceRow.Host(new Time(), () -> 1_800_000_000_000L, new Random(1)));
            machine.boot(kernel, guest.initrd(), machine.tree());
            machine.endInput();
        }

        /** Of nothing but what the guest does. */
        private final class Time implements EventQueue.Clock {
            private long skipped;

            @Override
            public long nanoseconds() {
                return processor.instructions() + skipped;
            }

            @Override
            public boolean skip(long nanoseconds) {
                skipped += nanoseconds;
                return true;
            }

            @Override
            public boolean repeats() {
                return true;
            }
        }

        byte[] save() {
            Snapshot.Writer to = new Snapshot.Writer();
            machine.save(to);
            return to.toByteArray();
        }

        /** Runs on to the end; returns what the guest prints. */
        String finish() {
            output.reset();
            assertInstanceOf(Exit.PowerOff.class, machine.vcpu().run());
            return printed();
        }

        /** What the guest has printed; but for the times that Linux prints with its lines. */
        String printed() {
            return output.toString(StandardCharsets.UTF_8).replaceAll("\\[ *[0-9]+\\.[0-9]+] ", "");
        }

        /** Runs until so many instructions were executed, or soon after; false if the guest was faster. */
        boolean stopAt(long instructions) throws InterruptedException {
            Thread stopper = Thread.ofPlatform().unstarted(() -> {
                while (machine.instructions() < instructions
                        && !Thread.currentThread().isInterrupted()) {
                    Thread.onSpinWait();
                }
                machine.vcpu().stop();
            });
            stopper.start();
            boolean stopped = machine.vcpu().run() instanceof Exit.Stopped;
            stopper.interrupt();
            stopper.join();
            return stopped;
        }

        @Override
        public void close() throws IOException {
            machine.close();
        }
    }

    static Stream<Arguments> guests() {
        return Stream.of(
                        "exceptions",
                        "mmu",
                        "long-tables",
                        "sensitive",
                        "self-modify",
                        "coprocessors",
                        "firmware",
                        "monitors",
                        "debug")
                .flatMap(name -> Stream.of(Virtualization.PATCHED, Virtualization.TRANSLATED)
                        .flatMap(how -> Stream.of(Engine.AUTO, Engine.INTERP)
                                .map(engine -> Arguments.of(new Guest(name, how, engine)))));
    }

    @ParameterizedTest
    @MethodSource("guests")
    void aGuestGoesOnInAFreshMachine(Guest guest) throws IOException, ImageException, InterruptedException {
        long instructions;
        try (Run whole = new Run(guest)) {
            String _ = whole.finish();
            instructions = whole.machine.instructions();
        }
        Random random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            try (Run first = new Run(guest)) {
                boolean stopped = first.stopAt(random.nextLong(instructions));
                String where = guest + " after " + first.machine.instructions() + " instructions";
                byte[] snapshot = first.save();
                try (Run second = new Run(guest)) {
                    second.machine.load(new Snapshot.Reader(snapshot));
                    assertArrayEquals(snapshot, second.save(), where);
                    if (stopped) {
                        assertEquals(first.finish(), second.finish(), where);
                        if (!guest.hasTimers()) {
                            assertArrayEquals(first.save(), second.save(), where);
                        }
                    }
                }
            }
        }
    }

    /**
     * It is saved while it boots, when its programs start, and while they work; what they compute is what they compute
     * on QEMU.
     */
    @ParameterizedTest
    @EnumSource(
            value = Virtualization.class,
            names = {"PATCHED", "TRANSLATED"})
    void linuxGoesOnInAFreshMachine(Virtualization virtualization)
            throws IOException, ImageException, InterruptedException {
        Guest guest = new Guest("linux-v7", virtualization, Engine.AUTO);
        List<String> expected = results(Files.readString(GUESTS.resolve("reference/linux-v7-autotest.txt")));
        assertEquals(3, expected.size(), "the reference has a first line, a checksum and a length");
        for (long instructions : LINUX_STOPS) {
            try (Run first = new Run(guest);
                    Run second = new Run(guest)) {
                assertTrue(first.stopAt(instructions), guest + " has ended before " + instructions);
                String before = first.printed();
                byte[] snapshot = first.save();
                second.machine.load(new Snapshot.Reader(snapshot));
                assertArrayEquals(snapshot, second.save());
                assertEquals(expected, results(before + first.finish()));
                assertEquals(expected, results(before + second.finish()));
            }
        }
    }

    private static final long[] LINUX_STOPS = {20_000_000, 120_000_000, 200_000_000};

    /** What autotest computes: a checksum and a length. */
    private static List<String> results(String console) {
        return console.lines()
                .map(String::strip)
                .filter(line -> line.matches("[0-9a-f]{64}  /tmp/x|[0-9]+|BOOT-OK.*"))
                .toList();
    }

    private static byte[] snapshotOf(Guest guest) throws IOException, ImageException, InterruptedException {
        try (Run run = new Run(guest)) {
            run.stopAt(5_000);
            return run.save();
        }
    }

    @Test
    void aSectionThatIsTooShortOrTooLongIsRefused() throws IOException, ImageException, InterruptedException {
        Guest guest = new Guest("mmu", Virtualization.PATCHED, Engine.INTERP);
        byte[] snapshot = snapshotOf(guest);
        for (String name : ForgedSnapshot.names(snapshot)) {
            int length = ForgedSnapshot.length(snapshot, name);
            for (int forged : new int[] {0, 1, length / 2, length - 1, length + 1, length + 1000}) {
                if (forged >= 0 && forged != length) {
                    byte[] bytes = ForgedSnapshot.resized(snapshot, name, forged);
                    try (Run run = new Run(guest)) {
                        String message = refusal(run, bytes);
                        assertTrue(
                                message != null && message.startsWith("the snapshot's section \"" + name + "\" "),
                                name);
                    }
                }
            }
        }
    }

    /** The message with which a machine refuses a snapshot; null if it loads it. */
    private static String refusal(Run run, byte[] snapshot) {
        try {
            run.machine.load(new Snapshot.Reader(snapshot));
            return null;
        } catch (SnapshotException e) {
            return e.getMessage();
        }
    }

    /**
     * Whoever can make checksums right can write anything into a snapshot; what is loaded is then a guest like any
     * other.
     */
    @ParameterizedTest
    @ValueSource(strings = {"vCPU", "memory", "GICv2", "time"})
    @Timeout(120)
    void aForgedSnapshotIsRefusedOrMakesAGuestThatRunsSomehow(String name)
            throws IOException, ImageException, InterruptedException {
        Guest guest = new Guest("mmu", Virtualization.PATCHED, Engine.AUTO);
        byte[] snapshot = snapshotOf(guest);
        for (int round = 0; round < 60; round++) {
            byte[] forged = ForgedSnapshot.changed(snapshot, name, new Random(SEED + round));
            try (Run run = new Run(guest)) {
                String message = refusal(run, forged);
                if (message == null) {
                    run.stopAt(100_000);
                } else {
                    assertTrue(message.startsWith("the snapshot's section \"" + name + "\" "), message);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"32, CORTEX_A15, memory", "64, CORTEX_A7, vCPU"})
    void aSnapshotOfAnotherMachineIsRefused(int mebibytes, CoreModel core, String section)
            throws IOException, ImageException {
        byte[] snapshot;
        try (Run run = new Run(new Guest("hello", Virtualization.PATCHED, Engine.INTERP))) {
            snapshot = run.save();
        }
        try (VirtMachine other = new VirtMachine(
                (long) mebibytes << 20,
                "",
                new Equipment().core(core),
                _ -> {},
                Virtualization.PATCHED,
                memory -> Engine.INTERP.create(memory, CODE_BYTES, _ -> {}))) {
            String message = assertThrows(SnapshotException.class, () -> other.load(new Snapshot.Reader(snapshot)))
                    .getMessage();
            String expected = "the snapshot's section \"" + section + "\" is of a machine without ";
            assertTrue(message.startsWith(expected), message);
        }
    }
}
