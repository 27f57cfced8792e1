package swivel.cpu;

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
import swivel.arm.A32;
import swivel.arm.Instruction;
import swivel.arm.Psr;
import swivel.arm.T32;
import swivel.memory.GuestMemory;

/** Runs instruction cases under {@code qemu-arm} (runner.c) and in a processor, at the same addresses. */
final class QemuOracle {
    static final int WORDS = 8;
    static final int CODE = 0x30000000;
    static final int DATA = 0x20000000;
    static final int WINDOW = 0x800;
    /** The middle of the data window: a page boundary. */
    static final int MIDDLE = DATA + 0x1000;

    static final int WINDOW_START = MIDDLE - WINDOW / 2;
    private static final int STUB_BYTES = 4 * (WORDS + 2);
    private static final int RESULT_BYTES = 4 * 19;
    private static final int NOP = 0xe320f000;
    private static final int T32_NOPS = 0xbf00bf00;
    /** Where a stub jumps when it is through; nothing is mapped there. */
    private static final int BACK = 0x10000000;
    /** What is compared of CPSR: NZCVQ, GE and, where a case stops, T and IT. */
    private static final int PSR_MASK = Psr.NZCV | Psr.Q | Psr.GE | Psr.T | Psr.IT;

    /** Up to {@link #WORDS} words of code with the registers and flags they start from; T in {@code psr}: of T32. */
    record Case(int[] words, int[] r, int psr) {
        int word(int i) {
            return i < words.length ? words[i] : Psr.thumb(psr) ? T32_NOPS : NOP;
        }
    }

    /** Where the code of the case is that has an index in its list. */
    static int address(int index) {
        return CODE + index * STUB_BYTES;
    }

    /** What came of a case: trap 0 none, else a signal number as qemu-arm raises it. */
    record Result(int trap, List<Integer> r, int psr, int pc, int hash) {}

    private static final int SIGILL = 4;
    private static final int SIGTRAP = 5;
    private static final int SIGBUS = 7;
    private static final int SIGSEGV = 11;

    private QemuOracle() {}

    static List<Result> qemu(List<Case> cases, Path directory) throws IOException, InterruptedException {
        Path runner = QemuArm.compile(directory, "runner.c");
        ByteBuffer input =
                ByteBuffer.allocate(4 + cases.size() * 4 * (WORDS + 16)).order(ByteOrder.LITTLE_ENDIAN);
        input.putInt(cases.size());
        for (Case c : cases) {
            for (int i = 0; i < WORDS; i++) {
                input.putInt(c.word(i));
            }
            for (int value : c.r) {
                input.putInt(value);
            }
            input.putInt(c.psr);
        }
        Path in = directory.resolve("in");
        Files.write(in, input.array());
        ByteBuffer output = QemuArm.run(runner, in);
        List<Result> results = new ArrayList<>();
        if (output.remaining() != cases.size() * RESULT_BYTES) {
            throw new IOException("qemu-arm wrote " + output.remaining() + " bytes for " + cases.size() + " cases");
        }
        while (output.hasRemaining()) {
            int trap = output.getInt();
            List<Integer> r = new ArrayList<>();
            for (int i = 0; i < 15; i++) {
                r.add(output.getInt());
            }
            int psr = output.getInt() & PSR_MASK;
            results.add(new Result(trap, r, psr, output.getInt(), output.getInt()));
        }
        return results;
    }

    static List<Result> run(TestEngine engine, List<Case> cases) {
        int codeBytes = cases.size() * STUB_BYTES + 4096 & -4096;
        GuestMemory memory = new GuestMemory(0, 0x2000 + codeBytes);
        Processor processor = engine.create(memory);
        AddressSpace space = processor.newAddressSpace(
                (s, va, access) -> {
                    if (va >= DATA && va < DATA + 0x2000) {
                        s.map(va, va - DATA, true, true, false);
                        return true;
                    }
                    if (va >= CODE && va < CODE + codeBytes) {
                        s.map(va, va - CODE + 0x2000, true, true, true);
                        return true;
                    }
                    return false;
                },
                AddressSpace.Sensitive.EXECUTE);
        fill(memory);
        List<Result> results = new ArrayList<>();
        int stub = 0x2000;
        for (Case c : cases) {
            for (int i = 0; i < WORDS; i++) {
                memory.write32(stub + 4 * i, c.word(i));
            }
            memory.write32(stub + 4 * WORDS, Psr.thumb(c.psr) ? 0xf000f8df : 0xe51ff004);
            memory.write32(stub + 4 * WORDS + 4, BACK);
            UserState state = new UserState();
            System.arraycopy(c.r, 0, state.r, 0, 15);
            state.r[UserState.PC] = stub - 0x2000 + CODE;
            state.setUserPsr(c.psr);
            int trap = signal(processor.run(state, space));
            List<Integer> r = new ArrayList<>();
            for (int i = 0; i < 15; i++) {
                r.add(state.r[i]);
            }
            int pc = trap == 0 ? 0 : state.r[UserState.PC];
            results.add(new Result(trap, r, state.userPsr() & PSR_MASK, pc, hash(memory)));
            stub += STUB_BYTES;
        }
        return results;
    }

    /** Runs cases everywhere, and throws {@link AssertionError} with the first that differ. */
    static void compare(List<Case> cases, Path directory) throws IOException, InterruptedException {
        List<Result> expected = qemu(cases, directory);
        assertEquals(cases.size(), expected.size());
        for (TestEngine engine : TestEngine.values()) {
            compare(cases, expected, engine);
        }
    }

    private static void compare(List<Case> cases, List<Result> expected, TestEngine engine) {
        List<Result> actual = run(engine, cases);
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            if (!expected.get(i).equals(actual.get(i)) && !isTrapOnBoth(expected.get(i), actual.get(i))) {
                differences.add(describe(cases.get(i), expected.get(i), actual.get(i)));
            }
        }
        assertTrue(
                differences.isEmpty(),
                () -> engine + ": " + differences.size() + " of " + cases.size() + " differ, the first:\n"
                        + String.join("\n", differences.subList(0, Math.min(12, differences.size()))));
    }

    /**
     * A block transfer that aborts may have changed registers of its list and memory (B1.9.8): only the abort is
     * compared.
     */
    private static boolean isTrapOnBoth(Result expected, Result actual) {
        return expected.trap() != 0
                && expected.trap() == actual.trap()
                && expected.pc() == actual.pc()
                && ((expected.psr() ^ actual.psr()) & (Psr.T | Psr.IT)) == 0;
    }

    /** The T32 instructions of words of code. */
    private static int[] instructions(int[] words) {
        int[] found = new int[2 * words.length];
        int count = 0;
        for (int at = 0; at < 2 * words.length; at++) {
            int word = words[at / 2] >>> 16 * (at & 1) & 0xffff;
            if (T32.length(word) == 4 && ++at < 2 * words.length) {
                word = word << 16 | words[at / 2] >>> 16 * (at & 1) & 0xffff;
            }
            found[count++] = word;
        }
        return Arrays.copyOf(found, count);
    }

    private static String describe(Case c, Result expected, Result actual) {
        StringBuilder text = new StringBuilder();
        boolean thumb = Psr.thumb(c.psr());
        for (int word : thumb ? instructions(c.words()) : c.words()) {
            Instruction row = thumb ? T32.decode(word) : A32.decode(word);
            text.append(String.format(thumb && word >>> 16 == 0 ? "%04x %s  " : "%08x %s  ", word, row));
        }
        text.append(String.format("psr %08x", c.psr()));
        if (expected.trap() != actual.trap()) {
            text.append(String.format(
                    " trap: qemu %d at %x, ours %d at %x", expected.trap(), expected.pc(), actual.trap(), actual.pc()));
        }
        for (int i = 0; i < 15; i++) {
            if (!expected.r().get(i).equals(actual.r().get(i))) {
                text.append(String.format(
                        " r%d %08x: qemu %08x, ours %08x",
                        i, c.r()[i], expected.r().get(i), actual.r().get(i)));
            }
        }
        if (expected.psr() != actual.psr()) {
            text.append(String.format(" psr: qemu %08x, ours %08x", expected.psr(), actual.psr()));
        }
        if (expected.hash() != actual.hash()) {
            text.append(" memory");
        }
        return text.toString();
    }

    private static int signal(Trap trap) {
        return switch (trap) {
            case Trap.PrefetchAbort(int address) when address == BACK -> 0;
            case Trap.PrefetchAbort ignored -> SIGSEGV;
            case Trap.DataAbort abort -> abort.alignment() ? SIGBUS : SIGSEGV;
            case Trap.Breakpoint ignored -> SIGTRAP;
            default -> SIGILL;
        };
    }

    private static int pattern(int i) {
        return (i + 1) * 0x9e3779b9;
    }

    private static void fill(GuestMemory memory) {
        for (int i = 0; i < WINDOW / 4; i++) {
            memory.write32(WINDOW_START - DATA + 4 * i, pattern(i));
        }
    }

    private static int hash(GuestMemory memory) {
        int hash = 0;
        boolean changed = false;
        for (int i = 0; i < WINDOW / 4; i++) {
            int word = memory.read32(WINDOW_START - DATA + 4 * i);
            changed |= word != pattern(i);
            hash = hash * 31 + word;
        }
        if (changed) {
            fill(memory);
        }
        return hash;
    }
}
