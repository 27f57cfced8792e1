package swivel.nativecore;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How many system calls a change of mappings is. */
class MappingListTest {
    private final Set<Integer> mapped = new java.util.TreeSet<>();
    private final MappingList list = new MappingList(mapped::contains);

    private String text() {
        return IntStream.range(0, list.count())
                .mapToObj(range -> list.page(range) + "+" + list.pages(range) + " " + list.protection(range) + ":"
                        + list.ramPage(range))
                .collect(Collectors.joining(", "));
    }

    @Test
    void pagesThatFollowEachOtherThereAndInRamAreOne() {
        for (int page = 16; page < 32; page++) {
            list.map(page, 3, 100 + page);
        }
        assertEquals("16+16 3:116", text());
    }

    @Test
    void aPageElsewhereInRamOrOfOtherRightsIsAnother() {
        list.map(1, 3, 10);
        list.map(2, 3, 12);
        list.map(3, 5, 13);
        list.map(5, 5, 15);
        assertEquals("1+1 3:10, 2+1 3:12, 3+1 5:13, 5+1 5:15", text());
    }

    @Test
    void whatIsNotMappedBetweenPagesIsUnmappedWithThem() {
        list.unmap(1);
        list.unmap(9);
        assertEquals("1+9 0:0", text());
        mapped.add(12);
        list.unmap(20);
        assertEquals("1+9 0:0, 20+1 0:0", text());
        list.unmap(20_000);
        assertEquals(3, list.count());
    }

    @Test
    void itGrowsAndIsEmptied() {
        for (int i = 0; i < 1000; i++) {
            list.map(2 * i, 1, i);
        }
        assertEquals(1000, list.count());
        assertEquals(999, list.ramPage(999));
        list.clear();
        assertEquals(0, list.count());
    }
}
