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
import swivel.arm.ExceptionKind;
import swivel.cpu.engine.Engine;
import swivel.vmm.Statistics;
import swivel.vmm.Vcpu;

/**
 * What the hypervisor does for one event of a guest's kernel, MMU on, kernel rewritten: the trap's round trip, the
 * handler and the few guest instructions around it. {@link Event} names the cost centres and why they matter.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class VcpuBenchmark {
    private static final int EVENTS = 1000;

    /** What the guest does again and again; r1 is the device, r2 mapped by small pages. */
    public enum Event {
        /**
         * An encoded {@code cpsid i} or {@code cpsie i}, which is lifted to micro-operations and traps no more. Cost
         * centre: changing the mask, looking for a pending interrupt. Why: a third of the sensitive instructions of a
         * boot mask or unmask interrupts.
         */
        CPS("""
                .rept   5
                cpsid   i
                cpsie   i
                .endr
                """, 10) {
            @Override
            long count(Statistics counted) {
                return UNCOUNTED;
            }
        },
        /**
         * {@code mrc p15, 0, r3, c13, c0, 4} (TPIDRPRW), which is lifted to a move. Cost centre: nothing should be left
         * of it. Why: an SMP kernel reads this register at every per-CPU variable.
         */
        COPROCESSOR(".rept 10\nmrc p15, 0, r3, c13, c0, 4\n.endr\n", 10) {
            @Override
            long count(Statistics counted) {
                return UNCOUNTED;
            }
        },
        /**
         * The guest's own SVC, and the encoded {@code movs pc, lr} of its handler. Cost centre: injecting an exception,
         * banking, returning. Why: every system call, fault and interrupt of a guest is one of these.
         */
        EXCEPTION(".rept 10\nsvc #0\n.endr\n", 10) {
            @Override
            long count(Statistics counted) {
                return counted.supervisorCalls;
            }
        },
        /**
         * A store to a device that raises its interrupt; the handler's store that quietens it; the return. Cost centre:
         * two accesses of a device, looking for a pending interrupt, injecting it. Why: the timer's ticks and every
         * device's work come this way.
         */
        INTERRUPT("cpsie i\n.rept 10\nstr r1, [r1]\n.endr\n", 10) {
            @Override
            long count(Statistics counted) {
                return counted.injected(ExceptionKind.IRQ);
            }
        },
        /**
         * A load from a device's register. Cost centre: walking the guest's tables, fetching and decoding the
         * instruction, the bus. Why: console output polls a register for every character; each interrupt reads the GIC
         * twice or more.
         */
        MMIO(".rept 10\nldr r3, [r1, #8]\n.endr\n", 10) {
            @Override
            long count(Statistics counted) {
                return counted.deviceAccesses;
            }
        },
        /**
         * A load from a small page after the guest invalidated its TLB entry (TLBIMVA). Cost centre: two levels of the
         * guest's tables, filling and emptying the shadow page table, a CP15 write. Why: fork, exec and page faults are
         * mostly this.
         */
        FILL("""
                .rept   10
                mcr     p15, 0, r2, c8, c7, 1
                ldr     r3, [r2]
                .endr
                """, 10) {
            @Override
            long count(Statistics counted) {
                return counted.shadowFills;
            }
        };

        private static final long UNCOUNTED = -1;

        private final String body;
        private final int events;

        /** {@code events} in one copy of {@code body}. */
        Event(String body, int events) {
            this.body = body;
            this.events = events;
        }

        /** How many of it there were, or {@link #UNCOUNTED}. */
        abstract long count(Statistics counted);
    }

    @Param
    public Event event;

    @Param({"INTERP", "X64"})
    public Engine engine;

    private VcpuRig rig;

    @Setup
    public void load() {
        rig = new VcpuRig(event.body, EVENTS / event.events, engine);
        rig.run();
        long before = event.count(rig.vcpu.statistics());
        rig.run();
        long events = event.count(rig.vcpu.statistics()) - before;
        if (before != Event.UNCOUNTED && events != EVENTS) {
            throw new IllegalStateException("the guest caused " + events + " events, not " + EVENTS);
        }
    }

    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public Vcpu.Exit event() {
        return rig.run();
    }
}
