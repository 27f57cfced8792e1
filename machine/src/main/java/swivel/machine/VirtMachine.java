package swivel.machine;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import swivel.cpu.Processor;
import swivel.cpu.UserState;
import swivel.devices.CfiFlash;
import swivel.devices.DiskImage;
import swivel.devices.EventQueue;
import swivel.devices.GenericTimer;
import swivel.devices.GicV2;
import swivel.devices.Pl011;
import swivel.devices.Pl031;
import swivel.devices.VirtioBlock;
import swivel.devices.VirtioDevice;
import swivel.devices.VirtioMmio;
import swivel.devices.VirtioRng;
import swivel.memory.Bus;
import swivel.memory.GuestMemory;
import swivel.memory.HostRandom;
import swivel.memory.InterruptLine;
import swivel.memory.Mmio;
import swivel.vmm.Platform;
import swivel.vmm.Vcpu;
import swivel.vmm.Virtualization;

/**
 * A board with the memory map and the wiring of QEMU's {@code virt}, so that the same kernels run on both.
 *
 * <p>{@link #close} gives everything back to the host: memory, threads, files. Afterwards a call that would need them throws
 * {@link IllegalStateException}; what only asks the guest to stop, or adds to its input, does nothing, and what was counted can still
 * be read.
 */
public final class VirtMachine implements Platform, AutoCloseable {
    /** Where RAM begins. */
    public static final int RAM = 0x4000_0000;

    static final int FLASH = 0;
    private static final int FLASH_BANKS = 2;

    /** Bytes of memory that the flash takes beside RAM. */
    public static final long FLASH_SIZE = (long) FLASH_BANKS * CfiFlash.SIZE;

    /** The largest firmware. */
    public static final int MAX_FIRMWARE = CfiFlash.SIZE;

    static final int GIC_DISTRIBUTOR = 0x0800_0000;
    static final int GIC_CPU_INTERFACE = 0x0801_0000;
    /** What the device tree says of either; the registers fill only its beginning. */
    static final int GIC_WINDOW = 0x1_0000;

    static final int UART = 0x0900_0000;
    static final int UART_SPI = 1;
    static final int RTC = 0x0901_0000;
    static final int RTC_SPI = 2;
    static final int PRIMECELL_WINDOW = 0x1000;

    static final int VIRTIO = 0x0a00_0000;
    static final int VIRTIO_STEP = 0x200;
    static final int VIRTIO_SLOTS = 32;
    static final int VIRTIO_SPI = 16;

    /** The entropy device has a slot too. */
    public static final int MAX_DRIVES = VIRTIO_SLOTS - 1;

    static final int FIRST_PPI = 16;
    static final int FIRST_SPI = 32;
    static final int MONITORS_PPI = 23;
    static final int HYP_TIMER_PPI = 26;
    static final int VIRTUAL_TIMER_PPI = 27;
    static final int SECURE_TIMER_PPI = 29;
    static final int PHYSICAL_TIMER_PPI = 30;
    private static final int INTERRUPTS = 288;

    private final GuestMemory memory;
    private final Bus bus = new Bus();
    private final Processor processor;
    private final EventQueue events;
    private final Vcpu vcpu;
    private final Psci psci = new Psci(new VcpuPower());
    private final GenericTimer timer;
    private final EventQueue.Timer monitorAlarm;
    private final InterruptLine monitorLine;
    private final Pl011 uart;
    /** What has to be closed, the last one made first: the vCPU before what it uses. */
    private final ArrayDeque<AutoCloseable> parts = new ArrayDeque<>();

    private final DeviceTree tree;
    private volatile boolean inputEnded;

    /**
     * What a board has beside what every one has.
     *
     * @param drives disk images, in the order in which the guest shall find them; closed with the machine
     * @param firmware what the first bank of flash begins with; null: there is no flash
     * @param legacyVirtio whether the virtio devices have the legacy interface, as QEMU's have unless told otherwise
     */
    public record Equipment(List<DiskImage> drives, byte[] firmware, boolean legacyVirtio) {
        /** Disks alone. */
        public Equipment(List<DiskImage> drives) {
            this(drives, null, false);
        }
    }

    /** Builds a board with disks alone. */
    public VirtMachine(
            long memorySize,
            String append,
            List<DiskImage> drives,
            Pl011.Output console,
            Virtualization virtualization,
            Function<GuestMemory, Processor> engine) {
        this(memorySize, append, new Equipment(drives), console, virtualization, engine);
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
     * @throws BootException if there are more drives than {@link #MAX_DRIVES}; whatever is thrown here, nothing is left behind, and the
     *     drives are closed
     */
    public VirtMachine(
            long memorySize,
            String append,
            Equipment equipment,
            Pl011.Output console,
            Virtualization virtualization,
            Function<GuestMemory, Processor> engine) {
        equipment.drives.forEach(this::owned);
        try {
            if (equipment.drives.size() > MAX_DRIVES) {
                throw new BootException(
                        equipment.drives.size() + " drives are too many; there is room for " + MAX_DRIVES);
            }
            memory = owned(new GuestMemory(RAM, memorySize, equipment.firmware == null ? 0 : FLASH_SIZE));
            processor = owned(engine.apply(memory));
            events = owned(new EventQueue(System::nanoTime, processor::kick));
            monitorAlarm = events.newTimer(() -> {}); // the kick is what matters
            vcpu = owned(new Vcpu(processor, memory, bus, this, virtualization));
            GicV2 gic = new GicV2(INTERRUPTS, new GicV2.Outputs(vcpu.irq(), vcpu.fiq()));
            timer = new GenericTimer(events, gic.line(PHYSICAL_TIMER_PPI), gic.line(VIRTUAL_TIMER_PPI));
            monitorLine = gic.line(MONITORS_PPI);
            uart = new Pl011(events, gic.line(FIRST_SPI + UART_SPI), console);
            Pl031 rtc = new Pl031(events, gic.line(FIRST_SPI + RTC_SPI), System::currentTimeMillis);

            bus.add("GIC distributor", GIC_DISTRIBUTOR, GicV2.DISTRIBUTOR_SIZE, gic.distributor(0));
            bus.add("GIC CPU interface", GIC_CPU_INTERFACE, GicV2.CPU_INTERFACE_SIZE, gic.cpuInterface(0));
            bus.add("PL011", UART, Pl011.SIZE, uart);
            bus.add("PL031", RTC, Pl031.SIZE, rtc);
            if (equipment.firmware != null) {
                addFlash(equipment.firmware);
            }
            addVirtio(gic, equipment.drives, equipment.legacyVirtio);

            tree = VirtTree.make(memory, append, HostRandom.create(), equipment.firmware != null);
        } catch (RuntimeException | Error failure) {
            closeAll(failure);
            throw failure;
        }
    }

    private void addFlash(byte[] firmware) {
        for (int bank = 0; bank < FLASH_BANKS; bank++) {
            int address = FLASH + bank * CfiFlash.SIZE;
            int content = RAM + (int) memory.size() + bank * CfiFlash.SIZE;
            GuestMemory.Window window = memory.addWindow(address, CfiFlash.SIZE, content);
            boolean _ = window.show(true);
            CfiFlash flash = new CfiFlash(memory, content, visible -> {
                if (window.show(visible)) {
                    vcpu.memoryMapChanged();
                }
            });
            bus.add("flash " + bank, address, CfiFlash.SIZE, flash);
        }
        memory.write(RAM + (int) memory.size(), firmware, 0, firmware.length);
    }

    private <T extends AutoCloseable> T owned(T part) {
        parts.addFirst(part);
        return part;
    }

    /**
     * Linux numbers disks by the order of the device tree, so the first drive gets the lowest address; the last slot is always taken, as
     * in QEMU, which puts an only drive there.
     */
    private void addVirtio(GicV2 gic, List<DiskImage> drives, boolean legacy) {
        List<VirtioDevice> devices = new ArrayList<>();
        devices.add(new VirtioRng(HostRandom.create()));
        for (DiskImage drive : drives) {
            devices.add(new VirtioBlock(drive, "drive" + (devices.size() - 1)));
        }
        int firstTaken = VIRTIO_SLOTS - devices.size();
        for (int slot = 0; slot < VIRTIO_SLOTS; slot++) {
            Mmio transport = slot < firstTaken
                    ? VirtioMmio.empty(legacy)
                    : new VirtioMmio(
                            events,
                            memory,
                            gic.line(FIRST_SPI + VIRTIO_SPI + slot),
                            devices.get(slot - firstTaken),
                            legacy);
            bus.add("virtio slot " + slot, VIRTIO + slot * VIRTIO_STEP, VirtioMmio.SIZE, transport);
        }
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
     * @throws BootException if it does not fit
     */
    public void bootFirmware(DeviceTree deviceTree) {
        byte[] blob = deviceTree.flatten();
        if (blob.length > memory.size()) {
            throw new BootException("the device tree does not fit into memory; give more with --memory");
        }
        memory.write(RAM, blob, 0, blob.length);
        vcpu.reset(FLASH, 0, 0, 0);
    }

    /** Guest instructions executed so far. */
    public long instructions() {
        return processor.instructions();
    }

    /** What the processor's caches hold. */
    public Processor.CacheUse caches() {
        return processor.caches();
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
        if (events.isIdle() && (inputEnded || !uart.interruptsOnInput())) {
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
     * Stops the vCPU if it runs, waits until its thread has left {@link Vcpu#run} (a console that blocks keeps it there), and gives
     * everything back to the host. From any thread but the vCPU's own; a second call does nothing.
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
