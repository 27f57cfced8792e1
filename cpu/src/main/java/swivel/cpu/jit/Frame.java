package swivel.cpu.jit;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import swivel.cpu.AddressSpace;
import swivel.cpu.FpRegisters;
import swivel.cpu.Processor;
import swivel.cpu.UserState;
import swivel.cpu.ir.Block;
import swivel.cpu.pages.EntryFormat;
import swivel.cpu.pages.MappedPages;
import swivel.memory.GuestMemory;
import swivel.memory.HostMemory;

/**
 * The state of a processor in native memory while emitted code runs: so near in front of RAM that one base register
 * (RBP) reaches both. The constants are displacements from it; that of RAM is the same for all cores where each has a
 * mapping of RAM of its own ({@link GuestMemory.View}).
 *
 * <pre>
 *  -128        COUNT   LIMIT   READ_MAP   WRITE_MAP   EXECUTE_MAP   FLAGS
 *   -84        slot(0): UserState.r, four bytes a slot; guest registers that live in host registers are stale here
 *   128        the last slots, those of flags
 *   144        JUMP_CACHE   RETURN_TOP   HOST_SP   SPACE   MAPPED_PAGES   FENCE   CLOCK   AHEAD   FP   FLOAT
 *   {@link #ram}        guest RAM
 * </pre>
 */
public final class Frame implements FpRegisters.Home {
    private static final MemorySegment HOST = HostMemory.ALL;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private static final VarHandle SHORT_HANDLE = ValueLayout.JAVA_SHORT.varHandle();

    private static final short KICKED = -1;

    private static final int FIRST = -128;

    /** 64 bits: guest instructions that emitted code has executed. */
    public static final int COUNT = FIRST;

    /**
     * 16 bits, like those of RSP that are compared with it: the lowest RSP that a call may have, which is the same in
     * the {@link ReturnStack} of every space. All ones when {@link Processor#kick} wants emitted code to leave.
     */
    public static final int LIMIT = COUNT + 8;

    /** Host addresses of the current space's tables ({@link AddressSpace}). */
    public static final int READ_MAP = LIMIT + 8;

    public static final int WRITE_MAP = READ_MAP + 8;
    public static final int EXECUTE_MAP = WRITE_MAP + 8;

    /**
     * N, Z, C and V where they are live at the edges of a block, 16 bits in the host's {@link FlagFormat}. Instead
     * there may be a {@link FlagMark} of 32 bits.
     */
    public static final int FLAGS = EXECUTE_MAP + 8;

    private static final int FIRST_SLOT = FLAGS + 4;

    /** Where a slot of {@link UserState#r} is; a signed byte for all but flags. */
    public static int slot(int n) {
        return FIRST_SLOT + 4 * n;
    }

    public static final int PC = slot(UserState.PC);

    /** Behind the last slot that both sides have. */
    private static final int SLOTS_END = UserState.V + 1;

    /** Host address of the current space's {@link JumpCache}. */
    public static final int JUMP_CACHE = slot(SLOTS_END + 1) & -8;

    /** RSP of an empty return stack. */
    public static final int RETURN_TOP = JUMP_CACHE + 8;

    /** RSP of the one who entered. */
    public static final int HOST_SP = RETURN_TOP + 8;

    /** Host address of the current space's record ({@link EmittedSpace}). */
    public static final int SPACE = HOST_SP + 8;

    /** Host address of {@link MappedPages}. */
    public static final int MAPPED_PAGES = SPACE + 8;

    /** 32 bits that nobody reads: on some hosts to exchange them is the cheapest fence. */
    public static final int FENCE = MAPPED_PAGES + 8;

    /** Address of the host's {@code clock_gettime}, or 0 where the machine's time is another one. */
    public static final int CLOCK = FENCE + 4;

    /** 64 bits: how many nanoseconds the machine's time is ahead of what {@link #CLOCK} says. */
    public static final int AHEAD = CLOCK + 8;

    /** Words of {@link FpRegisters}, while they are here; at a multiple of 16, as operands of SSE must be. */
    public static final int FP = AHEAD + 8 + 15 & -16;

    /**
     * 32 bits, not zero while the host computes for the guest and keeps the flags that it raises to itself; zero in
     * Java, always. The bits are below.
     */
    public static final int FLOAT = FP + 4 * FpRegisters.WORDS;

    /** It computes as FPSCR says. */
    public static final int FLOAT_SCALARS = 1;

    /** It rounds to nearest, and may raise inexact where the guest does not. */
    public static final int FLOAT_VECTORS = 2;

    /** It rounds to nearest. */
    public static final int FLOAT_NEAREST = 4;

    /** Of no meaning, so that it is not zero. */
    public static final int FLOAT_FLAGS = 8;

    /** 32 bits for the host's floating-point status on its way. */
    public static final int FLOAT_STATUS = FLOAT + 4;

    /** 128 bits for registers meanwhile. */
    public static final int FLOAT_SAVED = FLOAT + 8;

    /** What RBP holds. */
    final long base;

    /** Where RAM is. */
    final Ram ram;

    private final GuestMemory memory;
    private final GuestMemory.View view;

    /** Whose words are at {@link #FP}; null: nobody's. */
    private FpRegisters fp;

    // The host's FlagFormat.
    private int flagN;
    private int maskZ;
    private int flagC;
    private int flagV;
    private int inverseC;

    Frame(GuestMemory memory) {
        this.memory = memory;
        view = memory.claimView();
        base = view.frame() - FIRST;
        ram = new Ram((int) (view.ram() - base), EntryFormat.of(memory));
        admit();
    }

    void setFlagFormat(FlagFormat format) {
        flagN = format.n();
        maskZ = 1 << format.z();
        flagC = format.c();
        flagV = format.v();
        inverseC = format.inverseC() ? 1 : 0;
    }

    /** Lets another core have its memory. */
    void release() {
        if (fp != null) {
            fp.words();
        }
        memory.releaseView(view);
    }

    /** Copies the user state in. */
    void load(UserState state) {
        int[] r = state.r;
        // Not over what Flags keeps in the slots of N and Z; C and V are nowhere but in FLAGS.
        MemorySegment.copy(state.slots, 0, HOST, base + FIRST_SLOT, 4L * UserState.N);
        int flags = r[UserState.N] >>> 31 << flagN
                | (r[UserState.Z] == 0 ? maskZ : 0)
                | (r[UserState.C] ^ inverseC) << flagC
                | r[UserState.V] >>> 31 << flagV;
        HOST.set(INT, base + FLAGS, flags);
    }

    /** Has the floating-point registers here, if they are not. */
    void loadFp(UserState state) {
        if (state.fp != fp) {
            takeFp(state.fp);
        }
    }

    private void takeFp(FpRegisters registers) {
        if (fp != null) {
            fp.words();
        }
        int[] words = registers.moveTo(this);
        MemorySegment.copy(words, 0, HOST, INT, base + FP, FpRegisters.WORDS);
        fp = registers;
    }

    /** The floating-point registers are asked for elsewhere. */
    @Override
    public void giveBack(int[] words) {
        MemorySegment.copy(HOST, INT, base + FP, words, 0, FpRegisters.WORDS);
        fp = null;
    }

    /** Copies the user state out, at the edge of a block. */
    void store(UserState state) {
        store(state, null, 0);
    }

    /** Copies the user state out, at the start of the instruction of a micro-operation of a block. */
    void store(UserState state, Block block, int microOp) {
        int[] r = state.r;
        MemorySegment.copy(HOST, base + FIRST_SLOT, state.slots, 0, 4L * SLOTS_END);
        int flags = HOST.get(INT, base + FLAGS);
        if (FlagMark.isMark(flags)) {
            FlagMark.compute(flags, r, block, microOp);
            return;
        }
        r[UserState.N] = flags << 31 - flagN;
        r[UserState.Z] = ~flags & maskZ;
        r[UserState.C] = flags >>> flagC & 1 ^ inverseC;
        r[UserState.V] = flags << 31 - flagV;
    }

    int get(int displacement) {
        return HOST.get(INT, base + displacement);
    }

    void set(int displacement, int value) {
        HOST.set(INT, base + displacement, value);
    }

    long getLong(int displacement) {
        return HOST.get(LONG, base + displacement);
    }

    /** Makes emitted code leave soon. From any thread. */
    void kick() {
        SHORT_HANDLE.setVolatile(HOST, base + LIMIT, KICKED);
    }

    /** Whether {@link #kick} was called and not taken back. */
    boolean isKicked() {
        return (short) SHORT_HANDLE.getVolatile(HOST, base + LIMIT) == KICKED;
    }

    /** Takes back {@link #kick}. */
    void admit() {
        SHORT_HANDLE.setVolatile(HOST, base + LIMIT, ReturnStack.LIMIT);
    }

    void setLong(int displacement, long value) {
        HOST.set(LONG, base + displacement, value);
    }
}
