package swivel.cpu.jit;

import static swivel.cpu.UserState.C;
import static swivel.cpu.UserState.N;
import static swivel.cpu.UserState.V;
import static swivel.cpu.UserState.Z;

import swivel.cpu.UserState;
import swivel.cpu.ir.Block;

/**
 * What stands in {@link Frame#FLAGS} for flags that only who leaves emitted code could see: how to compute them, should
 * that happen. Storing it is one instruction, storing them is three.
 *
 * <pre>
 *  31            16 15 14 13 12 10 9    6 5    0
 * +----------------+-----+--+-----+------+------+
 * |       y        |  0  | 1|  0  | how  |  x   |
 * +----------------+-----+--+-----+------+------+
 * </pre>
 *
 * x is a slot; y is a slot, or a signed immediate. Bit 13 is never set in flags, so that storing their 16 bits takes a
 * mark away.
 */
public final class FlagMark {
    private FlagMark() {}

    // How a mark says that flags are had again, and a back end says it of its own.
    /** Compare x, y. */
    public static final int COMPARE = 1;
    /** Compare x, immediate. */
    public static final int COMPARE_IMMEDIATE = 2;
    /** Compare x + immediate, immediate: x is what SUBS left there. */
    public static final int DIFFERENCE = 6;
    /** Add x, y. */
    public static final int SUM = 8;
    /** Add x, immediate. */
    public static final int SUM_IMMEDIATE = 9;
    /** Add x - y, y: x is what ADDS left there. */
    public static final int RESULT = 10;
    /** Add x - immediate, immediate. */
    public static final int RESULT_IMMEDIATE = 11;

    /** No {@link FlagFormat} sets it. */
    private static final int MARK = 1 << 13;

    private static final int HOW_SHIFT = 6;
    private static final int HOW_MASK = 15;
    private static final int Y_SHIFT = 16;
    private static final int SLOT_MASK = UserState.SLOTS - 1;
    /** Not a mark. */
    public static final int NONE = 0;

    /** The mark for flags that {@code how} gives again from x and y, or {@link #NONE}. */
    public static int of(int how, int x, int y) {
        boolean all = how == COMPARE || how == COMPARE_IMMEDIATE || how == DIFFERENCE || isSum(how);
        return all && y == (short) y ? y << Y_SHIFT | MARK | how << HOW_SHIFT | x : NONE;
    }

    /** Whether it is an addition, not a subtraction, that gives the flags. */
    public static boolean isSum(int how) {
        return how >= SUM && how <= RESULT_IMMEDIATE;
    }

    /** Whether y is a slot, too. */
    public static boolean hasSecondSlot(int how) {
        return how == COMPARE || how == SUM || how == RESULT;
    }

    static boolean isMark(int flags) {
        return (flags & MARK) != 0;
    }

    /**
     * Makes N, Z, C and V of a state, whose other slots are exact, what a mark says that stood there when a block was
     * entered.
     *
     * @param microOp where in the block that state is, at the start of the instruction of it; before it only additions
     *     changed x and y
     */
    static void compute(int mark, int[] r, Block block, int microOp) {
        int slotX = mark & SLOT_MASK;
        int x = r[slotX] - added(slotX, block, microOp);
        int y = mark >> Y_SHIFT;
        int how = mark >>> HOW_SHIFT & HOW_MASK;
        if (hasSecondSlot(how)) {
            y = r[y] - added(y, block, microOp);
        }
        switch (how) {
            case DIFFERENCE -> x += y;
            case RESULT, RESULT_IMMEDIATE -> x -= y;
            default -> {}
        }
        int result = isSum(how) ? x + y : x - y;
        r[N] = result;
        r[Z] = result;
        if (isSum(how)) {
            r[C] = Integer.compareUnsigned(result, x) < 0 ? 1 : 0;
            r[V] = (x ^ result) & (y ^ result);
        } else {
            r[C] = Integer.compareUnsigned(x, y) >= 0 ? 1 : 0;
            r[V] = (x ^ y) & (x ^ result);
        }
    }

    /** What was added to a slot by the instructions of a block before that of a micro-operation. */
    private static int added(int slot, Block block, int microOp) {
        int sum = 0;
        for (int i = 0; block != null && block.instruction[i] < block.instruction[microOp]; i++) {
            int w = block.code[2 * i];
            sum += LookAhead.isAddition(w) && (w >>> 8 & 0xff) == slot ? block.code[2 * i + 1] : 0;
        }
        return sum;
    }
}
