package swivel.cpu;

import static swivel.cpu.FuzzSide.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import swivel.arm.Fpscr;
import swivel.arm.Psr;
import swivel.arm.T32;
import swivel.cpu.AddressSpace.Sensitive;
import swivel.cpu.FuzzCoverage.Event;
import swivel.cpu.interp.Interpreter;
import swivel.cpu.ir.Location;
import swivel.cpu.jit.JitProcessor;
import swivel.cpu.jit.Lockstep;
import swivel.cpu.pages.PageMaps;
import swivel.cpu.x64.X64Backend;
import swivel.memory.GuestMemory;
import swivel.memory.HostMemory;

/**
 * Runs random programs on the interpreter and as emitted code, and compares all state after each trap: registers, flags, the trap and
 * the number of instructions; and memory after every few executions. Programs ({@link FuzzPrograms}) lie across pages, jump,
 * call and return, load and store unaligned, across pages, where nothing is mapped or may not be written, change code, and are interrupted
 * wherever the address space is asked for a page, and whenever a thread feels like it. Some of their data are registers of a device. They run in a kernel's address space and in two
 * programs', with other rights and other pages behind the same addresses.
 *
 * <p>Programs come in batches that fill whole pages, for a page that is changed again and again is not emitted any more.
 */
public final class BlockFuzz {
    /** What a hypervisor adds: its intrinsics, instructions for them, and the state that they use. */
    public interface Kernel {
        Intrinsics intrinsics();

        /** What its code's address space is. */
        Sensitive sensitive();

        /** An instruction as the kernel's code has it. */
        int word(SplittableRandom random);

        /** What the kernel does on a supervisor call that goes to it without a trap. */
        int[] callHandler();

        /**
         * Fills the system slots with what they may hold.
         *
         * @param privileged whether the kernel's code is to run, or a program's
         * @param vector where {@link #callHandler} is; 0: supervisor calls must trap
         */
        void fill(SplittableRandom random, int[] r, boolean privileged, int vector);

        /** Whether the kernel's code runs. */
        boolean isPrivileged(int[] r);

        /** Does what there is to do about {@link Trap.Attention}, so that the program can go on. */
        void attend(int[] r);
    }

    private static final int PAGE = GuestMemory.PAGE_SIZE;

    private static final int EXECUTIONS_PER_PROGRAM = 24;
    private static final int CHANGING_PROGRAMS = 2;
    private static final int EXECUTIONS_OF_CHANGING = 24;

    private static final int MAX_TRAPS = 10;

    /** After so many programs the next one lies across the end of the page. */
    private static final int PROGRAMS_TO_END_OF_PAGE = 8;

    // One in so many executions:
    private static final int LOOKED_AT = 4;
    private static final int MEMORY_COMPARED = Integer.getInteger("swivel.fuzz.compare", 32);
    private static final int UNMAPS = 64;
    private static final int RESTLESS = 8;
    private static final int CHANGES_USER = 32;
    private static final int CLEARS = 2048;
    private static final int WRITES_CODE = 1024;
    /** … times that a page is asked for. */
    private static final int INTERRUPTS = 4;

    private static final long NANOSECONDS_BETWEEN_INTERRUPTS = 50_000;

    private static final int[] EDGES = {
        0, 1, -1, 0x7fffffff, 0x80000000, 0x8000, 0xffff8000, 0x7fff, 31, 32, 33, 255, 256, 0xff00
    };

    private final SplittableRandom random;
    /** For what does not happen at the same point in every run. */
    private final SplittableRandom timing = new SplittableRandom();

    private final Kernel kernel;
    private final FuzzPrograms programs;
    private final FuzzCoverage coverage;
    private final Interpreter interpreter;
    private final JitProcessor jit;
    private final FuzzReference reference;
    private final FuzzSide interpreted;
    private final FuzzSide emitted;
    private final FuzzSide[] sides;

    /** The space of programs that the kernel's and itself are each other's peer; {@link FuzzSide#KERNEL}: none. */
    private int peer = KERNEL;

    private int firstPage = -BATCH_PAGES;
    private int changingPage;
    /** Where the programs of the batch start, in RAM, in words; and those that change themselves. */
    private final List<Integer> starts = new ArrayList<>();
    /** Those of them that are T32. */
    private final Set<Integer> thumb = new HashSet<>();

    private final List<Integer> changing = new ArrayList<>();
    /** The first words of each that changes itself. */
    private final List<int[]> changingWords = new ArrayList<>();

    private final int[] before = new int[UserState.SLOTS];
    private int psrBefore;

    /**
     * Makes one; the same seed gives the same programs. With an odd one, code is interpreted while it is cold, as it is for people; with bit 1, emitted
     * code is that of one of several cores.
     */
    public BlockFuzz(long seed, long codeBytes, Kernel kernel) {
        this(seed, codeBytes, kernel, false);
    }

    /** Makes one whose emitted code also runs in {@link Lockstep}, so that it is interrupted there, too. */
    public static BlockFuzz inLockstep(long seed, long codeBytes, Kernel kernel) {
        return new BlockFuzz(seed, codeBytes, kernel, true);
    }

    private BlockFuzz(long seed, long codeBytes, Kernel kernel, boolean lockstep) {
        this.random = new SplittableRandom(seed);
        this.kernel = kernel;
        this.programs = new FuzzPrograms(random, kernel == null ? null : () -> kernel.word(random));
        this.coverage = new FuzzCoverage(kernel != null, kernelCode(kernel) == Sensitive.COUNT);
        this.interpreted = new FuzzSide(TestEngine::interpreting, kernel, () -> {});
        boolean atOnce = (seed & 1) == 0;
        boolean severalCores = (seed & 2) != 0;
        JitProcessor[] made = new JitProcessor[1];
        this.emitted = new FuzzSide(
                memory -> {
                    made[0] = new JitProcessor(
                            codeBytes,
                            severalCores ? TestEngine::ofSeveralCores : X64Backend::new,
                            TestEngine.interpreting(memory));
                    if (atOnce) {
                        made[0].translateAtOnce();
                    }
                    return lockstep ? new Lockstep(memory, made[0]) : made[0];
                },
                kernel,
                this::interruptNowAndThen);
        this.interpreter = (Interpreter) interpreted.processor;
        this.reference = new FuzzReference(interpreted, coverage);
        this.jit = made[0];
        this.sides = new FuzzSide[] {interpreted, emitted};
    }

    private void interruptNowAndThen() {
        if (timing.nextInt(INTERRUPTS) == 0) {
            emitted.processor.kick();
        }
    }

    /** Runs programs until {@code count} executions were compared since this was made; throws {@link AssertionError} at a difference. */
    public void run(long count) {
        Thread kicks = Thread.ofPlatform().daemon().start(() -> {
            while (!Thread.interrupted()) {
                LockSupport.parkNanos(NANOSECONDS_BETWEEN_INTERRUPTS);
                emitted.processor.kick();
            }
        });
        try {
            while (coverage.executions < count) {
                runBatch(count);
            }
        } finally {
            kicks.interrupt();
        }
        coverage.instructions = emitted.processor.instructions();
        coverage.interpreted = jit.interpreter().instructions();
        coverage.set(Event.CODE_MEMORY_FULL, jit.caches().codeEvictions());
        coverage.set(Event.DEVICE_LOAD, emitted.device.loads);
        coverage.set(Event.DEVICE_STORE, emitted.device.stores);
        coverage.set(Event.DEVICE_REFUSED, emitted.device.refusals);
        coverage.set(Event.DEVICE_ATTENTION, emitted.device.attentions);
    }

    /** What did not happen; it should be empty. */
    public List<String> missing() {
        return coverage.missing();
    }

    /** How much of emitted code's instructions were executed by it, not by the interpreter: 0 to 1. */
    public double emittedShare() {
        return 1 - (double) coverage.interpreted / coverage.instructions;
    }

    /** What happened, as a table. */
    public String summary() {
        return coverage.toString();
    }

    // Batches.

    private void runBatch(long count) {
        newBatch();
        addChangingPrograms();
        for (int left = starts.size() * EXECUTIONS_PER_PROGRAM; left > 0 && coverage.executions < count; left--) {
            if (starts.isEmpty()) {
                break;
            }
            int start = starts.get(random.nextInt(starts.size()));
            if (!execute(start, random.nextInt(SPACES))) {
                starts.removeIf(other -> other == start);
            }
        }
        int aliases = 0;
        for (int start : changing) {
            int at = gpa(changingPage) + 4 * (start & PAGE / 4 - 1) + 4 * FuzzPrograms.PAD;
            for (int i = 0; i < EXECUTIONS_OF_CHANGING; i++) {
                int old = interpreted.memory.read32(at);
                if (!execute(start, random.nextInt(EXCHANGED))) {
                    break;
                }
                aliases |= 1 << (before[4] & WRITABLE_ALIASES - 1);
                if (interpreted.memory.read32(at) != old) {
                    coverage.count(
                            Integer.bitCount(aliases) > 3
                                    ? Event.CODE_CHANGES_ITSELF_BY_MANY_ALIASES
                                    : Event.CODE_CHANGES_ITSELF);
                }
            }
        }
        compareMemory();
        forgetBlocks();
    }

    private void newBatch() {
        firstPage += BATCH_PAGES;
        if (firstPage + BATCH_PAGES > CODE_PAGES) {
            firstPage = 0;
        }
        changingPage = firstPage + BATCH_PAGES - 1;
        starts.clear();
        thumb.clear();
        int next = firstPage * PAGE / 4;
        int end = changingPage * PAGE / 4;
        List<Integer> addresses = new ArrayList<>();
        while (end - next >= FuzzPrograms.MAX_WORDS) {
            int place = CODE + 4 * next + random.nextInt(2);
            programs.next(place, addresses);
            if (pageOf(next) != pageOf(next + programs.length - 1)) {
                coverage.count(Event.CODE_CROSSES_PAGE);
            }
            starts.add(next);
            if ((place & 1) != 0) {
                thumb.add(next);
            }
            addresses.add(place);
            next = write(next);
            if (oneIn(PROGRAMS_TO_END_OF_PAGE)) {
                next = Math.max(next, (pageOf(next) + 1) * PAGE / 4 - random.nextInt(1, FuzzPrograms.MAX_WORDS / 2));
            }
        }
    }

    private void addChangingPrograms() {
        changing.clear();
        changingWords.clear();
        int next = changingPage * PAGE / 4;
        for (int i = 0; i < CHANGING_PROGRAMS; i++) {
            changing.add(next);
            programs.nextThatChangesItself(WRITABLE_CODE + 4 * (next & PAGE / 4 - 1), WRITABLE_ALIASES);
            changingWords.add(Arrays.copyOf(programs.words, FuzzPrograms.PAD));
            next = write(next);
        }
        for (FuzzSide side : sides) {
            side.changingPage = changingPage;
            side.remapping.setBatch(firstPage);
            for (AddressSpace space : side.spaces) {
                for (int i = 0; i < WRITABLE_ALIASES; i++) {
                    space.unmap(WRITABLE_CODE + i * PAGE);
                }
            }
        }
    }

    private static int pageOf(int word) {
        return word >> GuestMemory.PAGE_SHIFT - 2;
    }

    private int write(int next) {
        for (int i = 0; i < programs.length; i++) {
            for (FuzzSide side : sides) {
                side.memory.write32(RAM_BASE + 4 * (next + i), programs.words[i]);
            }
        }
        return next + programs.length;
    }

    /** Lets both engines drop what they have of the batch, and of earlier ones, to which addresses in memory still lead. */
    private void forgetBlocks() {
        for (FuzzSide side : sides) {
            for (int page = 0; page < CODE_PAGES; page++) {
                if (side.memory.isCode(page)) {
                    side.memory.write32(gpa(page), side.memory.read32(gpa(page)));
                }
            }
        }
    }

    // Executions.

    private boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    /** Runs the program at a word of RAM; false if it does not end. */
    private boolean execute(int start, int number) {
        disturb(start);
        int page = pageOf(start);
        int at = number == EXCHANGED ? start + (exchange(page) - page) * PAGE / 4 : start;
        fill(CODE + 4 * at + (thumb.contains(start) ? 1 : 0), number);
        int current = number;
        boolean crosses = pageOf(start) != pageOf(start + FuzzPrograms.MAX_WORDS / 2);
        boolean lookedAt = coverage.executions % (crosses ? 2 : LOOKED_AT) == 0;
        for (int traps = 0; traps < MAX_TRAPS; traps++) {
            long expectedCount = -interpreter.instructions();
            AddressSpace space = interpreted.spaces[current];
            Trap expected = reference.interpret(space, lookedAt);
            if (expected == null) {
                boolean endless = !interpreted.remapping.isRestless();
                copyMemory();
                return !endless;
            }
            expectedCount += interpreter.instructions() + reference.withoutOperations;
            long actualCount = -emitted.processor.instructions();
            Trap actual = emitted.processor.run(emitted.state, emitted.spaces[current]);
            while (actual instanceof Trap.Kick) {
                coverage.count(actual);
                checkInterrupt(lookedAt, number, actualCount + emitted.processor.instructions());
                current = current(emitted.state, current);
                actualCount -= handleInterrupt();
                actual = emitted.processor.run(emitted.state, emitted.spaces[current]);
            }
            current = current(interpreted.state, current);
            actualCount += emitted.processor.instructions();
            coverage.count(expected);
            compare(number, expected, actual, expectedCount, actualCount);
            if (traps == 0) {
                checkChange(start, expected);
            }
            if (!goOn(expected, interpreted.spaces[current])) {
                break;
            }
        }
        for (FuzzSide side : sides) {
            side.remapping.calm();
        }
        if (++coverage.executions % MEMORY_COMPARED == 0) {
            compareMemory();
        }
        return true;
    }

    /** The space that a state belongs to, if it was in another one before: it may have gone to that one's peer. */
    private int current(UserState state, int before) {
        if (kernel == null || kernel.isPrivileged(state.r) == (before == KERNEL)) {
            return before;
        }
        coverage.count(Event.SPACE_SWITCHED);
        return before == KERNEL ? peer : KERNEL;
    }

    /**
     * Whether a program that changes itself, and comes to what is behind, executed what it stored: both engines may be wrong in the same way. A
     * jump into its middle may have made it store elsewhere in itself.
     */
    private void checkChange(int start, Trap trap) {
        int[] r = interpreted.state.r;
        int behind = CODE + 4 * (start + FuzzPrograms.PAD + 1);
        int index = changing.indexOf(start);
        boolean changed =
                index >= 0 && trap.equals(new Trap.SupervisorCall(FuzzPrograms.CHANGED)) && r[UserState.PC] == behind;
        for (int i = 0; changed && i < FuzzPrograms.PAD; i++) {
            changed = interpreted.memory.read32(RAM_BASE + 4 * (start + i))
                    == changingWords.get(index)[i];
        }
        if (changed) {
            coverage.count(Event.CHANGED_CODE_EXECUTED);
            if (r[0] != before[0] + (before[1] & 0xff)) {
                throw new AssertionError("the program at 0x%x changed itself, and the old code ran".formatted(behind));
            }
        }
    }

    /** What a hypervisor and devices do between executions. */
    private void disturb(int start) {
        if (oneIn(UNMAPS)) {
            int va = oneIn(3) ? CODE + 4 * start : DATA + (random.nextInt(DATA_PAGES) << GuestMemory.PAGE_SHIFT);
            int number = random.nextInt(SPACES);
            coverage.count(Event.PAGE_UNMAPPED);
            for (FuzzSide side : sides) {
                side.spaces[number].unmap(va);
            }
        }
        if (oneIn(CLEARS)) {
            int number = random.nextInt(SPACES);
            for (FuzzSide side : sides) {
                side.spaces[number].clear();
            }
        }
        if (oneIn(CHANGES_USER)) {
            peer = random.nextInt(SPACES);
            for (FuzzSide side : sides) {
                side.spaces[KERNEL].setUnprivileged(peer == KERNEL ? null : side.spaces[peer]);
            }
        }
        if (oneIn(RESTLESS) && pageOf(start) != changingPage) {
            long seed = random.nextLong();
            for (FuzzSide side : sides) {
                side.remapping.restless(seed);
            }
        }
        if (oneIn(WRITES_CODE) && pageOf(start) != changingPage) {
            int word = programs.instruction(1);
            int gpa = RAM_BASE + 4 * (start + random.nextInt(8));
            coverage.count(Event.CODE_CHANGED_FROM_OUTSIDE);
            for (FuzzSide side : sides) {
                side.memory.write32(gpa, word);
            }
        }
    }

    /** Makes both states a random one, at a place. */
    private void fill(int place, int number) {
        int pc = place & ~1;
        UserState state = interpreted.state;
        for (int i = 0; i < UserState.PC; i++) {
            boolean any = oneIn(8);
            state.r[i] = !any && (FuzzPrograms.POINTERS >>> i & 1) != 0
                    ? pointer(random)
                    : !any && (FuzzPrograms.INDEXES >>> i & 1) != 0 ? random.nextInt(-32, 32) : randomValue(pc);
        }
        for (int i = UserState.TPIDRURW; i <= UserState.TPIDRURO; i++) {
            state.r[i] = random.nextInt();
        }
        if (kernel != null) {
            boolean arePeers = peer != KERNEL && (number == KERNEL || number == peer);
            int vector = CODE + (HANDLER_PAGE << GuestMemory.PAGE_SHIFT) + CALL_VECTOR;
            kernel.fill(random, state.r, number == KERNEL, arePeers ? vector : 0);
        }
        fillFloating(state.fp.words());
        state.setUserPsr(random.nextInt() & (Psr.NZCV | Psr.Q | Psr.GE));
        state.setPlace(place);
        psrBefore = state.userPsr();
        System.arraycopy(state.r, 0, before, 0, before.length);
        emitted.state.copy(state);
    }

    /** Numbers near one, any, few that are special; mostly to be rounded to nearest. */
    private void fillFloating(int[] words) {
        for (int n = 0; n < FpRegisters.REGISTERS; n++) {
            words[n] = switch (random.nextInt(4)) {
                case 0 -> random.nextInt();
                case 1 -> random.nextInt() & 0x80ff_ffff | 0x3f00_0000;
                case 2 -> random.nextInt(-2, 3) + (random.nextInt(-4, 4) << 29);
                default -> 0;
            };
        }
        words[FpRegisters.FPSCR] = random.nextInt() & Fpscr.WRITABLE & ~Fpscr.NZCV;
        if (!oneIn(8)) {
            words[FpRegisters.FPSCR] &= Fpscr.CUMULATIVE;
        }
        words[FpRegisters.NZCV] = random.nextInt() & Fpscr.NZCV;
        words[FpRegisters.DISABLED] = oneIn(8) ? random.nextInt(4) : 0;
        words[FpRegisters.DISABLED_IN_KERNEL] = oneIn(8) ? random.nextInt(4) : 0;
    }

    /** Does what makes a program go on after a trap; false if it does not. */
    private boolean goOn(Trap trap, PageMaps space) {
        if (trap instanceof Trap.PrefetchAbort
                || trap instanceof Trap.SupervisorCall call && call.immediate() <= FuzzPrograms.LAST_END) {
            return false;
        }
        int bytes = lengthOfInstruction(space);
        for (FuzzSide side : sides) {
            if (trap instanceof Trap.Attention) {
                if (kernel != null) {
                    kernel.attend(side.state.r);
                }
            } else {
                side.state.advance(bytes);
            }
        }
        return true;
    }

    /** Bytes of the instruction that trapped; 2 of one that is not mapped any more. */
    private int lengthOfInstruction(PageMaps space) {
        UserState state = interpreted.state;
        if (!state.thumb) {
            return 4;
        }
        int entry = PageMaps.entry(space.executeMap, state.r[UserState.PC]);
        int offset = entry & -PAGE | state.r[UserState.PC] & PAGE - 1;
        return entry == 0 ? 2 : T32.length(interpreted.memory.read16(RAM_BASE + offset) & 0xffff);
    }

    private static final Trap HANDLED = new Trap.SupervisorCall(7);

    /** Runs the handler in the state that the kick left, in any space; returns how many instructions it took. */
    private long handleInterrupt() {
        if (timing.nextBoolean()) {
            return 0;
        }
        coverage.count(Event.INTERRUPT_HANDLED);
        long instructions = -emitted.processor.instructions();
        UserState state = emitted.state;
        UserState saved = new UserState();
        saved.copy(state);
        state.r[0] = timing.nextInt(3);
        state.r[UserState.PC] = CODE + (HANDLER_PAGE << GuestMemory.PAGE_SHIFT);
        state.setUserPsr(0);
        // In a program's space the call would go to the kernel.
        AddressSpace space = emitted.spaces[kernel == null ? timing.nextInt(SPACES) : KERNEL];
        Trap trap;
        do {
            trap = emitted.processor.run(state, space);
        } while (trap instanceof Trap.Kick);
        if (!trap.equals(HANDLED)) {
            throw new AssertionError("the interrupt handler ended with " + trap);
        }
        state.copy(saved);
        return instructions + emitted.processor.instructions();
    }

    /** After a program that does not end the other side forgets what it would have done; nothing is mapped on either. */
    private void copyMemory() {
        for (FuzzSide side : sides) {
            side.remapping.calm();
            for (AddressSpace space : side.spaces) {
                space.clear();
            }
        }
        emitted.device.copy(interpreted.device);
        byte[] page = new byte[PAGE];
        for (int number = changingPage; number < RAM_PAGES; number = Math.max(number + 1, RAM_PAGES - DATA_PAGES)) {
            interpreted.memory.read(gpa(number), page, 0, PAGE);
            emitted.memory.write(gpa(number), page, 0, PAGE);
        }
    }

    // Comparison.

    private void compare(int number, Trap expected, Trap actual, long expectedCount, long actualCount) {
        UserState x = interpreted.state;
        UserState y = emitted.state;
        boolean same = expected.equals(actual)
                && expectedCount == actualCount
                && x.userPsr() == y.userPsr()
                && interpreted.device.sawTheSameAs(emitted.device)
                && isSame(x.r, y.r, 0, UserState.N)
                && isSame(x.r, y.r, UserState.TPIDRURW, UserState.T0)
                && isSame(x.r, y.r, UserState.EXCLUSIVE_SIZE, UserState.SLOTS)
                && isSame(x.fp.words(), y.fp.words(), 0, FpRegisters.WORDS);
        if (!same) {
            throw new AssertionError(
                    report(number, expected + " after " + expectedCount, actual + " after " + actualCount));
        }
    }

    /** At an interrupt, of which the other engine knows nothing, the state is what that had after as many instructions, if it was looked at. */
    private void checkInterrupt(boolean lookedAt, int number, long instructions) {
        if (lookedAt && reference.restore(instructions, traced)) {
            coverage.count(Event.INTERRUPT_COMPARED);
            UserState actual = emitted.state;
            if (actual.userPsr() != traced.userPsr() || !isSame(actual.r, traced.r, 0, UserState.N)) {
                interpreted.state.copy(traced);
                String after = "an interrupt after " + instructions;
                throw new AssertionError(report(number, after, after));
            }
        }
    }

    private final UserState traced = new UserState();

    private static boolean isSame(int[] x, int[] y, int from, int to) {
        return Arrays.equals(x, from, to, y, from, to);
    }

    private void compareMemory() {
        long length = (long) DATA_PAGES << GuestMemory.PAGE_SHIFT;
        long at = compareMemory(RAM_PAGES - DATA_PAGES, length);
        if (at < 0) {
            at = compareMemory(firstPage, (long) BATCH_PAGES << GuestMemory.PAGE_SHIFT);
        }
        if (at >= 0) {
            throw new AssertionError(
                    "memory differs at guest-physical 0x%x in one of the %d executions before %,d: 0x%x, emitted 0x%x"
                            .formatted(
                                    at,
                                    MEMORY_COMPARED,
                                    coverage.executions,
                                    interpreted.memory.read32((int) at & -4),
                                    emitted.memory.read32((int) at & -4)));
        }
    }

    private long compareMemory(int page, long length) {
        long offset = (long) page << GuestMemory.PAGE_SHIFT;
        long at = HostMemory.ALL
                .asSlice(interpreted.memory.hostAddress() + offset, length)
                .mismatch(HostMemory.ALL.asSlice(emitted.memory.hostAddress() + offset, length));
        return at < 0 ? -1 : gpa(page) + at;
    }

    private String report(int number, String expected, String actual) {
        FuzzReport report = new FuzzReport(interpreted, emitted, number);
        String device = interpreted.device.sawTheSameAs(emitted.device)
                ? ""
                : "\nthe device saw other accesses, or in another order";
        return report.of(
                        "execution " + coverage.executions,
                        before,
                        psrBefore,
                        jit.find(emitted.spaces[number], Location.place(before[UserState.PC], Psr.thumb(psrBefore))))
                + "expected " + expected + "\nactual   " + actual + device;
    }

    private int randomValue(int pc) {
        return switch (random.nextInt(8)) {
            case 0 -> EDGES[random.nextInt(EDGES.length)];
            case 1 -> random.nextInt() >>> random.nextInt(32);
            case 2 -> pc + (random.nextBoolean() ? 4 * random.nextInt(48) : 2 * random.nextInt(96) + 1);
            case 3 -> random.nextInt(64);
            default -> pointer(random);
        };
    }

    /** An address in the data, often near the end of a page. */
    public static int pointer(SplittableRandom random) {
        int page = DATA + (random.nextInt(DATA_PAGES) << GuestMemory.PAGE_SHIFT);
        int near = random.nextInt(3) == 0 ? 48 : 4;
        int offset = random.nextBoolean() ? random.nextInt(PAGE) : random.nextInt(-near, near);
        return page + (random.nextInt(4) == 0 ? offset : offset & -4);
    }
}
