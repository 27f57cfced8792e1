package swivel.nativecore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import swivel.arm.Condition;
import swivel.cpu.AddressSpace;
import swivel.cpu.DebugPoints;
import swivel.cpu.DevicePort;
import swivel.cpu.Intrinsics;
import swivel.cpu.Processor;
import swivel.cpu.Trap;
import swivel.cpu.UserState;
import swivel.cpu.interp.Interpreter;
import swivel.cpu.ir.Location;
import swivel.cpu.pages.CodeBlock;
import swivel.cpu.pages.Core;
import swivel.cpu.pages.PageMaps;
import swivel.memory.GuestMemory;
import swivel.memory.HostCalls;

/**
 * A processor that is one of the host's cores, in 32-bit user mode.
 *
 * <ol>
 *   <li>{@link #run} makes the mappings of the space's child process those of the space ({@link NativeSpace}), gives it
 *   the registers and lets it run ({@link GuestProcess})
 *   <li>it stops where the core cannot execute an instruction, or somebody kicks
 *   <li>the interpreter executes that instruction and some blocks more. It knows what the instruction does, fills the
 *   space on a miss, reaches devices, and returns the trap if it is one: there is one description of all that
 * </ol>
 *
 * <p>The interpreter also executes what must not be left to the core: pages with {@link SilentWords}, pages that no
 * process can have, big-endian code, strict alignment, and everything while there are {@link DebugPoints}.
 */
final class NativeProcessor implements Processor {
    private static final Trap.Kick KICK = new Trap.Kick();

    /**
     * So many blocks are interpreted behind a stop or a trap: the next one is often near, as in a loop over the sets of
     * a cache, and a stop costs as much as some hundred interpreted instructions. It must be enough for the loop around
     * a store-exclusive, which cannot succeed otherwise where it stops.
     */
    private static final int BEHIND_A_STOP = 32;

    /** The same where the core came to a page that is not left to it: it calls code of other pages, and is called. */
    private static final int IN_A_PAGE = 512;

    /** What Linux keeps from programs that have no privileges, in front of the address space. */
    private static final Path FIRST_ADDRESS = Path.of("/proc/sys/vm/mmap_min_addr");

    private final Interpreter interpreter;
    private final Core core;
    private final NativeCode code;
    private final StopCounts stops;
    private final List<NativeSpace> spaces = new ArrayList<>();
    private final HostCalls.WithErrno calls = new HostCalls.WithErrno();
    private final long scratch;
    private final Stub stub;
    private final int ramFile;
    private final int firstAddress = firstAddress();

    /** The thread whose children there are, as the host numbers it. */
    private long thread;

    /** Held while another thread may look at {@link #running}, and while that goes away. */
    private final Object gate = new Object();

    private GuestProcess running;
    private volatile boolean kicked;

    /** So many blocks are still to be interpreted before the core has its turn. */
    private int behind;

    /**
     * Makes the processor of a machine around an interpreter.
     *
     * @throws UnsupportedOperationException if the host does not allow it; the message is a sentence
     */
    NativeProcessor(Interpreter interpreter) {
        this.interpreter = interpreter;
        core = interpreter.core;
        GuestMemory memory = core.code.memory();
        ramFile = memory.share();
        code = new NativeCode(core.code);
        stops = new StopCounts(memory);
        scratch = core.host.allocate(Tracee.SCRATCH_BYTES);
        stub = new Stub(core.host, (int) ProcessHandle.current().pid());
        newProcess(NativeSpace.FIRST_STUB).kill(); // it is possible, or said now
    }

    private static int firstAddress() {
        try {
            return Integer.parseInt(Files.readString(FIRST_ADDRESS).strip());
        } catch (IOException | NumberFormatException hidden) {
            return 1 << 16;
        }
    }

    private GuestProcess newProcess(int stubAddress) {
        return new GuestProcess(calls, scratch, stub, ramFile, stubAddress);
    }

    @Override
    public PageMaps newAddressSpace(AddressSpace.Filler filler, AddressSpace.Sensitive sensitive) {
        PageMaps space = core.newAddressSpace(filler, sensitive);
        NativeSpace own = new NativeSpace(space, code, firstAddress);
        space.watch(own);
        spaces.add(own);
        return space;
    }

    @Override
    public void setIntrinsics(Intrinsics intrinsics) {
        interpreter.setIntrinsics(intrinsics);
        stops.setIntrinsics(intrinsics);
    }

    @Override
    public void setDevicePort(DevicePort port) {
        interpreter.setDevicePort(port);
    }

    @Override
    public void setDebugPoints(DebugPoints points) {
        interpreter.setDebugPoints(points);
    }

    @Override
    public Processor newCore() {
        throw new UnsupportedOperationException("a machine that runs on the host's core has one");
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
            if (running != null) {
                running.interrupt();
            }
        }
    }

    /** Those that were interpreted: nobody counts what the core executes. */
    @Override
    public long instructions() {
        return interpreter.instructions();
    }

    @Override
    public SensitiveCount sensitiveCount() {
        return interpreter.sensitiveCount();
    }

    @Override
    public Map<String, Long> calledOut() {
        return stops.byName();
    }

    @Override
    public CacheUse caches() {
        return interpreter.caches();
    }

    @Override
    public void close() {
        if (!core.host.isClosed()) {
            spaces.forEach(NativeSpace::end);
            interpreter.close();
        }
    }

    @Override
    public Trap run(UserState state, AddressSpace first) {
        core.host.check();
        adopt();
        if (interpreter.hasDebugPoints()) {
            return interpreter.run(state, first);
        }
        PageMaps space = (PageMaps) first;
        for (; ; ) {
            space.used = true;
            if (kicked) {
                kicked = false;
                return KICK;
            }
            if (behind > 0 || !isNative(state, space)) {
                behind = Math.max(0, behind - 1);
                Trap trap = interpret(state, space);
                if (trap != null) {
                    space = Interpreter.switched(trap, space);
                    if (space == null) {
                        behind = BEHIND_A_STOP;
                        return trap;
                    }
                }
            } else if (execute(state, space)) {
                behind = interpretedFrom(state, space);
            }
        }
    }

    /** So many blocks are interpreted from where the core stopped. */
    private int interpretedFrom(UserState state, PageMaps space) {
        int pc = state.r[UserState.PC];
        if (((NativeSpace) space.watcher()).isExecutable(pc) || space.fetchAddress(pc) < 0) {
            return BEHIND_A_STOP;
        }
        return isNative(state, space) ? 0 : IN_A_PAGE; // the core was only not given the page yet
    }

    /** Children belong to the thread that made them. If it is another one now, it gets others. */
    private void adopt() {
        long current = HostCalls.call("gettid", 0, 0, 0, 0, 0, 0);
        if (current != thread) {
            spaces.forEach(NativeSpace::end);
            thread = current;
        }
    }

    private boolean isNative(UserState state, PageMaps space) {
        int pc = state.r[UserState.PC];
        int page = space.executedPage(pc);
        if (page < 0 || state.bigEndian || space.strictAlignment() || !state.isAligned()) {
            return false;
        }
        NativeSpace own = (NativeSpace) space.watcher();
        if (!own.canHave(pc) || !code.admits(page, pc, state.thumb, space.sensitive())) {
            return false;
        }
        own.execute(pc);
        return true;
    }

    /** Interprets a block; returns what {@link Interpreter#step} does. */
    private Trap interpret(UserState state, PageMaps space) {
        int pc = state.r[UserState.PC];
        if (!state.isAligned()) {
            return new Trap.PrefetchAbort(pc);
        }
        CodeBlock block = core.code.find(space, Location.of(pc, state, space.sensitive()));
        return block == null ? space.prefetchAbort(pc) : interpreter.step(block, state, space);
    }

    /** Runs the guest to the next stop; false if that was none of its own. */
    private boolean execute(UserState state, PageMaps space) {
        NativeSpace own = (NativeSpace) space.watcher();
        GuestProcess process = own.process(this::newProcess);
        state.clearExclusive();
        synchronized (gate) {
            running = process;
        }
        int signal = 0;
        try {
            if (!kicked) {
                signal = process.run(state);
            }
        } finally {
            synchronized (gate) {
                running = null;
            }
        }
        if (signal == Tracee.SIGSYS) {
            goBack(process, state);
        }
        if (signal != 0) {
            stops.count(signal, state, space);
        }
        return Tracee.isFault(signal);
    }

    /** Linux has gone behind the SVC, or back to make a system call again that seems to ask for it. */
    private static void goBack(GuestProcess process, UserState state) {
        int[] r = state.r;
        int behind = r[0] >= LAST_RESTART && r[0] <= FIRST_RESTART ? process.callAddress() : r[UserState.PC];
        r[UserState.PC] = behind - (state.thumb ? 2 : 4);
        if (state.it != 0) {
            state.it = before(state.it, state.userPsr());
        }
    }

    // Results of system calls that Linux makes again (ERESTARTSYS, ERESTART_RESTARTBLOCK; linux/errno.h).
    private static final int FIRST_RESTART = -512;
    private static final int LAST_RESTART = -516;

    /** ITSTATE at an instruction that was executed, by what it is behind it: the other way round of ITAdvance. */
    private static int before(int it, int flags) {
        int before = it & 0xe0 | (it & 0x1f) >>> 1;
        return Condition.passes(before >>> 4, flags) ? before : before | 1 << 4;
    }
}
