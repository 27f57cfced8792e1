package swivel.arm;

/**
 * The long-descriptor translation table format of the Large Physical Address Extension (ARM DDI 0406C, B3.6).
 *
 * <pre>
 *          63   62:61   60     59      58:55 54  53   52       51:40 39           12 11 10 9:8  7:6    5   4:2    1  0
 *   table  |NS|APTable|XNTable|PXNTable|                    |     | next table     |                          |1 |1|
 *   block  |                                |XN|PXN|contiguous|   | base           |nG|AF|SH|AP[2:1]|NS|AttrIndx|0 |1|
 *   page   |                                |XN|PXN|contiguous|   | base           |nG|AF|SH|AP[2:1]|NS|AttrIndx|1 |1|
 * </pre>
 *
 * <p>Levels 1 and 2 have tables and blocks, of 1 GiB and 2 MiB; level 3 has pages. The contiguous bit is a hint that
 * adjacent entries are alike; nothing depends on it.
 */
public final class LongDescriptor {
    private LongDescriptor() {}

    /** What a descriptor is. */
    public enum Kind {
        FAULT,
        TABLE,
        /** A block or a page: it maps memory. */
        BLOCK
    }

    public static final int PAGE_SHIFT = 12;

    /** Log2 of the descriptors in a table. */
    private static final int TABLE_BITS = 9;

    private static final int LAST_LEVEL = 3;
    private static final int SIZE_SHIFT = 3;

    /** Physical addresses have 40 bits. */
    private static final long ADDRESS = (1L << 40) - 1;

    private static final long XN = 1L << 54;
    private static final long PXN = 1L << 53;
    private static final long XN_TABLE = 1L << 60;
    private static final long PXN_TABLE = 1L << 59;
    private static final long READ_ONLY = 1 << 7;
    private static final long READ_ONLY_TABLE = 1L << 62;
    private static final long USER = 1 << 6;
    private static final long NOT_USER_TABLE = 1L << 61;
    private static final long ACCESS_FLAG = 1 << 10;
    private static final long NOT_GLOBAL = 1 << 11;

    public static Kind kind(long descriptor, int level) {
        return switch ((int) descriptor & 3) {
            case 1 -> level == LAST_LEVEL ? Kind.FAULT : Kind.BLOCK;
            case 3 -> level == LAST_LEVEL ? Kind.BLOCK : Kind.TABLE;
            default -> Kind.FAULT;
        };
    }

    /** Log2 of the bytes that a descriptor maps. */
    public static int shift(int level) {
        return PAGE_SHIFT + TABLE_BITS * (LAST_LEVEL - level);
    }

    /**
     * The level at which a walk begins.
     *
     * @param size T0SZ or T1SZ
     */
    public static int firstLevel(int size) {
        return size < 2 ? 1 : 2;
    }

    /**
     * Physical address of the first descriptor of a walk.
     *
     * @param base TTBR0 or TTBR1; its bits below the table's size do not count
     * @param size T0SZ or T1SZ, for that table
     */
    public static long firstAddress(long base, int va, int size) {
        int level = firstLevel(size);
        int index = (va & -1 >>> size) >>> shift(level);
        return (base & ADDRESS & -1L << 32 - size - shift(level) + SIZE_SHIFT) + ((long) index << SIZE_SHIFT);
    }

    /**
     * Physical address of the next descriptor of a walk.
     *
     * @param table the descriptor of the table
     * @param level of the table, 2 or 3
     */
    public static long nextAddress(long table, int va, int level) {
        return (table & ADDRESS & -1L << PAGE_SHIFT)
                + ((long) (va >>> shift(level) & (1 << TABLE_BITS) - 1) << SIZE_SHIFT);
    }

    /** Physical address of {@code va} through a block or page. */
    public static long address(long descriptor, int va, int level) {
        long offset = (1L << shift(level)) - 1;
        return descriptor & ADDRESS & ~offset | va & offset;
    }

    /** The translation belongs to the current ASID. */
    public static boolean notGlobal(long descriptor) {
        return (descriptor & NOT_GLOBAL) != 0;
    }

    /** An access is an access flag fault. */
    public static boolean accessFlagClear(long descriptor) {
        return (descriptor & ACCESS_FLAG) == 0;
    }

    /**
     * Whether it may be written, if it may be read at all (B3.7.1, B3.7.3).
     *
     * @param tables the descriptors of the tables on the way, by OR
     */
    public static boolean writable(long descriptor, long tables) {
        return (descriptor & READ_ONLY) == 0 && (tables & READ_ONLY_TABLE) == 0;
    }

    /** Whether user mode may read it; privileged modes always may. */
    public static boolean forUser(long descriptor, long tables) {
        return (descriptor & USER) != 0 && (tables & NOT_USER_TABLE) == 0;
    }

    /** No instruction fetch by privileged modes, or by user mode. */
    public static boolean executeNever(long descriptor, long tables, boolean privileged) {
        return (descriptor & (privileged ? XN | PXN : XN)) != 0
                || (tables & (privileged ? XN_TABLE | PXN_TABLE : XN_TABLE)) != 0;
    }

    /** The number of the memory attributes in MAIR0 and MAIR1. */
    public static int attributeIndex(int descriptor) {
        return descriptor >>> 2 & 7;
    }

    /** SH[1:0]. */
    public static int shareability(int descriptor) {
        return descriptor >>> 8 & 3;
    }
}
