package swivel.cpu;

import swivel.memory.GuestMemory;

/**
 * A page of device registers for {@link BlockFuzz}. What a load gives, and whether there is an interrupt behind an
 * access, depends on all accesses before it: one too many, one too few or two in another order are seen ever after.
 */
final class FuzzDevice implements DevicePort {
    static final int GPA = 0x0900_0000;

    /** Of each so many bytes the last so many do not answer. */
    private static final int GROUP = 64;

    private static final int HOLE = 8;

    private static final int ATTENTION_ONE_IN = 8;
    private static final long MULTIPLIER = 0x9e37_79b9_7f4a_7c15L; // odd, with its bits well mixed

    /** A hash of all accesses. */
    private long history = 1;

    // How often something happened.
    long loads;
    long stores;
    long refusals;
    long attentions;

    @Override
    public boolean answers(int gpa, int size) {
        if (size != 1 && size != 2 && size != 4 || (gpa & size - 1) != 0 || gpa - GPA >>> GuestMemory.PAGE_SHIFT != 0) {
            throw new AssertionError("asked for %d bytes at 0x%x".formatted(size, gpa));
        }
        boolean answers = (gpa & GROUP - 1) < GROUP - HOLE;
        refusals += answers ? 0 : 1;
        return answers;
    }

    @Override
    public int load(int gpa, int size) {
        loads++;
        note(gpa, size, 0);
        return (int) (history >>> 32) & -1 >>> 32 - 8 * size;
    }

    @Override
    public void store(int gpa, int size, int value) {
        stores++;
        note(gpa, size + 8, value & -1 >>> 32 - 8 * size);
    }

    private void note(int gpa, int what, int value) {
        history = (history ^ gpa ^ (long) what << 12 ^ (long) value << 32) * MULTIPLIER;
        history ^= history >>> 29;
    }

    @Override
    public boolean wantsAttention() {
        boolean wants = Long.remainderUnsigned(history, ATTENTION_ONE_IN) == 0;
        attentions += wants ? 1 : 0;
        return wants;
    }

    /** As if it were a device's register. */
    @Override
    public long nanoseconds() {
        note(0, 0, 0);
        return history;
    }

    boolean sawTheSameAs(FuzzDevice other) {
        return history == other.history;
    }

    /** Forgets what it saw for what another one did. */
    void copy(FuzzDevice other) {
        history = other.history;
    }
}
