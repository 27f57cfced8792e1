package swivel.cpu;

/** A straight run of guest instructions of one page, as micro-operations, and what engines keep with it. */
final class Block {
    /** Guest virtual address of its first instruction. */
    final int pc;
    /** What {@link CodeCache#variant} said when it was lifted. */
    final int variant;
    /** Micro-operations, two ints each ({@link MicroOp}). */
    final int[] code;
    /** For each micro-operation the index in the block of the instruction it belongs to. */
    final byte[] instruction;
    /** Guest instructions in the block. */
    final int length;
    /** Where it was lifted. */
    final CodePage page;
    /** Another block that starts at the same place in RAM, with another pc or variant. */
    final Block other;

    /** How often it was interpreted to see whether it is worth a translation. */
    int interpreted;

    /** Its machine code, or null. */
    Translated translated;

    /** Which flags are live at its start, as {@link BlockCode} found out; -1: not known yet. */
    int flagsLive = -1;

    private Trap trap;
    private int trapAt = -1;
    private Block[] single;

    Block(int pc, int variant, int[] code, byte[] instruction, int length, CodePage page, Block other) {
        this.pc = pc;
        this.variant = variant;
        this.code = code;
        this.instruction = instruction;
        this.length = length;
        this.page = page;
        this.other = other;
    }

    /** Guest virtual address of the instruction that a micro-operation belongs to. */
    int pcOf(int microOp) {
        return pc + 4 * instruction[microOp];
    }

    /** What a {@link MicroOp#TRAP} or {@link MicroOp#TRAPNZ} of the block raises. */
    Trap trap(int microOp) {
        if (trapAt != microOp) {
            trap = newTrap(code[2 * microOp] >>> 8 & UserState.SLOTS - 1, code[2 * microOp + 1]);
            trapAt = microOp;
        }
        return trap;
    }

    private static Trap newTrap(int kind, int payload) {
        return switch (kind) {
            case MicroOp.TRAP_SVC -> new Trap.SupervisorCall(payload);
            case MicroOp.TRAP_UNDEFINED -> new Trap.UndefinedInstruction(payload);
            case MicroOp.TRAP_SENSITIVE -> new Trap.SensitiveInstruction(payload);
            case MicroOp.TRAP_INTRINSIC -> new Trap.Intrinsic(payload);
            default -> new Trap.Breakpoint(payload);
        };
    }

    /** The instruction that a micro-operation belongs to, with its condition, as a block of its own that jumps to the next instruction. */
    Block single(int microOp) {
        int index = instruction[microOp];
        if (single == null) {
            single = new Block[length];
        }
        if (single[index] == null) {
            single[index] = newSingle(microOp);
            page.charge(CodeBudget.block(single[index].instruction.length, 1));
        }
        return single[index];
    }

    private Block newSingle(int microOp) {
        int index = instruction[microOp];
        int from = microOp;
        while (from > 0 && instruction[from - 1] == index) {
            from--;
        }
        int to = microOp + 1;
        while (to < instruction.length && instruction[to] == index) {
            to++;
        }
        int skip = enclosingSkip(from);
        if (skip >= 0) {
            from--; // room for it
        }
        int count = to - from;
        int[] ops = new int[2 * count + 2];
        System.arraycopy(code, 2 * from, ops, 0, 2 * count);
        if (skip >= 0) {
            ops[0] = code[2 * skip];
            ops[1] = count;
        }
        for (int i = 0; i < count; i++) {
            if ((ops[2 * i] & 0xff) == MicroOp.SKIP) {
                ops[2 * i + 1] = Math.min(ops[2 * i + 1], count - i - 1);
            }
        }
        ops[2 * count] = MicroOp.pack(MicroOp.JMP, MicroOp.PLAIN, 0, 0);
        ops[2 * count + 1] = pcOf(microOp) + 4;
        return new Block(pcOf(microOp), variant, ops, new byte[count + 1], 1, page, null);
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
