package swivel.cpu;

/** Turns blocks into machine code for one host. */
interface Translator {
    /** What is near the block that is translated. */
    interface Neighbours {
        /** The block at a guest virtual address; null if it was not lifted yet, so that it may never be executed, or is in another page. */
        Block at(int pc);

        /** The word at an address in the same page, a multiple of 4. When it changes, the block's translation is dropped. */
        int word(int pc);
    }

    /**
     * Translates a block.
     *
     * @param id what the code passes to {@link Stubs} to name the block
     * @param origin host address at which the code will run
     * @return the code, valid until the next call
     */
    Translation translate(Block block, int id, long origin, Neighbours neighbours);
}
