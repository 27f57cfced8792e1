package swivel.bench.parts;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import swivel.cpu.Trap;
import swivel.cpu.engine.Engine;

/**
 * Emits machine code for a lifted block of eight instructions, links it and runs it once: code memory is so small that
 * each block has been dropped when it comes again.
 *
 * <p>Cost centre: liveness, the emitter, linking, eviction. Why it matters: a boot is cold code.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TranslateBenchmark {
    private static final int BLOCKS = 16_000;
    private static final int BLOCK_LENGTH = 8;

    private ProcessorRig rig;

    @Setup
    public void load() {
        rig = new ProcessorRig(LiftBenchmark.blocks(BLOCKS), Engine.X64, Engine.MIN_CODE_BYTES);
        rig.state.r[1] = ProcessorRig.DATA;
        rig.expect(BLOCKS * BLOCK_LENGTH);
    }

    @Benchmark
    @OperationsPerInvocation(BLOCKS)
    public Trap block() {
        return rig.run();
    }
}
