package swivel.lpv;

import static swivel.arm.Fields.*;

import swivel.arm.A32;
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
 * Other instructions stand between these. What is found so is a guess: it looks at the instructions in front of the jump in the order of
 * their addresses, not of the flow of control.
 *
 * @param address virtual address of the first element
 * @param elementSize 1 or 2 bytes
 * @param signed whether elements are
 * @param cases number of elements
 * @param shift log2 of what one counts, in bytes
 */
record SwitchTable(int address, int elementSize, boolean signed, int cases, int shift) {
    private static final int PC = 15;
    private static final int HI = 8;

    /** So far in front of the jump the element is loaded, in instructions. */
    private static final int LOAD_REACH = 4;

    /** So far in front of that the table's address is, and the compare: it may stand in front of a loop. */
    private static final int ADDRESS_REACH = 256;

    /** The table of the jump at an offset, which lies behind {@code start}; null if there is none that can be told. */
    static SwitchTable find(byte[] bytes, int start, int jump) {
        int word = instruction(bytes, jump);
        int load = jump - 4;
        while (load >= start && !writes(instruction(bytes, load), rm(word))) {
            load -= 4;
        }
        if (bits(word, 6, 5) != 0 || load < Math.max(start, jump - 4 * LOAD_REACH)) {
            return null;
        }
        int element = instruction(bytes, load);
        boolean indexed = p(element) && u(element) && !w(element);
        return switch (A32.decode(element)) {
            case LDRB_REG -> indexed && bits(element, 11, 4) == 0 ? find(bytes, start, load, 1, false, word) : null;
            case LDRSB_REG -> indexed ? find(bytes, start, load, 1, true, word) : null;
            case LDRH_REG -> indexed ? find(bytes, start, load, 2, false, word) : null;
            case LDRSH_REG -> indexed ? find(bytes, start, load, 2, true, word) : null;
            default -> null;
        };
    }

    private static SwitchTable find(byte[] bytes, int start, int load, int size, boolean signed, int jump) {
        int element = instruction(bytes, load);
        int candidates = 1 << rn(element) | 1 << rm(element); // one is the table, the other the index
        int cases = 0;
        int high = -1; // what MOVT put into the upper half
        boolean bounded = false;
        int address = 0;
        boolean found = false;
        for (int at = load - 4; at >= Math.max(start, load - 4 * ADDRESS_REACH); at -= 4) {
            int word = instruction(bytes, at);
            A32 row = A32.decode(word);
            bounded |= row == A32.B && cond(word) == HI;
            if (row == A32.CMP_IMM && bounded && cases == 0) {
                cases = modifiedImmediate(word) + 1;
            }
            int written = found || row == A32.CMP_IMM || !writes(word, rd(word)) ? 0 : 1 << rd(word);
            if ((written & candidates) != 0) {
                if (row == A32.LDR_IMM && rn(word) == PC && p(word) && !w(word)) {
                    int literal = at + CodeFlow.PC_AHEAD + (u(word) ? 1 : -1) * bits(word, 11, 0);
                    found = literal >= start && literal + 4 <= bytes.length;
                    address = found ? Bytes.word(bytes, literal & ~3) : 0;
                } else if (row == A32.MOVT) {
                    high = imm16(word);
                    candidates = written;
                } else if (row == A32.MOVW && high >= 0) {
                    address = high << 16 | imm16(word);
                    found = true;
                } else if (row != A32.ADD_REG || rd(word) != rn(word)) { // that one scales the index
                    candidates &= ~written;
                }
            }
            if (found && cases > 0) {
                return cases <= CodeFlow.MAX_TABLE
                        ? new SwitchTable(address, size, signed, cases, bits(jump, 11, 7))
                        : null;
            }
            if (candidates == 0) {
                return null;
            }
        }
        return null;
    }

    private static int instruction(byte[] bytes, int offset) {
        return TrapEncoding.decode(Bytes.word(bytes, offset));
    }

    private static boolean writes(int word, int register) {
        return CodeFlow.writesRd(A32.decode(word)) && rd(word) == register;
    }

    /** Bytes of the table. */
    int size() {
        return cases * elementSize;
    }

    /** The distance of a case from where the PC is read, in bytes, when the table's first element is at an offset of the file. */
    int distance(byte[] bytes, int offset, int number) {
        int at = offset + number * elementSize;
        int value = elementSize == 1 ? bytes[at] & 0xff : Bytes.half(bytes, at);
        int unused = Integer.SIZE - 8 * elementSize;
        return (signed ? value << unused >> unused : value) << shift;
    }
}
