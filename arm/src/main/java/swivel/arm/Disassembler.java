package swivel.arm;

import java.util.Arrays;

/** Writes instructions in the unified assembler language, as GNU objdump does, lower case and without comments. */
public final class Disassembler {
    private Disassembler() {}

    /** Each set of its own, so that who needs only one pays for one. */
    private static final class OfA32 {
        private static final Syntax[] SYNTAX =
                Arrays.stream(A32.values()).map(A32::syntax).toArray(Syntax[]::new);
    }

    private static final class OfT32 {
        private static final Syntax[] SYNTAX =
                Arrays.stream(T32.values()).map(T32::syntax).toArray(Syntax[]::new);
    }

    private static final class OfVfp {
        private static final Syntax[] SYNTAX =
                Arrays.stream(Vfp.values()).map(Vfp::syntax).toArray(Syntax[]::new);
    }

    /** Writes a word of coprocessors 10 and 11, which has the condition AL if it is of T32. */
    static void vfp(StringBuilder out, int word, int address) {
        OfVfp.SYNTAX[Vfp.decode(word).ordinal()].write(out, word, address);
    }

    private static final class OfNeon {
        private static final Syntax[] SYNTAX =
                Arrays.stream(Neon.values()).map(Neon::syntax).toArray(Syntax[]::new);
    }

    /** Writes a word of NEON, of either set. */
    static void neon(StringBuilder out, int word, int address) {
        OfNeon.SYNTAX[Neon.decode(word).ordinal()].write(out, Neon.a32(word), address);
    }

    /**
     * One A32 instruction, such as {@code ldrne r0, [r1, #-4]!}. A word that is no instruction is {@code .inst 0x…}.
     *
     * @param address where the word lies, for branch targets
     */
    public static String disassemble(int word, int address) {
        return disassemble(InstructionSet.A32, word, address);
    }

    /** The same for either instruction set; one of T32 as it is written outside of an IT block. */
    public static String disassemble(InstructionSet set, int word, int address) {
        StringBuilder out = new StringBuilder(32);
        disassemble(out, set, word, address);
        return out.toString();
    }

    /** The same, appended to {@code out}. */
    public static void disassemble(StringBuilder out, InstructionSet set, int word, int address) {
        Syntax[] syntax = set == InstructionSet.A32 ? OfA32.SYNTAX : OfT32.SYNTAX;
        syntax[set.decode(word).ordinal()].write(out, word, address);
    }
}
