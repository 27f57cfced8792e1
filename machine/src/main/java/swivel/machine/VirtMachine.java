package swivel.machine;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import swivel.cpu.Processor;
import swivel.devices.ConsoleDevice;
import swivel.devices.DiskImage;
import swivel.devices.EventQueue;
import swivel.devices.GenericTimer;
import swivel.devices.GenericTimers;
import swivel.devices.GicV2;
import swivel.devices.Pl011;
import swivel.devices.Pl061;
import swivel.devices.PowerButton;
import swivel.devices.VirtioBalloon;
import swivel.devices.VirtioConsole;
import swivel.devices.VirtioMmio;
import swivel.devices.p9.SharedFolder;
import swivel.memory.Bus;
import swivel.memory.GuestMemory;
import swivel.memory.HostRandom;
import swivel.memory.InterruptLine;
import swivel.memory.Snapshot;
import swivel.memory.SnapshotException;
import swivel.vmm.Cluster;
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
public final class VirtMachine implements AutoCloseable {
    /** A device of the board, and its row. */
    private record Placed(DeviceRow row, DeviceRow.Device device) {}

    /** Bytes of the tree of firmware, as QEMU's have: U-Boot adds to it where it is, and looks not how far. */
    private static final int FIRMWARE_TREE = 1 << 20;

    private final GuestMemory memory;
    /** What each vCPU finds at the addresses of devices. */
    private final List<Bus> buses = new ArrayList<>();

    private final List<Processor> processors = new ArrayList<>();
    private final List<VcpuPlatform> platforms = new ArrayList<>();
    private final EventQueue events;
    private final Cluster cluster;
    private final List<Placed> devices = new ArrayList<>();
    private final PowerButton powerButton;
    /** What has to be closed, the last one made first: the vCPU before what it uses. */
    private final ArrayDeque<AutoCloseable> parts = new ArrayDeque<>();

    private final DeviceTree tree;
    /** Something can come from the host that the guest did not ask for. */
    private final boolean canBeReached;

    private final ConsoleDevice console;
    private volatile boolean inputEnded;

    /** Builds a board of a Cortex-A15 with disks alone. */
    public VirtMachine(
            long memorySize,
            String append,
            List<DiskImage> drives,
            Pl011.Output console,
            Virtualization virtualization,
            Function<GuestMemory, Processor> engine) {
        this(memorySize, append, new Equipment().drives(drives), console, virtualization, engine);
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
        return new DeviceRow.Host(EventQueue.Clock.HOST, System::currentTimeMillis, HostRandom.create());
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
     * @throws BootException if there is no room for all virtio devices; whatever is thrown here, nothing is left
     *     behind, and drives, network and folders are closed
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
            Objects.requireNonNull(equipment, "no equipment");
            if (equipment.network != null) {
                owned(equipment.network);
            }
            if (equipment.ports != null) {
                owned(equipment.ports);
            }
            if (equipment.vsock != null) {
                owned(equipment.vsock);
            }
            canBeReached = equipment.network != null
                    || equipment.vsock != null
                    || equipment.ports != null && equipment.ports.canBeReached();
            for (SharedFolder folder : equipment.shares) {
                owned(folder);
            }
            if (equipment.memoryFile != null) {
                owned(equipment.memoryFile);
            }
            own(equipment.drives);
            Objects.requireNonNull(append, "no command line");
            Objects.requireNonNull(console, "no console");
            Objects.requireNonNull(virtualization, "no virtualization");
            VirtBoard.requireRoom(equipment);
            Board board = VirtBoard.of(equipment);
            int cores = equipment.cores;
            cluster = new Cluster(cores);
            long hidden = equipment.firmware == null ? 0 : VirtBoard.FLASH_SIZE;
            memory = owned(new GuestMemory(board.ram(), memorySize, hidden, cores > 1, equipment.memoryFile));
            Processor first = owned(Objects.requireNonNull(engine.apply(memory), "the engine made no processor"));
            processors.add(first);
            while (processors.size() < cores) {
                processors.add(owned(first.newCore()));
            }
            events = owned(new EventQueue(host.clock(), cores > 1 ? () -> {} : first::kick));
            for (Processor processor : processors) {
                VcpuPlatform platform = new VcpuPlatform(this, events, cluster, memory.lock());
                platforms.add(platform);
                buses.add(new Bus());
                owned(new Vcpu(
                        equipment.core,
                        equipment.floatingPoint,
                        processor,
                        memory,
                        buses.getLast(),
                        platform,
                        virtualization,
                        cluster));
            }
            List<Vcpu> vcpus = cluster.vcpus();
            GicV2 gic = new GicV2(
                    board.interrupts(),
                    vcpus.stream()
                            .map(vcpu -> new GicV2.Outputs(vcpu.irq(), vcpu.fiq()))
                            .toArray(GicV2.Outputs[]::new));
            for (DeviceRow row : board.rows()) {
                if (row.isDevice()) {
                    List<List<InterruptLine>> lines = IntStream.range(0, cores)
                            .mapToObj(cpu -> row.lines(gic, cpu))
                            .toList();
                    add(row, new DeviceRow.Parts(events, memory, cluster, gic, console, host, lines));
                }
            }
            List<GenericTimer> timers = device(GenericTimers.class).ofCpus();
            for (int cpu = 0; cpu < cores; cpu++) {
                InterruptLine monitors =
                        board.row(VirtBoard.MONITORS).lines(gic, cpu).getFirst();
                platforms.get(cpu).connect(vcpus.get(cpu), timers.get(cpu), monitors);
            }
            this.console = equipment.virtioConsole ? device(VirtioConsole.class) : device(Pl011.class);
            powerButton = new PowerButton(events, device(Pl061.class).pin(VirtBoard.POWER_PIN));
            tree = board.tree(memory, append, host.random());
            if (cores > 1) {
                owned(new EventThread(events, memory.lock(), this::failed));
            }
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
            for (int cpu = 0; cpu < buses.size(); cpu++) {
                buses.get(cpu)
                        .add(
                                window.name(),
                                window.base(),
                                window.registers(),
                                device.answers().apply(cpu).get(i));
            }
        }
    }

    /** The device of a type of which a board has one. */
    <T> T device(Class<T> type) {
        return devices.stream()
                .map(placed -> placed.device.state())
                .map(state -> state instanceof VirtioMmio transport ? transport.device() : state)
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

    /** The first processor core, which is the one that a guest starts on. */
    public Vcpu vcpu() {
        return cluster.vcpus().getFirst();
    }

    /** All processor cores. */
    public List<Vcpu> vcpus() {
        return List.copyOf(cluster.vcpus());
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
        cluster.vcpus().forEach(vcpu -> vcpu.setTrapSites(guest.trapSites()));
        reset(start.pc(), start.r0(), start.r1(), start.r2());
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
        byte[] blob = deviceTree.flatten(FIRMWARE_TREE);
        if (blob.length > memory.size()) {
            throw new BootException("the device tree does not fit into memory; give more with --memory");
        }
        memory.write(memory.base(), blob, 0, blob.length);
        reset(VirtBoard.FLASH, 0, 0, 0);
    }

    /** The first core starts there; the others are off until the guest turns them on. */
    private void reset(int pc, int r0, int r1, int r2) {
        for (Vcpu vcpu : cluster.vcpus()) {
            vcpu.reset(pc, r0, r1, r2);
            if (vcpu != vcpu()) {
                vcpu.turnOff();
            }
        }
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

    /** What threads of the host have in hand of requests is done before; it is no part of a snapshot. */
    private void drain() {
        for (Placed placed : devices) {
            if (placed.device.state() instanceof VirtioMmio transport) {
                transport.drain();
            }
        }
    }

    /** All of one moment: what is due while no vCPU runs waits for the lock. */
    private void sections(Snapshot.Sections sections) {
        memory.lock().lock();
        try {
            drain();
            sectionsOf(sections);
        } finally {
            memory.lock().unlock();
        }
    }

    /** Time first: devices that are loaded may look at it. */
    private void sectionsOf(Snapshot.Sections sections) {
        sections.section("time", events);
        for (int cpu = 0; cpu < processors.size(); cpu++) {
            sections.section(cpu == 0 ? "vCPU" : "vCPU " + cpu, cluster.vcpus().get(cpu));
        }
        for (Placed placed : devices) {
            sections.section(placed.row.name(), placed.device.state());
        }
        sections.section("memory", memory);
    }

    /**
     * Runs the guest until it ends or is stopped, the first core on the calling thread and each other one on a thread
     * of its own: {@link Vcpu#run}. How the first one ended that did so by itself is how the machine ended.
     *
     * @throws IllegalStateException if another thread runs it, or it was closed
     */
    public Vcpu.Exit run() {
        return processors.size() == 1 ? vcpu().run() : new Cores(cluster.vcpus(), this::failure).run();
    }

    /** Makes {@link #run} return {@link Vcpu.Exit.Stopped} soon, or at once when it is next called. From any thread. */
    public void stop() {
        vcpu().stop();
    }

    /** What a device threw on the thread of events; null: nothing. */
    private volatile Throwable failure;

    private Throwable failure() {
        return failure;
    }

    private void failed(Throwable what) {
        failure = what;
        stop();
    }

    /** Guest instructions executed so far. */
    public long instructions() {
        return processors.stream().mapToLong(Processor::instructions).sum();
    }

    /** {@link Processor#calledOut}. */
    public Map<String, Long> calledOut() {
        Map<String, Long> all = new TreeMap<>();
        for (Processor processor : processors) {
            processor.calledOut().forEach((name, count) -> all.merge(name, count, Long::sum));
        }
        return all;
    }

    /** {@link Vcpu#misbehaved} of all cores. */
    public Processor.SensitiveCount misbehaved() {
        return cluster.vcpus().stream()
                .map(Vcpu::misbehaved)
                .reduce(Processor.SensitiveCount::and)
                .orElseThrow();
    }

    /** {@link Vcpu#setLackingListener} of all cores. */
    public void setLackingListener(Consumer<String> listener) {
        cluster.vcpus().forEach(vcpu -> vcpu.setLackingListener(listener));
    }

    /** {@link Vcpu#firstLacking} of any core. */
    public String firstLacking() {
        return cluster.vcpus().stream()
                .map(Vcpu::firstLacking)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** What the processor's caches hold. */
    public Processor.CacheUse caches() {
        return processors.stream()
                .map(Processor::caches)
                .reduce(Processor.CacheUse::withTables)
                .orElseThrow();
    }

    /** What the first core has around it. */
    Platform platform() {
        return platforms.getFirst();
    }

    /** What the first core finds at the addresses of devices. */
    Bus bus() {
        return buses.getFirst();
    }

    public GuestMemory memory() {
        return memory;
    }

    /** What a person types into. */
    public ConsoleDevice console() {
        return console;
    }

    /** Tells the guest how large the person's terminal is, if its console can have a size. From any thread. */
    public void setConsoleSize(int columns, int rows) {
        if (console instanceof VirtioConsole sized) {
            sized.setSize(columns, rows);
        }
    }

    /**
     * Presses the power button, as a person does who wants the guest to shut down in order. It is up to the guest: a
     * Linux with systemd or acpid does, a bare kernel does nothing. From any thread.
     */
    public void pressPowerButton() {
        powerButton.press();
    }

    /**
     * Says how much of its memory the guest shall leave to the host, beside what it reports as free by itself. It does
     * so soon, if it has a driver for the balloon, and takes back what it cannot do without. From any thread.
     *
     * @throws IllegalStateException if there is no balloon, since all slots are taken
     */
    public void setBalloon(long bytes) {
        balloon().setSize(bytes);
    }

    private VirtioBalloon balloon() {
        for (Placed placed : devices) {
            if (placed.device.state() instanceof VirtioMmio slot && slot.device() instanceof VirtioBalloon balloon) {
                return balloon;
            }
        }
        throw new IllegalStateException("the machine has no balloon: other devices have all slots");
    }

    /** Whether no timer is armed, and nobody outside can give the guest anything to do. */
    boolean canNeverWake() {
        return events.isIdle() && !canBeReached && (inputEnded || !console.interruptsOnInput());
    }

    /** Tells that nobody will offer the console anything more. From any thread. */
    public void endInput() {
        inputEnded = true;
        platforms.forEach(VcpuPlatform::wake);
    }

    /**
     * Stops the vCPU if it runs, waits until its thread has left {@link Vcpu#run} (a console that blocks keeps it
     * there), and gives everything back to the host. From any thread but the vCPU's own; a second call does nothing.
     *
     * @throws IllegalStateException if it is called from inside {@link Vcpu#run}
     */
    @Override
    public void close() throws IOException {
        cluster.vcpus().forEach(Vcpu::close);
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
