package swivel.vmm;

import swivel.arm.Psr;
import swivel.cpu.SystemSlots;

/**
 * The two interrupt wires of a vCPU, level-sensitive. The processor sees them in {@link SystemSlots#PENDING}, as they
 * were when it was last entered: other cores may drive them while it runs.
 */
final class Interrupts {
    private final int[] r;
    private final Runnable alert;

    /** At the places of CPSR's masks. */
    private int wires;

    /** @param alert called when a wire came up */
    Interrupts(Registers registers, Runnable alert) {
        r = registers.state.r;
        this.alert = alert;
    }

    /**
     * Drives a wire.
     *
     * @param wire {@link Psr#I} or {@link Psr#F}
     */
    void set(int wire, boolean level) {
        int before = wires;
        wires = level ? before | wire : before & ~wire;
        show();
        if ((wires & ~before) != 0) {
            alert.run();
        }
    }

    /** Lets the processor see them. */
    void show() {
        r[SystemSlots.PENDING] = wires;
    }

    /** The slot was loaded. */
    void loaded() {
        wires = r[SystemSlots.PENDING];
    }

    boolean pending() {
        return wires != 0;
    }

    /** Wires that are up and not masked, as {@link #status}. */
    int deliverable() {
        return wires & ~r[SystemSlots.STATUS];
    }

    /** ISR: pending interrupts at the places of CPSR's masks (ARM DDI 0406C, B4.1.82). */
    int status() {
        return wires;
    }
}
