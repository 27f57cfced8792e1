package swivel.cpu.fp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import swivel.arm.Neon;
import swivel.cpu.AddressSpace;
import swivel.cpu.Processor;
import swivel.cpu.QemuArm;
import swivel.cpu.TestEngine;
import swivel.cpu.Trap;
import swivel.cpu.UserState;
import swivel.memory.GuestMemory;

/**
 * Executes instructions of Advanced SIMD under {@code qemu-arm} (neon.c) and in processors, and compares all registers.
 */
final class NeonOracle {
    /** FPSCR, d0 to d31. */
    static final int STATE = 33;

    private static final int STATE_BYTES = 8 * STATE;
    private static final int STUB_WORDS = 10;

    /** FPSCR of an instruction that was undefined. */
    private static final int UNDEFINED = -1;

    /**
     * An instruction and states that it starts from.
     *
     * @param word of A32 or T32, as {@code thumb} says
     */
    record Case(Neon row, int word, boolean thumb, List<long[]> states) {
        /** A function of what it reads from r0 and writes to r1. */
        int[] stub() {
            int[] first = {thumb ? 0xf8502b08 : 0xe4902008, 0xeee12a10, 0xecb00b20, 0xecd00b20, word};
            int[] second = {0xeef12a10, thumb ? 0xf8412b08 : 0xe4812008, 0xeca10b20, 0xecc10b20, 0xe12fff1e};
            int[] stub = Arrays.copyOf(first, STUB_WORDS);
            System.arraycopy(second, 0, stub, first.length, second.length);
            if (thumb) {
                for (int i = 0; i < STUB_WORDS; i++) {
                    stub[i] = stub[i] << 16 | stub[i] >>> 16;
                }
                stub[STUB_WORDS - 1] = 0x4770; // bx lr
            }
            return stub;
        }
    }

    private NeonOracle() {}

    /** Asserts that QEMU and every engine agree. */
    static void compare(List<Case> cases, Path directory) throws IOException, InterruptedException {
        ByteBuffer expected = qemu(cases, directory);
        for (TestEngine engine : TestEngine.values()) {
            List<String> differences = new ArrayList<>();
            expected.rewind();
            int count = run(engine, cases, expected, differences);
            assertTrue(
                    differences.isEmpty(),
                    () -> engine + ", of " + count + " differ:\n"
                            + String.join("\n", differences.subList(0, Math.min(40, differences.size()))));
        }
    }

    private static ByteBuffer qemu(List<Case> cases, Path directory) throws IOException, InterruptedException {
        Path runner = QemuArm.compile(directory, "neon.c");
        int states = 0;
        for (Case one : cases) {
            states += one.states.size();
        }
        ByteBuffer input = ByteBuffer.allocate(4 + cases.size() * 4 * (STUB_WORDS + 2) + states * STATE_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        input.putInt(cases.size());
        for (Case one : cases) {
            input.putInt(one.thumb ? 1 : 0).putInt(one.states.size());
            for (int word : one.stub()) {
                input.putInt(word);
            }
        }
        for (Case one : cases) {
            for (long[] state : one.states) {
                for (long value : state) {
                    input.putLong(value);
                }
            }
        }
        Path in = directory.resolve("in");
        Files.write(in, input.array());
        ByteBuffer output = QemuArm.run(runner, in);
        assertEquals(states * STATE_BYTES, output.remaining());
        return output;
    }

    private static final int BACK = 0x10000000;
    private static final int IN = 0;
    private static final int OUT = 0x800;
    private static final int CODE = 0x1000;

    private static int run(TestEngine engine, List<Case> cases, ByteBuffer expected, List<String> differences) {
        int size = CODE + cases.size() * STUB_WORDS * 4 + 4095 & -4096;
        GuestMemory memory = new GuestMemory(0, size);
        int count = 0;
        try (Processor processor = engine.create(memory)) {
            AddressSpace space = processor.newAddressSpace(
                    (s, va, access) -> {
                        if (va >= 0 && va < size) {
                            s.map(va, va, true, va < CODE, true);
                        }
                        return va >= 0 && va < size;
                    },
                    AddressSpace.Sensitive.EXECUTE);
            int stub = CODE;
            for (Case one : cases) {
                for (int word : one.stub()) {
                    memory.write32(stub, word);
                    stub += 4;
                }
                int shown = 0;
                for (long[] state : one.states) {
                    String difference =
                            run(processor, space, memory, stub - 4 * STUB_WORDS | (one.thumb ? 1 : 0), state, expected);
                    count++;
                    if (!difference.isEmpty() && shown++ < 2) {
                        differences.add("%s %08x fpscr %08x:%s".formatted(one.row, one.word, state[0], difference));
                    }
                }
            }
        }
        return count;
    }

    private static String run(
            Processor processor, AddressSpace space, GuestMemory memory, int place, long[] state, ByteBuffer expected) {
        for (int i = 0; i < STATE; i++) {
            memory.write32(IN + 8 * i, (int) state[i]);
            memory.write32(IN + 8 * i + 4, (int) (state[i] >>> 32));
        }
        UserState user = new UserState();
        user.r[0] = IN;
        user.r[1] = OUT;
        user.r[UserState.LR] = BACK;
        user.setPlace(place);
        Trap trap = processor.run(user, space);
        boolean ended = trap instanceof Trap.PrefetchAbort(int address) && address == BACK;
        int qemu = (int) expected.getLong();
        StringBuilder text = new StringBuilder();
        if (!ended || qemu == UNDEFINED) {
            expected.position(expected.position() + STATE_BYTES - 8);
            return " qemu " + (qemu == UNDEFINED ? "undefined" : "not") + ", ours " + trap;
        }
        int ours = memory.read32(OUT);
        if (qemu != ours) {
            text.append(String.format(" fpscr qemu %08x ours %08x", qemu, ours));
        }
        for (int i = 1; i < STATE; i++) {
            long wanted = expected.getLong();
            long actual = (long) memory.read32(OUT + 8 * i + 4) << 32 | memory.read32(OUT + 8 * i) & 0xffff_ffffL;
            if (wanted != actual) {
                text.append(String.format(" d%d was %016x qemu %016x ours %016x", i - 1, state[i], wanted, actual));
            }
        }
        return text.toString();
    }
}
