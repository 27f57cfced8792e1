package swivel.nativecore;

import java.util.Arrays;
import java.util.function.IntPredicate;
import swivel.memory.GuestMemory;

/**
 * What has to be done to the mappings of a child, in as few system calls as can be: pages that follow each other, there
 * and in RAM, are one. Pages are added in ascending order, named by their numbers.
 */
final class MappingList {
    /** Between pages to be unmapped, so many that are not mapped are unmapped with them. */
    private static final int GAP = 1024;

    private static final int FIELDS = 4;

    private final IntPredicate isMapped;

    /** Of each range: first page, pages, protection (0: none) and first page of RAM. */
    private int[] ranges = new int[64 * FIELDS];

    private int count;

    /** @param isMapped whether a page is mapped, of those that are not added */
    MappingList(IntPredicate isMapped) {
        this.isMapped = isMapped;
    }

    void clear() {
        count = 0;
    }

    int count() {
        return count;
    }

    int page(int range) {
        return ranges[range * FIELDS];
    }

    int pages(int range) {
        return ranges[range * FIELDS + 1];
    }

    int protection(int range) {
        return ranges[range * FIELDS + 2];
    }

    int ramPage(int range) {
        return ranges[range * FIELDS + 3];
    }

    void map(int page, int protection, int ramPage) {
        if (count > 0) {
            int last = count - 1;
            int pages = pages(last);
            if (page(last) + pages == page && protection(last) == protection && ramPage(last) + pages == ramPage) {
                ranges[last * FIELDS + 1]++;
                return;
            }
        }
        add(page, protection, ramPage);
    }

    void unmap(int page) {
        if (count > 0 && protection(count - 1) == 0 && isFree(page(count - 1) + pages(count - 1), page)) {
            ranges[(count - 1) * FIELDS + 1] = page + 1 - page(count - 1);
        } else {
            add(page, 0, 0);
        }
    }

    private boolean isFree(int from, int to) {
        if (to - from > GAP) {
            return false;
        }
        for (int page = from; page < to; page++) {
            if (isMapped.test(page)) {
                return false;
            }
        }
        return true;
    }

    private void add(int page, int protection, int ramPage) {
        if ((count + 1) * FIELDS > ranges.length) {
            ranges = Arrays.copyOf(ranges, 2 * ranges.length);
        }
        int at = count++ * FIELDS;
        ranges[at] = page;
        ranges[at + 1] = 1;
        ranges[at + 2] = protection;
        ranges[at + 3] = ramPage;
    }

    /** Address of a page. */
    static int address(int page) {
        return page << GuestMemory.PAGE_SHIFT;
    }
}
