package swivel.machine;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import swivel.arm.core.CoreModel;
import swivel.arm.core.FloatingPointUnit;
import swivel.cpu.Processor;
import swivel.cpu.UserState;
import swivel.devices.DiskImage;
import swivel.devices.EventQueue;
import swivel.devices.GenericTimer;
import swivel.devices.GicV2;
import swivel.devices.Pl011;
import swivel.devices.net.Network;
import swivel.devices.p9.SharedFolder;
import swivel.memory.Bus;
import swivel.memory.GuestMemory;
import swivel.memory.HostRandom;
import swivel.memory.InterruptLine;
import swivel.memory.Snapshot;
import swivel.memory.SnapshotException;
import swivel.vmm.Platform;
import swivel.vmm.Vcpu;
import swivel.vmm.Virtualization;

/**
 * A board with the memory map and the wiring of QEMU's {@code virt}, so that the same kernels run on both.
 *
 * <p>{@link #close} gives everything back to the host: memory, threads, files. Afterwards a call that would need them
 * throws {@link IllegalStateException}; what only asks the guest to stop, or adds to its input, does nothing, and what
 * was counted can still be read.
 */
public final class VirtMachine implements Platform, AutoCloseable {
    /** A device of the board, and its row. */
    private record Placed(DeviceRow row, DeviceRow.Device device) {}

    private final GuestMemory memory;
    private final Bus bus = new Bus();
    private final Processor processor;
    private final EventQueue events;
    private final Vcpu vcpu;
    private final Psci psci = new Psci(new VcpuPower());
    private final List<Placed> devices = new ArrayList<>();
    private final GenericTimer timer;
    private final EventQueue.Timer monitorAlarm;
    private final InterruptLine monitorLine;
    private final Pl011 uart;
    /** What has to be closed, the last one made first: the vCPU before what it uses. */
    private final ArrayDeque<AutoCloseable> parts = new ArrayDeque<>();

    private final DeviceTree tree;
    private final boolean hasNetwork;
    private volatile boolean inputEnded;

    /**
     * What one board has and another one has not.
     *
     * @param core the processor core that the guest finds
     * @param floatingPoint what it has of VFP and Advanced SIMD
     * @param drives disk images, in the order in which the guest shall find them; closed with the machine
     * @param firmware what the first bank of flash begins with; null: there is no flash
     * @param legacyVirtio whether the virtio devices have the legacy interface, as QEMU's have unless told otherwise
     * @param network what its network card is connected to; closed with the machine; null: there is none
     * @param shares folders of the host that the guest may use; closed with the machine
     * @param ownDevices devices that are none of the board's; they belong to the machine
     */
    public record Equipment(
            CoreModel core,
            FloatingPointUnit floatingPoint,
            List<DiskImage> drives,
            byte[] firmware,
            boolean legacyVirtio,
            Network network,
            List<SharedFolder> shares,
            List<MmioDevice> ownDevices) {
        /** What the board has of itself. */
        public Equipment(
                CoreModel core,
                FloatingPointUnit floatingPoint,
                List<DiskImage> drives,
                byte[] firmware,
                boolean legacyVirtio,
                Network network,
                List<SharedFolder> shares) {
            this(core, floatingPoint, drives, firmware, legacyVirtio, network, shares, List.of());
        }

        /** A core with all that it has, and disks alone. */
        public Equipment(CoreModel core, List<DiskImage> drives) {
            this(core, drives, null, false);
        }

        /** A core with all that it has, without network and shared folders. */
        public Equipment(CoreModel core, List<DiskImage> drives, byte[] firmware, boolean legacyVirtio) {
            this(core, core.floatingPoint(), drives, firmware, legacyVirtio, null, List.of());
        }
    }

    /** Builds a board of a Cortex-A15 with disks alone. */
    public VirtMachine(
            long memorySize,
            String append,
            List<DiskImage> drives,
            Pl011.Output console,
            Virtualization virtualization,
            Function<GuestMemory, Processor> engine) {
        this(memorySize, append, new Equipment(CoreModel.CORTEX_A15, drives), console, virtualization, engine);
    }

    /** Builds a board in the time of its host. */
    public VirtMachine(
            long memorySize,
            String append,
            Equipment equipment,
            Pl011.Output console,
            Virtualization virtualization,
            Function<GuestMemory, Processor> engine) {
        this(memorySize, append, equipment, console, virtualization, engine, realHost());
    }

    private static DeviceRow.Host realHost() {
        return new DeviceRow.Host(System::nanoTime, System::currentTimeMillis, HostRandom.create());
    }

    /**
     * Builds the board.
     *
     * @param memorySize bytes of RAM, as {@link GuestMemory} takes them
     * @param append the kernel's command line, for the device tree
     * @param equipment what it has beside what every board has
     * @param console where the guest's output goes
     * @param virtualization how the kernel's sensitive instructions come to the hypervisor
     * @param engine makes the processor for the board's memory; the processor belongs to the board from then on
     * @param host whose time and randomness it has
     * @throws BootException if there are more drives, network cards and shared folders than
     *     {@link VirtBoard#MAX_DRIVES}; whatever is thrown here, nothing is left behind, and drives, network and
     *     folders are closed
     * @throws IllegalStateException if a drive belongs to another machine, or is closed
     */
    VirtMachine(
            long memorySize,
            String append,
            Equipment equipment,
            Pl011.Output console,
            Virtualization virtualization,
            Function<GuestMemory, Processor> engine,
            DeviceRow.Host host) {
        try {
            own(Objects.requireNonNull(equipment, "no equipment").drives);
            hasNetwork = equipment.network != null;
            if (hasNetwork) {
                owned(equipment.network);
            }
            for (SharedFolder folder : equipment.shares) {
                owned(folder);
            }
            Objects.requireNonNull(append, "no command line");
            Objects.requireNonNull(console, "no console");
            Objects.requireNonNull(virtualization, "no virtualization");
            int others = equipment.shares.size() + (hasNetwork ? 1 : 0);
            int slots = equipment.drives.size() + others;
            if (slots > VirtBoard.MAX_DRIVES) {
                throw new BootException(slots + (others == 0 ? " drives" : " drives, shared folders and network cards")
                        + " are too many; there is room for " + VirtBoard.MAX_DRIVES);
            }
            Board board = VirtBoard.of(equipment);
            memory = owned(
                    new GuestMemory(board.ram(), memorySize, equipment.firmware == null ? 0 : VirtBoard.FLASH_SIZE));
            processor = owned(Objects.requireNonNull(engine.apply(memory), "the engine made no processor"));
            events = owned(new EventQueue(host.clock(), processor::kick));
            monitorAlarm = events.newTimer(VirtBoard.MONITORS, () -> {}); // the kick is what matters
            vcpu = owned(
                    new Vcpu(equipment.core, equipment.floatingPoint, processor, memory, bus, this, virtualization));
            GicV2 gic = new GicV2(board.interrupts(), new GicV2.Outputs(vcpu.irq(), vcpu.fiq()));
            monitorLine = board.row(VirtBoard.MONITORS).lines(gic).getFirst();
            for (DeviceRow row : board.rows()) {
                if (row.isDevice()) {
                    add(row, new DeviceRow.Parts(events, memory, vcpu, gic, console, host, row.lines(gic)));
                }
            }
            timer = device(GenericTimer.class);
            uart = device(Pl011.class);
            tree = board.tree(memory, append, host.random());
        } catch (RuntimeException | Error failure) {
            closeAll(failure);
            throw failure;
        }
    }

    private void add(DeviceRow row, DeviceRow.Parts parts) {
        DeviceRow.Device device = row.factory().make(parts);
        devices.add(new Placed(row, device));
        for (int i = 0; i < row.windows().size(); i++) {
            DeviceRow.Window window = row.windows().get(i);
            bus.add(
                    window.name(),
                    window.base(),
                    window.registers(),
                    device.answers().get(i));
        }
    }

    /** The device of a type of which a board has one. */
    <T> T device(Class<T> type) {
        return devices.stream()
                .map(placed -> placed.device.state())
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }

    /** Takes all drives that are there to be taken, so that they are closed whatever happens. */
    private void own(List<DiskImage> drives) {
        RuntimeException refused = null;
        for (DiskImage drive : drives) {
            try {
                drive.claim();
                owned(drive);
            } catch (IllegalStateException | NullPointerException e) {
                refused = e;
            }
        }
        if (refused != null) {
            throw refused;
        }
    }

    private <T extends AutoCloseable> T owned(T part) {
        parts.addFirst(part);
        return part;
    }

    /** The device tree that describes the board. */
    public DeviceTree tree() {
        return tree;
    }

    /** The processor core. */
    public Vcpu vcpu() {
        return vcpu;
    }

    /**
     * Loads a guest and resets the core, so that {@link Vcpu#run} starts it.
     *
     * @param guest prepared for this machine's virtualization
     * @param initrd the initial file system, or null
     * @param deviceTree what the guest gets: {@link #tree}, or one of one's own; is completed
     * @throws BootException if it does not fit
     */
    public void boot(GuestKernel guest, byte[] initrd, DeviceTree deviceTree) {
        Boot.Start start = Boot.load(memory, guest.kernel(), initrd, deviceTree);
        vcpu.setTrapSites(guest.trapSites());
        vcpu.reset(start.pc(), start.r0(), start.r1(), start.r2());
    }

    /**
     * Resets the core, so that {@link Vcpu#run} starts the firmware in flash.
     *
     * @param deviceTree what the firmware finds at the start of RAM, as on QEMU
     * @throws BootException if it does not fit, or there is no flash
     */
    public void bootFirmware(DeviceTree deviceTree) {
        if (memory.extent() == memory.size()) {
            throw new BootException("the machine has no flash; build it with firmware");
        }
        byte[] blob = deviceTree.flatten();
        if (blob.length > memory.size()) {
            throw new BootException("the device tree does not fit into memory; give more with --memory");
        }
        memory.write(memory.base(), blob, 0, blob.length);
        vcpu.reset(VirtBoard.FLASH, 0, 0, 0);
    }

    /**
     * Saves everything that the guest can see, but for what is in the files of its drives. The machine must not run;
     * input is best held back. What was loaded by {@link #boot} is in memory, but for what the loader told the vCPU.
     *
     * @throws IllegalStateException if the vCPU runs, or the machine was closed
     */
    public void save(Snapshot.Writer to) {
        sections(to);
    }

    /**
     * Loads what {@link #save} saved, into a machine of the same memory, equipment and virtualization that was booted
     * with the same guest and does not run.
     *
     * @throws SnapshotException if that is not so, or the snapshot is damaged; the machine is then to be closed
     * @throws IllegalStateException if the vCPU runs, or the machine was closed
     */
    public void load(Snapshot.Reader from) {
        sections(from);
        from.end();
    }

    /** Time first: devices that are loaded may look at it. */
    private void sections(Snapshot.Sections sections) {
        sections.section("time", events);
        sections.section("vCPU", vcpu);
        for (Placed placed : devices) {
            sections.section(placed.row.name(), placed.device.state());
        }
        sections.section("memory", memory);
    }

    /** Guest instructions executed so far. */
    public long instructions() {
        return processor.instructions();
    }

    /** {@link Processor#calledOut}. */
    public Map<String, Long> calledOut() {
        return processor.calledOut();
    }

    /** What the processor's caches hold. */
    public Processor.CacheUse caches() {
        return processor.caches();
    }

    Bus bus() {
        return bus;
    }

    public GuestMemory memory() {
        return memory;
    }

    /** The serial port, for input. */
    public Pl011 uart() {
        return uart;
    }

    @Override
    public void runEvents() {
        events.runDue();
    }

    /** Sleeps; if nothing can ever end the sleep, ends the run instead. */
    @Override
    public void waitForInterrupt() {
        if (events.isIdle() && !hasNetwork && (inputEnded || !uart.interruptsOnInput())) {
            vcpu.exit(new Vcpu.Exit.Stuck(String.format(
                    "it waits for an interrupt at 0x%08x, and there is nothing that could interrupt it",
                    vcpu.state().r[UserState.PC])));
        } else {
            events.await();
        }
    }

    /** Tells that nobody will offer the serial port anything more. From any thread. */
    public void endInput() {
        inputEnded = true;
        events.wake();
    }

    @Override
    public void wake() {
        events.wake();
    }

    @Override
    public long counter() {
        return timer.counter();
    }

    @Override
    public int frequency() {
        return timer.frequency();
    }

    @Override
    public TimerPort physicalTimer() {
        return port(GenericTimer.Kind.PHYSICAL);
    }

    @Override
    public TimerPort virtualTimer() {
        return port(GenericTimer.Kind.VIRTUAL);
    }

    private TimerPort port(GenericTimer.Kind kind) {
        return new TimerPort() {
            @Override
            public int control() {
                return timer.control(kind);
            }

            @Override
            public void setControl(int value) {
                timer.setControl(kind, value);
            }

            @Override
            public long compare() {
                return timer.compare(kind);
            }

            @Override
            public void setCompare(long value) {
                timer.setCompare(kind, value);
            }
        };
    }

    @Override
    public MonitorPort monitors() {
        return monitorPort;
    }

    private final MonitorPort monitorPort = new MonitorPort() {
        @Override
        public long nanoseconds() {
            return events.now();
        }

        @Override
        public void lookIn(long nanoseconds) {
            monitorAlarm.arm(nanoseconds < 0 ? EventQueue.NEVER : events.now() + nanoseconds);
        }

        @Override
        public void setInterrupt(boolean level) {
            monitorLine.set(level);
        }
    };

    /** PSCI, whichever way it is called. */
    @Override
    public void firmwareCall(Vcpu caller, boolean hvc) {
        int[] r = caller.state().r;
        r[0] = psci.call(r[0], r[1], r[2]);
    }

    private final class VcpuPower implements Psci.Power {
        @Override
        public void suspend() {
            vcpu.waitForInterrupt();
        }

        @Override
        public void off() {
            vcpu.exit(new Vcpu.Exit.PowerOff());
        }

        @Override
        public void reset() {
            vcpu.exit(new Vcpu.Exit.Reset());
        }
    }

    /**
     * Stops the vCPU if it runs, waits until its thread has left {@link Vcpu#run} (a console that blocks keeps it
     * there), and gives everything back to the host. From any thread but the vCPU's own; a second call does nothing.
     *
     * @throws IllegalStateException if it is called from inside {@link Vcpu#run}
     */
    @Override
    public void close() throws IOException {
        vcpu.close();
        Throwable failure = closeAll(null);
        if (failure instanceof IOException e) {
            throw e;
        } else if (failure != null) {
            throw new IllegalStateException("the machine could not be closed", failure);
        }
    }

    /** Closes the parts that there are; returns the first exception, or adds all to one that there is. */
    private synchronized Throwable closeAll(Throwable first) {
        Throwable failure = first;
        while (!parts.isEmpty()) {
            try {
                parts.removeFirst().close();
            } catch (Exception e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        return failure;
    }
}
