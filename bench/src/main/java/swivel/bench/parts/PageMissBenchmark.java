package swivel.bench.parts;

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
import swivel.memory.GuestMemory;

/**
 * A load from a page that the address space does not map, with a filler that knows the answer at once; and unmapping it
 * again.
 *
 * <p>Cost centre: the slow path of a load, {@code AddressSpace.map} and {@code unmap}. Why it matters: every page a new
 * process touches misses once in each of its shadows; {@code VcpuBenchmark.FILL} adds the walk of the guest's tables.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PageMissBenchmark {
    private static final int PAGES = 256;
    private static final int PROLOGUE = 2;

    @Param({"INTERP", "X64"})
    public Engine engine;

    private ProcessorRig rig;

    @Setup
    public void load() {
        rig = new ProcessorRig("""
                        mov     r0, #%d
                        mov     r2, r1
                loop:   ldr     r3, [r2]
                        add     r2, r2, #4096
                        subs    r0, r0, #1
                        bne     loop
                        svc     #0
                """.formatted(PAGES), engine);
        rig.state.r[1] = ProcessorRig.DATA;
        rig.expect(PROLOGUE + 4 * PAGES);
    }

    @Benchmark
    @OperationsPerInvocation(PAGES)
    public Trap miss() {
        for (int page = 0; page < PAGES; page++) {
            rig.space.unmap(ProcessorRig.DATA + page * GuestMemory.PAGE_SIZE);
        }
        return rig.run();
    }
}
