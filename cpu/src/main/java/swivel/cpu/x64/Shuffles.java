package swivel.cpu.x64;

import static swivel.cpu.x64.X64Assembler.*;
import static swivel.cpu.x64.XmmCache.XMM0;

import swivel.cpu.fp.Permutation;
import swivel.cpu.fp.Vectors;
import swivel.cpu.jit.BlockCode;

/** Emits what moves elements between vectors ({@link Permutation}), and what fills vectors. */
final class Shuffles {
    private static final int PADDUSB = 0x0fdc | P66;
    private static final int PSUBB = 0x0ff8 | P66;
    private static final int PMINUB = 0x0fda | P66;
    private static final int PCMPEQB = 0x0f74 | P66;
    private static final int PALIGNR = 0x0f | ESCAPE_3A | P66;
    private static final int PSRLDQ = 0x0f73 | P66 | 3 << 28;
    /** By log2 of the bytes of elements. */
    private static final int[] UNPACK_LOW = {0x0f60 | P66, 0x0f61 | P66, 0x0f62 | P66};

    private static final int[] UNPACK_HIGH = {0x0f68 | P66, 0x0f69 | P66, 0x0f6a | P66};
    /** Of elements of twice as many bytes. */
    private static final int[] SHIFT = {0x0f71 | P66, 0x0f72 | P66, 0x0f73 | P66};

    private static final int SHIFT_RIGHT = 2 << 28;
    private static final int SHIFT_LEFT = 6 << 28;

    private final X64Assembler asm;
    private final Slots slots;
    private final Jumps jumps;
    private final XmmCache xmm;
    private final Floating floating;
    private final HostFeatures host;
    private BlockCode code;

    Shuffles(X64Assembler asm, Slots slots, Jumps jumps, XmmCache xmm, Floating floating, HostFeatures host) {
        this.asm = asm;
        this.slots = slots;
        this.jumps = jumps;
        this.xmm = xmm;
        this.floating = floating;
        this.host = host;
    }

    void begin(BlockCode newCode) {
        code = newCode;
    }

    /** Emits operation {@code i}, a FILL. Writes no flags. */
    void fill(int i) {
        int first = code.imm[i] & 0xff;
        int count = code.imm[i] >>> 8;
        floating.start(i);
        int x = xmm.take();
        asm.rr(MOVD_TO, x, slots.read(code.a[i]));
        shuffle(PSHUFD, x, x, 0);
        floating.beforeWrite(first, count);
        if ((first & count - 1) == 0) {
            xmm.write(x, first, count);
        } else { // two doublewords that are no quadword
            int second = xmm.copy(x);
            xmm.write(x, first, 2);
            xmm.write(second, first + 2, 2);
        }
    }

    /** Emits operation {@code i}, a PERMUTE. */
    void emit(int i) {
        floating.start(i);
        if (!host.sse41()) {
            floating.leave();
            return;
        }
        int word = code.imm[i];
        int words = Vectors.isQuad(word) ? 4 : 2;
        int size = Integer.numberOfTrailingZeros(Vectors.e(word).bits) - 3;
        int p = Vectors.parameter(word);
        int d = code.d[i];
        int a = code.a[i];
        int b = code.b[i];
        switch (Vectors.permutation(word)) {
            case EXTRACT -> write(d, words, extract(words, p, a, b));
            case REVERSE -> {
                int x = xmm.copy(xmm.read(2 * a, words));
                jumps.constant(PSHUFB, x, Constants.reverse(size, p));
                write(d, words, x);
            }
            case DUPLICATE -> write(d, words, duplicate(size, p, a));
            case LOOK_UP -> write(d, 2, lookUp(a, p, b));
            case LOOK_UP_KEEPING -> write(d, 2, keep(lookUp(a, p, b), p, b, d));
            case SWAP -> {
                int x = xmm.read(2 * d, words);
                int y = xmm.read(2 * a, words);
                write(d, a, words, xmm.copy(y), xmm.copy(x));
            }
            case TRANSPOSE -> transpose(d, a, words, size);
            case UNZIP -> unzip(d, a, words, size);
            case ZIP -> zip(d, a, words, size);
        }
    }

    private void shuffle(int op, int to, int from, int order) {
        asm.rr(op, to, from);
        asm.int8(order);
    }

    private void write(int d, int words, int x) {
        floating.beforeWrite(2 * d, words);
        xmm.write(x, 2 * d, words);
    }

    private void write(int d, int a, int words, int x, int y) {
        write(d, words, x);
        write(a, words, y);
    }

    /** Two doublewords in one register; not to be changed. */
    private int pair(int low, int high) {
        if ((low & 1) == 0 && high == low + 1) {
            return xmm.read(2 * low, 4);
        }
        int x = xmm.read(2 * low, 2);
        int y = xmm.read(2 * high, 2);
        return xmm.combine(PUNPCKLQDQ, x, y);
    }

    private int extract(int words, int p, int a, int b) {
        if (words == 2) {
            int x = xmm.copy(pair(a, b));
            asm.r(PSRLDQ, x);
            asm.int8(p);
            return x;
        }
        int y = xmm.combine(PALIGNR, xmm.read(2 * b, 4), xmm.read(2 * a, 4));
        asm.int8(p);
        return y;
    }

    private int duplicate(int size, int lane, int a) {
        int x = xmm.read(2 * a, 2);
        int all = xmm.take();
        switch (size) {
            case 0 -> {
                asm.rr(MOVAPS, all, x);
                bytes(XMM0, lane);
                asm.rr(PSHUFB, all, XMM0);
            }
            case 1 -> {
                shuffle(PSHUFLW, all, x, lane * 0x55);
                shuffle(PSHUFD, all, all, 0);
            }
            default -> shuffle(PSHUFD, all, x, lane * 0x55);
        }
        return all;
    }

    /** A byte in all bytes. */
    private void bytes(int x, int value) {
        int reg = slots.scratch();
        asm.movi(reg, value * 0x0101_0101);
        asm.rr(MOVD_TO, x, reg);
        slots.giveBack(reg);
        shuffle(PSHUFD, x, x, 0);
    }

    /**
     * Bytes of up to four doublewords, or zero. The host takes the low four bits of an index, and zero if bit 7 is set.
     */
    private int lookUp(int table, int count, int b) {
        int indices = xmm.read(2 * b, 2);
        int result = lookUpHere(table, Math.min(count, 2), indices);
        if (count > 2) {
            int rest = xmm.copy(indices);
            jumps.constant(PSUBB, rest, Constants.SIXTEEN);
            asm.rr(POR, result, lookUpHere(table + 2, count - 2, rest));
        }
        return result;
    }

    /** Bytes of one or two doublewords. */
    private int lookUpHere(int table, int count, int indices) {
        int inUse = xmm.inUse();
        int bytes;
        if (count == 2) {
            bytes = pair(table, table + 1);
        } else {
            bytes = xmm.take();
            asm.rr(MOVQ, bytes, xmm.read(2 * table, 2));
        }
        int limited = xmm.copy(indices);
        jumps.constant(PADDUSB, limited, Constants.ABOVE_15);
        int x = xmm.combine(PSHUFB, bytes, limited);
        xmm.useOnly(inUse | 1 << x); // the table is read: a longer one has more registers than the host
        return x;
    }

    /** Bytes of the old destination where an index is beyond the table, and the result is zero. */
    private int keep(int result, int count, int b, int d) {
        int indices = xmm.read(2 * b, 2);
        bytes(XMM0, 8 * count - 1);
        asm.rr(PMINUB, XMM0, indices);
        asm.rr(PCMPEQB, XMM0, indices);
        asm.rr(PANDN, XMM0, xmm.read(2 * d, 2));
        asm.rr(POR, result, XMM0);
        return result;
    }

    private void shift(int how, int size, int x) {
        asm.r(SHIFT[size] | how, x);
        asm.int8(8 << size);
    }

    /** The lower elements of pairs of both, and the upper ones. */
    private void transpose(int d, int a, int words, int size) {
        int x = xmm.read(2 * d, words);
        int y = xmm.read(2 * a, words);
        int lower = xmm.copy(x);
        shift(SHIFT_LEFT, size, lower);
        shift(SHIFT_RIGHT, size, lower);
        asm.rr(MOVAPS, XMM0, y);
        shift(SHIFT_LEFT, size, XMM0);
        asm.rr(POR, lower, XMM0);
        int upper = xmm.copy(y);
        shift(SHIFT_RIGHT, size, upper);
        shift(SHIFT_LEFT, size, upper);
        asm.rr(MOVAPS, XMM0, x);
        shift(SHIFT_RIGHT, size, XMM0);
        asm.rr(POR, upper, XMM0);
        write(d, a, words, lower, upper);
    }

    private void evenFirst(int x, int size) {
        if (size == 2) {
            shuffle(PSHUFD, x, x, 0xd8);
        } else {
            jumps.constant(PSHUFB, x, size == 0 ? Constants.EVEN_BYTES : Constants.EVEN_HALFWORDS);
        }
    }

    private void unzip(int d, int a, int words, int size) {
        if (words == 2) {
            int x = xmm.copy(pair(d, a));
            evenFirst(x, size);
            int odd = xmm.take();
            shuffle(PSHUFD, odd, x, 0xee);
            write(d, a, words, x, odd);
            return;
        }
        int x = xmm.copy(xmm.read(2 * d, 4));
        int y = xmm.copy(xmm.read(2 * a, 4));
        evenFirst(x, size);
        evenFirst(y, size);
        int odd = xmm.copy(x);
        asm.rr(PUNPCKLQDQ, x, y);
        asm.rr(PUNPCKHQDQ, odd, y);
        write(d, a, words, x, odd);
    }

    private void zip(int d, int a, int words, int size) {
        int x = xmm.read(2 * d, words);
        int y = xmm.read(2 * a, words);
        int low = xmm.combine(UNPACK_LOW[size], x, y);
        int high;
        if (words == 2) {
            high = xmm.take();
            shuffle(PSHUFD, high, low, 0xee);
        } else {
            high = xmm.combine(UNPACK_HIGH[size], x, y);
        }
        write(d, a, words, low, high);
    }
}
