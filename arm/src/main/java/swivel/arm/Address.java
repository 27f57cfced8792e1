package swivel.arm;

/**
 * Where a load or store accesses memory, and what becomes of its base register (ARM DDI 0406C, A4.6.5).
 *
 * <p>r15 as the base is the address of the instruction plus what the PC reads ahead (8, in T32 4), that aligned to a
 * word.
 *
 * @param rn the base
 * @param offset an {@link Operand2.Immediate}, which has its sign, or a register
 * @param add whether the offset is added to the base; always so for a number
 * @param before whether the offset counts for the access; else only for what is written back
 * @param writesBack whether the base becomes base and offset
 */
public record Address(int rn, Operand2 offset, boolean add, boolean before, boolean writesBack) {

    /** Base and a number, nothing written back. */
    static Address at(int rn, int displacement) {
        return new Address(rn, Operand2.immediate(displacement), true, true, false);
    }

    /** By the bits P, U and W of an instruction: without P it is post-indexed, and writes back whatever W is. */
    static Address of(int rn, int magnitude, boolean p, boolean u, boolean w) {
        return new Address(rn, Operand2.immediate(u ? magnitude : -magnitude), true, p, !p || w);
    }

    /** The same with a register. */
    static Address of(int rn, Operand2.Shifted offset, boolean p, boolean u, boolean w) {
        return new Address(rn, offset, u, p, !p || w);
    }

    /** Whether it is a number of bytes from the PC, as that of a literal. */
    public boolean isLiteral() {
        return rn == 15 && offset instanceof Operand2.Immediate && before && !writesBack;
    }

    /** What a numeric offset adds to the base. */
    public int displacement() {
        return ((Operand2.Immediate) offset).value();
    }
}
