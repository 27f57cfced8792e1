package swivel.cpu;

import static swivel.cpu.FuzzSide.*;

import java.util.Arrays;
import java.util.SplittableRandom;
import swivel.cpu.FuzzCoverage.Event;
import swivel.memory.GuestMemory;

/**
 * Page tables of {@link BlockFuzz} that change under running code, as those of a guest do that maps something else
 * without telling its TLB: in an execution that is restless, whenever a space is asked for a page, by a load, a store
 * or a fetch, it may put another page where code or data are, drop pages, refuse to have one executed any more, or drop
 * everything, in the space that asks or in another one. Both engines ask for the same pages in the same order, so that
 * the same happens on both sides.
 */
final class FuzzRemapping {
    /** Of the pages of a batch these are exchanged for each other. */
    private static final int MOVED = BATCH_PAGES - 1;
    /** Instead of a page: none. */
    private static final int REFUSED = -1;

    private static final int MANY_CHANGES = 12;

    private final FuzzSide side;
    private final int[][] code = new int[SPACES][MOVED];
    private final int[][] data = new int[SPACES][DATA_PAGES];
    private int firstPage;
    private SplittableRandom random;
    private int changes;
    private boolean changed;
    /** What was asked for since {@link #restless}, for reports. */
    private final StringBuilder log = new StringBuilder();

    // What is known of the instruction that asks; where nobody is to be told, coverage is null.
    private FuzzCoverage coverage;
    private AddressSpace space;
    private int pc;
    private int link;

    FuzzRemapping(FuzzSide side) {
        this.side = side;
        calm();
    }

    /** The batch that lies from a page on is executed now. */
    void setBatch(int page) {
        calm();
        firstPage = page;
    }

    /**
     * Until {@link #calm} pages change; the same seed gives the same changes. Some pages of data must be asked for
     * again.
     */
    void restless(long seed) {
        random = new SplittableRandom(seed);
        changes = MANY_CHANGES;
        log.setLength(0);
        for (AddressSpace each : side.spaces) {
            for (int page = 0; page < DATA_PAGES; page++) {
                if (random.nextBoolean()) {
                    each.unmap(DATA + (page << GuestMemory.PAGE_SHIFT));
                }
            }
        }
    }

    /** Everything is as usual again. */
    void calm() {
        random = null;
        coverage = null;
        for (int number = 0; number < SPACES; number++) {
            for (int page = 0; changed && page < MOVED; page++) {
                side.spaces[number].unmap(codeAddress(page));
            }
            for (int page = 0; changed && page < DATA_PAGES; page++) {
                side.spaces[number].unmap(dataAddress(page));
            }
            for (int page = 0; page < MOVED; page++) {
                code[number][page] = number == EXCHANGED ? exchange(page) : page;
            }
            Arrays.setAll(data[number], page -> page);
        }
        changed = false;
    }

    boolean isRestless() {
        return random != null;
    }

    /** Says which instruction comes next, and where its program would return to; with no coverage: it is not known. */
    void executes(FuzzCoverage newCoverage, AddressSpace newSpace, int newPc, int newLink) {
        coverage = newCoverage;
        space = newSpace;
        pc = newPc;
        link = newLink;
    }

    private int codeAddress(int page) {
        return CODE + (firstPage + page << GuestMemory.PAGE_SHIFT);
    }

    private static int dataAddress(int page) {
        return DATA + (page << GuestMemory.PAGE_SHIFT);
    }

    /** The page of RAM that holds a page of code in a space; {@link #isRefused}: none. */
    int code(int number, int page) {
        int inBatch = page - firstPage;
        if (inBatch < 0 || inBatch >= MOVED) {
            return number == EXCHANGED ? exchange(page) : page;
        }
        return code[number][inBatch] == REFUSED ? REFUSED : firstPage + code[number][inBatch];
    }

    static boolean isRefused(int page) {
        return page == REFUSED;
    }

    /** Which page of data is at a page of data in a space. */
    int data(int number, int page) {
        return data[number][page];
    }

    /** A space is about to be asked for a page. */
    void asked(int number, int va, AddressSpace.Access access) {
        int page = va - CODE >>> GuestMemory.PAGE_SHIFT;
        if (random != null && page != HANDLER_PAGE) {
            log.append(" %d:%s:%x".formatted(number, access, va));
        }
        // Only interrupts, which only one side has, get to the handler's page. What is refused may be asked for twice.
        if (random != null
                && page != HANDLER_PAGE
                && side.isAllowed(number, va, access)
                && random.nextBoolean()
                && changes-- > 0) {
            change(random.nextBoolean() ? number : random.nextInt(SPACES), access);
        }
    }

    String log() {
        return log.toString();
    }

    private void change(int number, AddressSpace.Access access) {
        log.append('!');
        changed = true;
        AddressSpace to = side.spaces[number];
        int page = random.nextInt(MOVED);
        int dataPage = random.nextInt(DATA_PAGES);
        int other = random.nextInt(MOVED);
        int otherData = random.nextInt(DATA_PAGES);
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> {
                code[number][page] = other;
                side.mapCode(to, codeAddress(page), firstPage + other);
                count(to, codeAddress(page), access, false);
            }
            case 3 -> {
                to.unmap(codeAddress(page));
                count(to, codeAddress(page), access, true);
            }
            case 4 -> {
                code[number][page] = REFUSED;
                to.unmap(codeAddress(page));
                count(to, codeAddress(page), access, true);
            }
            case 5 -> {
                data[number][dataPage] = otherData;
                to.unmap(dataAddress(dataPage));
                side.mapData(number, dataPage);
                count(Event.DATA_REPLACED_BY_FILL);
            }
            case 6 -> to.unmap(dataAddress(dataPage));
            default -> {
                to.clear();
                count(Event.SPACE_CLEARED_BY_FILL);
            }
        }
    }

    private void count(AddressSpace to, int va, AddressSpace.Access access, boolean dropped) {
        if (to != space) {
            return;
        }
        if (isIn(va, pc)) {
            switch (access) {
                case READ -> count(dropped ? Event.RUNNING_PAGE_DROPPED_BY_READ : Event.RUNNING_PAGE_REPLACED_BY_READ);
                case WRITE ->
                    count(dropped ? Event.RUNNING_PAGE_DROPPED_BY_WRITE : Event.RUNNING_PAGE_REPLACED_BY_WRITE);
                case EXECUTE -> count(Event.PAGE_OF_JUMP_CHANGED_BY_FETCH);
            }
        } else {
            count(isIn(va, link) ? Event.PAGE_OF_CALLER_CHANGED_BY_FILL : Event.PAGE_OF_OTHER_CODE_CHANGED_BY_FILL);
        }
    }

    private static boolean isIn(int page, int va) {
        return (page ^ va) >>> GuestMemory.PAGE_SHIFT == 0;
    }

    private void count(Event event) {
        if (coverage != null) {
            coverage.count(event);
        }
    }
}
