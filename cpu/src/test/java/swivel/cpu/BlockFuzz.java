package swivel.cpu;

import static swivel.cpu.FuzzSide.*;

import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import swivel.arm.T32;
import swivel.cpu.AddressSpace.Sensitive;
import swivel.cpu.FuzzCoverage.Event;
import swivel.cpu.interp.Interpreter;
import swivel.cpu.jit.JitProcessor;
import swivel.cpu.jit.Lockstep;
import swivel.cpu.pages.PageMaps;
import swivel.cpu.x64.X64Backend;
import swivel.memory.GuestMemory;

/**
 * Runs random programs on the interpreter and as emitted code, and compares all state after each trap: core and
 * floating-point registers, flags, FPSCR, the trap and the number of instructions; and memory after every few
 * executions. Programs ({@link FuzzPrograms}) mix A32 and T32 with VFP and NEON, lie across pages, jump, call and
 * return, load and store unaligned, across pages, where nothing is mapped or may not be written, change code, and are
 * interrupted wherever the address space is asked for a page, and whenever a thread feels like it. Some of their data
 * are registers of a device. They run in a kernel's address space and in two programs', with other rights and other
 * pages behind the same addresses.
 *
 * <p>{@link FuzzCode} puts programs into memory, {@link FuzzStates} gives them something to compute with,
 * {@link FuzzReference} and an emitting processor run them, {@link FuzzComparison} compares, {@link FuzzCoverage} says
 * what has happened at all.
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

    private static final int EXECUTIONS_PER_PROGRAM = 32;
    private static final int EXECUTIONS_OF_CHANGING = 24;

    private static final int MAX_TRAPS = 10;

    // One in so many executions:
    private static final int LOOKED_AT = 4;
    private static final int MEMORY_COMPARED = Integer.getInteger("swivel.fuzz.compare", 32);
    private static final int UNMAPS = 64;
    private static final int RESTLESS = 8;
    private static final int CHANGES_USER = 32;
    private static final int CLEARS = 2048;
    private static final int WRITES_CODE = 1024;

    // Bits of a seed
    private static final int INTERPRETS_COLD_CODE = 1;
    private static final int SEVERAL_CORES = 2;

    /** Emitted code has memory of more than 2 GiB, and works high up in it. */
    public static final int WIDE_EMITTED = 4;

    /** So has the interpreter that it is compared with. */
    public static final int WIDE_INTERPRETED = 8;

    private final SplittableRandom random;
    private final Kernel kernel;
    private final FuzzCoverage coverage;
    private final FuzzCode code;
    private final FuzzStates states;
    private final FuzzInterrupts interrupts;
    private final Interpreter interpreter;
    private final JitProcessor jit;
    private final FuzzReference reference;
    private final FuzzSide interpreted;
    private final FuzzSide emitted;
    private final FuzzSide[] sides;
    private final FuzzComparison comparison;

    /** The space of programs that the kernel's and itself are each other's peer; {@link FuzzSide#KERNEL}: none. */
    private int peer = KERNEL;

    /**
     * Makes one; the same seed gives the same programs. With an odd one, code is interpreted while it is cold, as it is
     * for people; with bit 1, emitted code is that of one of several cores; {@link #WIDE_EMITTED},
     * {@link #WIDE_INTERPRETED}.
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
        this.coverage = new FuzzCoverage(kernel != null, kernelCode(kernel) == Sensitive.COUNT);
        this.states = new FuzzStates(random, kernel);
        this.interrupts = new FuzzInterrupts(coverage);
        this.interpreted = new FuzzSide((seed & WIDE_INTERPRETED) != 0, TestEngine::interpreting, kernel, () -> {});
        boolean atOnce = (seed & INTERPRETS_COLD_CODE) == 0;
        boolean severalCores = (seed & SEVERAL_CORES) != 0;
        JitProcessor[] made = new JitProcessor[1];
        this.emitted = new FuzzSide(
                (seed & WIDE_EMITTED) != 0,
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
        FuzzPrograms programs = new FuzzPrograms(random, kernel == null ? null : () -> kernel.word(random));
        this.code = new FuzzCode(random, programs, coverage, sides);
        this.comparison = new FuzzComparison(interpreted, emitted, jit, reference, coverage);
    }

    private void interruptNowAndThen() {
        interrupts.perhaps(emitted.processor);
    }

    /**
     * Runs programs until {@code count} executions were compared since this was made; throws {@link AssertionError} at
     * a difference.
     */
    public void run(long count) {
        Thread kicks = FuzzInterrupts.start(emitted.processor);
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

    /** Takes translations of former runs from a file, and puts those that are made into it at {@link #end}. */
    public void keepTranslations(Path file) {
        jit.keepTranslations(file, 1);
    }

    /** No more is run; returns how many translations came from the file. */
    public long end() {
        long reused = jit.caches().codeReused();
        interpreted.processor.close();
        emitted.processor.close();
        return reused;
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

    private void runBatch(long count) {
        code.next();
        List<Integer> starts = code.starts;
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
        for (int start : code.changing()) {
            int at = code.changed(start);
            for (int i = 0; i < EXECUTIONS_OF_CHANGING; i++) {
                int old = interpreted.memory.read32(interpreted.gpaOfWord(at));
                if (!execute(start, random.nextInt(EXCHANGED))) {
                    break;
                }
                aliases |= 1 << (comparison.before(4) & WRITABLE_ALIASES - 1);
                if (interpreted.memory.read32(interpreted.gpaOfWord(at)) != old) {
                    coverage.count(
                            Integer.bitCount(aliases) > 3
                                    ? Event.CODE_CHANGES_ITSELF_BY_MANY_ALIASES
                                    : Event.CODE_CHANGES_ITSELF);
                }
            }
        }
        comparison.compareMemory(code, MEMORY_COMPARED);
        code.forget();
    }

    private boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    /** Runs the program at a word of RAM; false if it does not end. */
    private boolean execute(int start, int number) {
        disturb(start);
        fill(code.place(start, number), number);
        int current = number;
        boolean lookedAt = coverage.executions % (FuzzCode.mayCrossPage(start) ? 2 : LOOKED_AT) == 0;
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
                if (lookedAt) {
                    comparison.compareAtInterrupt(number, actualCount + emitted.processor.instructions());
                }
                current = current(emitted.state, current);
                // In a program's space the call at its end would go to the kernel.
                actualCount -= interrupts.handle(emitted, kernel == null ? -1 : KERNEL);
                actual = emitted.processor.run(emitted.state, emitted.spaces[current]);
            }
            current = current(interpreted.state, current);
            actualCount += emitted.processor.instructions();
            coverage.count(expected);
            comparison.compare(number, expected, actual, expectedCount, actualCount);
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
            comparison.compareMemory(code, MEMORY_COMPARED);
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
     * Whether a program that changes itself, and comes to what is behind, executed what it stored: both engines may be
     * wrong in the same way. A jump into its middle may have made it store elsewhere in itself.
     */
    private void checkChange(int start, Trap trap) {
        int[] r = interpreted.state.r;
        int behind = CODE + 4 * (start + FuzzPrograms.PAD + 1);
        boolean ended = trap.equals(new Trap.SupervisorCall(FuzzPrograms.CHANGED)) && r[UserState.PC] == behind;
        if (ended && code.isChangedInItsPlaceOnly(start, interpreted)) {
            coverage.count(Event.CHANGED_CODE_EXECUTED);
            if (r[0] != comparison.before(0) + (comparison.before(1) & 0xff)) {
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
        if (oneIn(RESTLESS) && !code.isInChangingPage(start)) {
            long seed = random.nextLong();
            for (FuzzSide side : sides) {
                side.remapping.restless(seed);
            }
        }
        if (oneIn(WRITES_CODE) && !code.isInChangingPage(start)) {
            coverage.count(Event.CODE_CHANGED_FROM_OUTSIDE);
            code.change(start);
        }
    }

    /** Makes both states a random one, at a place. */
    private void fill(int place, int number) {
        boolean arePeers = peer != KERNEL && (number == KERNEL || number == peer);
        states.fill(interpreted.state, place, number == KERNEL, arePeers);
        emitted.state.copy(interpreted.state);
        comparison.begin();
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
        return entry == 0 ? 2 : T32.length(interpreted.memory.read16(space.fetchAddress(state.r[UserState.PC])));
    }

    /**
     * After a program that does not end the other side forgets what it would have done; nothing is mapped on either.
     */
    private void copyMemory() {
        for (FuzzSide side : sides) {
            side.remapping.calm();
            for (AddressSpace space : side.spaces) {
                space.clear();
            }
        }
        emitted.device.copy(interpreted.device);
        code.copyMemory(interpreted, emitted);
    }
}
