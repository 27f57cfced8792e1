package swivel.lpv;

import swivel.arm.A32;
import swivel.arm.Address;
import swivel.arm.Arguments;
import swivel.arm.Arguments.*;
import swivel.arm.Condition;
import swivel.arm.Operand2;
import swivel.arm.Operand2.Shift;
import swivel.encoding.TrapEncoding;
import swivel.formats.Bytes;

/**
 * A table of distances among constants, through which a {@code switch} jumps, as GCC 14 compiles it:
 *
 * <pre>
 *     ldr   rT, =table            @ or MOVW and MOVT
 *     cmp   rI, #cases - 1
 *     bhi   default
 *     add   rI, rI, rI            @ or add rT, rT, rI, where an element is a halfword
 *     ldrb  rX, [rT, rI]          @ or LDRSB, LDRH, LDRSH
 *     add   pc, pc, rX, lsl #2
 * </pre>
 *
 * Other instructions stand between these. What is found so is a guess: it looks at the instructions in front of the
 * jump in the order of their addresses, not of the flow of control.
 *
 * @param address virtual address of the first element
 * @param elementSize 1 or 2 bytes
 * @param signed whether elements are
 * @param cases number of elements
 * @param shift log2 of what one counts, in bytes
 */
record SwitchTable(int address, int elementSize, boolean signed, int cases, int shift) {
    /** The condition of the branch to the default case, {@code bhi}. */
    private static final int HI = Condition.HI.ordinal();

    /** So far in front of the jump the element is loaded, in instructions. */
    private static final int LOAD_REACH = 4;

    /** So far in front of that the table's address is, and the compare: it may stand in front of a loop. */
    private static final int ADDRESS_REACH = 256;

    /**
     * The table of the jump at an offset, which lies behind {@code start}; null if there is none that can be told.
     *
     * @param index what the jump adds to the PC
     */
    static SwitchTable find(byte[] bytes, int start, int jump, Operand2.Shifted index) {
        int load = jump - 4;
        while (load >= start && Next.destination(arguments(bytes, load)) != index.rm()) {
            load -= 4;
        }
        boolean near = load >= Math.max(start, jump - 4 * LOAD_REACH);
        return index.shift() == Shift.LSL && near && arguments(bytes, load) instanceof Transfer element
                ? find(bytes, start, load, element, index.amount())
                : null;
    }

    /** Whether a load is of an element: {@code ldrb rX, [rT, rI]} and its like. */
    private static boolean isElement(Transfer load) {
        Address address = load.address();
        boolean indexed = address.add() && address.before() && !address.writesBack();
        return indexed && load.size() <= 2 && address.offset() instanceof Operand2.Shifted index && index.isPlain();
    }

    private static SwitchTable find(byte[] bytes, int start, int load, Transfer element, int shift) {
        if (!isElement(element)) {
            return null;
        }
        // One is the table, the other the index.
        int candidates = 1 << element.address().rn()
                | 1 << ((Operand2.Shifted) element.address().offset()).rm();
        int cases = 0;
        int high = -1; // what MOVT put into the upper half
        boolean bounded = false;
        int address = 0;
        boolean found = false;
        for (int at = load - 4; at >= Math.max(start, load - 4 * ADDRESS_REACH); at -= 4) {
            int word = instruction(bytes, at);
            A32 row = A32.decode(word);
            Arguments arguments = row.arguments(word);
            if (arguments instanceof Branch branch) {
                bounded |= !branch.link() && row.condition(word) == HI;
            } else if (bounded && cases == 0 && arguments instanceof Alu compare && compare.op() == AluOp.CMP) {
                cases = compare.operand2() instanceof Operand2.Immediate last ? last.value() + 1 : 0;
            }
            int register = Next.destination(arguments);
            int written = found || register < 0 ? 0 : 1 << register;
            if ((written & candidates) != 0) {
                if (arguments instanceof Transfer literal
                        && literal.size() == 4
                        && literal.address().isLiteral()) {
                    int place = at + CodeFlow.PC_AHEAD + literal.address().displacement();
                    found = place >= start && place + 4 <= bytes.length;
                    address = found ? Bytes.word(bytes, place & ~3) : 0;
                } else if (arguments instanceof MoveTop move) {
                    high = move.value();
                    candidates = written;
                } else if (arguments instanceof Alu move && number(move) >= 0 && high >= 0) {
                    address = high << 16 | number(move);
                    found = true;
                } else if (!(arguments instanceof Alu scale && scale.op() == AluOp.ADD && scale.rd() == scale.rn())) {
                    candidates &= ~written;
                }
            }
            if (found && cases > 0) {
                int size = element.size();
                return cases <= CodeFlow.MAX_TABLE
                        ? new SwitchTable(address, size, element.signed(), cases, shift)
                        : null;
            }
            if (candidates == 0) {
                return null;
            }
        }
        return null;
    }

    /** What a MOV of a number of 16 bits moves; -1 for other instructions. */
    private static int number(Alu move) {
        boolean isNumber = move.op() == AluOp.MOV && move.operand2() instanceof Operand2.Immediate;
        int value = isNumber ? ((Operand2.Immediate) move.operand2()).value() : -1;
        return value >>> 16 == 0 ? value : -1;
    }

    private static int instruction(byte[] bytes, int offset) {
        return TrapEncoding.decode(Bytes.word(bytes, offset));
    }

    private static Arguments arguments(byte[] bytes, int offset) {
        int word = instruction(bytes, offset);
        return A32.decode(word).arguments(word);
    }

    /** Bytes of the table. */
    int size() {
        return cases * elementSize;
    }

    /**
     * The distance of a case from where the PC is read, in bytes, when the table's first element is at an offset of the
     * file.
     */
    int distance(byte[] bytes, int offset, int number) {
        int at = offset + number * elementSize;
        int value = elementSize == 1 ? bytes[at] & 0xff : Bytes.half(bytes, at);
        int unused = Integer.SIZE - 8 * elementSize;
        return (signed ? value << unused >> unused : value) << shift;
    }
}
