package swivel.cpu;

import static swivel.cpu.UserState.PC;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.function.Function;
import swivel.memory.GuestMemory;

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

    private static final MethodHandle ENTER = Linker.nativeLinker()
            .downcallHandle(FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));

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
            return interpret(state, space);
        }
        select(space);
        load(state, space);
        int pc = state.r[PC];
        for (boolean first = true; ; first = false) {
            if (stepping && !first) {
                return leave(state, space, pc, STEPPED);
            }
            if (kicked) {
                return leave(state, space, pc, takeKick(space));
            }
            Block block = find(space, pc);
            if (block == null) {
                return leave(state, space, pc, new Trap.PrefetchAbort(pc));
            }
            Translated translated = translated(block);
            if (translated == null) {
                store(state, space);
                Trap trap = interpreter.step(block, state, space);
                if (trap != null) {
                    return trap;
                }
                if (!isEmittable(state, space)) {
                    return interpret(state, space);
                }
                load(state, space);
                pc = state.r[PC];
                continue;
            }
            long exit = enter(translated.host);
            for (; ; ) {
                long ints = exit >> Stubs.REASON_BITS;
                int reason = (int) exit & Stubs.REASON_MASK;
                if (reason == Stubs.SLOW) {
                    Translated source = translations.get(CodeMemory.read(ints));
                    int microOp = CodeMemory.read(ints + 4);
                    int resume = CodeMemory.read(ints + 8);
                    store(state, space);
                    Block single = source.block.single(microOp);
                    Trap trap = interpreter.step(single, state, space);
                    int index = source.block.instruction[microOp];
                    if (trap != null) {
                        adjustment += index;
                        return trap;
                    }
                    load(state, space);
                    pc = state.r[PC];
                    if (resume >= 0 && pc == single.pc + 4 && !source.dead && isEmittable(state, space)) {
                        adjustment--;
                        exit = enter(source.host + resume);
                        continue;
                    }
                    adjustment += index;
                    if (!isEmittable(state, space)) {
                        return interpret(state, space);
                    }
                    break;
                }
                if (reason == Stubs.TRAP) {
                    return trap(state, space, ints);
                }
                if (reason == Stubs.LINK) {
                    pc = link(space, ints);
                    break;
                }
                pc = frame.get(Frame.PC);
                if (reason == Stubs.KICK) {
                    if (!kicked) {
                        space.returns.clear();
                        frame.setLong(Frame.RETURN_SP, space.returns.current);
                        admit(space);
                    }
                } else if ((pc & 3) == 0) {
                    remember(space, pc);
                }
                if ((pc & 3) != 0) {
                    store(state, space);
                    state.thumb = (pc & 1) != 0;
                    state.r[PC] = pc & ~1;
                    return interpret(state, space);
                }
                break;
            }
        }
    }

    private Trap interpret(UserState state, AddressSpace space) {
        return stepping ? STEPPED : interpreter.run(state, space);
    }

    /** Puts the target of an indirect jump into the jump cache, if it can be executed and translated. */
    private void remember(AddressSpace space, int pc) {
        Block block = find(space, pc);
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

    private Trap trap(UserState state, AddressSpace space, long ints) {
        Block block = translations.get(CodeMemory.read(ints)).block;
        int microOp = CodeMemory.read(ints + 4);
        if ((block.code[2 * microOp] & 0xff) == MicroOp.CHECK) {
            return leave(state, space, block.code[2 * microOp + 1], ATTENTION);
        }
        return leave(state, space, block.pcOf(microOp), block.trap(microOp));
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

    private long enter(long code) {
        try {
            return (long) ENTER.invokeExact(enter, frame.base, code);
        } catch (Throwable e) {
            throw new IllegalStateException("emitted code could not be entered", e);
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

    private Trap takeKick(AddressSpace space) {
        kicked = false;
        admit(space);
        return KICK;
    }

    private void load(UserState state, AddressSpace space) {
        frame.load(state);
        frame.setLong(Frame.RETURN_SP, space.returns.current);
    }

    private void store(UserState state, AddressSpace space) {
        frame.store(state);
        space.returns.current = frame.getLong(Frame.RETURN_SP);
    }

    private Trap leave(UserState state, AddressSpace space, int pc, Trap trap) {
        store(state, space);
        state.r[PC] = pc;
        return trap;
    }
}
