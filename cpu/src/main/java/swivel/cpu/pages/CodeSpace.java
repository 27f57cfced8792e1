package swivel.cpu.pages;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import swivel.arm.T32;
import swivel.cpu.Intrinsics;
import swivel.cpu.ir.Lifter;
import swivel.cpu.ir.Location;
import swivel.memory.GuestMemory;
import swivel.memory.HostRegion;

/**
 * The code of a machine, which all its cores run: the lifted blocks, by page of RAM. A page that has some is
 * write-protected in every address space, which is how code that changes is found: a store to lifted words drops the
 * page's blocks.
 *
 * <p>What all of them take of the heap is bounded by a {@link CodeBudget}. Before a block is lifted that would exceed
 * it, pages are dropped in clock order; one that was used since the hand was there last stays until it comes by again.
 * A page is dropped as a whole, since its blocks are linked to each other.
 *
 * <p>All of it is changed by who has the machine's lock ({@link swivel.memory.MachineLock}). What cores that run
 * emitted code, without the lock, could see half done, is done while none does ({@link #halt}): to protect a page, and
 * to drop one.
 */
public final class CodeSpace implements GuestMemory.CodeWatcher {
    /** A page that changed so often after it had held code is interpreted for a while when it holds code again. */
    private static final int CALM = 4;

    /** The longest while: log2 of blocks executed. */
    private static final int MAX_PATIENCE_SHIFT = 12;

    /** One change is forgiven for so many instructions without any: log2. */
    private static final int FORGIVEN_SHIFT = 20;

    /** The most blocks that start at one word: it may be mapped at many addresses. */
    private static final int MAX_ALIASES = 64;

    private final GuestMemory memory;
    private final Lifter lifter;
    private final CodeBudget budget;
    private final CodePage[] pages;
    /**
     * How often each page changed, up to a limit, and after how many instructions it did last
     * ({@link #FORGIVEN_SHIFT}).
     */
    private final byte[] changes;

    private final int[] changedAt;

    /** The pages that hold code: the clock. */
    private CodePage[] clock = new CodePage[64];

    private int clockCount;
    private int hand;
    private long evictions;

    /** In which address spaces pages must be write-protected. */
    final WriteAliases aliases;

    /** Host memory that belongs to the machine's code. */
    public final HostRegion host = new HostRegion("the processor");

    /** Of the address spaces of all cores. */
    final MappedPages mappedPages = new MappedPages(host);

    private final List<Core> cores = new ArrayList<>();
    /** Those of all cores. */
    private final List<PageMaps> spaces = new ArrayList<>();

    private Consumer<CodePage> watcher = page -> {};

    public CodeSpace(GuestMemory memory, Lifter lifter) {
        this(memory, lifter, CodeBudget.BYTES);
    }

    /** Makes one with another bound than usual of the heap for lifted code. */
    public CodeSpace(GuestMemory memory, Lifter lifter, long codeBudget) {
        this.memory = memory;
        this.budget = new CodeBudget(codeBudget);
        this.lifter = lifter;
        this.pages = new CodePage[(int) (memory.extent() >>> GuestMemory.PAGE_SHIFT)];
        this.changes = new byte[pages.length];
        this.changedAt = new int[pages.length];
        this.aliases = new WriteAliases(pages.length);
    }

    public void setIntrinsics(Intrinsics intrinsics) {
        lifter.setIntrinsics(intrinsics);
    }

    /** Installs who is told of pages that were dropped; there is one. */
    public void watch(Consumer<CodePage> newWatcher) {
        watcher = newWatcher;
    }

    void add(Core core) {
        if (cores.isEmpty()) {
            memory.watch(this);
        }
        cores.add(core);
    }

    /** Returns when no core runs emitted code; none does before the caller gives up the machine's lock. */
    public void halt() {
        if (cores.size() > 1) {
            for (Core core : cores) {
                core.askToLeave();
            }
            for (Core core : cores) {
                core.awaitLeft();
            }
        }
    }

    void add(PageMaps space) {
        spaces.add(space);
    }

    /** Forgets a core. With the last one everything is dropped, for good. */
    void remove(Core core) {
        cores.remove(core);
        if (cores.isEmpty()) {
            for (int i = 0; i < clockCount; i++) {
                memory.removeCode(clock[i].number);
            }
            memory.unwatch(this);
            host.close();
        }
        spaces.removeIf(space -> space.core == core);
    }

    /** The address spaces of all cores. */
    public List<PageMaps> spaces() {
        return spaces;
    }

    public GuestMemory memory() {
        return memory;
    }

    public CodeBudget budget() {
        return budget;
    }

    /** Pages that were dropped to make room. */
    public long evictions() {
        return evictions;
    }

    /** So often it is tried to have two pages at the same time. */
    private static final int ATTEMPTS = 8;

    /**
     * The block of a {@link Location} in a space, lifted if need be; null where it may not be fetched:
     * {@link PageMaps#prefetchAbort}.
     */
    public CodeBlock find(PageMaps space, long asked) {
        int pc = Location.pc(asked);
        long address = space.fetchAddress(pc);
        if (address < 0) {
            return null;
        }
        long location = asked;
        if (Location.thumb(asked) && straddles(address)) {
            long second;
            int attempts = 0;
            do { // who is asked for one of the pages may put another one in place of the other
                second = space.fetchAddress(pc + 2);
                address = space.fetchAddress(pc);
                if (second < 0 || address < 0) {
                    return null;
                }
            } while (!space.executes(pc + 2, memory.page(second)) && ++attempts < ATTEMPTS);
            location = straddles(address) ? Location.withSecondHalf(asked, memory.read16(second)) : asked;
        }
        CodePage page = page(memory.page(address));
        page.used = true;
        CodeBlock block = known(page, location);
        if (block == null) {
            block = lift(page, location);
        }
        if (Location.isPlain(location) && !Location.straddles(location)) {
            space.rememberJump(block);
        }
        return block;
    }

    /**
     * The block of a location in a space, if it is lifted and the space knows that it may be fetched; else null. Also
     * without the machine's lock, on the thread of the space's core while that counts as running emitted code.
     */
    public CodeBlock known(PageMaps space, long location) {
        int number = space.executedPage(Location.pc(location));
        CodePage page = number < 0 ? null : pages[number];
        if (page == null) {
            return null;
        }
        page.used = true;
        return known(page, location);
    }

    /** Whether the T32 instruction at an address in RAM goes on in another page. */
    private boolean straddles(long address) {
        return (address & GuestMemory.PAGE_SIZE - 1) == GuestMemory.PAGE_SIZE - 2
                && T32.length(memory.read16(address)) == 4;
    }

    /** What is known of the code of a page of RAM, from now on: the page counts as code, and is write-protected. */
    public CodePage page(int number) {
        CodePage page = pages[number];
        if (page == null) {
            int unrest = unrest(number);
            page = new CodePage(number, unrest < CALM ? 0 : 1 << unrest, budget);
            page.used = true;
            pages[number] = page;
            if (clockCount == clock.length) {
                clock = Arrays.copyOf(clock, 2 * clockCount);
            }
            page.place = clockCount;
            clock[clockCount++] = page;
            memory.addCode(number, this);
            protect(number);
        }
        return page;
    }

    /** How many changes are held against a page: each million of instructions since the last one forgives one. */
    private int unrest(int number) {
        int calm = now() - changedAt[number];
        return calm >= 0 && calm < changes[number] ? changes[number] - calm : 0;
    }

    private int now() {
        long instructions = 0;
        for (Core core : cores) {
            instructions += core.instructions.getAsLong();
        }
        return (int) (instructions >>> FORGIVEN_SHIFT);
    }

    /** The block at a place in the page of another one, if it was lifted. */
    public CodeBlock neighbour(CodeBlock block, int place) {
        return known(block.page, Location.at(block.location, place));
    }

    /** The word at an address in the page of a block, which counts as lifted from now on. */
    public int word(CodeBlock block, int pc) {
        int offset = pc & GuestMemory.PAGE_SIZE - 1;
        block.page.addWord(offset >>> 2);
        return memory.read32(memory.addressOf(block.page.number) + offset);
    }

    private CodeBlock lift(CodePage known, long location) {
        CodePage page = known;
        int word = word(location);
        if (page.bytes() > budget.pageLimit() || aliases(page.blocks[word]) >= MAX_ALIASES) {
            evict(page);
            page = page(page.number);
        }
        makeRoom(page);
        CodeBlock block = new CodeBlock(lifter.lift(location, page.number), page, page.blocks[word]);
        page.add(word, block);
        return block;
    }

    private static int aliases(CodeBlock first) {
        int count = 0;
        for (CodeBlock block = first; block != null; block = block.other) {
            count++;
        }
        return count;
    }

    /** The word of its page that a block starts in. */
    private static int word(long location) {
        return Location.pc(location) >>> 2 & CodePage.WORDS - 1;
    }

    private static CodeBlock known(CodePage page, long location) {
        CodeBlock block = page.blocks[word(location)];
        while (block != null && block.location != location) {
            block = block.other;
        }
        return block;
    }

    /** Drops pages other than one until the budget is kept, or there is no other. */
    public void makeRoom(CodePage keep) {
        for (int visits = 2 * clockCount; budget.isExceeded() && visits > 0; visits--) {
            hand = hand + 1 < clockCount ? hand + 1 : 0;
            CodePage page = clock[hand];
            if (page.used) {
                page.used = false;
                halt();
                forgetJumps(page); // so that its use is seen
            } else if (page != keep) {
                evict(page);
            }
        }
    }

    private void evict(CodePage page) {
        evictions++;
        drop(page);
    }

    @Override
    public void stored(long offset, int size) {
        CodePage page = pages[GuestMemory.pageAt(offset)];
        int first = (int) (offset >>> 2) & CodePage.WORDS - 1;
        int last = (int) (offset + size - 1 >>> 2) & CodePage.WORDS - 1;
        for (int word = first; page != null && word <= last; word++) {
            if (page.isLifted(word)) {
                changed(page);
                return;
            }
        }
    }

    @Override
    public void written(int number) {
        if (pages[number] != null) {
            changed(pages[number]);
        }
    }

    @Override
    public void protect(int number) {
        if (aliases.has(number)) {
            halt();
            aliases.protect(number, spaces);
        }
    }

    private void changed(CodePage page) {
        int unrest = unrest(page.number);
        changes[page.number] = (byte) Math.min(unrest + 1, MAX_PATIENCE_SHIFT);
        changedAt[page.number] = now();
        drop(page);
    }

    /** Drops the blocks of a page. */
    private void drop(CodePage page) {
        halt();
        pages[page.number] = null;
        memory.removeCode(page.number);
        page.charge(-page.bytes());
        page.dropped = true;
        CodePage last = clock[--clockCount];
        clock[page.place] = last;
        last.place = page.place;
        clock[clockCount] = null;
        forgetJumps(page);
        watcher.accept(page);
    }

    private void forgetJumps(CodePage page) {
        int forgotten = -1;
        for (CodeBlock first : page.blocks) {
            for (CodeBlock block = first; block != null; block = block.other) {
                if (block.pc >>> GuestMemory.PAGE_SHIFT != forgotten) {
                    forgotten = block.pc >>> GuestMemory.PAGE_SHIFT;
                    for (PageMaps space : spaces) {
                        space.forgetJumps(block.pc);
                    }
                }
            }
        }
    }
}
