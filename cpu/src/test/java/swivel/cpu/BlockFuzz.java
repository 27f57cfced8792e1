package swivel.cpu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import swivel.arm.A32;
import swivel.arm.Fields;
import swivel.memory.GuestMemory;

/**
 * Runs random programs on the interpreter and as emitted code, and compares all state after each: registers, flags, memory, the trap and
 * the number of instructions. Programs lie across pages, jump, call and return, load and store unaligned, across pages, where nothing is mapped
 * or may not be written, change code, and are interrupted wherever the address space is asked for a page.
 *
 * <p>{@code java … swivel.cpu.BlockFuzz 20000000 [seed]} runs as many executions as one likes.
 */
final class BlockFuzz {
    private static final int RAM_BASE = 0x40000000;
    private static final int RAM_PAGES = 16384;

    /** Where code is mapped, a page of RAM after the other. */
    private static final int CODE = 0x00400000;

    /** Where code is mapped again, to be changed; no random pointer leads there. */
    private static final int WRITABLE_CODE = 0x6d3b5000;

    /** Where data is mapped: pages that can be written, only be read, not be accessed. */
    private static final int DATA = 0xbfffc000;

    private static final int DATA_PAGES = 8;
    private static final String DATA_RIGHTS = "wwr-wwaw"; // a: another name of the first page

    private static final int PROGRAM_WORDS = 64;
    private static final int EXECUTIONS_PER_PROGRAM = 24;
    /** A program that has executed so many instructions does not end. */
    private static final int ENDLESS = 3000;

    private static final int[] EDGES = {
        0, 1, -1, 0x7fffffff, 0x80000000, 0x8000, 0xffff8000, 0x7fff, 31, 32, 33, 255, 256, 0xff00
    };

    /** What both engines have in their own copy. */
    private static final class Side {
        final GuestMemory memory = new GuestMemory(RAM_BASE, (long) RAM_PAGES << GuestMemory.PAGE_SHIFT);
        final UserState state = new UserState();
        Processor processor;
        AddressSpace space;
        /** The page of code that may be written now. */
        int changedPage = -1;

        void map(AddressSpace to, int va, boolean[] answer) {
            answer[0] = false;
            int page = va - CODE >>> GuestMemory.PAGE_SHIFT;
            if (page < RAM_PAGES - DATA_PAGES) {
                to.map(va, RAM_BASE + (page << GuestMemory.PAGE_SHIFT), true, false, true);
                answer[0] = true;
                return;
            }
            page = va - WRITABLE_CODE >>> GuestMemory.PAGE_SHIFT;
            if (page == changedPage) {
                to.map(va, RAM_BASE + (page << GuestMemory.PAGE_SHIFT), true, true, false);
                answer[0] = true;
                return;
            }
            page = va - DATA >>> GuestMemory.PAGE_SHIFT;
            if (page >= 0 && page < DATA_PAGES) {
                char rights = DATA_RIGHTS.charAt(page);
                int ramPage = RAM_PAGES - DATA_PAGES + (rights == 'a' ? 0 : page);
                if (rights != '-') {
                    to.map(va, RAM_BASE + (ramPage << GuestMemory.PAGE_SHIFT), true, rights != 'r', false);
                    answer[0] = true;
                }
            }
        }
    }

    private final SplittableRandom random;
    private final Side interpreted = new Side();
    private final Side emitted = new Side();
    private final Interpreter interpreter;
    private int kicks;

    /** The next word of code. */
    private int next;

    private final int[] words = new int[PROGRAM_WORDS];
    private int length;
    private long executions;

    BlockFuzz(long seed, long codeBytes) {
        random = new SplittableRandom(seed);
        interpreter = new Interpreter(interpreted.memory);
        interpreted.processor = interpreter;
        X64Processor x64 = new X64Processor(emitted.memory, codeBytes);
        emitted.processor = x64;
        for (int i = 0; i < HANDLER.length; i++) {
            emitted.memory.write32(RAM_BASE + HANDLER_AT - CODE + 4 * i, HANDLER[i]);
        }
        boolean[] answer = new boolean[1];
        interpreted.space = interpreter.newAddressSpace(
                (space, va, access) -> {
                    interpreted.map(space, va, answer);
                    return answer[0];
                },
                AddressSpace.Sensitive.COUNT);
        emitted.space = x64.newAddressSpace(
                (space, va, access) -> {
                    emitted.map(space, va, answer);
                    if (random.nextInt(4) == 0) {
                        kicks++;
                        x64.kick();
                    }
                    return answer[0];
                },
                AddressSpace.Sensitive.COUNT);
    }

    /** Runs programs until {@code count} executions were compared. */
    void run(long count) {
        while (executions < count) {
            if (next + PROGRAM_WORDS > (RAM_PAGES - DATA_PAGES - 1) * GuestMemory.PAGE_SIZE / 4) {
                next = 0;
            }
            newProgram();
            int start = next;
            for (int i = 0; i < length; i++, next++) {
                interpreted.memory.write32(RAM_BASE + 4 * next, words[i]);
                emitted.memory.write32(RAM_BASE + 4 * next, words[i]);
            }
            setChangedPage(words[0] == CHANGES_CODE ? start + PAD >>> GuestMemory.PAGE_SHIFT - 2 : -1);
            for (int i = 0; i < EXECUTIONS_PER_PROGRAM; i++) {
                if (!execute(start)) {
                    break;
                }
                executions++;
            }
        }
    }

    private void setChangedPage(int page) {
        for (Side side : new Side[] {interpreted, emitted}) {
            if (side.changedPage >= 0) {
                side.space.unmap(WRITABLE_CODE + (side.changedPage << GuestMemory.PAGE_SHIFT));
            }
            side.changedPage = page;
        }
    }

    int kicks() {
        return kicks;
    }

    private boolean execute(int start) {
        if (random.nextInt(64) == 0) {
            int va = random.nextInt(3) == 0
                    ? CODE + 4 * start
                    : DATA + (random.nextInt(DATA_PAGES) << GuestMemory.PAGE_SHIFT);
            interpreted.space.unmap(va);
            emitted.space.unmap(va);
        }
        int[] r = interpreted.state.r;
        for (int i = 0; i < UserState.PC; i++) {
            r[i] = randomValue(start);
        }
        r[UserState.PC] = CODE + 4 * start;
        interpreted.state.setUserPsr(random.nextInt() & 0xf80f0000);
        System.arraycopy(r, 0, emitted.state.r, 0, r.length);
        emitted.state.setUserPsr(interpreted.state.userPsr());
        String before = describe(interpreted.state);
        for (int traps = 0; traps < 6; traps++) {
            long counted = interpreter.instructions();
            Trap expected = interpret(counted);
            if (expected == null) {
                // It does not end: the other side forgets what it would have done.
                copyMemory(start);
                return false;
            }
            long expectedCount = interpreter.instructions() - counted;
            counted = emitted.processor.instructions();
            Trap actual = emitted.processor.run(emitted.state, emitted.space);
            while (actual instanceof Trap.Kick) {
                counted += interrupt();
                actual = emitted.processor.run(emitted.state, emitted.space);
            }
            compare(start, before, expected, actual, expectedCount, emitted.processor.instructions() - counted);
            if (expected instanceof Trap.SupervisorCall || expected instanceof Trap.PrefetchAbort) {
                break;
            }
            r[UserState.PC] += 4;
            emitted.state.r[UserState.PC] += 4;
            interpreted.state.thumb = false;
            emitted.state.thumb = false;
        }
        return true;
    }

    /** An interrupt handler whose calls nest otherwise than those of the programs. */
    private static final int[] HANDLER = {
        0xeb000000, // bl 1f
        0xef000007, // svc 7
        0xe1a0400e, // 1: mov r4, lr
        0xeb000002, // bl 2f
        0xe3500000, // cmp r0, #0
        0x0f000007, // svceq 7: leaves with the caller's frame on the return stack
        0xe12fff14, // bx r4
        0xe1a0500e, // 2: mov r5, lr
        0xeb000000, // bl 3f
        0xe1a0f005, // mov pc, r5
        0xe3500001, // 3: cmp r0, #1
        0x0f000007, // svceq 7
        0xe12fff1e, // bx lr
    };

    private static final int HANDLER_AT = CODE + (RAM_PAGES - DATA_PAGES - 1 << GuestMemory.PAGE_SHIFT);

    /** Runs the handler in the state that the kick left; returns how many instructions it took. */
    private long interrupt() {
        if (random.nextBoolean()) {
            return 0;
        }
        long before = emitted.processor.instructions();
        int[] saved = emitted.state.r.clone();
        int psr = emitted.state.userPsr();
        emitted.state.r[0] = random.nextInt(3);
        emitted.state.r[UserState.PC] = HANDLER_AT;
        emitted.state.setUserPsr(0);
        Trap trap;
        do {
            trap = emitted.processor.run(emitted.state, emitted.space);
        } while (trap instanceof Trap.Kick);
        if (!trap.equals(new Trap.SupervisorCall(7))) {
            throw new AssertionError("the interrupt handler ended with " + trap);
        }
        System.arraycopy(saved, 0, emitted.state.r, 0, saved.length);
        emitted.state.setUserPsr(psr);
        return emitted.processor.instructions() - before;
    }

    /** Runs the interpreter to a trap; null if there seems to be none. */
    private Trap interpret(long counted) {
        UserState state = interpreted.state;
        for (; ; ) {
            int pc = state.r[UserState.PC];
            if (state.thumb || (pc & 3) != 0) {
                return interpreter.run(state, interpreted.space);
            }
            Block block = interpreter.cache().find(interpreted.space, pc, state.bigEndian);
            if (block == null) {
                return new Trap.PrefetchAbort(pc);
            }
            Trap trap = interpreter.step(block, state, interpreted.space);
            if (trap != null) {
                return trap;
            }
            if (interpreter.instructions() - counted > ENDLESS) {
                return null;
            }
        }
    }

    private void copyMemory(int start) {
        for (int gpa = RAM_BASE + 4 * start; gpa < RAM_BASE + 4 * (start + length); gpa += 4) {
            emitted.memory.write32(gpa, interpreted.memory.read32(gpa));
        }
        byte[] page = new byte[GuestMemory.PAGE_SIZE];
        for (int i = RAM_PAGES - DATA_PAGES; i < RAM_PAGES; i++) {
            interpreted.memory.read(RAM_BASE + (i << GuestMemory.PAGE_SHIFT), page, 0, page.length);
            emitted.memory.write(RAM_BASE + (i << GuestMemory.PAGE_SHIFT), page, 0, page.length);
        }
    }

    /** At an abort, flags that the rest of the program does not read may be old ones: the next comparison finds those that it reads. */
    private static final int FLAGS_MASK = 0xf0000000;

    private void compare(int start, String before, Trap expected, Trap actual, long expectedCount, long actualCount) {
        boolean same = expected.equals(actual)
                && expectedCount == actualCount
                && ((interpreted.state.userPsr() ^ emitted.state.userPsr())
                                & (expected instanceof Trap.DataAbort ? ~FLAGS_MASK : -1))
                        == 0
                && Arrays.equals(interpreted.state.r, 0, UserState.N, emitted.state.r, 0, UserState.N)
                && Arrays.equals(
                        interpreted.state.r,
                        UserState.TPIDRURW,
                        UserState.T0,
                        emitted.state.r,
                        UserState.TPIDRURW,
                        UserState.T0)
                && Arrays.equals(
                        interpreted.state.r,
                        UserState.SYSTEM,
                        UserState.ENGINE,
                        emitted.state.r,
                        UserState.SYSTEM,
                        UserState.ENGINE)
                && swivel.memory.HostMemory.ALL
                                .asSlice(data(interpreted), DATA_PAGES << GuestMemory.PAGE_SHIFT)
                                .mismatch(swivel.memory.HostMemory.ALL.asSlice(
                                        data(emitted), DATA_PAGES << GuestMemory.PAGE_SHIFT))
                        < 0;
        if (!same) {
            StringBuilder text = new StringBuilder("execution " + executions + " differs\n");
            for (int i = 0; i < length; i++) {
                text.append(String.format(
                        "%08x: .inst 0x%08x // %s%n", CODE + 4 * (start + i), words[i], A32.decode(words[i])));
            }
            text.append("before      ").append(before).append("\n");
            text.append("interpreted ")
                    .append(describe(interpreted.state))
                    .append(" ")
                    .append(expected)
                    .append(" after ");
            text.append(expectedCount)
                    .append("\nemitted     ")
                    .append(describe(emitted.state))
                    .append(" ");
            text.append(actual).append(" after ").append(actualCount);
            throw new AssertionError(text);
        }
    }

    private static long data(Side side) {
        return side.memory.hostAddress() + ((long) (RAM_PAGES - DATA_PAGES) << GuestMemory.PAGE_SHIFT);
    }

    private static String describe(UserState state) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 16; i++) {
            text.append(String.format("%08x ", state.r[i]));
        }
        return text + String.format("psr %08x", state.userPsr());
    }

    private int randomValue(int start) {
        return switch (random.nextInt(8)) {
            case 0 -> EDGES[random.nextInt(EDGES.length)];
            case 1 -> random.nextInt() >>> random.nextInt(32);
            case 2 -> CODE + 4 * (start + random.nextInt(length));
            case 3 -> random.nextInt(64);
            default -> pointer();
        };
    }

    /** An address in the data, often near the end of a page. */
    private int pointer() {
        int page = DATA + (random.nextInt(DATA_PAGES) << GuestMemory.PAGE_SHIFT);
        int offset = random.nextBoolean() ? random.nextInt(GuestMemory.PAGE_SIZE) : random.nextInt(-48, 48);
        return page + (random.nextInt(3) == 0 ? offset : offset & -4);
    }

    // Programs.

    private static final List<A32> COMPUTE = new ArrayList<>();
    private static final List<A32> ACCESS = new ArrayList<>();
    private static final List<A32> FLAGS = new ArrayList<>();

    static {
        for (A32 row : A32.values()) {
            String name = row.name();
            if (name.startsWith("LD") || name.startsWith("ST") || name.startsWith("SWP")) {
                ACCESS.add(row);
            } else if (name.matches("(CMP|CMN|TST|TEQ|ADD|SUB|ADC|SBC|RSB|RSC|AND|MOV|ORR)_.*")) {
                FLAGS.add(row);
                COMPUTE.add(row);
            } else if (row != A32.B && row != A32.SVC && row != A32.SETEND && !row.isSensitive()) {
                COMPUTE.add(row);
            }
        }
    }

    private void newProgram() {
        length = 0;
        if (random.nextInt(16) == 0) {
            changeCode();
        }
        int body = length + 4 + random.nextInt(36);
        int end = body + random.nextInt(12);
        boolean conditional = random.nextInt(3) == 0;
        int condition = Fields.AL;
        while (length < end) {
            if (random.nextInt(3) == 0) {
                condition = random.nextInt(conditional ? 2 : 6) == 0 ? random.nextInt(14) : Fields.AL;
            }
            int word = length == body ? 0xef000000 : instruction(end - length);
            words[length++] = word >>> 28 == 15 ? word : word & 0x0fffffff | condition << 28;
        }
        if (random.nextBoolean()) {
            words[length++] = 0xe12fff1e; // bx lr
        }
        words[length++] = 0xef000001;
        words[length++] = 0xef000002;
    }

    private static final int CHANGES_CODE = 0xe20120ff;
    private static final int PAD = 8;

    /** Stores an instruction that depends on r1, jumps to it and executes it. */
    private void changeCode() {
        int pad = WRITABLE_CODE + 4 * (next + PAD);
        int[] code = {
            CHANGES_CODE, // and r2, r1, #255
            0xe38224e2, // orr r2, r2, #0xe2000000
            0xe3822502, // orr r2, r2, #0x00800000: add r0, r0, #(r1 & 255)
            0xe3000000 | (pad & 0xf000) << 4 | pad & 0xfff | 3 << 12, // movw r3, pad
            0xe3400000 | (pad >>> 28) << 16 | pad >>> 16 & 0xfff | 3 << 12, // movt r3
            0xe5832000, // str r2, [r3]
            0xe3a03000, // mov r3, #0: what follows shall not change itself
            0xeaffffff, // b pad
            0xe1a00000, // pad
        };
        System.arraycopy(code, 0, words, 0, code.length);
        length = code.length;
    }

    private int instruction(int left) {
        int kind = random.nextInt(100);
        if (kind < 40) {
            return fill(COMPUTE.get(random.nextInt(COMPUTE.size())));
        }
        if (kind < 65) {
            int word = fill(FLAGS.get(random.nextInt(FLAGS.size())));
            return random.nextBoolean() ? word | 1 << 20 : word;
        }
        if (kind < 90) {
            return access(fill(ACCESS.get(random.nextInt(ACCESS.size()))));
        }
        int distance = random.nextInt(Math.min(left, 12)) - 1;
        int forward = distance & 0xffffff;
        return kind < 97 ? 0x0a000000 | forward : 0x0b000000 | forward;
    }

    /** Mostly small offsets and register lists. */
    private int access(int word) {
        A32 row = A32.decode(word);
        if (row == A32.LDM || row == A32.STM) {
            return random.nextBoolean() ? word & ~(random.nextInt() & 0xffff) & ~0x8000 : word & ~0x8000;
        }
        if (random.nextInt(4) == 0 || Fields.bits(word, 27, 26) != 1) {
            return word;
        }
        return Fields.bit(word, 25) ? word & ~0xf00 : word & ~0xf80;
    }

    /** A word of a row; r15 only now and then, and only where it is not UNPREDICTABLE. */
    private int fill(A32 row) {
        int word;
        do {
            word = row.canonical(random.nextInt());
        } while (A32.decode(word) != row);
        boolean mayBePc = FLAGS.contains(row) || ACCESS.contains(row) && row != A32.SWP;
        for (int shift = 0; shift <= 16; shift += 4) {
            if ((word >>> shift & 15) == 15 && !(mayBePc && random.nextInt(8) == 0)) {
                int other = row.canonical(word & ~(15 << shift) | random.nextInt(15) << shift);
                if (A32.decode(other) == row) {
                    word = other;
                }
            }
        }
        return word;
    }

    private void kickNowAndThen() {
        for (; ; ) {
            LockSupport.parkNanos(100_000);
            emitted.processor.kick();
        }
    }

    public static void main(String[] arguments) {
        long count = Long.parseLong(arguments[0]);
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
        System.out.println("seed " + seed);
        long from = System.nanoTime();
        BlockFuzz fuzz = new BlockFuzz(seed, 4 << 20);
        Thread.ofPlatform().daemon().start(fuzz::kickNowAndThen);
        for (long done = 0; done < count; ) {
            done = Math.min(count, done + 250_000);
            fuzz.run(done);
            System.out.printf(
                    "%,d executions, %,d instructions, %,d kicks, %.1f s%n",
                    done, fuzz.interpreter.instructions(), fuzz.kicks, (System.nanoTime() - from) / 1e9);
        }
    }
}
