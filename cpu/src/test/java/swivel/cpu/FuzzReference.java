package swivel.cpu;

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

    private final int[] registersBefore = new int[UserState.PC + 1];
    /** Instructions that {@link #lookAt} had nothing to do for. */
    int withoutOperations;

    /**
     * Runs the interpreter to a trap; null if there seems to be none.
     *
     * @param lookedAt whether it goes an instruction at a time, of which {@link #coverage} is told
     */
    Trap interpret(AddressSpace first, boolean lookedAt) {
        AddressSpace space = first;
        UserState state = side.state;
        withoutOperations = 0;
        long end = interpreter.instructions() + ENDLESS;
        while (interpreter.instructions() < end) {
            int pc = state.r[UserState.PC];
            if (state.thumb || (pc & 3) != 0) {
                return interpreter.run(state, space);
            }
            Block block = interpreter.cache().find(space, pc, state.bigEndian);
            if (block == null) {
                return new Trap.PrefetchAbort(pc);
            }
            Trap trap = lookedAt ? lookAt(block, space) : interpreter.step(block, state, space);
            if (trap == Interpreter.SWITCHED) {
                space = space.peer();
            } else if (trap != null) {
                return trap;
            }
        }
        return null;
    }

    /** As {@link Interpreter#step}, until its page or the byte order changes. */
    private Trap lookAt(Block block, AddressSpace space) {
        UserState state = side.state;
        int pc = block.pc;
        int index = 0;
        for (int i = 0; i < block.instruction.length && state.r[UserState.PC] == pc + 4 * index; i++) {
            if (i > 0 && block.instruction[i] == block.instruction[i - 1] || isEnd(block, i)) {
                continue;
            }
            withoutOperations += block.instruction[i] - index;
            index = block.instruction[i] + 1;
            state.r[UserState.PC] = block.pcOf(i);
            boolean bigEndian = state.bigEndian;
            Trap trap = lookAtInstruction(block.single(i), space);
            if (trap != null || block.page.dropped || state.bigEndian != bigEndian) {
                return trap;
            }
        }
        if (state.r[UserState.PC] == pc + 4 * index) {
            withoutOperations += block.length - index;
            state.r[UserState.PC] = pc + 4 * block.length;
        }
        return null;
    }

    /** Whether an operation is the jump to what follows a block. */
    private static boolean isEnd(Block block, int i) {
        int op = block.code[2 * i] & 0xff;
        return i == block.instruction.length - 1
                && op == MicroOp.JMP
                && block.code[2 * i + 1] == block.pc + 4 * block.length
                && (i == 0 || block.instruction[i - 1] != block.instruction[i]);
    }

    private Trap lookAtInstruction(Block single, AddressSpace space) {
        UserState state = side.state;
        System.arraycopy(state.r, 0, registersBefore, 0, registersBefore.length);
        int psr = state.userPsr();
        Trap trap = interpreter.step(single, state, space);
        coverage.instruction(single, registersBefore, psr, state.r, trap);
        return trap;
    }
}
