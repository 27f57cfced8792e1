package swivel.vmm;

import swivel.arm.Psr;
import swivel.cpu.SystemSlots;

/** The two interrupt wires of a vCPU, level-sensitive; their state is {@link SystemSlots#PENDING}. */
final class Interrupts {
    private final int[] r;

    Interrupts(Registers registers) {
        r = registers.state.r;
    }

    /**
     * Drives a wire.
     *
     * @param wire {@link Psr#I} or {@link Psr#F}
     */
    void set(int wire, boolean level) {
        int others = r[SystemSlots.PENDING] & ~wire;
        r[SystemSlots.PENDING] = level ? others | wire : others;
    }

    boolean pending() {
        return status() != 0;
    }

    /** Wires that are up and not masked, as {@link #status}. */
    int deliverable() {
        return status() & ~r[SystemSlots.STATUS];
    }

    /** ISR: pending interrupts at the places of CPSR's masks (ARM DDI 0406C, B4.1.82). */
    int status() {
        return r[SystemSlots.PENDING];
    }
}
