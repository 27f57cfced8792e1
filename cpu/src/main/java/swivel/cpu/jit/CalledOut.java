package swivel.cpu.jit;

import java.util.Map;
import java.util.TreeMap;
import swivel.cpu.ir.Block;
import swivel.cpu.ir.MicroInfo;
import swivel.cpu.ir.Printer;

/** How often emitted code left an instruction to the interpreter, by the micro-operation that was the reason. */
final class CalledOut {
    /** By code, and then by which of several it is. */
    private final long[][] counts = new long[1 << Byte.SIZE][];

    /** Counts an instruction that was left at a micro-operation of a block. */
    void count(Block block, int microOp) {
        int reason = microOp;
        for (int i = microOp; isSameInstruction(block, i, microOp); i++) {
            if ((MicroInfo.of(block.code[2 * i] & 0xff) & MicroInfo.CALLED_OUT) != 0) {
                reason = i;
                break;
            }
        }
        int op = block.code[2 * reason] & 0xff;
        if (counts[op] == null) {
            counts[op] = new long[1 << Byte.SIZE];
        }
        counts[op][block.code[2 * reason + 1] & (MicroInfo.isOneOfSeveral(op) ? 0xff : 0)]++;
    }

    private static boolean isSameInstruction(Block block, int i, int microOp) {
        return i < block.instruction.length && block.instruction[i] == block.instruction[microOp];
    }

    /** The counts that are not zero, by what the operations are called. */
    Map<String, Long> byName() {
        Map<String, Long> names = new TreeMap<>();
        for (int op = 0; op < counts.length; op++) {
            for (int which = 0; counts[op] != null && which < counts[op].length; which++) {
                if (counts[op][which] != 0) {
                    names.put(Printer.name(op, which), counts[op][which]);
                }
            }
        }
        return names;
    }
}
