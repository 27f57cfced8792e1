package swivel.vmm;

import java.util.Arrays;

/**
 * Which megabytes ever had a global page in any shadow since everything was dropped: an invalidation by address and
 * ASID need not look for others there.
 */
final class GlobalRegions {
    private final long[] megabytes = new long[1 << (32 - Shadow.MEGABYTE_SHIFT - 6)];

    void clear() {
        Arrays.fill(megabytes, 0);
    }

    /** A global translation of 2^shift bytes was put into a shadow. */
    void note(int va, int shift) {
        int first = (va & -1 << shift) >>> Shadow.MEGABYTE_SHIFT;
        int count = Math.max(1, 1 << shift >>> Shadow.MEGABYTE_SHIFT);
        for (int megabyte = first; megabyte < first + count; megabyte++) {
            megabytes[megabyte >>> 6] |= 1L << megabyte;
        }
    }

    boolean mayHave(int va) {
        int megabyte = va >>> Shadow.MEGABYTE_SHIFT;
        return (megabytes[megabyte >>> 6] >>> megabyte & 1) != 0;
    }
}
