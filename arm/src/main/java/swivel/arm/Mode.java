package swivel.arm;

/** Processor modes (ARM DDI 0406C, B1.3.1) and which bank of SP, LR and SPSR each uses (B1.3.2). */
public enum Mode {
    USR(Mode.USR_ENCODING, 0),
    FIQ(0x11, 5),
    IRQ(0x12, 4),
    SVC(Mode.SVC_ENCODING, 1),
    /** Security Extensions only. */
    MON(0x16, 6),
    ABT(0x17, 2),
    /** Virtualization Extensions only; its LR is that of USR, its return address is in ELR_hyp. */
    HYP(0x1a, 7),
    UND(0x1b, 3),
    SYS(0x1f, 0);

    // For constant expressions.
    public static final int USR_ENCODING = 0x10;
    static final int SVC_ENCODING = 0x13;

    /** Number of banks: the index of {@link #bank} is below it. */
    public static final int BANKS = 8;

    private static final Mode[] BY_ENCODING = new Mode[Psr.M + 1];

    static {
        for (Mode mode : values()) {
            BY_ENCODING[mode.encoding] = mode;
        }
    }

    private final int encoding;
    private final int bank;

    Mode(int encoding, int bank) {
        this.encoding = encoding;
        this.bank = bank;
    }

    /** The mode with this encoding in PSR bits 4:0 (other bits are ignored), or null for a reserved one. */
    public static Mode of(int encoding) {
        return BY_ENCODING[encoding & Psr.M];
    }

    /** The value of PSR bits 4:0. */
    public int encoding() {
        return encoding;
    }

    /** Everything but user mode. */
    public boolean privileged() {
        return this != USR;
    }

    /** Index of this mode's SP, LR and SPSR, 0 to 7; USR and SYS share bank 0, which has no SPSR. */
    public int bank() {
        return bank;
    }

    /** Entered by exceptions, so it has an SPSR; USR and SYS have none. */
    public boolean hasSpsr() {
        return bank != 0;
    }

    /** FIQ also banks r8 to r12. */
    public boolean banksHighRegisters() {
        return this == FIQ;
    }
}
