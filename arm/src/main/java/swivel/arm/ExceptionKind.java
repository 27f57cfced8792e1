package swivel.arm;

import static swivel.arm.Psr.A;
import static swivel.arm.Psr.F;
import static swivel.arm.Psr.I;

/**
 * The exceptions taken to PL1 modes, highest priority first, so {@code compareTo} is the priority (ARM DDI 0406C,
 * B1.8.1 to B1.8.4, B1.9). ARMv7 leaves the place of FIQ and IRQ to the implementation; this is the order earlier
 * versions prescribe.
 *
 * <p>The columns: vector offset, mode, what is added to the {@linkplain #linkRegister address} to make LR in A32 and in
 * T32, CPSR masks set on entry (others keep their value). Without the Security Extensions nothing but reset and FIQ
 * sets F.
 */
public enum ExceptionKind {
    RESET(0x00, Mode.SVC, 0, 0, A | I | F),
    DATA_ABORT(0x10, Mode.ABT, 8, 8, A | I),
    FIQ(0x1c, Mode.FIQ, 4, 4, A | I | F),
    IRQ(0x18, Mode.IRQ, 4, 4, A | I),
    PREFETCH_ABORT(0x0c, Mode.ABT, 4, 4, A | I),
    UNDEFINED(0x04, Mode.UND, 4, 2, I),
    SUPERVISOR_CALL(0x08, Mode.SVC, 4, 2, I);

    /** Vector base with SCTLR.V set, "high vectors" (B1.8.1). */
    public static final int HIGH_VECTORS = 0xffff_0000;

    private final int vectorOffset;
    private final Mode mode;
    private final int linkA32;
    private final int linkT32;
    private final int masks;

    ExceptionKind(int vectorOffset, Mode mode, int linkA32, int linkT32, int masks) {
        this.vectorOffset = vectorOffset;
        this.mode = mode;
        this.linkA32 = linkA32;
        this.linkT32 = linkT32;
        this.masks = masks;
    }

    /** Added to the vector base. */
    public int vectorOffset() {
        return vectorOffset;
    }

    /** The mode the exception is taken in. */
    public Mode mode() {
        return mode;
    }

    /** Those of A, I and F that entry sets. */
    public int masks() {
        return masks;
    }

    /**
     * LR of the mode the exception is taken in (B1.8.3, table B1-7). Of {@link #RESET} it is UNKNOWN.
     *
     * @param address of the instruction that caused the exception; for IRQ and FIQ of the next instruction to execute
     * @param thumb whether that is a T32 instruction
     */
    public int linkRegister(int address, boolean thumb) {
        return address + (thumb ? linkT32 : linkA32);
    }

    /**
     * CPSR on entry (B1.9): mode and masks of this exception, IT and J cleared, T and E as SCTLR says, the rest kept.
     *
     * @param cpsr before the exception; it becomes the SPSR
     * @param thumbExceptions SCTLR.TE
     * @param bigEndianExceptions SCTLR.EE
     */
    public int entryCpsr(int cpsr, boolean thumbExceptions, boolean bigEndianExceptions) {
        int kept = cpsr & ~(Psr.IT | Psr.J | Psr.T | Psr.E | Psr.M);
        return kept | masks | mode.encoding() | (thumbExceptions ? Psr.T : 0) | (bigEndianExceptions ? Psr.E : 0);
    }
}
