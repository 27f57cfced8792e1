package swivel.cpu;

import static swivel.cpu.UserState.PC;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.function.Function;
import swivel.memory.GuestMemory;
import swivel.memory.HostCalls;

/**
 * A processor that runs blocks as x86-64 machine code. What emitted code does not do itself it leaves to the {@link Interpreter}, an
 * instruction at a time; what has no translation (CPSR.E, strict alignment, pages that are rewritten again and again) is interpreted
 * as a whole.
 *
 * <ol>
 *   <li>{@link #run} finds the block at PC, translates it if need be ({@link Translations}) and enters it through a downcall
 *   <li>translations go on to each other through patched jumps, the {@link JumpCache} and the {@link ReturnStack}
 *   <li>when they come back ({@link Stubs}) it links, looks up, has an instruction interpreted, or returns the trap
 * </ol>
 */
public final class X64Processor implements Processor {
    private static final Trap.Kick KICK = new Trap.Kick();
    private static final Trap.Attention ATTENTION = new Trap.Attention();

    private static final MethodHandle ENTER = HostCalls.binding();

    private final Interpreter interpreter;
    private final CodeCache cache;
    private final Frame frame;
    private final Stubs stubs;
    private final Translations translations;
    private final MemorySegment enter;

    private volatile boolean kicked;
    /** Leaves after each block: {@link #step}. */
    private boolean stepping;

    private static final Trap STEPPED = new Trap.Kick();
    /** The space whose tables the frame names. */
    private AddressSpace current;
    /** Instructions that neither {@link Frame#COUNT} nor the interpreter counts, or that both count. */
    private long adjustment;

    /**
     * Makes a processor for a machine's memory.
     *
     * @param codeBytes the most memory that machine code may take, a multiple of the host's page size
     */
    public X64Processor(GuestMemory memory, long codeBytes) {
        this(memory, codeBytes, stubs -> new Emitter(stubs, HostFeatures.detect()));
    }

    X64Processor(GuestMemory memory, long codeBytes, Function<Stubs, Translator> translator) {
        interpreter = new Interpreter(memory);
        cache = interpreter.cache();
        frame = new Frame(memory);
        CodeMemory code = new CodeMemory(codeBytes);
        stubs = new Stubs(code);
        translations = new Translations(code, stubs, translator.apply(stubs), cache);
        enter = MemorySegment.ofAddress(stubs.enter);
    }

    @Override
    public AddressSpace newAddressSpace(AddressSpace.Filler filler, AddressSpace.Sensitive sensitive) {
        AddressSpace space = interpreter.newAddressSpace(filler, sensitive);
        space.attach(new JumpCache(), new ReturnStack(stubs.returnMiss));
        return space;
    }

    @Override
    public void setIntrinsics(Intrinsics intrinsics) {
        interpreter.setIntrinsics(intrinsics);
    }

    @Override
    public void kick() {
        kicked = true;
        interpreter.kick();
        frame.setLimit(-1);
    }

    @Override
    public long instructions() {
        return frame.getLong(Frame.COUNT) + interpreter.instructions() + adjustment;
    }

    @Override
    public SensitiveCount sensitiveCount() {
        return interpreter.sensitiveCount();
    }

    /** Times the code memory was full. */
    public long evictions() {
        return translations.evictions();
    }

    /** Whether code may be emitted for this state and space. */
    static boolean isEmittable(UserState state, AddressSpace space) {
        return !state.thumb && !state.bigEndian && !space.strictAlignment() && (state.r[PC] & 3) == 0;
    }

    Interpreter interpreter() {
        return interpreter;
    }

    /** Runs one block of an emittable state, for {@link Lockstep}; returns the trap that ended it, or null. */
    Trap step(UserState state, AddressSpace space) {
        stepping = true;
        Trap trap = run(state, space);
        stepping = false;
        return trap == STEPPED ? null : trap;
    }

    @Override
    public Trap run(UserState state, AddressSpace space) {
        if (!isEmittable(state, space)) {
            return interpreter.run(state, space);
        }
        select(space);
        frame.load(state);
        int pc = state.r[PC];
        for (boolean first = true; ; first = false) {
            if (stepping && !first) {
                return leave(state, pc, STEPPED);
            }
            if (kicked) {
                kicked = false;
                admit(space);
                return leave(state, pc, KICK);
            }
            Block block = find(space, pc);
            if (block == null) {
                return leave(state, pc, new Trap.PrefetchAbort(pc));
            }
            Translated translated = translated(block);
            if (translated == null) {
                frame.store(state);
                Trap trap = interpreter.step(block, state, space);
                if (trap != null) {
                    return trap;
                }
                if (!isEmittable(state, space)) {
                    return interpret(state, space);
                }
                frame.load(state);
                pc = state.r[PC];
                continue;
            }
            long exit = enter(space, translated.host);
            while (reason(exit) == Stubs.SLOW) {
                frame.store(state);
                Trap trap = slow(state, space, ints(exit));
                if (trap != null) {
                    return trap;
                }
                if (!isEmittable(state, space)) {
                    return interpret(state, space);
                }
                frame.load(state);
                exit = resume == 0 ? NOT_RESUMED : enter(space, resume);
            }
            switch (reason(exit)) {
                case Stubs.TRAP -> {
                    return trap(state, ints(exit));
                }
                case Stubs.LINK -> pc = link(space, ints(exit));
                case Stubs.KICK -> {
                    pc = frame.get(Frame.PC);
                    if (!kicked) { // the return stack is full
                        space.returns.clear();
                        admit(space);
                    }
                }
                case Stubs.INDIRECT -> {
                    pc = frame.get(Frame.PC);
                    remember(space, pc);
                }
                default -> pc = state.r[PC];
            }
            if ((pc & 3) != 0) {
                frame.store(state);
                state.thumb = (pc & 1) != 0;
                state.r[PC] = pc & ~1;
                return interpret(state, space);
            }
        }
    }

    private Trap interpret(UserState state, AddressSpace space) {
        return stepping ? STEPPED : interpreter.run(state, space);
    }

    /** In place of what {@link #enter} returns: go on at the state's PC. */
    private static final long NOT_RESUMED = Stubs.REASON_MASK;

    private static int reason(long exit) {
        return (int) exit & Stubs.REASON_MASK;
    }

    /** Host address of the ints behind a call of a stub. */
    private static long ints(long exit) {
        return exit >> Stubs.REASON_BITS;
    }

    /** Where {@link #slow} says that emitted code goes on; 0: nowhere. */
    private long resume;

    /** Has the interpreter execute the instruction that emitted code stopped at. */
    private Trap slow(UserState state, AddressSpace space, long ints) {
        Translated source = translations.get(CodeMemory.read(ints));
        int microOp = CodeMemory.read(ints + 4);
        int offset = CodeMemory.read(ints + 8);
        Block single = source.block.single(microOp);
        Trap trap = interpreter.step(single, state, space);
        boolean resumes = trap == null && offset >= 0 && state.r[PC] == single.pc + 4 && !source.dead;
        // The interpreter counted this instruction. Emitted code counts all up to where it leaves, if it goes on.
        adjustment += resumes ? -1 : source.block.instruction[microOp];
        resume = resumes ? source.host + offset : 0;
        return trap;
    }

    /** Puts the target of an indirect jump into the jump cache, if it can be executed and translated. */
    private void remember(AddressSpace space, int pc) {
        Block block = (pc & 3) == 0 ? find(space, pc) : null;
        if (block != null && !stepping) {
            Translated translated = translated(block);
            if (translated != null) {
                space.jumps.put(pc, translated.host);
            }
        }
    }

    /** Links a jump that was just taken, if its target can be executed and translated; returns the target. */
    private int link(AddressSpace space, long ints) {
        Translated source = translations.get(CodeMemory.read(ints));
        int index = CodeMemory.read(ints + 4);
        int pc = source.links[index * Translation.LINK_INTS + Translation.PC];
        Block block = find(space, pc);
        if (block != null && !stepping) {
            Translated target = translated(block);
            if (target != null && !source.dead) {
                translations.link(source, index, target, space);
            }
        }
        return pc;
    }

    private Trap trap(UserState state, long ints) {
        Block block = translations.get(CodeMemory.read(ints)).block;
        int microOp = CodeMemory.read(ints + 4);
        if ((block.code[2 * microOp] & 0xff) == MicroOp.CHECK) {
            return leave(state, block.code[2 * microOp + 1], ATTENTION);
        }
        return leave(state, block.pcOf(microOp), block.trap(microOp));
    }

    /** The block at an address; null if it may not be fetched. */
    Block find(AddressSpace space, int pc) {
        Block block = space.jumpCache[AddressSpace.jumpIndex(pc)];
        return block != null && block.pc == pc ? block : cache.find(space, pc, false);
    }

    /** A block's translation; null if it is to be interpreted. */
    private Translated translated(Block block) {
        Translated translated = block.translated;
        if (translated == null) {
            if (block.page.patience > 0) {
                block.page.patience--;
                return null;
            }
            translated = translations.translate(block);
        }
        return translated;
    }

    /** Runs emitted code; returns one of the reasons of {@link Stubs} with the address of its ints. */
    private long enter(AddressSpace space, long code) {
        frame.setLong(Frame.RETURN_SP, space.returns.current);
        try {
            return (long) ENTER.invokeExact(enter, frame.base, code, 0L, 0L, 0L, 0L);
        } catch (Throwable e) {
            throw new IllegalStateException("emitted code could not be entered", e);
        } finally {
            space.returns.current = frame.getLong(Frame.RETURN_SP);
        }
    }

    /** Makes the frame name a space's tables. */
    private void select(AddressSpace space) {
        if (current != space) {
            current = space;
            frame.setLong(Frame.READ_MAP, space.readMap);
            frame.setLong(Frame.WRITE_MAP, space.writeMap);
            frame.setLong(Frame.EXECUTE_MAP, space.executeMap);
            frame.setLong(Frame.JUMP_CACHE, space.jumps.address);
            frame.setLong(Frame.RETURN_TOP, space.returns.top);
            admit(space);
        }
        AddressSpace user = space.unprivileged();
        frame.setLong(Frame.USER_READ_MAP, user == null ? 0 : user.readMap);
        frame.setLong(Frame.USER_WRITE_MAP, user == null ? 0 : user.writeMap);
    }

    /** Lets emitted code run without leaving at once. Who kicks first says so, then takes the limit away; here it is the other way round. */
    private void admit(AddressSpace space) {
        frame.setLimit(space.returns.limit);
        VarHandle.fullFence();
    }

    private Trap leave(UserState state, int pc, Trap trap) {
        frame.store(state);
        state.r[PC] = pc;
        return trap;
    }
}
