package swivel.cpu;

/** A straight run of guest instructions of one page, as micro-operations. Immutable. */
final class Block {
    /** Guest virtual address of its first instruction. */
    final int pc;
    /** What {@link CodeCache#variant} said when it was lifted. */
    final int variant;
    /** Micro-operations, two ints each ({@link MicroOp}). */
    final int[] code;
    /** For each micro-operation the index in the block of the instruction it belongs to. */
    final byte[] instruction;
    /** Guest instructions in the block. */
    final int length;
    /** Another block that starts at the same place in RAM, with another pc or variant. */
    final Block other;

    Block(int pc, int variant, int[] code, byte[] instruction, int length, Block other) {
        this.pc = pc;
        this.variant = variant;
        this.code = code;
        this.instruction = instruction;
        this.length = length;
        this.other = other;
    }
}
