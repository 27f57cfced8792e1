package swivel.cpu.x64;

import static swivel.cpu.x64.X64Assembler.*;

import swivel.cpu.fp.Interleaving;
import swivel.cpu.ir.MicroOp;
import swivel.cpu.jit.BlockCode;
import swivel.cpu.jit.Frame;

/**
 * Emits what the loads and stores of structures do to registers ({@link Interleaving}). Those of two and four registers
 * are shuffled as cards are: a step puts the elements of the upper half of a register between those of the lower half.
 * For three registers the place of each byte is looked up.
 */
final class Structures {
    private static final int DOUBLEWORD = 8;

    // XMM registers: those of the structure, two in each; what is made of them; the mask of a look-up.
    private static final int LOW = 0;
    private static final int HIGH = 1;
    private static final int WORK = 2;
    private static final int OTHER = 3;
    private static final int MASK = 4;

    private final X64Assembler asm;
    private final Slots slots;
    private BlockCode code;

    Structures(X64Assembler asm, Slots slots) {
        this.asm = asm;
        this.slots = slots;
    }

    void begin(BlockCode newCode) {
        code = newCode;
    }

    /** Emits operation {@code i}; false if it is none of these. Writes no flags. */
    boolean emit(int i) {
        int op = code.op[i];
        int d = code.d[i];
        int layout = code.imm[i];
        if (op == MicroOp.DEINTERLEAVE) {
            load(d, layout);
            if (Interleaving.registers(layout) == 3) {
                lookUp(d, Interleaving.spacing(layout), layout, false);
            } else {
                deinterleave(layout);
                store(d, Interleaving.spacing(layout), layout);
            }
        } else if (op == MicroOp.INTERLEAVE) {
            load(d, layout);
            if (Interleaving.registers(layout) == 3) {
                lookUp(code.b[i], 1, layout, true);
            } else {
                interleave(layout);
                store(code.b[i], 1, layout);
            }
        } else {
            return false;
        }
        return true;
    }

    private void load(int d, int layout) {
        int spacing = Interleaving.spacing(layout);
        loadPair(LOW, d, spacing);
        if (Interleaving.registers(layout) == 4) {
            loadPair(HIGH, d + 2 * spacing, spacing);
        } else if (Interleaving.registers(layout) == 3) {
            asm.rm(MOVF | PF2, HIGH, RBP, place(d + 2 * spacing));
        }
    }

    private void store(int d, int spacing, int layout) {
        storePair(LOW, d, spacing);
        if (Interleaving.registers(layout) == 4) {
            storePair(HIGH, d + 2 * spacing, spacing);
        }
    }

    private static int place(int d) {
        return Frame.FP + DOUBLEWORD * d;
    }

    /** At once where they were written at once: else the host would wait for both ({@link Accesses}). */
    private static boolean isQuadword(int d, int spacing) {
        return (d & 1) == 0 && spacing == 1;
    }

    private void loadPair(int xmm, int d, int spacing) {
        if (isQuadword(d, spacing)) {
            asm.rm(MOVF, xmm, RBP, place(d));
        } else {
            asm.rm(MOVF | PF2, xmm, RBP, place(d));
            asm.rm(MOVHPS, xmm, RBP, place(d + spacing));
        }
    }

    private void storePair(int xmm, int d, int spacing) {
        if (isQuadword(d, spacing)) {
            asm.rm(MOVF_STORE, xmm, RBP, place(d));
        } else {
            asm.rm(MOVF_STORE | PF2, xmm, RBP, place(d));
            asm.rm(MOVHPS_STORE, xmm, RBP, place(d + spacing));
        }
    }

    /** Interleaves elements of 1, 2, 4 or 8 bytes of the lower or upper halves of two registers. */
    private static int unpack(int bytes, boolean upper) {
        int n = Integer.numberOfTrailingZeros(bytes);
        int lower = bytes == 8 ? PUNPCKLQDQ : PUNPCKLBW + n;
        return upper ? bytes == 8 ? PUNPCKHQDQ : PUNPCKHBW + n : lower;
    }

    private void shuffle(int xmm, int bytes) {
        asm.rr(MOVHLPS, WORK, xmm);
        asm.rr(unpack(bytes, false), xmm, WORK);
    }

    private void deinterleave(int layout) {
        int bytes = Interleaving.bytes(layout);
        boolean four = Interleaving.registers(layout) == 4;
        for (int filled = four ? 2 * bytes : bytes; filled < DOUBLEWORD; filled *= 2) {
            shuffle(LOW, bytes);
            if (four) {
                shuffle(HIGH, bytes);
            }
        }
        if (four) {
            unpackBoth(4);
        }
    }

    private void interleave(int layout) {
        int bytes = Interleaving.bytes(layout);
        shuffle(LOW, bytes);
        if (Interleaving.registers(layout) == 4) {
            shuffle(HIGH, bytes);
            unpackBoth(2 * bytes);
        }
    }

    /** The elements of both registers, one from each in turn. */
    private void unpackBoth(int bytes) {
        asm.rr(MOVAPS, WORK, LOW);
        asm.rr(unpack(bytes, false), LOW, HIGH);
        asm.rr(unpack(bytes, true), WORK, HIGH);
        asm.rr(MOVAPS, HIGH, WORK);
    }

    /** Makes doublewords of the bytes of three registers: the structures as in memory, or the other way round. */
    private void lookUp(int to, int spacing, int layout, boolean toMemory) {
        int bytes = 3 * DOUBLEWORD;
        byte[] sources = new byte[bytes];
        for (int at = 0; at < bytes; at++) {
            int source = Interleaving.source(layout, at);
            sources[toMemory ? at : source] = (byte) (toMemory ? source : at);
        }
        int reg = slots.scratch();
        for (int k = 0; k < 3; k++) {
            pick(WORK, LOW, reg, sources, DOUBLEWORD * k, 0);
            pick(OTHER, HIGH, reg, sources, DOUBLEWORD * k, 2 * DOUBLEWORD);
            asm.rr(POR, WORK, OTHER);
            asm.rm(MOVF_STORE | PF2, WORK, RBP, place(to + k * spacing));
        }
    }

    /** A register with those of eight bytes that are in another, whose first byte has a number; the rest is zero. */
    private void pick(int xmm, int from, int reg, byte[] sources, int start, int first) {
        long mask = 0;
        for (int i = 0; i < DOUBLEWORD; i++) {
            int source = sources[start + i] - first;
            boolean isThere = source >= 0 && source < 2 * DOUBLEWORD;
            mask |= (isThere ? source : 0x80L) << 8 * i;
        }
        asm.movi64(reg, mask);
        asm.rr(MOVD_TO | WIDE, MASK, reg);
        asm.rr(MOVAPS, xmm, from);
        asm.rr(PSHUFB, xmm, MASK);
    }
}
