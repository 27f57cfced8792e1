package swivel.vmm;

import swivel.arm.Psr;

/** The two interrupt wires of a vCPU, level-sensitive. Plain state. */
final class Interrupts {
    boolean irq;
    boolean fiq;

    boolean pending() {
        return irq || fiq;
    }

    /** ISR: pending interrupts at the places of CPSR's masks (ARM DDI 0406C, B4.1.82). */
    int status() {
        return (irq ? Psr.I : 0) | (fiq ? Psr.F : 0);
    }
}
