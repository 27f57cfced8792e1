package swivel.cpu;

import java.util.Map;
import swivel.arm.InstructionSet;

/**
 * Runs guest code in user mode. It knows no modes, no banked registers, no CP15, and of devices no more than that they
 * are behind a {@link DevicePort}: a real ARM core in user mode could implement it.
 */
public interface Processor extends AutoCloseable {
    /**
     * Runs from {@code state}'s PC to the first trap. The state is then exact at the instruction that trapped: PC is
     * its address and nothing of it has happened; after {@link Trap.Kick} PC is the next instruction to run.
     */
    Trap run(UserState state, AddressSpace space);

    /**
     * Makes {@link #run} return {@link Trap.Kick} soon, or at once when it is next called. From any thread, also after
     * {@link #close}.
     */
    void kick();

    /**
     * Guest instructions executed so far. From any thread, also after {@link #close}; while {@link #run} executes,
     * about.
     */
    long instructions();

    /** Makes an address space for this processor, empty, that {@code filler} fills on demand. */
    AddressSpace newAddressSpace(AddressSpace.Filler filler, AddressSpace.Sensitive sensitive);

    /**
     * Says where loads and stores go that find a device; before the first {@link #run}. Until then nothing answers
     * there.
     */
    void setDevicePort(DevicePort port);

    /**
     * Says what a kernel's instructions do that the processor may execute by itself; before the first {@link #run}.
     * Without, or where it does not ask, they trap.
     */
    void setIntrinsics(Intrinsics intrinsics);

    /**
     * Says where to stop; null: nowhere. While there is something every instruction is looked at before it is executed,
     * which takes some hundred times as long. Not while {@link #run} executes.
     */
    void setDebugPoints(DebugPoints points);

    /** Sensitive instructions that executed as user mode executes them, in spaces that count them. */
    SensitiveCount sensitiveCount();

    /**
     * How often emitted code left an instruction to the interpreter, by the micro-operation that was the reason: an
     * access that missed, or what is not emitted. Empty where all is interpreted.
     */
    Map<String, Long> calledOut();

    /** What the caches hold that a guest can fill. */
    CacheUse caches();

    /**
     * The caches of a processor, each of which has a bound: at it, what was not used lately is dropped.
     *
     * @param liftedBytes the most of the Java heap that lifted code has taken
     * @param liftedEvictions pages whose lifted code was dropped to make room
     * @param codeBytes the most memory that machine code has taken
     * @param codeReused translations that a former run had made
     * @param codeEvictions times that all machine code was dropped to make room
     * @param tableBytes the most memory that the tables of address spaces have taken
     * @param tableEvictions address spaces that were emptied to make room
     */
    record CacheUse(
            long liftedBytes,
            long liftedEvictions,
            long codeBytes,
            long codeReused,
            long codeEvictions,
            long tableBytes,
            long tableEvictions) {
        /** With the tables of another core; the code is the same. */
        public CacheUse withTables(CacheUse other) {
            return new CacheUse(
                    liftedBytes,
                    liftedEvictions,
                    codeBytes,
                    codeReused,
                    codeEvictions,
                    tableBytes + other.tableBytes,
                    tableEvictions + other.tableEvictions);
        }
    }

    /**
     * Makes a processor for another core of the same machine, whose memory was made for several. They have one lock
     * ({@link swivel.memory.MachineLock}): who calls {@link #run} holds it, and it is given up while guest code runs.
     *
     * @throws UnsupportedOperationException if it cannot share a machine
     */
    Processor newCore();

    /**
     * Returns when {@link #run} runs no guest code; it does not before the caller gives up the machine's lock. From
     * another thread.
     */
    void halt();

    /** The guest is about to wait: gives memory back to the host that it can have again. On the thread that runs it. */
    default void rest() {}

    /**
     * Gives its memory back to the host, that of its address spaces included; a second call does nothing. Must not be
     * called while {@link #run} executes. After it {@link #run} and whatever changes an address space throw
     * {@link IllegalStateException}.
     */
    @Override
    void close();

    /**
     * What {@link AddressSpace.Sensitive#COUNT} found.
     *
     * @param executed how many
     * @param firstSet the instruction set of the first
     * @param firstAddress its guest virtual address
     * @param firstWord its word
     */
    record SensitiveCount(long executed, InstructionSet firstSet, int firstAddress, int firstWord) {
        /** This, and what another core found. */
        public SensitiveCount and(SensitiveCount other) {
            SensitiveCount first = executed == 0 ? other : this;
            return new SensitiveCount(executed + other.executed, first.firstSet, first.firstAddress, first.firstWord);
        }

        /** The first one as objdump writes it. */
        public String firstText() {
            return firstSet.disassemble(firstWord, firstAddress);
        }
    }
}
