package swivel.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Emitted code does what the interpreter does: a million executions of random programs; {@link BlockFuzz} runs more on demand. */
class BlockFuzzTest {
    private static final long EXECUTIONS = 1_000_000;
    private static final long SEED = 20261123;
    /** Small, so that it fills and is emptied again and again. */
    private static final long CODE_BYTES = 4 << 20;

    @Test
    void emittedCodeDoesWhatTheInterpreterDoes() {
        BlockFuzz fuzz = new BlockFuzz(SEED, CODE_BYTES);
        fuzz.run(EXECUTIONS);
        assertTrue(fuzz.kicks() > EXECUTIONS / 10, () -> "only " + fuzz.kicks() + " interrupts");
    }
}
