package swivel.cpu.ir;

import swivel.cpu.AddressSpace.Sensitive;
import swivel.cpu.UserState;

/**
 * A block's identity, but for the page of RAM that it is in: all that decided how its words were lifted, in one long, so that it is found by
 * one comparison.
 *
 * <pre>
 *  63      44 43      42  41  40         33  32  31          0
 * |    0     | sensitive | E |  ITSTATE    | T |      pc      |
 * </pre>
 */
public final class Location {
    private Location() {}

    private static final long THUMB = 1L << 32;
    private static final int IT_SHIFT = 33;
    private static final long BIG_ENDIAN = 1L << 41;
    private static final int SENSITIVE_SHIFT = 42;

    private static final Sensitive[] SENSITIVE = Sensitive.values();

    /**
     * Of code at an address.
     *
     * @param thumb CPSR.T
     * @param it ITSTATE, zero outside of an IT block
     * @param bigEndian CPSR.E
     * @param sensitive what happens to sensitive instructions
     */
    public static long of(int pc, boolean thumb, int it, boolean bigEndian, Sensitive sensitive) {
        return pc & 0xffff_ffffL
                | (thumb ? THUMB : 0)
                | (long) it << IT_SHIFT
                | (bigEndian ? BIG_ENDIAN : 0)
                | (long) sensitive.ordinal() << SENSITIVE_SHIFT;
    }

    /** Of A32 code with little-endian data, what emitted code and jump caches are for. */
    public static long plain(int pc, Sensitive sensitive) {
        return of(pc, false, 0, false, sensitive);
    }

    /** Of code at an address that a state is to execute. */
    public static long of(int pc, UserState state, Sensitive sensitive) {
        return of(pc, state.thumb, 0, state.bigEndian, sensitive);
    }

    /** The same but for the address. */
    public static long at(long location, int pc) {
        return location & ~0xffff_ffffL | pc & 0xffff_ffffL;
    }

    /** Guest virtual address of the first instruction. */
    public static int pc(long location) {
        return (int) location;
    }

    /** Whether it is A32 with little-endian data. */
    public static boolean isPlain(long location) {
        return (location & (THUMB | BIG_ENDIAN)) == 0;
    }

    public static boolean thumb(long location) {
        return (location & THUMB) != 0;
    }

    public static int it(long location) {
        return (int) (location >>> IT_SHIFT) & 0xff;
    }

    public static boolean bigEndian(long location) {
        return (location & BIG_ENDIAN) != 0;
    }

    public static Sensitive sensitive(long location) {
        return SENSITIVE[(int) (location >>> SENSITIVE_SHIFT) & 3];
    }
}
