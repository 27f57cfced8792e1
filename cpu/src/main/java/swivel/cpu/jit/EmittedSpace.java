package swivel.cpu.jit;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import swivel.cpu.ir.MicroOp;
import swivel.cpu.pages.EntryFormat;
import swivel.cpu.pages.PageMaps;
import swivel.memory.HostMemory;
import swivel.memory.HostRegion;

/**
 * What emitted code has of an address space, beside its tables: a {@link JumpCache}, a {@link ReturnStack}, and a
 * record in native memory by which it goes from the space to others without leaving ({@link MicroOp#SWITCH}). The
 * constants are offsets in the record, of 64 bits each.
 */
public final class EmittedSpace implements PageMaps.Watcher {
    static final int READ_MAP = 0;
    static final int WRITE_MAP = 8;
    static final int EXECUTE_MAP = 16;
    static final int JUMP_CACHE = 24;
    static final int RETURN_TOP = 32;
    /** RSP of emitted code while it runs elsewhere or not at all. */
    public static final int RETURN_SP = 40;
    /** The record of the peer, or 0. */
    public static final int PEER = 48;
    /** Tables for accesses with user permissions; where there are none, one in which nothing is mapped. */
    public static final int USER_READ_MAP = 56;

    public static final int USER_WRITE_MAP = 64;
    /** The record of the alternate, or 0. */
    public static final int ALTERNATE = 72;
    /** Which of the processor's spaces it is. */
    static final int NUMBER = 80;

    private static final int BYTES = 88;

    /** What is copied to the frame, and where to. */
    @SuppressWarnings("MutablePublicArray") // of this module
    public static final int[][] COPIED = {
        {READ_MAP, Frame.READ_MAP},
        {WRITE_MAP, Frame.WRITE_MAP},
        {EXECUTE_MAP, Frame.EXECUTE_MAP},
        {JUMP_CACHE, Frame.JUMP_CACHE},
        {RETURN_TOP, Frame.RETURN_TOP},
    };

    private static final MemorySegment HOST = HostMemory.ALL;

    /** Host address of the record. */
    final long record;

    /** The values of {@link #COPIED}, which never change. */
    final long[] copied = new long[COPIED.length];

    final ReturnStack returns;
    private final JumpCache jumps;

    private final long emptyMap;

    /**
     * @param number {@link #NUMBER}
     * @param miss where a return goes that was not predicted
     * @param emptyMap {@link EntryFormat#newEmptyTable}
     */
    EmittedSpace(HostRegion host, PageMaps space, int number, long miss, long emptyMap) {
        this.emptyMap = emptyMap;
        record = host.allocate(BYTES);
        returns = new ReturnStack(host, miss);
        jumps = new JumpCache(host);
        set(READ_MAP, space.loads);
        set(WRITE_MAP, space.stores);
        set(EXECUTE_MAP, space.executeMap);
        set(JUMP_CACHE, jumps.address);
        set(RETURN_TOP, returns.top);
        for (int i = 0; i < COPIED.length; i++) {
            copied[i] = get(COPIED[i][0]);
        }
        set(NUMBER, number);
        clearReturns();
        clearUnprivileged();
    }

    long get(int field) {
        return HOST.get(ValueLayout.JAVA_LONG, record + field);
    }

    /** Which of the processor's spaces has a record. */
    static long number(long record) {
        return HOST.get(ValueLayout.JAVA_LONG, record + NUMBER);
    }

    private void set(int field, long value) {
        HOST.set(ValueLayout.JAVA_LONG, record + field, value);
    }

    /** That of an address space of a processor that emits code. */
    static EmittedSpace of(PageMaps space) {
        return (EmittedSpace) space.watcher();
    }

    @Override
    public void unprivilegedChanged(PageMaps.Watcher user) {
        if (user == null) {
            clearUnprivileged();
        } else {
            setUnprivileged((EmittedSpace) user);
        }
    }

    @Override
    public void alternateChanged(PageMaps.Watcher alternate) {
        set(ALTERNATE, alternate == null ? 0 : ((EmittedSpace) alternate).record);
    }

    /** Makes this and the space of user permissions each other's peer. */
    private void setUnprivileged(EmittedSpace user) {
        set(USER_READ_MAP, user.get(READ_MAP));
        set(USER_WRITE_MAP, user.get(WRITE_MAP));
        set(PEER, user.record);
        user.set(PEER, record);
    }

    /** Makes accesses with user permissions abort. */
    private void clearUnprivileged() {
        set(USER_READ_MAP, emptyMap);
        set(USER_WRITE_MAP, emptyMap);
        set(PEER, 0);
    }

    void remember(int place, long target) {
        jumps.put(place, target);
    }

    void clearReturns() {
        set(RETURN_SP, returns.top);
    }

    @Override
    public void forget(int va) {
        jumps.forget(va);
        clearReturns();
    }

    @Override
    public void changed(int va) {} // emitted code reads the tables themselves

    void clear() {
        jumps.clear();
        clearReturns();
    }
}
