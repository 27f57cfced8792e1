package swivel.machine;

import java.util.random.RandomGenerator;
import swivel.devices.CfiFlash;
import swivel.memory.GuestMemory;

/** The device tree of {@link VirtMachine}: as QEMU's for its {@code virt}, without the devices that are not here. */
final class VirtTree {
    /** Interrupt specifier of the GIC (Linux: bindings/interrupt-controller/arm,gic.yaml): type, flags. */
    private static final int SPI = 0;

    private static final int PPI = 1;
    private static final int EDGE_RISING = 1;
    private static final int LEVEL_HIGH = 4;
    /** A PPI's flags also name the CPUs it exists for: CPU 0. */
    private static final int CPU_0 = 1 << 8;

    private static final int CLOCK = 0x8000;
    private static final int GIC = 0x8002;
    private static final int CLOCK_HZ = 24_000_000;

    private VirtTree() {}

    static DeviceTree make(GuestMemory memory, String append, RandomGenerator random, boolean flash) {
        DeviceTree tree = new DeviceTree();
        DeviceTree.Node root = tree.root();
        root.cells("interrupt-parent", GIC)
                .strings("model", "linux,dummy-virt")
                .cells("#size-cells", 2)
                .cells("#address-cells", 2)
                .strings("compatible", "linux,dummy-virt");
        String uart = "pl011@" + Integer.toHexString(VirtMachine.UART);
        root.node(
                "chosen",
                node -> node.strings("bootargs", append)
                        .strings("stdout-path", "/" + uart)
                        .bytes("rng-seed", bytes(random, 32))
                        .bytes("kaslr-seed", bytes(random, 8)));
        Boot.setMemory(tree, memory);
        psci(root);
        if (flash) {
            root.node(
                    "flash@" + Integer.toHexString(VirtMachine.FLASH),
                    node -> node.strings("compatible", "cfi-flash")
                            .cells(
                                    "reg",
                                    window(VirtMachine.FLASH, CfiFlash.SIZE),
                                    window(VirtMachine.FLASH + CfiFlash.SIZE, CfiFlash.SIZE))
                            .cells("bank-width", Integer.BYTES));
        }
        cpus(root);
        root.node(
                "timer",
                node -> node.strings("compatible", "arm,armv7-timer")
                        .flag("always-on")
                        .cells(
                                "interrupts",
                                ppi(VirtMachine.SECURE_TIMER_PPI),
                                ppi(VirtMachine.PHYSICAL_TIMER_PPI),
                                ppi(VirtMachine.VIRTUAL_TIMER_PPI),
                                ppi(VirtMachine.HYP_TIMER_PPI)));
        // QEMU has the node without properties, for its PMUv2 counts no events.
        root.node(
                "pmu",
                node -> node.strings("compatible", "arm,cortex-a15-pmu")
                        .cells("interrupts", ppi(VirtMachine.MONITORS_PPI)));
        root.node(
                "apb-pclk",
                node -> node.strings("compatible", "fixed-clock")
                        .cells("#clock-cells", 0)
                        .cells("clock-frequency", CLOCK_HZ)
                        .strings("clock-output-names", "clk24mhz")
                        .cells("phandle", CLOCK));
        root.node(
                "intc@" + Integer.toHexString(VirtMachine.GIC_DISTRIBUTOR),
                node -> node.cells("phandle", GIC)
                        .strings("compatible", "arm,cortex-a15-gic")
                        .flag("interrupt-controller")
                        .cells("#interrupt-cells", 3)
                        .flag("ranges")
                        .cells("#size-cells", 2)
                        .cells("#address-cells", 2)
                        .cells(
                                "reg",
                                window(VirtMachine.GIC_DISTRIBUTOR, VirtMachine.GIC_WINDOW),
                                window(VirtMachine.GIC_CPU_INTERFACE, VirtMachine.GIC_WINDOW)));
        root.node(
                uart,
                node -> primeCell(node, "arm,pl011", VirtMachine.UART, VirtMachine.UART_SPI)
                        .strings("clock-names", "uartclk", "apb_pclk")
                        .cells("clocks", CLOCK, CLOCK));
        root.node(
                "pl031@" + Integer.toHexString(VirtMachine.RTC),
                node -> primeCell(node, "arm,pl031", VirtMachine.RTC, VirtMachine.RTC_SPI)
                        .strings("clock-names", "apb_pclk")
                        .cells("clocks", CLOCK));
        for (int slot = 0; slot < VirtMachine.VIRTIO_SLOTS; slot++) {
            int address = VirtMachine.VIRTIO + slot * VirtMachine.VIRTIO_STEP;
            int spi = VirtMachine.VIRTIO_SPI + slot;
            root.node(
                    "virtio_mmio@" + Integer.toHexString(address),
                    node -> node.strings("compatible", "virtio,mmio")
                            .flag("dma-coherent")
                            .cells("interrupts", SPI, spi, EDGE_RISING)
                            .cells("reg", window(address, VirtMachine.VIRTIO_STEP)));
        }
        return tree;
    }

    private static void psci(DeviceTree.Node root) {
        // Of the properties, only those of version 0.1 name functions: the later ones have fixed numbers.
        root.node(
                "psci",
                node -> node.strings("compatible", "arm,psci-1.0", "arm,psci-0.2", "arm,psci")
                        .strings("method", "hvc")
                        .cells("cpu_suspend", Psci.CPU_SUSPEND)
                        .cells("cpu_off", Psci.CPU_OFF)
                        .cells("cpu_on", Psci.CPU_ON)
                        .cells("migrate", Psci.MIGRATE));
    }

    private static void cpus(DeviceTree.Node root) {
        root.node(
                "cpus",
                cpus -> cpus.cells("#address-cells", 1)
                        .cells("#size-cells", 0)
                        .node(
                                "cpu@0",
                                cpu -> cpu.strings("device_type", "cpu")
                                        .strings("compatible", "arm,cortex-a15")
                                        .cells("reg", 0)));
    }

    private static DeviceTree.Node primeCell(DeviceTree.Node node, String compatible, int address, int spi) {
        return node.strings("compatible", compatible, "arm,primecell")
                .cells("interrupts", SPI, spi, LEVEL_HIGH)
                .cells("reg", window(address, VirtMachine.PRIMECELL_WINDOW));
    }

    private static int[] ppi(int intid) {
        return new int[] {PPI, intid - VirtMachine.FIRST_PPI, CPU_0 | LEVEL_HIGH};
    }

    /** Address and size, two cells each. */
    private static int[] window(int address, int size) {
        return new int[] {0, address, 0, size};
    }

    private static byte[] bytes(RandomGenerator random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
