package swivel.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import swivel.memory.GuestMemory;

class VirtBoardTest {
    private static final Board BOARD =
            VirtBoard.of(new VirtMachine.Equipment(List.of(), new byte[0], false));
    private static final DeviceTree OURS =
            BOARD.tree(new GuestMemory(VirtBoard.RAM, 256 << 20), "console=ttyAMA0", new Random(1));

    @Test
    void everyNodeAndPropertyIsAsInQemu(@TempDir Path directory) throws IOException {
        Path dumped = directory.resolve("qemu.dtb");
        byte[] _ = Tools.runBytes(
                new byte[0],
                "qemu-system-arm",
                "-M",
                "virt,highmem=off,dumpdtb=" + dumped,
                "-cpu",
                "cortex-a15",
                "-m",
                "256",
                "-nographic",
                "-net",
                "none");
        compare("", OURS.root(), DeviceTree.read(Files.readAllBytes(dumped)).root());
    }

    /** What we have, QEMU has too, and says the same of it, but for random seeds and the properties of {@code pmu}, which QEMU leaves out. */
    private static void compare(String path, DeviceTree.Node ours, DeviceTree.Node qemus) {
        for (String property : ours.properties()) {
            if (property.endsWith("-seed") || property.equals("bootargs") || path.equals("/pmu")) {
                continue;
            }
            byte[] theirs = qemus.property(property);
            assertNotNull(theirs, path + ":" + property);
            HexFormat hex = HexFormat.of();
            assertEquals(hex.formatHex(theirs), hex.formatHex(ours.property(property)), path + ":" + property);
        }
        for (DeviceTree.Node child : ours.children()) {
            DeviceTree.Node theirs = qemus.child(child.name());
            assertNotNull(theirs, path + "/" + child.name());
            compare(path + "/" + child.name(), child, theirs);
        }
    }

    @Test
    void theDeviceTreeCompilerHasNoComplaintsThatItHasNotAboutQemus() {
        String source = Tools.run(OURS.flatten(), "dtc", "-I", "dtb", "-O", "dts", "-q");
        assertTrue(source.contains("stdout-path = \"/pl011@9000000\";"), source);
    }
}
