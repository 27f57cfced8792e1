package swivel.cpu.jit;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import swivel.arm.Fpscr;
import swivel.cpu.AddressSpace;
import swivel.cpu.DebugPoints;
import swivel.cpu.DevicePort;
import swivel.cpu.FpRegisters;
import swivel.cpu.Intrinsics;
import swivel.cpu.Processor;
import swivel.cpu.Trap;
import swivel.cpu.UserState;
import swivel.cpu.interp.Interpreter;
import swivel.cpu.ir.Location;
import swivel.cpu.ir.MicroOp;
import swivel.cpu.pages.CodeBlock;
import swivel.cpu.pages.CodeSpace;
import swivel.cpu.pages.Core;
import swivel.cpu.pages.EntryFormat;
import swivel.cpu.pages.PageMaps;
import swivel.memory.HostCalls;

/**
 * A core that runs blocks as machine code, which a {@link Backend} makes. What emitted code does not do itself it
 * leaves to the {@link Interpreter}, an instruction at a time; what has no translation is interpreted as a whole
 * (CPSR.E, strict alignment) or block by block (pages that are rewritten again and again, and blocks that begin inside
 * an IT block).
 *
 * <p>Where code goes on is a {@link Location#place} here. While a state is in the frame it is not in an IT block:
 * emitted code knows where its blocks are in one, and goes to Java where it would leave in the middle.
 *
 * <ol>
 *   <li>{@link #run} finds the block at PC, translates it if need be ({@link Translations}) and enters it through a
 *   downcall
 *   <li>translations go on to each other through patched jumps, the {@link JumpCache} and the {@link ReturnStack}
 *   <li>when they come back ({@link Exit}) it links, looks up, has an instruction interpreted, or returns the trap
 * </ol>
 */
public final class JitProcessor implements Processor {
    private static final Trap.Kick KICK = new Trap.Kick();
    private static final Trap.Attention ATTENTION = new Trap.Attention();

    private static final MethodHandle ENTER = HostCalls.binding();

    private final Interpreter interpreter;
    private final Core core;
    private final Frame frame;
    private final Translations translations;
    private final MemorySegment enter;
    private final CalledOut calledOut = new CalledOut();

    /** Other cores may run at the same time. */
    private final boolean isShared;

    /** The table of a space in which nothing is mapped. */
    private final long nothing;

    /**
     * So often a block is interpreted before it is translated: of the blocks of a boot nearly half are executed fewer
     * times, and translating costs as much as interpreting a hundred times.
     */
    private static final int INTERPRETED_FIRST = 4;

    private int interpretedFirst = INTERPRETED_FIRST;

    /** Held while another thread may look at the frame, and while it goes away. */
    private final Object gate = new Object();

    private boolean closed;

    private DevicePort port;
    /** Emitted code asks the host for the machine's time. */
    private boolean knowsTime;

    private volatile boolean kicked;
    /** Leaves after each block: {@link #step}. */
    private boolean stepping;

    private static final Trap STEPPED = new Trap.Kick();
    /** Whether {@link #run}'s state is in the frame, not in the object. */
    private boolean inFrame;
    /** By number ({@link EmittedSpace#NUMBER}). */
    private final List<PageMaps> spaces = new ArrayList<>();

    /** The space whose tables the frame names. */
    private PageMaps current;
    /** Instructions that neither {@link Frame#COUNT} nor the interpreter counts, or that both count. */
    private long adjustment;

    /**
     * Makes the first core of a machine around an interpreter, which belongs to it from now on.
     *
     * @param codeBytes the most memory that machine code may take, a multiple of the host's page size
     */
    public JitProcessor(long codeBytes, Backend.Factory factory, Interpreter interpreter) {
        this(interpreter, frame -> new Translations(interpreter.core.code, codeBytes, factory, frame.ram));
    }

    /**
     * Makes one more core around an interpreter with the same {@link CodeSpace} as the first one's: it runs the same
     * machine code.
     */
    public JitProcessor(JitProcessor first, Interpreter interpreter) {
        this(interpreter, frame -> first.translations.shared(interpreter.core.code, frame.ram));
    }

    private JitProcessor(Interpreter interpreter, Function<Frame, Translations> code) {
        this.interpreter = interpreter;
        core = interpreter.core;
        Frame claimed = null;
        try {
            claimed = new Frame(core.code.memory());
            translations = code.apply(claimed);
            nothing = EntryFormat.of(core.code.memory()).newEmptyTable(core.host);
        } catch (RuntimeException | Error failure) {
            if (claimed != null) {
                claimed.release();
            }
            interpreter.close();
            throw failure;
        }
        frame = claimed;
        frame.setFlagFormat(translations.backend.flagFormat());
        frame.setLong(Frame.MAPPED_PAGES, core.mappedPages.address);
        enter = MemorySegment.ofAddress(translations.backend.enter());
        core.setClock(this::instructions);
        core.setLeave(claimed::kick);
        isShared = core.lock.isShared();
    }

    @Override
    public PageMaps newAddressSpace(AddressSpace.Filler filler, AddressSpace.Sensitive sensitive) {
        PageMaps space = core.newAddressSpace(filler, sensitive);
        space.watch(new EmittedSpace(core.host, space, spaces.size(), translations.backend.returnMiss(), nothing));
        spaces.add(space);
        return space;
    }

    @Override
    public void setIntrinsics(Intrinsics intrinsics) {
        interpreter.setIntrinsics(intrinsics);
    }

    @Override
    public void setDevicePort(DevicePort newPort) {
        port = newPort;
        interpreter.setDevicePort(newPort);
        knowsTime = newPort != null && newPort.aheadOfHost() != DevicePort.OTHER_TIME;
        frame.setLong(Frame.CLOCK, knowsTime ? HostCalls.address("clock_gettime") : 0);
    }

    @Override
    public void setDebugPoints(DebugPoints points) {
        interpreter.setDebugPoints(points);
    }

    @Override
    public JitProcessor newCore() {
        return new JitProcessor(this, interpreter.newCore());
    }

    @Override
    public void halt() {
        core.halt();
    }

    @Override
    public void kick() {
        kicked = true;
        interpreter.kick();
        synchronized (gate) {
            if (!closed) {
                frame.kick();
            }
        }
    }

    @Override
    public long instructions() {
        synchronized (gate) {
            long emitted = closed ? 0 : frame.getLong(Frame.COUNT);
            return emitted + interpreter.instructions() + adjustment;
        }
    }

    @Override
    public void rest() {
        translations.rest();
    }

    @Override
    public void close() {
        synchronized (gate) {
            if (!closed) {
                adjustment += frame.getLong(Frame.COUNT);
                closed = true;
                frame.release();
                translations.close();
                interpreter.close();
            }
        }
    }

    @Override
    public SensitiveCount sensitiveCount() {
        return interpreter.sensitiveCount();
    }

    /** Has each block described as it is translated: instructions, micro-operations, machine code. */
    public void setTrace(Consumer<String> trace) {
        translations.setTrace(trace);
    }

    /**
     * Takes translations of former runs from a file, which need not exist, and puts those that are made into it when
     * this is closed.
     *
     * @param version of the program: translations of another one do not count
     */
    public void keepTranslations(Path file, long version) {
        translations.keep(file, version);
    }

    /** Makes it translate what is executed once, as tests of emitted code want it. */
    public void translateAtOnce() {
        interpretedFirst = 0;
    }

    @Override
    public Map<String, Long> calledOut() {
        return calledOut.byName();
    }

    @Override
    public CacheUse caches() {
        return interpreter.caches(translations.peakBytes(), translations.reused(), translations.evictions());
    }

    /** Whether emitted code may run in this state and space: it knows one byte order, and asks no debugger. */
    boolean isEmittable(UserState state, PageMaps space) {
        return !state.bigEndian && !space.strictAlignment() && state.isAligned() && !interpreter.hasDebugPoints();
    }

    /** Whether the host can compute as a state's FPSCR says. */
    private static boolean isFloatEmittable(UserState state) {
        return (state.fp.words()[FpRegisters.FPSCR] & Fpscr.FZ) == 0;
    }

    public Interpreter interpreter() {
        return interpreter;
    }

    /**
     * Runs one block of an emittable state, for {@link Lockstep}; returns the trap that ended it,
     * {@link Interpreter#SWITCHED}, {@link Interpreter#ALTERNATED}, or null.
     */
    Trap step(UserState state, PageMaps space) {
        stepping = true;
        Trap trap = run(state, space);
        stepping = false;
        if (trap != STEPPED || current == space) {
            return trap != STEPPED ? trap : null;
        }
        return current == space.peer() ? Interpreter.SWITCHED : Interpreter.ALTERNATED;
    }

    @Override
    public Trap run(UserState state, AddressSpace first) {
        PageMaps space = (PageMaps) first;
        core.host.check();
        if (!isEmittable(state, space)) {
            return interpreter.run(state, space);
        }
        select(space);
        if (knowsTime) {
            frame.setLong(Frame.AHEAD, port.aheadOfHost());
        }
        inFrame = false;
        int place = state.place();
        owed = 0;
        for (boolean begun = false; ; begun = true) {
            if (stepping && begun) {
                return leave(state, place, STEPPED);
            }
            core.lock.pass();
            if (kicked && owed == 0) {
                kicked = false;
                frame.admit();
                return leave(state, place, KICK);
            }
            CodeBlock block = find(state, space, place);
            if (block == null) {
                return leave(state, place, space.prefetchAbort(place & ~1));
            }
            Translated translated = owed > 0 && kicked ? null : translated(block);
            if (translated == null) {
                owed = Math.max(0, owed - 1);
                store(state);
                Trap trap = interpreter.step(block, state, space);
                if (trap != null) {
                    space = Interpreter.switched(trap, space);
                    if (space == null) {
                        return trap;
                    }
                    select(space);
                }
                if (!isEmittable(state, space)) {
                    return interpret(state, space);
                }
                place = state.place();
                continue;
            }
            load(state);
            long exit = enter(translated.host);
            space = leftIn();
            while (reason(exit) == Exit.SLOW) {
                Trap trap = slow(state, space);
                if (trap != null) {
                    space = Interpreter.switched(trap, space);
                    if (space == null) {
                        return trap;
                    }
                    select(space);
                }
                if (!isEmittable(state, space)) {
                    return interpret(state, space);
                }
                if (resume == 0) {
                    exit = NOT_RESUMED;
                } else {
                    load(state);
                    exit = enter(resume);
                    space = leftIn();
                }
            }
            owed = 0;
            switch (reason(exit)) {
                case Exit.TRAP -> {
                    Trap trap = trap(state);
                    if (trap != null) {
                        return trap;
                    }
                    place = state.place();
                }
                case Exit.LINK -> place = link(state, space);
                case Exit.KICK, Exit.KICK_AT_JUMP -> {
                    place = frame.get(Frame.PC);
                    if (reason(exit) == Exit.KICK_AT_JUMP) {
                        owed = LookAhead.LOOK_AHEAD;
                    }
                    if (!kicked) {
                        if (!frame.isKicked()) { // the return stack is full
                            EmittedSpace.of(space).clearReturns();
                        }
                        frame.admit();
                    }
                }
                case Exit.INDIRECT -> {
                    place = frame.get(Frame.PC);
                    remember(state, space, place);
                }
                default -> place = state.place();
            }
            if (isUnaligned(place)) {
                store(state);
                state.setPlace(place);
                return interpret(state, space);
            }
        }
    }

    /**
     * So many blocks are executed before a kick may be seen: flags that are dead at the target of a jump in its page
     * are not in the frame, and as far as emitting looked ahead to find that out, nothing that can trap comes before
     * they are written.
     */
    private int owed;

    private Trap interpret(UserState state, PageMaps space) {
        return stepping ? STEPPED : interpreter.run(state, space);
    }

    /** Whether it is of A32 but no multiple of 4. */
    private static boolean isUnaligned(int place) {
        return (place & 3) == 2;
    }

    /** In place of what {@link #enter} returns: go on at the state's PC. */
    private static final long NOT_RESUMED = Exit.REASON_MASK;

    private static int reason(long exit) {
        return (int) exit & Exit.REASON_MASK;
    }

    /** Where {@link #slow} says that emitted code goes on; 0: nowhere. */
    private long resume;

    /** Has the interpreter execute the instruction that emitted code stopped at. */
    private Trap slow(UserState state, PageMaps space) {
        Translated source = left;
        int microOp = leftAt;
        int offset = leftFor;
        frame.store(state, source.block, microOp);
        if (core.code.budget().isExceeded()) {
            core.code.makeRoom(source.block.page);
        }
        calledOut.count(source.block, microOp);
        CodeBlock single = source.block.single(microOp);
        int before = source.block.instruction[microOp];
        if (accessInPlace(source, single, before, offset, state, space)) {
            resume = source.host + (offset & ~Exit.IF_FLOATING);
            return null;
        }
        inFrame = false;
        if (isShared && OneAccess.isMadeBy(single, state)) {
            core.code.halt();
        }
        adjustment += before; // for who wants to know how many there were before this instruction
        Trap trap = interpreter.step(single, state, space);
        boolean resumes = trap == null
                && state.place() == single.placeBehind(0)
                && state.it == single.itOf(1)
                && isResumable(source, offset, state, space);
        if (stepping && !resumes && trap == null && isInside(source, before, single, state, space)) {
            trap = interpreter.step(source.block.from(before + 1), state, space);
        }
        // The interpreter counted this instruction. Emitted code counts all up to where it leaves, if it goes on.
        adjustment -= resumes ? before + 1 : 0;
        if (resumes) {
            state.it = 0;
            resume = source.host + (offset & ~Exit.IF_FLOATING);
        } else {
            resume = 0;
        }
        return trap;
    }

    private boolean isResumable(Translated source, int offset, UserState state, PageMaps space) {
        return offset >= 0
                && !source.dead
                && space.isCurrent(source.block)
                && isEmittable(state, space) // an MSR may have made it big-endian
                && ((offset & Exit.IF_FLOATING) == 0 || isFloatEmittable(state));
    }

    /**
     * Does an instruction that is one load or store of a register and no more, where that wanted nothing but to be
     * asked for its page: most do. The state stays in the frame. False, with nothing but that done, if it is not so
     * simple.
     */
    private boolean accessInPlace(
            Translated source, CodeBlock single, int before, int offset, UserState state, PageMaps space) {
        int w = single.code[0];
        int op = w & 0xff;
        if (single.instruction.length != 2 || op < MicroOp.LD32 || op > MicroOp.ST8 || single.itOf(0) != 0) {
            return false;
        }
        state.setPlace(single.place); // for who is asked
        adjustment += before;
        boolean done = interpreter.fill(w, single.code[1], state, space)
                && isResumable(source, offset, state, space)
                && interpreter.hit(w, single.code[1], state, space);
        adjustment -= before;
        if (done) {
            int d = w >>> 8 & UserState.SLOTS - 1;
            frame.set(Frame.slot(d), state.r[d]);
        }
        return done;
    }

    /**
     * Whether a step ends behind an instruction that is not the last of its block: emitted code does not come back
     * there.
     */
    private static boolean isInside(Translated source, int index, CodeBlock single, UserState state, PageMaps space) {
        return index + 1 < source.block.length
                && state.place() == single.placeBehind(0)
                && !source.dead
                && space.isCurrent(source.block);
    }

    /** Puts the target of an indirect jump into the jump cache, if it can be executed and translated. */
    private void remember(UserState state, PageMaps space, int place) {
        CodeBlock block = isUnaligned(place) ? null : find(state, space, place);
        if (block != null && !stepping) {
            Translated translated = translated(block);
            if (translated != null) {
                EmittedSpace.of(space).remember(place, translated.host);
            }
        }
    }

    /** Links a jump that was just taken, if its target can be executed and translated; returns the target. */
    private int link(UserState state, PageMaps space) {
        Translated source = left;
        int index = leftAt;
        int place = source.links[index * Translation.LINK_INTS + Translation.PC];
        if (source.links[index * Translation.LINK_INTS + Translation.GUARD] < 0) {
            owed = LookAhead.LOOK_AHEAD;
        }
        CodeBlock block = isUnaligned(place) ? null : find(state, space, place);
        if (block != null && !stepping) {
            Translated target = translated(block);
            if (target != null && !source.dead) {
                translations.link(source, index, target, space);
            }
        }
        return place;
    }

    /** What emitted code left with; null: it goes on in the middle of an IT block. */
    private Trap trap(UserState state) {
        CodeBlock block = left.block;
        int microOp = leftAt;
        int op = block.code[2 * microOp] & 0xff;
        int index = block.instruction[microOp];
        if (op == MicroOp.CHECK || op == MicroOp.JMPIT) {
            Trap trap = leave(state, block.code[2 * microOp + 1], op == MicroOp.CHECK ? ATTENTION : null);
            state.it = block.itOf(index + 1);
            return trap;
        }
        Trap trap = leave(state, Location.place(block.pcOf(microOp), block.isThumb()), block.trap(microOp));
        state.it = block.itOf(index);
        return trap;
    }

    /** The block at a place outside of IT blocks; null if it may not be fetched. */
    public CodeBlock find(PageMaps space, int place) {
        CodeBlock block = known(space, place);
        return block != null ? block : core.code.find(space, Location.plain(place, space.sensitive()));
    }

    /** The block that a state is to execute. */
    CodeBlock find(UserState state, PageMaps space) {
        return find(state, space, state.place());
    }

    /** The same while the frame has the state: who fills the space may want to see it. */
    private CodeBlock find(UserState state, PageMaps space, int place) {
        if (state.it != 0) {
            return core.code.find(space, Location.of(place & ~1, state, space.sensitive()));
        }
        CodeBlock block = known(space, place);
        if (block == null) {
            if (inFrame) {
                frame.store(state);
                state.setPlace(place);
            }
            block = core.code.find(space, Location.plain(place, space.sensitive()));
        }
        return block;
    }

    private static CodeBlock known(PageMaps space, int place) {
        CodeBlock block = space.jumpCache[PageMaps.jumpIndex(place)];
        return block != null && block.place == place ? block : null;
    }

    /** A block's translation; null if it is to be interpreted. */
    private Translated translated(CodeBlock block) {
        Translated translated = (Translated) block.translation;
        if (translated == null) {
            if (!Location.isPlain(block.location)) {
                return null;
            }
            if (block.page.patience > 0) {
                block.page.patience--;
                return null;
            }
            if (block.interpreted < interpretedFirst) {
                block.interpreted++;
                return null;
            }
            translated = translations.translate(block);
        }
        return translated;
    }

    // What emitted code left with, if it names a block: that, and two ints whose meaning Exit says.
    private Translated left;
    private int leftAt;
    private int leftFor;

    /** Runs emitted code; returns one of the reasons of {@link Exit}, in the lowest bits. */
    private long enter(long code) {
        if (!isShared) {
            return enterOnAndOn(code);
        }
        core.beginEmitted();
        try {
            return enterOnAndOn(code);
        } finally {
            core.endEmitted();
        }
    }

    private long enterOnAndOn(long code) {
        long exit = enterFrame(code);
        while (reason(exit) == Exit.INDIRECT) {
            long target = translatedTarget();
            if (target == 0) {
                break;
            }
            exit = enterFrame(target);
        }
        return exit;
    }

    /**
     * Where the code is that an indirect jump leads to, which from now on is in the jump cache; 0 where that is not so
     * simple. It may run without the machine's lock: other cores see this one in emitted code, and so drop nothing
     * meanwhile; and what they add they make known when it is whole.
     */
    private long translatedTarget() {
        int place = frame.get(Frame.PC);
        if (kicked || stepping || isUnaligned(place)) {
            return 0;
        }
        PageMaps space = leftIn();
        CodeBlock block = core.code.known(space, Location.plain(place, space.sensitive()));
        if (block == null || block.translation == null) {
            return 0;
        }
        long target = ((Translated) block.translation).host;
        EmittedSpace.of(space).remember(place, target);
        return target;
    }

    private long enterFrame(long code) {
        long exit;
        try {
            exit = (long) ENTER.invokeExact(enter, frame.base, code, 0L, 0L, 0L, 0L);
        } catch (Throwable e) {
            throw new IllegalStateException("emitted code could not be entered", e);
        }
        int reason = reason(exit);
        if (reason >= Exit.LINK && reason <= Exit.SLOW) {
            long ints = exit >> Exit.REASON_BITS;
            left = translations.get(CodeMemory.read(ints));
            leftAt = CodeMemory.read(ints + 4);
            leftFor = reason == Exit.SLOW ? CodeMemory.read(ints + 8) : 0;
        }
        return exit;
    }

    /** Makes the frame name a space's tables. */
    private void select(PageMaps space) {
        if (current != space) {
            current = space;
            space.used = true;
            EmittedSpace emitted = EmittedSpace.of(space);
            frame.setLong(Frame.SPACE, emitted.record);
            for (int i = 0; i < EmittedSpace.COPIED.length; i++) {
                frame.setLong(EmittedSpace.COPIED[i][1], emitted.copied[i]);
            }
        }
    }

    /** The space that emitted code left in: it may have gone to others. */
    private PageMaps leftIn() {
        if (frame.getLong(Frame.SPACE) != EmittedSpace.of(current).record) {
            current = spaces.get((int) EmittedSpace.number(frame.getLong(Frame.SPACE)));
        }
        return current;
    }

    private void load(UserState state) {
        if (!inFrame) {
            assert state.it == 0;
            frame.load(state);
            inFrame = true;
        }
        frame.loadFp(state);
    }

    private void store(UserState state) {
        if (inFrame) {
            frame.store(state);
            inFrame = false;
        }
    }

    private Trap leave(UserState state, int place, Trap trap) {
        store(state);
        state.setPlace(place);
        return trap;
    }
}
