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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
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
 * Whole machines that are stopped at a random instruction and saved. What is loaded into a fresh machine goes on as the first one does, to the
 * same end: output, exit, registers, devices, memory. The host's time is kept out: an instruction takes a nanosecond, and a sleep is over at
 * once. When a timer interrupts a guest that does not sleep depends on the host all the same; of guests that have timers the output is
 * compared, which does not depend on it.
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
            .resolve("guests/bare");

    record Guest(String name, Virtualization virtualization, Engine engine) {
        boolean hasTimers() {
            return name.equals("exceptions") || name.equals("monitors");
        }
    }

    /** A machine that was booted. */
    private static final class Run implements AutoCloseable {
        private final ByteArrayOutputStream output = new ByteArrayOutputStream();
        private Processor processor;
        private final VirtMachine machine;

        Run(Guest guest) throws IOException, ImageException {
            byte[] file = Files.readAllBytes(GUESTS.resolve(guest.name + ".elf"));
            GuestKernel kernel =
                    GuestKernel.prepare(file, guest.name, guest.virtualization, new Kernel.Ram(VirtBoard.RAM, MEMORY));
            machine = new VirtMachine(
                    MEMORY,
                    "",
                    new VirtMachine.Equipment(CoreModel.CORTEX_A15, List.of()),
                    output::write,
                    guest.virtualization,
                    memory -> {
                        processor = guest.engine.create(memory, CODE_BYTES, _ -> {});
                        return processor;
                    },
                    new DeviceRow.Host(new Time(), () -> 1_800_000_000_000L, new Random(1)));
            machine.boot(kernel, null, machine.tree());
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
            return output.toString(StandardCharsets.UTF_8);
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
        return Stream.of("exceptions", "mmu", "long-tables", "sensitive", "self-modify", "coprocessors", "firmware", "monitors")
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
                new VirtMachine.Equipment(core, List.of()),
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
