package swivel.cpu.x64;

import static swivel.cpu.x64.X64Assembler.*;
import static swivel.cpu.x64.XmmCache.XMM0;
import static swivel.cpu.x64.XmmCache.XMM1;

/** Emits what saturates and has no instruction of the host: sums of words and doublewords, and narrowing the latter. */
final class Saturation extends VectorCode {
    Saturation(X64Assembler asm, Jumps jumps, XmmCache xmm, Floating floating) {
        super(asm, jumps, xmm, floating);
    }

    /** The highest numbers where the sign is clear, the lowest where it is set; changes XMM0. */
    private void limits(int to, int x, int size) {
        signs(to, x, size);
        shift(SHIFT_RIGHT, size, ones(XMM0), 1);
        asm.rr(PXOR, to, XMM0);
    }

    /** The sum of words or doublewords; words: of the result. */
    int sum(int x, int y, int words, int size, boolean unsigned) {
        int result = xmm.combine(ADD[size], x, y);
        int over;
        if (unsigned) { // the carry: of both, or of one without the sum
            over = xmm.combine(POR, x, y);
            asm.rr(MOVAPS, XMM0, result);
            asm.rr(PANDN, XMM0, over);
            asm.rr(MOVAPS, over, x);
            asm.rr(PAND, over, y);
            asm.rr(POR, over, XMM0);
            ones(XMM1);
        } else { // the sum has another sign than both
            over = xmm.combine(PXOR, x, result);
            asm.rr(MOVAPS, XMM1, y);
            asm.rr(PXOR, XMM1, result);
            asm.rr(PAND, over, XMM1);
            limits(XMM1, x, size);
        }
        return replace(result, over, words, size);
    }

    /** The difference of words or doublewords. */
    int difference(int x, int y, int words, int size, boolean unsigned) {
        int result = xmm.combine(SUB[size], x, y);
        int over = xmm.combine(PXOR, x, y);
        if (unsigned) { // the borrow: of the second alone, or of the difference where they are equal
            asm.rr(PANDN, over, result);
            asm.rr(MOVAPS, XMM0, x);
            asm.rr(PANDN, XMM0, y);
            asm.rr(POR, over, XMM0);
            asm.rr(PXOR, XMM1, XMM1);
        } else { // they have different signs, and the difference has not that of the first
            asm.rr(MOVAPS, XMM1, x);
            asm.rr(PXOR, XMM1, result);
            asm.rr(PAND, over, XMM1);
            limits(XMM1, x, size);
        }
        return replace(result, over, words, size);
    }

    /** Puts XMM1 where {@code over} has the sign bit. */
    private int replace(int result, int over, int words, int size) {
        asm.rr(words == 2 ? MOVQ : MOVAPS, XMM0, over);
        jumps.constant(PTEST, XMM0, size == 3 ? Constants.SIGN_F32 + Constants.TO_DOUBLE : Constants.SIGN_F32);
        floating.unlessSaturated(NE);
        asm.rr(BLEND_SIGNED[size], result, XMM1);
        return result;
    }

    /** Doublewords become words; the result's upper half may be anything. */
    int narrow(int x, boolean fromUnsigned, boolean toUnsigned) {
        int kept = xmm.take();
        shuffle(PSHUFD, kept, x, 0x08);
        asm.rr(WIDEN[toUnsigned ? 7 : 3], kept, kept);
        asm.rr(EQUAL[3], kept, x);
        exitUnlessOnes(kept, 4);
        if (fromUnsigned) {
            ones(XMM1);
        } else {
            signs(XMM1, x, 3);
            if (!toUnsigned) {
                shift(SHIFT_RIGHT, 2, ones(XMM0), 1);
                asm.rr(PXOR, XMM1, XMM0);
            } else {
                not(XMM1);
            }
        }
        asm.rr(MOVAPS, XMM0, kept);
        asm.rr(PBLENDVB, XMM1, x);
        shuffle(PSHUFD, kept, XMM1, 0x08);
        return kept;
    }

    /**
     * Puts into {@code shifted} the limits of where {@code back}, that shifted back, is not {@code x}. Numbers that are
     * signed may become unsigned.
     */
    void limitShift(int shifted, int back, int x, int words, int size, boolean fromUnsigned, boolean toUnsigned) {
        asm.rr(EQUAL[size], back, x);
        if (fromUnsigned) {
            ones(XMM1);
        } else {
            signs(XMM1, x, size);
            if (toUnsigned) { // negative numbers never do, whatever comes back
                asm.rr(MOVAPS, XMM0, XMM1);
                asm.rr(PANDN, XMM0, back);
                asm.rr(MOVAPS, back, XMM0);
                not(XMM1);
            } else if (size == 0) {
                jumps.constant(PXOR, XMM1, Constants.HIGHEST_BYTES);
            } else {
                shift(SHIFT_RIGHT, size, ones(XMM0), 1);
                asm.rr(PXOR, XMM1, XMM0);
            }
        }
        exitUnlessOnes(back, words);
        asm.rr(MOVAPS, XMM0, back);
        asm.rr(PBLENDVB, XMM1, shifted);
        asm.rr(MOVAPS, shifted, XMM1);
    }
}
