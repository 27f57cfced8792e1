package swivel.cpu.x64;

import static swivel.cpu.x64.X64Assembler.*;
import static swivel.cpu.x64.XmmCache.XMM0;
import static swivel.cpu.x64.XmmCache.XMM1;

/**
 * Emits estimates of reciprocals and reciprocal square roots of singles by ARM's table ({@link
 * swivel.cpu.fp.Estimates}). The interpreter has what is not normal, or has no normal estimate.
 */
final class SimdEstimates extends VectorCode {
    private final Slots slots;

    SimdEstimates(X64Assembler asm, Slots slots, Jumps jumps, XmmCache xmm, Floating floating) {
        super(asm, jumps, xmm, floating);
        this.slots = slots;
    }

    int reciprocal(int x, int words) {
        asm.rr(MOVAPS, XMM0, x);
        shift(SHIFT_LEFT, 2, XMM0, 1); // of either sign
        exitUnless(XMM0, Constants.LOWEST_DOUBLED, Constants.UP_TO_RECIPROCAL, words);
        asm.rr(MOVAPS, XMM0, x);
        shift(SHIFT_RIGHT, 2, XMM0, 15);
        int result = fractions(Constants.RECIPROCALS, words);
        asm.rr(MOVAPS, XMM0, x);
        jumps.constant(PAND, XMM0, Constants.INFINITY_F32);
        jumps.constant(MOVAPS, XMM1, Constants.RECIPROCAL_EXPONENT);
        asm.rr(SUB[2], XMM1, XMM0);
        asm.rr(POR, result, XMM1);
        asm.rr(MOVAPS, XMM0, x);
        jumps.constant(PAND, XMM0, Constants.SIGN_F32);
        asm.rr(POR, result, XMM0);
        return result;
    }

    int reciprocalRoot(int x, int words) {
        asm.rr(MOVAPS, XMM0, x);
        exitUnless(XMM0, Constants.LOWEST_F32, Constants.UP_TO_HIGHEST, words);
        asm.rr(MOVAPS, XMM0, x);
        shift(SHIFT_RIGHT, 2, XMM0, 16);
        int result = fractions(Constants.RECIPROCAL_ROOTS, words);
        asm.rr(MOVAPS, XMM0, x);
        shift(SHIFT_RIGHT, 2, XMM0, 23);
        jumps.constant(MOVAPS, XMM1, Constants.ROOT_EXPONENT);
        asm.rr(SUB[2], XMM1, XMM0);
        shift(SHIFT_RIGHT, 2, XMM1, 1);
        shift(SHIFT_LEFT, 2, XMM1, 23);
        asm.rr(POR, result, XMM1);
        return result;
    }

    /** Exits unless all elements are from a lowest number on, and not more than a range above it. */
    private void exitUnless(int x, int lowest, int range, int words) {
        jumps.constant(SUB[2], x, lowest);
        jumps.constant(PMAXUD, x, range);
        jumps.constant(EQUAL[2], x, range);
        jumps.constant(PTEST, x, counting(words));
        asm.jcc(AE, floating.exit());
    }

    /** What a table has for the lowest bytes of XMM0's elements, as the upper bits of fractions. */
    private int fractions(int table, int words) {
        int result = xmm.take();
        asm.rr(PXOR, result, result);
        int base = slots.scratch();
        int byteOf = slots.scratch();
        jumps.constant(LEA | WIDE, base, table);
        for (int i = 0; i < words; i++) {
            asm.rr(PEXTRB, XMM0, byteOf);
            asm.int8(4 * i);
            asm.rx(MOVZX8, byteOf, base, byteOf, 0, 0);
            asm.rr(PINSRB, result, byteOf);
            asm.int8(4 * i);
        }
        slots.giveBack(base);
        slots.giveBack(byteOf);
        shift(SHIFT_LEFT, 2, result, 15);
        return result;
    }
}
