package swivel.cpu;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    /** Where a stub jumps when it is through; nothing is mapped there. */
    private static final int BACK = 0x10000000;
    /** What is compared of CPSR: NZCVQ and GE. */
    private static final int PSR_MASK = 0xf80f0000;

    /** Up to {@link #WORDS} instructions with the registers and flags they start from. */
    record Case(int[] words, int[] r, int psr) {}

    /** What came of a case: trap 0 none, else a signal number as qemu-arm raises it. */
    record Result(int trap, List<Integer> r, int psr, int pc, int hash) {}

    private static final int SIGILL = 4;
    private static final int SIGTRAP = 5;
    private static final int SIGBUS = 7;
    private static final int SIGSEGV = 11;

    private QemuOracle() {}

    static List<Result> qemu(List<Case> cases, Path directory) throws IOException, InterruptedException {
        Path source = directory.resolve("runner.c");
        try (InputStream in = QemuOracle.class.getResourceAsStream("/oracle/runner.c")) {
            Files.copy(in, source);
        }
        Path runner = directory.resolve("runner");
        run(
                null,
                null,
                "arm-linux-gnueabi-gcc",
                "-O1",
                "-marm",
                "-march=armv7-a",
                "-static",
                "-o",
                "" + runner,
                "" + source);
        ByteBuffer input =
                ByteBuffer.allocate(4 + cases.size() * 4 * (WORDS + 16)).order(ByteOrder.LITTLE_ENDIAN);
        input.putInt(cases.size());
        for (Case c : cases) {
            for (int i = 0; i < WORDS; i++) {
                input.putInt(i < c.words.length ? c.words[i] : NOP);
            }
            for (int value : c.r) {
                input.putInt(value);
            }
            input.putInt(c.psr);
        }
        Path in = directory.resolve("in");
        Path out = directory.resolve("out");
        Files.write(in, input.array());
        run(in, out, "qemu-arm", "-cpu", "cortex-a15", "" + runner);
        ByteBuffer output = ByteBuffer.wrap(Files.readAllBytes(out)).order(ByteOrder.LITTLE_ENDIAN);
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

    private static void run(Path in, Path out, String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        if (in != null) {
            builder.redirectInput(in.toFile());
        }
        builder.redirectOutput(
                out == null ? ProcessBuilder.Redirect.INHERIT : ProcessBuilder.Redirect.to(out.toFile()));
        int status = builder.start().waitFor();
        if (status != 0) {
            throw new IOException(String.join(" ", command) + " ended with status " + status);
        }
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
                memory.write32(stub + 4 * i, i < c.words.length ? c.words[i] : NOP);
            }
            memory.write32(stub + 4 * WORDS, 0xe51ff004);
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
