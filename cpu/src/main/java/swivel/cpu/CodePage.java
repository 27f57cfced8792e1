package swivel.cpu;

import swivel.memory.GuestMemory;

/** The lifted blocks of a page of RAM, until the page changes. */
final class CodePage {
    static final int WORDS = GuestMemory.PAGE_SIZE / 4;

    /** The page's number in RAM. */
    final int number;
    /** By word of the page, the blocks that start there: a list through {@link Block#other}. */
    final Block[] blocks = new Block[WORDS];

    /** How often blocks of it shall be interpreted before it is worth translating any. */
    int patience;
    /** The page changed: its blocks are not what RAM holds. */
    boolean dropped;

    private final long[] lifted = new long[WORDS / Long.SIZE];

    CodePage(int number, int patience) {
        this.number = number;
        this.patience = patience;
    }

    /** Adds a block that starts at a word. */
    void add(int word, Block block) {
        blocks[word] = block;
        for (int i = word; i < word + block.length; i++) {
            lifted[i >>> 6] |= 1L << i;
        }
    }

    /** Notes that translations depend on a word. */
    void addWord(int word) {
        lifted[word >>> 6] |= 1L << word;
    }

    /** Whether instructions were lifted from a word, or depend on it. */
    boolean isLifted(int word) {
        return (lifted[word >>> 6] >>> word & 1) != 0;
    }
}
