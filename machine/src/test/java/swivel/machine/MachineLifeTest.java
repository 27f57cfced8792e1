package swivel.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import swivel.cpu.Processor;
import swivel.cpu.engine.Engine;
import swivel.devices.DiskImage;
import swivel.devices.Pl011;
import swivel.memory.GuestMemory;
import swivel.vmm.Vcpu.Exit;
import swivel.vmm.Virtualization;

/** Machines come and go in one JVM: what is left of one that was closed, and what may be done while it runs. */
class MachineLifeTest {
    private static final long MEMORY = 4 << 20;
    private static final int CODE = VirtBoard.RAM + 0x10000;

    /** {@code -Dswivel.engine=INTERP} chooses another one than people get. */
    private static final Engine ENGINE = Engine.valueOf(System.getProperty("swivel.engine", "AUTO"));

    /** Powers off by PSCI: {@code movw r0, #8; movt r0, #0x8400; hvc #0}. */
    private static final int[] POWER_OFF = {0xe3000008, 0xe3480400, 0xe1400070};

    /**
     * Stores to 64 pages: {@code movw r4, #0; movt r4, #0x4010; mov r5, #64; 1: str r5, [r4], #4095; subs r5, r5, #1;
     * bne 1b}.
     */
    private static final int[] TOUCH = {0xe3004000, 0xe3444010, 0xe3a05040, 0xe4845fff, 0xe2555001, 0x1afffffc};

    /** {@code 1: add r1, r1, #1; b 1b}. */
    private static final int[] SPIN = {0xe2811001, 0xeafffffd};

    /**
     * Sleeps until there is input: {@code movw r1, #0; movt r1, #0x0900; mov r0, #16; str r0, [r1, #0x38]; 1: wfi; b
     * 1b}.
     */
    private static final int[] SLEEP = {0xe3001000, 0xe3401900, 0xe3a00010, 0xe5810038, 0xe320f003, 0xeafffffd};

    /** Prints an x: {@code movw r1, #0; movt r1, #0x0900; mov r0, #'x'; str r0, [r1]}. */
    private static final int[] PRINT = {0xe3001000, 0xe3401900, 0xe3a00078, 0xe5810000};

    @TempDir
    private Path directory;

    private static VirtMachine machine(
            List<DiskImage> drives, Pl011.Output console, Function<GuestMemory, Processor> engine) {
        return new VirtMachine(MEMORY, "", drives, console, Virtualization.TRANSLATED, engine);
    }

    private static DiskImage open(Path file) throws IOException {
        return DiskImage.open(file, DiskImage.Use.WRITABLE, System.err::println);
    }

    private static Processor engine(GuestMemory memory) {
        return ENGINE.create(memory, Engine.MIN_CODE_BYTES, System.err::println);
    }

    private static VirtMachine machine() {
        return machine(List.of(), value -> {}, MachineLifeTest::engine);
    }

    private static void load(VirtMachine machine, int[]... parts) {
        int at = CODE;
        for (int[] part : parts) {
            for (int word : part) {
                machine.memory().write32(at, word);
                at += 4;
            }
        }
        machine.vcpu().reset(CODE, 0, 0, 0);
    }

    /**
     * What the host process has: as Linux counts it, and of Java's heap what is still in use. What is resident in all
     * would say nothing: it grows with garbage, as Java sees fit.
     *
     * @param sharedMebibytes what is resident of memory that can be shared, as that of guests
     */
    private record Host(
            long mappings, long virtualMebibytes, long sharedMebibytes, long heapMebibytes, int files, int threads) {
        static Host now() throws IOException {
            System.gc();
            Runtime java = Runtime.getRuntime();
            return new Host(
                    Files.readAllLines(Path.of("/proc/self/maps")).size(),
                    status("VmSize:") >> 10,
                    status("RssShmem:") >> 10,
                    java.totalMemory() - java.freeMemory() >> 20,
                    count("/proc/self/fd"),
                    count("/proc/self/task"));
        }

        private static long status(String key) throws IOException {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith(key))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        }

        private static int count(String directory) {
            return new java.io.File(directory).list().length;
        }

        /** Java may compile, collect and start threads of its own meanwhile, but not for each machine something. */
        void assertHardlyLessThan(Host later) {
            assertTrue(
                    later.mappings <= mappings + 100
                            && later.virtualMebibytes <= virtualMebibytes + 512
                            && later.sharedMebibytes <= sharedMebibytes + 64
                            && later.heapMebibytes <= heapMebibytes + 64
                            && later.files <= files + 8
                            && later.threads <= threads + 8,
                    () -> "first " + this + ", then " + later);
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "the process is looked at in /proc")
    void twoThousandMachinesOneAfterAnotherLeaveNothingBehind() throws IOException {
        Path disk = Files.write(directory.resolve("disk"), new byte[512]);
        Host first = null;
        for (int i = 0; i < 2000; i++) {
            try (VirtMachine machine = machine(List.of(open(disk)), value -> {}, MachineLifeTest::engine)) {
                load(machine, TOUCH, POWER_OFF);
                assertEquals(new Exit.PowerOff(), machine.vcpu().run());
            }
            if (i == 200) {
                first = Host.now();
            }
        }
        first.assertHardlyLessThan(Host.now());
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "the process is looked at in /proc")
    void aMachineThatCannotBeMadeLeavesNothingBehind() throws IOException {
        Path disk = Files.write(directory.resolve("disk"), new byte[512]);
        Host first = null;
        for (int i = 0; i < 200; i++) {
            List<DiskImage> tooMany = new ArrayList<>();
            for (int n = 0; n <= VirtBoard.MAX_DRIVES; n++) {
                tooMany.add(open(Files.write(directory.resolve("disk" + n), new byte[512])));
            }
            assertThrows(
                    BootException.class,
                    () -> machine(tooMany, value -> {}, MachineLifeTest::engine).close());
            List<DiskImage> drives = List.of(open(disk));
            assertThrows(
                    UnsupportedOperationException.class,
                    () -> machine(drives, value -> {}, memory -> {
                                throw new UnsupportedOperationException();
                            })
                            .close());
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new VirtMachine(
                                    4097,
                                    "",
                                    List.of(),
                                    value -> {},
                                    Virtualization.TRANSLATED,
                                    MachineLifeTest::engine)
                            .close());
            if (i == 50) {
                first = Host.now();
            }
        }
        first.assertHardlyLessThan(Host.now());
    }

    @Test
    void aClosedMachineCannotBeUsed() throws IOException {
        VirtMachine machine = machine();
        load(machine, TOUCH, POWER_OFF);
        machine.vcpu().run();
        long executed = machine.instructions();
        machine.close();
        machine.close();

        String sentence = "the machine was closed and cannot be used any more";
        assertEquals(sentence, assertClosed(() -> machine.vcpu().run()));
        assertEquals(sentence, assertClosed(() -> machine.vcpu().reset(CODE, 0, 0, 0)));
        assertEquals(
                "the machine's memory was closed and cannot be used any more",
                assertClosed(() -> machine.memory().read32(CODE)));
        assertClosed(() -> machine.memory().write32(CODE, 0));
        assertClosed(() -> machine.memory().read(CODE, new byte[4], 0, 4));
        assertClosed(() -> load(machine, SPIN));
        machine.vcpu().stop();
        machine.platform().wake();
        machine.endInput();
        assertEquals(executed, machine.instructions());
        assertTrue(machine.caches().liftedBytes() > 0);
    }

    /** A machine has its parts for itself: who reaches one of them cannot pull it away from under the others. */
    @Test
    @EnabledOnOs(value = OS.LINUX, architectures = "amd64", disabledReason = "elsewhere nothing is emitted")
    void memoryCannotBeClosedUnderAMachineThatEmitsCode() throws Exception {
        try (VirtMachine machine = machine(List.of(), value -> {}, MachineLifeTest::emitting)) {
            load(machine, SPIN);
            CompletableFuture<Exit> exit = start(machine);
            assertThrows(IllegalStateException.class, () -> machine.memory().close());
            machine.vcpu().stop();
            assertInstanceOf(Exit.Stopped.class, exit.get(1, TimeUnit.MINUTES));
        }
    }

    private static Processor emitting(GuestMemory memory) {
        return Engine.X64.create(memory, Engine.MIN_CODE_BYTES, System.err::println);
    }

    @Test
    void aDriveBelongsToOneMachineOnly() throws IOException {
        Path file = Files.write(directory.resolve("disk"), new byte[512]);
        DiskImage drive = open(file);
        try (VirtMachine _ = machine(List.of(drive), value -> {}, MachineLifeTest::engine)) {
            assertThrows(
                    IllegalStateException.class,
                    () -> machine(List.of(drive), value -> {}, MachineLifeTest::engine)
                            .close());
            assertThrows(IOException.class, () -> open(file), "the first machine still has it");
        }
        assertThrows(
                IllegalStateException.class,
                () -> machine(List.of(drive), value -> {}, MachineLifeTest::engine)
                        .close());
        DiskImage again = open(file);
        assertThrows(
                IllegalStateException.class,
                () -> machine(List.of(again, again), value -> {}, MachineLifeTest::engine)
                        .close());
        open(file).close();
    }

    @Test
    void whatIsMissingIsSaidWhenTheMachineIsMade() throws IOException {
        Path file = Files.write(directory.resolve("disk"), new byte[512]);
        Virtualization how = Virtualization.TRANSLATED;
        Pl011.Output console = value -> {};
        Function<GuestMemory, Processor> engine = MachineLifeTest::engine;
        for (int i = 0; i < 6; i++) {
            int missing = i;
            List<DiskImage> drives = new ArrayList<>(List.of(open(file)));
            if (missing == 0) {
                drives.add(null);
            }
            assertThrows(
                    NullPointerException.class,
                    () -> new VirtMachine(
                                    MEMORY,
                                    missing == 1 ? null : "",
                                    drives,
                                    missing == 2 ? null : console,
                                    missing == 3 ? null : how,
                                    missing == 4 ? null : missing == 5 ? memory -> null : engine)
                            .close(),
                    "" + missing);
        }
        open(file).close();
        try (VirtMachine machine = machine()) {
            assertThrows(BootException.class, () -> machine.bootFirmware(machine.tree()));
        }
    }

    private static String assertClosed(org.junit.jupiter.api.function.Executable use) {
        return assertThrows(IllegalStateException.class, use).getMessage();
    }

    @Test
    void memoryThatIsClosedWhileAnotherThreadReadsItIsAnErrorThere() throws Exception {
        for (int i = 0; i < 20; i++) {
            VirtMachine machine = machine();
            CountDownLatch reading = new CountDownLatch(1);
            CompletableFuture<String> reader = CompletableFuture.supplyAsync(() -> {
                try {
                    for (int n = 0; ; n++) {
                        assertEquals(0, machine.memory().read32(CODE + (n & 0xffff)));
                        reading.countDown();
                    }
                } catch (IllegalStateException e) {
                    return "closed";
                }
            });
            reading.await();
            machine.close();
            assertEquals("closed", reader.get(1, TimeUnit.MINUTES));
        }
    }

    private CompletableFuture<Exit> start(VirtMachine machine) throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        CompletableFuture<Exit> exit = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            started.countDown();
            try {
                exit.complete(machine.vcpu().run());
            } catch (RuntimeException | Error e) {
                exit.completeExceptionally(e);
            }
        });
        started.await();
        return exit;
    }

    @Test
    void closingAMachineThatRunsStopsItFirst() throws Exception {
        for (int[] program : List.of(SPIN, SLEEP)) {
            VirtMachine machine = machine();
            load(machine, program);
            CompletableFuture<Exit> run = start(machine);
            while (machine.instructions() == 0) {
                Thread.onSpinWait();
            }
            machine.close();
            assertEquals(new Exit.Stopped(), run.get(1, TimeUnit.MINUTES));
        }
    }

    @Test
    void onlyOneThreadRunsAMachineAndNoOtherResetsItMeanwhile() throws Exception {
        try (VirtMachine machine = machine()) {
            load(machine, SPIN);
            CompletableFuture<Exit> run = start(machine);
            while (machine.instructions() == 0) {
                Thread.onSpinWait();
            }
            assertTrue(assertClosed(() -> machine.vcpu().run()).startsWith("the vCPU is running, in the thread"));
            assertThrows(IllegalStateException.class, () -> machine.vcpu().reset(CODE, 0, 0, 0));
            machine.vcpu().stop();
            assertEquals(new Exit.Stopped(), run.get(1, TimeUnit.MINUTES));
        }
    }

    @Test
    void aMachineCannotBeClosedFromInsideItsRun() throws IOException {
        AtomicReference<VirtMachine> self = new AtomicReference<>();
        AtomicReference<Exception> refused = new AtomicReference<>();
        try (VirtMachine machine = machine(
                List.of(),
                value -> {
                    try {
                        self.get().close();
                    } catch (IllegalStateException | IOException e) {
                        refused.set(e);
                    }
                },
                MachineLifeTest::engine)) {
            self.set(machine);
            load(machine, PRINT, POWER_OFF);
            assertEquals(new Exit.PowerOff(), machine.vcpu().run());
            assertInstanceOf(IllegalStateException.class, refused.get());
            load(machine, POWER_OFF);
            assertEquals(new Exit.PowerOff(), machine.vcpu().run());
        }
    }

    private static void awaitSleep(Thread thread) {
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aThreadThatIsInterruptedWhileItsGuestSleepsReturns() throws Exception {
        try (VirtMachine machine = machine()) {
            load(machine, SLEEP);
            AtomicReference<Exit> exit = new AtomicReference<>();
            CountDownLatch again = new CountDownLatch(1);
            CompletableFuture<Void> done = new CompletableFuture<>();
            Thread thread = Thread.ofPlatform().daemon().start(() -> {
                exit.set(machine.vcpu().run());
                boolean stillSet = Thread.currentThread().isInterrupted();
                Exit second = machine.vcpu().run();
                boolean cleared = Thread.interrupted();
                again.countDown();
                Exit third = machine.vcpu().run(); // sleeps until it is stopped
                if (stillSet && cleared && second instanceof Exit.Stopped && third instanceof Exit.Stopped) {
                    done.complete(null);
                } else {
                    done.completeExceptionally(new AssertionError(stillSet + " " + second + " " + cleared + third));
                }
            });
            awaitSleep(thread);
            assertNull(exit.get());
            thread.interrupt();
            again.await();
            assertEquals(new Exit.Stopped(), exit.get());
            awaitSleep(thread);
            assertFalse(done.isDone());
            machine.vcpu().stop();
            done.get(1, TimeUnit.MINUTES);
        }
    }

    @Test
    void aThreadThatIsInterruptedWhileItsGuestIsBusyReturnsAtTheNextKick()
            throws IOException, InterruptedException, ExecutionException {
        try (VirtMachine machine = machine()) {
            load(machine, SPIN);
            Thread caller = Thread.currentThread();
            CompletableFuture<Void> kicker = CompletableFuture.runAsync(() -> {
                while (machine.instructions() == 0) {
                    Thread.onSpinWait();
                }
                caller.interrupt();
                machine.platform().wake();
            });
            assertEquals(new Exit.Stopped(), machine.vcpu().run());
            assertTrue(Thread.interrupted());
            assertFalse(Thread.interrupted());
            kicker.get();
        }
    }
}
