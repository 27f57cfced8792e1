package swivel.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import swivel.devices.CfiFlash;
import swivel.devices.FwCfg;
import swivel.devices.GenericTimer;
import swivel.devices.GenericTimers;
import swivel.devices.GicV2;
import swivel.devices.Pl011;
import swivel.devices.Pl031;
import swivel.devices.Pl061;
import swivel.devices.Sp805;
import swivel.devices.VirtioBalloon;
import swivel.devices.VirtioBlock;
import swivel.devices.VirtioConsole;
import swivel.devices.VirtioDevice;
import swivel.devices.VirtioMmio;
import swivel.devices.VirtioNet;
import swivel.devices.VirtioPorts;
import swivel.devices.VirtioRng;
import swivel.devices.VirtioShare;
import swivel.devices.VirtioVsock;
import swivel.devices.p9.SharedFolder;
import swivel.machine.DeviceRow.Device;
import swivel.machine.DeviceRow.Interrupt;
import swivel.machine.DeviceRow.Interrupt.Trigger;
import swivel.machine.DeviceRow.Parts;
import swivel.machine.DeviceRow.Window;
import swivel.memory.GuestMemory;
import swivel.memory.Snapshot;
import swivel.vmm.Vcpu;

/**
 * The board {@code virt}: memory map, wiring and device tree are QEMU's, without the devices that are not here, and
 * with a watchdog.
 */
public final class VirtBoard {
    private VirtBoard() {}

    /** Where RAM begins. */
    public static final int RAM = 0x4000_0000;

    static final int FLASH = 0;
    private static final int FLASH_BANKS = 2;

    /** Bytes of memory that the flash takes beside RAM. */
    public static final long FLASH_SIZE = (long) FLASH_BANKS * CfiFlash.SIZE;

    /** The largest firmware. */
    public static final int MAX_FIRMWARE = CfiFlash.SIZE;

    /** What the device tree says of either window of the GIC; the registers fill only its beginning. */
    private static final int GIC_WINDOW = 0x1_0000;

    private static final int VIRTIO = 0x0a00_0000;
    private static final int VIRTIO_SLOTS = 32;
    private static final int VIRTIO_SPI = 16;

    /**
     * The most drives, if there is no other virtio device but the entropy device, which is always there, and the
     * balloon, which has a slot if one is left.
     */
    public static final int MAX_DRIVES = VIRTIO_SLOTS - 1;

    /** Of the network card, as QEMU's first one. */
    private static final String MAC = "525400123456";

    /** Heap for what the guest has in hand of all shared folders. */
    private static final long SHARES_BYTES = 32 << 20;

    // Devices of one's own, where QEMU has its platform bus.
    private static final int OWN = 0x0c00_0000;
    private static final int OWN_SPI = 112;

    /** The most of them. */
    static final int MAX_OWN = 8;

    /** From one to the next, which is the most registers of one. */
    static final int OWN_STEP = 4 << 20;

    static final int OWN_SIZE = 0x1000;

    // Rows that the machine knows.

    static final String MONITORS = "performance monitors";
    static final String UART = "PL011";
    static final String WATCHDOG = "SP805";

    /** The pin of the PL061 that the power button is wired to. */
    static final int POWER_PIN = 3;

    /** Linux' KEY_POWER (include/uapi/linux/input-event-codes.h). */
    private static final int KEY_POWER = 116;

    // Handles in the tree.
    private static final int CLOCK = 0x8000;
    // With one CPU; each further one has a handle before them.
    private static final int GIC = 0x8002;
    private static final int GPIO = 0x8004;
    private static final int CLOCK_HZ = 24_000_000;

    /**
     * Refuses more virtio devices than there are slots.
     *
     * @param others network cards, shared folders and whatever else takes a slot, but for the entropy device
     * @throws BootException if they are too many
     */
    public static void requireRoom(int drives, int others) {
        if (drives + others > MAX_DRIVES) {
            throw new BootException(drives + others + (others == 0 ? " drives" : " drives and other virtio devices")
                    + " are too many; there is room for " + MAX_DRIVES);
        }
    }

    /** As {@link #requireRoom(int, int)}, for a machine's equipment. */
    static void requireRoom(Equipment equipment) {
        requireRoom(equipment.drives.size(), others(equipment).size() - 1);
    }

    /** The board with what one machine has on it. */
    static Board of(Equipment equipment) {
        String core = "arm," + equipment.core.commonName();
        int cpus = equipment.cores;
        int gic = GIC + cpus - 1;
        int keys = GPIO + cpus - 1;
        List<DeviceRow> rows = new ArrayList<>();
        rows.add(DeviceRow.only("psci", (node, _) -> psci(node)));
        if (equipment.firmware != null) {
            rows.add(flash(equipment.firmware));
        }
        rows.add(DeviceRow.only("cpus", (node, _) -> cpus(node, core, cpus)));
        // Secure, physical, virtual, hypervisor; this core has the two in the middle.
        rows.add(new DeviceRow(
                "generic timer",
                "timer",
                List.of(),
                DeviceRow.ppis(cpus, 13, 14, 11, 10),
                parts -> new Device(new GenericTimers(parts.linesOfCpus().stream()
                        .map(lines -> new GenericTimer(parts.events(), lines.get(1), lines.get(2)))
                        .toList())),
                (node, row) -> node.strings("compatible", "arm,armv7-timer")
                        .flag("always-on")
                        .cells("interrupts", row.interruptSpecifiers())));
        // They are the vCPU's. QEMU has the node without properties, for its PMUv2 counts no events.
        rows.add(new DeviceRow(
                MONITORS,
                "pmu",
                List.of(),
                DeviceRow.ppis(cpus, 7),
                DeviceRow.NOTHING,
                (node, row) ->
                        node.strings("compatible", core + "-pmu").cells("interrupts", row.interruptSpecifiers())));
        rows.add(DeviceRow.only(
                "apb-pclk",
                (node, _) -> node.strings("compatible", "fixed-clock")
                        .cells("#clock-cells", 0)
                        .cells("clock-frequency", CLOCK_HZ)
                        .strings("clock-output-names", "clk24mhz")
                        .cells("phandle", CLOCK)));
        rows.add(new DeviceRow(
                "GICv2",
                "intc",
                List.of(
                        new Window("GICv2 distributor", 0x0800_0000, GIC_WINDOW, GicV2.DISTRIBUTOR_SIZE),
                        new Window("GICv2 CPU interface", 0x0801_0000, GIC_WINDOW, GicV2.CPU_INTERFACE_SIZE)),
                List.of(),
                parts -> new Device(
                        parts.gic(),
                        cpu -> List.of(parts.gic().distributor(cpu), parts.gic().cpuInterface(cpu))),
                (node, row) -> node.cells("phandle", gic)
                        .strings("compatible", "arm,cortex-a15-gic")
                        .flag("interrupt-controller")
                        .cells("#interrupt-cells", 3)
                        .flag("ranges")
                        .cells("#size-cells", 2)
                        .cells("#address-cells", 2)
                        .cells("reg", row.reg())));
        rows.add(new DeviceRow(
                UART,
                "pl011",
                List.of(new Window(UART, 0x0900_0000, Pl011.SIZE)),
                List.of(Interrupt.spi(1, Trigger.LEVEL_HIGH)),
                parts -> {
                    Pl011 uart = new Pl011(parts.events(), parts.lines().getFirst(), parts.console());
                    return new Device(uart, uart);
                },
                (node, row) -> primeCell(node, row)
                        .strings("clock-names", "uartclk", "apb_pclk")
                        .cells("clocks", CLOCK, CLOCK)));
        rows.add(new DeviceRow(
                "PL031",
                "pl031",
                List.of(new Window("PL031", 0x0901_0000, Pl031.SIZE)),
                List.of(Interrupt.spi(2, Trigger.LEVEL_HIGH)),
                parts -> {
                    Pl031 clock = new Pl031(
                            parts.events(),
                            parts.lines().getFirst(),
                            parts.host().wallClock());
                    return new Device(clock, clock);
                },
                (node, row) ->
                        primeCell(node, row).strings("clock-names", "apb_pclk").cells("clocks", CLOCK)));
        rows.add(new DeviceRow(
                "fw_cfg",
                "fw-cfg",
                List.of(new Window("fw_cfg", 0x0902_0000, FwCfg.SIZE)),
                List.of(),
                parts -> {
                    FwCfg device = new FwCfg(parts.memory(), cpus, equipment.payload);
                    return new Device(device, device);
                },
                (node, row) -> node.strings("compatible", "qemu,fw-cfg-mmio")
                        .cells("reg", row.reg())
                        .flag("dma-coherent")));
        rows.add(new DeviceRow(
                "PL061",
                "pl061",
                List.of(new Window("PL061", 0x0903_0000, Pl061.SIZE)),
                List.of(Interrupt.spi(7, Trigger.LEVEL_HIGH)),
                parts -> {
                    Pl061 gpio = new Pl061(parts.lines().getFirst());
                    return new Device(gpio, gpio);
                },
                (node, row) -> primeCell(node, row)
                        .strings("clock-names", "apb_pclk")
                        .cells("clocks", CLOCK)
                        .flag("gpio-controller")
                        .cells("#gpio-cells", 2)
                        .cells("phandle", keys)));
        rows.add(DeviceRow.only(
                "gpio-keys",
                (node, _) -> node.strings("compatible", "gpio-keys")
                        .node(
                                "poweroff",
                                key -> key.strings("label", "GPIO Key Poweroff")
                                        .cells("linux,code", KEY_POWER)
                                        .cells("gpios", keys, POWER_PIN, 0))));
        // QEMU has none here. Address and interrupt are far from those that it gives to new devices
        // (docs/decisions.md).
        rows.add(new DeviceRow(
                WATCHDOG,
                "watchdog",
                List.of(new Window(WATCHDOG, 0x0b00_0000, Sp805.SIZE)),
                List.of(Interrupt.spi(192, Trigger.LEVEL_HIGH)),
                parts -> {
                    Sp805 watchdog = new Sp805(
                            parts.events(),
                            parts.lines().getFirst(),
                            CLOCK_HZ,
                            () -> parts.cluster().vcpus().getFirst().exit(new Vcpu.Exit.Watchdog()));
                    return new Device(watchdog, watchdog);
                },
                (node, row) -> node.strings("compatible", "arm,sp805", "arm,primecell")
                        .cells("interrupts", row.interruptSpecifiers())
                        .cells("reg", row.reg())
                        .strings("clock-names", "wdog_clk", "apb_pclk")
                        .cells("clocks", CLOCK, CLOCK)));
        for (int slot = 0; slot < VIRTIO_SLOTS; slot++) {
            rows.add(virtio(slot, equipment));
        }
        for (int i = 0; i < equipment.ownDevices.size(); i++) {
            rows.add(own(i, equipment.ownDevices.get(i)));
        }
        return new Board("linux,dummy-virt", RAM, 288, gic, UART, List.copyOf(rows));
    }

    private static DeviceRow own(int index, MmioDevice device) {
        if (index >= MAX_OWN) {
            throw new BootException("the board has room for " + MAX_OWN + " devices of one's own");
        }
        return new DeviceRow(
                device.name(),
                device.name(),
                List.of(new Window(device.name(), OWN + index * OWN_STEP, device.size())),
                List.of(Interrupt.spi(OWN_SPI + index, Trigger.LEVEL_HIGH)),
                parts -> {
                    device.connect(parts.lines().getFirst(), parts.events());
                    return new Device(device, device);
                },
                (node, row) -> {
                    node.strings("compatible", device.compatible())
                            .cells("reg", row.reg())
                            .cells("interrupts", row.interruptSpecifiers());
                    device.describe(node);
                });
    }

    private static DeviceRow flash(byte[] firmware) {
        return new DeviceRow(
                "flash",
                "flash",
                List.of(
                        new Window("flash 0", FLASH, CfiFlash.SIZE),
                        new Window("flash 1", FLASH + CfiFlash.SIZE, CfiFlash.SIZE)),
                List.of(),
                parts -> {
                    CfiFlash code = bank(parts, 0);
                    CfiFlash variables = bank(parts, 1);
                    parts.memory().write(content(parts, 0), firmware, 0, firmware.length);
                    return new Device(Snapshot.of(code, variables), code, variables);
                },
                (node, row) -> node.strings("compatible", "cfi-flash")
                        .cells("reg", row.reg())
                        .cells("bank-width", Integer.BYTES));
    }

    /** Where the content of a bank is: in the hidden memory behind RAM. */
    private static long content(Parts parts, int bank) {
        return RAM + parts.memory().size() + bank * CfiFlash.SIZE;
    }

    private static CfiFlash bank(Parts parts, int bank) {
        GuestMemory memory = parts.memory();
        long content = content(parts, bank);
        GuestMemory.Window window = memory.addWindow(FLASH + bank * CfiFlash.SIZE, CfiFlash.SIZE, content);
        boolean _ = window.show(true);
        return new CfiFlash(memory, content, visible -> {
            if (window.show(visible)) {
                parts.cluster().vcpus().forEach(Vcpu::memoryMapChanged);
            }
        });
    }

    private static DeviceRow virtio(int slot, Equipment equipment) {
        String name = "virtio slot " + slot;
        return new DeviceRow(
                name,
                "virtio_mmio",
                List.of(new Window(name, VIRTIO + slot * VirtioMmio.SIZE, VirtioMmio.SIZE)),
                List.of(Interrupt.spi(VIRTIO_SPI + slot, Trigger.EDGE_RISING)),
                parts -> {
                    VirtioDevice device = inSlot(slot, equipment, parts);
                    VirtioMmio transport = device == null
                            ? VirtioMmio.empty(equipment.legacyVirtio)
                            : new VirtioMmio(
                                    parts.events(),
                                    parts.memory(),
                                    parts.lines().getFirst(),
                                    device,
                                    equipment.legacyVirtio);
                    return new Device(transport, transport);
                },
                (node, row) -> node.strings("compatible", "virtio,mmio")
                        .flag("dma-coherent")
                        .cells("interrupts", row.interruptSpecifiers())
                        .cells("reg", row.reg()));
    }

    /**
     * Linux numbers disks by the order of the device tree, so the first drive gets the lowest address; the last slot is
     * always taken, as in QEMU, which puts an only drive there. Before the drives are the others, the first one
     * nearest.
     */
    private static VirtioDevice inSlot(int slot, Equipment equipment, Parts parts) {
        int drive = slot - VIRTIO_SLOTS + equipment.drives.size();
        if (drive >= 0) {
            return new VirtioBlock(parts.events(), equipment.drives.get(drive), "drive" + drive);
        }
        int before = -1 - drive;
        List<Function<Parts, VirtioDevice>> others = others(equipment);
        return before < others.size() ? others.get(before).apply(parts) : null;
    }

    /** What makes the virtio devices beside the drives. */
    private static List<Function<Parts, VirtioDevice>> others(Equipment equipment) {
        List<Function<Parts, VirtioDevice>> others = new ArrayList<>();
        others.add(parts -> new VirtioRng(parts.host().random()));
        if (equipment.network != null) {
            others.add(_ -> new VirtioNet(equipment.network, MAC));
        }
        for (SharedFolder share : equipment.shares) {
            others.add(_ -> new VirtioShare(share, SHARES_BYTES / equipment.shares.size()));
        }
        if (equipment.virtioConsole) {
            others.add(parts -> new VirtioConsole(parts.events(), parts.console()));
        }
        if (equipment.ports != null) {
            others.add(_ -> new VirtioPorts(equipment.ports.ports()));
        }
        if (equipment.vsock != null) {
            others.add(_ -> new VirtioVsock(equipment.vsock));
        }
        others.add(parts -> new VirtioBalloon(parts.events(), parts.memory()));
        return others;
    }

    private static void psci(DeviceTree.Node node) {
        // Of the properties, only those of version 0.1 name functions: the later ones have fixed numbers.
        node.strings("compatible", "arm,psci-1.0", "arm,psci-0.2", "arm,psci")
                .strings("method", "hvc")
                .cells("cpu_suspend", Psci.CPU_SUSPEND)
                .cells("cpu_off", Psci.CPU_OFF)
                .cells("cpu_on", Psci.CPU_ON)
                .cells("migrate", Psci.MIGRATE);
    }

    private static void cpus(DeviceTree.Node node, String core, int cpus) {
        node.cells("#address-cells", 1).cells("#size-cells", 0);
        for (int number = 0; number < cpus; number++) {
            int reg = number;
            node.node("cpu@" + reg, cpu -> {
                cpu.strings("device_type", "cpu").strings("compatible", core);
                if (cpus > 1) {
                    cpu.strings("enable-method", "psci");
                }
                cpu.cells("reg", reg);
            });
        }
    }

    private static DeviceTree.Node primeCell(DeviceTree.Node node, DeviceRow row) {
        return node.strings("compatible", "arm," + row.node(), "arm,primecell")
                .cells("interrupts", row.interruptSpecifiers())
                .cells("reg", row.reg());
    }
}
