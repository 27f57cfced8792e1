package swivel.lpv;

import swivel.arm.Arguments;
import swivel.arm.Arguments.Branch;
import swivel.arm.Arguments.CompareBranch;
import swivel.arm.Fields;
import swivel.arm.InstructionSet;
import swivel.arm.T32;
import swivel.encoding.TrapEncoding;
import swivel.formats.Bytes;

/** Walks a stretch of T32 code, one instruction after the other, and says where each sends the flow of control. */
final class T32Flow {
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
        return Next.of(T32.decode(word), word);
    }

    /** What a branch within T32 code that does not return adds to the PC; {@link #NO_JUMP} for other instructions. */
    static int jump(int word) {
        boolean mayBe = word >>> 16 == 0 ? word >>> 12 >= 0xb : (word & 0xf800_8000) == 0xf000_8000;
        if (!mayBe) {
            return NO_JUMP;
        }
        Arguments arguments = T32.decode(word).arguments(word);
        if (arguments instanceof Branch branch) {
            return branch.link() ? NO_JUMP : branch.offset();
        }
        return arguments instanceof CompareBranch branch ? branch.offset() : NO_JUMP;
    }

    /** No offset of a branch: those are even. */
    static final int NO_JUMP = 1;

    /** T32 reads the PC as the instruction's address plus 4 (ARM DDI 0406C, A2.3). */
    static final int PC_AHEAD = 4;

    /** IT, which is a hint if its mask is zero. */
    private static boolean isIt(int word) {
        return word >>> 8 == 0xbf && (word & 15) != 0;
    }
}
