package swivel.cpu.pages;

import java.util.Arrays;
import swivel.memory.GuestMemory;

/** The lifted blocks of a page of RAM, until the page changes or its code is dropped to make room. */
public final class CodePage {
    static final int WORDS = GuestMemory.PAGE_SIZE / 4;

    /** The page's number in RAM. */
    public final int number;
    /** By word of the page, the blocks that start there: a list through {@link CodeBlock#other}. */
    public final CodeBlock[] blocks = new CodeBlock[WORDS];

    /** How often blocks of it shall be interpreted before it is worth translating any. */
    public int patience;
    /** Its blocks were dropped: perhaps they are not what RAM holds. */
    public boolean dropped;

    /** A block of it was looked for since the clock's hand was here. */
    boolean used;
    /** Where it is on the clock: {@link CodeSpace}. */
    int place;

    private final CodeBudget budget;
    private int bytes;

    private final long[] lifted = new long[WORDS / Long.SIZE];

    CodePage(int number, int patience, CodeBudget budget) {
        this.number = number;
        this.patience = patience;
        this.budget = budget;
        charge(CodeBudget.PAGE_BYTES);
    }

    /** Adds a block that starts at a word. */
    void add(int word, CodeBlock block) {
        blocks[word] = block;
        int last = (block.pc & GuestMemory.PAGE_SIZE - 1) + block.bytes() - 1 >>> 2;
        for (int i = word; i <= last && i < WORDS; i++) { // the second half of the last may be in another page
            lifted[i >>> 6] |= 1L << i;
        }
        charge(CodeBudget.block(block.instruction.length, block.length));
    }

    /** Notes that translations depend on a word. */
    void addWord(int word) {
        lifted[word >>> 6] |= 1L << word;
    }

    /** Notes that something else than blocks depends on all of its words. */
    public void addAllWords() {
        Arrays.fill(lifted, -1L);
    }

    /** Whether instructions were lifted from a word, or depend on it. */
    boolean isLifted(int word) {
        return (lifted[word >>> 6] >>> word & 1) != 0;
    }

    /** Counts bytes of the heap that are kept with it; negative: that no more are. */
    public void charge(int more) {
        if (!dropped) {
            bytes += more;
            budget.charge(more);
        }
    }

    int bytes() {
        return bytes;
    }
}
