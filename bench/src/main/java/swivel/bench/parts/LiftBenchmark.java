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
 * Lifts a block of eight instructions and interprets it once.
 *
 * <p>Cost centre: the A32 decoder, the lifter, the code cache, and dropping a page of it when it is written. Why it
 * matters: a boot is cold code, most of it executed a few times, and each new program brings more; a just-in-time
 * compiler pays this and more for every block.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LiftBenchmark {
    private static final int BLOCKS = 100;
    private static final int BLOCK_LENGTH = 8;

    private ProcessorRig rig;

    @Setup
    public void load() {
        rig = new ProcessorRig(blocks(BLOCKS), Engine.INTERP);
        rig.state.r[1] = ProcessorRig.DATA;
        rig.expect(BLOCKS * BLOCK_LENGTH);
    }

    /** So many blocks of eight instructions, and an SVC. */
    static String blocks(int count) {
        return """
                .rept   %d
                ldr     r3, [r1, #4]
                add     r2, r3, r2, lsl #2
                cmp     r2, #0
                addeq   r4, r4, #1
                str     r2, [r1, #8]
                and     r5, r2, #0xff
                orr     r6, r6, r5
                b       .+4
                .endr
                svc     #0
                """.formatted(count);
    }

    @Benchmark
    @OperationsPerInvocation(BLOCKS)
    public Trap block() {
        // A write from outside to a page of code drops its blocks.
        rig.memory.write32(ProcessorRig.CODE, rig.memory.read32(ProcessorRig.CODE));
        return rig.run();
    }
}
