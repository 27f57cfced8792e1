package swivel.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import swivel.memory.GuestMemory;

/**
 * The lifted blocks, by page of RAM. A page that has some is write-protected in every address space, which is how code that
 * changes is found: a store to lifted words drops the page's blocks.
 */
final class CodeCache {
    /** A page that changed so often after it had held code is interpreted for a while when it holds code again. */
    private static final int CALM = 4;

    /** The longest while: log2 of blocks executed. */
    private static final int MAX_PATIENCE_SHIFT = 12;

    private final GuestMemory memory;
    private final A32Lifter lifter;
    private final CodePage[] pages;
    /** How often each page was dropped, up to a limit. */
    private final byte[] drops;

    private final WriteAliases aliases;
    private final List<AddressSpace> spaces = new ArrayList<>();
    private Consumer<CodePage> watcher = page -> {};

    CodeCache(GuestMemory memory) {
        this.memory = memory;
        this.lifter = new A32Lifter(memory);
        this.pages = new CodePage[(int) (memory.extent() >>> GuestMemory.PAGE_SHIFT)];
        this.drops = new byte[pages.length];
        this.aliases = new WriteAliases(pages.length);
        memory.watch(this::invalidate);
    }

    void setIntrinsics(Intrinsics intrinsics) {
        lifter.setIntrinsics(intrinsics);
    }

    /** Installs who is told of pages that were dropped; there is one. */
    void watch(Consumer<CodePage> newWatcher) {
        watcher = newWatcher;
    }

    void register(AddressSpace space) {
        spaces.add(space);
    }

    WriteAliases aliases() {
        return aliases;
    }

    List<AddressSpace> spaces() {
        return spaces;
    }

    /** In {@link #variant}: CPSR.E was set. */
    static final int BIG_ENDIAN = 1;

    /** What else than its place and address decides how a block is lifted. */
    static int variant(AddressSpace.Sensitive sensitive, boolean bigEndian) {
        return sensitive.ordinal() << 1 | (bigEndian ? BIG_ENDIAN : 0);
    }

    private static final AddressSpace.Sensitive[] SENSITIVE = AddressSpace.Sensitive.values();

    /** The block at an address, lifted if need be; null where it may not be fetched. */
    Block find(AddressSpace space, int pc, boolean bigEndian) {
        int offset = space.fetchOffset(pc);
        if (offset < 0) {
            return null;
        }
        int number = offset >>> GuestMemory.PAGE_SHIFT;
        CodePage page = pages[number];
        if (page == null) {
            page = new CodePage(number, drops[number] < CALM ? 0 : 1 << drops[number]);
            pages[number] = page;
            memory.setCode(number, true);
            aliases.protect(number, spaces);
        }
        Block block = find(page, pc, variant(space.sensitive(), bigEndian));
        if (!bigEndian) {
            space.rememberJump(block);
        }
        return block;
    }

    /** The block at an address in the page of another one, if it was lifted. */
    Block neighbour(Block block, int pc) {
        return known(block.page, pc, block.variant);
    }

    /** The word at an address in the page of a block, which counts as lifted from now on. */
    int word(Block block, int pc) {
        int offset = pc & GuestMemory.PAGE_SIZE - 1;
        block.page.addWord(offset >>> 2);
        return memory.read32(memory.base() + (block.page.number << GuestMemory.PAGE_SHIFT) + offset);
    }

    private Block find(CodePage page, int pc, int variant) {
        Block block = known(page, pc, variant);
        if (block == null) {
            int word = pc >>> 2 & CodePage.WORDS - 1;
            Block first = page.blocks[word];
            block = lifter.lift(pc, page, SENSITIVE[variant >>> 1], (variant & BIG_ENDIAN) != 0, variant, first);
            page.add(word, block);
        }
        return block;
    }

    private static Block known(CodePage page, int pc, int variant) {
        Block block = page.blocks[pc >>> 2 & CodePage.WORDS - 1];
        while (block != null && (block.pc != pc || block.variant != variant)) {
            block = block.other;
        }
        return block;
    }

    /** Called before a store of {@code size} bytes at {@code offset} in RAM that stays in one page of lifted code. */
    void stored(int offset, int size) {
        int number = offset >>> GuestMemory.PAGE_SHIFT;
        CodePage page = pages[number];
        int first = offset >>> 2 & CodePage.WORDS - 1;
        int last = offset + size - 1 >>> 2 & CodePage.WORDS - 1;
        for (int word = first; word <= last; word++) {
            if (page.isLifted(word)) {
                invalidate(number);
                return;
            }
        }
    }

    /** Drops the blocks of a page of RAM. */
    void invalidate(int number) {
        CodePage page = pages[number];
        pages[number] = null;
        memory.setCode(number, false);
        if (drops[number] < MAX_PATIENCE_SHIFT) {
            drops[number]++;
        }
        page.dropped = true;
        int forgotten = -1;
        for (Block first : page.blocks) {
            for (Block block = first; block != null; block = block.other) {
                if (block.pc >>> GuestMemory.PAGE_SHIFT != forgotten) {
                    forgotten = block.pc >>> GuestMemory.PAGE_SHIFT;
                    for (AddressSpace space : spaces) {
                        space.forgetJumps(block.pc);
                    }
                }
            }
        }
        watcher.accept(page);
    }
}
