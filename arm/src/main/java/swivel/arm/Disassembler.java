package swivel.arm;

/** Writes A32 instructions in the unified assembler language, as GNU objdump does, lower case and without comments. */
public final class Disassembler {
    private Disassembler() {}

    private static final Syntax[] SYNTAX = new Syntax[A32.values().length];

    static {
        for (A32 row : A32.values()) {
            SYNTAX[row.ordinal()] = new Syntax(row);
        }
    }

    /**
     * One instruction, such as {@code ldrne r0, [r1, #-4]!}. A word that is no instruction is {@code .inst 0x…}; VFP and
     * NEON instructions are their class and the word.
     *
     * @param address where the word lies, for branch targets
     */
    public static String disassemble(int word, int address) {
        StringBuilder out = new StringBuilder(32);
        disassemble(out, word, address);
        return out.toString();
    }

    /** The same, appended to {@code out}. */
    public static void disassemble(StringBuilder out, int word, int address) {
        SYNTAX[A32.decode(word).ordinal()].write(out, word, address);
    }
}
