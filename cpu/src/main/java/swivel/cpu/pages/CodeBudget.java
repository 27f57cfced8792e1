package swivel.cpu.pages;

import swivel.cpu.ir.Block;

/**
 * What lifted code may take of the Java heap: blocks, what is kept with them, and their translations' objects. Sizes
 * are those of HotSpot with compressed references, rounded up; every object that a guest can make more of by executing
 * something is counted here or has a bound of its own.
 */
public final class CodeBudget {
    /** The bound, unless a test wants another. */
    public static final long BYTES = 96L << 20;

    /** A {@link CodePage} with its two arrays. */
    static final int PAGE_BYTES = 4112 + 144 + 64;

    public static final int ARRAY = 16;
    /** A {@link Block}, the trap that it may remember, and the headers of its arrays. */
    private static final int BLOCK_BYTES = 80 + 24 + 2 * ARRAY + 16;

    private final long limit;
    private long used;
    private long peak;

    public CodeBudget(long limit) {
        this.limit = limit;
    }

    static int block(int microOps, int instructions) {
        return BLOCK_BYTES + 9 * microOps + ARRAY + 4 * instructions;
    }

    /** Adds bytes, or takes them away. */
    void charge(int bytes) {
        used += bytes;
        peak = Math.max(peak, used);
    }

    public boolean isExceeded() {
        return used > limit;
    }

    /** The most that was ever used. */
    public long peak() {
        return peak;
    }

    /**
     * What one page may take before its code is dropped: it may be mapped at a million addresses, and lifted at each.
     */
    long pageLimit() {
        return limit / 4;
    }
}
