package swivel.cpu.jit;

/**
 * Why emitted code was left: the low bits of what {@link Backend#enter} returns. Above them is the address of the
 * exit's ints, if there are any.
 */
public final class Exit {
    private Exit() {}

    public static final int REASON_BITS = 3;
    static final int REASON_MASK = (1 << REASON_BITS) - 1;

    /**
     * An indirect jump whose target the jump cache does not know; it is in {@link Frame#PC}. Or a block whose
     * instruction goes on in another page, where not that is mapped which the block was made of.
     */
    public static final int INDIRECT = 0;

    /** RSP was found below {@link Frame#LIMIT}: a kick, or a full return stack. {@link Frame#PC} is where to go on. */
    public static final int KICK = 1;

    /** Ints: block id, index of the link that was taken and is not linked. */
    public static final int LINK = 2;

    /**
     * Ints: block id, index of the micro-operation, one of TRAP, TRAPNZ whose condition holds, CHECK whose condition
     * holds.
     */
    public static final int TRAP = 3;

    /**
     * Ints: block id, index of a micro-operation, offset in the translation. The interpreter executes the instruction
     * of the micro-operation from its start; then execution goes on at the offset, unless the instruction did not
     * simply fall through to the next one. State must be exact for the start of the instruction, with N, Z, C and V in
     * {@link Frame#FLAGS}; the instruction may change every slot and flag.
     */
    public static final int SLOW = 4;

    /**
     * As {@link #KICK}, where only those of N, Z, C and V are in the frame that are live at the address, which is in
     * the page that runs.
     */
    public static final int KICK_AT_JUMP = 5;

    /** In an offset of {@link #SLOW}: execution goes on there only if emitted code can compute as FPSCR says. */
    public static final int IF_FLOATING = 1 << 30;

    /** As an offset of {@link #SLOW}: the instruction left the block. */
    public static final int NO_RESUME = -1;
}
