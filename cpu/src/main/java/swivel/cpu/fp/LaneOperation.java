package swivel.cpu.fp;

import static swivel.cpu.fp.Float32.SIGN;

import swivel.arm.Fpscr;

/**
 * What Advanced SIMD instructions do with each element (ARM DDI 0406C, A8.8). An instruction's widths are not here:
 * {@link Lanes} extends operands from their elements and truncates results to those of the destination, so {@code ADD}
 * is VADD, VADDL and VADDW.
 */
@SuppressWarnings("ImmutableEnumChecker") // the functions have no state
public enum LaneOperation {
    // Integers.
    ADD((d, a, b, e, f, c) -> a + b),
    SUB((d, a, b, e, f, c) -> a - b),
    /** VQADD. */
    ADD_SATURATING((d, a, b, e, f, c) -> e.addSaturated(a, b, c)),
    /** VQSUB. */
    SUB_SATURATING((d, a, b, e, f, c) -> e.subtractSaturated(a, b, c)),
    /** VHADD. */
    ADD_HALVING((d, a, b, e, f, c) -> a + b >> 1),
    /** VRHADD. */
    ADD_HALVING_ROUNDING((d, a, b, e, f, c) -> a + b + 1 >> 1),
    /** VHSUB. */
    SUB_HALVING((d, a, b, e, f, c) -> a - b >> 1),
    /** VADDHN. */
    ADD_HIGH((d, a, b, e, f, c) -> a + b >> e.bits),
    /** VRADDHN. */
    ADD_HIGH_ROUNDING((d, a, b, e, f, c) -> a + b + half(e) >> e.bits),
    /** VSUBHN. */
    SUB_HIGH((d, a, b, e, f, c) -> a - b >> e.bits),
    /** VRSUBHN. */
    SUB_HIGH_ROUNDING((d, a, b, e, f, c) -> a - b + half(e) >> e.bits),
    MUL((d, a, b, e, f, c) -> a * b),
    MLA((d, a, b, e, f, c) -> d + a * b),
    MLS((d, a, b, e, f, c) -> d - a * b),
    /** VMUL and VMULL of polynomials whose coefficients are bits. */
    MUL_POLYNOMIAL((d, a, b, e, f, c) -> polynomial(a, b)),
    /** VQDMULL. */
    MUL_DOUBLING((d, a, b, e, f, c) -> e.addSaturated(a * b, a * b, c)),
    /** VQDMLAL. */
    MLA_DOUBLING((d, a, b, e, f, c) -> e.addSaturated(d, e.addSaturated(a * b, a * b, c), c)),
    /** VQDMLSL. */
    MLS_DOUBLING((d, a, b, e, f, c) -> e.subtractSaturated(d, e.addSaturated(a * b, a * b, c), c)),
    /** VQDMULH. */
    MUL_HIGH((d, a, b, e, f, c) -> e.saturate(a * b >> e.bits - 1, c)),
    /** VQRDMULH. */
    MUL_HIGH_ROUNDING((d, a, b, e, f, c) -> e.saturate(a * b + (half(e) >> 1) >> e.bits - 1, c)),
    /** VABD, VABDL. */
    DIFFERENCE((d, a, b, e, f, c) -> Math.abs(a - b)),
    /** VABA, VABAL. */
    DIFFERENCE_ACCUMULATE((d, a, b, e, f, c) -> d + Math.abs(a - b)),
    MAX((d, a, b, e, f, c) -> Math.max(a, b)),
    MIN((d, a, b, e, f, c) -> Math.min(a, b)),
    /** VCEQ. */
    EQUAL((d, a, b, e, f, c) -> mask(a == b)),
    /** VCGE. */
    GREATER_EQUAL((d, a, b, e, f, c) -> mask(a >= b)),
    /** VCGT. */
    GREATER((d, a, b, e, f, c) -> mask(a > b)),
    LESS_EQUAL((d, a, b, e, f, c) -> mask(a <= b)),
    LESS((d, a, b, e, f, c) -> mask(a < b)),
    /** VTST. */
    TEST((d, a, b, e, f, c) -> mask((a & b) != 0)),

    // Bits.
    AND((d, a, b, e, f, c) -> a & b),
    BIC((d, a, b, e, f, c) -> a & ~b),
    ORR((d, a, b, e, f, c) -> a | b),
    ORN((d, a, b, e, f, c) -> a | ~b),
    EOR((d, a, b, e, f, c) -> a ^ b),
    /** VBSL: of a where the old destination is set, else of b. */
    SELECT((d, a, b, e, f, c) -> a & d | b & ~d),
    /** VBIT: a where b is set, else the old destination. */
    INSERT_IF_TRUE((d, a, b, e, f, c) -> a & b | d & ~b),
    /** VBIF. */
    INSERT_IF_FALSE((d, a, b, e, f, c) -> d & b | a & ~b),

    // One operand, a.
    /** VMOVL, VMOVN. */
    MOVE((d, a, b, e, f, c) -> a),
    /** VQMOVN, VQMOVUN. */
    MOVE_SATURATING((d, a, b, e, f, c) -> e.saturate(a, f, c)),
    NOT((d, a, b, e, f, c) -> ~a),
    NEGATE((d, a, b, e, f, c) -> -a),
    NEGATE_SATURATING((d, a, b, e, f, c) -> e.subtractSaturated(0, a, c)),
    ABSOLUTE((d, a, b, e, f, c) -> Math.abs(a)),
    ABSOLUTE_SATURATING((d, a, b, e, f, c) -> a < 0 ? e.subtractSaturated(0, a, c) : a),
    /** VCLS, of signed elements. */
    COUNT_SIGN((d, a, b, e, f, c) -> Long.numberOfLeadingZeros(a ^ a >> 63) - 1 - (64 - f.bits)),
    /** VCLZ, of unsigned elements. */
    COUNT_ZEROS((d, a, b, e, f, c) -> Long.numberOfLeadingZeros(a) - (64 - f.bits)),
    /** VCNT, of unsigned elements. */
    COUNT_BITS((d, a, b, e, f, c) -> Long.bitCount(a)),
    /** VADDL's sum of a pair, and the old destination: VPADAL. */
    ADD_ACCUMULATE((d, a, b, e, f, c) -> d + a + b),
    /** VRECPE.U32. */
    RECIPROCAL_ESTIMATE((d, a, b, e, f, c) -> Estimates.unsignedReciprocal((int) a)),
    /** VRSQRTE.U32. */
    RECIPROCAL_ROOT_ESTIMATE((d, a, b, e, f, c) -> Estimates.unsignedReciprocalRoot((int) a)),

    // Shifts of a by b: to the right if b is negative.
    /** VSHL, VSHLL, VSHR, VSHRN. */
    SHIFT((d, a, b, e, f, c) -> shift(a, (byte) b, f, false)),
    /** VRSHL, VRSHR, VRSHRN. */
    SHIFT_ROUNDING((d, a, b, e, f, c) -> shift(a, (byte) b, f, true)),
    /** VQSHL, VQSHLU, VQSHRN, VQSHRUN. */
    SHIFT_SATURATING((d, a, b, e, f, c) -> shiftSaturated(a, (byte) b, e, f, false, c)),
    /** VQRSHL, VQRSHRN, VQRSHRUN. */
    SHIFT_SATURATING_ROUNDING((d, a, b, e, f, c) -> shiftSaturated(a, (byte) b, e, f, true, c)),
    /** VSRA. */
    SHIFT_ACCUMULATE((d, a, b, e, f, c) -> d + shift(a, (byte) b, f, false)),
    /** VRSRA. */
    SHIFT_ACCUMULATE_ROUNDING((d, a, b, e, f, c) -> d + shift(a, (byte) b, f, true)),
    /** VSLI, VSRI: what is shifted in stays as the old destination has it. */
    SHIFT_INSERT((d, a, b, e, f, c) -> insert(d, a, (byte) b, e)),

    // Single precision.
    F_ADD((d, a, b, e, f, c) -> Float32.add((int) a, (int) b, c)),
    F_SUB((d, a, b, e, f, c) -> Float32.subtract((int) a, (int) b, c)),
    F_MUL((d, a, b, e, f, c) -> Float32.multiply((int) a, (int) b, c)),
    /** VMLA: rounded twice. */
    F_MLA((d, a, b, e, f, c) -> Float32.add((int) d, Float32.multiply((int) a, (int) b, c), c)),
    F_MLS((d, a, b, e, f, c) -> Float32.add((int) d, Float32.multiply((int) a, (int) b, c) ^ SIGN, c)),
    /** VFMA: rounded once. */
    F_FMA((d, a, b, e, f, c) -> Float32.multiplyAdd((int) d, (int) a, (int) b, c)),
    F_FMS((d, a, b, e, f, c) -> Float32.multiplyAdd((int) d, (int) a ^ SIGN, (int) b, c)),
    F_DIFFERENCE((d, a, b, e, f, c) -> Float32.subtract((int) a, (int) b, c) & ~SIGN),
    F_MAX((d, a, b, e, f, c) -> SoftFloat.max(Format.SINGLE, single(a), single(b), c)),
    F_MIN((d, a, b, e, f, c) -> SoftFloat.min(Format.SINGLE, single(a), single(b), c)),
    F_EQUAL((d, a, b, e, f, c) -> mask(compare(a, b, false, c) == SoftFloat.EQUAL)),
    F_GREATER_EQUAL((d, a, b, e, f, c) -> greaterEqual(a, b, c)),
    F_GREATER((d, a, b, e, f, c) -> mask(compare(a, b, true, c) == SoftFloat.GREATER)),
    F_LESS_EQUAL((d, a, b, e, f, c) -> greaterEqual(b, a, c)),
    F_LESS((d, a, b, e, f, c) -> mask(compare(b, a, true, c) == SoftFloat.GREATER)),
    /** VACGE. */
    F_MAGNITUDE_GREATER_EQUAL((d, a, b, e, f, c) -> greaterEqual(a & ~SIGN, b & ~SIGN, c)),
    /** VACGT. */
    F_MAGNITUDE_GREATER((d, a, b, e, f, c) -> mask(compare(a & ~SIGN, b & ~SIGN, true, c) == SoftFloat.GREATER)),
    F_NEGATE((d, a, b, e, f, c) -> a ^ SIGN),
    F_ABSOLUTE((d, a, b, e, f, c) -> a & ~SIGN),
    F_RECIPROCAL_ESTIMATE((d, a, b, e, f, c) -> Estimates.reciprocalEstimate((int) a, c)),
    F_RECIPROCAL_ROOT_ESTIMATE((d, a, b, e, f, c) -> Estimates.reciprocalRootEstimate((int) a, c)),
    F_RECIPROCAL_STEP((d, a, b, e, f, c) -> Estimates.reciprocalStep((int) a, (int) b, c)),
    F_RECIPROCAL_ROOT_STEP((d, a, b, e, f, c) -> Estimates.reciprocalRootStep((int) a, (int) b, c)),

    // Conversions; b is the number of fraction bits.
    /** VCVT to integers or fixed-point numbers. */
    F_TO_FIXED((d, a, b, e, f, c) ->
            Conversions.toFixed(Format.SINGLE, single(a), (int) b, 32, e.unsigned, Fpscr.ROUND_ZERO, c)),
    /** VCVT from them. */
    FIXED_TO_F((d, a, b, e, f, c) -> Conversions.fromFixed(Format.SINGLE, a, (int) b, Fpscr.ROUND_NEAREST, c)),
    /** VCVT.F16.F32. */
    F_TO_HALF((d, a, b, e, f, c) -> Conversions.convert(Format.SINGLE, Format.HALF, single(a), c)),
    /** VCVT.F32.F16, of unsigned elements. */
    HALF_TO_F((d, a, b, e, f, c) -> Conversions.convert(Format.HALF, Format.SINGLE, a, c));

    /** Computes one element. */
    @FunctionalInterface
    interface Function {
        /**
         * @param d the old element of the destination, extended as one of {@code e}
         * @param a the first operand, extended as one of {@code f}
         * @param b the second operand
         * @param e the destination's elements
         * @param f the first operand's elements
         * @return the new element, above whose bits anything may be
         */
        long apply(long d, long a, long b, Element e, Element f, FpContext c);
    }

    final Function function;

    LaneOperation(Function function) {
        this.function = function;
    }

    private static long mask(boolean all) {
        return all ? -1 : 0;
    }

    /** Half of what the lowest bit stands for that a narrow result keeps of twice as many bits. */
    private static long half(Element e) {
        return 1L << e.bits - 1;
    }

    private static long polynomial(long a, long b) {
        long product = 0;
        for (int bit = 0; bit < 8; bit++) {
            product ^= (b >>> bit & 1) * a << bit;
        }
        return product;
    }

    private static long shift(long a, int n, Element f, boolean rounds) {
        return n < 0 ? f.shiftRight(a, -n, rounds) : n < 64 ? a << n : 0;
    }

    private static long shiftSaturated(long a, int n, Element e, Element f, boolean rounds, FpContext c) {
        return n < 0 ? e.saturate(f.shiftRight(a, -n, rounds), f, c) : e.shiftLeftSaturated(a, n, f, c);
    }

    private static long insert(long d, long a, int n, Element e) {
        long field = -1L >>> 64 - e.bits;
        long shifted = n >= 0 ? field << n : -n < 64 ? field >>> -n : 0;
        long value = n >= 0 ? a << n : -n < 64 ? (a & field) >>> -n : 0;
        return value & shifted | d & ~shifted;
    }

    private static long single(long a) {
        return a & 0xffff_ffffL;
    }

    private static int compare(long a, long b, boolean signalling, FpContext c) {
        return Float32.compare((int) a, (int) b, signalling, c);
    }

    private static long greaterEqual(long a, long b, FpContext c) {
        int order = compare(a, b, true, c);
        return mask(order == SoftFloat.GREATER || order == SoftFloat.EQUAL);
    }
}
