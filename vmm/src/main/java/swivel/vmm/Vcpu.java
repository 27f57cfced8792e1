package swivel.vmm;

import java.util.function.Consumer;
import swivel.arm.ExceptionKind;
import swivel.arm.Mode;
import swivel.arm.Psr;
import swivel.arm.core.CoreModel;
import swivel.arm.core.FloatingPointUnit;
import swivel.cpu.DevicePort;
import swivel.cpu.Processor;
import swivel.cpu.SystemSlots;
import swivel.cpu.Trap;
import swivel.cpu.UserState;
import swivel.memory.Bus;
import swivel.memory.GuestMemory;
import swivel.memory.InterruptLine;
import swivel.memory.MachineLock;
import swivel.memory.Snapshot;

/**
 * A virtual core, of a {@link CoreModel}. The guest's kernel and its programs all run in the processor's user mode;
 * this class runs the processor, injects interrupts, sleeps, and hands each trap to {@link TrapDispatcher}. What the
 * others are for:
 *
 * <ol>
 *   <li>{@link SensitiveInstructions}: modes, masks, exception return, user-permission accesses, waiting
 *   <li>{@link SystemControl}: CP15; {@link DebugRegisters}: CP14
 *   <li>{@link ShadowTables}: what the virtual MMU lets the processor reach; {@link BusPort}: how it reaches devices
 *   <li>{@link Exceptions}: everything that is the guest's own business
 * </ol>
 *
 * <p>A vCPU belongs to the thread that is in {@link #run}, which holds the machine's lock
 * ({@link swivel.memory.MachineLock}) while no guest code runs and it does not sleep. Of a machine with several,
 * another thread that holds the lock may drive the wires and turn the vCPU on; others may only call {@link #stop} and
 * {@link #close}. Pending interrupts are looked at before the processor is entered, so one is taken exactly after the
 * instruction that unmasks it.
 */
public final class Vcpu implements Snapshot, AutoCloseable {
    /** Why {@link #run} returned. */
    public sealed interface Exit {
        /** The guest powered the machine off. */
        record PowerOff() implements Exit {}

        /** The guest asked for a reset. */
        record Reset() implements Exit {}

        /** A watchdog resets the machine, since the guest has forgotten it. */
        record Watchdog() implements Exit {}

        /** {@link Vcpu#stop} was called, or the thread was interrupted. {@link Vcpu#run} may be called again. */
        record Stopped() implements Exit {}

        /** The guest cannot go on. */
        record Stuck(String reason) implements Exit {}
    }

    private final Processor processor;
    private final MachineLock lock;

    private final Platform platform;
    private final Virtualization virtualization;
    private final Statistics statistics;

    private final CoreModel core;
    final Registers registers = new Registers();
    final SystemRegisters system;
    private final Interrupts interrupts = new Interrupts(registers, this::alert);
    private final DebugRegisters debug;
    private final FloatingPoint floatingPoint;

    private final Exceptions exceptions;
    final ShadowTables shadows;
    private final PerformanceMonitors monitors;
    private final Misbehaviour misbehaviour;
    private final LackingFeatures lacking;
    private final TrapDispatcher traps;

    /** In WFI: nothing executes until an interrupt is pending. */
    private boolean waiting;

    /** Turned off: nothing executes until {@link #turnOn}. */
    private boolean off;

    private final KernelIntrinsics intrinsics;
    private Exit exit;
    private volatile boolean stopRequested;

    private final RunGate gate = new RunGate(this);

    private final EventWait event;

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
        this(core, unit, processor, memory, bus, platform, virtualization, new Cluster(1));
    }

    /** Makes the next one of a cluster. */
    public Vcpu(
            CoreModel core,
            FloatingPointUnit unit,
            Processor processor,
            GuestMemory memory,
            Bus bus,
            Platform platform,
            Virtualization virtualization,
            Cluster cluster) {
        this.core = core;
        this.statistics = cluster.statistics;
        this.lock = memory.lock();
        this.event = new EventWait(lock);
        this.system = new SystemRegisters(core.cp15(), registers, cluster.next(), cluster.size());
        this.debug = new DebugRegisters(core.cp14(), registers, system, processor);
        this.floatingPoint = new FloatingPoint(unit, registers);
        this.lacking = new LackingFeatures(registers, unit);
        this.processor = processor;
        this.platform = platform;
        this.virtualization = virtualization;
        TableWalker walker = new TableWalker(system, memory);
        this.exceptions = new Exceptions(registers, system, walker, statistics);
        this.shadows = new ShadowTables(
                processor, walker, system, memory, statistics, registers.state.r, virtualization.kernelCode());
        BusPort devices = new BusPort(bus, platform, statistics, this::wantsAttention);
        processor.setDevicePort(devices);
        VirtualMemory virtual = new VirtualMemory(system, registers, walker, memory, devices);
        SensitiveTransfers transfers = new SensitiveTransfers(registers, virtual);
        this.monitors = new PerformanceMonitors(
                core.cp15(), registers, system, shadows, statistics, processor::instructions, platform.monitors());
        this.traps = new TrapDispatcher(
                virtualization,
                registers,
                walker,
                shadows,
                exceptions,
                new SensitiveInstructions(
                        registers,
                        transfers,
                        new StatusInstructions(registers, virtual),
                        exceptions,
                        new Environment()),
                new UserInstructions(registers, transfers, exceptions),
                new SystemControl(
                        core,
                        registers,
                        system,
                        walker,
                        shadows,
                        cluster,
                        interrupts,
                        monitors,
                        floatingPoint,
                        platform),
                debug,
                floatingPoint,
                lacking,
                statistics);
        this.misbehaviour = new Misbehaviour(processor);
        // An instruction is lifted when it is first executed, and mostly executed in the same mode later
        this.intrinsics = new KernelIntrinsics(
                core.cp15(),
                virtualization.isRewritten(),
                cluster.size() > 1,
                word -> Registers.isSpare(registers.mode()),
                counterShift(platform),
                statistics);
        if (virtualization != Virtualization.BARE) {
            processor.setIntrinsics(intrinsics);
        }
        reset(0, 0, 0, 0);
        cluster.add(this);
    }

    /** What the processor must know to read the system counter by itself; 0: it does not know the time. */
    private static int counterShift(Platform platform) {
        int period = NANOSECONDS / platform.frequency();
        return platform.aheadOfHost() == DevicePort.OTHER_TIME || Integer.bitCount(period) != 1
                ? 0
                : Integer.numberOfTrailingZeros(period);
    }

    private static final int NANOSECONDS = 1_000_000_000;

    /**
     * Resets the core: SVC mode, A32, A, I and F masked, MMU off, no address space cached (ARM DDI 0406C, B1.9.1).
     *
     * @param pc where it starts; with bit 0 set what is there is T32, as for BX
     * @param r0 the boot protocol's arguments in r0, r1 and r2; the other registers are zero
     */
    public void reset(int pc, int r0, int r1, int r2) {
        gate.checkUsable();
        restart(pc, r0, r1, r2);
    }

    private void restart(int pc, int r0, int r1, int r2) {
        registers.reset();
        system.reset();
        floatingPoint.reset();
        debug.reset();
        exceptions.reset();
        shadows.invalidateAll();
        shadows.contextChanged();
        monitors.reset();
        waiting = false;
        off = false;
        int[] r = registers.state.r;
        r[SystemSlots.EVENT] = 0;
        r[0] = r0;
        r[1] = r1;
        r[2] = r2;
        registers.state.setPlace(pc);
    }

    /**
     * Everything that the guest can see of the core. Not what the loader told ({@link #setTrapSites}), and not what was
     * counted.
     *
     * @throws IllegalStateException if it runs or was closed
     */
    @Override
    public void fields(Snapshot.Archive fields) {
        gate.checkUsable();
        interrupts.show(); // another vCPU may have driven a wire since this one left the processor
        fields.same(core.commonName());
        registers.fields(fields);
        system.fields(fields);
        floatingPoint.fields(fields);
        debug.fields(fields);
        exceptions.fields(fields);
        monitors.fields(fields);
        waiting = fields.flag(waiting);
        off = fields.flag(off);
    }

    /**
     * 2: with the name of the core, and registers of coprocessor 14 by name. 3: system registers of 64 bits. 4:
     * floating point. 5: coprocessor 14 has no state. 6: it has breakpoints and watchpoints. 7: it may be off.
     */
    @Override
    public int version() {
        return 7;
    }

    /** The shadows are of the state before. */
    @Override
    public void loaded() {
        shadows.invalidateAll();
        monitors.loaded();
        interrupts.loaded();
    }

    /**
     * Where the guest reads memory beside RAM has changed ({@link GuestMemory.Window}). On the vCPU's thread, or
     * another one that has the machine's lock.
     */
    public void memoryMapChanged() {
        if (isOthersThread()) {
            shadows.halt();
            shadows.clear();
        } else {
            shadows.invalidateAll();
        }
    }

    /** Whether the calling thread is another one than that which runs this: the machine has several vCPUs then. */
    private boolean isOthersThread() {
        return lock.isShared() && !gate.isRunner();
    }

    /** A wire came up, or so: another thread that did it makes the vCPU look. */
    private void alert() {
        if (isOthersThread()) {
            if (waiting || off) {
                platform.wake();
            } else {
                processor.kick();
            }
        }
    }

    /** Makes it look at interrupts and monitors soon, if it does not sleep. From any thread. */
    public void kick() {
        processor.kick();
    }

    /** Whether it waits for an interrupt, or is off. With the machine's lock. */
    public boolean isAsleep() {
        return off || waiting && !interrupts.pending();
    }

    /** Whether it was turned off and not on again. With the machine's lock. */
    public boolean isOff() {
        return off;
    }

    /**
     * Turns it off: it executes nothing until {@link #turnOn}. For {@link Platform#firmwareCall}, on the vCPU's thread;
     * or before {@link #run}.
     */
    public void turnOff() {
        off = true;
    }

    /**
     * Resets it, if it is off, and lets it execute. With the machine's lock.
     *
     * @param pc where it starts, as {@link #reset} takes it
     * @param r0 what it finds there
     */
    public void turnOn(int pc, int r0) {
        if (off) {
            restart(pc, r0, 0, 0);
            platform.wake();
        }
    }

    /** The IRQ wire. It must be driven on the vCPU's thread, or with the machine's lock. */
    public InterruptLine irq() {
        return level -> interrupts.set(Psr.I, level);
    }

    /** The FIQ wire. It must be driven on the vCPU's thread, or with the machine's lock. */
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

    /** What all vCPUs of the machine counted. */
    public Statistics statistics() {
        return statistics;
    }

    /**
     * Sensitive instructions of the kernel that executed as user mode executes them: missed by the rewriter and strict,
     * or bare.
     */
    public Processor.SensitiveCount misbehaved() {
        return processor.sensitiveCount();
    }

    /**
     * Has a listener told, a line for each kind, what the guest asks of the core that this one does not have, as VFP.
     * On the vCPU's thread; before {@link #run}.
     */
    public void setLackingListener(Consumer<String> listener) {
        lacking.setListener(listener);
    }

    /**
     * What the guest asked of the core first that this one does not have, as a clause; null if nothing. From any
     * thread.
     */
    public String firstLacking() {
        return lacking.first();
    }

    /** Whether the guest's translation tables are in the long format, whose addresses have 40 bits. */
    public boolean usesLongDescriptors() {
        return system.usesLongDescriptors();
    }

    /** Makes {@link #run} return {@link Exit.Stopped} soon, or at once when it is next called. From any thread. */
    public void stop() {
        stopRequested = true;
        processor.kick();
        platform.wake();
    }

    /**
     * Makes {@link #run} return after the current trap: for {@link Platform#firmwareCall} and devices, on the vCPU's
     * thread.
     */
    public void exit(Exit reason) {
        exit = reason;
        alert();
    }

    /**
     * Runs the guest until it ends or is stopped. To interrupt the thread ({@link Thread#interrupt}) stops it too, when
     * it next leaves the processor, at the latest when it sleeps; the interrupt status stays set, so that another call
     * returns at once until somebody clears it.
     *
     * @throws IllegalStateException if another thread runs it, or it was closed
     */
    public Exit run() {
        gate.enter();
        lock.lock();
        try {
            return virtualization == Virtualization.BARE ? runBare() : loop();
        } finally {
            lock.unlock();
            gate.leave();
        }
    }

    /**
     * Ends the vCPU for good: stops it if it runs and waits until it has returned. It cannot be run or reset any more;
     * what it counted can still be read. From any thread but the one that runs it; a second call does nothing.
     *
     * @throws IllegalStateException if it is called from inside {@link #run}
     */
    @Override
    public void close() {
        gate.close();
    }

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
            if (waiting || off) {
                sleep();
            } else {
                takeInterrupts();
                interrupts.show();
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
        waiting = !off && !interrupts.pending();
        if (waiting || off) {
            processor.rest();
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
        if (trap instanceof Trap.Kick) {
            kicked();
        } else {
            traps.handle(trap);
        }
        if (exceptions.dead()) {
            boolean bare = virtualization == Virtualization.BARE && misbehaved().executed() > 0;
            exit = new Exit.Stuck(bare ? misbehaviour.reason() : exceptions.deathReason());
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
        traps.setTrapSites(sites);
        intrinsics.setTrapSites(sites);
    }

    /**
     * Executes nothing more until an interrupt is pending, masked or not: for {@link Platform#firmwareCall}, on the
     * vCPU's thread.
     */
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

        @Override
        public void waitForEvent() {
            if (registers.state.r[SystemSlots.EVENT] == 0) {
                event.await();
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
