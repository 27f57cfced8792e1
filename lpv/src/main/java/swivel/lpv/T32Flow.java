package swivel.lpv;

import static swivel.arm.Fields.bit;
import static swivel.arm.Fields.bits;

import swivel.arm.Fields;
import swivel.arm.InstructionSet;
import swivel.arm.T32;
import swivel.encoding.TrapEncoding;
import swivel.formats.Bytes;
import swivel.lpv.CodeFlow.Next;

/** Walks a stretch of T32 code, one instruction after the other, and says where each sends the flow of control. */
final class T32Flow {
    private static final int PC = 15;

    private final byte[] bytes;
    private final int end;

    private int offset;
    private int word;
    private int length;

    /** ITSTATE of the instruction at hand: condition and mask, zero outside of an IT block (ARM DDI 0406C, A2.5.2). */
    private int itState;

    private int nextItState;

    /**
     * @param from offset of the first instruction, a multiple of 2
     * @param end of the stretch
     */
    T32Flow(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.end = end;
        this.offset = from;
    }

    /** The instruction at an offset; half of one, which is undefined, if the stretch ends within it. */
    static int word(byte[] bytes, int offset, int end) {
        int first = Bytes.half(bytes, offset);
        return T32.length(first) == 2 || offset + 4 > end ? first : first << 16 | Bytes.half(bytes, offset + 2);
    }

    /** Goes on to the next instruction; false at the end of the stretch. */
    boolean advance() {
        offset += length;
        if (offset + 2 > end) {
            return false;
        }
        word = word(bytes, offset, end);
        length = T32.lengthOf(word);
        itState = nextItState;
        if (isIt(word)) {
            nextItState = word & 0xff;
        } else {
            nextItState = (itState & 7) == 0 ? 0 : itState & 0xe0 | itState << 1 & 0x1f;
        }
        return true;
    }

    int offset() {
        return offset;
    }

    /** The instruction as it stands, maybe a trap word. */
    int word() {
        return word;
    }

    int length() {
        return length;
    }

    /** Whether an IT block gives the instruction a condition. */
    boolean isConditional() {
        return itState != 0 && itState >> 4 < Fields.AL;
    }

    /** Where the flow goes from an instruction, a trap word taken for what it stands for. */
    static Next next(int word, boolean conditional) {
        return conditional ? Next.FOLLOWS : next(TrapEncoding.decode(InstructionSet.T32, word));
    }

    private static Next next(int word) {
        T32 row = T32.decode(word);
        return switch (row) {
            case BL_T1, BLX_IMM_T2, BLX_REG_T1 -> Next.RETURNS;
            case B_T2, B_T4, BX_T1, BXJ_T1, TBB_T1, TBH_T1, UDF_T1, UDF_T2, SUBS_PC_LR_T1, RFE_T1, RFE_T2 ->
                Next.ELSEWHERE;
            case POP_T1 -> elsewhereIf(bit(word, 8));
            case LDM_T2, LDMDB_T1 -> elsewhereIf(bit(word, PC));
            case MOV_REG_T1, ADD_REG_T2 -> elsewhereIf((bits(word, 7, 7) << 3 | bits(word, 2, 0)) == PC);
            case LDR_LIT_T2, LDR_IMM_T3, LDR_IMM_T4, LDR_REG_T2 -> elsewhereIf(Fields.rd(word) == PC);
            default -> Next.FOLLOWS;
        };
    }

    /** Whether an instruction is a branch within T32 code that does not return. */
    static boolean isJump(int word) {
        boolean mayBe = word >>> 16 == 0 ? word >>> 12 >= 0xb : (word & 0xf800_8000) == 0xf000_8000;
        return mayBe
                && switch (T32.decode(word)) {
                    case B_T1, B_T2, B_T3, B_T4, CBZ_T1 -> true;
                    default -> false;
                };
    }

    private static Next elsewhereIf(boolean writesPc) {
        return writesPc ? Next.ELSEWHERE : Next.FOLLOWS;
    }

    /** IT, which is a hint if its mask is zero. */
    private static boolean isIt(int word) {
        return word >>> 8 == 0xbf && (word & 15) != 0;
    }
}
