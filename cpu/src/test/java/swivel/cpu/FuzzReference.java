package swivel.cpu;

import swivel.cpu.interp.Interpreter;
import swivel.cpu.ir.Location;
import swivel.cpu.ir.MicroOp;
import swivel.cpu.pages.CodeBlock;
import swivel.cpu.pages.PageMaps;

/** Runs programs of {@link BlockFuzz} on the interpreter, as what is expected. */
final class FuzzReference {
    /** An execution that has taken so many instructions does not end. */
    private static final int ENDLESS = 3000;

    private final FuzzSide side;
    private final Interpreter interpreter;
    private final FuzzCoverage coverage;

    FuzzReference(FuzzSide side, FuzzCoverage coverage) {
        this.side = side;
        this.interpreter = (Interpreter) side.processor;
        this.coverage = coverage;
    }

    // The state before each instruction of a stretch that was looked at: r0 to r15, status, floating point.
    private static final int STATUS = UserState.PC + 1;
    private static final int FLOATING = STATUS + 1;
    private static final int TRACED = FLOATING + FpRegisters.WORDS;
    private final int[] trace = new int[TRACED * (ENDLESS + 64)];
    private int traced;
    private long startOfTrace;

    /**
     * Makes a state's registers and status what they were after so many instructions of the stretch, if that is known.
     */
    boolean restore(long instructions, UserState to) {
        if (instructions >= traced) {
            return false;
        }
        int at = (int) instructions * TRACED;
        System.arraycopy(trace, at, to.r, 0, UserState.PC + 1);
        to.setUserPsr(trace[at + STATUS]);
        System.arraycopy(trace, at + FLOATING, to.fp.words(), 0, FpRegisters.WORDS);
        return true;
    }

    /** Notes the state before an instruction of a block. */
    private void note(CodeBlock block, int index) {
        UserState state = side.state;
        state.r[UserState.PC] = block.pc + block.offsetOf(index);
        state.it = block.itOf(index);
        long instructions = interpreter.instructions() + withoutOperations - startOfTrace;
        if (traced == instructions && (traced + 1) * TRACED <= trace.length) {
            int at = traced++ * TRACED;
            System.arraycopy(state.r, 0, trace, at, UserState.PC + 1);
            trace[at + STATUS] = state.userPsr();
            System.arraycopy(state.fp.words(), 0, trace, at + FLOATING, FpRegisters.WORDS);
        }
    }

    private final int[] registersBefore = new int[UserState.PC + 1];
    /** Instructions that {@link #lookAt} had nothing to do for. */
    int withoutOperations;

    /**
     * Runs the interpreter to a trap; null if there seems to be none.
     *
     * @param lookedAt whether it goes an instruction at a time, of which {@link #coverage} is told
     */
    Trap interpret(AddressSpace first, boolean lookedAt) {
        PageMaps space = (PageMaps) first;
        UserState state = side.state;
        withoutOperations = 0;
        traced = 0;
        startOfTrace = interpreter.instructions();
        long end = interpreter.instructions() + ENDLESS;
        while (interpreter.instructions() < end) {
            int pc = state.r[UserState.PC];
            if (!state.isAligned()) {
                return interpreter.run(state, space);
            }
            if (lookedAt) {
                // Where a jump came from is still known.
                side.remapping.executes(coverage, space, registersBefore[UserState.PC], state.r[UserState.LR]);
            }
            CodeBlock block = interpreter.core.code.find(space, Location.of(pc, state, space.sensitive()));
            if (block == null) {
                return space.prefetchAbort(pc);
            }
            Trap trap = lookedAt ? lookAt(block, space) : interpreter.step(block, state, space);
            if (trap != null) {
                PageMaps next = Interpreter.switched(trap, space);
                if (next == null) {
                    return trap;
                }
                space = next;
            }
        }
        return null;
    }

    /**
     * As {@link Interpreter#step}, until its page, the mapping of that, the byte order or the instruction set changes.
     */
    private Trap lookAt(CodeBlock block, PageMaps space) {
        UserState state = side.state;
        int index = 0;
        for (int i = 0; i < block.instruction.length && isAt(block, index); i++) {
            if (i > 0 && block.instruction[i] == block.instruction[i - 1] || isEnd(block, i)) {
                continue;
            }
            index = pass(block, index, block.instruction[i]) + 1;
            note(block, index - 1);
            side.remapping.executes(coverage, space, block.pcOf(i), state.r[UserState.LR]);
            Trap trap = lookAtInstruction(block.single(i), space);
            boolean same = state.bigEndian == block.isBigEndian() && state.thumb == block.isThumb();
            if (trap != null || !space.isCurrent(block) || !same) {
                return trap;
            }
        }
        if (isAt(block, index)) {
            pass(block, index, block.length);
            state.r[UserState.PC] = pc(block, block.length);
            state.it = block.itOf(block.length);
        }
        return null;
    }

    /** Whether an instruction is the next one; not after a jump to its address out of the IT block that it is in. */
    private boolean isAt(CodeBlock block, int index) {
        return side.state.r[UserState.PC] == pc(block, index) && side.state.it == block.itOf(index);
    }

    private static int pc(CodeBlock block, int index) {
        return block.pc + block.offsetOf(index);
    }

    /** Goes over instructions that have no operations; returns {@code to}. */
    private int pass(CodeBlock block, int from, int to) {
        for (int index = from; index < to; index++) {
            note(block, index);
            withoutOperations++;
        }
        return to;
    }

    /** Whether an operation is the jump to what follows a block. */
    private static boolean isEnd(CodeBlock block, int i) {
        int op = block.code[2 * i] & 0xff;
        return i == block.instruction.length - 1
                && (op == MicroOp.JMP || op == MicroOp.JMPIT)
                && block.code[2 * i + 1] == Location.place(pc(block, block.length), block.isThumb())
                && (i == 0 || block.instruction[i - 1] != block.instruction[i]);
    }

    private Trap lookAtInstruction(CodeBlock single, PageMaps space) {
        UserState state = side.state;
        System.arraycopy(state.r, 0, registersBefore, 0, registersBefore.length);
        int psr = state.userPsr();
        int fpscr = state.fp.words()[FpRegisters.FPSCR];
        Trap trap = interpreter.step(single, state, space);
        coverage.instruction(single, registersBefore, psr, fpscr, state, trap);
        return trap;
    }
}
