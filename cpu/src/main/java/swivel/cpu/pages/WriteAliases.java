package swivel.cpu.pages;

/**
 * By page of RAM, at which guest virtual pages some address space has, or had, a write entry for it that is not
 * protected: where to look when the page comes to hold code and must be write-protected. Most have one, the kernel's;
 * of more than three only that is known.
 */
final class WriteAliases {
    /** A virtual page's number, and a bit that says that there is one. */
    private static final int BITS = 21;

    private static final int PRESENT = 1 << BITS - 1;
    private static final long MASK = (1L << BITS) - 1;

    /** So many that they are not known. */
    private static final long MANY = -1;

    private final long[] aliases;

    WriteAliases(int pages) {
        aliases = new long[pages];
    }

    /** Notes a virtual page's number. */
    void add(int ramPage, int page) {
        long known = aliases[ramPage];
        if (known == MANY) {
            return;
        }
        long added = page | PRESENT;
        for (long rest = known; rest != 0; rest >>>= BITS) {
            if ((rest & MASK) == added) {
                return;
            }
        }
        aliases[ramPage] = known >>> 2 * BITS != 0 ? MANY : known << BITS | added;
    }

    /** Whether there may be some. */
    boolean has(int ramPage) {
        return aliases[ramPage] != 0;
    }

    /** Calls {@link PageMaps#protect} where it may be needed: afterwards no write entry for the page is left. */
    void protect(int ramPage, Iterable<PageMaps> spaces) {
        long known = aliases[ramPage];
        aliases[ramPage] = 0;
        if (known == MANY) {
            for (PageMaps space : spaces) {
                space.protect(ramPage);
            }
            return;
        }
        for (long rest = known; rest != 0; rest >>>= BITS) {
            for (PageMaps space : spaces) {
                space.protect((int) rest & PRESENT - 1, ramPage);
            }
        }
    }
}
