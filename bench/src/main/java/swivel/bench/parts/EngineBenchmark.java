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

/**
 * Guest instructions a microsecond, which is MIPS, in small loops that stay in the lifted blocks and in mapped pages.
 *
 * <p>Cost centre: dispatch of micro-operations, or the code emitted for them, and the step from block to block. Why it
 * matters: nearly all the time of every guest that computes is here; nothing else makes sha256 or a shell loop slow.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class EngineBenchmark {
    private static final int ROUNDS = 100_000;
    private static final int INSTRUCTIONS_A_ROUND = 10;

    /** The two MOVs that set r0 before every loop. */
    private static final int PROLOGUE = 2;

    private static final int INSTRUCTIONS = ROUNDS * INSTRUCTIONS_A_ROUND;

    /** What the loop does; each has ten instructions a round. */
    public enum Loop {
        /** Shifted operands, a multiplication, carry: no memory. */
        INTEGER("""
                loop:   add     r1, r1, r2, lsl #3
                        eor     r2, r2, r1
                        sub     r3, r3, r1, ror #7
                        and     r4, r3, #0xff0
                        mul     r5, r4, r2
                        orr     r6, r5, r1, lsr #5
                        adds    r7, r7, r6
                        adc     r8, r8, #0
                        subs    r0, r0, #1
                        bne     loop
                """),
        /** Words, bytes, a multiple load and store: the page map's fast path. */
        MEMORY("""
                loop:   ldr     r2, [r1]
                        str     r3, [r1, #4]
                        ldrb    r4, [r1, #8]
                        strb    r4, [r1, #9]
                        ldrh    r5, [r1, #16]
                        strh    r5, [r1, #18]
                        ldm     r1, {r2, r3, r4, r5}
                        stm     r1, {r2, r3, r4, r5}
                        subs    r0, r0, #1
                        bne     loop
                """),
        /** Two calls, one of them with a stack frame: short blocks, indirect jumps. */
        CALLS("""
                loop:   bl      leaf
                        bl      frame
                        mov     r3, r3
                        subs    r0, r0, #1
                        bne     loop
                        svc     #0
                leaf:   add     r1, r1, #1
                        bx      lr
                frame:  push    {r4, lr}
                        add     r2, r2, #1
                        pop     {r4, pc}
                """);

        private final String source;

        Loop(String source) {
            this.source = source;
        }
    }

    @Param
    public Loop loop;

    @Param({"INTERP", "X64"})
    public Engine engine;

    private ProcessorRig rig;

    @Setup
    public void load() {
        rig = new ProcessorRig(
                "movw r0, #%d\nmovt r0, #%d\n".formatted(ROUNDS & 0xffff, ROUNDS >>> 16) + loop.source + "svc #0",
                engine);
        rig.state.r[1] = ProcessorRig.DATA;
        rig.expect(INSTRUCTIONS + PROLOGUE);
        rig.state.r[1] = ProcessorRig.DATA;
    }

    @Benchmark
    @OperationsPerInvocation(INSTRUCTIONS)
    public Trap instructions() {
        return rig.run();
    }
}
