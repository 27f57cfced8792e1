package swivel.cpu;

/** Turns blocks into machine code for one host. */
interface Translator {
    /** Blocks near the one that is translated. */
    @FunctionalInterface
    interface Neighbours {
        /** The block at a guest virtual address in the same page, lifted if need be; null if it is in another page. */
        Block at(int pc);
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
