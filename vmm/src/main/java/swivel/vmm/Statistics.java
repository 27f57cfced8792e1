package swivel.vmm;

import java.util.BitSet;
import swivel.arm.ExceptionKind;
import swivel.arm.Sensitivity;

/** What the vCPUs of a machine counted, all together, since they were made. With the machine's lock. */
public final class Statistics {
    /** Returns of the processor, of every kind. */
    public long traps;

    /** Of these, kicks from outside. */
    public long kicks;

    /** Supervisor calls that were real: the guest's own. */
    public long supervisorCalls;

    /** CP15 and CP14 accesses. */
    public long coprocessor;

    /** Data and prefetch aborts of the processor that the shadow tables could not satisfy. */
    public long aborts;

    /** Misses that the shadow tables filled from the guest's tables. */
    public long shadowFills;

    /** Address spaces that were dropped to make room for another. */
    public long shadowEvictions;

    /** Reads and writes of device registers. */
    public long deviceAccesses;

    /** Times the vCPU went to sleep in WFI. */
    public long sleeps;

    /**
     * Sensitive instructions and coprocessor accesses of the kernel that were lifted to need no trap: places, not
     * executions.
     */
    public long inlined;

    /** Sensitive instructions of a rewritten kernel that nobody had rewritten ({@link Virtualization#PATCHED}). */
    public final MissedInstructions missed = new MissedInstructions();

    /** Events that the guest had the performance monitors count and that they do not: their counters stood still. */
    public final BitSet uncountedEvents = new BitSet();

    private final long[] sensitive = new long[Sensitivity.values().length];
    private final long[] injected = new long[ExceptionKind.values().length];

    void countSensitive(Sensitivity sensitivity) {
        sensitive[sensitivity.ordinal()]++;
    }

    void countInjected(ExceptionKind kind) {
        countInjected(kind, 1);
    }

    void countInjected(ExceptionKind kind, int times) {
        injected[kind.ordinal()] += times;
    }

    /** Sensitive instructions of a class that were emulated. */
    public long sensitive(Sensitivity sensitivity) {
        return sensitive[sensitivity.ordinal()];
    }

    /** Exceptions of a kind that the guest took. */
    public long injected(ExceptionKind kind) {
        return injected[kind.ordinal()];
    }
}
