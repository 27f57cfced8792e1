package swivel.cpu.pages;

import java.util.ArrayList;
import java.util.List;
import swivel.memory.GuestMemory;
import swivel.memory.HostRegion;

/**
 * The host memory of a core's address spaces: where their tables come from, and how much of them may be resident. A
 * space is charged for every 4 MiB of guest virtual addresses in which it ever mapped a page: a page of the host in
 * each of its three tables. When all spaces together reach the bound, the next one in clock order that was not used
 * since the last time round is emptied and gives its tables' memory back; it fills again on demand, as any TLB.
 */
public final class TableMemory {
    /** Addresses that a page of a table is for. */
    static final int REGION_SHIFT = GuestMemory.PAGE_SHIFT + 10;

    /** What a region takes: a page of the host in each of three tables. */
    private static final int REGION_BYTES = 3 * 4096;

    /** The most that tables may take. */
    public static final long MAX_BYTES = 96 << 20;

    public static final int MAX_REGIONS = (int) (MAX_BYTES / REGION_BYTES);

    final HostRegion host;
    private final int bound;
    private final List<PageMaps> spaces = new ArrayList<>();
    private int hand;
    private int regions;
    private int peak;
    private long releases;

    TableMemory(HostRegion host, int bound) {
        this.host = host;
        this.bound = bound;
    }

    void register(PageMaps space) {
        spaces.add(space);
    }

    /** The most bytes of tables that were ever charged. */
    public long peakBytes() {
        return (long) peak * REGION_BYTES;
    }

    /** Times a space was emptied because of the bound. */
    public long releases() {
        return releases;
    }

    /** Charges a space for a region. Spaces may be emptied for it, this one too. */
    void charge(PageMaps space) {
        while (regions >= bound) {
            hand = hand + 1 < spaces.size() ? hand + 1 : 0;
            PageMaps victim = spaces.get(hand);
            if (victim.used) {
                victim.used = false;
            } else if (victim.regions() > 0) {
                regions -= victim.regions();
                releases++;
                victim.release();
            }
        }
        space.used = true;
        regions++;
        peak = Math.max(peak, regions);
    }
}
