package swivel.arm.core;

/**
 * The registers that a core has of a coprocessor: each with its value after reset, the bits that a write changes, and
 * its {@link Effect}. A register without a row is UNDEFINED. One without a writable bit is a constant: it ignores what
 * is written, if it can be written at all; an operation such as cache maintenance is one, too. Values have 64 bits, of
 * which most registers have the lower 32.
 *
 * <p>Asked on the way of each trapped access, so the columns are flat arrays by ordinal.
 *
 * @param <R> the coprocessor's registers
 */
public final class RegisterTable<R extends Enum<R>> {
    private static final long NOTHING = 0;

    private final boolean[] present;
    private final long[] reset;
    private final long[] writable;
    private final Effect[] effects;

    RegisterTable(R[] all) {
        present = new boolean[all.length];
        reset = new long[all.length];
        writable = new long[all.length];
        effects = new Effect[all.length];
    }

    /** A row of 32 bits; one that there was is replaced. */
    RegisterTable<R> row(Effect effect, R register, int resetValue, int writableBits) {
        return row(effect, register, Integer.toUnsignedLong(resetValue), Integer.toUnsignedLong(writableBits));
    }

    private RegisterTable<R> row(Effect effect, R register, long resetValue, long writableBits) {
        int row = register.ordinal();
        present[row] = true;
        reset[row] = resetValue;
        writable[row] = writableBits;
        effects[row] = effect;
        return this;
    }

    RegisterTable<R> storage(R register, int resetValue, int writableBits) {
        return row(Effect.NONE, register, resetValue, writableBits);
    }

    /** A register of 64 bits that holds zero after reset. MCR writes the lower ones of its bits. */
    RegisterTable<R> doubleword(R register, long writableBits) {
        return row(Effect.NONE, register, 0L, writableBits);
    }

    RegisterTable<R> constant(R register, int value) {
        return row(Effect.NONE, register, value, 0);
    }

    /** Read as zero, and written for nothing. */
    @SafeVarargs
    final RegisterTable<R> idle(R... registers) {
        return acting(Effect.NONE, registers);
    }

    /** Hold nothing: all is in the effect. */
    @SafeVarargs
    final RegisterTable<R> acting(Effect effect, R... registers) {
        for (R register : registers) {
            row(effect, register, 0, NOTHING);
        }
        return this;
    }

    public boolean has(R register) {
        return present[register.ordinal()];
    }

    /** A register's value after reset. */
    public long reset(R register) {
        return reset[register.ordinal()];
    }

    /** The bits that a write changes. */
    public long writable(R register) {
        return writable[register.ordinal()];
    }

    /** Whether a register keeps its value after reset. */
    public boolean isConstant(R register) {
        return writable(register) == NOTHING;
    }

    /** What an access does beyond; null of a register that this core does not have. */
    public Effect effect(R register) {
        return effects[register.ordinal()];
    }

    /**
     * Whether this core has a register and an access in a privileged mode reads what it holds, or writes its writable
     * bits, no more.
     */
    public boolean isPlain(R register, boolean read) {
        return has(register) && !effect(register).acts(read);
    }
}
