package swivel.vmm;

import swivel.cpu.UserState;

/**
 * What the hypervisor keeps in the system slots of {@link UserState#r}: the state that sensitive instructions which the
 * processor executes itself ({@link KernelIntrinsics}) read and write. From {@link #CP15} on are CP15 registers, each where {@link
 * CortexA15#slot} says.
 */
final class SystemSlots {
    private SystemSlots() {}

    /** Mode, and the masks A, I and F, at their places in CPSR; the rest is zero. */
    static final int STATUS = UserState.SYSTEM;
    /** Interrupt wires that are up, at the places of the masks I and F. */
    static final int PENDING = UserState.SYSTEM + 1;
    /** The event register of WFE and SEV: 0 or 1 (ARM DDI 0406C, B1.8.13). */
    static final int EVENT = UserState.SYSTEM + 2;
    /** SPSR of the current mode; of USR and SYS, which have none, what was last written. */
    static final int SPSR = UserState.SYSTEM + 3;

    /** SP and LR of user mode while the current mode has its own. */
    static final int SP_USR = UserState.SYSTEM + 4;

    static final int LR_USR = UserState.SYSTEM + 5;
    /** Not zero in modes whose user registers are not r0 to r12, {@link #SP_USR} and {@link #LR_USR}: USR, SYS and FIQ. */
    static final int USER_REGISTERS_ELSEWHERE = UserState.SYSTEM + 6;

    static final int CP15 = UserState.SYSTEM + 7;
}
