package swivel.cpu.interp;

import static swivel.cpu.UserState.C;
import static swivel.cpu.UserState.GE;
import static swivel.cpu.UserState.N;
import static swivel.cpu.UserState.PC;
import static swivel.cpu.UserState.Q;
import static swivel.cpu.UserState.V;
import static swivel.cpu.UserState.Z;
import static swivel.cpu.ir.MicroOp.*;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.Map;
import swivel.arm.InstructionSet;
import swivel.arm.Mode;
import swivel.arm.Psr;
import swivel.cpu.AddressSpace;
import swivel.cpu.DebugPoints;
import swivel.cpu.DevicePort;
import swivel.cpu.FpRegisters;
import swivel.cpu.Intrinsics;
import swivel.cpu.Processor;
import swivel.cpu.Trap;
import swivel.cpu.UserState;
import swivel.cpu.fp.FpContext;
import swivel.cpu.fp.Interleaving;
import swivel.cpu.fp.ScalarOperation;
import swivel.cpu.fp.Vectors;
import swivel.cpu.ir.Helpers;
import swivel.cpu.ir.Lifter;
import swivel.cpu.ir.Location;
import swivel.cpu.ir.MicroOp;
import swivel.cpu.pages.CodeBlock;
import swivel.cpu.pages.CodeSpace;
import swivel.cpu.pages.Core;
import swivel.cpu.pages.MappedPages;
import swivel.cpu.pages.PageMaps;
import swivel.memory.GuestMemory;
import swivel.memory.HostMemory;

/**
 * The reference processor: interprets micro-operations, block by block. Exact, and the oracle of every faster engine.
 *
 * <p>{@link #execute} runs one block and holds the operations that are common; what is rare is in {@link #rare}, so
 * that the method stays below the size that HotSpot compiles (8000 bytes of bytecode).
 */
public final class Interpreter implements Processor {
    private static final Trap.Kick KICK = new Trap.Kick();
    private static final Trap.Attention ATTENTION = new Trap.Attention();
    /** What {@link #step} returns where a block ended in {@link MicroOp#SWITCH}: PC is in the space's peer. */
    public static final Trap SWITCHED = new Trap.Attention();

    /** The same where PC is in the space's alternate. */
    public static final Trap ALTERNATED = new Trap.Attention();

    /**
     * The space in which it goes on behind what {@link #step} returned; null if that ended in no
     * {@link MicroOp#SWITCH}.
     */
    public static PageMaps switched(Trap trap, PageMaps space) {
        return trap == SWITCHED ? space.peer() : trap == ALTERNATED ? space.alternate() : null;
    }

    private static final MemorySegment HOST = HostMemory.ALL;
    /** In an offset in RAM: a miss, or not aligned to a word, or to a halfword. */
    private static final int SLOW_WORD = PageMaps.MISS | 3;

    /** In a page, one that is aligned is whole; others may not be. */
    private static final int SLOW_DOUBLEWORD = PageMaps.MISS | 7;

    private static final int SLOW_HALF = PageMaps.MISS | 1;

    private static final int SLOT_MASK = UserState.SLOTS - 1;

    /** What it runs as: its address spaces, and the code of its machine. */
    public final Core core;

    private final DataAccess access;
    private final FpContext fpContext = new FpContext();
    private final MappedPages mappedPages;
    private final long ram;
    /** What {@link #execute} takes for misses may be hits: it knows entries of an int only. */
    private final boolean wide;

    private volatile boolean kicked;
    private long instructions;
    private long sensitiveExecuted;
    private boolean firstSensitiveThumb;
    private int firstSensitiveAddress;
    private int firstSensitiveWord;

    /** What stands in for a space's entries while stores are logged, or accesses are watched; 0: none yet. */
    private long emptyMap;

    /** Why {@link #execute} last trapped. */
    private Trap trap;

    /** Makes the processor of a machine that has one. */
    public Interpreter(GuestMemory memory, Lifter lifter) {
        this(new Core(new CodeSpace(memory, lifter)));
    }

    /** Makes one that runs as a core. */
    public Interpreter(Core core) {
        this.core = core;
        GuestMemory memory = core.code.memory();
        this.ram = memory.hostAddress();
        this.wide = memory.isWide();
        this.access = new DataAccess(memory);
        this.mappedPages = core.mappedPages;
        core.setClock(this::instructions);
    }

    @Override
    public PageMaps newAddressSpace(AddressSpace.Filler filler, AddressSpace.Sensitive sensitive) {
        return core.newAddressSpace(filler, sensitive);
    }

    @Override
    public void setIntrinsics(Intrinsics intrinsics) {
        core.code.setIntrinsics(intrinsics);
    }

    @Override
    public void setDevicePort(DevicePort port) {
        access.port = port;
    }

    @Override
    public Interpreter newCore() {
        return new Interpreter(new Core(core.code));
    }

    @Override
    public void halt() {
        core.halt();
    }

    @Override
    public void kick() {
        kicked = true;
    }

    @Override
    public long instructions() {
        return instructions;
    }

    @Override
    public SensitiveCount sensitiveCount() {
        InstructionSet set = firstSensitiveThumb ? InstructionSet.T32 : InstructionSet.A32;
        return new SensitiveCount(sensitiveExecuted, set, firstSensitiveAddress, firstSensitiveWord);
    }

    @Override
    public Trap run(UserState state, AddressSpace first) {
        core.host.check();
        PageMaps space = (PageMaps) first;
        space.used = true;
        if (hasDebugPoints()) {
            return runWatched(state, space);
        }
        int[] r = state.r;
        for (; ; ) {
            core.lock.pass();
            if (kicked) {
                kicked = false;
                return KICK;
            }
            int pc = r[PC];
            CodeBlock block = space.jumpCache[PageMaps.jumpIndex(pc)];
            if (block == null || block.place != state.place() || state.bigEndian || state.it != 0) {
                if (!state.isAligned()) {
                    return new Trap.PrefetchAbort(pc);
                }
                block = core.code.find(space, Location.of(pc, state, space.sensitive()));
                if (block == null) {
                    return space.prefetchAbort(pc);
                }
            }
            Trap result = step(block, state, space);
            if (result != null) {
                space = switched(result, space);
                if (space == null) {
                    return result;
                }
            }
        }
    }

    /** Runs one instruction at a time, and asks before each. */
    private Trap runWatched(UserState state, PageMaps first) {
        PageMaps space = first;
        for (; ; ) {
            core.lock.pass();
            if (kicked) {
                kicked = false;
                return KICK;
            }
            int pc = state.r[PC];
            if (!state.isAligned()) {
                return new Trap.PrefetchAbort(pc);
            }
            CodeBlock block = core.code.find(space, Location.of(pc, state, space.sensitive()));
            if (block == null) {
                return space.prefetchAbort(pc);
            }
            if (access.points.stopsAt(pc)) {
                return new Trap.DebugStop();
            }
            Trap result = step(block.first(), state, space);
            if (result != null) {
                space = switched(result, space);
                if (space == null) {
                    return result;
                }
            }
        }
    }

    @Override
    public void setDebugPoints(DebugPoints points) {
        if (points != null) {
            emptyMap = core.emptyMap();
        }
        access.points = points;
    }

    /** Whether there is something to stop at: then it is this processor that runs, instruction by instruction. */
    public boolean hasDebugPoints() {
        return access.points != null;
    }

    /** Runs one block; returns the trap that ended it, {@link #SWITCHED}, {@link #ALTERNATED}, or null. */
    public Trap step(CodeBlock block, UserState state, PageMaps space) {
        return execute(block, state, space) ? trap : null;
    }

    /**
     * Asks for the page of the load or store of a micro-operation if need be; whether {@link #hit} does it then, while
     * nothing changes.
     */
    public boolean fill(int w, int imm, UserState state, PageMaps space) {
        return access.fill(w, imm, state, space);
    }

    /** Does a load or store of a micro-operation for which {@link #fill} asked; false, with nothing done, if not. */
    public boolean hit(int w, int imm, UserState state, PageMaps space) {
        return access.hit(w, imm, state, space);
    }

    /** Has every store logged; null: no more. */
    public void setLog(StoreLog log) {
        emptyMap = core.emptyMap();
        access.log = log;
    }

    @Override
    public Map<String, Long> calledOut() {
        return Map.of();
    }

    @Override
    public CacheUse caches() {
        return caches(0, 0, 0);
    }

    /** The same with machine code, which it knows nothing of. */
    public CacheUse caches(long codeBytes, long codeReused, long codeEvictions) {
        return new CacheUse(
                core.code.budget().peak(),
                core.code.evictions(),
                codeBytes,
                codeReused,
                codeEvictions,
                core.tables.peakBytes(),
                core.tables.releases());
    }

    @Override
    public void close() {
        core.close();
    }

    /** Runs a block; true if it trapped, false if it jumped. PC, T and IT are exact either way. */
    private boolean execute(CodeBlock block, UserState state, PageMaps space) {
        state.it = 0;
        final int[] code = block.code;
        final int[] r = state.r;
        final boolean watched = access.points != null;
        final long readMap = watched ? emptyMap : space.readMap;
        final long writeMap = watched || access.log != null ? emptyMap : space.writeMap;
        int i = 0;
        for (; ; i += 2) {
            final int w = code[i];
            final int imm = code[i + 1];
            final int d = w >>> 8 & SLOT_MASK;
            final int a = w >>> 16 & SLOT_MASK;
            final int b = w >>> 24 & SLOT_MASK;
            switch (w & 0xff) {
                case MOV -> r[d] = r[a];
                case MOVI -> r[d] = imm;
                case ADD -> r[d] = r[a] + r[b];
                case ADDI -> r[d] = r[a] + imm;
                case SUB -> r[d] = r[a] - r[b];
                case RSBI -> r[d] = imm - r[a];
                case AND -> r[d] = r[a] & r[b];
                case ANDI -> r[d] = r[a] & imm;
                case ORR -> r[d] = r[a] | r[b];
                case ORRI -> r[d] = r[a] | imm;
                case EOR -> r[d] = r[a] ^ r[b];
                case EORI -> r[d] = r[a] ^ imm;
                case BIC -> r[d] = r[a] & ~r[b];
                case MVN -> r[d] = ~r[a];
                case ADC -> r[d] = r[a] + r[b] + r[C];
                case SBC -> r[d] = r[a] - r[b] - 1 + r[C];
                case ADDS -> r[d] = addFlags(r, r[a], r[b]);
                case ADDSI -> r[d] = addFlags(r, r[a], imm);
                case SUBS -> r[d] = subFlags(r, r[a], r[b]);
                case SUBSI -> r[d] = subFlags(r, r[a], imm);
                case ADCS -> r[d] = adcFlags(r, r[a], r[b]);
                case SBCS -> r[d] = adcFlags(r, r[a], ~r[b]);
                case NZ -> {
                    r[N] = r[a];
                    r[Z] = r[a];
                }
                case CBIT -> r[C] = r[a] >>> imm & 1;
                case CSET -> r[C] = imm;
                case LSLI -> r[d] = r[a] << imm;
                case LSRI -> r[d] = r[a] >>> imm;
                case ASRI -> r[d] = r[a] >> imm;
                case RORI -> r[d] = Integer.rotateRight(r[a], imm);
                case LSL -> r[d] = (r[b] & 0xe0) != 0 ? 0 : r[a] << r[b];
                case LSR -> r[d] = (r[b] & 0xe0) != 0 ? 0 : r[a] >>> r[b];
                case ASR -> r[d] = r[a] >> ((r[b] & 0xe0) != 0 ? 31 : r[b]);
                case ROR -> r[d] = Integer.rotateRight(r[a], r[b]);
                case UBFX -> r[d] = r[a] << 32 - (imm & 0xff) - (imm >>> 8) >>> 32 - (imm >>> 8);
                case SBFX -> r[d] = r[a] << 32 - (imm & 0xff) - (imm >>> 8) >> 32 - (imm >>> 8);
                case CLZ -> r[d] = Integer.numberOfLeadingZeros(r[a]);
                case REV -> r[d] = Integer.reverseBytes(r[a]);
                case MUL -> r[d] = r[a] * r[b];
                case UMULL -> setLong(r, d, imm, (r[a] & 0xffff_ffffL) * (r[b] & 0xffff_ffffL));
                case LD32, LD32A -> {
                    int va = r[a] + imm;
                    int offset = PageMaps.entry(readMap, va) ^ va;
                    if ((offset & SLOW_WORD) == 0) {
                        r[d] = HOST.get(DataAccess.WORD, ram + offset);
                    } else if (slow(block, i, state, space)) {
                        return trap != null;
                    }
                }
                case LD16U, LD16S -> {
                    int va = r[a] + imm;
                    int offset = PageMaps.entry(readMap, va) ^ va;
                    if ((offset & SLOW_HALF) == 0) {
                        short value = HOST.get(DataAccess.HALF, ram + offset);
                        r[d] = (w & 0xff) == LD16U ? value & 0xffff : value;
                    } else if (slow(block, i, state, space)) {
                        return trap != null;
                    }
                }
                case LD8U, LD8S -> {
                    int va = r[a] + imm;
                    int offset = PageMaps.entry(readMap, va) ^ va;
                    if (offset >= 0) {
                        byte value = HOST.get(DataAccess.BYTE, ram + offset);
                        r[d] = (w & 0xff) == LD8U ? value & 0xff : value;
                    } else if (slow(block, i, state, space)) {
                        return trap != null;
                    }
                }
                case ST32, ST32A -> {
                    int va = r[a] + imm;
                    int offset = PageMaps.entry(writeMap, va) ^ va;
                    if ((offset & SLOW_WORD) == 0) {
                        HOST.set(DataAccess.WORD, ram + offset, r[d]);
                    } else if (slow(block, i, state, space)) {
                        return trap != null;
                    }
                }
                case ST16 -> {
                    int va = r[a] + imm;
                    int offset = PageMaps.entry(writeMap, va) ^ va;
                    if ((offset & SLOW_HALF) == 0) {
                        HOST.set(DataAccess.HALF, ram + offset, (short) r[d]);
                    } else if (slow(block, i, state, space)) {
                        return trap != null;
                    }
                }
                case ST8 -> {
                    int va = r[a] + imm;
                    int offset = PageMaps.entry(writeMap, va) ^ va;
                    if (offset >= 0) {
                        HOST.set(DataAccess.BYTE, ram + offset, (byte) r[d]);
                    } else if (slow(block, i, state, space)) {
                        return trap != null;
                    }
                }
                case SKIP -> {
                    if (!holds(d, r)) {
                        i += 2 * imm;
                    }
                }
                case JCC -> {
                    if (holds(d, r)) {
                        state.setPlace(imm);
                        return leave(block, i);
                    }
                }
                case JZ -> {
                    if (r[a] == 0 ^ d != 0) {
                        state.setPlace(imm);
                        return leave(block, i);
                    }
                }
                case JMP -> {
                    state.setPlace(imm);
                    return leave(block, i);
                }
                case JMPIT -> {
                    state.setPlace(imm);
                    state.it = w >>> 8 & 0xff;
                    return leave(block, i);
                }
                case JREG -> {
                    state.setPlace(r[a]);
                    return leave(block, i);
                }
                case SWITCH -> {
                    state.setPlace(r[a]);
                    leave(block, i);
                    trap = d == MicroOp.PEER ? SWITCHED : ALTERNATED;
                    return true;
                }
                case TRAP -> {
                    stopAt(block, i, state);
                    trap = block.trap(i >> 1);
                    return true;
                }
                case FLD64, FLD64A -> {
                    int va = r[a] + imm;
                    int offset = PageMaps.entry(readMap, va) ^ va;
                    if ((offset & SLOW_DOUBLEWORD) == 0) {
                        FpRegisters.setDoubleword(state.fp.words(), d, HOST.get(DataAccess.LONG, ram + offset));
                    } else if (slow(block, i, state, space)) {
                        return trap != null;
                    }
                }
                case FST64, FST64A -> {
                    int va = r[a] + imm;
                    int offset = PageMaps.entry(writeMap, va) ^ va;
                    if ((offset & SLOW_DOUBLEWORD) == 0) {
                        HOST.set(DataAccess.LONG, ram + offset, FpRegisters.doubleword(state.fp.words(), d));
                    } else if (slow(block, i, state, space)) {
                        return trap != null;
                    }
                }
                case ALIGN -> {
                    if ((r[a] & imm) != 0 && slow(block, i, state, space)) {
                        return trap != null;
                    }
                }
                case LDEX, STEX, LD32T, LD16UT, LD16ST, LD8UT, LD8ST, ST32T, ST16T, ST8T -> {
                    if (slow(block, i, state, space)) {
                        return trap != null;
                    }
                }
                case CHECK -> {
                    if ((r[a] & ~r[b]) != 0) {
                        state.setPlace(imm);
                        state.it = block.itOf(block.instruction[i >> 1] + 1);
                        leave(block, i);
                        trap = ATTENTION;
                        return true;
                    }
                }
                case TRAPNZ -> {
                    if (r[a] != 0) {
                        stopAt(block, i, state);
                        trap = block.trap(i >> 1);
                        return true;
                    }
                }
                case MAPPED -> r[d] = mappedPages.count(r[a]);
                case TIME -> {
                    long now = access.port.nanoseconds();
                    r[d] = (int) now;
                    r[imm] = (int) (now >>> 32);
                }
                case NOTE -> note(block, i, imm);
                default -> rare(w & 0xff, d, a, b, imm, state);
            }
        }
    }

    /** The operations that no hot loop needs; none of them aborts or jumps. */
    private void rare(int op, int d, int a, int b, int imm, UserState state) {
        int[] r = state.r;
        switch (op) {
            case NZ64 -> {
                r[N] = r[b];
                r[Z] = r[a] | r[b];
            }
            case CLSL -> {
                int n = r[b] & 0xff;
                r[C] = n == 0 ? r[C] : n <= 32 ? r[a] >>> 32 - n & 1 : 0;
            }
            case CLSR -> {
                int n = r[b] & 0xff;
                r[C] = n == 0 ? r[C] : n <= 32 ? r[a] >>> n - 1 & 1 : 0;
            }
            case CASR -> {
                int n = r[b] & 0xff;
                r[C] = n == 0 ? r[C] : r[a] >> Math.min(n, 32) - 1 & 1;
            }
            case CROR -> {
                int n = r[b] & 0xff;
                r[C] = n == 0 ? r[C] : r[a] >>> (n - 1 & 31) & 1;
            }
            case RRX -> r[d] = r[C] << 31 | r[a] >>> 1;
            case BFI -> {
                int lsb = imm & 0xff;
                int mask = -1 >>> 32 - (imm >>> 8) << lsb;
                r[d] = r[d] & ~mask | r[a] << lsb & mask;
            }
            case RBIT -> r[d] = Integer.reverse(r[a]);
            case SMULL -> setLong(r, d, imm, (long) r[a] * r[b]);
            case UMLAL -> setLong(r, d, imm, getLong(r, d, imm) + (r[a] & 0xffff_ffffL) * (r[b] & 0xffff_ffffL));
            case SMLAL -> setLong(r, d, imm, getLong(r, d, imm) + (long) r[a] * r[b]);
            case UDIV -> r[d] = r[b] == 0 ? 0 : Integer.divideUnsigned(r[a], r[b]);
            case SDIV -> r[d] = r[b] == 0 ? 0 : r[a] / r[b];
            case ADDQ -> {
                long sum = (long) r[a] + r[b];
                r[Q] |= sum == (int) sum ? 0 : 1;
                r[d] = (int) sum;
            }
            case MULW -> r[d] = (int) ((long) r[a] * r[b] >> 16);
            case UMAAL -> {
                long product = (r[a] & 0xffff_ffffL) * (r[b] & 0xffff_ffffL);
                setLong(r, d, imm, product + (r[d] & 0xffff_ffffL) + (r[imm] & 0xffff_ffffL));
            }
            case PARALLEL -> r[d] = Helpers.parallel(imm, r[a], r[b], r);
            case SEL -> r[d] = Helpers.select(r[a], r[b], r[GE]);
            case HELPER -> r[d] = Helpers.call(imm & 0xff, imm >>> 8, r[a], r[b], r);
            case HELPER64 -> {
                int high = imm >>> 8;
                setLong(r, d, high, Helpers.call64(imm & 0xff, getLong(r, d, high), r[a], r[b]));
            }
            case MicroOp.CLREX -> state.clearExclusive();
            case FENCE -> {
                if (imm == STORES) {
                    VarHandle.storeStoreFence();
                } else {
                    VarHandle.fullFence();
                }
            }
            case GETPSR -> r[d] = state.userPsr() & ~(Psr.T | Psr.IT) | Mode.USR_ENCODING;
            case SETPSR -> writeStatus(state, r[a], imm);
            case FGET -> r[d] = state.fp.words()[imm];
            case FSET -> state.fp.words()[imm] = r[a];
            case INTERLEAVE -> Interleaving.interleave(state.fp.words(), d, b, imm);
            case DEINTERLEAVE -> Interleaving.deinterleave(state.fp.words(), d, imm);
            case FP -> ScalarOperation.execute(imm, d, a, b, state.fp, fpContext);
            case VECTOR -> Vectors.execute(imm, d, a, b, state.fp, fpContext);
            case PERMUTE -> Vectors.permute(imm, d, a, b, state.fp);
            case FILL -> state.fp.fill(imm & 0xff, imm >>> 8, r[a]);
            case SETEND -> state.bigEndian = (r[a] & Psr.E) != 0;
            default -> throw new IllegalStateException("no micro-operation " + op);
        }
    }

    private static void writeStatus(UserState state, int value, int mask) {
        if ((mask & Psr.NZCV) != 0) {
            state.setFlags(value);
        }
        if ((mask & Psr.Q) != 0) {
            state.r[UserState.Q] = value >>> Psr.Q_SHIFT & 1;
        }
        if ((mask & Psr.GE) != 0) {
            state.r[GE] = value >>> Psr.GE_SHIFT & 15;
        }
    }

    private static int addFlags(int[] r, int x, int y) {
        int result = x + y;
        r[N] = result;
        r[Z] = result;
        r[C] = (x & y | (x | y) & ~result) >>> 31;
        r[V] = (x ^ result) & (y ^ result);
        return result;
    }

    private static int subFlags(int[] r, int x, int y) {
        int result = x - y;
        r[N] = result;
        r[Z] = result;
        r[C] = Integer.compareUnsigned(x, y) >= 0 ? 1 : 0;
        r[V] = (x ^ y) & (x ^ result);
        return result;
    }

    private static int adcFlags(int[] r, int x, int y) {
        int result = x + y + r[C];
        r[N] = result;
        r[Z] = result;
        r[C] = (x & y | (x | y) & ~result) >>> 31;
        r[V] = (x ^ result) & (y ^ result);
        return result;
    }

    private static void setLong(int[] r, int low, int high, long value) {
        r[low] = (int) value;
        r[high] = (int) (value >>> 32);
    }

    private static long getLong(int[] r, int low, int high) {
        return (long) r[high] << 32 | r[low] & 0xffff_ffffL;
    }

    /** Whether a condition 0 to 13 holds (A8.3). */
    private static boolean holds(int condition, int[] r) {
        boolean holds = switch (condition >> 1) {
            case 0 -> r[Z] == 0;
            case 1 -> r[C] != 0;
            case 2 -> r[N] < 0;
            case 3 -> r[V] < 0;
            case 4 -> r[C] != 0 && r[Z] != 0;
            case 5 -> (r[N] ^ r[V]) >= 0;
            default -> r[Z] != 0 && (r[N] ^ r[V]) >= 0;
        };
        return holds ^ (condition & 1) != 0;
    }

    /** Counts the instructions up to a jump. */
    private boolean leave(CodeBlock block, int i) {
        instructions += block.instruction[i >> 1] + 1;
        return false;
    }

    /** Makes the state exact at the instruction of a micro-operation that does not, or not yet, complete. */
    private void stopAt(CodeBlock block, int i, UserState state) {
        int index = block.instruction[i >> 1];
        instructions += index;
        state.r[PC] = block.pcOf(i >> 1);
        state.thumb = block.isThumb();
        state.it = block.itOf(index);
    }

    /**
     * Does an access off the fast path. True if the block is left: {@link #trap} says why. Without a trap the
     * instruction was completed, but what follows is no longer the block's: the access stored to its page, or who was
     * asked for the accessed page put another one where the block is. With an attention it was completed too.
     */
    private boolean slow(CodeBlock block, int i, UserState state, PageMaps space) {
        if (wide && access.hit(block.code[i], block.code[i + 1], state, space)) {
            return false;
        }
        stopAt(block, i, state); // for who is asked for a page, and for devices
        access.begin(block, i >> 1, state, space);
        if (!access(block.code[i], block.code[i + 1], state, space)) {
            trap = access.abort();
            return true;
        }
        boolean attention = access.wantsAttention();
        if (!attention && space.isCurrent(block)) {
            instructions -= block.instruction[i >> 1];
            state.it = 0;
            return false;
        }
        trap = step(block.rest(i >> 1), state, space);
        if (trap == null && attention) {
            trap = ATTENTION;
        }
        return true;
    }

    /** Whether the access of a micro-operation does not abort. */
    private boolean access(int w, int imm, UserState state, PageMaps space) {
        int op = w & 0xff;
        int d = w >>> 8 & SLOT_MASK;
        int b = w >>> 24 & SLOT_MASK;
        int[] r = state.r;
        int va = r[w >>> 16 & SLOT_MASK];
        return switch (op) {
            case LDEX -> access.loadExclusive(state, space, d, b, va, imm);
            case STEX -> access.storeExclusive(state, space, d, va, r[b], r[imm >>> 8 & SLOT_MASK], imm & 0xff);
            case LD32T, LD16UT, LD16ST, LD8UT, LD8ST, ST32T, ST16T, ST8T ->
                access.unprivileged(space.unprivileged(), op, r, d, va + imm);
            case FLD64, FLD64A -> access.loadDoubleword(space, va + imm, state.fp.words(), d, b, op == FLD64A);
            case FST64, FST64A -> {
                long value = FpRegisters.doubleword(state.fp.words(), d);
                yield access.storeDoubleword(space, va + imm, value, b, op == FST64A);
            }
            case ALIGN -> access.misaligned(va, d != 0);
            default -> access.privileged(space, op, r, d, va + imm);
        };
    }

    private void note(CodeBlock block, int i, int word) {
        if (sensitiveExecuted++ == 0) {
            firstSensitiveThumb = block.isThumb();
            firstSensitiveAddress = block.pcOf(i >> 1);
            firstSensitiveWord = word;
        }
    }
}
