package swivel.cpu.jit;

import swivel.cpu.ir.Block;

/**
 * Machine code for one kind of host: blocks are translated, jumps between translations are linked and unlinked. How
 * they are entered and left is the same for all: {@link Exit}, {@link Frame}.
 */
public interface Backend {
    /** Makes one, which puts its stubs at the start of an empty code memory. */
    @FunctionalInterface
    interface Factory {
        /** @param ram {@link Frame#ram} */
        Backend create(CodeMemory memory, Ram ram);
    }

    /**
     * Translates a block.
     *
     * @param id what the code names the block by when it leaves
     * @param origin host address at which the code will run
     * @param ahead of the block
     * @return the code, valid until the next call
     */
    Translation translate(Block block, int id, long origin, LookAhead ahead);

    /** Makes a link lead to the host address of its target. */
    void link(Translated source, int index, long target);

    /**
     * The same for a link with a guard, which compares with {@code entry}; false, with nothing changed, if it is linked
     * already.
     */
    boolean linkGuarded(Translated source, int index, long target, int entry);

    /** Makes a link look into the jump cache from now on where its guard fails, or where it is not linked. */
    void leaveToJumpCache(Translated source, int index);

    /** Undoes what was done to a link with a guard. */
    void unlink(Translated source, int index);

    /** Host address of {@code long enter(long frame, long code)}, for a downcall. */
    long enter();

    /** Host address to which a return goes that was not predicted. */
    long returnMiss();

    /** A number for all that decides how a block's code looks: the host, and what it was made for. */
    long fingerprint();

    /** How N, Z, C and V are kept in {@link Frame#FLAGS}. */
    FlagFormat flagFormat();
}
