package swivel.machine;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import swivel.devices.EventQueue;
import swivel.devices.GicV2;
import swivel.devices.Pl011;
import swivel.memory.GuestMemory;
import swivel.memory.InterruptLine;
import swivel.memory.Mmio;
import swivel.memory.Snapshot;
import swivel.vmm.Cluster;

/**
 * A row of a {@link Board}: a device, or a node that only the device tree has. The bus, the wiring of interrupts, the
 * device tree, the snapshot's sections and the table in docs/machine.md come from these.
 *
 * @param name what people and snapshots call it
 * @param node the name in the tree, without the address
 * @param windows where it answers; the first gives the node's address
 * @param interrupts the inputs of the interrupt controller that it has, in the order of the tree
 * @param factory makes it; {@link #NOTHING} where there is only a node
 * @param properties what the tree says of it
 */
record DeviceRow(
        String name,
        String node,
        List<Window> windows,
        List<Interrupt> interrupts,
        Factory factory,
        Properties properties) {
    /**
     * A range of guest-physical addresses.
     *
     * @param name of what answers there
     * @param size bytes that the tree says
     * @param registers bytes that answer, from the first one on
     */
    record Window(String name, int base, int size, int registers) {
        /** One that answers everywhere. */
        Window(String name, int base, int size) {
            this(name, base, size, size);
        }
    }

    /**
     * An input of the GIC, as the tree names it (Linux: bindings/interrupt-controller/arm,gic.yaml).
     *
     * @param cpus how many CPUs have it, if it is private
     */
    record Interrupt(Type type, int number, Trigger trigger, int cpus) {
        /** Shared by all processors, or a processor's own. In the order of their numbers in the tree. */
        enum Type {
            SPI(32),
            PPI(16);

            private final int firstIntid;

            Type(int firstIntid) {
                this.firstIntid = firstIntid;
            }
        }

        enum Trigger {
            EDGE_RISING(1),
            LEVEL_HIGH(4);

            private final int flags;

            Trigger(int flags) {
                this.flags = flags;
            }
        }

        /** A PPI's flags also name the CPUs that it exists for, a bit each. */
        private static final int CPUS_SHIFT = 8;

        static Interrupt spi(int number, Trigger trigger) {
            return new Interrupt(Type.SPI, number, trigger, 0);
        }

        static Interrupt ppi(int number, int cpus) {
            return new Interrupt(Type.PPI, number, Trigger.LEVEL_HIGH, cpus);
        }

        int intid() {
            return type.firstIntid + number;
        }

        private int[] specifier() {
            return new int[] {type.ordinal(), number, (1 << cpus) - 1 << CPUS_SHIFT | trigger.flags};
        }
    }

    /**
     * What a machine takes from its host.
     *
     * @param clock the machine's time
     * @param wallClock milliseconds since 1970
     */
    record Host(EventQueue.Clock clock, LongSupplier wallClock, RandomGenerator random) {}

    /**
     * What a factory builds with.
     *
     * @param linesOfCpus by CPU, the row's interrupts, in their order
     */
    record Parts(
            EventQueue events,
            GuestMemory memory,
            Cluster cluster,
            GicV2 gic,
            Pl011.Output console,
            Host host,
            List<List<InterruptLine>> linesOfCpus) {
        /** The row's interrupts, in their order; private ones are those of CPU 0. */
        List<InterruptLine> lines() {
            return linesOfCpus.getFirst();
        }
    }

    /**
     * A device that was made.
     *
     * @param state what a snapshot keeps of it; no device is without
     * @param answers by window, what a CPU finds there
     */
    record Device(Snapshot state, IntFunction<List<Mmio>> answers) {
        /** One that is the same for all CPUs. */
        Device(Snapshot state, Mmio... answers) {
            this(state, _ -> List.of(answers));
        }
    }

    @FunctionalInterface
    interface Factory {
        /** Makes the device. */
        Device make(Parts parts);
    }

    /** Makes nothing. */
    static final Factory NOTHING = _ -> null;

    @FunctionalInterface
    interface Properties {
        /** Fills the node of a row. */
        void fill(DeviceTree.Node node, DeviceRow row);
    }

    /** A node of the tree, no more. */
    static DeviceRow only(String node, Properties properties) {
        return new DeviceRow(node, node, List.of(), List.of(), NOTHING, properties);
    }

    boolean isDevice() {
        return factory != NOTHING;
    }

    /** Name and address in the tree. */
    String nodeName() {
        return windows.isEmpty()
                ? node
                : node + "@" + Integer.toHexString(windows.getFirst().base());
    }

    /** The value of the property {@code reg}: addresses and sizes, two cells each. */
    int[][] reg() {
        return windows.stream()
                .map(window -> new int[] {0, window.base(), 0, window.size()})
                .toArray(int[][]::new);
    }

    /** The value of the property {@code interrupts}. */
    int[][] interruptSpecifiers() {
        return interrupts.stream().map(Interrupt::specifier).toArray(int[][]::new);
    }

    /** Some PPIs of so many CPUs, by their numbers in the tree. */
    static List<Interrupt> ppis(int cpus, int... numbers) {
        return Arrays.stream(numbers)
                .mapToObj(number -> Interrupt.ppi(number, cpus))
                .toList();
    }

    /** The lines of the row's interrupts; private ones are those of a CPU. */
    List<InterruptLine> lines(GicV2 gic, int cpu) {
        return interrupts.stream()
                .map(interrupt -> gic.line(cpu, interrupt.intid()))
                .toList();
    }
}
