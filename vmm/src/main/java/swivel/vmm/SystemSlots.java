package swivel.vmm;

import static swivel.arm.Cp15.*;

import swivel.arm.Cp15;
import swivel.cpu.UserState;

/**
 * What the hypervisor keeps in the system slots of {@link UserState#r}: the state that sensitive instructions which the
 * processor executes itself ({@link KernelIntrinsics}) read and write. From {@link #CP15} on are CP15 registers, each where {@link #of}
 * says.
 */
final class SystemSlots {
    private SystemSlots() {}

    /** Mode, and the masks A, I and F, at their places in CPSR; the rest is zero. */
    static final int STATUS = UserState.SYSTEM;
    /** Interrupt wires that are up, at the places of the masks I and F. */
    static final int PENDING = UserState.SYSTEM + 1;
    /** The event register of WFE and SEV: 0 or 1 (ARM DDI 0406C, B1.8.13). */
    static final int EVENT = UserState.SYSTEM + 2;
    /** SPSR of the current mode; in USR and SYS, which have none, that of SVC. */
    static final int SPSR = UserState.SYSTEM + 3;

    /** SP and LR of user mode; in USR and SYS those of SVC, so that a supervisor call and the return from it exchange them. */
    static final int SP_OTHER = UserState.SYSTEM + 4;

    static final int LR_OTHER = UserState.SYSTEM + 5;
    /**
     * Where supervisor calls go: the place of their vector, an address with T32 in bit 0, while the two current shadows are each
     * other's peer and the processor may go from one to the other by itself, else {@link #CLOSED}.
     */
    static final int CALL_VECTOR = UserState.SYSTEM + 6;

    /** The bit that no vector has. */
    static final int CLOSED = 2;
    /** Supervisor calls that the processor took by itself since somebody looked. */
    static final int CALLS = UserState.SYSTEM + 7;

    private static final int CP15 = UserState.SYSTEM + 8;

    /** Slot of a register that has none. */
    static final int NONE = 0;

    private static final int[] OF = new int[Cp15.values().length];

    static {
        // What kernels read and write all the time, and what the processor's own instructions reach
        int slot = CP15;
        for (Cp15 often : new Cp15[] {TPIDRPRW, DACR, CONTEXTIDR, DFSR, DFAR, IFSR, IFAR, TTBR0, SCTLR}) {
            OF[often.ordinal()] = slot++;
        }
        if (slot > UserState.SYSTEM_END) {
            throw new IllegalStateException("too many system slots");
        }
        OF[TPIDRURW.ordinal()] = UserState.TPIDRURW;
        OF[TPIDRURO.ordinal()] = UserState.TPIDRURO;
    }

    /** The slot of a register, or {@link #NONE}. */
    static int of(Cp15 register) {
        return OF[register.ordinal()];
    }
}
