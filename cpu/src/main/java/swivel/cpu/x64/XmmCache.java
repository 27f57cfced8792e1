package swivel.cpu.x64;

import static swivel.cpu.x64.X64Assembler.*;

import java.util.Arrays;
import swivel.cpu.FpRegisters;
import swivel.cpu.ir.MicroInfo;
import swivel.cpu.jit.BlockCode;
import swivel.cpu.jit.Frame;

/**
 * Which XMM registers have the value of which floating-point registers, within a block. The frame has all values too,
 * but for those that are written again before the block can be left other than out of line: who leaves there stores
 * them first ({@link #unstored}). Who comes back from the interpreter has to load what is used later ({@link #reload}).
 *
 * <p>A floating-point register is named by its first word ({@link FpRegisters}) and how many it has: 1, 2 or 4. What is
 * above it in the XMM register may be anything. {@link #MODE} stands for one more register: MXCSR, which has a value
 * of the word FPSCR while the host computes as that says.
 */
final class XmmCache {
    /** XMM registers that are not in the cache, for who needs one for a few instructions. */
    static final int XMM0 = 0;

    static final int XMM1 = 1;

    private static final int FIRST = 2;

    /** In place of an XMM register. */
    private static final int MODE = 16;

    private final X64Assembler asm;
    private final Jumps jumps;
    private final Stubs stubs;
    private final HostFeatures host;

    // By XMM register: what it holds; count is 0 if that is nothing.
    private final int[] first = new int[MODE + 1];
    private final int[] count = new int[MODE + 1];
    /** A number that no other value has had. */
    private final int[] value = new int[MODE + 1];

    /** By XMM register, how many words from its first are known to hold no denormal single. */
    private final int[] clean = new int[MODE + 1];

    /** By value, when it was used last. */
    private int[] used = new int[64];

    private int values;
    private int now;

    /** XMM registers that the current operation uses, as a mask. */
    private int locked;

    /** XMM registers whose values the frame has not, as a mask. */
    private int unstored;

    /** By quadword, whether this block stored it in parts last, which a load of it all would have to wait for. */
    private int inParts;

    private boolean writesThrough;

    private BlockCode code;
    private int operation;

    /** An operation needs more XMM registers than there are. */
    static final class Exhausted extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Exhausted() {
            super("no XMM register is left", null, false, false);
        }
    }

    /** Emits for a host. */
    XmmCache(X64Assembler asm, Jumps jumps, Stubs stubs, HostFeatures host) {
        this.host = host;
        this.asm = asm;
        this.jumps = jumps;
        this.stubs = stubs;
    }

    /** Has the frame have every value at once from now on, or not, so that a few XMM registers are enough. */
    void setWritesThrough(boolean writesThrough) {
        this.writesThrough = writesThrough;
    }

    /** Starts a block, with nothing. */
    void begin(BlockCode newCode) {
        code = newCode;
        unstored = 0;
        inParts = 0;
        claimed = false;
        if (values != 0) {
            clear();
            values = 0;
            now = 0;
        }
    }

    /** Nothing is known any more, and the frame has all values. */
    void clear() {
        unstored = 0;
        if (values != 0) {
            Arrays.fill(count, 0);
        }
    }

    /** Whether nothing is held. */
    boolean isEmpty() {
        if (values != 0) {
            for (int n : count) {
                if (n != 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * Begins operation {@code i}. Until it ends, values stay where they are that the frame has not: who leaves in its
     * middle looks for them there.
     */
    void beginOperation(int i) {
        operation = i;
        now++;
        while (Integer.bitCount(unstored) > MOST_UNSTORED) {
            storeOldest();
        }
        locked = unstored;
    }

    /** Leaves enough XMM registers for each operation to compute in. */
    private static final int MOST_UNSTORED = 5;

    private void storeOldest() {
        int oldest = -1;
        for (int x = FIRST; x < MODE; x++) {
            if (isUnstored(x) && (oldest < 0 || used[value[x]] < used[value[oldest]])) {
                oldest = x;
            }
        }
        store(oldest);
    }

    private boolean isUnstored(int x) {
        return (unstored >>> x & 1) != 0;
    }

    /** Stores an XMM register to the words that it holds, for that was not done yet. */
    private void store(int x) {
        used[value[x]] = now;
        unstored &= ~(1 << x);
        store(x, first[x], count[x]);
    }

    private void store(int x, int firstWord, int words) {
        asm.rm(words == 1 ? MOVF_STORE | PF3 : words == 2 ? MOVQ_STORE : MOVAPS_STORE, x, RBP, place(firstWord));
        int quadword = 1 << (firstWord >> 2);
        inParts = words == 4 ? inParts & ~quadword : inParts | quadword;
    }

    /** Stores what was not stored yet, if the frame is to have some words. */
    void store(int firstWord, int words) {
        for (int x = FIRST; unstored != 0 && x < MODE; x++) {
            if (isUnstored(x) && overlaps(x, firstWord, words)) {
                store(x);
            }
        }
    }

    /** Stores what was not stored yet. */
    void store() {
        store(0, FpRegisters.WORDS);
    }

    private boolean overlaps(int x, int firstWord, int words) {
        return first[x] < firstWord + words && firstWord < first[x] + count[x];
    }

    /** What the frame has not, for {@link #storeOutOfLine}; null: nothing. */
    int[] unstored() {
        if (unstored == 0) {
            return null;
        }
        int[] state = new int[3 * Integer.bitCount(unstored)];
        int n = 0;
        for (int x = FIRST; x < MODE; x++) {
            if (isUnstored(x)) {
                used[value[x]] = now;
                state[n++] = x;
                state[n++] = first[x];
                state[n++] = count[x];
            }
        }
        return state;
    }

    /** Stores what {@link #unstored} told. Changes no flags of the host's. */
    void storeOutOfLine(int[] state) {
        for (int n = 0; state != null && n < state.length; n += 3) {
            store(state[n], state[n + 1], state[n + 2]);
        }
    }

    /** The XMM registers that the current operation uses, for {@link #useOnly}. */
    int inUse() {
        return locked;
    }

    /** The current operation uses no others any more. */
    void useOnly(int registers) {
        locked = registers;
    }

    private void use(int x) {
        used[value[x]] = now;
        locked |= 1 << x;
    }

    /** The XMM register that holds words for the current operation to read, or -1. */
    int find(int firstWord, int words) {
        for (int x = FIRST; x < MODE; x++) {
            if (first[x] == firstWord && count[x] >= words) {
                use(x);
                return x;
            }
        }
        return -1;
    }

    /**
     * Whether an XMM register holds these words and no others, so that it may be changed if they are; who leaves finds
     * the old value in the frame.
     */
    boolean isExactly(int x, int firstWord, int words) {
        return first[x] == firstWord && count[x] == words && !isUnstored(x);
    }

    /** An XMM register that holds words for the current operation to read. */
    int read(int firstWord, int words) {
        int x = find(firstWord, words);
        if (x < 0) {
            x = load(firstWord, words);
            hold(x, firstWord, words);
        }
        return x;
    }

    /**
     * From its halves if they are here: a load wider than the store before it would wait for that to reach the cache.
     * What holds the halves is free again.
     */
    private int load(int firstWord, int words) {
        int half = words / 2;
        int inUse = locked;
        int low = half == 0 ? -1 : find(firstWord, half);
        int high = half == 0 ? -1 : find(firstWord + half, half);
        int x = take();
        if (low < 0 || high < 0) {
            store(firstWord, words);
        }
        if (low < 0 && high < 0) {
            load(x, firstWord, words);
            return x;
        }
        if (low >= 0) {
            asm.rr(MOVAPS, x, low);
        } else {
            load(x, firstWord, half);
        }
        if (high < 0) {
            high = take();
            load(high, firstWord + half, half);
        }
        asm.rr(half == 1 ? UNPCKLPS : PUNPCKLQDQ, x, high);
        locked = inUse | 1 << x;
        return x;
    }

    private void load(int x, int firstWord, int words) {
        if (words == 4 && (inParts >>> (firstWord >> 2) & 1) != 0) {
            asm.rm(MOVQ, x, RBP, place(firstWord));
            asm.rm(MOVHPS, x, RBP, place(firstWord + 2));
        } else {
            asm.rm(words == 1 ? MOVF | PF3 : words == 2 ? MOVQ : MOVAPS, x, RBP, place(firstWord));
        }
    }

    /** Where a word is. */
    static int place(int word) {
        return Frame.FP + 4 * word;
    }

    /**
     * An XMM register for the current operation to compute in.
     *
     * @throws Exhausted if the operation uses all others
     */
    int take() {
        int best = -1;
        for (int x = FIRST; x < host.xmm(); x++) {
            boolean free = count[x] == 0;
            if ((locked >>> x & 1) == 0
                    && (best < 0 || count[best] != 0 && (free || used[value[x]] < used[value[best]]))) {
                best = x;
            }
        }
        if (best < 0) {
            assert host.xmm() < HostFeatures.XMM || !writesThrough
                    : "an operation that needs more than all XMM registers";
            throw new Exhausted();
        }
        count[best] = 0;
        first[best] = -1;
        clean[best] = 0;
        locked |= 1 << best;
        return best;
    }

    /** A copy of an XMM register for the current operation to compute in. */
    int copy(int x) {
        int copy = take();
        asm.rr(MOVAPS, copy, x);
        return copy;
    }

    /**
     * An XMM register with what an instruction makes of two, which stay. If it takes an immediate byte, that is to come
     * behind.
     */
    int combine(int op, int x, int y) {
        if (host.avx()) {
            int result = take();
            asm.vex(op, result, x, y);
            return result;
        }
        int result = copy(x);
        asm.rr(op, result, y);
        return result;
    }

    /** An XMM register has the value that words have in the frame. */
    void hold(int x, int firstWord, int words) {
        if (values == used.length) {
            used = Arrays.copyOf(used, 2 * values);
        }
        first[x] = firstWord;
        count[x] = words;
        value[x] = values++;
        use(x);
    }

    /** Whether an XMM register's words up to a number of them are known to hold no denormal single. */
    boolean isClean(int x, int words) {
        return clean[x] >= words;
    }

    void setClean(int x, int words) {
        clean[x] = words;
    }

    /** As {@link #setClean} of what was looked at: who finds a denormal number and leaves must not come back. */
    void claimClean(int x, int words) {
        clean[x] = words;
        claimed = true;
    }

    /** Whether the instruction that ends has claimed something. */
    boolean endClaims() {
        boolean was = claimed;
        claimed = false;
        return was;
    }

    private boolean claimed;

    /** An XMM register has the value of words from now on; it is stored to them, if it will not be stored again. */
    void write(int x, int firstWord, int words) {
        forget(firstWord, words);
        hold(x, firstWord, words);
        clean[x] = 0;
        long mask = MicroInfo.words(firstWord, words);
        if (!writesThrough && mask != 0 && (code.wordsBefore[operation + 1] & mask) == 0) {
            unstored |= 1 << x;
        } else {
            store(x, firstWord, words);
        }
    }

    /** Words will be written in the frame. */
    void forget(int firstWord, int words) {
        if (words < 4) {
            inParts |= 1 << (firstWord >> 2);
        }
        if (values == 0) {
            return;
        }
        for (int x = FIRST; x <= MODE; x++) {
            if (overlaps(x, firstWord, words)) {
                if (isUnstored(x) && (first[x] < firstWord || firstWord + words < first[x] + count[x])) {
                    store(x);
                }
                unstored &= ~(1 << x);
                count[x] = 0;
                first[x] = -1;
            }
        }
    }

    /** Registers will be written in the frame, all of which are stored, and those of the host. */
    void forgetRegisters() {
        if (values != 0) {
            Arrays.fill(count, 0, MODE, 0);
        }
    }

    // The host's modes.

    /** Whether the host computes as FPSCR says. */
    boolean hasMode() {
        boolean has = count[MODE] != 0;
        if (has) {
            use(MODE);
        }
        return has;
    }

    /** The host computes as FPSCR says. */
    void holdMode() {
        hold(MODE, FpRegisters.FPSCR, 1);
    }

    // Where paths meet.

    /** What is held, for {@link #join}; null: nothing. */
    int[] remember() {
        return isEmpty() ? null : state();
    }

    /** In a state, above how many words an XMM register holds: how many are clean. */
    private static final int CLEAN = 4;

    private static final int WORDS = 15;

    private int[] state() {
        int[] state = new int[3 * (MODE + 1)];
        for (int x = FIRST; x <= MODE; x++) {
            state[3 * x] = count[x] | clean[x] << CLEAN;
            state[3 * x + 1] = first[x];
            state[3 * x + 2] = value[x];
        }
        return state;
    }

    /** Keeps what the other path has too. */
    void join(int[] state) {
        if (state == null) {
            clear();
            return;
        }
        for (int x = FIRST; x <= MODE; x++) {
            if ((state[3 * x] & WORDS) == 0 || state[3 * x + 2] != value[x]) {
                count[x] = 0;
                first[x] = -1;
            }
            clean[x] = Math.min(clean[x], state[3 * x] >> CLEAN);
        }
    }

    /** When it is, for {@link #reload}: behind what was used, and before what will be. */
    int time() {
        return ++now;
    }

    /** Whether something of a state is used from a time on. */
    boolean isUsed(int[] state, int time) {
        for (int x = FIRST; x <= MODE; x++) {
            if (isUsed(state, time, x)) {
                return true;
            }
        }
        return false;
    }

    private boolean isUsed(int[] state, int time, int x) {
        return (state[3 * x] & WORDS) != 0 && used[state[3 * x + 2]] >= time;
    }

    /** Whether the host is to compute as FPSCR says. */
    boolean usesMode(int[] state, int time) {
        return isUsed(state, time, MODE);
    }

    /** Loads again what is used from a time on. */
    void reload(int[] state, int time) {
        for (int x = FIRST; x < MODE; x++) {
            if (isUsed(state, time, x)) {
                load(x, state[3 * x + 1], state[3 * x] & WORDS);
            }
        }
        if (usesMode(state, time)) {
            jumps.callStub(stubs.floatEnter);
        }
    }
}
