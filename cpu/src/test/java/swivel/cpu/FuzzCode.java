package swivel.cpu;

import static swivel.cpu.FuzzSide.*;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import swivel.cpu.FuzzCoverage.Event;
import swivel.memory.GuestMemory;

/**
 * The programs of {@link BlockFuzz} in RAM of both sides. They come in batches that fill whole pages, for a page that
 * is changed again and again is not emitted any more. A program is known by the word of RAM at which it starts.
 */
final class FuzzCode {
    private static final int PAGE = GuestMemory.PAGE_SIZE;
    private static final int CHANGING_PROGRAMS = 2;

    /** After so many programs the next one lies across the end of the page. */
    private static final int PROGRAMS_TO_END_OF_PAGE = 8;

    private final SplittableRandom random;
    private final FuzzPrograms programs;
    private final FuzzCoverage coverage;
    private final FuzzSide[] sides;

    private int firstPage = -BATCH_PAGES;
    private int changingPage;

    /** The programs of the batch but those that change themselves. */
    final List<Integer> starts = new ArrayList<>();

    /** Those of them that are T32. */
    private final Set<Integer> thumb = new HashSet<>();

    /** Programs that change themselves, and the first words of each. */
    private final Map<Integer, int[]> changing = new HashMap<>();

    FuzzCode(SplittableRandom random, FuzzPrograms programs, FuzzCoverage coverage, FuzzSide... sides) {
        this.random = random;
        this.programs = programs;
        this.coverage = coverage;
        this.sides = sides;
    }

    /** Puts the next batch where the one before it ends, at last at the beginning of RAM again. */
    void next() {
        firstPage += BATCH_PAGES;
        if (firstPage + BATCH_PAGES > CODE_PAGES) {
            firstPage = 0;
        }
        changingPage = firstPage + BATCH_PAGES - 1;
        addPrograms();
        addChangingPrograms();
    }

    private void addPrograms() {
        starts.clear();
        thumb.clear();
        int next = firstPage * PAGE / 4;
        int end = changingPage * PAGE / 4;
        List<Integer> addresses = new ArrayList<>();
        while (end - next >= FuzzPrograms.MAX_WORDS) {
            int place = CODE + 4 * next + random.nextInt(2);
            programs.next(place, addresses);
            if (pageOf(next) != pageOf(next + programs.length - 1)) {
                coverage.count(Event.CODE_CROSSES_PAGE);
            }
            starts.add(next);
            if ((place & 1) != 0) {
                thumb.add(next);
            }
            addresses.add(place);
            next = write(next);
            if (random.nextInt(PROGRAMS_TO_END_OF_PAGE) == 0) {
                next = Math.max(next, (pageOf(next) + 1) * PAGE / 4 - random.nextInt(1, FuzzPrograms.MAX_WORDS / 2));
            }
        }
    }

    private void addChangingPrograms() {
        changing.clear();
        int next = changingPage * PAGE / 4;
        for (int i = 0; i < CHANGING_PROGRAMS; i++) {
            programs.nextThatChangesItself(WRITABLE_CODE + 4 * (next & PAGE / 4 - 1), WRITABLE_ALIASES);
            changing.put(next, Arrays.copyOf(programs.words, FuzzPrograms.PAD));
            next = write(next);
        }
        for (FuzzSide side : sides) {
            side.changingPage = changingPage;
            side.remapping.setBatch(firstPage);
            for (AddressSpace space : side.spaces) {
                for (int i = 0; i < WRITABLE_ALIASES; i++) {
                    space.unmap(WRITABLE_CODE + i * PAGE);
                }
            }
        }
    }

    private int write(int next) {
        for (int i = 0; i < programs.length; i++) {
            for (FuzzSide side : sides) {
                side.memory.write32(side.gpaOfWord(next + i), programs.words[i]);
            }
        }
        return next + programs.length;
    }

    /** Programs that change themselves, in order. */
    List<Integer> changing() {
        return changing.keySet().stream().sorted().toList();
    }

    /** The word, counted from the first one, that one of them changes. */
    int changed(int start) {
        return start + FuzzPrograms.PAD;
    }

    /** Whether a program is one of those that change themselves, and what stands before the change is as it was. */
    boolean isChangedInItsPlaceOnly(int start, FuzzSide side) {
        int[] words = changing.get(start);
        boolean same = words != null;
        for (int i = 0; same && i < FuzzPrograms.PAD; i++) {
            same = side.memory.read32(side.gpaOfWord(start + i)) == words[i];
        }
        return same;
    }

    /** Whether a program is in the page of those that change themselves. */
    boolean isInChangingPage(int start) {
        return pageOf(start) == changingPage;
    }

    /** Whether a program may reach into the next page. */
    static boolean mayCrossPage(int start) {
        return pageOf(start) != pageOf(start + FuzzPrograms.MAX_WORDS / 2);
    }

    /** Where a program starts, in a space. */
    int place(int start, int space) {
        int page = pageOf(start);
        int at = space == EXCHANGED ? start + (exchange(page) - page) * PAGE / 4 : start;
        return CODE + 4 * at + (thumb.contains(start) ? 1 : 0);
    }

    private static int pageOf(int word) {
        return word >> GuestMemory.PAGE_SHIFT - 2;
    }

    /** Changes an instruction of a program from outside. */
    void change(int start) {
        int word = programs.instruction(1);
        int changed = start + random.nextInt(8);
        for (FuzzSide side : sides) {
            side.memory.write32(side.gpaOfWord(changed), word);
        }
    }

    /** Where memory of the two sides differs: data, and the batch; -1: nowhere. */
    long difference(FuzzSide one, FuzzSide other) {
        long at = one.difference(other, RAM_PAGES - DATA_PAGES, DATA_PAGES);
        return at >= 0 ? at : one.difference(other, firstPage, BATCH_PAGES);
    }

    /** Gives one side the memory of the other: data, and programs that change themselves. */
    void copyMemory(FuzzSide from, FuzzSide to) {
        byte[] page = new byte[PAGE];
        for (int number = changingPage; number < RAM_PAGES; number = Math.max(number + 1, RAM_PAGES - DATA_PAGES)) {
            from.memory.read(from.gpa(number), page, 0, PAGE);
            to.memory.write(to.gpa(number), page, 0, PAGE);
        }
    }

    /**
     * Lets both engines drop what they have of the batch, and of earlier ones, to which addresses in memory still lead.
     */
    void forget() {
        for (FuzzSide side : sides) {
            for (int page = 0; page < CODE_PAGES; page++) {
                if (side.isCode(page)) {
                    side.memory.write32(side.gpa(page), side.memory.read32(side.gpa(page)));
                }
            }
        }
    }
}
