package swivel.cpu.x64;

import static swivel.cpu.x64.X64Assembler.*;
import static swivel.cpu.x64.XmmCache.XMM0;
import static swivel.cpu.x64.XmmCache.XMM1;

import swivel.cpu.UserState;
import swivel.cpu.ir.Helpers;
import swivel.cpu.ir.MicroOp;
import swivel.cpu.jit.BlockCode;
import swivel.cpu.jit.Frame;

/** Emits sums and differences of the bytes and halfwords of words, and the choice by GE that goes with them. */
final class Parallels {
    // Bytes, then halfwords.
    private static final int[] ADD = {0x0ffc | P66, 0x0ffd | P66};
    private static final int[] SUB = {0x0ff8 | P66, 0x0ff9 | P66};
    private static final int[] ADD_SIGNED = {0x0fec | P66, 0x0fed | P66};
    private static final int[] SUB_SIGNED = {0x0fe8 | P66, 0x0fe9 | P66};
    private static final int[] ADD_UNSIGNED = {0x0fdc | P66, 0x0fdd | P66};
    private static final int[] SUB_UNSIGNED = {0x0fd8 | P66, 0x0fd9 | P66};
    private static final int[] EQUAL = {0x0f74 | P66, 0x0f75 | P66};
    private static final int[] GREATER = {0x0f64 | P66, 0x0f65 | P66};

    private static final int PXOR = 0x0fef | P66;
    private static final int PMOVMSKB = 0x0fd7 | P66;
    private static final int ALL_GE = 15;

    private final X64Assembler asm;
    private final Slots slots;
    private final Jumps jumps;
    private BlockCode code;

    Parallels(X64Assembler asm, Slots slots, Jumps jumps) {
        this.asm = asm;
        this.slots = slots;
        this.jumps = jumps;
    }

    void begin(BlockCode newCode) {
        code = newCode;
    }

    /** Emits operation {@code i}; false if it is none of these. */
    boolean emit(int i) {
        int d = code.d[i];
        int a = code.a[i];
        int b = code.b[i];
        switch (code.op[i]) {
            case MicroOp.PARALLEL -> compute(d, a, b, code.imm[i]);
            case MicroOp.SEL -> select(d, a, b);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void compute(int d, int a, int b, int what) {
        int operation = what & 7;
        int size = operation == Helpers.ADD8 || operation == Helpers.SUB8 ? 0 : 1;
        boolean subtracts = operation == Helpers.SUB8 || operation == Helpers.SUB16;
        boolean unsigned = (what >>> 3 & Helpers.UNSIGNED) != 0;
        int plain = (subtracts ? SUB : ADD)[size];
        int saturating =
                (unsigned ? subtracts ? SUB_UNSIGNED : ADD_UNSIGNED : subtracts ? SUB_SIGNED : ADD_SIGNED)[size];
        slots.lock(a);
        slots.lock(b);
        slots.load(MOVD_TO, XMM0, a);
        slots.load(MOVD_TO, XMM1, b);
        int result = slots.scratch();
        if ((what >>> 3 & 3) == Helpers.SATURATING) {
            asm.rr(saturating, XMM0, XMM1);
            asm.rr(MOVD_FROM, XMM0, result);
            slots.put(d, result);
            return;
        }
        asm.rr(plain, XMM0, XMM1);
        asm.rr(MOVD_FROM, XMM0, result);
        boolean inverted;
        if (!unsigned) { // the sign of what saturates is that of the exact result
            slots.load(MOVD_TO, XMM0, a);
            asm.rr(saturating, XMM0, XMM1);
            asm.rr(PXOR, XMM1, XMM1);
            asm.rr(GREATER[size], XMM1, XMM0);
            inverted = true;
        } else if (subtracts) { // nothing is left of b where a is not below it
            slots.load(MOVD_TO, XMM0, a);
            asm.rr(SUB_UNSIGNED[size], XMM1, XMM0);
            jumps.constant(EQUAL[size], XMM1, Constants.ZERO);
            inverted = false;
        } else { // nothing is left of a where the sum is not below it
            slots.load(MOVD_TO, XMM1, a);
            asm.rr(SUB_UNSIGNED[size], XMM1, XMM0);
            jumps.constant(EQUAL[size], XMM1, Constants.ZERO);
            inverted = true;
        }
        int ge = slots.scratch();
        asm.rr(PMOVMSKB, ge, XMM1);
        if (inverted) {
            asm.r(NOT, ge);
        }
        asm.ri(AND, ge, ALL_GE);
        asm.rm(MOV ^ STORE, ge, RBP, Frame.slot(UserState.GE));
        slots.put(d, result);
    }

    /** b EOR ((a EOR b) AND the bytes that are chosen). */
    private void select(int d, int a, int b) {
        slots.lock(a);
        slots.lock(b);
        int chosen = slots.scratch();
        int result = slots.scratch();
        asm.rm(MOV, chosen, RBP, Frame.slot(UserState.GE));
        jumps.constant(LEA | WIDE, result, Constants.CHOSEN);
        asm.rx(MOV, chosen, result, chosen, 2, 0);
        slots.get(result, a);
        slots.load(XOR, result, b);
        asm.rr(X64Assembler.AND, result, chosen);
        slots.load(XOR, result, b);
        slots.put(d, result);
    }
}
