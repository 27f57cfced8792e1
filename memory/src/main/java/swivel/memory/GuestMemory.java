package swivel.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Guest RAM: one range of guest-physical addresses, backed by host memory that appears on first touch.
 *
 * <p>All accesses are little-endian and may be unaligned. Writes through this class (devices, loaders, the hypervisor)
 * tell the {@link CodeWatcher} when they reach a page that holds translated code; the processor's own stores do not pass here.
 */
public final class GuestMemory {
    public static final int PAGE_SHIFT = 12;
    public static final int PAGE_SIZE = 1 << PAGE_SHIFT;

    /** The largest RAM: 2 GiB, what the processor's page maps can name. */
    public static final long MAX_SIZE = 1L << 31;

    /** Bytes that are allocated in front of RAM. */
    public static final int HEADER = 1 << 16;

    private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Told before a page that holds translated code is written from outside the processor. */
    @FunctionalInterface
    public interface CodeWatcher {
        /** {@code page} is the number of the page in RAM, from 0. */
        void written(int page);
    }

    /** What {@link #readable} says where there is nothing to read. */
    public static final long NOWHERE = -1;

    /**
     * Guest-physical addresses outside of RAM at which the guest reads and executes a part of the hidden memory, while it is shown. A page
     * map that was filled from it has to be emptied when it is hidden.
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
    private final MemorySegment ram;
    private final boolean[] code;
    private CodeWatcher watcher = page -> {};

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
     * Allocates RAM, and behind it memory that is hidden: the VMM reaches it by the addresses that follow RAM's, the guest only through
     * {@link #addWindow}.
     *
     * @param base guest-physical address, page-aligned
     * @param size bytes of RAM, a multiple of 4096
     * @param hidden bytes of hidden memory, a multiple of 4096; both together at most {@link #MAX_SIZE}
     * @throws IllegalArgumentException if base or size is out of its range
     * @throws OutOfMemoryError if the host has not enough memory
     */
    public GuestMemory(int base, long size, long hidden) {
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
        this.hostAddress = HostMemory.allocateLarge(HEADER, extent);
        this.ram = HostMemory.ALL.asSlice(hostAddress, extent);
        this.code = new boolean[(int) (extent >>> PAGE_SHIFT)];
    }

    /** Guest-physical address of the first byte. */
    public int base() {
        return base;
    }

    /** Bytes of RAM and of hidden memory. */
    public long extent() {
        return extent;
    }

    /** Lets the guest read hidden memory from {@code content} on at guest-physical addresses that are not in RAM. It is not shown yet. */
    public Window addWindow(int gpa, int bytes, int content) {
        Window window = new Window(gpa, bytes, content);
        windows = Arrays.copyOf(windows, windows.length + 1);
        windows[windows.length - 1] = window;
        return window;
    }

    /**
     * Where what the guest reads at an address is: the address itself, unsigned, in RAM; one in hidden memory in a window that is shown;
     * {@link #NOWHERE} elsewhere.
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

    /** Host address of the first byte, for the processor. {@link #HEADER} bytes of memory before it are the processor's own. */
    public long hostAddress() {
        return hostAddress;
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
        return ram.get(ValueLayout.JAVA_BYTE, offset(gpa)) & 0xff;
    }

    public int read16(int gpa) {
        return ram.get(HALF, offset(gpa)) & 0xffff;
    }

    public int read32(int gpa) {
        return ram.get(WORD, offset(gpa));
    }

    public void write8(int gpa, int value) {
        touch(gpa, 1);
        ram.set(ValueLayout.JAVA_BYTE, offset(gpa), (byte) value);
    }

    public void write16(int gpa, int value) {
        touch(gpa, 2);
        ram.set(HALF, offset(gpa), (short) value);
    }

    public void write32(int gpa, int value) {
        touch(gpa, 4);
        ram.set(WORD, offset(gpa), value);
    }

    /** Copies from RAM into an array. */
    public void read(int gpa, byte[] to, int at, int length) {
        MemorySegment.copy(ram, ValueLayout.JAVA_BYTE, offset(gpa), to, at, length);
    }

    /** Copies from an array into RAM. */
    public void write(int gpa, byte[] from, int at, int length) {
        touch(gpa, length);
        MemorySegment.copy(from, at, ram, ValueLayout.JAVA_BYTE, offset(gpa), length);
    }

    private void touch(int gpa, int length) {
        long first = offset(gpa);
        if (length <= 0 || first + length > extent) {
            return;
        }
        for (int page = (int) (first >>> PAGE_SHIFT); page <= (int) ((first + length - 1) >>> PAGE_SHIFT); page++) {
            if (code[page]) {
                watcher.written(page);
            }
        }
    }

    /** Installs the processor's watcher; there is one. */
    public void watch(CodeWatcher newWatcher) {
        this.watcher = newWatcher;
    }

    /** Notes whether a page of RAM, counted from 0, holds translated code. */
    public void setCode(int page, boolean holdsCode) {
        code[page] = holdsCode;
    }

    /** Whether a page of RAM, counted from 0, holds translated code. */
    public boolean isCode(int page) {
        return code[page];
    }
}
