package swivel.vmm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import swivel.cpu.BlockFuzz;

/** Emitted code of kernels does what the interpreter does; {@link KernelFuzz} runs more on demand. */
class KernelFuzzTest {
    private static final long EXECUTIONS = Long.getLong("swivel.fuzz.executions", 350_000);
    private static final long SEED = Long.getLong("swivel.fuzz.seed", 20261124);
    /** Small, so that it fills and is emptied again and again. */
    private static final long CODE_BYTES = 4 << 20;

    /** The unmodified kernel is one in memory of more than 2 GiB. */
    private static long seed(Virtualization virtualization) {
        return virtualization == Virtualization.TRANSLATED
                ? SEED | BlockFuzz.WIDE_EMITTED
                : SEED & ~BlockFuzz.WIDE_EMITTED;
    }

    /** Also {@code --lockstep}, interrupted, finds no difference where there is none. */
    @ParameterizedTest
    @EnumSource(names = {"PATCHED", "TRANSLATED"})
    void lockstepOfAnInterruptedKernelFindsNoDifference(Virtualization virtualization) {
        BlockFuzz fuzz = BlockFuzz.inLockstep(seed(virtualization), CODE_BYTES, new KernelFuzz(virtualization));
        fuzz.run(EXECUTIONS / 10);
        List<String> missing = fuzz.missing();
        assertFalse(missing.contains("INTERRUPT_HANDLED") || missing.contains("UNPRIVILEGED_ABORT"), missing::toString);
    }

    /** With assertions on, each is made again and compared. */
    @ParameterizedTest
    @EnumSource(names = {"PATCHED", "TRANSLATED"})
    void translationsOfAFormerRunAreWhatWouldBeMade(Virtualization virtualization, @TempDir Path directory) {
        long[] reused = new long[2];
        for (int run = 0; run < 2; run++) {
            BlockFuzz fuzz = new BlockFuzz(seed(virtualization) + run, CODE_BYTES, new KernelFuzz(virtualization));
            fuzz.keepTranslations(directory.resolve("kept"));
            fuzz.run(EXECUTIONS / 20);
            reused[run] = fuzz.end();
        }
        BlockFuzz fuzz = new BlockFuzz(seed(virtualization), CODE_BYTES, new KernelFuzz(virtualization));
        fuzz.keepTranslations(directory.resolve("kept"));
        fuzz.run(EXECUTIONS / 20);
        long again = fuzz.end();
        System.out.printf("reused in the same run %d, in another one %d%n", again, reused[1]);
        assertTrue(again > EXECUTIONS / 40, () -> again + " translations were used again");
    }

    @ParameterizedTest
    @EnumSource(names = {"PATCHED", "TRANSLATED"})
    void emittedKernelDoesWhatTheInterpretedOneDoes(Virtualization virtualization) {
        BlockFuzz fuzz = new BlockFuzz(seed(virtualization), CODE_BYTES, new KernelFuzz(virtualization));
        fuzz.run(EXECUTIONS);
        System.out.println(fuzz.summary());
        assertEquals(List.of(), fuzz.missing());
        boolean interpretsColdCode = (SEED & 1) != 0;
        double least = interpretsColdCode ? 0.35 : 0.7;
        assertTrue(fuzz.emittedShare() > least, fuzz.emittedShare() + " of the instructions were emitted");
    }
}
