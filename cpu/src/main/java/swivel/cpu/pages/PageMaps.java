package swivel.cpu.pages;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import swivel.cpu.AddressSpace;
import swivel.cpu.Trap;
import swivel.cpu.ir.MicroOp;
import swivel.memory.GuestMemory;
import swivel.memory.HostMemory;

/**
 * An address space as the engines of this module read it.
 *
 * <p>Three flat tables of entries, one a page, in native memory: emitted code reads them. An entry for reads or writes
 * XORed with an address of its page gives the byte's {@linkplain GuestMemory#offset offset} in RAM; bit 31 of that is
 * set where nothing is mapped, so that one test finds misses and (in the low bits) misalignment. Where loads or stores
 * go to the device port the entry is a miss too, and says so. Such an entry is an int, or a long of which this is the
 * lower half ({@link EntryFormat}). An entry for execution is an int always, the page's number in RAM, or 0:
 *
 * <pre>
 *  31 30                    12 11     5  4  3   2   1  0
 * +--+------------------------+--------+--+--+----+-----+
 * | M| page of RAM ^ page     |   0    |0 |0 | CP |  0  |    M ^ va[31] = 1: miss; CP: writable, but holds code
 * +--+------------------------+--------+--+--+----+-----+
 * | M| gpa[30:12] ^ page      |   0    |H |1 | 0  |  0  |    M ^ va[31] = 1; H: gpa[31]
 * +--+------------------------+--------+--+--+----+---+-+
 * |  page of RAM, from 0                              |X|    X: executable
 * +---------------------------------------------------+-+
 * </pre>
 */
public final class PageMaps implements AddressSpace {
    /** In the XOR of an entry and an address: set on a miss. */
    public static final int MISS = 0x80000000;
    /** In a write entry: the page may be written, but holds translated code. */
    public static final int CODE = 4;

    /** In a read or write entry that is a miss: the device port is asked. */
    public static final int DEVICE = 8;

    /** Of such an entry, bit 31 of the guest-physical address, and how far it is from there. */
    private static final int HIGH_SHIFT = 27;

    private static final int HIGH = MISS >>> HIGH_SHIFT;

    /** In an execute entry: instructions may be fetched. */
    public static final int EXECUTABLE = 1;

    /** Bytes of a table of ints. */
    private static final long INTS = EntryFormat.NARROW.tableBytes;

    private static final MemorySegment HOST = HostMemory.ALL;
    private static final ValueLayout.OfInt ENTRY = ValueLayout.JAVA_INT_UNALIGNED;

    /** Whose it is. */
    final Core core;

    private final GuestMemory memory;
    private final TableMemory tables;
    private final MappedPages mappedPages;
    private final WriteAliases aliases;
    private final Filler filler;
    private final Sensitive sensitive;

    private final EntryFormat format;

    /** Host addresses of the three tables. */
    public final long loads;

    public final long stores;
    public final long executeMap;

    /** The first two where they have ints; else nothing is mapped here. */
    public final long readMap;

    public final long writeMap;

    private static final int REGIONS = 1 << 32 - TableMemory.REGION_SHIFT;
    /** By region, a bit for each page that is mapped; null where none ever was. */
    private final long[][] mapped = new long[REGIONS][];

    /** The regions that have such bits. */
    private int[] regions = new int[8];

    private int regionCount;
    private int mappedCount;

    /** It was run in, or filled, since {@link TableMemory} last looked. */
    public boolean used;

    private static final int JUMP_CACHE_SIZE = 4096;
    /** Blocks by {@code pc >>> 2}, valid while their page's mapping is. */
    public final CodeBlock[] jumpCache = new CodeBlock[JUMP_CACHE_SIZE];

    private final boolean[] jumpCacheUsed = new boolean[JUMP_CACHE_SIZE / CodePage.WORDS];

    /** Null where no code is emitted. */
    private Watcher watcher;

    private boolean strictAlignment;
    private PageMaps unprivileged;
    private PageMaps peer;
    private PageMaps alternate;

    PageMaps(Core core, Filler filler, Sensitive sensitive) {
        this.core = core;
        this.memory = core.code.memory();
        this.tables = core.tables;
        this.mappedPages = core.mappedPages;
        this.aliases = core.code.aliases;
        this.filler = filler;
        this.sensitive = sensitive;
        this.format = EntryFormat.of(memory);
        this.loads = tables.host.allocate(tableBytes());
        this.stores = loads + format.tableBytes;
        this.executeMap = stores + format.tableBytes;
        format.unmapAll(loads);
        format.unmapAll(stores);
        this.readMap = format == EntryFormat.NARROW ? loads : core.emptyMap();
        this.writeMap = format == EntryFormat.NARROW ? stores : core.emptyMap();
        tables.register(this);
        core.code.add(this);
    }

    private long tableBytes() {
        return 2 * format.tableBytes + INTS;
    }

    @Override
    public void setStrictAlignment(boolean strict) {
        strictAlignment = strict;
    }

    public boolean strictAlignment() {
        return strictAlignment;
    }

    @Override
    public void setUnprivileged(AddressSpace space) {
        unprivileged = (PageMaps) space;
        peer = unprivileged;
        if (peer != null) {
            peer.peer = this;
        }
        if (watcher != null) {
            watcher.unprivilegedChanged(peer == null ? null : peer.watcher);
        }
    }

    @Override
    public void setAlternate(AddressSpace space) {
        if (alternate != null && alternate.alternate == this) {
            alternate.putAlternate(null);
        }
        putAlternate((PageMaps) space);
        if (alternate != null) {
            alternate.putAlternate(this);
        }
    }

    private void putAlternate(PageMaps space) {
        alternate = space;
        if (watcher != null) {
            watcher.alternateChanged(space == null ? null : space.watcher);
        }
    }

    /** The space that {@link MicroOp#SWITCH} goes to as {@link MicroOp#PEER}. */
    public PageMaps peer() {
        return peer;
    }

    /** The one that it goes to as {@link MicroOp#ALTERNATE}. */
    public PageMaps alternate() {
        return alternate;
    }

    public PageMaps unprivileged() {
        return unprivileged;
    }

    public Sensitive sensitive() {
        return sensitive;
    }

    @Override
    public void map(int va, long gpa, boolean read, boolean write, boolean execute) {
        if (!memory.holds(gpa)) {
            throw new IllegalArgumentException("no RAM at 0x" + Long.toHexString(gpa));
        }
        tables.host.check();
        if (!isMapped(va)) {
            setMapped(va);
        } else {
            mappedPages.changes++;
        }
        int page = memory.page(gpa);
        long entry = GuestMemory.offsetOf(page) ^ Integer.toUnsignedLong(va & -GuestMemory.PAGE_SIZE);
        format.put(loads, va, read ? entry : format.miss(va));
        if (write) {
            if (memory.isCode(page)) {
                format.put(stores, va, entry ^ format.miss | CODE);
            } else {
                putWrite(va, entry);
            }
        } else {
            format.put(stores, va, format.miss(va));
        }
        putExecute(va, execute ? page << 1 | EXECUTABLE : 0);
        changed(va);
    }

    @Override
    public void mapDevice(int va, int gpa, boolean ofLoads, boolean ofStores) {
        tables.host.check();
        if (!isMapped(va)) {
            setMapped(va);
        }
        int page = (gpa ^ va) & ~MISS & -GuestMemory.PAGE_SIZE;
        long entry = format.miss(va) | page | gpa >>> HIGH_SHIFT & HIGH | DEVICE;
        if (ofLoads) {
            putDevice(loads, va, entry);
            putExecute(va, 0);
        }
        if (ofStores) {
            putDevice(stores, va, entry);
        }
        changed(va);
    }

    private void changed(int va) {
        if (watcher != null) {
            watcher.changed(va);
        }
    }

    private void putDevice(long table, int va, long entry) {
        if (format.get(table, va) != format.miss(va)) {
            mappedPages.changes++;
        }
        format.put(table, va, entry);
    }

    /** Where an access to an address goes whose entry has {@link #DEVICE}: guest-physical. */
    public static int gpa(long entry, int va) {
        int low = (int) entry;
        return (low & -GuestMemory.PAGE_SIZE ^ va) & ~MISS | (low & HIGH) << HIGH_SHIFT;
    }

    /** Whether an entry is a miss. */
    public static boolean isMiss(long entry, int va) {
        return ((int) entry ^ va) < 0;
    }

    /** Where an access goes whose entry is no miss: from the start of RAM. */
    public static long offset(long entry, int va) {
        return entry ^ Integer.toUnsignedLong(va);
    }

    /** The same where the entry has {@link #CODE}. */
    public long offsetInCode(long entry, int va) {
        return offset(entry ^ format.miss ^ CODE, va);
    }

    @Override
    public boolean isMapped(int va) {
        long[] pages = mapped[va >>> TableMemory.REGION_SHIFT];
        return pages != null && (pages[word(va)] >>> (va >>> GuestMemory.PAGE_SHIFT) & 1) != 0;
    }

    /** Of the bits of a region, the word that has a page's. */
    private static int word(int va) {
        return va >>> GuestMemory.PAGE_SHIFT + 6 & REGION_WORDS - 1;
    }

    private static final int REGION_WORDS = (1 << TableMemory.REGION_SHIFT - GuestMemory.PAGE_SHIFT) / Long.SIZE;

    private void setMapped(int va) {
        int region = va >>> TableMemory.REGION_SHIFT;
        if (mapped[region] == null) {
            tables.charge(this);
            if (regionCount == regions.length) {
                regions = Arrays.copyOf(regions, 2 * regionCount);
            }
            regions[regionCount++] = region;
            mapped[region] = new long[REGION_WORDS];
        }
        mapped[region][word(va)] |= 1L << (va >>> GuestMemory.PAGE_SHIFT);
        mappedCount++;
        mappedPages.add(va, 1);
    }

    /** Regions in which a page was mapped since the tables' memory was last given back. */
    public int regions() {
        return regionCount;
    }

    /** Drops every mapping and gives the tables' memory back. */
    public void release() {
        clear();
        for (int i = 0; i < regionCount; i++) {
            mapped[regions[i]] = null;
        }
        regionCount = 0;
        HostMemory.forget(loads, tableBytes()); // if the host cannot, they are full of misses all the same
    }

    /** What is done with a page, named by its number. */
    @FunctionalInterface
    public interface PageAction {
        void accept(int page);
    }

    /** Does it with every page that is mapped. */
    public void forEachMapped(PageAction action) {
        for (int i = 0; i < regionCount && mappedCount > 0; i++) {
            long[] words = mapped[regions[i]];
            int first = regions[i] << TableMemory.REGION_SHIFT - GuestMemory.PAGE_SHIFT;
            for (int word = 0; word < REGION_WORDS; word++) {
                for (long left = words[word]; left != 0; left &= left - 1) {
                    action.accept(first + word * Long.SIZE + Long.numberOfTrailingZeros(left));
                }
            }
        }
    }

    /** An entry of a table of ints. */
    public static int entry(long map, int va) {
        return HOST.get(ENTRY, map + ((long) (va >>> GuestMemory.PAGE_SHIFT) << 2));
    }

    /** Writes nothing where nothing is mapped, so that the table's page does not become resident. */
    private void putMiss(long table, int va) {
        if (format.get(table, va) != format.miss(va)) {
            format.put(table, va, format.miss(va));
        }
    }

    /** Lets a page be written; who makes its page of RAM code finds it again. */
    private void putWrite(int va, long entry) {
        aliases.add(GuestMemory.pageAt(offset(entry, va)), va >>> GuestMemory.PAGE_SHIFT);
        format.put(stores, va, entry);
    }

    private boolean isExecutable(int va) {
        return entry(executeMap, va) != 0;
    }

    @Override
    public void unmap(int va) {
        tables.host.check();
        if (isMapped(va)) {
            mapped[va >>> TableMemory.REGION_SHIFT][word(va)] &= ~(1L << (va >>> GuestMemory.PAGE_SHIFT));
            mappedCount--;
            mappedPages.add(va, -1);
            putMiss(loads, va);
            putMiss(stores, va);
            putExecute(va, 0);
            changed(va);
        }
    }

    @Override
    public void hold(int va, int pages, boolean held) {
        tables.host.check();
        for (int i = 0; i < pages; i++) {
            mappedPages.add(va + i * GuestMemory.PAGE_SIZE, held ? 1 : -1);
        }
    }

    private void putExecute(int va, int entry) {
        int before = entry(executeMap, va);
        if (before != entry) {
            EntryFormat.NARROW.put(executeMap, va, entry);
            if (before != 0) {
                forgetJumps(va);
            }
        }
    }

    @Override
    public void clear() {
        forEachMapped(page -> unmap(page << GuestMemory.PAGE_SHIFT));
    }

    /** Forgets which blocks addresses of a page lead to. */
    void forgetJumps(int va) {
        int first = jumpIndex(va & -GuestMemory.PAGE_SIZE);
        int part = first / CodePage.WORDS;
        if (jumpCacheUsed[part]) {
            Arrays.fill(jumpCache, first, first + CodePage.WORDS, null);
            jumpCacheUsed[part] = false;
        }
        if (watcher != null) {
            watcher.forget(va);
        }
    }

    void rememberJump(CodeBlock block) {
        int index = jumpIndex(block.pc);
        jumpCache[index] = block;
        jumpCacheUsed[index / CodePage.WORDS] = true;
    }

    /** What an engine keeps by the addresses of a space, told when an address leads elsewhere. */
    public interface Watcher {
        /** What addresses of a page lead to changed. */
        void forget(int va);

        /** What may be done at addresses of a page changed. */
        void changed(int va);

        /** Accesses with user permissions now go through another space, that of this watcher; null: none. */
        void unprivilegedChanged(Watcher user);

        /** The space's alternate is now that of this watcher; null: none. */
        void alternateChanged(Watcher alternate);
    }

    /** Installs who is told; there is one. */
    public void watch(Watcher newWatcher) {
        watcher = newWatcher;
    }

    public Watcher watcher() {
        return watcher;
    }

    public static int jumpIndex(int pc) {
        return pc >>> 2 & (JUMP_CACHE_SIZE - 1);
    }

    /** The entry for a load; asks nobody. */
    public long loadEntry(int va) {
        return format.get(loads, va);
    }

    /** The entry for a store; asks nobody. */
    public long storeEntry(int va) {
        return format.get(stores, va);
    }

    private boolean fill(int va, Access access) {
        if (!memory.lock().isShared()) {
            return filler.fill(this, va, access);
        }
        mappedPages.beginFilling();
        try {
            return filler.fill(this, va, access);
        } finally {
            mappedPages.endFilling();
        }
    }

    /** The entry for an access after asking the filler if need be; a miss where the access is not allowed. */
    public long entryOrFill(int va, Access access) {
        long table = access == Access.WRITE ? stores : loads;
        long found = format.get(table, va);
        if (isMiss(found, va) && (found & (CODE | DEVICE)) == 0 && fill(va, access)) {
            found = format.get(table, va);
        }
        return found;
    }

    /** Number of the page of RAM whose instructions an address leads to, as far as is known; asks nobody; -1: none. */
    public int executedPage(int va) {
        int entry = entry(executeMap, va);
        return entry == 0 ? -1 : entry >>> 1;
    }

    /** Guest-physical address of an instruction, or -1 if it may not be fetched. */
    public long fetchAddress(int va) {
        if (!isExecutable(va) && !(fill(va, Access.EXECUTE) && isExecutable(va))) {
            return -1;
        }
        return memory.addressOf(entry(executeMap, va) >>> 1) + (va & GuestMemory.PAGE_SIZE - 1);
    }

    /**
     * Why {@link CodeSpace#find} found no code at an address: the page of it, or that of its second half, may not be
     * fetched.
     */
    public Trap.PrefetchAbort prefetchAbort(int va) {
        return new Trap.PrefetchAbort(isExecutable(va) ? va + 2 : va);
    }

    /** Whether the instructions at an address are those of a page of RAM; asks nobody. */
    boolean executes(int va, int ramPage) {
        return entry(executeMap, va) == (ramPage << 1 | EXECUTABLE);
    }

    /**
     * Whether a block is still what this space executes at its address: not after a store to it, nor after another page
     * was mapped there.
     */
    public boolean isCurrent(CodeBlock block) {
        return !block.page.dropped && executes(block.pc, block.page.number);
    }

    /** Write-protects every page of this space that maps a page of RAM that now holds code. */
    void protect(int ramPage) {
        forEachMapped(page -> protect(page, ramPage));
    }

    /** Write-protects a page of this space, named by its number, if it maps a page of RAM that now holds code. */
    void protect(int page, int ramPage) {
        int va = page << GuestMemory.PAGE_SHIFT;
        long found = format.get(stores, va);
        if (!isMiss(found, va) && GuestMemory.pageAt(offset(found, va)) == ramPage) {
            format.put(stores, va, found ^ format.miss | CODE);
            changed(va);
        }
    }

    /** Undoes {@link #protect} for one page of this space. */
    public void unprotect(int va) {
        long found = format.get(stores, va);
        if ((found & CODE) != 0) {
            putWrite(va, found ^ format.miss ^ CODE);
            changed(va);
        }
    }
}
