package swivel.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import swivel.arm.core.CoreModel;
import swivel.memory.GuestMemory;

class VirtBoardTest {
    private static final Board BOARD = board(CoreModel.CORTEX_A15);
    private static final DeviceTree OURS =
            BOARD.tree(new GuestMemory(VirtBoard.RAM, 256 << 20), "console=ttyAMA0", new Random(1));

    private static Board board(CoreModel core) {
        return VirtBoard.of(new Equipment().core(core).firmware(new byte[0]));
    }

    @ParameterizedTest
    @EnumSource
    void everyNodeAndPropertyIsAsInQemu(CoreModel core, @TempDir Path directory) throws IOException {
        Path dumped = directory.resolve("qemu.dtb");
        byte[] _ = Tools.runBytes(
                new byte[0],
                "qemu-system-arm",
                "-M",
                "virt,highmem=off,dumpdtb=" + dumped,
                "-cpu",
                core.commonName(),
                "-m",
                "256",
                "-nographic",
                "-net",
                "none");
        DeviceTree ours = board(core).tree(new GuestMemory(VirtBoard.RAM, 256 << 20), "console=ttyAMA0", new Random(1));
        compare("", ours.root(), DeviceTree.read(Files.readAllBytes(dumped)).root());
    }

    /**
     * What we have, QEMU has too, and says the same of it, but for random seeds, the watchdog, and the properties of
     * {@code pmu}, which QEMU leaves out.
     */
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
            if (child.name().startsWith("watchdog@")) {
                continue;
            }
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

    /** Whoever changes the tree on purpose writes the new sum here: kernels and firmware see every byte. */
    @Test
    void theFlattenedTreeIsByteForByteWhatItWas() throws NoSuchAlgorithmException {
        byte[] blob = BOARD.tree(new GuestMemory(VirtBoard.RAM, 256 << 20), "console=ttyAMA0 x", new Random(1))
                .flatten();
        byte[] sum = MessageDigest.getInstance("SHA-256").digest(blob);
        assertEquals(
                "17fb9747a25afaa372cf31832cdd22759557391a611983ce17d25459ab0a92aa",
                HexFormat.of().formatHex(sum));
    }

    @Test
    void theTableInTheDocumentationIsTheBoards() throws IOException {
        List<String> page = Files.readAllLines(Path.of("../docs/machine.md"));
        int start = page.indexOf("| address | what | interrupt |");
        List<String> table = page.subList(start + 2, page.size()).stream()
                .takeWhile(line -> line.startsWith("|"))
                .toList();
        assertEquals(table(), table);
    }

    /**
     * A line for each window, in the order of addresses, and at the end what is reached by CP15. Slots have one line.
     */
    private static List<String> table() {
        Map<Long, String> windows = new TreeMap<>();
        windows.put(Integer.toUnsignedLong(BOARD.ram()), line(address(BOARD.ram()), "RAM", ""));
        List<String> others = new ArrayList<>();
        for (DeviceRow row : BOARD.rows()) {
            long alike = BOARD.rows().stream()
                    .filter(other -> other.node().equals(row.node()))
                    .count();
            if (row.windows().isEmpty() && !row.interrupts().isEmpty()) {
                others.add(line("CP15", row.name(), interrupts(row)));
            } else if (alike == 1) {
                row.windows()
                        .forEach(window -> windows.put(
                                Integer.toUnsignedLong(window.base()),
                                line(address(window.base()), window.name(), interrupts(row))));
            } else if (row.name().endsWith(" 0")) {
                DeviceRow.Window first = row.windows().getFirst();
                windows.put(
                        Integer.toUnsignedLong(first.base()),
                        line(
                                "%s + n · `0x%x`".formatted(address(first.base()), first.size()),
                                row.name().replace("0", "n") + " of " + alike,
                                interrupts(row) + " + n"));
            }
        }
        List<String> lines = new ArrayList<>(windows.values());
        lines.addAll(others);
        return lines;
    }

    private static String line(String address, String what, String interrupt) {
        return "| %s | %s |%s |".formatted(address, what, interrupt.isEmpty() ? "" : " " + interrupt);
    }

    private static String address(int address) {
        return "`0x%08x`".formatted(address);
    }

    private static String interrupts(DeviceRow row) {
        return row.interrupts().stream()
                .map(interrupt -> interrupt.type() + " " + interrupt.number())
                .collect(Collectors.joining(", "));
    }
}
