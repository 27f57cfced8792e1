package swivel.nativecore;

import java.util.Arrays;
import java.util.BitSet;
import swivel.cpu.pages.PageMaps;
import swivel.memory.GuestMemory;

/**
 * What a processor keeps of an address space: the child process whose mappings are made those of the space before it
 * runs. The child is a cache, which may be ended at any time.
 */
final class NativeSpace implements PageMaps.Watcher {
    /** The highest page that a process can have, where nobody expects one of the guest. */
    static final int FIRST_STUB = -2 * GuestMemory.PAGE_SIZE;

    /** What Linux keeps from 32-bit programs: the last page (TASK_SIZE_32). */
    private static final int NO_PAGE = -1 >>> GuestMemory.PAGE_SHIFT;

    private static final int REGION_PAGES = 1 << 10;
    private static final int PROTECTION_BITS = 3;

    private final PageMaps space;
    private final NativeCode code;
    /** Pages in front of it belong to the host. */
    private final int firstPage;

    /** By region, what is mapped in the child: its page of RAM and the protection; 0: nothing. */
    private final int[][] mapped = new int[(1 << 32 - GuestMemory.PAGE_SHIFT) / REGION_PAGES][];

    /** Pages that may have to be mapped otherwise, each once. */
    private int[] changed = new int[256];

    private int changedCount;
    private final BitSet isChanged = new BitSet();

    private final MappingList list = new MappingList(page -> mapped(page) != 0);

    /** Null while there is none. */
    private GuestProcess process;

    /** The guest has a page where the stub's is. */
    private boolean inTheWay;

    NativeSpace(PageMaps space, NativeCode code, int firstAddress) {
        this.space = space;
        this.code = code;
        this.firstPage = firstAddress >>> GuestMemory.PAGE_SHIFT;
    }

    @Override
    public void forget(int va) {}

    @Override
    public void unprivilegedChanged(PageMaps.Watcher user) {}

    @Override
    public void alternateChanged(PageMaps.Watcher alternate) {}

    @Override
    public void changed(int va) {
        if (process == null) {
            return;
        }
        int page = va >>> GuestMemory.PAGE_SHIFT;
        inTheWay |= page == process.stubAddress >>> GuestMemory.PAGE_SHIFT && space.isMapped(va);
        if (!isChanged.get(page)) {
            isChanged.set(page);
            if (changedCount == changed.length) {
                changed = Arrays.copyOf(changed, 2 * changedCount);
            }
            changed[changedCount++] = page;
        }
    }

    /** Whether a page of the guest can be in a child. */
    boolean canHave(int va) {
        int page = va >>> GuestMemory.PAGE_SHIFT;
        return page >= firstPage && page < NO_PAGE;
    }

    /** The child shall be able to execute at an address, as the space can. */
    void execute(int va) {
        if (!isExecutable(va)) {
            changed(va);
        }
    }

    /** Whether the child can. */
    boolean isExecutable(int va) {
        return (mapped(va >>> GuestMemory.PAGE_SHIFT) & Stub.PROT_EXEC) != 0;
    }

    /** The child, with the mappings of the space. */
    GuestProcess process(ProcessStarter starter) {
        if (inTheWay) {
            end();
        }
        if (process == null) {
            int stub = FIRST_STUB;
            while (space.isMapped(stub)) {
                stub -= GuestMemory.PAGE_SIZE;
            }
            process = starter.start(stub);
            space.forEachMapped(page -> changed(MappingList.address(page)));
        }
        if (changedCount > 0) {
            update();
        }
        return process;
    }

    /** Starts a child whose stub is at an address. */
    interface ProcessStarter {
        GuestProcess start(int stubAddress);
    }

    private void update() {
        Arrays.sort(changed, 0, changedCount);
        list.clear();
        for (int i = 0; i < changedCount; i++) {
            int page = changed[i];
            isChanged.clear(page);
            int va = MappingList.address(page);
            int wanted = wanted(va);
            if (wanted == mapped(page)) {
                continue;
            }
            put(page, wanted);
            int protection = wanted & (1 << PROTECTION_BITS) - 1;
            int ramPage = wanted >>> PROTECTION_BITS;
            if (protection == 0) {
                list.unmap(page);
            } else {
                list.map(page, protection, ramPage);
            }
            if ((protection & Stub.PROT_EXEC) != 0) {
                code.note(ramPage, this, va);
            }
        }
        changedCount = 0;
        process.map(list);
    }

    private int mapped(int page) {
        int[] region = mapped[page / REGION_PAGES];
        return region == null ? 0 : region[page % REGION_PAGES];
    }

    private void put(int page, int value) {
        if (mapped[page / REGION_PAGES] == null) {
            mapped[page / REGION_PAGES] = new int[REGION_PAGES];
        }
        mapped[page / REGION_PAGES][page % REGION_PAGES] = value;
    }

    /** What shall be mapped at a page. */
    private int wanted(int va) {
        if (!canHave(va)) {
            return 0;
        }
        int protection = 0;
        int ramPage = space.executedPage(va);
        if (ramPage >= 0 && code.isNative(ramPage, space.sensitive())) {
            protection |= Stub.PROT_EXEC;
        }
        long store = space.storeEntry(va);
        if (!PageMaps.isMiss(store, va)) {
            protection |= Stub.PROT_WRITE;
            ramPage = GuestMemory.pageAt(PageMaps.offset(store, va));
        }
        long load = space.loadEntry(va);
        if (!PageMaps.isMiss(load, va)) {
            protection |= Stub.PROT_READ;
            ramPage = GuestMemory.pageAt(PageMaps.offset(load, va));
        }
        return protection == 0 ? 0 : ramPage << PROTECTION_BITS | protection;
    }

    /** Ends the child, if there is one. */
    void end() {
        if (process != null) {
            process.kill();
            process = null;
            Arrays.fill(mapped, null);
            isChanged.clear();
            changedCount = 0;
            inTheWay = false;
        }
    }
}
