package swivel.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Emitted code does what the interpreter does, in random programs; those of kernels are in the hypervisor's
 * KernelFuzzTest.
 */
class BlockFuzzTest {
    private static final long EXECUTIONS = Long.getLong("swivel.fuzz.executions", 300_000);
    private static final long SEED = Long.getLong("swivel.fuzz.seed", 20261123);
    /** Small, so that it fills and is emptied again and again. */
    private static final long CODE_BYTES = 4 << 20;

    @ParameterizedTest
    @ValueSource(ints = {0, BlockFuzz.WIDE_EMITTED, BlockFuzz.WIDE_INTERPRETED})
    void emittedCodeDoesWhatTheInterpreterDoes(int wide) {
        BlockFuzz fuzz = new BlockFuzz(SEED ^ wide, CODE_BYTES, null);
        fuzz.run(EXECUTIONS);
        System.out.println(fuzz.summary());
        assertEquals(List.of(), fuzz.missing());
        assertTrue(fuzz.emittedShare() > 0.35, fuzz.emittedShare() + " of the instructions were emitted");
    }
}
