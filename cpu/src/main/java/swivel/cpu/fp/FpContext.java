package swivel.cpu.fp;

import swivel.arm.Fpscr;

/**
 * What an operation needs beside its operands: modes, which it reads, and cumulative flags, which it adds to. One
 * belongs to one thread, and lives as long as a processor.
 */
public final class FpContext {
    /** {@link Fpscr#CONTROL} of FPSCR, or the standard value; other bits do not matter. */
    public int modes;

    /** {@link Fpscr#CUMULATIVE} flags that were raised; nothing else sets others or clears one. */
    public int flags;

    /** Takes modes and flags from an FPSCR. */
    public void load(int fpscr) {
        modes = fpscr;
        flags = fpscr & Fpscr.CUMULATIVE;
    }

    /** Takes flags from an FPSCR, and for modes those of Advanced SIMD. */
    public void loadStandard(int fpscr) {
        modes = Fpscr.standard(fpscr);
        flags = fpscr & Fpscr.CUMULATIVE;
    }

    int rounding() {
        return modes & Fpscr.RMODE;
    }

    boolean flushesToZero() {
        return (modes & Fpscr.FZ) != 0;
    }

    boolean hasDefaultNan() {
        return (modes & Fpscr.DN) != 0;
    }

    /** Whether halves are in the alternative format. */
    boolean hasAlternativeHalf() {
        return (modes & Fpscr.AHP) != 0;
    }

    boolean roundsToNearest() {
        return rounding() == Fpscr.ROUND_NEAREST;
    }

    /** Raises inexact if a result differs from the exact one. */
    void noteError(double error) {
        if (error != 0) {
            flags |= Fpscr.INEXACT;
        }
    }

    /** Whether nothing changes if an operation raises inexact. */
    boolean isInexact() {
        return (flags & Fpscr.INEXACT) != 0;
    }
}
