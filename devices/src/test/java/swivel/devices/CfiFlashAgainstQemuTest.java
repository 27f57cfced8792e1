package swivel.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import swivel.memory.GuestMemory;

/** Flash is played against QEMU's, access by access. */
class CfiFlashAgainstQemuTest {
    private static final int STEPS = 6000;
    private static final int RAM = 0x4000_0000;
    private static final int[] COMMANDS = {
        CfiFlash.PROGRAM_10,
        CfiFlash.PROGRAM,
        CfiFlash.ERASE,
        CfiFlash.CLEAR_STATUS,
        CfiFlash.LOCK,
        CfiFlash.READ_STATUS,
        CfiFlash.READ_ID,
        CfiFlash.QUERY,
        CfiFlash.BUFFERED_PROGRAM,
        CfiFlash.READ_ARRAY,
        CfiFlash.CONFIRM,
        0x01,
        0xf0,
        0x28
    };
    private static final int[] SIZES = {1, 2, 4, 4, 4};
    private static final int NONE = -1;

    private final GuestMemory memory = new GuestMemory(RAM, CfiFlash.SIZE);
    private boolean visible = true;
    private final CfiFlash ours = new CfiFlash(memory, RAM, shown -> visible = shown);

    private int read(int offset, int size) {
        return ours.read(offset, size);
    }

    @Test
    void everyWordOfTheQueryAndOfTheIdentificationIsTheSame() throws IOException {
        try (QemuDevices qemu = new QemuDevices()) {
            for (int command : new int[] {CfiFlash.QUERY, CfiFlash.READ_ARRAY, CfiFlash.READ_ID}) {
                ours.write(0x154, 4, command);
                qemu.write(0x154, 4, command);
                for (int offset = 0; offset < 0x500; offset += 2) {
                    assertEquals(qemu.read(offset, 2), read(offset, 2), command + " at " + offset);
                }
                for (int offset = 0; offset < 0x500; offset += 4) {
                    assertEquals(qemu.read(offset, 4), read(offset, 4), command + " at " + offset);
                }
            }
        }
    }

    /** Before QEMU 9.1 the buffer was that of the count, not that of the first word, and a count of zero had one. */
    private boolean isEarly(QemuDevices qemu) {
        boolean early = false;
        for (int value : new int[] {CfiFlash.BUFFERED_PROGRAM, 0, 0, CfiFlash.READ_ARRAY, CfiFlash.CLEAR_STATUS}) {
            early = value == CfiFlash.READ_ARRAY ? (qemu.read(0, 4) & CfiFlash.PROGRAM_ERROR) == 0 : early;
            ours.write(0, 4, value);
            qemu.write(0, 4, value);
        }
        return early;
    }

    @Test
    void randomCommandsHaveTheSameEffects() throws IOException {
        try (QemuDevices qemu = new QemuDevices()) {
            Random random = new Random(9);
            boolean early = isEarly(qemu);
            int buffer = NONE; // the one of the count, if the first word comes next
            for (int step = 0; step < STEPS; step++) {
                int size = SIZES[random.nextInt(SIZES.length)];
                int offset = random.nextInt(3) * CfiFlash.SECTOR + random.nextInt(64) * 4 & -size;
                if (early && ours.state.cycle == 2 && buffer != NONE) {
                    offset = buffer | offset & CfiFlash.SECTOR - 1;
                }
                if (random.nextBoolean()) {
                    int value = switch (random.nextInt(4)) {
                        case 0 -> random.nextInt() & -1 >>> 32 - 8 * size;
                        case 1 -> random.nextInt(6);
                        default -> COMMANDS[random.nextInt(COMMANDS.length)];
                    };
                    boolean counts = ours.state.cycle == 1 && ours.state.command == CfiFlash.BUFFERED_PROGRAM;
                    value |= early && counts ? 1 : 0;
                    ours.write(offset, size, value);
                    qemu.write(offset, size, value);
                    buffer = counts ? offset & -CfiFlash.SECTOR : ours.state.cycle == 2 ? NONE : buffer;
                }
                int at = random.nextInt(3) * CfiFlash.SECTOR + random.nextInt(64) * 4 & -size;
                assertEquals(
                        Integer.toHexString(qemu.read(at, size)),
                        Integer.toHexString(read(at, size)),
                        "step " + step + " at 0x" + Integer.toHexString(at));
                assertEquals(ours.state.command == 0, visible);
            }
        }
    }

    @Test
    void aDriverErasesAndPrograms() {
        ours.write(CfiFlash.SECTOR, 4, CfiFlash.ERASE);
        ours.write(CfiFlash.SECTOR, 4, CfiFlash.CONFIRM);
        assertEquals(0x0080_0080, read(0, 4));
        for (int i = 0; i < 4; i++) {
            ours.write(CfiFlash.SECTOR + 4 * i, 4, CfiFlash.PROGRAM);
            ours.write(CfiFlash.SECTOR + 4 * i, 4, 0x1234_5678 + i);
        }
        ours.write(CfiFlash.SECTOR + 0x100, 4, CfiFlash.BUFFERED_PROGRAM);
        ours.write(CfiFlash.SECTOR + 0x100, 4, 0x0003_0003);
        for (int i = 0; i < 4; i++) {
            ours.write(CfiFlash.SECTOR + 0x100 + 4 * i, 4, i);
        }
        ours.write(CfiFlash.SECTOR + 0x100, 4, CfiFlash.CONFIRM);
        ours.write(0, 4, CfiFlash.READ_ARRAY);
        assertEquals(0x1234_567b, read(CfiFlash.SECTOR + 12, 4));
        assertEquals(-1, read(CfiFlash.SECTOR + 16, 4));
        assertEquals(3, read(CfiFlash.SECTOR + 0x10c, 4));
        assertEquals(-1, read(2 * CfiFlash.SECTOR - 4, 4));
        assertEquals(0, read(2 * CfiFlash.SECTOR, 4));
        assertEquals(0, read(CfiFlash.SECTOR - 4, 4));
    }
}
