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
 * <p>RAM of more than 2 GiB has a hole of 2 GiB behind each 2 GiB of it, so that bit 31 of an {@linkplain #offset
 * offset} is clear wherever there is RAM. Processors have that bit for pages that are not there.
 *
 * <pre>
 *  guest-physical  | 2 GiB | 2 GiB | 1 GiB |
 *  host            | 2 GiB |  hole | 2 GiB |  hole | 1 GiB |
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

    /** Log2 of what lies between two holes. */
    public static final int CHUNK_SHIFT = 31;

    private static final long IN_CHUNK = (1L << CHUNK_SHIFT) - 1;

    /** Log2 of a chunk's pages. */
    private static final int CHUNK_PAGES_SHIFT = CHUNK_SHIFT - PAGE_SHIFT;

    /** The largest RAM: 16 GiB. What Java's heap has of each page is 80 MiB then. */
    public static final long MAX_SIZE = 16L << 30;

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
        private final long content;
        private boolean shown;
        private boolean used;

        private Window(int base, int size, long content) {
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
    private final long base;
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
     * What RAM is mapped from once more for each view, without holes; null: there is one mapping, with the frames of
     * all views in front. {@link #share} may make it later.
     */
    private HostMemory.Shared file;

    private final MachineLock lock;

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
    public GuestMemory(long base, long size) {
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
    public GuestMemory(long base, long size, long hidden) {
        this(base, size, hidden, false);
    }

    /**
     * The same for a machine whose cores share code.
     *
     * @param severalCores whether each view shall have a mapping of RAM of its own, where the host has files in memory.
     *     Without that RAM has large pages more often
     */
    public GuestMemory(long base, long size, long hidden, boolean severalCores) {
        this(base, size, hidden, severalCores, null);
    }

    /**
     * The same for RAM that is a file of the host.
     *
     * @param given as long as RAM; nothing is hidden then. It must not be closed before this; null: there is none
     */
    public GuestMemory(long base, long size, long hidden, boolean severalCores, MemoryFile given) {
        if (size <= 0
                || size + hidden > MAX_SIZE
                || (size | hidden) < 0
                || (size & (PAGE_SIZE - 1)) != 0
                || base < 0
                || (base & (PAGE_SIZE - 1)) != 0
                || given != null && (given.bytes() != size || hidden != 0)) {
            throw new IllegalArgumentException("RAM of " + size + " bytes at 0x" + Long.toHexString(base));
        }
        this.lock = new MachineLock(severalCores);
        this.base = base;
        this.size = size;
        this.extent = size + hidden;
        this.code = new byte[(int) (extent >>> PAGE_SHIFT)];
        long bytes = place(extent - 1) + 1;
        this.file = given != null ? given.shared() : severalCores ? host.allocateShared("swivel-ram", extent) : null;
        this.hostAddress = file != null ? mapAnew(bytes, 0) : host.allocateLarge(VIEWS * FRAME_SIZE, bytes);
        this.ram = HostMemory.NATIVE
                ? MemorySegment.ofAddress(hostAddress).reinterpret(bytes, arena, null)
                : HostMemory.ALL.asSlice(hostAddress, bytes);
    }

    /** Maps the file once more. */
    private long mapAnew(long bytes, long inFront) {
        long address = host.roomFor(bytes, inFront);
        mapAt(address, bytes);
        return address;
    }

    /** Maps the file over memory: in it there are no holes. */
    private void mapAt(long address, long bytes) {
        for (long from = 0; from < extent; from += IN_CHUNK + 1) {
            file.map(address + place(from), from, Math.min(extent - from, IN_CHUNK + 1));
        }
        HostMemory.preferLargePages(address, bytes);
    }

    /**
     * Makes RAM and hidden memory a file that other processes can map, if it is none; before anything is written. Page
     * by page the file is what {@link #page} counts.
     *
     * @return the file's number in this process
     * @throws UnsupportedOperationException if the host has no files in memory
     */
    public synchronized int share() {
        host.check();
        if (file == null) {
            file = host.allocateShared("swivel-ram", extent);
            if (file == null) {
                throw new UnsupportedOperationException("this host has no files in memory that processes can share");
            }
            mapAt(hostAddress, ram.byteSize());
        }
        return file.file();
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
    public long base() {
        return base;
    }

    /** That of the machine whose memory this is. */
    public MachineLock lock() {
        return lock;
    }

    /** Whether there are holes: offsets have more than 31 bits then. */
    public boolean isWide() {
        return extent > IN_CHUNK + 1;
    }

    /** Bytes of RAM and of hidden memory. */
    public long extent() {
        return extent;
    }

    /**
     * Lets the guest read hidden memory from {@code content} on at guest-physical addresses that are not in RAM. It is
     * not shown yet.
     */
    public Window addWindow(int gpa, int bytes, long content) {
        Window window = new Window(gpa, bytes, content);
        windows = Arrays.copyOf(windows, windows.length + 1);
        windows[windows.length - 1] = window;
        return window;
    }

    /**
     * Where what the guest reads at an address is: the address itself in RAM; one in hidden memory in a window that is
     * shown; {@link #NOWHERE} elsewhere.
     */
    public long readable(long gpa) {
        if (contains(gpa)) {
            return gpa;
        }
        for (Window window : windows) {
            if (window.shown && Long.compareUnsigned(gpa - window.base, window.size) < 0) {
                window.used = true;
                return window.content + gpa - window.base;
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
        long mapped = mapAnew(ram.byteSize(), FRAME_SIZE);
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

    /** Whether an address lies in RAM. An address is never negative: who has one of 32 bits takes it as unsigned. */
    public boolean contains(long gpa) {
        return Long.compareUnsigned(gpa - base, size) < 0;
    }

    /** Whether {@code length} bytes from an address lie in RAM. */
    public boolean contains(long gpa, long length) {
        return length >= 0 && length <= size && Long.compareUnsigned(gpa - base, size - length) <= 0;
    }

    /** Whether an address lies in RAM or in hidden memory. */
    public boolean holds(long gpa) {
        return Long.compareUnsigned(gpa - base, extent) < 0;
    }

    /** Where a byte is from {@link #hostAddress}. Bit 31 is clear. */
    public long offset(long gpa) {
        return place(gpa - base);
    }

    /** The offset of a byte that is so far from the start of RAM. */
    private static long place(long distance) {
        return distance >> CHUNK_SHIFT << CHUNK_SHIFT + 1 | distance & IN_CHUNK;
    }

    /** Guest-physical address of the byte at an {@link #offset}. */
    public long address(long offset) {
        return base + (offset >> CHUNK_SHIFT + 1 << CHUNK_SHIFT | offset & IN_CHUNK);
    }

    /** The page of RAM, counted from 0, that has the byte at an {@link #offset}. */
    public static int pageAt(long offset) {
        return (int) (offset >>> CHUNK_SHIFT + 1 << CHUNK_PAGES_SHIFT | (offset & IN_CHUNK) >>> PAGE_SHIFT);
    }

    /** The {@link #offset} of a page of RAM, counted from 0. */
    public static long offsetOf(int page) {
        return place((long) page << PAGE_SHIFT);
    }

    /** The page of RAM, counted from 0, that has an address. */
    public int page(long gpa) {
        return (int) (gpa - base >>> PAGE_SHIFT);
    }

    /** Guest-physical address of a page of RAM, counted from 0. */
    public long addressOf(int page) {
        return base + ((long) page << PAGE_SHIFT);
    }

    /** Bytes from {@link #hostAddress} to the end of RAM and of hidden memory, with the holes. */
    public long reach() {
        return ram.byteSize();
    }

    /** Whether bytes that are consecutive for the guest have a hole between them. */
    private boolean isTorn(long gpa, int bytes) {
        return (gpa - base ^ gpa - base + bytes - 1) > IN_CHUNK;
    }

    /** Reads a byte, zero-extended. {@link IndexOutOfBoundsException} outside RAM, as for all accessors here. */
    public int read8(long gpa) {
        return ram().get(ValueLayout.JAVA_BYTE, offset(gpa)) & 0xff;
    }

    public int read16(long gpa) {
        return isTorn(gpa, 2) ? (int) readTorn(gpa, 2) : ram().get(HALF, offset(gpa)) & 0xffff;
    }

    public int read32(long gpa) {
        return isTorn(gpa, 4) ? (int) readTorn(gpa, 4) : ram().get(WORD, offset(gpa));
    }

    public long read64(long gpa) {
        return isTorn(gpa, 8) ? readTorn(gpa, 8) : ram().get(DOUBLEWORD, offset(gpa));
    }

    private long readTorn(long gpa, int bytes) {
        long value = 0;
        for (int i = bytes - 1; i >= 0; i--) {
            value = value << 8 | read8(gpa + i);
        }
        return value;
    }

    public void write8(long gpa, int value) {
        touch(gpa, 1);
        ram().set(ValueLayout.JAVA_BYTE, offset(gpa), (byte) value);
    }

    public void write16(long gpa, int value) {
        if (isTorn(gpa, 2)) {
            writeTorn(gpa, 2, value);
            return;
        }
        touch(gpa, 2);
        ram().set(HALF, offset(gpa), (short) value);
    }

    public void write32(long gpa, int value) {
        if (isTorn(gpa, 4)) {
            writeTorn(gpa, 4, value);
            return;
        }
        touch(gpa, 4);
        ram().set(WORD, offset(gpa), value);
    }

    private void writeTorn(long gpa, int bytes, int value) {
        for (int i = 0; i < bytes; i++) {
            write8(gpa + i, value >>> 8 * i);
        }
    }

    /** Bytes from an address to the next hole. */
    private int untorn(long gpa, int length) {
        return (int) Math.min(length, IN_CHUNK + 1 - (gpa - base & IN_CHUNK));
    }

    /** Copies from RAM into an array. */
    public void read(long gpa, byte[] to, int at, int length) {
        int part = untorn(gpa, length);
        MemorySegment.copy(ram(), ValueLayout.JAVA_BYTE, offset(gpa), to, at, part);
        if (part < length) {
            MemorySegment.copy(ram(), ValueLayout.JAVA_BYTE, offset(gpa + part), to, at + part, length - part);
        }
    }

    /** Copies from an array into RAM. */
    public void write(long gpa, byte[] from, int at, int length) {
        touch(gpa, length);
        int part = untorn(gpa, length);
        MemorySegment.copy(from, at, ram(), ValueLayout.JAVA_BYTE, offset(gpa), part);
        if (part < length) {
            MemorySegment.copy(from, at + part, ram(), ValueLayout.JAVA_BYTE, offset(gpa + part), length - part);
        }
    }

    /**
     * Appends where bytes of RAM are to what the host moves. All are in RAM, and the memory is not closed before they
     * are moved.
     *
     * @param written whether they are about to be written
     * @return false if there are too many pieces
     */
    public boolean lend(HostBuffers to, long gpa, long length, boolean written) {
        host.check();
        if (written) {
            touch(gpa, length);
        }
        for (long done = 0; done < length; ) {
            int part = untorn(gpa + done, (int) Math.min(length - done, Integer.MAX_VALUE));
            if (!to.add(hostAddress + offset(gpa + done), part)) {
                return false;
            }
            done += part;
        }
        return true;
    }

    /**
     * RAM and hidden memory, without the pages that are zero, so that memory which nobody has touched stays with the
     * host.
     */
    @Override
    public void fields(Archive fields) {
        fields.same("0x" + Long.toHexString(base) + ", " + size + " bytes, " + extent + " with what is hidden");
        byte[] content = new byte[PAGE_SIZE];
        byte[] before = new byte[PAGE_SIZE];
        byte[] zero = new byte[PAGE_SIZE];
        for (int page = 0; page < code.length; page++) {
            long gpa = addressOf(page);
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

    /**
     * Gives the pages of RAM that lie in a range wholly back to the host. They are zero from now on; where the host
     * takes nothing back they stay as they are.
     */
    public void release(long gpa, long bytes) {
        if (!contains(gpa, bytes)) {
            return;
        }
        int page = Math.max(PAGE_SIZE, HostMemory.pageSize());
        long end = gpa - base + bytes & -page;
        long at = gpa - base + page - 1 & -page;
        while (at < end) {
            long part = Math.min(end - at, IN_CHUNK + 1 - (at & IN_CHUNK));
            touch(base + at, part);
            boolean _ = file != null
                    ? HostMemory.remove(hostAddress + place(at), part)
                    : HostMemory.forget(hostAddress + place(at), part);
            at += part;
        }
    }

    private void touch(long gpa, long length) {
        long first = gpa - base;
        if (length <= 0 || first < 0 || first + length > extent) {
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
