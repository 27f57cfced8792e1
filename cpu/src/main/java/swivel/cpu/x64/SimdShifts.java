package swivel.cpu.x64;

import static swivel.cpu.x64.X64Assembler.*;
import static swivel.cpu.x64.XmmCache.XMM0;
import static swivel.cpu.x64.XmmCache.XMM1;

/**
 * Emits shifts by a number for each element: to the left, or to the right if it is negative. AVX2 has that for words
 * and doublewords; from their width on it shifts everything out. Smaller elements are done as words, one of each word
 * at a time.
 */
final class SimdShifts extends VectorCode {
    // By vex(); WIDE: of doublewords, which have no signed one.
    private static final int LEFT = 0x47 | ESCAPE_38 | P66;
    private static final int RIGHT = 0x45 | ESCAPE_38 | P66;
    private static final int RIGHT_SIGNED = 0x46 | ESCAPE_38 | P66;

    // The current operation.
    private int words;
    /** Of an element. */
    private int bits;
    /** Of what it is computed in: 2 or 3, log2 of its bytes. */
    private int lane;

    private boolean unsigned;
    private boolean rounds;
    private boolean saturates;

    // XMM registers: what is shifted, how far, and both ways.
    private int value;
    private int number;
    private int left;
    private int right;
    /** Of doublewords, ones where the value is negative. */
    private int sign;

    SimdShifts(X64Assembler asm, Jumps jumps, XmmCache xmm, Floating floating) {
        super(asm, jumps, xmm, floating);
    }

    /**
     * Shifts {@code x} by the lowest bytes of the elements of {@code by}; the result's XMM register.
     *
     * @param newWords words of both
     * @param size log2 of the bytes of elements
     */
    int emit(int x, int by, int newWords, int size, boolean isUnsigned, boolean isRounding, boolean isSaturating) {
        words = newWords;
        bits = 8 << size;
        lane = Math.max(size, 2);
        unsigned = isUnsigned;
        rounds = isRounding;
        saturates = isSaturating;
        number = xmm.take();
        left = xmm.take();
        right = xmm.take();
        if (size < 2) {
            return parts(x, by);
        }
        value = x;
        if (size == 2) {
            asm.rr(MOVAPS, number, by);
            signedByte(0);
        } else {
            shuffle(PSHUFD, number, by, 0x08);
            signedByte(0);
            asm.rr(WIDEN[3], number, number);
            if (!unsigned) {
                sign = xmm.take();
                signs(sign, value, 3);
            }
        }
        shiftLanes();
        return left;
    }

    /** Makes words of the signed byte at a place in each. */
    private void signedByte(int bit) {
        shift(SHIFT_LEFT, 2, number, 24 - bit);
        shift(SHIFT_RIGHT_SIGNED, 2, number, 24);
    }

    private int parts(int x, int by) {
        int result = xmm.take();
        value = xmm.take();
        for (int bit = 0; bit < 32; bit += bits) {
            int above = 32 - bits - bit;
            asm.rr(MOVAPS, value, x);
            shift(SHIFT_LEFT, 2, value, above);
            extend(value);
            asm.rr(MOVAPS, number, by);
            signedByte(bit);
            shiftLanes();
            shift(SHIFT_LEFT, 2, left, 32 - bits);
            shift(SHIFT_RIGHT, 2, left, above);
            asm.rr(bit == 0 ? MOVAPS : POR, result, left);
        }
        return result;
    }

    /** Makes words of the elements at their tops. */
    private void extend(int x) {
        shift(unsigned ? SHIFT_RIGHT : SHIFT_RIGHT_SIGNED, 2, x, 32 - bits);
    }

    /** Shifts the value into {@link #left}. */
    private void shiftLanes() {
        int wide = lane == 3 ? WIDE : 0;
        asm.vex(LEFT | wide, left, value, number);
        if (saturates) {
            saturate();
        }
        asm.rr(PXOR, XMM1, XMM1);
        asm.rr(SUB[lane], XMM1, number);
        shiftRight(right, value, XMM1, sign);
        if (rounds) { // the last bit that goes out is what is added
            asm.rr(ADD[lane], XMM1, ones(XMM0));
            shiftRight(XMM0, value, XMM1, sign);
            shift(SHIFT_LEFT, lane, XMM0, (8 << lane) - 1);
            shift(SHIFT_RIGHT, lane, XMM0, (8 << lane) - 1);
            asm.rr(ADD[lane], right, XMM0);
        }
        asm.rr(MOVAPS, XMM0, number);
        asm.rr(BLEND_SIGNED[lane], left, right);
    }

    /** What is shifted in are signs: of doublewords those that are given. */
    private void shiftRight(int to, int x, int by, int signs) {
        if (unsigned || lane == 2) {
            asm.vex(unsigned ? lane == 3 ? RIGHT | WIDE : RIGHT : RIGHT_SIGNED, to, x, by);
        } else {
            asm.vex(PXOR, to, x, signs);
            asm.vex(RIGHT | WIDE, to, to, by);
            asm.rr(PXOR, to, signs);
        }
    }

    /** Shifts {@link #left} back: where that does not give the value, something of it was lost. */
    private void saturate() {
        if (bits < 32) {
            shift(SHIFT_LEFT, 2, left, 32 - bits);
            extend(left);
        }
        if (lane == 3 && !unsigned) {
            signs(XMM1, left, 3);
        }
        shiftRight(right, left, number, XMM1);
        asm.rr(EQUAL[lane], right, value);
        signs(XMM1, number, 2); // both words of a doubleword have it
        asm.rr(POR, right, XMM1);
        exitUnlessOnes(right, words);
        int unused = (8 << lane) - bits;
        if (unsigned) {
            ones(XMM1);
            shift(SHIFT_RIGHT, lane, XMM1, unused);
        } else {
            shift(SHIFT_RIGHT, lane, ones(XMM0), unused + 1);
            signs(XMM1, value, lane);
            asm.rr(PXOR, XMM1, XMM0);
        }
        asm.rr(MOVAPS, XMM0, right);
        asm.rr(PBLENDVB, XMM1, left);
        asm.rr(MOVAPS, left, XMM1);
    }
}
