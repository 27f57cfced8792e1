package swivel.arm;

/** The instruction set a word is executed in; CPSR.T tells (ARM DDI 0406C, A2.5.1). */
public enum InstructionSet {
    /** 32-bit words, aligned. */
    A32 {
        @Override
        public Instruction decode(int word) {
            return swivel.arm.A32.decode(word);
        }
    },
    /** One or two halfwords; two are one word, the first in its upper half. */
    T32 {
        @Override
        public Instruction decode(int word) {
            return swivel.arm.T32.decode(word);
        }
    };

    /** The instruction of a word; one of the rows for undefined ones where there is none. Never null. */
    public abstract Instruction decode(int word);

    /** One instruction as GNU objdump writes it, such as {@code ldrne r0, [r1, #-4]!}. */
    public String disassemble(int word, int address) {
        return Disassembler.disassemble(this, word, address);
    }
}
