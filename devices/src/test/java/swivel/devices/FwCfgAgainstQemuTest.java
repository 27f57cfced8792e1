package swivel.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import swivel.memory.GuestMemory;

/** The firmware configuration device is played against QEMU's, access by access, transfer by transfer. */
class FwCfgAgainstQemuTest {
    private static final int STEPS = 4000;
    private static final int RAM = 0x4000_0000;
    /** RAM that transfers are made in, and go to. */
    private static final int ARENA = 256;

    private static final int MEMORY = 128 << 20;
    /** No RAM, and no device either: QEMU copies to some. */
    private static final int NOWHERE = 0x8000_0000;

    private static final int[] ITEMS = {
        FwCfg.SIGNATURE,
        FwCfg.ID,
        FwCfg.CPUS,
        FwCfg.KERNEL_SIZE,
        FwCfg.KERNEL,
        FwCfg.INITRD_SIZE,
        FwCfg.INITRD,
        FwCfg.COMMAND_LINE_SIZE,
        FwCfg.COMMAND_LINE,
        0x3f,
        0x40,
        0x4000 | FwCfg.KERNEL,
        0x8000 | FwCfg.KERNEL,
        0xffff
    };

    private static final int[] CONTROLS = {
        FwCfg.READ,
        FwCfg.SKIP,
        FwCfg.WRITE,
        FwCfg.READ | FwCfg.WRITE | FwCfg.SKIP,
        FwCfg.WRITE | FwCfg.SKIP,
        FwCfg.FAILED,
        0
    };

    @TempDir
    private Path folder;

    private final Random random = new Random(5);
    private final GuestMemory memory = new GuestMemory(RAM, MEMORY);
    private QemuDevices qemu;
    private FwCfg ours;

    private byte[] file(String name, int length) throws IOException {
        byte[] content = new byte[length];
        random.nextBytes(content);
        Files.write(folder.resolve(name), content);
        return content;
    }

    private void write(int offset, int size, int value) {
        ours.write(offset, size, value);
        qemu.write(QemuDevices.FW_CFG + offset, size, value);
    }

    private void store(int at, int value) {
        memory.write32(at, value);
        qemu.write(at, 4, value);
    }

    private void compare(int offset, int size, String where) {
        assertEquals(hex(qemu.read(QemuDevices.FW_CFG + offset, size)), hex(ours.read(offset, size)), where);
    }

    private static String hex(int value) {
        return HexFormat.of().toHexDigits(value);
    }

    @Test
    void randomAccessesAndTransfersAreTheSame() throws IOException {
        FwCfg.Payload payload = new FwCfg.Payload(file("kernel", 77), file("initrd", 50), "a b");
        Files.write(folder.resolve("firmware"), new byte[4]);
        try (QemuDevices devices = new QemuDevices(
                "-bios",
                folder.resolve("firmware").toString(),
                "-kernel",
                folder.resolve("kernel").toString(),
                "-initrd",
                folder.resolve("initrd").toString(),
                "-append",
                payload.commandLine())) {
            qemu = devices;
            ours = new FwCfg(memory, 1, payload);
            for (int at = 0; at < ARENA; at += 4) {
                store(RAM + at, random.nextInt());
                store(RAM + MEMORY - ARENA + at, random.nextInt());
            }
            for (int step = 0; step < STEPS; step++) {
                step("step " + step);
            }
        }
    }

    private void step(String where) {
        switch (random.nextInt(6)) {
            case 0 -> write(FwCfg.SELECTOR, 2, Short.reverseBytes((short) item()) & 0xffff);
            case 1 -> write(FwCfg.DMA, 4, Integer.reverseBytes(random.nextInt(2)));
            case 2 -> {
                int size = 1 << random.nextInt(3);
                compare(FwCfg.DMA + random.nextInt(8 / size) * size, size, where);
            }
            case 3 -> transfer(where);
            default -> compare(FwCfg.DATA, 1 << random.nextInt(3), where);
        }
    }

    private int item() {
        return ITEMS[random.nextInt(ITEMS.length)];
    }

    /** What it goes to is in RAM, or not at all. */
    private void transfer(String where) {
        int at = random.nextInt(4) > 0 ? RAM + random.nextInt(ARENA) : RAM + MEMORY - 1 - random.nextInt(ARENA);
        int length = random.nextInt(8) == 0 ? 0 : random.nextInt(ARENA / 2);
        int to = random.nextInt(5) > 0 ? RAM + random.nextInt(ARENA - length) : NOWHERE;
        if (at <= RAM + MEMORY - 16) {
            boolean select = random.nextBoolean();
            int control = CONTROLS[random.nextInt(CONTROLS.length)] | (select ? FwCfg.SELECT | item() << 16 : 0);
            store(at, Integer.reverseBytes(control));
            store(at + 4, Integer.reverseBytes(length));
            store(at + 8, random.nextInt(8) > 0 ? 0 : Integer.reverseBytes(1));
            store(at + 12, Integer.reverseBytes(to));
        }
        if (random.nextInt(4) > 0) {
            write(FwCfg.DMA, 4, 0);
        }
        write(FwCfg.DMA + 4, 4, Integer.reverseBytes(at));
        for (int offset = 0; offset < ARENA; offset += 4) {
            for (int word : new int[] {RAM + offset, RAM + MEMORY - ARENA + offset}) {
                assertEquals(hex(qemu.read(word, 4)), hex(memory.read32(word)), where + " at " + hex(word));
            }
        }
    }
}
