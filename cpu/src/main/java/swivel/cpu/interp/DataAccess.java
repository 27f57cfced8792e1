package swivel.cpu.interp;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import swivel.cpu.AddressSpace;
import swivel.cpu.Trap;
import swivel.cpu.UserState;
import swivel.cpu.ir.MicroOp;
import swivel.cpu.pages.PageMaps;
import swivel.memory.GuestMemory;
import swivel.memory.HostMemory;

/** Data accesses off the fast path: misses, unaligned and page-crossing ones, stores to pages that hold code, exclusives. */
final class DataAccess {
    static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfShort HALF = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    /** What {@link #load} returns for an access that aborts. */
    static final long ABORT = -1;

    private final GuestMemory memory;
    private final long ram;

    /** Told of every store; null: nobody is. */
    StoreLog log;

    /** Why the last access aborted. */
    private Trap.DataAbort abort;

    DataAccess(GuestMemory memory) {
        this.memory = memory;
        this.ram = memory.hostAddress();
    }

    Trap.DataAbort abort() {
        return abort;
    }

    private long abort(int va, boolean write, boolean alignment) {
        abort = new Trap.DataAbort(va, write, alignment);
        return ABORT;
    }

    /** Loads 1, 2 or 4 bytes, zero-extended, or {@link #ABORT}. */
    long load(PageMaps space, int va, int size, boolean aligned) {
        if ((va & size - 1) != 0) {
            if (aligned || space.strictAlignment()) {
                return abort(va, false, true);
            }
            if (crosses(va, size)) {
                return loadCrossing(space, va, size);
            }
        }
        int offset = space.entryOrFill(va, AddressSpace.Access.READ) ^ va;
        if ((offset & PageMaps.MISS) != 0) {
            return abort(va, false, false);
        }
        return switch (size) {
            case 1 -> HostMemory.ALL.get(BYTE, ram + offset) & 0xffL;
            case 2 -> HostMemory.ALL.get(HALF, ram + offset) & 0xffffL;
            default -> HostMemory.ALL.get(WORD, ram + offset) & 0xffff_ffffL;
        };
    }

    private static boolean crosses(int va, int size) {
        return (va & GuestMemory.PAGE_SIZE - 1) > GuestMemory.PAGE_SIZE - size;
    }

    private long loadCrossing(PageMaps space, int va, int size) {
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
        int offset = writable(space, va, size);
        if (offset < 0) {
            return false;
        }
        switch (size) {
            case 1 -> HostMemory.ALL.set(BYTE, ram + offset, (byte) value);
            case 2 -> HostMemory.ALL.set(HALF, ram + offset, (short) value);
            default -> HostMemory.ALL.set(WORD, ram + offset, value);
        }
        return true;
    }

    private boolean storeCrossing(PageMaps space, int va, int value, int size) {
        int second = va + size & -GuestMemory.PAGE_SIZE;
        if (writable(space, va, 1) < 0 || writable(space, second, 1) < 0) {
            return false;
        }
        for (int i = 0; i < size; i++) {
            store(space, va + i, value >>> 8 * i, 1, false);
        }
        return true;
    }

    /** The offset in RAM of bytes of one page that are about to be stored to, or -1 after noting an abort. */
    private int writable(PageMaps space, int va, int size) {
        int entry = space.entryOrFill(va, AddressSpace.Access.WRITE);
        int offset = entry ^ va;
        if ((offset & PageMaps.MISS) == 0) {
            note(offset);
            return offset;
        }
        if ((entry & PageMaps.CODE) == 0) {
            abort(va, true, false);
            return -1;
        }
        offset ^= PageMaps.MISS | PageMaps.CODE;
        note(offset);
        int page = offset >>> GuestMemory.PAGE_SHIFT;
        if (memory.isCode(page)) {
            memory.stored(offset, size);
        }
        if (!memory.isCode(page)) {
            space.unprotect(va);
        }
        return offset;
    }

    private void note(int offset) {
        if (log != null) {
            log.add(offset);
        }
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
        r[d] = switch (op) {
            case MicroOp.LD16S -> (short) value;
            case MicroOp.LD8S -> (byte) value;
            default -> (int) value;
        };
        return true;
    }

    private static int size(int op) {
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
        } else if (privileged(space, op - MicroOp.UNPRIVILEGED, r, d, va)) {
            return true;
        }
        abort = new Trap.DataAbort(abort.address(), write, abort.alignment(), true);
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

    /** Loads 1 to 8 bytes; {@link #abort} is null if it worked. */
    private long loadWide(PageMaps space, int va, int size) {
        abort = null;
        long value = load(space, va, Math.min(size, 4), true);
        if (abort == null && size == 8) {
            value |= load(space, va + 4, 4, true) << 32;
        }
        return value;
    }

    /**
     * {@link MicroOp#STEX}: false if it aborts. Succeeds if the tagged address is this one and memory still holds the value that was
     * read from it, as QEMU does: what interrupted the sequence untags, or changed the value, or did no harm.
     */
    boolean storeExclusive(UserState state, PageMaps space, int d, int va, int value, int high, int size) {
        if ((va & size - 1) != 0) {
            abort(va, true, true);
            return false;
        }
        boolean tagged = state.isTagged(va);
        if (tagged) {
            if (writable(space, va, size) < 0) {
                return false;
            }
            tagged = state.isExclusive(va, loadWide(space, va, size)) && abort == null;
        }
        if (tagged) {
            store(space, va, value, Math.min(size, 4), true);
            if (size == 8) {
                store(space, va + 4, high, 4, true);
            }
        }
        state.clearExclusive();
        state.r[d] = tagged ? 0 : 1;
        return true;
    }
}
