package swivel.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import swivel.arm.core.CoreModel;
import swivel.arm.core.FloatingPointUnit;
import swivel.cpu.engine.Engine;
import swivel.formats.ImageException;
import swivel.vmm.Vcpu.Exit;
import swivel.vmm.Virtualization;

/** Whole machines that run the bare-metal programs of guests/bare. */
class BareGuestsTest {
    private static final Path GUESTS = Path.of(
                    System.getenv().getOrDefault("SWIVEL_CACHE", System.getenv("HOME") + "/.cache/swivel"))
            .resolve("guests");
    private static final long MEMORY = 256 << 20;
    private static final long CODE_BYTES = 4 << 20;
    /** {@code -Dswivel.engine=INTERP} chooses another one than people get. */
    private static final Engine ENGINE = Engine.valueOf(System.getProperty("swivel.engine", "AUTO"));

    /** How a guest ended, and what it printed. */
    private record Run(Exit exit, String output) {}

    /** Runs a guest to its end. */
    private static Run run(String name, Virtualization virtualization) throws IOException, ImageException {
        return run(name, CoreModel.CORTEX_A15, virtualization, Long.MAX_VALUE);
    }

    private static Run run(String name, CoreModel core, Virtualization virtualization, long instructions)
            throws IOException, ImageException {
        return run(name, new Equipment().core(core), virtualization, instructions);
    }

    /** Runs a guest until it ends, or is stopped from another thread when it has executed so many instructions. */
    private static Run run(String name, Equipment equipment, Virtualization virtualization, long instructions)
            throws IOException, ImageException {
        byte[] file = Files.readAllBytes(GUESTS.resolve("bare").resolve(name + ".elf"));
        GuestKernel guest = GuestKernel.prepare(file, name, virtualization, new Kernel.Ram(VirtBoard.RAM, MEMORY));
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        try (VirtMachine machine = new VirtMachine(
                MEMORY,
                "",
                equipment,
                output::write,
                virtualization,
                ram -> ENGINE.create(ram, CODE_BYTES, BareGuestsTest::say))) {
            machine.boot(guest, null, machine.tree());
            machine.endInput();
            Thread watch = Thread.ofPlatform().daemon().start(() -> {
                while (machine.instructions() < instructions) {
                    if (Thread.interrupted()) {
                        return;
                    }
                    Thread.onSpinWait();
                }
                machine.vcpu().stop();
            });
            Exit exit = machine.vcpu().run();
            watch.interrupt();
            join(watch);
            return new Run(exit, output.toString(StandardCharsets.UTF_8));
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void say(String line) {
        System.err.println(line);
    }

    static Stream<Arguments> endingGuests() {
        return Stream.of(
                        "hello",
                        "late-code",
                        "exceptions",
                        "mmu",
                        "long-tables",
                        "sensitive",
                        "self-modify",
                        "mmio-nowhere",
                        "fill-memory",
                        "byte-order",
                        "coprocessors",
                        "firmware",
                        "monitors",
                        "debug",
                        "thumb-exceptions",
                        "thumb-sensitive",
                        "thumb-late-code",
                        "thumb-user")
                .flatMap(name -> Stream.of(Virtualization.PATCHED, Virtualization.TRANSLATED)
                        .map(how -> Arguments.of(name, how)));
    }

    /**
     * Cases in which this board is not QEMU's: it takes SMC for a PSCI call like HVC, and it has the banked MRS that
     * QEMU's has only with virtualization extensions.
     */
    private static final Set<String> DIFFERENT = Set.of("smc-undefined", "banked-msr-mrs");

    private static List<String> comparable(String output) {
        return output.replace("\r", "")
                .lines()
                .filter(line -> DIFFERENT.stream().noneMatch(line::contains))
                .toList();
    }

    /** QEMU's monitors do not count instructions, so the guest skips those cases there. */
    private static String withInstructions(String expected) {
        return expected.replace("SKIP instructions-", "PASS instructions-");
    }

    @ParameterizedTest
    @MethodSource("endingGuests")
    void guestPrintsWhatItPrintsOnQemu(String name, Virtualization virtualization) throws IOException, ImageException {
        compareWithQemu(name, run(name, virtualization));
    }

    /**
     * But for {@code monitors}, which wants the event counters of a Cortex-A15, they ask nothing that tells cores
     * apart.
     */
    @ParameterizedTest
    @ValueSource(strings = {"exceptions", "mmu", "long-tables", "sensitive", "coprocessors", "debug"})
    void guestPrintsTheSameOnAnotherCore(String name) throws IOException, ImageException {
        compareWithQemu(name, run(name, CoreModel.CORTEX_A7, Virtualization.PATCHED, Long.MAX_VALUE));
    }

    /** FPEXC, CPACR and instructions of VFP that they disable: {@code vfp-enables}. */
    @ParameterizedTest
    @EnumSource(names = {"PATCHED", "TRANSLATED"})
    void guestWithoutNeonEnablesFloatingPointAsOnQemu(Virtualization virtualization)
            throws IOException, ImageException {
        for (FloatingPointUnit unit : List.of(
                CoreModel.CORTEX_A15.floatingPoint().withoutSimd(),
                CoreModel.CORTEX_A15.floatingPoint().withoutUpperRegisters())) {
            Run run =
                    run("sensitive", new Equipment().core(CoreModel.CORTEX_A15, unit), virtualization, Long.MAX_VALUE);
            compareWithQemu("sensitive", run);
            assertTrue(run.output.contains("PASS vfp-enables"), run.output);
        }
    }

    private static void compareWithQemu(String name, Run run) throws IOException {
        String expected = Files.readString(GUESTS.resolve("reference").resolve(name + ".txt"));
        assertEquals(comparable(withInstructions(expected)), comparable(run.output));
        assertInstanceOf(Exit.PowerOff.class, run.exit);
    }

    @ParameterizedTest
    @CsvSource({
        "jump-nowhere, PATCHED", "jump-nowhere, TRANSLATED",
        "unmap-vectors, PATCHED", "unmap-vectors, TRANSLATED",
        "undef-loop, PATCHED", "undef-loop, TRANSLATED",
        "svc-storm, PATCHED", "svc-storm, TRANSLATED"
    })
    void guestThatGoesNowhereIsStoppedOrSpinsAndCanBeStopped(String name, Virtualization virtualization)
            throws IOException, ImageException {
        Run run = run(name, CoreModel.CORTEX_A15, virtualization, 1_000_000);
        assertTrue(run.exit instanceof Exit.Stopped || run.exit instanceof Exit.Stuck, run.exit.toString());
    }

    @ParameterizedTest
    @EnumSource(
            value = Virtualization.class,
            names = {"PATCHED", "TRANSLATED"})
    void guestThatWaitsForWhatCannotComeIsStoppedAtOnce(Virtualization virtualization)
            throws IOException, ImageException {
        Run run = run("wfi-forever", virtualization);
        Exit.Stuck stuck = assertInstanceOf(Exit.Stuck.class, run.exit);
        assertTrue(stuck.reason().contains("waits for an interrupt"), stuck.reason());
    }
}
