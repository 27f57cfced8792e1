package swivel.api;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import swivel.arm.core.CoreModel;
import swivel.arm.core.FloatingPointUnit;
import swivel.cpu.Processor;
import swivel.cpu.engine.Engine;
import swivel.devices.DiskImage;
import swivel.devices.FwCfg;
import swivel.devices.net.NetworkSettings;
import swivel.devices.net.UserNetwork;
import swivel.devices.p9.SharedFolder;
import swivel.devices.ports.HostPorts;
import swivel.devices.streams.GrowingFile;
import swivel.devices.streams.Listener;
import swivel.devices.vsock.HostVsock;
import swivel.machine.BootException;
import swivel.machine.DeviceTree;
import swivel.machine.Equipment;
import swivel.machine.GuestKernel;
import swivel.machine.MmioDevice;
import swivel.machine.PreparedImage;
import swivel.machine.VirtMachine;
import swivel.memory.GuestMemory;
import swivel.memory.HostMemory;
import swivel.memory.MemoryFile;
import swivel.vmm.Cluster;

/**
 * What a machine shall be: each method is an option of {@code swivel run} of that name, with the same default. One
 * builder starts one machine; devices of one's own belong to it.
 */
public final class MachineBuilder {
    private static final long MIN_MEMORY = 1 << 20;

    private Path kernel;
    private Path initrd;
    private Path firmware;
    private Path dtb;
    private Path pcap;
    private String append;
    private long memory = 256L << 20;
    private CoreModel core = CoreModel.CORTEX_A15;
    private FloatingPointUnit floatingPoint = core.floatingPoint();
    private Virt virt = Virt.AUTO;
    private boolean strict;
    private Engine engine = Engine.AUTO;
    private long codeCache = 64L << 20;
    private boolean lockstep;
    private boolean legacyVirtio;
    private boolean exitOnPanic = true;
    private NetworkSettings network;
    private int cores = 1;
    private ConsoleKind consoleKind = ConsoleKind.SERIAL;
    private Path memoryFile;
    private Path vsock;
    private long vsockCid;
    private final Map<String, HostPorts.Addition> ports = new LinkedHashMap<>();
    private final List<Drive> drives = new ArrayList<>();
    private final List<Share> shares = new ArrayList<>();
    private final List<MmioDevice> devices = new ArrayList<>();
    private Consumer<String> say = line -> System.err.println("swivel: " + line);

    /** What was opened and does not belong to a machine yet, the last one first. */
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    MachineBuilder() {}

    /** A zImage, Image, uImage or ELF file. */
    public MachineBuilder kernel(Path file) {
        kernel = file;
        return this;
    }

    /** The initial file system. */
    public MachineBuilder initrd(Path file) {
        initrd = file;
        return this;
    }

    /** Firmware for the flash at address 0, where it starts; kernel and initial file system are its to load. */
    public MachineBuilder firmware(Path file) {
        firmware = file;
        return this;
    }

    /** The kernel's command line. */
    public MachineBuilder append(String line) {
        append = line;
        return this;
    }

    /** A device tree in place of the board's. */
    public MachineBuilder dtb(Path file) {
        dtb = file;
        return this;
    }

    /** Bytes of RAM. */
    public MachineBuilder memory(long bytes) {
        memory = bytes & -GuestMemory.PAGE_SIZE;
        return this;
    }

    /** The core that the guest finds, with all that it has. */
    public MachineBuilder cpu(CoreModel model) {
        return cpu(model, model.floatingPoint());
    }

    /** The core that the guest finds, and what it has of VFP and NEON. */
    public MachineBuilder cpu(CoreModel model, FloatingPointUnit unit) {
        core = model;
        floatingPoint = unit;
        return this;
    }

    /** How the kernel is virtualized. */
    public MachineBuilder virt(Virt how) {
        virt = how;
        return this;
    }

    /** With {@link Virt#PATCHED}: what was not rewritten misbehaves as in user mode. */
    public MachineBuilder strict() {
        strict = true;
        return this;
    }

    /** What executes the guest's instructions. */
    public MachineBuilder engine(Engine which) {
        engine = which;
        return this;
    }

    /** The most bytes that machine code may take. */
    public MachineBuilder codeCache(long bytes) {
        codeCache = bytes;
        return this;
    }

    /** Machine code and the interpreter side by side; a difference is {@link End.Failed}. */
    public MachineBuilder lockstep() {
        lockstep = true;
        return this;
    }

    /** One disk more; the first is the guest's {@code /dev/vda}. */
    public MachineBuilder drive(Drive drive) {
        drives.add(drive);
        return this;
    }

    /** One folder more that the guest can mount. */
    public MachineBuilder share(Share share) {
        shares.add(share);
        return this;
    }

    /** How many processor cores the guest has, 1 to {@link Cluster#MAX_SIZE}. */
    public MachineBuilder smp(int count) {
        cores = count;
        return this;
    }

    /** What {@link Machine#console} is to the guest. */
    public MachineBuilder console(ConsoleKind kind) {
        consoleKind = kind;
        return this;
    }

    /** One port more of the guest, {@code /dev/virtio-ports/NAME}, whose output goes to a file. */
    public MachineBuilder port(String name, Path file) {
        return port(name, all -> all.addFile(name, GrowingFile.open(file)));
    }

    /** One port more of the guest, for who connects to a socket: of Unix, or of TCP. */
    public MachineBuilder port(String name, SocketAddress socket) {
        return port(name, all -> all.addListener(name, Listener.open(socket, socket.toString())));
    }

    private MachineBuilder port(String name, HostPorts.Addition addition) {
        if (ports.size() == HostPorts.MAX) {
            throw new MachineException("there is room for " + HostPorts.MAX + " ports");
        }
        if (ports.put(name, addition) != null) {
            throw new MachineException("two ports have the name " + name);
        }
        return this;
    }

    /**
     * Joins the guest's AF_VSOCK sockets to Unix domain sockets, as {@link HostVsock} says. The guest is CID {@link
     * HostVsock#DEFAULT_CID}.
     */
    public MachineBuilder vsock(Path socket) {
        return vsock(socket, HostVsock.DEFAULT_CID);
    }

    /** The same, of a guest with another CID. */
    public MachineBuilder vsock(Path socket, long cid) {
        vsock = socket;
        vsockCid = cid;
        return this;
    }

    /** The file that is RAM, shared with who else maps it. */
    public MachineBuilder memoryFile(Path file) {
        memoryFile = file;
        return this;
    }

    /** A network card in a user-mode network, as {@link NetworkSettings#DEFAULT} is one. */
    public MachineBuilder net(NetworkSettings settings) {
        network = settings;
        return this;
    }

    /** Where what goes over the network is written to. */
    public MachineBuilder pcap(Path file) {
        pcap = file;
        return this;
    }

    /** Gives the virtio devices the legacy interface. */
    public MachineBuilder virtioLegacy() {
        legacyVirtio = true;
        return this;
    }

    /** Whether the run ends when the guest's kernel panics; it does unless told otherwise, unlike {@code run}. */
    public MachineBuilder exitOnPanic(boolean ends) {
        exitOnPanic = ends;
        return this;
    }

    /** A device of one's own. */
    public MachineBuilder device(MmioDevice device) {
        devices.add(device);
        return this;
    }

    /** Who is told, in lines and on any thread, what a person would read beside the guest's output. */
    public MachineBuilder messages(Consumer<String> told) {
        say = told;
        return this;
    }

    /**
     * Starts it.
     *
     * @throws MachineException if it cannot be had so; nothing is left behind
     */
    public Machine start() {
        try {
            Machine machine = build();
            opened.clear();
            machine.begin();
            return machine;
        } catch (BootException | HostMemory.Refused e) {
            throw new MachineException(e.getMessage(), e);
        } finally {
            closeOpened();
        }
    }

    private Machine build() {
        if (kernel == null && firmware == null) {
            throw new MachineException("a machine needs a kernel or firmware");
        }
        if (memory < MIN_MEMORY || memory > GuestMemory.MAX_SIZE) {
            throw new MachineException(memory + " bytes of memory are none that a machine can have; it can have "
                    + MIN_MEMORY + " to " + GuestMemory.MAX_SIZE);
        }
        if (cores < 1 || cores > Cluster.MAX_SIZE) {
            throw new MachineException("a machine has 1 to " + Cluster.MAX_SIZE + " cores, not " + cores);
        }
        MachineRules.checkEngine(engine, lockstep, cores);
        MachineRules.checkCapture(pcap, network != null);
        if (firmware != null) {
            MachineRules.checkFirmware(kernel, initrd, memoryFile, virt, strict, memory);
        }
        List<DiskImage> images = new ArrayList<>();
        drives.forEach(drive -> images.add(open(drive.open(say))));
        List<SharedFolder> folders = new ArrayList<>();
        shares.forEach(share -> folders.add(open(share.open())));
        byte[] flash = firmware == null ? null : MachineRules.requireFits(read(firmware, "firmware"), firmware);
        DeviceTree tree = dtb == null ? null : DeviceTree.read(read(dtb, "device tree"));
        InitialFiles files = initrd == null || firmware != null
                ? null
                : new InitialFiles(
                        initrd.toString(),
                        read(initrd, "initrd"),
                        virt,
                        strict,
                        GuestFiles.commandLine(append, tree),
                        say);
        GuestKernel guest = kernel == null || firmware != null
                ? null
                : new KernelChoice(virt, strict, memory, PreparedImage::of, say)
                        .prepare(read(kernel, "kernel"), "kernel " + kernel);
        UserNetwork connection = network == null ? null : open(openNetwork());
        MemoryFile ram = memoryFile == null ? null : open(openMemory());
        HostPorts hostPorts = openPorts();
        if (hostPorts != null) {
            open(hostPorts);
        }

        HostVsock hostVsock = vsock == null ? null : open(openVsock());

        Console console = new Console();
        PanicSign sign = new PanicSign();
        AtomicReference<Machine> started = new AtomicReference<>();
        VirtMachine machine = open(new VirtMachine(
                memory,
                append == null ? "" : append,
                new Equipment()
                        .core(core, floatingPoint)
                        .cores(cores)
                        .drives(images)
                        .firmware(flash)
                        .payload(payload(tree))
                        .legacyVirtio(legacyVirtio)
                        .network(connection)
                        .shares(folders)
                        .virtioConsole(consoleKind == ConsoleKind.VIRTIO)
                        .ports(hostPorts)
                        .vsock(hostVsock)
                        .memoryFile(ram)
                        .ownDevices(List.copyOf(devices)),
                value -> {
                    console.print(value);
                    if (sign.ends(value) && exitOnPanic) {
                        started.get().panic();
                    }
                },
                guest != null ? guest.virtualization() : MachineRules.ofFirmware(virt),
                this::processor));
        machine.setLackingListener(say);
        DeviceTree _ = new GuestFiles(guest, files, tree, append).load(machine, flash != null, say);
        List<InetSocketAddress> listening = connection == null ? List.of() : connection.listening();
        started.set(new Machine(machine, console, listening));
        return started.get();
    }

    private Processor processor(GuestMemory ram) {
        try {
            return lockstep ? Engine.lockstep(ram, codeCache, null) : engine.create(ram, codeCache, say);
        } catch (UnsupportedOperationException e) {
            throw new MachineException((lockstep ? "lockstep: " : "engine: ") + e.getMessage(), e);
        }
    }

    /** What firmware is to start; null: nothing. */
    private FwCfg.Payload payload(DeviceTree tree) {
        return firmware == null || kernel == null
                ? null
                : new FwCfg.Payload(
                        read(kernel, "kernel"),
                        initrd == null ? null : read(initrd, "initrd"),
                        GuestFiles.commandLine(append, tree));
    }

    private HostPorts openPorts() {
        try {
            return HostPorts.open(List.copyOf(ports.values()), say);
        } catch (IOException e) {
            throw new MachineException("ports: " + e.getMessage(), e);
        }
    }

    private HostVsock openVsock() {
        try {
            return HostVsock.open(vsock, vsockCid, say);
        } catch (IOException e) {
            throw new MachineException("vsock: " + e.getMessage(), e);
        }
    }

    private MemoryFile openMemory() {
        try {
            return MemoryFile.open(memoryFile, memory);
        } catch (IOException e) {
            throw new MachineException(e.getMessage(), e);
        }
    }

    private UserNetwork openNetwork() {
        OutputStream capture = null;
        try {
            capture = pcap == null ? null : GrowingFile.open(pcap);
            return UserNetwork.open(network, capture, say);
        } catch (IOException e) {
            if (capture != null) {
                open(capture);
            }
            throw new MachineException("network: " + e.getMessage(), e);
        }
    }

    private static byte[] read(Path file, String what) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new MachineException(what + " " + file + " cannot be read: " + e, e);
        } catch (OutOfMemoryError e) {
            throw new MachineException(what + " " + file + " is too large", e);
        }
    }

    private <T extends AutoCloseable> T open(T part) {
        opened.addFirst(Objects.requireNonNull(part));
        return part;
    }

    /** Closes what has no machine; what one has is closed twice, which does nothing. */
    private void closeOpened() {
        while (!opened.isEmpty()) {
            try {
                opened.removeFirst().close();
            } catch (Exception e) {
                say.accept("could not be closed: " + e.getMessage());
            }
        }
    }
}
