package swivel.arm;

/**
 * The short-descriptor translation table format of VMSAv7 (ARM DDI 0406C, B3.5).
 *
 * <pre>
 * first level   31     24 23   20 19  18 17 16  15   14 12 11 10 9 8    5 4  3 2 1 0
 *   page table |      table base, bits 31:10              |      |0|domain|0 |NS|PXN|0 1|
 *   section    |   base    |     |NS| 0|nG| S|AP[2]| TEX |AP[1:0]|0|domain|XN|C|B|1|PXN|
 *   supersect. |base |PA35:32|NS| 1|nG| S|AP[2]| TEX |AP[1:0]|0|PA39:36|XN|C|B|1|PXN|
 * second level  31         16  15 14  12 11 10   9   8   6 5     4 3 2 1  0
 *   large page |   base      |XN| TEX  |nG| S|AP[2]|  0   |AP[1:0]|C|B|0| 1|
 *   small page |   base, bits 31:12    |nG| S|AP[2]| TEX  |AP[1:0]|C|B|1|XN|
 * </pre>
 *
 * <p>The four kinds that map memory put their attributes at different places. {@link #sectionAttributes} and
 * {@link #pageAttributes} bring them to one form, that of the small page with PXN in bit 1; the accessors read that
 * form.
 */
public final class ShortDescriptor {
    private ShortDescriptor() {}

    /** What a first-level descriptor is. */
    public enum First {
        FAULT,
        PAGE_TABLE,
        SECTION,
        SUPERSECTION
    }

    /** What a second-level descriptor is. */
    public enum Second {
        FAULT,
        LARGE_PAGE,
        SMALL_PAGE
    }

    /** Access that DACR gives to a domain (B4.1.43). */
    public enum DomainAccess {
        NONE,
        /** Permissions are checked. */
        CLIENT,
        RESERVED,
        /** Permissions are not checked. */
        MANAGER
    }

    private static final int SUPERSECTION_BIT = 1 << 18;

    /** Log2 of the bytes that each kind maps. */
    public static final int SUPERSECTION_SHIFT = 24;

    public static final int SECTION_SHIFT = 20;
    public static final int LARGE_PAGE_SHIFT = 16;
    public static final int SMALL_PAGE_SHIFT = 12;

    /** Kind of a first-level descriptor, on a core with PXN: bit 0 of a section is not looked at. */
    public static First first(int descriptor) {
        return switch (descriptor & 3) {
            case 0 -> First.FAULT;
            case 1 -> First.PAGE_TABLE;
            default -> (descriptor & SUPERSECTION_BIT) != 0 ? First.SUPERSECTION : First.SECTION;
        };
    }

    /** Kind of a second-level descriptor. */
    public static Second second(int descriptor) {
        return switch (descriptor & 3) {
            case 0 -> Second.FAULT;
            case 1 -> Second.LARGE_PAGE;
            default -> Second.SMALL_PAGE;
        };
    }

    /** Physical address of the first-level descriptor of {@code va} in a table of 2^(14 - n) bytes, n as in TTBCR.N. */
    public static int firstAddress(int tableBase, int va, int n) {
        int indexBits = (va << n >>> n) >>> SECTION_SHIFT << 2;
        return (tableBase & -1 << (14 - n)) | indexBits;
    }

    /** Physical address of the second-level descriptor of {@code va}, from a page table's first-level descriptor. */
    public static int secondAddress(int descriptor, int va) {
        return (descriptor & ~0x3ff) | (va >>> SMALL_PAGE_SHIFT & 0xff) << 2;
    }

    /** Domain of a page table or section, 0 to 15. Supersections are in domain 0 whatever the bits say (B3.5.1). */
    public static int domain(int descriptor) {
        return first(descriptor) == First.SUPERSECTION ? 0 : descriptor >>> 5 & 15;
    }

    /** What DACR gives to a domain. */
    public static DomainAccess domainAccess(int dacr, int domain) {
        return DOMAIN_ACCESS[dacr >>> 2 * domain & 3];
    }

    private static final DomainAccess[] DOMAIN_ACCESS = DomainAccess.values();

    /** Physical address of {@code va} through a section. */
    public static int sectionAddress(int descriptor, int va) {
        return Psr.merge(descriptor, va, (1 << SECTION_SHIFT) - 1);
    }

    /** Physical address of {@code va} through a supersection, 40 bits. */
    public static long supersectionAddress(int descriptor, int va) {
        long low = Psr.merge(descriptor, va, (1 << SUPERSECTION_SHIFT) - 1) & 0xffff_ffffL;
        return low | (descriptor >>> 20 & 15L) << 32 | (descriptor >>> 5 & 15L) << 36;
    }

    /** Physical address of {@code va} through a large or small page. */
    public static int pageAddress(int descriptor, int va) {
        int shift = second(descriptor) == Second.LARGE_PAGE ? LARGE_PAGE_SHIFT : SMALL_PAGE_SHIFT;
        return Psr.merge(descriptor, va, (1 << shift) - 1);
    }

    private static final int XN = 1;
    private static final int PXN = 1 << 1;
    private static final int AP = 1 << 9 | 3 << 4;
    private static final int NOT_GLOBAL = 1 << 11;

    /** Attributes of a section or supersection in the common form. */
    public static int sectionAttributes(int descriptor) {
        return (descriptor >>> 4 & XN)
                | (descriptor & 1) << 1
                | (descriptor & 0xc)
                | (descriptor >>> 10 & 3) << 4
                | (descriptor >>> 12 & 7) << 6
                | (descriptor >>> 15 & 7) << 9;
    }

    /**
     * Attributes of a large or small page in the common form.
     *
     * @param table the first-level descriptor, which holds PXN
     * @param descriptor the second-level descriptor
     */
    public static int pageAttributes(int table, int descriptor) {
        int pxn = (table & 1 << 2) >>> 1;
        if (second(descriptor) == Second.LARGE_PAGE) {
            return (descriptor & 0xe3c) | (descriptor >>> 12 & 7) << 6 | descriptor >>> 15 & XN | pxn;
        }
        return (descriptor & 0xffd) | pxn;
    }

    /** The translation belongs to the current ASID. */
    public static boolean notGlobal(int attributes) {
        return (attributes & NOT_GLOBAL) != 0;
    }

    /** No instruction fetch at all. A manager domain ignores it. */
    public static boolean executeNever(int attributes) {
        return (attributes & XN) != 0;
    }

    /** No instruction fetch by privileged modes. */
    public static boolean privilegedExecuteNever(int attributes) {
        return (attributes & PXN) != 0;
    }

    /** AP[0] is clear: with SCTLR.AFE set, an access flag fault (B3.7.4). */
    public static boolean accessFlagClear(int attributes) {
        return (attributes & 1 << 4) == 0;
    }

    /** AP[2:0]. */
    public static int ap(int attributes) {
        return (attributes & AP) >>> 4 & 3 | attributes >>> 7 & 4;
    }

    /** AP[2:0] by whether it lets privileged and user modes read and write (B3.7.1, table B3-8); 100 is reserved. */
    private static final int PRIVILEGED_READ = 0b1110_1110;

    private static final int PRIVILEGED_WRITE = 0b0000_1110;
    private static final int USER_READ = 0b1100_1100;
    private static final int USER_WRITE = 0b0000_1000;

    /**
     * Whether AP lets an access through.
     *
     * @param attributes in the common form
     * @param simplified SCTLR.AFE: AP[0] is the access flag, and the rights are those with it set
     */
    public static boolean permits(int attributes, boolean simplified, boolean privileged, boolean write) {
        int row = ap(attributes) | (simplified ? 1 : 0);
        int column = privileged ? write ? PRIVILEGED_WRITE : PRIVILEGED_READ : write ? USER_WRITE : USER_READ;
        return (column >>> row & 1) != 0;
    }
}
