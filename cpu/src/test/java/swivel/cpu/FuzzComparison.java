package swivel.cpu;

import java.util.Arrays;
import swivel.arm.Psr;
import swivel.cpu.FuzzCoverage.Event;
import swivel.cpu.ir.Location;
import swivel.cpu.jit.JitProcessor;

/** Compares the two sides of {@link BlockFuzz}: an {@link AssertionError} says how they differ. */
final class FuzzComparison {
    private final FuzzSide interpreted;
    private final FuzzSide emitted;
    private final JitProcessor jit;
    private final FuzzReference reference;
    private final FuzzCoverage coverage;

    /** The state in which an execution started. */
    private final UserState before = new UserState();

    /** The state at an interrupt, as the other side has it. */
    private final UserState traced = new UserState();

    FuzzComparison(
            FuzzSide interpreted, FuzzSide emitted, JitProcessor jit, FuzzReference reference, FuzzCoverage coverage) {
        this.interpreted = interpreted;
        this.emitted = emitted;
        this.jit = jit;
        this.reference = reference;
        this.coverage = coverage;
    }

    /** Notes the state in which an execution starts. */
    void begin() {
        before.copy(interpreted.state);
    }

    /** A register when the execution started. */
    int before(int register) {
        return before.r[register];
    }

    /** All state after a trap, the traps, and how many instructions it took to them. */
    void compare(int number, Trap expected, Trap actual, long expectedCount, long actualCount) {
        UserState x = interpreted.state;
        UserState y = emitted.state;
        boolean same = expected.equals(actual)
                && expectedCount == actualCount
                && x.userPsr() == y.userPsr()
                && interpreted.device.sawTheSameAs(emitted.device)
                && isSame(x.r, y.r, 0, UserState.PC + 1)
                && isSame(x.r, y.r, UserState.TPIDRURW, UserState.T0)
                && isSame(x.r, y.r, UserState.SYSTEM, UserState.N)
                && isSame(x.fp.words(), y.fp.words(), 0, FpRegisters.WORDS);
        if (!same) {
            throw new AssertionError(
                    report(number, expected + " after " + expectedCount, actual + " after " + actualCount));
        }
    }

    /**
     * At an interrupt, of which the other engine knows nothing, the state is what that had after as many instructions,
     * if it was looked at.
     */
    void compareAtInterrupt(int number, long instructions) {
        if (!reference.restore(instructions, traced)) {
            return;
        }
        coverage.count(Event.INTERRUPT_COMPARED);
        UserState actual = emitted.state;
        boolean same = actual.userPsr() == traced.userPsr()
                && isSame(actual.r, traced.r, 0, UserState.PC + 1)
                && isSame(actual.fp.words(), traced.fp.words(), 0, FpRegisters.WORDS);
        if (!same) {
            interpreted.state.copy(traced);
            String after = "an interrupt after " + instructions;
            throw new AssertionError(report(number, after, after));
        }
    }

    private static boolean isSame(int[] x, int[] y, int from, int to) {
        return Arrays.equals(x, from, to, y, from, to);
    }

    /** Data, and the programs. */
    void compareMemory(FuzzCode code, int executions) {
        long at = code.difference(interpreted, emitted);
        if (at >= 0) {
            throw new AssertionError(
                    "memory differs at guest-physical 0x%x in one of the %d executions before %,d: 0x%x, emitted 0x%x"
                            .formatted(
                                    at,
                                    executions,
                                    coverage.executions,
                                    interpreted.memory.read32((int) at & -4),
                                    emitted.memory.read32((int) at & -4)));
        }
    }

    private String report(int number, String expected, String actual) {
        FuzzReport report = new FuzzReport(interpreted, emitted, number);
        String device = interpreted.device.sawTheSameAs(emitted.device)
                ? ""
                : "\nthe device saw other accesses, or in another order";
        int psr = before.userPsr();
        return report.of(
                        "execution " + coverage.executions,
                        before,
                        jit.find(emitted.spaces[number], Location.place(before.r[UserState.PC], Psr.thumb(psr))))
                + "expected " + expected + "\nactual   " + actual + device;
    }
}
