package swivel.cpu;

import java.util.ArrayList;
import java.util.List;
import swivel.memory.GuestMemory;

/**
 * The lifted blocks, by page of RAM. A page that has some is write-protected in every address space, which is how code that
 * changes is found: a store to lifted words drops the page's blocks.
 */
final class CodeCache {
    /** Blocks of a page by word, and which of its words were lifted. */
    private static final class Page {
        final Block[] blocks = new Block[GuestMemory.PAGE_SIZE / 4];
        final long[] lifted = new long[GuestMemory.PAGE_SIZE / 4 / 64];
    }

    private final GuestMemory memory;
    private final A32Lifter lifter;
    private final Page[] pages;
    private final List<AddressSpace> spaces = new ArrayList<>();

    CodeCache(GuestMemory memory) {
        this.memory = memory;
        this.lifter = new A32Lifter(memory);
        this.pages = new Page[(int) (memory.size() >>> GuestMemory.PAGE_SHIFT)];
        memory.watch(this::invalidate);
    }

    void setIntrinsics(Intrinsics intrinsics) {
        lifter.setIntrinsics(intrinsics);
    }

    void register(AddressSpace space) {
        spaces.add(space);
    }

    /** What else than its place and address decides how a block is lifted. */
    static int variant(AddressSpace.Sensitive sensitive, boolean bigEndian) {
        return sensitive.ordinal() << 1 | (bigEndian ? 1 : 0);
    }

    /** The block at an address, lifted if need be; null where it may not be fetched. */
    Block find(AddressSpace space, int pc, boolean bigEndian) {
        int offset = space.fetchOffset(pc);
        if (offset < 0) {
            return null;
        }
        int number = offset >>> GuestMemory.PAGE_SHIFT;
        Page page = pages[number];
        if (page == null) {
            page = new Page();
            pages[number] = page;
            memory.setCode(number, true);
            for (AddressSpace other : spaces) {
                other.protect(number);
            }
        }
        int word = offset >>> 2 & page.blocks.length - 1;
        int variant = variant(space.sensitive(), bigEndian);
        Block first = page.blocks[word];
        Block block = first;
        while (block != null && (block.pc != pc || block.variant != variant)) {
            block = block.other;
        }
        if (block == null) {
            block = lifter.lift(pc, offset, space.sensitive(), bigEndian, variant, first);
            page.blocks[word] = block;
            for (int i = word; i < word + block.length; i++) {
                page.lifted[i >>> 6] |= 1L << i;
            }
        }
        if (!bigEndian) {
            space.rememberJump(block);
        }
        return block;
    }

    /** Called before a store of {@code size} bytes at {@code offset} in RAM that stays in one page of lifted code. */
    void stored(int offset, int size) {
        int number = offset >>> GuestMemory.PAGE_SHIFT;
        Page page = pages[number];
        int first = offset >>> 2 & page.blocks.length - 1;
        int last = offset + size - 1 >>> 2 & page.blocks.length - 1;
        for (int word = first; word <= last; word++) {
            if ((page.lifted[word >>> 6] >>> word & 1) != 0) {
                invalidate(number);
                return;
            }
        }
    }

    /** Drops the blocks of a page of RAM. */
    void invalidate(int number) {
        pages[number] = null;
        memory.setCode(number, false);
        for (AddressSpace space : spaces) {
            space.forgetJumps();
        }
    }
}
