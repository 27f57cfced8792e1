package swivel.bench.parts;

import static swivel.cpu.UserState.PC;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import swivel.cpu.Trap;
import swivel.cpu.engine.Engine;

/**
 * A trap's round trip: out of {@code Processor.run} at an SVC, and in again after it, with no hypervisor in between.
 *
 * <p>Cost centre: making the state exact, the Trap object, finding the next block. Why it matters: it is the floor
 * under every sensitive instruction, system call, fault and device access.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TrapBenchmark {
    private static final int TRAPS = 1000;

    @Param({"INTERP", "X64"})
    public Engine engine;

    private ProcessorRig rig;

    @Setup
    public void load() {
        rig = new ProcessorRig(".rept %d\nsvc #0\n.endr\n".formatted(TRAPS), engine);
        rig.expect(0);
    }

    @Benchmark
    @OperationsPerInvocation(TRAPS)
    public Trap roundTrip() {
        Trap last = rig.run();
        for (int i = 1; i < TRAPS; i++) {
            rig.state.r[PC] += 4;
            last = rig.processor.run(rig.state, rig.space);
        }
        return last;
    }
}
