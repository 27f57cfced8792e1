package swivel.nativecore;

import swivel.arm.A32;
import swivel.arm.Cp14;
import swivel.arm.Cp15;
import swivel.arm.Fields;
import swivel.arm.Instruction;
import swivel.arm.InstructionSet;
import swivel.arm.T32;
import swivel.cpu.AddressSpace.Sensitive;

/**
 * Words that a core in user mode executes without a trap, and otherwise than a {@link swivel.cpu.Processor} must: what
 * the paper rewrites because it is sensitive and silent, and registers that the host has for itself, or that are those
 * of the process, not the guest's. What a core may not execute at all need not be here: that traps.
 */
final class SilentWords {
    private SilentWords() {}

    private static final int VFP_SINGLE = 10;
    private static final int VFP_DOUBLE = 11;

    // CRn of MCR and MRC, CRm of MCRR and MRRC, of coprocessor 15.
    private static final int MONITORS = 9;
    private static final int THREAD_IDS = 13;
    private static final int TIMERS = 14;

    /** opc2 of TPIDRURW, which no tracer reads. */
    private static final int READ_WRITE = 2;

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
        boolean two = (word & 0x0fe0_0000) == 0x0c40_0000;
        boolean one = move && (word & 1 << 4) != 0;
        return switch (Fields.bits(word, 11, 8)) {
            case VFP_SINGLE, VFP_DOUBLE -> true;
            case Cp14.NUMBER -> true;
            case Cp15.NUMBER -> one && isSilent(word) || two && isCounter(Fields.bits(word, 3, 0));
            default -> false;
        };
    }

    private static boolean isSilent(int word) {
        int register = Fields.bits(word, 19, 16);
        return isCounter(register) || register == THREAD_IDS && Fields.bits(word, 7, 5) == READ_WRITE;
    }

    private static boolean isCounter(int register) {
        return register == MONITORS || register == TIMERS;
    }
}
