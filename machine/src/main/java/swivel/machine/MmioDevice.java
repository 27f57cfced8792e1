package swivel.machine;

import swivel.devices.EventQueue;
import swivel.memory.InterruptLine;
import swivel.memory.Mmio;
import swivel.memory.Snapshot;

/**
 * A device of one's own on the board: registers, an interrupt, and a node in the device tree by which a driver finds
 * it. It belongs to one machine.
 *
 * <p>{@link #read}, {@link #write}, timers and jobs are called on the vCPU's thread. Other threads reach the guest by a
 * job ({@link EventQueue#newJob}), which {@link #connected} makes. {@link #fields} names the state that a snapshot
 * keeps.
 */
public abstract class MmioDevice implements Mmio, Snapshot {
    private final String name;
    private final String compatible;
    private final int size;
    private InterruptLine line;

    /**
     * A device with 4 KiB of registers.
     *
     * @param name of the node in the tree, as {@code thermometer}
     * @param compatible what drivers look for, as {@code "example,thermometer"}
     */
    protected MmioDevice(String name, String compatible) {
        this(name, compatible, VirtBoard.OWN_SIZE);
    }

    /** A device with some bytes of registers: a power of two from 4 to 4 MiB. */
    protected MmioDevice(String name, String compatible, int size) {
        if (Integer.bitCount(size) != 1 || size < Integer.BYTES || size > VirtBoard.OWN_STEP) {
            throw new IllegalArgumentException(size + " bytes of registers are no power of two from 4 to 4 MiB");
        }
        this.name = name;
        this.compatible = compatible;
        this.size = size;
    }

    /** More properties for the node, which has {@code compatible}, {@code reg} and {@code interrupts}. */
    protected void describe(DeviceTree.Node node) {}

    /** The machine is being built. Here timers and jobs are made, of which this device needs to know none otherwise. */
    protected void connected(EventQueue events) {}

    /** Drives the interrupt, which is level-sensitive: it stays until it is lowered. On the vCPU's thread. */
    protected final void interrupt(boolean level) {
        line.set(level);
    }

    final void connect(InterruptLine newLine, EventQueue events) {
        if (line != null) {
            throw new IllegalStateException("the device " + name + " belongs to another machine");
        }
        line = newLine;
        connected(events);
    }

    /** The name of the node. */
    public final String name() {
        return name;
    }

    final String compatible() {
        return compatible;
    }

    final int size() {
        return size;
    }
}
