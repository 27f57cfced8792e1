package swivel.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import swivel.cpu.engine.Engine;
import swivel.vmm.Vcpu.Exit;
import swivel.vmm.Virtualization;

/** Firmware that starts in flash, executes from it, and erases and programs it. */
class FirmwareTest {
    private static final long MEMORY = 64 << 20;

    @TempDir
    static Path directory;

    private static Path firmware;

    @BeforeAll
    static void assemble() throws IOException {
        Path source = directory.resolve("flash.S");
        try (InputStream resource = FirmwareTest.class.getResourceAsStream("flash.S")) {
            Files.write(source, resource.readAllBytes());
        }
        String object = directory.resolve("flash.o").toString();
        String linked = directory.resolve("flash.elf").toString();
        firmware = directory.resolve("flash.bin");
        String assembled = Tools.run(
                new byte[0], "arm-linux-gnueabi-gcc", "-c", "-march=armv7-a", "-o", object, source.toString());
        assembled += Tools.run(new byte[0], "arm-linux-gnueabi-ld", "-e", "0", "-Ttext=0", "-o", linked, object);
        assembled += Tools.run(
                new byte[0], "arm-linux-gnueabi-objcopy", "-O", "binary", "-j", ".text", linked, firmware.toString());
        assertEquals("", assembled);
    }

    private static List<String> comparable(String output) {
        return output.replace("\r", "")
                .lines()
                .filter(line -> !line.startsWith("changed"))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(
            value = Engine.class,
            names = {"AUTO", "INTERP"})
    void firmwareDoesWhatItDoesOnQemu(Engine engine) throws IOException {
        String expected = Tools.run(
                new byte[0],
                "qemu-system-arm",
                "-M",
                "virt,highmem=off",
                "-cpu",
                "cortex-a15",
                "-m",
                "64",
                "-nographic",
                "-net",
                "none",
                "-no-reboot",
                "-bios",
                firmware.toString());
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        try (VirtMachine machine = machine(Files.readAllBytes(firmware), output, engine)) {
            machine.bootFirmware(machine.tree());
            machine.endInput();
            assertInstanceOf(Exit.PowerOff.class, machine.vcpu().run());
        }
        String ours = output.toString(StandardCharsets.UTF_8);
        assertEquals(comparable(expected), comparable(ours));
        assertTrue(ours.lines().filter(line -> line.equals("changed 0000000c")).count() == 2, ours);
    }

    private static VirtMachine machine(byte[] content, ByteArrayOutputStream output, Engine engine) {
        return new VirtMachine(
                MEMORY,
                "",
                new Equipment().firmware(content),
                output::write,
                Virtualization.TRANSLATED,
                ram -> engine.create(ram, 4 << 20, _ -> {}));
    }

    @Test
    void theFlashIsInTheDeviceTreeAndTheMemoryBehindRamIsNot() throws IOException {
        try (VirtMachine machine = machine(new byte[] {1, 2, 3, 4}, new ByteArrayOutputStream(), Engine.INTERP)) {
            assertEquals("cfi-flash", machine.tree().root().child("flash@0").string("compatible"));
            assertEquals(MEMORY, machine.memory().size());
            assertTrue(!machine.memory().contains(VirtBoard.RAM + (int) MEMORY), "devices reach RAM only");
        }
    }

    @Test
    void aTreeThatDoesNotFitIsRefused() throws IOException {
        try (VirtMachine machine = machine(new byte[4], new ByteArrayOutputStream(), Engine.INTERP)) {
            DeviceTree tree = machine.tree();
            tree.root().bytes("huge", new byte[(int) MEMORY]);
            assertThrows(BootException.class, () -> machine.bootFirmware(tree));
        }
    }
}
