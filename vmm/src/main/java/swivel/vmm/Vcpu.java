package swivel.vmm;

import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import swivel.arm.A32;
import swivel.arm.Arguments;
import swivel.arm.Arguments.BankedMove;
import swivel.arm.Cp14;
import swivel.arm.Cp15;
import swivel.arm.ExceptionKind;
import swivel.arm.FaultStatus;
import swivel.arm.Fields;
import swivel.arm.Instruction;
import swivel.arm.Mode;
import swivel.arm.Psr;
import swivel.arm.T32;
import swivel.arm.VfpOperation.VfpStatusMove;
import swivel.arm.core.CoreModel;
import swivel.arm.core.FloatingPointUnit;
import swivel.cpu.AddressSpace.Access;
import swivel.cpu.Processor;
import swivel.cpu.SystemSlots;
import swivel.cpu.Trap;
import swivel.cpu.UserState;
import swivel.encoding.TrapEncoding;
import swivel.memory.Bus;
import swivel.memory.GuestMemory;
import swivel.memory.InterruptLine;
import swivel.memory.Snapshot;

/**
 * A virtual core, of a {@link CoreModel}. The guest's kernel and its programs all run in the processor's user mode; this class runs the
 * processor and gives each trap to its handler, which changes the virtual state:
 *
 * <ol>
 *   <li>{@link SensitiveInstructions}: modes, masks, exception return, user-permission accesses, waiting
 *   <li>{@link SystemControl}: CP15; {@link DebugRegisters}: CP14
 *   <li>{@link ShadowTables}: what the virtual MMU lets the processor reach; {@link BusPort}: how it reaches devices
 *   <li>{@link Exceptions}: everything that is the guest's own business
 * </ol>
 *
 * <p>A vCPU belongs to the thread that is in {@link #run}; other threads may only call {@link #stop} and {@link #close}. Pending
 * interrupts are looked at before the processor is entered, so one is taken exactly after the instruction that unmasks it.
 */
public final class Vcpu implements Snapshot, AutoCloseable {
    /** Why {@link #run} returned. */
    public sealed interface Exit {
        /** The guest powered the machine off. */
        record PowerOff() implements Exit {}

        /** The guest asked for a reset. */
        record Reset() implements Exit {}

        /** {@link Vcpu#stop} was called, or the thread was interrupted. {@link Vcpu#run} may be called again. */
        record Stopped() implements Exit {}

        /** The guest cannot go on. */
        record Stuck(String reason) implements Exit {}
    }

    /** An SVC that is always executed, without its immediate; and one of T32. */
    private static final int SVC_ALWAYS = 0xef00_0000;

    private static final int SVC_T32 = 0xdf00;

    /** How long WFE may wait: what the event stream that Linux configures would allow (ARM DDI 0406C, B8.1.7). */
    private static final long EVENT_STREAM_NANOSECONDS = 100_000;

    private final Processor processor;
    private final Platform platform;
    private final Virtualization virtualization;
    private final Statistics statistics = new Statistics();

    private final CoreModel core;
    final Registers registers = new Registers();
    final SystemRegisters system;
    private final Interrupts interrupts = new Interrupts(registers);
    private final DebugRegisters debug;
    private final FloatingPoint floatingPoint;

    private final Exceptions exceptions;
    private final TableWalker walker;
    final ShadowTables shadows;
    private final VirtualMemory memory;
    private final SensitiveInstructions sensitive;
    private final UserInstructions userInstructions;
    private final PerformanceMonitors monitors;
    private final SystemControl systemControl;
    private final Misbehaviour misbehaviour;
    private final LackingFeatures lacking;

    /** In WFI: nothing executes until an interrupt is pending. */
    private boolean waiting;

    private final KernelIntrinsics intrinsics;
    private TrapSites trapSites = TrapSites.UNKNOWN;
    private Exit exit;
    private volatile boolean stopRequested;

    /** Guards the two below. */
    private final Object gate = new Object();

    private Thread runner;
    private boolean closed;

    /**
     * Makes a vCPU of a core; it starts where {@link #reset} says. The processor must be for the same memory.
     *
     * @param unit what it has of VFP and Advanced SIMD
     */
    public Vcpu(
            CoreModel core,
            FloatingPointUnit unit,
            Processor processor,
            GuestMemory memory,
            Bus bus,
            Platform platform,
            Virtualization virtualization) {
        this.core = core;
        this.system = new SystemRegisters(core.cp15(), registers);
        this.debug = new DebugRegisters(core.cp14(), registers);
        this.floatingPoint = new FloatingPoint(unit, registers);
        this.lacking = new LackingFeatures(registers, unit);
        this.processor = processor;
        this.platform = platform;
        this.virtualization = virtualization;
        this.walker = new TableWalker(system, memory);
        this.exceptions = new Exceptions(registers, system, walker, statistics);
        this.shadows = new ShadowTables(
                processor, walker, system, memory, statistics, registers.state.r, virtualization.kernelCode());
        BusPort devices = new BusPort(bus, statistics, this::wantsAttention);
        processor.setDevicePort(devices);
        this.memory = new VirtualMemory(system, registers, walker, memory, devices);
        SensitiveTransfers transfers = new SensitiveTransfers(registers, this.memory);
        this.sensitive = new SensitiveInstructions(
                registers, transfers, new StatusInstructions(registers, this.memory), exceptions, new Environment());
        this.userInstructions = new UserInstructions(registers, transfers, exceptions);
        this.monitors = new PerformanceMonitors(
                core.cp15(), registers, system, shadows, statistics, processor::instructions, platform.monitors());
        this.systemControl = new SystemControl(
                core, registers, system, walker, shadows, interrupts, monitors, floatingPoint, platform);
        this.misbehaviour = new Misbehaviour(processor);
        this.intrinsics = new KernelIntrinsics(core.cp15(), virtualization.isRewritten(), statistics);
        if (virtualization != Virtualization.BARE) {
            processor.setIntrinsics(intrinsics);
        }
        reset(0, 0, 0, 0);
    }

    /**
     * Resets the core: SVC mode, A32, A, I and F masked, MMU off, no address space cached (ARM DDI 0406C, B1.9.1).
     *
     * @param pc where it starts; with bit 0 set what is there is T32, as for BX
     * @param r0 the boot protocol's arguments in r0, r1 and r2; the other registers are zero
     */
    public void reset(int pc, int r0, int r1, int r2) {
        synchronized (gate) {
            checkUsable();
        }
        registers.reset();
        system.reset();
        debug.reset();
        floatingPoint.reset();
        exceptions.reset();
        shadows.invalidateAll();
        shadows.contextChanged();
        monitors.reset();
        waiting = false;
        int[] r = registers.state.r;
        r[SystemSlots.EVENT] = 0;
        r[0] = r0;
        r[1] = r1;
        r[2] = r2;
        registers.state.setPlace(pc);
    }

    /**
     * Everything that the guest can see of the core. Not what the loader told ({@link #setTrapSites}), and not what was counted.
     *
     * @throws IllegalStateException if it runs or was closed
     */
    @Override
    public void fields(Snapshot.Archive fields) {
        synchronized (gate) {
            checkUsable();
        }
        fields.same(core.commonName());
        registers.fields(fields);
        system.fields(fields);
        debug.fields(fields);
        floatingPoint.fields(fields);
        exceptions.fields(fields);
        monitors.fields(fields);
        waiting = fields.flag(waiting);
    }

    /**
     * 2: with the name of the core, and registers of coprocessor 14 by name. 3: system registers of 64 bits. 4:
     * floating point.
     */
    @Override
    public int version() {
        return 4;
    }

    /** The shadows are of the state before. */
    @Override
    public void loaded() {
        shadows.invalidateAll();
        monitors.loaded();
    }

    /** Where the guest reads memory beside RAM has changed ({@link GuestMemory.Window}). On the vCPU's thread. */
    public void memoryMapChanged() {
        shadows.invalidateAll();
    }

    /** The IRQ wire. It must be driven on the vCPU's thread. */
    public InterruptLine irq() {
        return level -> interrupts.set(Psr.I, level);
    }

    /** The FIQ wire. It must be driven on the vCPU's thread. */
    public InterruptLine fiq() {
        return level -> interrupts.set(Psr.F, level);
    }

    /** The registers of the current mode. */
    public UserState state() {
        return registers.state;
    }

    /** The virtual mode. */
    public Mode mode() {
        return registers.mode();
    }

    /** The virtual CPSR. */
    public int cpsr() {
        return registers.cpsr();
    }

    /** How the kernel's sensitive instructions get here. */
    public Virtualization virtualization() {
        return virtualization;
    }

    public Statistics statistics() {
        return statistics;
    }

    /** Sensitive instructions of the kernel that executed as user mode executes them: missed by the rewriter and strict, or bare. */
    public Processor.SensitiveCount misbehaved() {
        return processor.sensitiveCount();
    }

    /**
     * Has a listener told, a line for each kind, what the guest asks of the core that this one does not have, as VFP. On
     * the vCPU's thread; before {@link #run}.
     */
    public void setLackingListener(Consumer<String> listener) {
        lacking.setListener(listener);
    }

    /** What the guest asked of the core first that this one does not have, as a clause; null if nothing. From any thread. */
    public String firstLacking() {
        return lacking.first();
    }

    /** Makes {@link #run} return {@link Exit.Stopped} soon, or at once when it is next called. From any thread. */
    public void stop() {
        stopRequested = true;
        processor.kick();
        platform.wake();
    }

    /** Makes {@link #run} return after the current trap: for {@link Platform#firmwareCall} and devices, on the vCPU's thread. */
    public void exit(Exit reason) {
        exit = reason;
    }

    /**
     * Runs the guest until it ends or is stopped. To interrupt the thread ({@link Thread#interrupt}) stops it too, when it next leaves the
     * processor, at the latest when it sleeps; the interrupt status stays set, so that another call returns at once until somebody clears it.
     *
     * @throws IllegalStateException if another thread runs it, or it was closed
     */
    public Exit run() {
        synchronized (gate) {
            checkUsable();
            runner = Thread.currentThread();
        }
        try {
            return virtualization == Virtualization.BARE ? runBare() : loop();
        } finally {
            synchronized (gate) {
                runner = null;
                gate.notifyAll();
            }
        }
    }

    private void checkUsable() {
        if (closed) {
            throw new IllegalStateException("the machine was closed and cannot be used any more");
        }
        if (runner != null) {
            throw new IllegalStateException("the vCPU is running, in the thread " + runner.getName());
        }
    }

    /**
     * Ends the vCPU for good: stops it if it runs and waits until it has returned. It cannot be run or reset any more; what it counted can
     * still be read. From any thread but the one that runs it; a second call does nothing.
     *
     * @throws IllegalStateException if it is called from inside {@link #run}
     */
    @Override
    public void close() {
        boolean interrupted = false;
        synchronized (gate) {
            if (runner == Thread.currentThread()) {
                throw new IllegalStateException(
                        "a machine cannot be closed by its own guest's run; stop the vCPU first");
            }
            closed = true;
            while (runner != null) {
                stop();
                try {
                    gate.wait(STOP_MILLISECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** After so long whoever waits for the vCPU's end asks again. */
    private static final long STOP_MILLISECONDS = 100;

    private Exit runBare() {
        Thread clock = Misbehaviour.startClock(processor);
        try {
            return loop();
        } finally {
            clock.interrupt();
        }
    }

    private Exit loop() {
        exit = null;
        platform.runEvents();
        while (exit == null) {
            if (stopRequested || Thread.currentThread().isInterrupted()) {
                stopRequested = false;
                return new Exit.Stopped();
            }
            if (waiting) {
                sleep();
            } else {
                takeInterrupts();
                boolean privileged = registers.privileged();
                Trap trap = processor.run(registers.state, shadows.space(privileged));
                countCalls();
                handle(trap);
                if (monitors.watchesPrivilege()) {
                    monitors.account(privileged);
                }
            }
        }
        return exit;
    }

    /** What the processor did by itself. */
    private void countCalls() {
        int[] r = registers.state.r;
        int calls = r[SystemSlots.CALLS];
        if (calls != 0) {
            r[SystemSlots.CALLS] = 0;
            statistics.supervisorCalls += calls;
            statistics.countInjected(ExceptionKind.SUPERVISOR_CALL, calls);
        }
    }

    private void sleep() {
        waiting = !interrupts.pending();
        if (waiting) {
            platform.waitForInterrupt();
            platform.runEvents();
            monitors.look(false);
        }
    }

    private void takeInterrupts() {
        int deliverable = interrupts.deliverable();
        if ((deliverable & Psr.F) != 0) {
            exceptions.take(ExceptionKind.FIQ);
        } else if (deliverable != 0) {
            exceptions.take(ExceptionKind.IRQ);
        }
    }

    /** Whether, behind an access at a device, {@link #loop} has something to do before the processor goes on. */
    private boolean wantsAttention() {
        return interrupts.deliverable() != 0
                || exit != null
                || stopRequested
                || !shadows.isSelected()
                || Thread.currentThread().isInterrupted();
    }

    private void handle(Trap trap) {
        statistics.traps++;
        try {
            dispatch(trap);
        } catch (GuestAbort abort) {
            exceptions.abort(abort);
        }
        if (exceptions.dead()) {
            boolean bare = virtualization == Virtualization.BARE && misbehaved().executed() > 0;
            exit = new Exit.Stuck(bare ? misbehaviour.reason() : exceptions.deathReason());
        }
    }

    /** No switch over types: linking one takes milliseconds of each start. */
    @SuppressWarnings("IfChainToSwitch")
    private void dispatch(Trap trap) {
        if (trap instanceof Trap.SupervisorCall call) {
            supervisorCall(call.immediate());
        } else if (trap instanceof Trap.Intrinsic instruction) {
            executeSensitive(instruction.word());
        } else if (trap instanceof Trap.SensitiveInstruction instruction) {
            if (virtualization == Virtualization.PATCHED) {
                statistics.missed.count(registers.set(), registers.pc(), instruction.word());
            }
            executeSensitive(instruction.word());
        } else if (trap instanceof Trap.DataAbort abort) {
            dataAbort(abort);
        } else if (trap instanceof Trap.PrefetchAbort abort) {
            prefetchAbort(abort.address());
        } else if (trap instanceof Trap.UndefinedInstruction instruction) {
            undefined(instruction.word());
        } else if (trap instanceof Trap.Kick) {
            kicked();
        } else if (trap instanceof Trap.Attention) {
            shadows.contextChanged();
        } else {
            exceptions.prefetchAbort(FaultStatus.DEBUG_EVENT, registers.pc()); // Trap.Breakpoint
        }
    }

    private void kicked() {
        statistics.kicks++;
        platform.runEvents();
        monitors.look(true);
        if (virtualization == Virtualization.BARE && misbehaviour.fatal()) {
            exit = new Exit.Stuck(misbehaviour.reason());
        }
    }

    /** Tells where the kernel's loader knows of trap words; {@link TrapSites#UNKNOWN} after the constructor. */
    public void setTrapSites(TrapSites sites) {
        trapSites = sites;
        intrinsics.setTrapSites(sites);
    }

    /** The instruction that a trap word at PC stands for; the word itself where it stands for none. */
    private int original(int word) {
        int original = virtualization.isRewritten() ? TrapEncoding.decode(registers.set(), word) : word;
        if (original == word) {
            return word;
        }
        if (registers.privileged()) {
            return trapSites.hasGenuine() && trapSites.isGenuine(physicalPc()) ? word : original;
        }
        return trapSites.isEncoded(physicalPc()) ? original : word;
    }

    private long physicalPc() {
        return walker.walk(registers.pc(), registers.privileged()).address();
    }

    private void supervisorCall(int immediate) {
        int word = (registers.state.thumb ? SVC_T32 : SVC_ALWAYS) | immediate;
        int original = original(word);
        if (original == word) {
            statistics.supervisorCalls++;
            registers.countEmulated();
            exceptions.take(ExceptionKind.SUPERVISOR_CALL);
        } else {
            executeSensitive(original);
        }
    }

    private void executeSensitive(int word) {
        registers.begin(word);
        Instruction row = registers.set().decode(word);
        statistics.countSensitive(row.sensitivity());
        Arguments arguments = row.arguments(word);
        if (registers.privileged()) {
            if (arguments instanceof BankedMove move) {
                lacking.banked(move, word);
            }
            sensitive.execute(arguments);
        } else {
            userInstructions.execute(arguments);
        }
    }

    /** Undefined in user mode: encoded accesses, firmware calls, coprocessors, or really undefined. */
    private void undefined(int word) {
        registers.begin(word);
        // Whether an undefined instruction whose condition fails traps is left open (ARM DDI 0406C, B1.9.5).
        if (!registers.passes(word)) {
            registers.step();
            return;
        }
        int original = original(word);
        Instruction row = registers.set().decode(original);
        if (row.isSensitive() && (registers.privileged() || original != word)) {
            executeSensitive(original);
        } else if (!accessCoprocessor(row, word) && !accessFloatingPoint(row, word)) {
            lacking.undefined(row, word);
            exceptions.take(ExceptionKind.UNDEFINED);
        }
    }

    private boolean accessFloatingPoint(Instruction row, int word) {
        return row.arguments(word) instanceof VfpStatusMove move && floatingPoint.execute(move);
    }

    private boolean accessCoprocessor(Instruction row, int word) {
        if (!isCoprocessorMove(row, word)) {
            return false;
        }
        statistics.coprocessor++;
        return switch (Fields.bits(word, 11, 8)) {
            case Cp15.NUMBER -> systemControl.execute(Cp15.of(word), word);
            case Cp14.NUMBER -> debug.execute(word);
            default -> false;
        };
    }

    /** MCR, MRC, MCRR or MRRC, which differ in the two instruction sets by the condition alone. */
    private static boolean isCoprocessorMove(Instruction row, int word) {
        if (row instanceof A32 a32) {
            return a32 == A32.MCR || a32 == A32.MRC || a32 == A32.MCRR || a32 == A32.MRRC;
        }
        boolean move = row == T32.MCR || row == T32.MRC || row == T32.MCRR || row == T32.MRRC;
        return move && Fields.cond(word) == Fields.AL; // else it is MCR2 and so on
    }

    private void dataAbort(Trap.DataAbort trap) {
        statistics.aborts++;
        boolean privileged = registers.privileged() && !trap.unprivileged();
        Access access = trap.write() ? Access.WRITE : Access.READ;
        if (trap.alignment()) {
            throw new GuestAbort(FaultStatus.ALIGNMENT, 0, trap.address(), access);
        }
        Translation translation = walker.kept(trap.address(), privileged);
        FaultStatus fault = translation.faultOf(access);
        if (fault == null) { // nothing answers
            throw new GuestAbort(FaultStatus.EXTERNAL, 0, trap.address(), access);
        }
        exceptions.dataAbort(fault, translation.domain(), trap.address(), trap.write());
    }

    private void prefetchAbort(int address) {
        statistics.aborts++;
        Translation translation = walker.walk(address, registers.privileged());
        FaultStatus fault = translation.faultOf(Access.EXECUTE);
        if (fault == null && (address & 3) != 0 && !registers.state.thumb()) {
            fault = FaultStatus.ALIGNMENT;
        }
        exceptions.prefetchAbort(fault != null ? fault : FaultStatus.EXTERNAL, address);
    }

    /** Executes nothing more until an interrupt is pending, masked or not: for {@link Platform#firmwareCall}, on the vCPU's thread. */
    public void waitForInterrupt() {
        if (!interrupts.pending()) {
            statistics.sleeps++;
            waiting = true;
        }
    }

    /** What waiting and firmware calls do to this vCPU. */
    private final class Environment implements SensitiveInstructions.Environment {
        @Override
        public void waitForInterrupt() {
            Vcpu.this.waitForInterrupt();
        }

        /** There is no other core to send an event, so without one this is a short sleep: WFE may end at any time. */
        @Override
        public void waitForEvent() {
            if (registers.state.r[SystemSlots.EVENT] == 0) {
                LockSupport.parkNanos(EVENT_STREAM_NANOSECONDS);
            }
            registers.state.r[SystemSlots.EVENT] = 0;
        }

        @Override
        public void sendEvent() {
            registers.state.r[SystemSlots.EVENT] = 1;
        }

        @Override
        public void firmwareCall(boolean hvc) {
            platform.firmwareCall(Vcpu.this, hvc);
        }
    }
}
