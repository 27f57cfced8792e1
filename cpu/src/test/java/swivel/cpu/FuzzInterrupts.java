package swivel.cpu;

import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import swivel.cpu.FuzzCoverage.Event;
import swivel.memory.GuestMemory;

/** Interrupts one side of {@link BlockFuzz}, at other points in every run, and runs a handler there. */
final class FuzzInterrupts {
    /** One in so many times that a page is asked for. */
    private static final int INTERRUPTS = 4;

    private static final long NANOSECONDS_BETWEEN = 50_000;

    private static final Trap HANDLED = new Trap.SupervisorCall(7);

    private final SplittableRandom timing = new SplittableRandom();
    private final FuzzCoverage coverage;

    FuzzInterrupts(FuzzCoverage coverage) {
        this.coverage = coverage;
    }

    /** A thread that interrupts a processor whenever it feels like it, until it is interrupted itself. */
    static Thread start(Processor processor) {
        return Thread.ofPlatform().daemon().start(() -> {
            while (!Thread.interrupted()) {
                LockSupport.parkNanos(NANOSECONDS_BETWEEN);
                processor.kick();
            }
        });
    }

    /** Interrupts a processor now and then. */
    void perhaps(Processor processor) {
        if (timing.nextInt(INTERRUPTS) == 0) {
            processor.kick();
        }
    }

    /**
     * Half the time runs the handler in the state that an interrupt left.
     *
     * @param space where; negative: in any
     * @return how many instructions it took
     */
    long handle(FuzzSide side, int space) {
        if (timing.nextBoolean()) {
            return 0;
        }
        coverage.count(Event.INTERRUPT_HANDLED);
        long instructions = -side.processor.instructions();
        UserState state = side.state;
        UserState saved = new UserState();
        saved.copy(state);
        state.r[0] = timing.nextInt(3);
        state.r[UserState.PC] = FuzzSide.CODE + (FuzzSide.HANDLER_PAGE << GuestMemory.PAGE_SHIFT);
        state.setUserPsr(0);
        AddressSpace in = side.spaces[space < 0 ? timing.nextInt(FuzzSide.SPACES) : space];
        Trap trap;
        do {
            trap = side.processor.run(state, in);
        } while (trap instanceof Trap.Kick);
        if (!trap.equals(HANDLED)) {
            throw new AssertionError("the interrupt handler ended with " + trap);
        }
        state.copy(saved);
        return instructions + side.processor.instructions();
    }
}
