package swivel.arm;

/**
 * How an instruction's effect depends on the processor mode although it does not trap in user mode: the paper's
 * <em>sensitive non-privileged</em> instructions, by class (docs/encoding.md).
 */
public enum Sensitivity {
    /** The same in every mode, or traps by itself in user mode. */
    NONE,
    /** Reads or writes the mode, the masks or an SPSR: CPS, MRS, MSR, SRS, RFE. */
    STATUS,
    /** LDM and STM with {@code ^}: user registers, or exception return. */
    MULTIPLE,
    /** LDRT and its family: accesses with user permissions. */
    UNPRIVILEGED,
    /** Data processing with S = 1 and Rd = PC: copies SPSR to CPSR. */
    RETURN,
    /** WFI, WFE, SEV, YIELD: not sensitive by the paper's rule, but the hypervisor wants them as exits. */
    HINT,
    /** SMC, HVC, ERET: calls into firmware or a hypervisor. */
    CALL
}
