package swivel.arm;

/**
 * What an instruction of {@link Vfp} operates on, as {@link Arguments} says it of others. A register of single
 * precision is a number 0 to 31 of s0 to s31, one of double precision that of d0 to d31; {@code FloatType} tells
 * which. Core registers are called {@code rt} and {@code rn}.
 *
 * <p>What is UNDEFINED is {@link Arguments.Other}. What is UNPREDICTABLE has a record that says so
 * ({@link Arguments.Extension#isPredictable}), and is best undefined as well; but r13 as a core register, which T32
 * does not allow, is just that register.
 */
public sealed interface VfpOperation extends Arguments.Extension {

    /** The formats of floating-point numbers (A2.7.3). */
    enum FloatType {
        HALF,
        SINGLE,
        DOUBLE;

        /** Bits of a number. */
        public int bits() {
            return 16 << ordinal();
        }

        private boolean isUpper(int register) {
            return this == DOUBLE && register > 15;
        }
    }

    /** Arithmetic with two operands; those that add or subtract a product have the destination as third. */
    enum FloatOp {
        /** d = n + m. */
        ADD,
        /** d = n - m. */
        SUB,
        /** d = n × m. */
        MUL,
        /** d = -(n × m). */
        NMUL,
        /** d = n / m. */
        DIV,
        /** d = d + n × m; the product is rounded before it is added, and so for the next three. */
        MLA,
        /** d = d + -(n × m). */
        MLS,
        /** d = -d + -(n × m). */
        NMLA,
        /** d = -d + n × m. */
        NMLS,
        /** d = d + n × m, rounded once, and so for the next three. */
        FMA,
        /** d = d + -n × m. */
        FMS,
        /** d = -d + -n × m. */
        FNMA,
        /** d = -d + n × m. */
        FNMS
    }

    record FloatArithmetic(FloatOp op, FloatType type, int d, int n, int m) implements VfpOperation {
        @Override
        public boolean needsD32() {
            return type.isUpper(d) || type.isUpper(n) || type.isUpper(m);
        }
    }

    /** Operations of one register. */
    enum FloatUnaryOp {
        MOV,
        ABS,
        NEG,
        SQRT
    }

    record FloatUnary(FloatUnaryOp op, FloatType type, int d, int m) implements VfpOperation {
        @Override
        public boolean needsD32() {
            return type.isUpper(d) || type.isUpper(m);
        }
    }

    /** VMOV of a number, by its bits in the register. */
    record FloatImmediate(FloatType type, int d, long value) implements VfpOperation {
        @Override
        public boolean needsD32() {
            return type.isUpper(d);
        }
    }

    /**
     * VCMP and VCMPE.
     *
     * @param m NONE: with +0
     * @param signalling VCMPE: a quiet NaN is an invalid operation, too
     */
    record FloatCompare(FloatType type, boolean signalling, int d, int m) implements VfpOperation {
        @Override
        public boolean needsD32() {
            return type.isUpper(d) || type.isUpper(m);
        }
    }

    /** VCVT of single to double precision, or the other way. */
    record FloatConversion(FloatType from, FloatType to, int d, int m) implements VfpOperation {
        @Override
        public boolean needsD32() {
            return to.isUpper(d) || from.isUpper(m);
        }
    }

    /** VCVTB and VCVTT: between single precision and one half of a single-precision register; the other half stays. */
    record HalfConversion(boolean toHalf, boolean top, int d, int m) implements VfpOperation {}

    /** How a number is rounded. */
    enum Rounding {
        /** As FPSCR says. */
        FPSCR,
        NEAREST,
        ZERO
    }

    /** VCVT from an integer of 32 bits in a single-precision register, rounded as FPSCR says. */
    record FromInteger(FloatType to, boolean signed, int d, int m) implements VfpOperation {
        @Override
        public boolean needsD32() {
            return to.isUpper(d);
        }
    }

    /** VCVT and VCVTR to an integer of 32 bits in a single-precision register. */
    record ToInteger(FloatType from, boolean signed, Rounding rounding, int d, int m) implements VfpOperation {
        @Override
        public boolean needsD32() {
            return from.isUpper(m);
        }
    }

    /**
     * VCVT between a floating-point and a fixed-point number in the same register. To fixed point it rounds toward
     * zero, from it to nearest.
     *
     * @param bits of the fixed-point number, 16 or 32; they are the lowest of the register, to which it is extended by
     *     its sign
     * @param fraction how many of them are behind the point; negative is UNPREDICTABLE
     */
    record FixedConversion(FloatType type, boolean toFixed, boolean signed, int bits, int fraction, int d)
            implements VfpOperation {
        @Override
        public boolean needsD32() {
            return type.isUpper(d);
        }

        @Override
        public boolean isPredictable() {
            return fraction >= 0;
        }

        public Rounding rounding() {
            return toFixed ? Rounding.ZERO : Rounding.NEAREST;
        }
    }

    /** VLDR and VSTR. */
    record FloatTransfer(boolean load, FloatType type, int d, Address address) implements VfpOperation {
        @Override
        public boolean needsD32() {
            return type.isUpper(d);
        }
    }

    /**
     * VLDM, VSTM, VPUSH, VPOP, FLDMX and FSTMX.
     *
     * @param count of registers, from {@code d} on
     * @param mode IA or DB
     * @param extraWord FLDMX and FSTMX: the base moves by four bytes more than the registers have
     */
    record FloatBlockTransfer(
            boolean load,
            FloatType type,
            int d,
            int count,
            int rn,
            BlockMode mode,
            boolean writesBack,
            boolean extraWord)
            implements VfpOperation {

        /** Bytes by which the base moves. */
        public int bytes() {
            return count * type.bits() / 8 + (extraWord ? 4 : 0);
        }

        @Override
        public boolean needsD32() {
            return type.isUpper(d + count - 1);
        }

        /** No registers, more than there are, more than 16 doublewords; r15 written back. */
        @Override
        public boolean isPredictable() {
            boolean some = count > 0 && d + count <= 32;
            return some && !(type == FloatType.DOUBLE && count > 16) && !(writesBack && rn == 15);
        }
    }

    /** VMOV between a core register and a single-precision register. */
    record SingleMove(boolean toCore, int n, int rt) implements VfpOperation {
        @Override
        public boolean isPredictable() {
            return rt != 15;
        }
    }

    /**
     * VMOV between two core registers and a doubleword register, or two single-precision registers, {@code m} and the
     * next.
     *
     * @param rt the lower half, or the first
     */
    record PairMove(boolean toCore, FloatType type, int m, int rt, int rt2) implements VfpOperation {
        @Override
        public boolean needsD32() {
            return type.isUpper(m);
        }

        @Override
        public boolean isPredictable() {
            boolean exists = type == FloatType.DOUBLE || m < 31;
            return exists && rt != 15 && rt2 != 15 && !(toCore && rt == rt2);
        }
    }

    /**
     * VMOV between a core register and a lane of a doubleword register.
     *
     * @param bits of the lane: 8, 16, 32
     * @param signed whether what goes to the core register is extended by its sign
     */
    record LaneMove(boolean toCore, int bits, boolean signed, int d, int lane, int rt) implements VfpOperation {
        @Override
        public boolean needsD32() {
            return d > 15;
        }

        @Override
        public boolean isPredictable() {
            return rt != 15;
        }
    }

    /** VDUP of a core register to all lanes of {@code d}, or of {@code d} and the next register if {@code quad}. */
    record CoreDuplicate(int bits, boolean quad, int d, int rt) implements VfpOperation {
        @Override
        public boolean needsD32() {
            return d > 15;
        }

        @Override
        public boolean isPredictable() {
            return rt != 15;
        }
    }

    /** VMRS, or VMSR unless {@code read}, of a system register by its number; from FPSCR to r15 are the flags. */
    record VfpStatusMove(boolean read, int register, int rt) implements VfpOperation {
        // Numbers of registers (B9.3.21).
        public static final int FPSID = 0;
        public static final int FPSCR = 1;
        public static final int MVFR1 = 6;
        public static final int MVFR0 = 7;
        public static final int FPEXC = 8;

        @Override
        public boolean isPredictable() {
            return rt != 15 || read && register == FPSCR;
        }
    }
}
