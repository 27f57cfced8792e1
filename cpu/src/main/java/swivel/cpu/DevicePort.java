package swivel.cpu;

/**
 * Where loads and stores go for which there is no memory ({@link AddressSpace#mapDevice}): what KVM's MMIO exit is to
 * who runs a guest; and the machine's time. Called by {@link Processor#run} in the middle of an instruction, on its
 * thread; the state is exact at that instruction.
 *
 * <p>An instruction that makes several accesses makes none of them at a device before it is known that all the others
 * can be made too. So one that aborts has done nothing to a device, and can be restarted.
 */
public interface DevicePort {
    /**
     * Whether a device answers an access, which else aborts. Has no effect.
     *
     * @param gpa guest-physical, a multiple of {@code size}
     * @param size 1, 2 or 4 bytes
     */
    boolean answers(int gpa, int size);

    /** Loads from a device that {@link #answers}; the value is zero-extended. */
    int load(int gpa, int size);

    /** Stores to a device that {@link #answers} the {@code size} low bytes of a value. */
    void store(int gpa, int size, int value);

    /**
     * Whether the processor shall return {@link Trap.Attention} behind the instruction that has just made an access:
     * the device raised an interrupt, or changed what the processor runs in.
     */
    boolean wantsAttention();

    /** {@link #aheadOfHost} where the machine's time does not go on with the host's. */
    long OTHER_TIME = Long.MIN_VALUE;

    /** Nanoseconds of the machine's time, for {@link Effect.Counter}. */
    default long nanoseconds() {
        throw new UnsupportedOperationException("a port without time");
    }

    /**
     * How many nanoseconds the machine's time is ahead of {@link System#nanoTime}, which changes between two calls of
     * {@link Processor#run} only; or {@link #OTHER_TIME}.
     */
    default long aheadOfHost() {
        return OTHER_TIME;
    }
}
