package swivel.cpu;

import java.util.Arrays;
import swivel.memory.GuestMemory;

/**
 * A page-granular map from guest virtual addresses to RAM with user permissions: what a processor's TLB would hold. It is
 * filled on demand through its {@link Filler} and emptied by its owner.
 *
 * <p>Two tables of entries, for reads and writes. An entry XORed with an address of its page gives the byte's offset in RAM; bit 31
 * of that is set where nothing is mapped, so that one test finds misses and (in the low bits) misalignment:
 *
 * <pre>
 *  31 30                    12 11           3   2   1  0
 * +--+------------------------+--------------+----+-----+
 * | M| page of RAM ^ page     |      0       | CP |  0  |    M ^ va[31] = 1: miss; CP: writable, but holds code
 * +--+------------------------+--------------+----+-----+
 * </pre>
 */
public final class AddressSpace {
    /** Fills an address space on a miss. */
    @FunctionalInterface
    public interface Filler {
        /** Maps the page of {@code va} with {@link AddressSpace#map}, or returns false: the access then aborts. */
        boolean fill(AddressSpace space, int va, Access access);
    }

    /** What an access wants to do. */
    public enum Access {
        READ,
        WRITE,
        EXECUTE
    }

    /** What happens to sensitive instructions in code of this space. */
    public enum Sensitive {
        /** They execute as user mode defines them: user programs. */
        EXECUTE,
        /** The same, and they are counted: a kernel that was rewritten, or should have been. */
        COUNT,
        /** They trap: an unmodified kernel under translation. */
        TRAP
    }

    /** In the XOR of an entry and an address: set on a miss. */
    static final int MISS = 0x80000000;
    /** In a write entry: the page may be written, but holds translated code. */
    static final int CODE = 4;

    private static final int LEAF_SHIFT = 22;
    static final int LEAF_MASK = 0x3ff;
    private static final int[] MISS_LOW = newLeaf(MISS);
    private static final int[] MISS_HIGH = newLeaf(0);

    private final GuestMemory memory;
    private final Filler filler;
    private final Sensitive sensitive;

    final int[][] readMap = new int[1 << (32 - LEAF_SHIFT)][];
    final int[][] writeMap = new int[1 << (32 - LEAF_SHIFT)][];
    /** Execute permission, a bit a page: word {@code va >>> 17}, bit {@code va >>> 12 & 31}. */
    private final int[] executable = new int[1 << 15];

    /** Pages that may have an entry, each once, for flushes and for write-protecting code. */
    private int[] filled = new int[64];

    private int filledCount;

    private static final int JUMP_CACHE_SIZE = 4096;
    /** Blocks by {@code pc >>> 2}, valid while their page's mapping is. */
    final Block[] jumpCache = new Block[JUMP_CACHE_SIZE];

    private boolean jumpCacheUsed;
    private boolean strictAlignment;
    private AddressSpace unprivileged;

    AddressSpace(GuestMemory memory, Filler filler, Sensitive sensitive) {
        this.memory = memory;
        this.filler = filler;
        this.sensitive = sensitive;
        Arrays.fill(readMap, 0, readMap.length / 2, MISS_LOW);
        Arrays.fill(readMap, readMap.length / 2, readMap.length, MISS_HIGH);
        System.arraycopy(readMap, 0, writeMap, 0, readMap.length);
    }

    private static int[] newLeaf(int entry) {
        int[] leaf = new int[LEAF_MASK + 1];
        Arrays.fill(leaf, entry);
        return leaf;
    }

    private static int miss(int va) {
        return ~va & MISS;
    }

    /** Makes every unaligned access abort, as SCTLR.A does (ARM DDI 0406C, A3.2.1). */
    public void setStrictAlignment(boolean strict) {
        strictAlignment = strict;
    }

    boolean strictAlignment() {
        return strictAlignment;
    }

    /** Names the space through which LDRT and its family access memory; null: every such access aborts. */
    public void setUnprivileged(AddressSpace space) {
        unprivileged = space;
    }

    AddressSpace unprivileged() {
        return unprivileged;
    }

    Sensitive sensitive() {
        return sensitive;
    }

    /**
     * Maps the page of {@code va} to the page of RAM that holds guest-physical {@code gpa}, replacing what was there.
     *
     * @throws IllegalArgumentException if {@code gpa} is not in RAM
     */
    public void map(int va, int gpa, boolean read, boolean write, boolean execute) {
        if (!memory.contains(gpa)) {
            throw new IllegalArgumentException("no RAM at 0x" + Integer.toHexString(gpa));
        }
        unmap(va);
        int offset = (int) memory.offset(gpa) & -GuestMemory.PAGE_SIZE;
        int entry = offset ^ (va & -GuestMemory.PAGE_SIZE);
        put(readMap, va, read ? entry : miss(va));
        if (write) {
            boolean code = memory.isCode(offset >>> GuestMemory.PAGE_SHIFT);
            put(writeMap, va, code ? entry ^ MISS | CODE : entry);
        } else {
            put(writeMap, va, miss(va));
        }
        if (execute) {
            executable[va >>> 17] |= 1 << (va >>> 12);
        }
        if (filledCount == filled.length) {
            compactFilled();
        }
        filled[filledCount++] = va >>> GuestMemory.PAGE_SHIFT;
    }

    /** Drops entries that were unmapped or listed twice; grows the list if most are alive. */
    private void compactFilled() {
        Arrays.sort(filled, 0, filledCount);
        int kept = 0;
        for (int i = 0; i < filledCount; i++) {
            boolean again = i > 0 && filled[i] == filled[i - 1];
            if (!again && isMapped(filled[i] << GuestMemory.PAGE_SHIFT)) {
                filled[kept++] = filled[i];
            }
        }
        filledCount = kept;
        if (kept > filled.length / 2) {
            filled = Arrays.copyOf(filled, filled.length * 2);
        }
    }

    private boolean isMapped(int va) {
        int write = entry(writeMap, va);
        return ((entry(readMap, va) ^ va) & MISS) == 0
                || ((write ^ va) & MISS) == 0
                || (write & CODE) != 0
                || isExecutable(va);
    }

    static int entry(int[][] map, int va) {
        return map[va >>> LEAF_SHIFT][va >>> GuestMemory.PAGE_SHIFT & LEAF_MASK];
    }

    private static void put(int[][] map, int va, int entry) {
        int[] leaf = map[va >>> LEAF_SHIFT];
        if (leaf == MISS_LOW || leaf == MISS_HIGH) {
            if (entry == miss(va)) {
                return;
            }
            leaf = leaf.clone();
            map[va >>> LEAF_SHIFT] = leaf;
        }
        leaf[va >>> GuestMemory.PAGE_SHIFT & LEAF_MASK] = entry;
    }

    private boolean isExecutable(int va) {
        return (executable[va >>> 17] >>> (va >>> 12) & 1) != 0;
    }

    /** Drops the mapping of one page, if there is one. */
    public void unmap(int va) {
        put(readMap, va, miss(va));
        put(writeMap, va, miss(va));
        if (isExecutable(va)) {
            executable[va >>> 17] &= ~(1 << (va >>> 12));
            forgetJumps();
        }
    }

    /** Drops every mapping. */
    public void clear() {
        for (int i = 0; i < filledCount; i++) {
            unmap(filled[i] << GuestMemory.PAGE_SHIFT);
        }
        filledCount = 0;
        forgetJumps();
    }

    /** Forgets which blocks addresses lead to. */
    void forgetJumps() {
        if (jumpCacheUsed) {
            Arrays.fill(jumpCache, null);
            jumpCacheUsed = false;
        }
    }

    void rememberJump(Block block) {
        jumpCache[jumpIndex(block.pc)] = block;
        jumpCacheUsed = true;
    }

    static int jumpIndex(int pc) {
        return pc >>> 2 & (JUMP_CACHE_SIZE - 1);
    }

    /** The entry for an access after asking the filler if need be; a miss where the access is not allowed. */
    int entryOrFill(int va, Access access) {
        int[][] map = access == Access.WRITE ? writeMap : readMap;
        int found = entry(map, va);
        if (((found ^ va) & MISS) != 0 && (found & CODE) == 0 && filler.fill(this, va, access)) {
            found = entry(map, va);
        }
        return found;
    }

    /** Offset in RAM of an instruction, or -1 if it may not be fetched. */
    int fetchOffset(int va) {
        if (!isExecutable(va) && !(filler.fill(this, va, Access.EXECUTE) && isExecutable(va))) {
            return -1;
        }
        return (entry(readMap, va) ^ va) & ~MISS;
    }

    /** Write-protects every page of this space that maps a page of RAM that now holds code. */
    void protect(int ramPage) {
        for (int i = 0; i < filledCount; i++) {
            int va = filled[i] << GuestMemory.PAGE_SHIFT;
            int found = entry(writeMap, va);
            if (((found ^ va) & MISS) == 0 && (found ^ va) >>> GuestMemory.PAGE_SHIFT == ramPage) {
                put(writeMap, va, found ^ MISS | CODE);
            }
        }
    }

    /** Undoes {@link #protect} for one page of this space. */
    void unprotect(int va) {
        int found = entry(writeMap, va);
        if ((found & CODE) != 0) {
            put(writeMap, va, (found ^ MISS) & ~CODE);
        }
    }
}
