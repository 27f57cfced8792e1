package swivel.machine;

import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import swivel.devices.EventQueue;
import swivel.devices.GicV2;
import swivel.devices.Pl011;
import swivel.memory.GuestMemory;
import swivel.memory.InterruptLine;
import swivel.memory.Mmio;
import swivel.memory.Snapshot;
import swivel.vmm.Vcpu;

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

    /** An input of the GIC, as the tree names it (Linux: bindings/interrupt-controller/arm,gic.yaml). */
    record Interrupt(Type type, int number, Trigger trigger) {
        /** Shared by all processors, or a processor's own. In the order of their numbers in the tree. */
        enum Type {
            SPI(32, 0),
            PPI(16, CPU_0);

            private final int firstIntid;
            private final int flags;

            Type(int firstIntid, int flags) {
                this.firstIntid = firstIntid;
                this.flags = flags;
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

        /** A PPI's flags also name the CPUs it exists for: CPU 0. */
        private static final int CPU_0 = 1 << 8;

        static Interrupt spi(int number, Trigger trigger) {
            return new Interrupt(Type.SPI, number, trigger);
        }

        static Interrupt ppi(int number) {
            return new Interrupt(Type.PPI, number, Trigger.LEVEL_HIGH);
        }

        int intid() {
            return type.firstIntid + number;
        }

        private int[] specifier() {
            return new int[] {type.ordinal(), number, type.flags | trigger.flags};
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
     * @param lines the row's interrupts, in their order
     */
    record Parts(
            EventQueue events,
            GuestMemory memory,
            Vcpu vcpu,
            GicV2 gic,
            Pl011.Output console,
            Host host,
            List<InterruptLine> lines) {}

    /**
     * A device that was made.
     *
     * @param state what a snapshot keeps of it; no device is without
     * @param answers by window
     */
    record Device(Snapshot state, List<Mmio> answers) {
        Device(Snapshot state, Mmio... answers) {
            this(state, List.of(answers));
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

    /** The numbers of some PPIs or SPIs. */
    static List<Interrupt> ppis(int... numbers) {
        return Arrays.stream(numbers).mapToObj(Interrupt::ppi).toList();
    }

    /** The lines of the row's interrupts. */
    List<InterruptLine> lines(GicV2 gic) {
        return interrupts.stream().map(interrupt -> gic.line(interrupt.intid())).toList();
    }
}
