package swivel.cpu.x64;

import static swivel.cpu.fp.Vectors.*;
import static swivel.cpu.x64.X64Assembler.*;
import static swivel.cpu.x64.XmmCache.XMM0;
import static swivel.cpu.x64.XmmCache.XMM1;

import swivel.cpu.fp.Element;
import swivel.cpu.fp.LaneOperation;
import swivel.cpu.fp.Vectors;
import swivel.cpu.jit.BlockCode;

/**
 * Emits operations on the elements of vectors ({@link Vectors}), integers here. Operands that are narrower than the
 * result are widened first, and what is to be narrowed is computed as wide as the operands are. What the host has no
 * short form for is left to the interpreter, and so is the first saturation, which sets QC.
 */
final class Simd extends VectorCode {
    private final Slots slots;
    private final HostFeatures host;
    private final SimdFloat floats;
    private final SimdBits bits;
    private final SimdShifts shifts;
    private final Saturation saturation;
    private final SimdEstimates estimates;
    private BlockCode code;

    // The current operation.
    private Element e;
    private Element f;
    private int second;
    private int parameter;
    private int d;
    private int a;
    private int b;
    /** Words of the destination. */
    private int words;
    /** log2 of the bytes of the elements that are computed with, the wider ones. */
    private int size;

    Simd(X64Assembler asm, Slots slots, Jumps jumps, XmmCache xmm, Floating floating, HostFeatures host) {
        super(asm, jumps, xmm, floating);
        floats = new SimdFloat(asm, slots, jumps, xmm, floating, host);
        bits = new SimdBits(asm, jumps, xmm, floating);
        shifts = new SimdShifts(asm, jumps, xmm, floating);
        saturation = new Saturation(asm, jumps, xmm, floating);
        estimates = new SimdEstimates(asm, slots, jumps, xmm, floating);
        floating.setVectors(floats);
        this.slots = slots;
        this.host = host;
    }

    void begin(BlockCode newCode) {
        code = newCode;
    }

    // Opcodes by log2 of the bytes of elements; 0: there is none.
    private static final int[] MUL = {0, 0x0fd5 | P66, 0x40 | ESCAPE_38 | P66, 0};
    private static final int[] ABSOLUTE = {0x1c | ESCAPE_38 | P66, 0x1d | ESCAPE_38 | P66, 0x1e | ESCAPE_38 | P66, 0};
    private static final int[] ADD_PAIRS = {0, 0x01 | ESCAPE_38 | P66, 0x02 | ESCAPE_38 | P66, 0};
    // These have the signed ones first, then the unsigned.
    private static final int[] MAX = {
        0x3c | ESCAPE_38 | P66, 0x0fee | P66, 0x3d | ESCAPE_38 | P66, 0,
        0x0fde | P66, 0x3e | ESCAPE_38 | P66, 0x3f | ESCAPE_38 | P66, 0
    };
    private static final int[] MIN = {
        0x38 | ESCAPE_38 | P66, 0x0fea | P66, 0x39 | ESCAPE_38 | P66, 0,
        0x0fda | P66, 0x3a | ESCAPE_38 | P66, 0x3b | ESCAPE_38 | P66, 0
    };
    private static final int[] ADD_SATURATING = {0x0fec | P66, 0x0fed | P66, 0, 0, 0x0fdc | P66, 0x0fdd | P66, 0, 0};
    private static final int[] SUB_SATURATING = {0x0fe8 | P66, 0x0fe9 | P66, 0, 0, 0x0fd8 | P66, 0x0fd9 | P66, 0, 0};
    private static final int[] AVERAGE = {0, 0, 0, 0, 0x0fe0 | P66, 0x0fe3 | P66, 0, 0};
    private static final int PMULUDQ = 0x0ff4 | P66;
    private static final int PMADDWD = 0x0ff5 | P66;
    private static final int PMULHW = 0x0fe5 | P66;
    private static final int PMULHRSW = 0x0b | ESCAPE_38 | P66;
    private static final int PACKSSWB = 0x0f63 | P66;
    private static final int PACKSSDW = 0x0f6b | P66;
    private static final int PACKUSWB = 0x0f67 | P66;
    private static final int PACKUSDW = 0x2b | ESCAPE_38 | P66;
    private static final int PBLENDW = 0x0e | ESCAPE_3A | P66;

    /** Emits operation {@code i}, a VECTOR. */
    void emit(int i) {
        floating.start(i);
        int word = code.imm[i];
        e = e(word);
        f = f(word);
        second = Vectors.second(word);
        parameter = parameter(word);
        d = code.d[i];
        a = code.a[i];
        b = code.b[i];
        words = isQuad(word) && e.bits >= f.bits ? 4 : 2;
        size = Integer.numberOfTrailingZeros(Math.max(e.bits, f.bits)) - 3;
        int result = host.sse41() ? compute(operation(word)) : NONE;
        if (result == NONE) {
            floating.leave();
        } else {
            floating.beforeWrite(2 * d, words);
            boolean clean = xmm.isClean(result, words);
            xmm.write(result, 2 * d, words);
            xmm.setClean(result, clean ? words : 0);
        }
    }

    /** In place of an XMM register: it is not computed here. */
    private static final int NONE = -1;

    private int compute(LaneOperation operation) {
        return switch (operation) {
            case ADD -> second == PAIRS ? addPairs() : second == LONG_PAIRS ? addLongPairs() : binary(ADD[size]);
            case SUB -> binary(SUB[size]);
            case MUL -> multiply();
            case MLA -> accumulate(ADD, multiply());
            case MLS -> accumulate(SUB, multiply());
            case ADD_ACCUMULATE -> accumulate(ADD, addLongPairs());
            case DIFFERENCE -> difference();
            case DIFFERENCE_ACCUMULATE -> accumulate(ADD, difference());
            case MAX -> second == PAIRS ? pairs(MAX[signed()]) : binary(MAX[signed()]);
            case MIN -> second == PAIRS ? pairs(MIN[signed()]) : binary(MIN[signed()]);
            case AND -> binary(PAND);
            case ORR -> binary(POR);
            case EOR -> binary(PXOR);
            case BIC -> xmm.combine(PANDN, second(), first());
            case ORN -> xmm.combine(POR, not(xmm.copy(second())), first());
            case SELECT -> select(old(), first(), second());
            case INSERT_IF_TRUE -> select(second(), first(), old());
            case INSERT_IF_FALSE -> select(second(), old(), first());
            case EQUAL -> binary(EQUAL[size]);
            case GREATER -> greater(first(), second());
            case LESS -> greater(second(), first());
            case GREATER_EQUAL -> greaterEqual(first(), second());
            case LESS_EQUAL -> greaterEqual(second(), first());
            case TEST -> test();
            case NOT -> not(xmm.copy(first()));
            case NEGATE -> negate();
            case ABSOLUTE -> absolute();
            case MOVE -> e.bits < f.bits ? narrow(xmm.copy(first())) : widened();
            case ADD_HALVING -> halve();
            case ADD_HALVING_ROUNDING -> average();
            case SUB_HALVING -> halfDifference();
            case ADD_SATURATING ->
                size < 2
                        ? saturating(ADD_SATURATING[signed()], ADD[size])
                        : saturation.sum(first(), second(), words, size, f.unsigned);
            case SUB_SATURATING ->
                size < 2
                        ? saturating(SUB_SATURATING[signed()], SUB[size])
                        : saturation.difference(first(), second(), words, size, f.unsigned);
            case NEGATE_SATURATING -> unlessLowest(negate());
            case ABSOLUTE_SATURATING -> unlessLowest(absolute());
            case MUL_HIGH -> size == 1 ? high() : highOfWords(false);
            case MUL_HIGH_ROUNDING -> size == 1 ? unlessLowest(binary(PMULHRSW)) : highOfWords(true);
            case MUL_DOUBLING -> doubled();
            case MLA_DOUBLING -> saturation.sum(old(), doubled(), words, size, false);
            case MLS_DOUBLING -> saturation.difference(old(), doubled(), words, size, false);
            case MUL_POLYNOMIAL -> size == 1 ? bits.wideProduct(first(), second()) : bits.product(first(), second());
            case COUNT_BITS -> bits.set(first());
            case COUNT_ZEROS -> bits.leadingZeros(first(), size);
            case COUNT_SIGN -> bits.leadingSigns(first(), size);
            case ADD_HIGH -> high(ADD, false);
            case SUB_HIGH -> high(SUB, false);
            case ADD_HIGH_ROUNDING -> high(ADD, true);
            case SUB_HIGH_ROUNDING -> high(SUB, true);
            case SHIFT -> shifted(false);
            case SHIFT_ROUNDING -> shifted(true);
            case SHIFT_ACCUMULATE -> accumulate(ADD, shifted(false));
            case SHIFT_ACCUMULATE_ROUNDING -> accumulate(ADD, shifted(true));
            case SHIFT_INSERT -> insert();
            case MOVE_SATURATING -> narrowSaturating(xmm.copy(first()));
            case SHIFT_SATURATING -> shiftedSaturating(false);
            case SHIFT_SATURATING_ROUNDING -> shiftedSaturating(true);
            case F_RECIPROCAL_ESTIMATE -> estimates.reciprocal(first(), words);
            case F_RECIPROCAL_ROOT_ESTIMATE -> estimates.reciprocalRoot(first(), words);
            default -> floats.compute(operation, words, this);
        };
    }

    /** The index of an operation that is different for signed elements. */
    private int signed() {
        return f.unsigned ? size + 4 : size;
    }

    // Operands, not to be changed.

    private boolean isLong() {
        return e.bits > f.bits;
    }

    /** Words of operands; those of pairs are as wide as the result. */
    private int operandWords() {
        return second == LONG_PAIRS ? words : isLong() ? 2 : e.bits < f.bits ? 4 : words;
    }

    private int widen(int x) {
        int wide = xmm.take();
        asm.rr(WIDEN[signed()], wide, x);
        return wide;
    }

    int first() {
        if (second == PAIRS) {
            int x = both();
            shuffle(PSHUFD, x, x, 0x08);
            return x;
        }
        int x = xmm.read(2 * a, operandWords());
        return isLong() && second != LONG_PAIRS ? widen(x) : x;
    }

    int second() {
        return switch (second) {
            case NARROW_REGISTER -> widen(xmm.read(2 * b, 2));
            case LANE -> isLong() ? widen(broadcast()) : broadcast();
            case NUMBER -> { // zero is the only one that is no shift
                int x = xmm.take();
                asm.rr(PXOR, x, x);
                xmm.setClean(x, 4);
                yield x;
            }
            case PAIRS -> {
                int x = both();
                shuffle(PSHUFD, x, x, 0x0d);
                yield x;
            }
            default -> {
                int x = xmm.read(2 * b, operandWords());
                yield isLong() ? widen(x) : x;
            }
        };
    }

    // Of conversions.

    int fraction() {
        return parameter;
    }

    boolean isUnsigned() {
        return f.unsigned;
    }

    boolean isToUnsigned() {
        return e.unsigned;
    }

    private int broadcast() {
        int x = xmm.read(2 * b, 2);
        int all = xmm.take();
        int bits = f.bits;
        if (bits == 16) {
            shuffle(PSHUFLW, all, x, parameter * 0x55);
            shuffle(PSHUFD, all, all, 0);
        } else {
            shuffle(PSHUFD, all, x, parameter * 0x55);
        }
        return all;
    }

    /** The old destination. */
    int old() {
        return xmm.read(2 * d, words);
    }

    private int binary(int op) {
        return op == 0 ? NONE : xmm.combine(op, first(), second());
    }

    /** The old destination and a value. */
    private int accumulate(int[] ops, int x) {
        return x == NONE ? NONE : xmm.combine(ops[size], old(), x);
    }

    // What is computed. Results are XMM registers that nothing else is in.

    private int select(int mask, int ifSet, int ifClear) {
        int result = xmm.combine(PAND, mask, ifSet);
        asm.rr(MOVAPS, XMM0, mask);
        asm.rr(PANDN, XMM0, ifClear);
        asm.rr(POR, result, XMM0);
        return result;
    }

    private int multiply() {
        if (size == 0) {
            return multiplyBytes(first(), second());
        }
        return binary(size < 3 ? MUL[size] : f.unsigned ? PMULUDQ : PMULDQ);
    }

    /** Those of even places, and those of odd ones. */
    private int multiplyBytes(int x, int y) {
        int odd = xmm.copy(x);
        shift(SHIFT_RIGHT, 1, odd, 8);
        asm.rr(MOVAPS, XMM0, y);
        shift(SHIFT_RIGHT, 1, XMM0, 8);
        asm.rr(MUL[1], odd, XMM0);
        shift(SHIFT_LEFT, 1, odd, 8);
        int even = xmm.combine(MUL[1], x, y);
        shift(SHIFT_LEFT, 1, even, 8);
        shift(SHIFT_RIGHT, 1, even, 8);
        asm.rr(POR, even, odd);
        return even;
    }

    private int difference() {
        if (size == 3) { // of words, there are no others
            int result = difference(2, xmm.read(2 * a, 2), xmm.read(2 * b, 2));
            asm.rr(WIDEN[4 + 3], result, result);
            return result;
        }
        return difference(size, first(), second());
    }

    private int difference(int elements, int x, int y) {
        int kind = f.unsigned ? elements + 4 : elements;
        int result = xmm.combine(MAX[kind], x, y);
        asm.rr(MOVAPS, XMM0, x);
        asm.rr(MIN[kind], XMM0, y);
        asm.rr(SUB[elements], result, XMM0);
        return result;
    }

    private int greater(int x, int y) {
        if (size == 3) {
            return NONE;
        }
        return f.unsigned ? not(equal(xmm.combine(MAX[signed()], x, y), y)) : xmm.combine(GREATER[size], x, y);
    }

    private int greaterEqual(int x, int y) {
        return size == 3 ? NONE : equal(xmm.combine(MAX[signed()], x, y), x);
    }

    private int equal(int x, int y) {
        asm.rr(EQUAL[size], x, y);
        return x;
    }

    private int test() {
        int result = binary(PAND);
        asm.rr(PXOR, XMM0, XMM0);
        return not(equal(result, XMM0));
    }

    private int negate() {
        int result = xmm.take();
        asm.rr(PXOR, result, result);
        asm.rr(SUB[size], result, first());
        return result;
    }

    private int absolute() {
        int result = xmm.take();
        asm.rr(ABSOLUTE[size], result, first());
        return result;
    }

    private int widened() {
        int x = first();
        return isLong() ? x : xmm.copy(x);
    }

    /** What both have, and half of what one has: (x AND y) + ((x EOR y) >> 1). */
    private int halve() {
        int x = first();
        int y = second();
        int result = xmm.combine(PAND, x, y);
        int half = xmm.combine(PXOR, x, y);
        shiftRight(half, 1);
        asm.rr(ADD[size], result, half);
        return result;
    }

    /** What one has, less half of what only one has: (x OR y) - ((x EOR y) >> 1). */
    private int average() {
        if (AVERAGE[signed()] != 0) {
            return binary(AVERAGE[signed()]);
        }
        int x = first();
        int y = second();
        int result = xmm.combine(POR, x, y);
        int half = xmm.combine(PXOR, x, y);
        shiftRight(half, 1);
        asm.rr(SUB[size], result, half);
        return result;
    }

    /** Half of what only one has, less what only the second has: ((x EOR y) >> 1) - (y AND NOT x). */
    private int halfDifference() {
        int x = first();
        int y = second();
        int half = xmm.combine(PXOR, x, y);
        shiftRight(half, 1);
        asm.rr(MOVAPS, XMM0, x);
        asm.rr(PANDN, XMM0, y);
        asm.rr(SUB[size], half, XMM0);
        return half;
    }

    private int high(int[] ops, boolean rounds) {
        int sum = binary(ops[size]);
        if (rounds) {
            int half = ones(XMM0);
            shift(SHIFT_RIGHT, size, half, 8 * (1 << size) - 1);
            shift(SHIFT_LEFT, size, half, e.bits - 1);
            asm.rr(ADD[size], sum, half);
        }
        shift(SHIFT_RIGHT, size, sum, e.bits);
        return narrow(sum);
    }

    // Pairs.

    private int both() {
        int x = xmm.read(2 * a, 2);
        int y = xmm.read(2 * b, 2);
        return xmm.combine(PUNPCKLQDQ, x, y);
    }

    private int addPairs() {
        if (size == 0) {
            return pairs(ADD[0]);
        }
        int x = both();
        asm.rr(ADD_PAIRS[size], x, x);
        return x;
    }

    /** Neighbours become the lower and the upper half. */
    private int pairs(int op) {
        int x = both();
        if (size == 2) {
            shuffle(PSHUFD, x, x, 0xd8);
        } else {
            jumps.constant(PSHUFB, x, size == 0 ? Constants.EVEN_BYTES : Constants.EVEN_HALFWORDS);
        }
        shuffle(PSHUFD, XMM0, x, 0xee);
        asm.rr(op, x, XMM0);
        return x;
    }

    /** Those of odd places, and those of even ones that are moved up first, shifted down with their sign. */
    private int addLongPairs() {
        int x = first();
        if (size == 2 && !f.unsigned) {
            int result = xmm.copy(x);
            shift(SHIFT_RIGHT, 1, ones(XMM0), 15);
            asm.rr(PMADDWD, result, XMM0);
            return result;
        }
        if (size == 3 && !f.unsigned) {
            int even = xmm.take();
            shuffle(PSHUFD, even, x, 0x08);
            asm.rr(WIDEN[3], even, even);
            int odd = xmm.take();
            shuffle(PSHUFD, odd, x, 0x0d);
            asm.rr(WIDEN[3], odd, odd);
            asm.rr(ADD[3], even, odd);
            return even;
        }
        int odd = xmm.copy(x);
        int even = xmm.copy(x);
        shift(SHIFT_LEFT, size, even, f.bits);
        shiftRight(even, f.bits);
        shiftRight(odd, f.bits);
        asm.rr(ADD[size], even, odd);
        return even;
    }

    // Shifts.

    /** A byte in all bytes. */
    private void bytes(int x, int value) {
        int reg = slots.scratch();
        asm.movi(reg, (value & 0xff) * 0x0101_0101);
        asm.rr(MOVD_TO, x, reg);
        slots.giveBack(reg);
        shuffle(PSHUFD, x, x, 0);
    }

    private void shiftLeft(int x, int n) {
        if (size != 0) {
            shift(SHIFT_LEFT, size, x, n);
        } else {
            shift(SHIFT_LEFT, 1, x, n);
            bytes(XMM0, 0xff << n);
            asm.rr(PAND, x, XMM0);
        }
    }

    private void shiftRight(int x, int n) {
        if (f.unsigned) {
            shiftRightUnsigned(x, n);
        } else if (size == 1 || size == 2) {
            shift(SHIFT_RIGHT_SIGNED, size, x, n);
        } else {
            int bits = 8 << size;
            int shifted = Math.min(n, bits - 1);
            shiftRightUnsigned(x, shifted);
            // The sign, which is at this bit now, is extended: (x EOR bit) - bit.
            if (size == 0) {
                bytes(XMM1, 0x80 >> shifted);
            } else {
                ones(XMM1);
                shift(SHIFT_LEFT, size, XMM1, 63);
                shift(SHIFT_RIGHT, size, XMM1, shifted);
            }
            asm.rr(PXOR, x, XMM1);
            asm.rr(SUB[size], x, XMM1);
        }
    }

    private void shiftRightUnsigned(int x, int n) {
        if (size != 0) {
            shift(SHIFT_RIGHT, size, x, n);
        } else {
            shift(SHIFT_RIGHT, 1, x, n);
            bytes(XMM0, 0xff >> n);
            asm.rr(PAND, x, XMM0);
        }
    }

    /** By the parameter, at the width of the wider elements. */
    private int shiftWide(boolean rounds) {
        int x = xmm.copy(first());
        if (parameter >= 0) {
            shiftLeft(x, parameter);
            return x;
        }
        int n = -parameter;
        if (!rounds) {
            shiftRight(x, n);
            return x;
        }
        // The last bit that goes out is what is added.
        int out = xmm.copy(x);
        if (size == 0) {
            shiftRightUnsigned(out, n - 1);
            bytes(XMM0, 1);
            asm.rr(PAND, out, XMM0);
        } else {
            int bits = 8 << size;
            shift(SHIFT_LEFT, size, out, bits - n);
            shift(SHIFT_RIGHT, size, out, bits - 1);
        }
        shiftRight(x, n);
        asm.rr(ADD[size], x, out);
        return x;
    }

    private int shifted(boolean rounds) {
        if (second != NUMBER) {
            return shiftedByRegister(rounds, false);
        }
        int x = shiftWide(rounds);
        return e.bits < f.bits ? narrow(x) : x;
    }

    private int shiftedByRegister(boolean rounds, boolean saturates) {
        return host.avx2() ? shifts.emit(first(), second(), words, size, f.unsigned, rounds, saturates) : NONE;
    }

    /** VSLI, VSRI. */
    private int insert() {
        int x = xmm.copy(first());
        int mask = xmm.take();
        ones(mask);
        if (parameter >= 0) {
            shiftLeft(x, parameter);
            shiftLeft(mask, parameter);
        } else {
            shiftRightUnsigned(x, -parameter);
            shiftRightUnsigned(mask, -parameter);
        }
        asm.rr(PANDN, mask, old());
        asm.rr(POR, x, mask);
        return x;
    }

    // Narrowing, and saturation.

    /** Keeps the lower halves of elements. */
    private int narrow(int x) {
        if (size == 3) {
            shuffle(PSHUFD, x, x, 8);
        } else {
            int mask = ones(XMM0);
            shift(SHIFT_RIGHT, size, mask, e.bits);
            asm.rr(PAND, x, mask);
            asm.rr(size == 1 ? PACKUSWB : PACKUSDW, x, x);
        }
        return x;
    }

    private int shiftedSaturating(boolean rounds) {
        if (second != NUMBER) {
            return shiftedByRegister(rounds, true);
        }
        return e.bits < f.bits ? narrowSaturating(shiftWide(rounds)) : shiftedLeftSaturating();
    }

    private int shiftedLeftSaturating() {
        int x = first();
        int shifted = xmm.copy(x);
        shiftLeft(shifted, parameter);
        int back = xmm.copy(shifted);
        if (e.unsigned) {
            shiftRightUnsigned(back, parameter);
        } else {
            shiftRight(back, parameter);
        }
        saturation.limitShift(shifted, back, x, words, size, f.unsigned, e.unsigned);
        return shifted;
    }

    private int narrowSaturating(int x) {
        if (size == 3) {
            return saturation.narrow(x, f.unsigned, e.unsigned);
        }
        int result = xmm.copy(x);
        if (f.unsigned) { // the host takes them as signed
            ones(XMM0);
            shift(SHIFT_RIGHT, size, XMM0, e.bits);
            asm.rr(MIN[signed()], result, XMM0);
        }
        if (e.unsigned) {
            asm.rr(size == 1 ? PACKUSWB : PACKUSDW, result, result);
        } else {
            asm.rr(size == 1 ? PACKSSWB : PACKSSDW, result, result);
        }
        asm.rr(WIDEN[e.unsigned ? size + 4 : size], XMM0, result);
        asm.rr(PXOR, XMM0, x);
        exitUnlessZero(XMM0);
        return result;
    }

    private int saturating(int op, int plain) {
        int x = first();
        int y = second();
        int result = xmm.combine(op, x, y);
        asm.rr(MOVAPS, XMM0, x);
        asm.rr(plain, XMM0, y);
        asm.rr(PXOR, XMM0, result);
        exitIfSaturated(XMM0);
        return result;
    }

    /** The upper half of the doubled product. */
    private int high() {
        int x = first();
        int y = second();
        int result = xmm.combine(PMULHW, x, y);
        int low = xmm.combine(MUL[1], x, y);
        shift(SHIFT_LEFT, 1, result, 1);
        shift(SHIFT_RIGHT, 1, low, 15);
        asm.rr(POR, result, low);
        return unlessLowest(result);
    }

    /** The same of words: those of even places, and of odd ones. */
    private int highOfWords(boolean rounds) {
        int x = first();
        int y = second();
        int even = xmm.combine(PMULDQ, x, y);
        shuffle(PSHUFD, XMM0, x, 0xf5);
        shuffle(PSHUFD, XMM1, y, 0xf5);
        asm.rr(PMULDQ, XMM0, XMM1);
        asm.rr(ADD[3], even, even);
        asm.rr(ADD[3], XMM0, XMM0);
        if (rounds) { // half of what the lowest bit of the result stands for
            shift(SHIFT_RIGHT, 3, ones(XMM1), 63);
            shift(SHIFT_LEFT, 3, XMM1, 31);
            asm.rr(ADD[3], even, XMM1);
            asm.rr(ADD[3], XMM0, XMM1);
        }
        shift(SHIFT_RIGHT, 3, even, 32);
        shuffle(PBLENDW, even, XMM0, 0xcc);
        return unlessLowest(even);
    }

    private int doubled() {
        int result = binary(size == 3 ? PMULDQ : MUL[size]);
        asm.rr(ADD[size], result, result);
        return unlessLowest(result);
    }

    /** The lowest number stands for the highest and one, which saturates. */
    private int unlessLowest(int result) {
        if (size == 0) {
            bytes(XMM0, 0x80);
        } else {
            ones(XMM0);
            shift(SHIFT_LEFT, size, XMM0, (8 << size) - 1);
        }
        equal(XMM0, result);
        asm.rr(PXOR, result, XMM0);
        exitIfSaturated(XMM0);
        return result;
    }

    /** Exits if something in the words of the destination saturated for the first time. */
    private void exitIfSaturated(int x) {
        if (words == 2) {
            asm.rr(MOVQ, x, x); // what is above is none of it
        }
        exitUnlessZero(x);
    }

    /** Exits if something saturated for the first time. */
    private void exitUnlessZero(int x) {
        asm.rr(PTEST, x, x);
        floating.unlessSaturated(NE);
    }
}
