package swivel.cpu.ir;

import swivel.cpu.AddressSpace.Sensitive;
import swivel.cpu.UserState;

/**
 * A block's identity, but for the page of RAM that it is in: all that decided how its words were lifted, in one long,
 * so that it is found by one comparison.
 *
 * <pre>
 *  63   60  59  58          43 42      41  40  39         32 31          1  0
 * |   0   | S | second half   | sensitive | E |  ITSTATE    |     pc      | T |
 * </pre>
 *
 * The lower half is the place: an address with T in bit 0, as BX takes it (ARM DDI 0406C, A2.3.1, BXWritePC). So direct
 * and indirect jumps, return addresses, links and jump caches have one notion of where code goes on, whatever the
 * instruction set.
 *
 * <p>With S the code is one T32 instruction of 32 bits whose second half is in the next page: which that is, and what
 * it holds, depends on more than the page of RAM that the block is in, so it is looked at each time the code is looked
 * for, and its value is a part of the identity.
 */
public final class Location {
    private Location() {}

    private static final int IT_SHIFT = 32;
    private static final long BIG_ENDIAN = 1L << 40;
    private static final int SENSITIVE_SHIFT = 41;

    private static final int SECOND_SHIFT = 43;
    private static final long HAS_SECOND = 1L << 59;

    /** In a place: T32. */
    private static final int THUMB = 1;

    /** What {@link #at} keeps. */
    private static final long KEPT = 7L << 40;

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
        return place(pc, thumb) & 0xffff_ffffL
                | (long) it << IT_SHIFT
                | (bigEndian ? BIG_ENDIAN : 0)
                | (long) sensitive.ordinal() << SENSITIVE_SHIFT;
    }

    /**
     * Of code at a place, outside of an IT block and with little-endian data: what emitted code and jump caches are
     * for.
     */
    public static long plain(int place, Sensitive sensitive) {
        return place & 0xffff_ffffL | (long) sensitive.ordinal() << SENSITIVE_SHIFT;
    }

    /** Of code at an address that a state is to execute. */
    public static long of(int pc, UserState state, Sensitive sensitive) {
        return of(pc, state.thumb, state.it, state.bigEndian, sensitive);
    }

    /** The place of code at an address: T in bit 0. */
    public static int place(int pc, boolean thumb) {
        return thumb ? pc | THUMB : pc;
    }

    /** Of code at another place to which a jump leads, and so outside of an IT block; the rest is the same. */
    public static long at(long location, int place) {
        return location & KEPT | place & 0xffff_ffffL;
    }

    /** Address of the first instruction, with T in bit 0. */
    public static int place(long location) {
        return (int) location;
    }

    /** Guest virtual address of the first instruction. */
    public static int pc(long location) {
        return (int) location & ~THUMB;
    }

    /** The same of an instruction whose second half is in another page. */
    public static long withSecondHalf(long location, int half) {
        return location | HAS_SECOND | (half & 0xffffL) << SECOND_SHIFT;
    }

    /** What {@link #withSecondHalf} noted, 0 elsewhere. */
    public static int secondHalf(long location) {
        return (int) (location >>> SECOND_SHIFT) & 0xffff;
    }

    /** Whether it is an instruction whose second half is in another page. */
    public static boolean straddles(long location) {
        return (location & HAS_SECOND) != 0;
    }

    /** Whether it is code outside of an IT block with little-endian data. */
    public static boolean isPlain(long location) {
        return (location & (BIG_ENDIAN | 0xffL << IT_SHIFT)) == 0;
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
