package swivel.cpu;

/** A straight run of guest instructions of one page, as micro-operations. */
final class Block {
    /** Guest virtual address of its first instruction. */
    final int pc;

    Block(int pc) {
        this.pc = pc;
    }
}
