package swivel.cpu;

/**
 * The state of a virtual kernel that an {@link Effect} reads and writes, by slot of {@link UserState#r}. The hypervisor
 * owns it: it puts it there before a run and looks at it after.
 */
public final class SystemSlots {
    private SystemSlots() {}

    /** Mode, and the masks A, I and F, at their places in CPSR; the rest is zero. */
    public static final int STATUS = UserState.SYSTEM;
    /** Interrupt wires that are up, at the places of the masks I and F. */
    public static final int PENDING = UserState.SYSTEM + 1;
    /** The event register of WFE and SEV: 0 or 1 (ARM DDI 0406C, B1.8.13). */
    public static final int EVENT = UserState.SYSTEM + 2;
    /** SPSR of the current mode; in USR and SYS, which have none, that of SVC. */
    public static final int SPSR = UserState.SYSTEM + 3;

    /**
     * SP and LR of user mode; in USR and SYS those of SVC, so that a supervisor call and the return from it exchange
     * them.
     */
    public static final int SP_OTHER = UserState.SYSTEM + 4;

    public static final int LR_OTHER = UserState.SYSTEM + 5;
    /**
     * Where supervisor calls go: the place of their vector, an address with T32 in bit 0, while the two current address
     * spaces are each other's peer and the processor may go from one to the other by itself, else {@link #CLOSED}.
     */
    public static final int CALL_VECTOR = UserState.SYSTEM + 6;

    /** The bit that no vector has. */
    public static final int CLOSED = 2;
    /** Supervisor calls that the processor took by itself since somebody looked. */
    public static final int CALLS = UserState.SYSTEM + 7;

    /**
     * The mode, another one with an SPSR than SVC, whose SP, LR and SPSR change places with those of SVC when an
     * exception that was taken there returns to SVC mode; 0: none, the hypervisor changes modes. While it is the
     * current mode {@link #SP_SPARE}, {@link #LR_SPARE} and {@link #SPSR_SPARE} have those of SVC, else they have its
     * own.
     */
    public static final int SPARE_MODE = UserState.SYSTEM + 8;

    public static final int SP_SPARE = UserState.SYSTEM + 9;
    public static final int LR_SPARE = UserState.SYSTEM + 10;
    public static final int SPSR_SPARE = UserState.SYSTEM + 11;

    /**
     * From here on is what the hypervisor names: registers that effects copy and no more.
     */
    public static final int OTHERS = UserState.SYSTEM + 12;
}
