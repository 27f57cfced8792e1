package swivel.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import swivel.cpu.BlockFuzz;

/** Emitted code of kernels does what the interpreter does; {@link KernelFuzz} runs more on demand. */
class KernelFuzzTest {
    private static final long EXECUTIONS = 350_000;
    private static final long SEED = 20261124;
    /** Small, so that it fills and is emptied again and again. */
    private static final long CODE_BYTES = 4 << 20;

    @ParameterizedTest
    @EnumSource(names = {"PATCHED", "TRANSLATED"})
    void emittedKernelDoesWhatTheInterpretedOneDoes(Virtualization virtualization) {
        BlockFuzz fuzz = new BlockFuzz(SEED, CODE_BYTES, new KernelFuzz(virtualization));
        fuzz.run(EXECUTIONS);
        System.out.println(fuzz.summary());
        assertEquals(List.of(), fuzz.missing());
        assertTrue(fuzz.emittedShare() > 0.7, fuzz.emittedShare() + " of the instructions were emitted");
    }
}
