package swivel.cpu;

import java.lang.foreign.MemorySegment;
import java.util.function.Function;
import swivel.cpu.AddressSpace.Sensitive;
import swivel.cpu.pages.PageMaps;
import swivel.memory.GuestMemory;
import swivel.memory.HostMemory;

/** What each of the two engines of {@link BlockFuzz} has for itself: memory, address spaces and a state. */
final class FuzzSide {
    static final int RAM_BASE = 0x40000000;
    static final int RAM_PAGES = 32768;

    /** Where code is mapped, a page of RAM after the other. */
    static final int CODE = 0x00400000;

    /**
     * Where the page of a batch that changes is mapped again, so often, to be written; no random pointer leads there.
     */
    static final int WRITABLE_CODE = 0x6d3b5000;

    static final int WRITABLE_ALIASES = 8;

    /** Where data is mapped. */
    static final int DATA = 0xbfffc000;

    static final int DATA_PAGES = 9;
    static final int CODE_PAGES = RAM_PAGES - DATA_PAGES - 8;
    static final int HANDLER_PAGE = CODE_PAGES;

    /** Where in that page supervisor calls go. */
    static final int CALL_VECTOR = 0x100;

    /**
     * By space, what the pages of data are: w can be written, r only be read, - not accessed; a is another name of the
     * first page; d are registers of the device, and f is flash: stores go to the device, loads to memory.
     */
    static final String[] RIGHTS = {"wwr-wdwaw", "wwwdwrwa-", "w-wfrdwaw"};

    static final int KERNEL = 0;
    static final int SPACES = RIGHTS.length;
    /** In this space the first two pages of each batch are the other way round. */
    static final int EXCHANGED = 2;

    /** Pages of a batch; the last is for programs that change themselves. */
    static final int BATCH_PAGES = 4;

    /** An interrupt handler whose calls nest otherwise than those of the programs. */
    static final int[] HANDLER = {
        0xeb000000, // bl 1f
        0xef000007, // svc 7
        0xe1a0400e, // 1: mov r4, lr
        0xeb000002, // bl 2f
        0xe3500000, // cmp r0, #0
        0x0f000007, // svceq 7: leaves with the caller's frame on the return stack
        0xe12fff14, // bx r4
        0xe1a0500e, // 2: mov r5, lr
        0xeb000000, // bl 3f
        0xe1a0f005, // mov pc, r5
        0xe3500001, // 3: cmp r0, #1
        0x0f000007, // svceq 7
        0xe12fff1e, // bx lr
    };

    /** In wide memory, how many pages are in front of those that are used: between two of these RAM has a hole. */
    private static final int UNUSED_PAGES = (1 << 20) - RAM_PAGES / 2;

    private final int firstPage;
    final GuestMemory memory;
    final UserState state = new UserState();
    final Processor processor;
    final PageMaps[] spaces = new PageMaps[SPACES];
    final FuzzRemapping remapping;
    final FuzzDevice device = new FuzzDevice();
    /** The page that is mapped at {@link #WRITABLE_CODE}. */
    int changingPage;

    /** {@code whenAsked} runs whenever a space is asked for a page. */
    FuzzSide(boolean wide, Function<GuestMemory, Processor> constructor, BlockFuzz.Kernel kernel, Runnable whenAsked) {
        firstPage = wide ? UNUSED_PAGES : 0;
        memory = new GuestMemory(RAM_BASE, (long) (firstPage + RAM_PAGES) << GuestMemory.PAGE_SHIFT);
        processor = constructor.apply(memory);
        processor.setDevicePort(device);
        if (kernel != null) {
            processor.setIntrinsics(kernel.intrinsics());
        }
        for (int i = 0; i < SPACES; i++) {
            int number = i;
            spaces[i] = (PageMaps) processor.newAddressSpace(
                    (space, va, access) -> {
                        asked(number, va, access);
                        boolean mapped = map(number, space, va);
                        whenAsked.run();
                        return mapped;
                    },
                    i == KERNEL ? kernelCode(kernel) : Sensitive.EXECUTE);
        }
        remapping = new FuzzRemapping(this);
        write(HANDLER_PAGE, 0, HANDLER);
        write(HANDLER_PAGE, CALL_VECTOR, kernel == null ? new int[0] : kernel.callHandler());
    }

    private void write(int page, int offset, int[] words) {
        for (int i = 0; i < words.length; i++) {
            memory.write32(gpa(page) + offset + 4 * i, words[i]);
        }
    }

    private void asked(int number, int va, AddressSpace.Access access) {
        remapping.asked(number, va, access);
    }

    private boolean map(int number, AddressSpace space, int va) {
        if (isAllowed(number, va, AddressSpace.Access.EXECUTE)) {
            mapCode(space, va, remapping.code(number, va - CODE >>> GuestMemory.PAGE_SHIFT));
        } else if (isAllowed(number, va, AddressSpace.Access.READ)) {
            if (isWritableCode(va)) {
                space.map(va, gpa(changingPage), true, true, false);
            } else {
                mapData(number, va - DATA >>> GuestMemory.PAGE_SHIFT);
            }
        } else {
            return false;
        }
        return true;
    }

    private static boolean isWritableCode(int va) {
        return va - WRITABLE_CODE >>> GuestMemory.PAGE_SHIFT < WRITABLE_ALIASES;
    }

    /** Whether an access may go ahead once the page is mapped. */
    boolean isAllowed(int number, int va, AddressSpace.Access access) {
        int page = va - CODE >>> GuestMemory.PAGE_SHIFT;
        if (page <= CODE_PAGES) {
            return access != AddressSpace.Access.WRITE && !FuzzRemapping.isRefused(remapping.code(number, page));
        }
        page = va - DATA >>> GuestMemory.PAGE_SHIFT;
        char rights = isWritableCode(va) ? 'w' : page < DATA_PAGES ? RIGHTS[number].charAt(page) : '-';
        return switch (access) {
            case READ -> rights != '-';
            case WRITE -> rights != '-' && rights != 'r';
            case EXECUTE -> false;
        };
    }

    void mapCode(AddressSpace space, int va, int inRam) {
        space.map(va, gpa(inRam), true, false, true);
    }

    /** Maps a page of data, if something is there in this space. */
    void mapData(int number, int page) {
        char rights = RIGHTS[number].charAt(page);
        if (rights == '-') {
            return;
        }
        int va = DATA + (page << GuestMemory.PAGE_SHIFT);
        if (rights != 'd') {
            int inRam = RAM_PAGES - DATA_PAGES + (rights == 'a' ? 0 : remapping.data(number, page));
            spaces[number].map(va, gpa(inRam), true, rights == 'w' || rights == 'a', false);
        }
        if (rights == 'd' || rights == 'f') {
            spaces[number].mapDevice(va, FuzzDevice.GPA, rights == 'd', true);
        }
    }

    /** The first guest-physical address in some pages where the memory of another side differs; -1 if none does. */
    long difference(FuzzSide other, int first, int pages) {
        for (int page = first; page < first + pages; page++) {
            long at = content(page).mismatch(other.content(page));
            if (at >= 0) {
                return gpa(page) + at;
            }
        }
        return -1;
    }

    private MemorySegment content(int page) {
        return HostMemory.ALL.asSlice(memory.hostAddress() + memory.offset(gpa(page)), GuestMemory.PAGE_SIZE);
    }

    /** What the kernel's code is; without one, that of a kernel whose sensitive instructions are counted. */
    static Sensitive kernelCode(BlockFuzz.Kernel kernel) {
        return kernel == null ? Sensitive.COUNT : kernel.sensitive();
    }

    static int exchange(int page) {
        return page % BATCH_PAGES < 2 && page < CODE_PAGES ? page ^ 1 : page;
    }

    /** Guest-physical address of a page of those that are used. */
    long gpa(int page) {
        return memory.addressOf(firstPage + page);
    }

    /** Guest-physical address of a word of them. */
    long gpaOfWord(int word) {
        return gpa(0) + 4L * word;
    }

    /** Whether a page of them holds translated code. */
    boolean isCode(int page) {
        return memory.isCode(firstPage + page);
    }
}
