package swivel.cpu.x64;

import static swivel.cpu.x64.X64Assembler.*;
import static swivel.cpu.x64.XmmCache.XMM0;

/** What those have in common that emit operations on vectors: instructions by the size of elements, and short forms. */
abstract class VectorCode {
    // Opcodes by log2 of the bytes of elements; 0: there is none.
    static final int[] ADD = {0x0ffc | P66, 0x0ffd | P66, 0x0ffe | P66, 0x0fd4 | P66};
    static final int[] SUB = {0x0ff8 | P66, 0x0ff9 | P66, 0x0ffa | P66, 0x0ffb | P66};
    static final int[] EQUAL = {0x0f74 | P66, 0x0f75 | P66, 0x0f76 | P66, 0x29 | ESCAPE_38 | P66};
    static final int[] GREATER = {0x0f64 | P66, 0x0f65 | P66, 0x0f66 | P66, 0};
    /** From elements of half the size, signed ones and then unsigned; index 0 is not used. */
    static final int[] WIDEN = {
        0, 0x20 | ESCAPE_38 | P66, 0x23 | ESCAPE_38 | P66, 0x25 | ESCAPE_38 | P66,
        0, 0x30 | ESCAPE_38 | P66, 0x33 | ESCAPE_38 | P66, 0x35 | ESCAPE_38 | P66
    };
    /** The second where XMM0 has the sign bit, else the first, of words and doublewords. */
    static final int[] BLEND_SIGNED = {0, 0, 0x14 | ESCAPE_38 | P66, 0x15 | ESCAPE_38 | P66};
    /** Shifts by an immediate, of elements of 2, 4, 8 bytes. */
    private static final int[] SHIFT = {0, 0x0f71 | P66, 0x0f72 | P66, 0x0f73 | P66};

    static final int SHIFT_RIGHT = 2 << 28;
    static final int SHIFT_RIGHT_SIGNED = 4 << 28;
    static final int SHIFT_LEFT = 6 << 28;

    static final int PAND = 0x0fdb | P66;
    static final int PXOR = 0x0fef | P66;
    static final int PTEST = 0x17 | ESCAPE_38 | P66;
    static final int PMAXUD = 0x3f | ESCAPE_38 | P66;
    static final int PMULDQ = 0x28 | ESCAPE_38 | P66;
    /** The second where XMM0 has ones, else the first. */
    static final int PBLENDVB = 0x10 | ESCAPE_38 | P66;

    final X64Assembler asm;
    final Jumps jumps;
    final XmmCache xmm;
    final Floating floating;

    VectorCode(X64Assembler asm, Jumps jumps, XmmCache xmm, Floating floating) {
        this.asm = asm;
        this.jumps = jumps;
        this.xmm = xmm;
        this.floating = floating;
    }

    /** All elements of 2, 4 or 8 bytes by an immediate. */
    final void shift(int how, int elements, int x, int n) {
        asm.r(SHIFT[elements] | how, x);
        asm.int8(n);
    }

    final void shuffle(int op, int to, int from, int order) {
        asm.rr(op, to, from);
        asm.int8(order);
    }

    final int ones(int x) {
        asm.rr(EQUAL[2], x, x);
        return x;
    }

    /** Changes XMM0. */
    final int not(int x) {
        asm.rr(PXOR, x, ones(XMM0));
        return x;
    }

    /** Ones where an element of 1 SHL {@code size} bytes is negative. */
    final void signs(int to, int x, int size) {
        if (size == 3) {
            shuffle(PSHUFD, to, x, 0xf5);
            shift(SHIFT_RIGHT_SIGNED, 2, to, 31);
        } else {
            asm.rr(PXOR, to, to);
            asm.rr(GREATER[size], to, x);
        }
    }

    /** Ones in the elements that count: above those of a doubleword anything may be. */
    static int counting(int words) {
        return words == 4 ? Constants.ONES : Constants.LOWER_ONES;
    }

    /** Exits if not all bits are set in the words that count, and nothing saturated before. */
    final void exitUnlessOnes(int x, int words) {
        jumps.constant(PTEST, x, counting(words));
        floating.unlessSaturated(AE);
    }
}
