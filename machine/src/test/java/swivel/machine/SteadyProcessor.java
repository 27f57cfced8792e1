package swivel.machine;

import swivel.cpu.AddressSpace;
import swivel.cpu.Processor;
import swivel.cpu.Trap;
import swivel.cpu.UserState;
import swivel.cpu.ir.Intrinsics;
import swivel.cpu.ir.LiftingProcessor;
import swivel.devices.EventQueue;

/**
 * A processor in a time that depends on nothing but what the guest does: an instruction takes a nanosecond, a sleep is over at once, and the
 * hypervisor looks for what is due at every {@link #LOOK}th trap. Only a guest that spins until a timer interrupts it must be kicked by the
 * host's time: then {@link #kicked} tells that the run cannot be repeated to the instruction.
 */
final class SteadyProcessor implements LiftingProcessor, EventQueue.Clock {
    private static final int LOOK = 8;
    private static final Trap.Kick KICK = new Trap.Kick();

    private final Processor processor;
    private long skipped;
    private int left = LOOK;
    private volatile boolean kicked;

    SteadyProcessor(Processor processor) {
        this.processor = processor;
    }

    /** Begins to count traps anew. */
    void restart() {
        left = LOOK;
        kicked = false;
    }

    /** Whether another thread has kicked the guest since {@link #restart}. */
    boolean kicked() {
        return kicked;
    }

    @Override
    public long nanoseconds() {
        return processor.instructions() + skipped;
    }

    @Override
    public boolean skip(long nanoseconds) {
        skipped += nanoseconds;
        return true;
    }

    @Override
    public Trap run(UserState state, AddressSpace space) {
        if (--left == 0) {
            left = LOOK;
            return KICK;
        }
        return processor.run(state, space);
    }

    @Override
    public void kick() {
        kicked = true;
        processor.kick();
    }

    @Override
    public long instructions() {
        return processor.instructions();
    }

    @Override
    public AddressSpace newAddressSpace(AddressSpace.Filler filler, AddressSpace.Sensitive sensitive) {
        return processor.newAddressSpace(filler, sensitive);
    }

    @Override
    public void setIntrinsics(Intrinsics intrinsics) {
        ((LiftingProcessor) processor).setIntrinsics(intrinsics);
    }

    @Override
    public SensitiveCount sensitiveCount() {
        return processor.sensitiveCount();
    }

    @Override
    public CacheUse caches() {
        return processor.caches();
    }

    @Override
    public void close() {
        processor.close();
    }
}
