package swivel.cpu.pages;

import java.util.Arrays;
import swivel.cpu.ir.Block;
import swivel.cpu.ir.Location;
import swivel.cpu.ir.MicroOp;

/** A block in the {@link CodeSpace}: where it was lifted, and what engines keep with it. */
public final class CodeBlock extends Block {
    /** Where it was lifted. */
    public final CodePage page;
    /** Another block that starts at the same place in RAM, with another {@link Location}. */
    public final CodeBlock other;

    /** How often it was interpreted to see whether it is worth a translation. */
    public int interpreted;

    /** What an engine that translates made of it, or null. */
    public Object translation;

    /** Which flags are live at its start, as an engine found out that translates; -1: not known yet. */
    public int flagsLive = -1;

    private CodeBlock[] single;

    /** Puts what was lifted in a page in front of the blocks that start at the same place. */
    CodeBlock(Block lifted, CodePage page, CodeBlock other) {
        super(lifted);
        this.page = page;
        this.other = other;
    }

    /** Some instructions of another block. */
    private CodeBlock(
            long location, int[] code, byte[] instruction, int length, long narrow, byte[] it, CodePage page) {
        super(location, code, instruction, length, narrow, it);
        this.page = page;
        this.other = null;
    }

    /**
     * The instruction that a micro-operation belongs to, with its condition, as a block of its own that jumps to the
     * next instruction.
     */
    public CodeBlock single(int microOp) {
        int index = instruction[microOp];
        if (single == null) {
            single = new CodeBlock[length];
        }
        if (single[index] == null) {
            single[index] = newSingle(microOp);
            page.charge(CodeBudget.block(single[index].instruction.length, 1));
        }
        return single[index];
    }

    /** The first instruction as such a block; it may have no micro-operation, as NOP and IT have none. */
    public CodeBlock first() {
        if (instruction[0] == 0) {
            return single(0);
        }
        if (single == null) {
            single = new CodeBlock[length];
        }
        if (single[0] == null) {
            single[0] = ending(new int[2], 0);
            page.charge(CodeBudget.block(1, 1));
        }
        return single[0];
    }

    private CodeBlock newSingle(int microOp) {
        int from = microOp;
        while (from > 0 && instruction[from - 1] == instruction[microOp]) {
            from--;
        }
        int skip = enclosingSkip(from);
        if (skip < 0) {
            return part(from, microOp);
        }
        CodeBlock single = part(from - 1, microOp); // the operation before makes room for the condition
        single.code[0] = code[2 * skip];
        single.code[1] = single.instruction.length - 2;
        return single;
    }

    /**
     * What is left of an instruction behind one of its micro-operations, as a block that jumps to the next instruction.
     */
    public CodeBlock rest(int microOp) {
        return part(microOp + 1, microOp);
    }

    /** The micro-operations from {@code from} on of the instruction of {@code microOp}. */
    private CodeBlock part(int from, int microOp) {
        int to = microOp + 1;
        while (to < instruction.length && instruction[to] == instruction[microOp]) {
            to++;
        }
        int count = to - from;
        int index = instruction[microOp];
        int[] ops = new int[2 * count + 2];
        System.arraycopy(code, 2 * from, ops, 0, 2 * count);
        for (int i = 0; i < count; i++) {
            if ((ops[2 * i] & 0xff) == MicroOp.SKIP) {
                ops[2 * i + 1] = Math.min(ops[2 * i + 1], count - i - 1);
            }
        }
        return ending(ops, index);
    }

    /** A block of operations of one instruction, the last of which becomes the jump to the next one. */
    private CodeBlock ending(int[] ops, int index) {
        int itBehind = itOf(index + 1);
        int count = ops.length / 2;
        ops[ops.length - 2] = itBehind == 0
                ? MicroOp.pack(MicroOp.JMP, MicroOp.PLAIN, 0, 0)
                : MicroOp.pack(MicroOp.JMPIT, itBehind, 0, 0);
        ops[ops.length - 1] = Location.place(pc + offsetOf(index + 1), isThumb());
        byte[] it = (itOf(index) | itBehind) == 0 ? null : new byte[] {(byte) itOf(index), (byte) itBehind};
        long at = Location.at(location, Location.place(pc + offsetOf(index), isThumb()));
        return new CodeBlock(at, ops, new byte[count], 1, isNarrow(index) ? 1 : 0, it, page);
    }

    /**
     * All instructions from one on, as a block of its own. Those of a conditional run that began before are executed,
     * as who comes to them in the middle of the run does.
     */
    public CodeBlock from(int index) {
        int first = 0;
        while (instruction[first] < index) {
            first++;
        }
        byte[] instructions = new byte[instruction.length - first];
        byte[] it = new byte[length - index + 1];
        long narrow = 0;
        for (int i = 0; i < instructions.length; i++) {
            instructions[i] = (byte) (instruction[first + i] - index);
        }
        for (int i = 0; i < it.length; i++) {
            it[i] = (byte) itOf(index + i);
            narrow |= index + i < length && isNarrow(index + i) ? 1L << i : 0;
        }
        int[] ops = Arrays.copyOfRange(code, 2 * first, code.length);
        long at = Location.at(location, Location.place(pc + offsetOf(index), isThumb()));
        return new CodeBlock(at, ops, instructions, length - index, narrow, it, page);
    }

    /** The SKIP of an earlier instruction that covers a micro-operation, or -1. */
    private int enclosingSkip(int microOp) {
        for (int i = microOp - 1; i >= 0; i--) {
            if ((code[2 * i] & 0xff) == MicroOp.SKIP) {
                return i + code[2 * i + 1] >= microOp ? i : -1;
            }
        }
        return -1;
    }
}
