package swivel.nativecore;

import java.util.BitSet;
import swivel.arm.A32;
import swivel.arm.Cp14;
import swivel.arm.Cp15;
import swivel.arm.Fields;
import swivel.arm.Instruction;
import swivel.arm.InstructionSet;
import swivel.arm.T32;
import swivel.cpu.AddressSpace.Sensitive;
import swivel.memory.GuestMemory;

/**
 * Words that a core in user mode executes without a trap, and otherwise than a {@link swivel.cpu.Processor} must: what
 * the paper rewrites because it is sensitive and silent, and registers that the host has for itself, or that are those
 * of the process, not the guest's. What a core may not execute at all need not be here: that traps.
 */
final class SilentWords {
    private SilentWords() {}

    private static final int VFP_SINGLE = 10;
    private static final int VFP_DOUBLE = 11;

    // What Linux lets programs reach of coprocessor 15 that is not the guest's, by MCR or MRC and by MRRC (B4.1 of the
    // manual has the encodings). All else traps, performance monitors too: Linux grants them to nobody unasked.
    private static final int MOVE_MASK = 0x0fef_0fff;
    private static final int TPIDRURW = 0x0e0d_0f50;
    private static final int CNTFRQ = 0x0e0e_0f10;

    private static final int COUNTER_MASK = 0x0ff0_0f7f;
    /** CNTVCT, and CNTVCTSS of Armv8.6. */
    private static final int COUNTER = 0x0c50_0f1e;

    /**
     * Whether a core must not execute a word.
     *
     * @param word of T32, one halfword or two
     * @param sensitive of the code: user programs may execute what is sensitive, but see the mode with MRS
     */
    static boolean has(InstructionSet set, int word, Sensitive sensitive) {
        if (isVector(set, word) || isCoprocessor(set, word)) {
            return true;
        }
        Instruction row = set.decode(word);
        return sensitive == Sensitive.EXECUTE ? row == A32.MRS || row == T32.MRS_T1 : row.isSensitive();
    }

    /**
     * Whether an A32 word of code at an address is taken for data that lies there too, since few instructions look so:
     * text, or an address near by. It is a guess.
     */
    static boolean isData(int word, int va) {
        return word >>> 28 != Fields.AL && ((word ^ va) >>> 24 == 0 || isText(word));
    }

    /**
     * Offsets in a page of what instructions of it load relative to PC (LDR (literal); ARM DDI 0406C, A8.8.64), which
     * is data, therefore: a guess, since data may look like such an instruction.
     */
    static BitSet literals(GuestMemory memory, long page) {
        BitSet literals = new BitSet(GuestMemory.PAGE_SIZE);
        for (int at = 0; at < GuestMemory.PAGE_SIZE; at += 4) {
            int word = memory.read32(page + at);
            if ((word & LITERAL_MASK) == LITERAL) {
                int distance = Fields.bits(word, 11, 0);
                int offset = at + 8 + ((word & 1 << 23) != 0 ? distance : -distance);
                if (offset >= 0 && offset < GuestMemory.PAGE_SIZE) {
                    literals.set(offset);
                }
            }
        }
        return literals;
    }

    private static final int LITERAL_MASK = 0x0f7f_0000;
    private static final int LITERAL = 0x051f_0000;

    private static boolean isText(int word) {
        for (int rest = word, i = 0; i < Integer.BYTES; i++, rest >>>= Byte.SIZE) {
            int character = rest & 0xff;
            boolean printed = character >= ' ' && character <= '~' || character == '\n' || character == '\t';
            if (!printed && character != 0) {
                return false;
            }
        }
        return word != 0;
    }

    /** Advanced SIMD that is not in the coprocessors' part (ARM DDI 0406C, A7.1). */
    private static boolean isVector(InstructionSet set, int word) {
        return set == InstructionSet.A32
                ? (word & 0xfe00_0000) == 0xf200_0000 || (word & 0xff10_0000) == 0xf400_0000
                : (word & 0xef00_0000) == 0xef00_0000 || (word & 0xff10_0000) == 0xf900_0000;
    }

    /** The same in both sets, but for the condition (A5.6, A6.3.18). */
    private static boolean isCoprocessor(InstructionSet set, int word) {
        boolean move = (word & 0x0f00_0000) == 0x0e00_0000;
        if (!move && (word & 0x0e00_0000) != 0x0c00_0000 || set == InstructionSet.T32 && word >>> 29 != 7) {
            return false;
        }
        return switch (Fields.bits(word, 11, 8)) {
            case VFP_SINGLE, VFP_DOUBLE -> true;
            case Cp14.NUMBER -> true;
            case Cp15.NUMBER -> isOthers(word);
            default -> false;
        };
    }

    private static boolean isOthers(int word) {
        int register = word & MOVE_MASK;
        return register == TPIDRURW || register == CNTFRQ || (word & COUNTER_MASK) == COUNTER;
    }
}
