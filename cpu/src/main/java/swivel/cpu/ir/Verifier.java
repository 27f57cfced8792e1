package swivel.cpu.ir;

import swivel.cpu.FpRegisters;
import swivel.cpu.UserState;
import swivel.cpu.fp.Interleaving;
import swivel.cpu.fp.Vectors;
import swivel.cpu.ir.Operation.Fact;

/**
 * Whether a block is what {@link MicroOp} and {@link Operation} say that blocks are; asked by an assertion, so in
 * tests.
 */
final class Verifier {
    private Verifier() {}

    /**
     * True.
     *
     * @throws IllegalStateException with the micro-operation and what is wrong, if it is not
     */
    static boolean verify(Block block) {
        int skipEnd = 0;
        int instruction = 0;
        long written = 0; // slots, by the current instruction
        long afterAccess = 0; // of these, behind its first access
        boolean accesses = false;
        for (int i = 0; i < block.instruction.length; i++) {
            int w = block.code[2 * i];
            int imm = block.code[2 * i + 1];
            Operation row = Operation.of(w & 0xff);
            require(row != null && !row.is(Fact.OPTIMIZED), block, i, "no operation");
            require(
                    block.instruction[i] >= instruction && block.instruction[i] < block.length,
                    block,
                    i,
                    "it belongs to no instruction");
            if (block.instruction[i] != instruction) {
                instruction = block.instruction[i];
                written = 0;
                afterAccess = 0;
                accesses = false;
            }
            if (row.is(Fact.EXITS) && !row.is(Fact.CALLED_OUT) && !row.is(Fact.FLOATING)) {
                require(
                        (afterAccess >>> (w >>> 16 & 0xff) & 1) == 0,
                        block,
                        i,
                        "its address is not known before the first access");
                accesses = true;
            }
            for (char c : row.read.toCharArray()) {
                int slot = slot(c, w, imm);
                require(slot < 0 || isOperand(slot), block, i, "it reads what is no operand");
                require(
                        slot < 0 || !isOfInstruction(slot) || (written >>> slot & 1) != 0,
                        block,
                        i,
                        "it reads what this instruction did not write");
            }
            for (char c : row.written.toCharArray()) {
                int slot = slot(c, w, imm);
                if (slot < 0) {
                    continue;
                }
                require(isOperand(slot), block, i, "it cannot write there");
                written |= 1L << slot;
                afterAccess |= accesses ? 1L << slot : 0;
            }
            if (row == Operation.LDEX && imm == 8) {
                require(isOperand(w >>> 24), block, i, "it cannot write there");
                written |= 1L << (w >>> 24);
                afterAccess |= 1L << (w >>> 24);
            }
            require(isAllowed(row, w >>> 8 & 0xff, imm), block, i, "its immediate, kind or condition is none");
            if (row == Operation.SKIP) {
                require(imm >= 0 && i + 1 + imm < block.instruction.length, block, i, "it skips the block's end");
                skipEnd = Math.max(skipEnd, i + 1 + imm);
            }
            boolean last = i + 1 == block.instruction.length;
            require(!last || row.is(Fact.ENDS), block, i, "the block does not end");
            require(last || !row.is(Fact.ENDS) || i < skipEnd, block, i, "nothing leads behind it");
        }
        return true;
    }

    private static int slot(char operand, int w, int imm) {
        return switch (operand) {
            case 'd' -> w >>> 8 & 0xff;
            case 'a' -> w >>> 16 & 0xff;
            case 'b' -> w >>> 24;
            case 'h' -> imm & 0xff;
            case 'p' -> imm >>> 8;
            default -> -1;
        };
    }

    /** What lives no longer than an instruction: the temporaries, and r15, which is put there for who reads it. */
    private static boolean isOfInstruction(int slot) {
        return UserState.isTemporary(slot) || slot == UserState.PC;
    }

    /** N, Z, C and V are written by operations that say so. */
    private static boolean isOperand(int slot) {
        return slot < UserState.SYSTEM_END && !isMonitor(slot);
    }

    /** Of the exclusive monitor, which has operations of its own. */
    private static boolean isMonitor(int slot) {
        return slot >= UserState.EXCLUSIVE_SIZE && slot < UserState.SYSTEM;
    }

    private static boolean isAllowed(Operation row, int d, int imm) {
        if (row.reads('?') && d >= 14) {
            return false;
        }
        return switch (row.limit) {
            case ANY -> true;
            case BIT -> imm == 0 || imm == 1;
            case BIT_NUMBER -> imm >= 0 && imm < 32;
            case FIELD -> imm >>> 8 >= 1 && (imm & 0xff) + (imm >>> 8) <= 32;
            case BYTES -> imm == 1 || imm == 2 || imm == 4 || imm == 8;
            case FP_WORD -> imm >= 0 && imm < FpRegisters.WORDS;
            case FP_WORDS -> (imm >>> 8 == 2 || imm >>> 8 == 4) && (imm & 0xff) + (imm >>> 8) <= FpRegisters.REGISTERS;
            case VECTOR_CODE -> isRegister(d, Vectors.isQuad(imm) && Vectors.e(imm).bits >= Vectors.f(imm).bits);
            case FP_DOUBLEWORD ->
                d < FpRegisters.REGISTERS / 2 || d >= FpRegisters.SCRATCH && 2 * d < FpRegisters.WORDS;
            case LAYOUT -> Interleaving.isValid(imm, d);
            case ZERO_OR_NOT -> d <= 1;
            case JUMP_KIND -> d <= MicroOp.RETURN;
            case TRAP_KIND -> d <= MicroOp.TRAP_INTRINSIC;
            case SPACE_KIND -> d <= MicroOp.ALTERNATE;
        };
    }

    private static boolean isRegister(int d, boolean quad) {
        return d < FpRegisters.REGISTERS / 2 && !(quad && (d & 1) != 0);
    }

    private static void require(boolean isSo, Block block, int i, String what) {
        if (!isSo) {
            throw new IllegalStateException("block at 0x%08x, micro-operation %d, %s: %s"
                    .formatted(block.pc, i, Printer.print(block.code[2 * i], block.code[2 * i + 1]), what));
        }
    }
}
