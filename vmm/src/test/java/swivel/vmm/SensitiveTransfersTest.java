package swivel.vmm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import swivel.arm.A32;
import swivel.arm.Arguments.BlockTransfer;
import swivel.arm.Fields;
import swivel.arm.Mode;
import swivel.arm.Psr;
import swivel.arm.core.CoreModel;
import swivel.cpu.AddressSpace;
import swivel.cpu.DevicePort;
import swivel.cpu.Processor;
import swivel.cpu.RandomWords;
import swivel.cpu.Trap;
import swivel.cpu.UserState;
import swivel.cpu.engine.Engine;
import swivel.memory.GuestMemory;

/**
 * The hypervisor's loads and stores against the processor's: random instructions of every row with random operands,
 * executed by both in the same memory, must leave the same registers and memory, or abort at the same address. In the
 * mode SYS, whose registers are user mode's.
 */
final class SensitiveTransfersTest {
    private static final int RAM = 0x4000_0000;
    private static final int SIZE = 1 << 16;
    private static final int CODE = RAM + 0x1000;
    private static final int MIDDLE = RAM + 0x8000;
    private static final int ROUNDS = 400;

    /** A branch to itself and then nothing but calls: wherever a load of PC goes, the processor stops. */
    private static final int SVC = 0xef00_0000;

    enum Row {
        LDRT_IMM,
        LDRT_REG,
        LDRBT_IMM,
        LDRBT_REG,
        STRT_IMM,
        STRT_REG,
        STRBT_IMM,
        STRBT_REG,
        LDRHT_IMM,
        LDRHT_REG,
        STRHT_IMM,
        STRHT_REG,
        LDRSBT_IMM,
        LDRSBT_REG,
        LDRSHT_IMM,
        LDRSHT_REG,
        LDM_USER,
        STM_USER
    }

    /** No device answers. */
    private record Nowhere() implements DevicePort {
        @Override
        public boolean answers(int gpa, int size) {
            return false;
        }

        @Override
        public int load(int gpa, int size) {
            throw new AssertionError("nothing answers");
        }

        @Override
        public void store(int gpa, int size, int value) {
            throw new AssertionError("nothing answers");
        }

        @Override
        public boolean wantsAttention() {
            return false;
        }
    }

    private final GuestMemory memory = new GuestMemory(RAM, SIZE);
    private final Processor processor = Engine.INTERP.create(memory, 0, line -> {});
    private final Registers registers = new Registers();
    private final SystemRegisters system = new SystemRegisters(CoreModel.CORTEX_A15.cp15(), registers);
    private final TableWalker walker = new TableWalker(system, memory);
    private final VirtualMemory virtualMemory = new VirtualMemory(system, registers, walker, memory, new Nowhere());
    private final SensitiveTransfers transfers = new SensitiveTransfers(registers, virtualMemory);
    private final AddressSpace space = processor.newAddressSpace(
            (filled, va, access) -> {
                if (!memory.contains(va)) {
                    return false;
                }
                filled.map(va, va, true, true, true);
                return true;
            },
            AddressSpace.Sensitive.EXECUTE);

    @ParameterizedTest
    @EnumSource
    void executesAsTheProcessorDoes(Row row) {
        Random random = new Random(row.ordinal());
        int compared = 0;
        for (int round = 0; round < ROUNDS; round++) {
            int word = RandomWords.of(A32.valueOf(row.name()), random);
            if (unpredictable(word)) {
                continue;
            }
            compared++;
            compare(word, random);
        }
        assertTrue(compared > ROUNDS / 20, () -> "too few predictable words of " + row);
    }

    /** Forms whose result is not defined: both may do what they like. */
    private static boolean unpredictable(int word) {
        A32 row = A32.decode(word);
        int rn = Fields.rn(word);
        int rt = Fields.rd(word);
        if (row == A32.LDM_USER || row == A32.STM_USER) {
            return rn == 15 || (word & 0xffff) == 0 || Fields.w(word) || Fields.bit(word, 15);
        }
        boolean register = row.name().endsWith("REG");
        if (rt == 15 || rn == 15 || rn == rt || register && (Fields.rm(word) == 15 || Fields.rm(word) == rn)) {
            return true;
        }
        boolean extra = Fields.bits(word, 27, 25) == 0;
        return register && extra && (word & 0xf00) != 0;
    }

    /** What the processor executes in user mode: there the caret has no meaning. */
    private static int inUserMode(int word) {
        A32 row = A32.decode(word);
        return row == A32.LDM_USER || row == A32.STM_USER ? word & ~(1 << 22) : word;
    }

    private void execute(A32 row, int word) {
        registers.begin(word);
        switch (row) {
            case LDM_USER -> transfers.block((BlockTransfer) row.arguments(word));
            case STM_USER -> transfers.block((BlockTransfer) row.arguments(word));
            default -> assertTrue(transfers.unprivileged(row.arguments(word)));
        }
    }

    private void compare(int word, Random random) {
        byte[] before = new byte[SIZE];
        random.nextBytes(before);
        memory.write(RAM, before, 0, SIZE);
        memory.write32(CODE, inUserMode(word));
        memory.write32(CODE + 4, SVC);
        memory.read(RAM, before, 0, SIZE);

        int[] start = new int[16];
        for (int n = 0; n < 15; n++) {
            start[n] = random.nextInt(40) - 20;
        }
        start[Fields.rn(word)] = MIDDLE + random.nextInt(16) * (random.nextBoolean() ? 4 : 1);
        if (random.nextInt(8) == 0) {
            start[Fields.rn(word)] = RAM + SIZE - 2;
        }
        start[15] = CODE;

        UserState native_ = new UserState();
        System.arraycopy(start, 0, native_.r, 0, 16);
        native_.setUserPsr(random.nextInt() & Psr.NZCV);
        Trap trap = processor.run(native_, space);
        byte[] after = new byte[SIZE];
        memory.read(RAM, after, 0, SIZE);
        if (memory.read32(CODE + 4) != SVC) {
            return; // what it stored was executed next
        }

        memory.write(RAM, before, 0, SIZE);
        registers.reset();
        registers.setMode(Mode.SYS);
        System.arraycopy(start, 0, registers.state.r, 0, 16);
        registers.state.setUserPsr(native_.userPsr());
        String what = "0x%08x %s %s".formatted(word, A32.decode(word), Arrays.toString(start));
        try {
            execute(A32.decode(word), word);
            assertEquals(new Trap.SupervisorCall(0), trap, what);
        } catch (GuestAbort abort) {
            assertEquals(Trap.DataAbort.class, trap.getClass(), what);
            assertEquals(((Trap.DataAbort) trap).address(), abort.address, what);
            assertEquals(((Trap.DataAbort) trap).alignment(), abort.status.code() == 1, what);
        }
        byte[] emulated = new byte[SIZE];
        memory.read(RAM, emulated, 0, SIZE);
        assertArrayEquals(Arrays.copyOf(native_.r, 16), Arrays.copyOf(registers.state.r, 16), what);
        boolean partial = trap instanceof Trap.DataAbort;
        if (!partial) {
            assertArrayEquals(after, emulated, what);
        }
    }
}
