package swivel.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import swivel.arm.A32;
import swivel.arm.Arguments;
import swivel.arm.Fields;
import swivel.memory.GuestMemory;

/**
 * Loads and stores at a device against loads and stores in memory: random instructions of every row with random
 * operands, once where there is memory and once where there is a device that keeps what it is given, must leave the
 * same registers and bytes, or abort at the same address. At the device each byte is touched once, and none by an
 * instruction that aborts.
 */
@ParameterizedClass
@EnumSource(TestEngine.class)
final class DeviceTransferTest {
    private static final int PAGE = GuestMemory.PAGE_SIZE;
    private static final int RAM = 0x4000_0000;
    private static final int CODE = 0x8000;
    /** Two pages of data. */
    private static final int DATA = 0x20000;
    /** What the data is in RAM; and in the device, if it is one. */
    private static final int MEMORY = RAM + 0x10000;

    private static final int DEVICE = 0x0a00_0000;
    private static final int ROUNDS = 120;
    private static final int SVC = 0xef00_0000;

    enum Row {
        LDR_IMM,
        LDR_REG,
        LDRB_IMM,
        LDRB_REG,
        STR_IMM,
        STR_REG,
        STRB_IMM,
        STRB_REG,
        LDRT_IMM,
        LDRT_REG,
        LDRBT_IMM,
        LDRBT_REG,
        STRT_IMM,
        STRT_REG,
        STRBT_IMM,
        STRBT_REG,
        LDRH_IMM,
        LDRH_REG,
        STRH_IMM,
        STRH_REG,
        LDRSB_IMM,
        LDRSB_REG,
        LDRSH_IMM,
        LDRSH_REG,
        LDRHT_IMM,
        LDRHT_REG,
        STRHT_IMM,
        STRHT_REG,
        LDRSBT_IMM,
        LDRSBT_REG,
        LDRSHT_IMM,
        LDRSHT_REG,
        LDRD_IMM,
        LDRD_REG,
        STRD_IMM,
        STRD_REG,
        LDM,
        STM,
        LDREX,
        LDREXB,
        LDREXH,
        LDREXD,
        STREX,
        STREXB,
        STREXH,
        STREXD,
        SWP,
        VFP_LOAD_STORE,
        NEON_LOAD_STORE
    }

    /** What the two pages of data are where there is a device: d, memory m, or nothing. */
    private static final String[] LAYOUTS = {"dd", "md", "dm", "d-", "-d"};

    private final GuestMemory memory = new GuestMemory(RAM, 1 << 17);
    private final TestDevice device = new TestDevice(DEVICE, 2 * PAGE);
    private final Processor processor;
    private String layout = "";

    DeviceTransferTest(TestEngine engine) {
        processor = engine.create(memory);
        processor.setDevicePort(device);
    }

    private AddressSpace space(String pages) {
        return processor.newAddressSpace(
                (space, va, access) -> {
                    int page = va - DATA >> GuestMemory.PAGE_SHIFT;
                    char kind = va - CODE >>> GuestMemory.PAGE_SHIFT == 0
                            ? 'c'
                            : page < 0 || page > 1 ? '-' : pages.charAt(page);
                    switch (kind) {
                        case 'c' -> space.map(va, RAM + CODE, true, false, true);
                        case 'm' -> space.map(va, MEMORY + va - DATA, true, true, false);
                        case 'd' -> space.mapDevice(va, DEVICE + va - DATA, true, true);
                        default -> {
                            return false;
                        }
                    }
                    return true;
                },
                AddressSpace.Sensitive.EXECUTE);
    }

    @ParameterizedTest
    @EnumSource
    void leavesWhatItLeavesInMemory(Row row) {
        Random random = new Random(row.ordinal());
        for (String pages : LAYOUTS) {
            layout = pages;
            AddressSpace withDevice = space(pages);
            AddressSpace withMemory = space(pages.replace('d', 'm'));
            int compared = 0;
            for (int round = 0; round < ROUNDS; round++) {
                int word = RandomWords.of(A32.valueOf(row.name()), random);
                if (!isUnpredictable(word)) {
                    compared++;
                    compare(word, withMemory, withDevice, random);
                }
            }
            assertTrue(compared > ROUNDS / 20, () -> "too few predictable words of " + row);
        }
    }

    private static boolean isFloating(A32 row) {
        return row == A32.VFP_LOAD_STORE || row == A32.NEON_LOAD_STORE;
    }

    /** Forms whose result is not defined: the two may differ. */
    private static boolean isUnpredictable(int word) {
        A32 row = A32.decode(word);
        String name = row.name();
        int rn = Fields.rn(word);
        int rt = Fields.rd(word);
        int rm = Fields.rm(word);
        if (isFloating(row)) {
            return rn == 15 || row.arguments(word) instanceof Arguments.Extension of && !of.isPredictable();
        }
        if (row == A32.LDM || row == A32.STM) {
            return rn == 15 || (word & 0xffff) == 0 || Fields.w(word) && Fields.bit(word, rn);
        }
        boolean exclusive = name.contains("EX");
        boolean register = name.endsWith("REG");
        boolean dual = name.startsWith("LDRD") || name.startsWith("STRD") || name.endsWith("EXD");
        boolean extra = Fields.bits(word, 27, 25) == 0;
        boolean writesBack = !exclusive && row != A32.SWP && (!Fields.p(word) || Fields.w(word));
        if (rn == 15 || register && rm == 15 || register && extra && (word & 0xf00) != 0) {
            return true;
        }
        if (rt == 15 && (row != A32.LDR_IMM && row != A32.LDR_REG || Fields.bit(word, 20) && writesBack && rn == rt)) {
            return true;
        }
        if (dual && !exclusive && (!Fields.p(word) && Fields.w(word) || register && (rm == rt || rm == rt + 1))) {
            return true;
        }
        if (writesBack && (rn == rt || dual && rn == rt + 1 || register && rn == rm)) {
            return true;
        }
        int first = name.startsWith("STREX") ? rm : rt; // of two, if there are two
        if (dual && ((first & 1) != 0 || first == 14)) {
            return true;
        }
        if (name.startsWith("STREX")) {
            return rm == 15 || rt == rn || rt == rm || dual && rt == rm + 1;
        }
        return row == A32.SWP && (rm == 15 || rn == rt || rn == rm);
    }

    private void compare(int word, AddressSpace withMemory, AddressSpace withDevice, Random random) {
        byte[] before = new byte[2 * PAGE];
        random.nextBytes(before);
        memory.write32(RAM + CODE, word);
        memory.write32(RAM + CODE + 4, SVC);
        UserState start = new UserState();
        for (int n = 0; n < 15; n++) {
            start.r[n] = random.nextInt(40) - 20;
        }
        // Around the start, the border of the pages, or the end.
        int rn = Fields.rn(word);
        int border = DATA + PAGE * random.nextInt(3);
        start.r[rn] = border + (random.nextInt(32) - 16) * (random.nextBoolean() ? 4 : 1);
        start.r[15] = CODE;
        for (int n = 0; n < FpRegisters.REGISTERS; n++) {
            start.fp.words()[n] = random.nextInt();
        }
        start.setUserPsr(random.nextInt() & 0xf000_0000);
        if (random.nextBoolean()) {
            start.setExclusive(start.r[rn], 4, 0);
        }

        memory.write(MEMORY, before, 0, before.length);
        boolean exclusive = A32.decode(word).name().startsWith("STREX");
        if (exclusive && start.r[UserState.EXCLUSIVE_SIZE] != 0) {
            tag(start, rn, word, before);
        }
        UserState inMemory = copy(start);
        final Trap expected = processor.run(inMemory, withMemory);
        byte[] after = new byte[before.length];
        memory.read(MEMORY, after, 0, after.length);

        memory.write(MEMORY, before, 0, before.length);
        System.arraycopy(before, 0, device.content, 0, before.length);
        device.seen();
        UserState atDevice = copy(start);
        final Trap trap = processor.run(atDevice, withDevice);
        String what = "0x%08x %s, r%d = 0x%x, %s".formatted(word, A32.decode(word), rn, start.r[rn], layout);
        assertEquals(expected, trap, what);
        boolean multiple = A32.decode(word) == A32.LDM;
        normalize(start);
        normalize(inMemory);
        normalize(atDevice);
        if (trap instanceof Trap.DataAbort) {
            assertTrue(Arrays.stream(device.accesses).allMatch(n -> n == 0), what + ": " + device.seen());
            if (!multiple) {
                assertArrayEquals(start.r, atDevice.r, what);
            }
            assertEquals(start.r[rn], atDevice.r[rn], what);
            return;
        }
        assertArrayEquals(inMemory.r, atDevice.r, what);
        assertArrayEquals(inMemory.fp.words(), atDevice.fp.words(), what);
        byte[] found = new byte[before.length];
        memory.read(MEMORY, found, 0, found.length);
        int most = A32.decode(word) == A32.SWP ? 2 : 1;
        for (int page = 0; page < 2; page++) {
            if (layout.charAt(page) == 'd') {
                System.arraycopy(device.content, page * PAGE, found, page * PAGE, PAGE);
            }
        }
        assertArrayEquals(after, found, what);
        assertTrue(Arrays.stream(device.accesses).allMatch(n -> n == 0 || n == most), what + ": " + device.seen());
    }

    /** Tags what STREX finds in memory. */
    private static void tag(UserState state, int rn, int word, byte[] data) {
        int size = switch (A32.decode(word)) {
            case STREXB -> 1;
            case STREXH -> 2;
            case STREX -> 4;
            default -> 8;
        };
        long value = 0;
        int at = state.r[rn] - DATA;
        for (int i = 0; i < size && at >= 0 && at + i < data.length; i++) {
            value |= (data[at + i] & 0xffL) << 8 * i;
        }
        state.setExclusive(state.r[rn], size, value);
    }

    private static UserState copy(UserState state) {
        UserState copy = new UserState();
        copy.copy(state);
        return copy;
    }

    /** Leaves nothing in the slots that engines may fill as they like. */
    private static void normalize(UserState state) {
        Arrays.fill(state.r, UserState.T0, UserState.T_END, 0);
        state.setUserPsr(state.userPsr());
    }
}
