package swivel.cpu.interp;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import swivel.cpu.AddressSpace;
import swivel.cpu.DebugPoints;
import swivel.cpu.DevicePort;
import swivel.cpu.FpRegisters;
import swivel.cpu.Trap;
import swivel.cpu.UserState;
import swivel.cpu.ir.MicroOp;
import swivel.cpu.pages.CodeBlock;
import swivel.cpu.pages.PageMaps;
import swivel.memory.GuestMemory;
import swivel.memory.HostMemory;

/**
 * Data accesses off the fast path: misses, devices, unaligned and page-crossing ones, stores to pages that hold code,
 * exclusives.
 */
final class DataAccess {
    static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    /** Aligned, and at once for all cores. */
    private static final VarHandle WORDS =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();

    private static final VarHandle DOUBLEWORDS =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();

    /** What {@link #load} returns for an access that aborts. */
    static final long ABORT = -1;

    /** What {@link #writable} returns for an access that aborts, and for one at a device. */
    private static final int NOT_WRITABLE = -1;

    private static final int AT_DEVICE = -2;

    private final GuestMemory memory;
    private final long ram;

    /** Told of every store; null: nobody is. */
    StoreLog log;

    /** Null: nothing answers. */
    DevicePort port;

    /** Null: there are none. */
    DebugPoints points;

    /** Within {@link #unprivileged}. */
    private boolean isUnprivileged;

    /** Why the last access aborted. */
    private Trap.DataAbort abort;

    // The instruction that accesses, from a micro-operation on, and in what.
    private CodeBlock block;
    private int microOp;
    private UserState state;
    private PageMaps blockSpace;
    /** The write entry of which {@link #writable} last said {@link #AT_DEVICE}. */
    private long deviceEntry;

    /** It has made an access at a device. */
    private boolean madeAtDevice;

    DataAccess(GuestMemory memory) {
        this.memory = memory;
        this.ram = memory.hostAddress();
    }

    /**
     * Names the micro-operation whose access follows: the rest of its instruction decides whether one at a device is
     * made.
     */
    void begin(CodeBlock newBlock, int newMicroOp, UserState newState, PageMaps space) {
        block = newBlock;
        microOp = newMicroOp;
        state = newState;
        blockSpace = space;
        madeAtDevice = false;
    }

    /** Whether the access that was made since {@link #begin} lets the processor return behind its instruction. */
    boolean wantsAttention() {
        return madeAtDevice && port.wantsAttention();
    }

    /** Whether nothing that the instruction still accesses aborts; asked before each access at a device. */
    private boolean reachesAll() {
        abort = Reach.obstacle(block, microOp, state, blockSpace, port);
        return abort == null;
    }

    Trap.DataAbort abort() {
        return abort;
    }

    private long abort(int va, boolean write, boolean alignment) {
        abort = new Trap.DataAbort(va, write, alignment);
        return ABORT;
    }

    /** Whether a debugger stops before an access that nothing else forbids; then it is an abort. */
    private boolean isWatched(int va, int size, boolean write) {
        if (points == null || !points.stopsAccess(va, size, write, isUnprivileged)) {
            return false;
        }
        abort = new Trap.DataAbort(va, write, false, isUnprivileged, true);
        return true;
    }

    /** Loads 1, 2 or 4 bytes, zero-extended, or {@link #ABORT}. */
    long load(PageMaps space, int va, int size, boolean aligned) {
        if ((va & size - 1) != 0) {
            if (aligned || space.strictAlignment()) {
                return abort(va, false, true);
            }
            if (crosses(va, size)) {
                return loadBytes(space, va, size);
            }
        }
        long entry = space.entryOrFill(va, AddressSpace.Access.READ);
        boolean miss = PageMaps.isMiss(entry, va);
        if (miss && (entry & PageMaps.DEVICE) == 0) {
            return abort(va, false, false);
        }
        if (isWatched(va, size, false)) {
            return ABORT;
        }
        if (miss) {
            return loadFromDevice(space, entry, va, size);
        }
        return get(PageMaps.offset(entry, va), size);
    }

    /** 1, 2, 4 or 8 bytes of RAM, zero-extended. */
    private long get(long offset, int size) {
        return switch (size) {
            case 1 -> HostMemory.ALL.get(BYTE, ram + offset) & 0xffL;
            case 2 -> HostMemory.ALL.get(HALF, ram + offset) & 0xffffL;
            case 4 -> HostMemory.ALL.get(WORD, ram + offset) & 0xffff_ffffL;
            default -> HostMemory.ALL.get(LONG, ram + offset);
        };
    }

    private void set(long offset, int size, long value) {
        switch (size) {
            case 1 -> HostMemory.ALL.set(BYTE, ram + offset, (byte) value);
            case 2 -> HostMemory.ALL.set(HALF, ram + offset, (short) value);
            case 4 -> HostMemory.ALL.set(WORD, ram + offset, (int) value);
            default -> HostMemory.ALL.set(LONG, ram + offset, value);
        }
    }

    private static boolean crosses(int va, int size) {
        return (va & GuestMemory.PAGE_SIZE - 1) > GuestMemory.PAGE_SIZE - size;
    }

    private long loadFromDevice(PageMaps space, long entry, int va, int size) {
        if ((va & size - 1) != 0) {
            return loadBytes(space, va, size);
        }
        int gpa = PageMaps.gpa(entry, va);
        if (!answers(va, gpa, size, false)) {
            return ABORT;
        }
        return port.load(gpa, size) & 0xffff_ffffL;
    }

    private long loadBytes(PageMaps space, int va, int size) {
        long value = 0;
        for (int i = 0; i < size; i++) {
            long part = load(space, va + i, 1, false);
            if (part == ABORT) {
                return ABORT;
            }
            value |= part << 8 * i;
        }
        return value;
    }

    /** Stores 1, 2 or 4 bytes; false if it aborts, and then nothing was stored. */
    boolean store(PageMaps space, int va, int value, int size, boolean aligned) {
        if ((va & size - 1) != 0) {
            if (aligned || space.strictAlignment()) {
                abort(va, true, true);
                return false;
            }
            if (crosses(va, size)) {
                return storeCrossing(space, va, value, size);
            }
        }
        long offset = writable(space, va, size);
        if (offset < 0) {
            return offset == AT_DEVICE && storeToDevice(space, va, value, size);
        }
        set(offset, size, value);
        return true;
    }

    private boolean storeCrossing(PageMaps space, int va, int value, int size) {
        return areWritable(space, va, size) && storeBytes(space, va, value, size);
    }

    /** Whether both pages of bytes that cross into another can be stored to; false: it aborts. */
    private boolean areWritable(PageMaps space, int va, int size) {
        int second = va + size & -GuestMemory.PAGE_SIZE;
        long first = writable(space, va, 1);
        long last = first == NOT_WRITABLE ? first : writable(space, second, 1);
        return last != NOT_WRITABLE && ((first | last) >= 0 || reachesAll());
    }

    private boolean storeBytes(PageMaps space, int va, int value, int size) {
        for (int i = 0; i < size; i++) {
            if (!store(space, va + i, value >>> 8 * i, 1, false)) {
                return false;
            }
        }
        return true;
    }

    private boolean storeToDevice(PageMaps space, int va, int value, int size) {
        if ((va & size - 1) != 0) {
            return storeBytes(space, va, value, size);
        }
        int gpa = PageMaps.gpa(deviceEntry, va);
        if (!answers(va, gpa, size, true)) {
            return false;
        }
        port.store(gpa, size, value);
        return true;
    }

    /**
     * Whether an access at a device may be made now. Who was asked for pages may have put something else where this one
     * goes.
     */
    private boolean answers(int va, int gpa, int size, boolean write) {
        if (!reachesAll()) {
            return false;
        }
        if (port == null || !port.answers(gpa, size)) {
            abort(va, write, false);
            return false;
        }
        madeAtDevice = true;
        return true;
    }

    /**
     * The offset in RAM of bytes of one page that are about to be stored to, {@link #AT_DEVICE}, or
     * {@link #NOT_WRITABLE} after noting an abort.
     */
    private long writable(PageMaps space, int va, int size) {
        long entry = space.entryOrFill(va, AddressSpace.Access.WRITE);
        boolean miss = PageMaps.isMiss(entry, va);
        if (miss && (entry & (PageMaps.DEVICE | PageMaps.CODE)) == 0) {
            abort(va, true, false);
            return NOT_WRITABLE;
        }
        if (isWatched(va, size, true)) {
            return NOT_WRITABLE;
        }
        if (!miss) {
            long offset = PageMaps.offset(entry, va);
            note(offset);
            return offset;
        }
        if ((entry & PageMaps.DEVICE) != 0) {
            deviceEntry = entry;
            return AT_DEVICE;
        }
        long offset = space.offsetInCode(entry, va);
        note(offset);
        int page = GuestMemory.pageAt(offset);
        if (memory.isCode(page)) {
            memory.stored(offset, size);
        }
        if (!memory.isCode(page)) {
            space.unprotect(va);
        }
        return offset;
    }

    private void note(long offset) {
        if (log != null) {
            log.add(offset);
        }
    }

    /**
     * Does a load or store of a micro-operation, if that is aligned, to RAM, and of no interest to anybody; false, with
     * nothing done, if not.
     */
    boolean hit(int w, int imm, UserState user, PageMaps space) {
        int op = w & 0xff;
        int size = hitSize(op);
        int va = user.r[w >>> 16 & UserState.SLOTS - 1] + imm;
        if (!isPlain(size, va)) {
            return false;
        }
        boolean write = isStore(op);
        long entry = write ? space.storeEntry(va) : space.loadEntry(va);
        if (PageMaps.isMiss(entry, va)) {
            return false;
        }
        long at = PageMaps.offset(entry, va);
        int d = w >>> 8 & UserState.SLOTS - 1;
        if (write) {
            set(at, size, size == 8 ? FpRegisters.doubleword(user.fp.words(), d) : user.r[d]);
        } else if (size == 8) {
            FpRegisters.setDoubleword(user.fp.words(), d, get(at, size));
        } else {
            user.r[d] = loaded(op, get(at, size));
        }
        return true;
    }

    /**
     * Asks for the page of a load or store of a micro-operation if need be; whether {@link #hit} does it then, while
     * nothing changes.
     */
    boolean fill(int w, int imm, UserState user, PageMaps space) {
        int op = w & 0xff;
        int va = user.r[w >>> 16 & UserState.SLOTS - 1] + imm;
        return isPlain(hitSize(op), va)
                && !PageMaps.isMiss(
                        space.entryOrFill(va, isStore(op) ? AddressSpace.Access.WRITE : AddressSpace.Access.READ), va);
    }

    private boolean isPlain(int size, int va) {
        return size != 0 && (va & size - 1) == 0 && points == null && log == null;
    }

    private static boolean isStore(int op) {
        return op >= MicroOp.ST32 && op <= MicroOp.ST8 || op == MicroOp.FST64 || op == MicroOp.FST64A;
    }

    /** Bytes of an access that {@link #hit} makes, or 0. */
    private static int hitSize(int op) {
        return switch (op) {
            case MicroOp.FLD64, MicroOp.FLD64A, MicroOp.FST64, MicroOp.FST64A -> 8;
            case MicroOp.LD32, MicroOp.LD32A, MicroOp.LD16U, MicroOp.LD16S, MicroOp.LD8U, MicroOp.LD8S -> size(op);
            case MicroOp.ST32, MicroOp.ST32A, MicroOp.ST16, MicroOp.ST8 -> size(op);
            default -> 0;
        };
    }

    /** One of {@link MicroOp#LD32} to {@link MicroOp#ST8}: false if it aborts. */
    boolean privileged(PageMaps space, int op, int[] r, int d, int va) {
        boolean aligned = op == MicroOp.LD32A || op == MicroOp.ST32A;
        int size = size(op);
        if (op >= MicroOp.ST32) {
            return store(space, va, r[d], size, aligned);
        }
        long value = load(space, va, size, aligned);
        if (value == ABORT) {
            return false;
        }
        r[d] = loaded(op, value);
        return true;
    }

    /** What a load puts into its register. */
    private static int loaded(int op, long value) {
        return switch (op) {
            case MicroOp.LD16S -> (short) value;
            case MicroOp.LD8S -> (byte) value;
            default -> (int) value;
        };
    }

    /** {@link MicroOp#FLD64}, element by element: false if it aborts. */
    boolean loadDoubleword(PageMaps space, int va, int[] words, int d, int element, boolean aligned) {
        long value = 0;
        for (int i = 0; i < 8; i += element) {
            long part = load(space, va + i, element, aligned);
            if (part == ABORT) {
                return false;
            }
            value |= part << 8 * i;
        }
        FpRegisters.setDoubleword(words, d, value);
        return true;
    }

    /** {@link MicroOp#FST64}, element by element: false if it aborts, and then nothing was stored. */
    boolean storeDoubleword(PageMaps space, int va, long value, int element, boolean aligned) {
        if ((va & element - 1) != 0 && (aligned || space.strictAlignment())) {
            abort(va, true, true);
            return false;
        }
        if (crosses(va, 8) && !areWritable(space, va, 8)) {
            return false;
        }
        for (int i = 0; i < 8; i += element) {
            if (!store(space, va + i, (int) (value >>> 8 * i), element, aligned)) {
                return false;
            }
        }
        return true;
    }

    /** {@link MicroOp#ALIGN} of an address that is not aligned: false. */
    boolean misaligned(int va, boolean write) {
        abort(va, write, true);
        return false;
    }

    static int size(int op) {
        return switch (op) {
            case MicroOp.LD32, MicroOp.LD32A, MicroOp.ST32, MicroOp.ST32A -> 4;
            case MicroOp.LD16U, MicroOp.LD16S, MicroOp.ST16 -> 2;
            default -> 1;
        };
    }

    /** One of {@link MicroOp#LD32T} to {@link MicroOp#ST8T}: false if it aborts. */
    boolean unprivileged(PageMaps space, int op, int[] r, int d, int va) {
        boolean write = op >= MicroOp.ST32T;
        if (space == null) {
            abort(va, write, false);
        } else {
            isUnprivileged = true;
            boolean done = privileged(space, op - MicroOp.UNPRIVILEGED, r, d, va);
            isUnprivileged = false;
            if (done) {
                return true;
            }
        }
        abort = new Trap.DataAbort(abort.address(), write, abort.alignment(), true, abort.watched());
        return false;
    }

    /** {@link MicroOp#LDEX}: false if it aborts. */
    boolean loadExclusive(UserState state, PageMaps space, int d, int high, int va, int size) {
        if ((va & size - 1) != 0) {
            abort(va, false, true);
            return false;
        }
        long value = loadWide(space, va, size);
        if (abort != null) {
            return false;
        }
        state.setExclusive(va, size, value);
        state.r[d] = (int) value;
        if (size == 8) {
            state.r[high] = (int) (value >>> 32);
        }
        return true;
    }

    /** Loads 1 to 8 aligned bytes, those of RAM at once; {@link #abort} is null if it worked. */
    private long loadWide(PageMaps space, int va, int size) {
        abort = null;
        if (size == 8) {
            long entry = space.entryOrFill(va, AddressSpace.Access.READ);
            if (!PageMaps.isMiss(entry, va)) {
                if (isWatched(va, size, false)) {
                    return ABORT;
                }
                return (long) DOUBLEWORDS.getVolatile(HostMemory.ALL, ram + PageMaps.offset(entry, va));
            }
        }
        long value = load(space, va, Math.min(size, 4), true);
        if (abort == null && size == 8) {
            value |= load(space, va + 4, 4, true) << 32;
        }
        return value;
    }

    /**
     * {@link MicroOp#STEX}: false if it aborts. That memory still holds the value that was read stands for a monitor of
     * memory, as in QEMU: what interrupted the sequence, or another core, untagged, or changed the value, or did no
     * harm. A device has no monitor of its own and is not read again: there the tag decides.
     */
    boolean storeExclusive(UserState state, PageMaps space, int d, int va, int value, int high, int size) {
        if ((va & size - 1) != 0) {
            abort(va, true, true);
            return false;
        }
        boolean done = state.isTagged(va, size);
        if (done) {
            long offset = writable(space, va, size);
            if (offset == NOT_WRITABLE || offset == AT_DEVICE && !storeToDevice(space, va, value, Math.min(size, 4))) {
                return false;
            }
            if (offset == AT_DEVICE && size == 8) {
                store(space, va + 4, high, 4, true);
            }
            if (offset != AT_DEVICE) {
                long both = (long) high << 32 | value & 0xffff_ffffL;
                done = exchange(offset, size, state.exclusiveValue(), both);
            }
        }
        state.clearExclusive();
        state.r[d] = done ? 0 : 1;
        return true;
    }

    /** Exchanges 1, 2, 4 or 8 aligned bytes of RAM if they are what is expected. */
    private boolean exchange(long offset, int size, long expected, long value) {
        if (size == 8) {
            return DOUBLEWORDS.compareAndSet(HostMemory.ALL, ram + offset, expected, value);
        }
        long word = ram + offset & -4L; // Java has none of less than a word
        int shift = (int) (offset & 3) * 8;
        int mask = -1 >>> 32 - 8 * size << shift;
        for (; ; ) {
            int before = (int) WORDS.getVolatile(HostMemory.ALL, word);
            if (((before ^ (int) expected << shift) & mask) != 0) {
                return false;
            }
            int after = before & ~mask | (int) value << shift & mask;
            if (WORDS.compareAndSet(HostMemory.ALL, word, before, after)) {
                return true;
            }
        }
    }
}
