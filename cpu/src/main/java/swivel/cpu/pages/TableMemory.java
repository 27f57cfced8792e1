package swivel.cpu.pages;

import java.util.ArrayList;
import java.util.List;
import swivel.memory.GuestMemory;
import swivel.memory.HostRegion;

/**
 * The host memory of a core's address spaces: where their tables come from, and how much of them may be resident. A
 * space is charged for every 4 MiB of guest virtual addresses in which it ever mapped a page: a page of the host in
 * each of its three tables, or two where entries are twice as large. When all spaces together reach the bound, the next
 * one in clock order that was not used since the last time round is emptied and gives its tables' memory back; it fills
 * again on demand, as any TLB.
 */
public final class TableMemory {
    /** Addresses that a page of a table is for. */
    static final int REGION_SHIFT = GuestMemory.PAGE_SHIFT + 10;

    /** The most that tables may take. */
    public static final long MAX_BYTES = 96 << 20;

    final HostRegion host;
    /** What a region takes. */
    private final int regionBytes;

    /** In regions. */
    private final int bound;

    private final List<PageMaps> spaces = new ArrayList<>();
    private int hand;
    private int regions;
    private int peak;
    private long releases;

    /** Makes one for a format, bounded in bytes. */
    TableMemory(HostRegion host, EntryFormat format, long bytes) {
        this.host = host;
        int ints = Integer.BYTES << REGION_SHIFT - GuestMemory.PAGE_SHIFT;
        this.regionBytes = 2 * (1 << format.shift + REGION_SHIFT - GuestMemory.PAGE_SHIFT) + ints;
        this.bound = (int) (bytes / regionBytes);
    }

    void register(PageMaps space) {
        spaces.add(space);
    }

    /** The most bytes of tables that were ever charged. */
    public long peakBytes() {
        return (long) peak * regionBytes;
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
