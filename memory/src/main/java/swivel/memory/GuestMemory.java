package swivel.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Guest RAM: one range of guest-physical addresses, backed by host memory that appears on first touch.
 *
 * <p>A core that runs emitted code has a {@link View} of it: RAM behind a page of its own. Where several cores shall
 * run the same code, RAM is one file in memory that each view maps once more, so that the distance between page and RAM
 * is the same in all:
 *
 * <pre>
 *  first mapping   | frames, 16 pages |  RAM  |
 *  view of a core              | frame |  RAM  |   the same pages of RAM
 * </pre>
 *
 * <p>All accesses are little-endian and may be unaligned. Writes through this class (devices, loaders, the hypervisor)
 * tell every {@link CodeWatcher} when they reach a page that holds translated code; a processor's own stores do not
 * pass here.
 *
 * <p>Several processors may have one memory. They and whoever writes take turns: nothing here is for two threads at
 * once, except that after {@link #close} every access throws {@link IllegalStateException}, in whatever thread.
 */
public final class GuestMemory implements Snapshot, AutoCloseable {
    public static final int PAGE_SHIFT = 12;
    public static final int PAGE_SIZE = 1 << PAGE_SHIFT;

    /** The largest RAM: 2 GiB, what the processor's page maps can name. */
    public static final long MAX_SIZE = 1L << 31;

    /** What a core gets in front of RAM ({@link #claimView}). */
    public static final int FRAME_SIZE = PAGE_SIZE;

    private static final int VIEWS = 16;

    /**
     * From where a core reaches a frame of its own and RAM, so near to each other that one base register serves both.
     *
     * @param frame host address of {@link #FRAME_SIZE} bytes that are zero at first
     * @param ram host address of RAM, behind the frame
     */
    public record View(long frame, long ram) {}

    private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong DOUBLEWORD =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /**
     * A processor that keeps translations of code, as its memory sees it. Pages are named by their number in RAM, from
     * 0.
     */
    public interface CodeWatcher {
        /** A page that holds translated code is about to be written from outside the processors. */
        void written(int page);

        /** A processor is about to store bytes that lie in one page that holds translated code. */
        void stored(long offset, int size);

        /** Another processor holds translated code of a page from now on: stores of this one to it must be told. */
        void protect(int page);
    }

    /** What {@link #readable} says where there is nothing to read. */
    public static final long NOWHERE = -1;

    /**
     * Guest-physical addresses outside of RAM at which the guest reads and executes a part of the hidden memory, while
     * it is shown. A page map that was filled from it has to be emptied when it is hidden.
     */
    public static final class Window {
        private final int base;
        private final int size;
        private final int content;
        private boolean shown;
        private boolean used;

        private Window(int base, int size, int content) {
            this.base = base;
            this.size = size;
            this.content = content;
        }

        /** Shows or hides it. Returns whether it has been read through since this was last called. */
        public boolean show(boolean visible) {
            boolean before = used;
            shown = visible;
            used = false;
            return before;
        }
    }

    private Window[] windows = {};
    private final long extent;
    private final int base;
    private final long size;
    private final long hostAddress;
    private final HostRegion host = new HostRegion("the machine's memory");
    /** Ends with the memory: no thread is in an access when it is given back. */
    private final Arena arena = Arena.ofShared();

    private final MemorySegment ram;
    /** By page, how many watchers hold translated code of it. */
    private final byte[] code;

    private CodeWatcher[] watchers = {};
    /**
     * What RAM is mapped from once more for each view; null: there is one mapping, with the frames of all views in
     * front.
     */
    private final HostMemory.Shared file;

    private final View[] views = new View[VIEWS];
    /** A bit for each view that has an owner. */
    private int claimed;

    /**
     * Allocates RAM.
     *
     * @param base guest-physical address, page-aligned
     * @param size bytes, a multiple of 4096, at most {@link #MAX_SIZE}
     * @throws IllegalArgumentException if base or size is out of its range
     * @throws OutOfMemoryError if the host has not enough memory
     */
    public GuestMemory(int base, long size) {
        this(base, size, 0);
    }

    /**
     * Allocates RAM, and behind it memory that is hidden: the VMM reaches it by the addresses that follow RAM's, the
     * guest only through {@link #addWindow}.
     *
     * @param base guest-physical address, page-aligned
     * @param size bytes of RAM, a multiple of 4096
     * @param hidden bytes of hidden memory, a multiple of 4096; both together at most {@link #MAX_SIZE}
     * @throws IllegalArgumentException if base or size is out of its range
     * @throws OutOfMemoryError if the host has not enough memory
     */
    public GuestMemory(int base, long size, long hidden) {
        this(base, size, hidden, false);
    }

    /**
     * The same for a machine whose cores share code.
     *
     * @param severalCores whether each view shall have a mapping of RAM of its own, where the host has files in memory.
     *     Without that RAM has large pages more often
     */
    public GuestMemory(int base, long size, long hidden, boolean severalCores) {
        if (size <= 0
                || size + hidden > MAX_SIZE
                || (size | hidden) < 0
                || (size & (PAGE_SIZE - 1)) != 0
                || (base & (PAGE_SIZE - 1)) != 0) {
            throw new IllegalArgumentException("RAM of " + size + " bytes at 0x" + Integer.toHexString(base));
        }
        this.base = base;
        this.size = size;
        this.extent = size + hidden;
        this.code = new byte[(int) (extent >>> PAGE_SHIFT)];
        this.file = severalCores ? host.allocateShared("swivel-ram", extent) : null;
        this.hostAddress = file != null ? host.map(file, 0) : host.allocateLarge(VIEWS * FRAME_SIZE, extent);
        this.ram = HostMemory.NATIVE
                ? MemorySegment.ofAddress(hostAddress).reinterpret(extent, arena, null)
                : HostMemory.ALL.asSlice(hostAddress, extent);
    }

    private MemorySegment ram() {
        host.check();
        return ram;
    }

    /**
     * Gives RAM back to the host. Every access from now on throws {@link IllegalStateException}.
     *
     * @throws IllegalStateException if a processor that emits code has it, whose code would access what is no longer
     *     there: close that first, or the machine, which does
     */
    @Override
    public synchronized void close() {
        if (!host.isClosed()) {
            if (claimed != 0) {
                throw new IllegalStateException(
                        "memory cannot be closed before the processors that have it; close the machine instead");
            }
            arena.close();
            host.close();
        }
    }

    /** Guest-physical address of the first byte. */
    public int base() {
        return base;
    }

    /** Bytes of RAM and of hidden memory. */
    public long extent() {
        return extent;
    }

    /**
     * Lets the guest read hidden memory from {@code content} on at guest-physical addresses that are not in RAM. It is
     * not shown yet.
     */
    public Window addWindow(int gpa, int bytes, int content) {
        Window window = new Window(gpa, bytes, content);
        windows = Arrays.copyOf(windows, windows.length + 1);
        windows[windows.length - 1] = window;
        return window;
    }

    /**
     * Where what the guest reads at an address is: the address itself, unsigned, in RAM; one in hidden memory in a
     * window that is shown; {@link #NOWHERE} elsewhere.
     */
    public long readable(int gpa) {
        if (contains(gpa)) {
            return gpa & 0xffff_ffffL;
        }
        for (Window window : windows) {
            if (window.shown && Integer.compareUnsigned(gpa - window.base, window.size) < 0) {
                window.used = true;
                return window.content + (gpa - window.base) & 0xffff_ffffL;
            }
        }
        return NOWHERE;
    }

    /** Bytes of RAM. */
    public long size() {
        return size;
    }

    /** Host address of the first byte, for processors. */
    public long hostAddress() {
        return hostAddress;
    }

    /**
     * Gives a core a view.
     *
     * @throws IllegalStateException if there are too many
     * @throws OutOfMemoryError if the host refuses another mapping
     */
    public synchronized View claimView() {
        host.check();
        int free = Integer.numberOfTrailingZeros(~claimed);
        if (free >= VIEWS) {
            throw new IllegalStateException("a memory can have " + VIEWS + " processors that emit code, and has them");
        }
        if (views[free] == null) {
            views[free] = newView(free);
        }
        claimed |= 1 << free;
        HostMemory.ALL.asSlice(views[free].frame, FRAME_SIZE).fill((byte) 0);
        return views[free];
    }

    private View newView(int index) {
        if (file == null) {
            return new View(hostAddress - (index + 1L) * FRAME_SIZE, hostAddress);
        }
        long mapped = host.map(file, FRAME_SIZE);
        return new View(mapped - FRAME_SIZE, mapped);
    }

    /**
     * Takes back what {@link #claimView} gave; it stays mapped for the next one. Looks for that very object, since Java
     * writes code for {@code equals} of a record while a start waits (docs/start.md).
     */
    public synchronized void releaseView(View view) {
        for (int i = 0; i < VIEWS; i++) {
            if (views[i] == view) {
                claimed &= ~(1 << i);
            }
        }
    }

    /** Whether an address lies in RAM. */
    public boolean contains(int gpa) {
        return offset(gpa) < size;
    }

    /** Whether {@code length} bytes from an address lie in RAM. */
    public boolean contains(int gpa, long length) {
        return length >= 0 && offset(gpa) + length <= size;
    }

    /** Byte offset of an address from the start of RAM; at least {@link #size} if it lies outside. */
    public long offset(int gpa) {
        return gpa - base & 0xffff_ffffL;
    }

    /** Reads a byte, zero-extended. {@link IndexOutOfBoundsException} outside RAM, as for all accessors here. */
    public int read8(int gpa) {
        return ram().get(ValueLayout.JAVA_BYTE, offset(gpa)) & 0xff;
    }

    public int read16(int gpa) {
        return ram().get(HALF, offset(gpa)) & 0xffff;
    }

    public int read32(int gpa) {
        return ram().get(WORD, offset(gpa));
    }

    public long read64(int gpa) {
        return ram().get(DOUBLEWORD, offset(gpa));
    }

    public void write8(int gpa, int value) {
        touch(gpa, 1);
        ram().set(ValueLayout.JAVA_BYTE, offset(gpa), (byte) value);
    }

    public void write16(int gpa, int value) {
        touch(gpa, 2);
        ram().set(HALF, offset(gpa), (short) value);
    }

    public void write32(int gpa, int value) {
        touch(gpa, 4);
        ram().set(WORD, offset(gpa), value);
    }

    /** Copies from RAM into an array. */
    public void read(int gpa, byte[] to, int at, int length) {
        MemorySegment.copy(ram(), ValueLayout.JAVA_BYTE, offset(gpa), to, at, length);
    }

    /** Copies from an array into RAM. */
    public void write(int gpa, byte[] from, int at, int length) {
        touch(gpa, length);
        MemorySegment.copy(from, at, ram(), ValueLayout.JAVA_BYTE, offset(gpa), length);
    }

    /**
     * RAM and hidden memory, without the pages that are zero, so that memory which nobody has touched stays with the
     * host.
     */
    @Override
    public void fields(Archive fields) {
        fields.same("0x" + Integer.toHexString(base) + ", " + size + " bytes, " + extent + " with what is hidden");
        byte[] content = new byte[PAGE_SIZE];
        byte[] before = new byte[PAGE_SIZE];
        byte[] zero = new byte[PAGE_SIZE];
        for (int page = 0; page < code.length; page++) {
            int gpa = base + (page << PAGE_SHIFT);
            read(gpa, before, 0, PAGE_SIZE);
            if (fields.flag(!Arrays.equals(before, zero))) {
                System.arraycopy(before, 0, content, 0, PAGE_SIZE);
                fields.bytes(content);
            } else {
                Arrays.fill(content, (byte) 0);
            }
            if (!Arrays.equals(before, content)) {
                write(gpa, content, 0, PAGE_SIZE);
            }
        }
    }

    private void touch(int gpa, int length) {
        long first = offset(gpa);
        if (length <= 0 || first + length > extent) {
            return;
        }
        for (int page = (int) (first >>> PAGE_SHIFT); page <= (int) ((first + length - 1) >>> PAGE_SHIFT); page++) {
            if (code[page] != 0) {
                for (CodeWatcher watcher : watchers) {
                    watcher.written(page);
                }
            }
        }
    }

    /** Adds a processor that wants to know when code changes. */
    public void watch(CodeWatcher watcher) {
        CodeWatcher[] more = Arrays.copyOf(watchers, watchers.length + 1);
        more[watchers.length] = watcher;
        watchers = more;
    }

    /** Removes a processor, which must not hold code any more. */
    public void unwatch(CodeWatcher watcher) {
        watchers = Arrays.stream(watchers).filter(other -> other != watcher).toArray(CodeWatcher[]::new);
    }

    /** Notes that a processor's translations of code in a page begin. */
    public void addCode(int page, CodeWatcher holder) {
        code[page]++;
        for (CodeWatcher watcher : watchers) {
            if (watcher != holder) {
                watcher.protect(page);
            }
        }
    }

    /** Notes that a processor has no translations of code in a page any more. */
    public void removeCode(int page) {
        code[page]--;
    }

    /** Tells all processors that one of them is about to store bytes that lie in one page that holds code. */
    public void stored(long offset, int size) {
        for (CodeWatcher watcher : watchers) {
            watcher.stored(offset, size);
        }
    }

    /** Whether a page of RAM, counted from 0, holds translated code. */
    public boolean isCode(int page) {
        return code[page] != 0;
    }
}
