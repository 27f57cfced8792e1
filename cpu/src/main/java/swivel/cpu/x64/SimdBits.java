package swivel.cpu.x64;

import static swivel.cpu.x64.X64Assembler.*;
import static swivel.cpu.x64.XmmCache.XMM0;
import static swivel.cpu.x64.XmmCache.XMM1;

/** Emits counts of bits, and products of polynomials whose coefficients are bits. */
final class SimdBits extends VectorCode {
    SimdBits(X64Assembler asm, Jumps jumps, XmmCache xmm, Floating floating) {
        super(asm, jumps, xmm, floating);
    }

    /** What a table has for the upper half of each byte, in a register, and for the lower one in another. */
    private void lookUp(int upper, int lower, int x, int table) {
        asm.rr(MOVAPS, XMM0, x);
        shift(SHIFT_RIGHT, 1, XMM0, 4);
        jumps.constant(PAND, XMM0, Constants.NIBBLES);
        jumps.constant(MOVAPS, upper, table);
        asm.rr(PSHUFB, upper, XMM0);
        asm.rr(MOVAPS, XMM0, x);
        jumps.constant(PAND, XMM0, Constants.NIBBLES);
        jumps.constant(MOVAPS, lower, table);
        asm.rr(PSHUFB, lower, XMM0);
    }

    /** How many bits of each byte are set. */
    int set(int x) {
        int result = xmm.take();
        lookUp(result, XMM1, x, Constants.BITS);
        asm.rr(ADD[0], result, XMM1);
        return result;
    }

    /** How many zeros an element begins with: those of its upper half, and if that is zero those of the lower. */
    int leadingZeros(int x, int size) {
        int result = xmm.take();
        int lower = xmm.take();
        lookUp(result, lower, x, Constants.LEADING_ZEROS);
        asm.rr(MOVAPS, XMM0, result);
        jumps.constant(EQUAL[0], XMM0, Constants.FOURS);
        asm.rr(PAND, lower, XMM0);
        asm.rr(ADD[0], result, lower);
        for (int i = 1; i <= size; i++) {
            int half = 4 << i;
            asm.rr(PXOR, XMM0, XMM0);
            asm.rr(EQUAL[i - 1], XMM0, x);
            shift(SHIFT_RIGHT, i, XMM0, half);
            asm.rr(MOVAPS, lower, result);
            asm.rr(PAND, lower, XMM0);
            shift(SHIFT_RIGHT, i, result, half);
            asm.rr(ADD[i], result, lower);
        }
        return result;
    }

    /** How many bits behind the first are equal to it. */
    int leadingSigns(int x, int size) {
        int without = xmm.take();
        signs(without, x, size);
        asm.rr(PXOR, without, x);
        int result = leadingZeros(without, size);
        asm.rr(ADD[size], result, ones(XMM0));
        return result;
    }

    /** Bytes, widened: where a bit of one is set, the other, shifted by its place. */
    int wideProduct(int x, int y) {
        int result = xmm.take();
        asm.rr(PXOR, result, result);
        for (int bit = 0; bit < 8; bit++) {
            asm.rr(MOVAPS, XMM0, y);
            shift(SHIFT_LEFT, 1, XMM0, 15 - bit);
            shift(SHIFT_RIGHT_SIGNED, 1, XMM0, 15);
            asm.rr(MOVAPS, XMM1, x);
            shift(SHIFT_LEFT, 1, XMM1, bit);
            asm.rr(PAND, XMM0, XMM1);
            asm.rr(PXOR, result, XMM0);
        }
        return result;
    }

    /** Bytes, the lower halves of whose products stay. */
    int product(int x, int y) {
        int result = xmm.take();
        int shifted = xmm.copy(x);
        asm.rr(PXOR, result, result);
        for (int bit = 0; bit < 8; bit++) {
            asm.rr(MOVAPS, XMM0, y);
            shift(SHIFT_LEFT, 1, XMM0, 7 - bit);
            signs(XMM1, XMM0, 0);
            asm.rr(PAND, XMM1, shifted);
            asm.rr(PXOR, result, XMM1);
            asm.rr(ADD[0], shifted, shifted);
        }
        return result;
    }
}
