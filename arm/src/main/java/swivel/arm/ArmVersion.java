package swivel.arm;

/**
 * Architecture versions, oldest first: an instruction exists from the version its table row names (ARM DDI 0406C, A4).
 */
public enum ArmVersion {
    V4,
    V4T,
    V5T,
    V5TE,
    V6,
    V6K,
    V6T2,
    V7,
    /** ARMv7-A with the Virtualization Extensions, hence with SDIV and UDIV in A32. */
    V7VE
}
