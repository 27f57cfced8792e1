package swivel.arm;

/**
 * What an instruction of {@link Neon} operates on, as {@link Arguments} says it of others. A register is a number 0 to
 * 31 of d0 to d31. A quadword register is the number of its lower half, which is even. Core registers are called
 * {@code rn} and {@code rm}.
 *
 * <p>What is UNDEFINED is {@link Arguments.Other}; a modified immediate of zero that is shifted is UNPREDICTABLE, and
 * taken as zero.
 */
public sealed interface NeonOperation extends Arguments.Extension {

    /** What the elements of a vector are, as far as the operation depends on it (A7.3.1). */
    enum ElementKind {
        /** Bits. */
        ANY,
        /** Integers, with a sign or without. */
        INTEGER,
        SIGNED,
        UNSIGNED,
        /** Polynomials over {0, 1}. */
        POLYNOMIAL,
        /**
         * Floating-point numbers of single precision; flushed to zero and rounded to nearest, whatever FPSCR says
         * (A2.7.2).
         */
        FLOAT
    }

    /** How the registers of an operation differ in length. */
    enum Shape {
        /** All have one length: doublewords, or quadwords if {@code quad}. */
        SAME,
        /** The result is a quadword of elements of twice the bits. */
        LONG,
        /** The result and the first operand are quadwords of elements of twice the bits. */
        WIDE,
        /** The operands are quadwords, and the result is a doubleword of elements of half the bits. */
        NARROW
    }

    /** Operations of two registers; some have the destination as third operand. */
    enum VectorOp {
        HADD,
        QADD,
        RHADD,
        AND,
        /** d = n AND NOT m. */
        BIC,
        ORR,
        ORN,
        EOR,
        /** d selects: n where it is one, m where it is zero. */
        BSL,
        /** d = n where m is one. */
        BIT,
        /** d = n where m is zero. */
        BIF,
        HSUB,
        QSUB,
        CGT,
        CGE,
        /**
         * d = m shifted by the lowest byte of n, which is signed: left, or right if negative; and so for the next
         * three.
         */
        SHL,
        QSHL,
        RSHL,
        QRSHL,
        MAX,
        MIN,
        ABD,
        /** d = d + |n - m|. */
        ABA,
        ADD,
        SUB,
        TST,
        CEQ,
        /** d = d + n × m. */
        MLA,
        MLS,
        MUL,
        PMAX,
        PMIN,
        QDMULH,
        QRDMULH,
        PADD,
        /** d = d + n × m, rounded once. */
        FMA,
        FMS,
        /** |n| ≥ |m|. */
        ACGE,
        ACGT,
        RECPS,
        RSQRTS,
        /** The upper half of each sum, and so for the next three; NARROW. */
        ADDH,
        RADDH,
        SUBH,
        RSUBH,
        /** Twice the product, saturated, and that added with saturation; LONG, as the next two. */
        QDMLA,
        QDMLS,
        QDMUL
    }

    /**
     * Two registers make a third.
     *
     * @param bits of an element of {@code m}; 64 where the operation is bitwise
     */
    record VectorBinary(VectorOp op, Shape shape, ElementKind kind, int bits, boolean quad, int d, int n, int m)
            implements NeonOperation {
        @Override
        public boolean needsD32() {
            return d > 15 || n > 15 || m > 15;
        }
    }

    /** The same, where the second operand is one lane of {@code m}. */
    record VectorByLane(
            VectorOp op, Shape shape, ElementKind kind, int bits, boolean quad, int d, int n, int m, int lane)
            implements NeonOperation {
        @Override
        public boolean needsD32() {
            return d > 15 || n > 15;
        }
    }

    /** Shifts by a number. */
    enum VectorShiftOp {
        SHR,
        /** d = d + (m shifted right). */
        SRA,
        RSHR,
        RSRA,
        /** Inserts what is shifted right: the upper bits of d stay. */
        SRI,
        /** LONG with an amount of zero is VMOVL. */
        SHL,
        /** Inserts what is shifted left: the lower bits of d stay. */
        SLI,
        QSHL,
        /** From signed, saturated to unsigned. */
        QSHLU,
        /** NARROW, as the next three. */
        QSHR,
        QRSHR,
        /** From signed, saturated to unsigned. */
        QSHRU,
        QRSHRU
    }

    /**
     * A register shifted.
     *
     * @param bits of an element of {@code m}
     * @param amount 1 to the bits for a shift right, 0 to the bits less one for one left; VSHLL has also the bits
     */
    record VectorShift(
            VectorShiftOp op, Shape shape, ElementKind kind, int bits, boolean quad, int d, int m, int amount)
            implements NeonOperation {
        @Override
        public boolean needsD32() {
            return d > 15 || m > 15;
        }
    }

    /** What becomes of a register and an immediate; VMVN is a MOV of the inverted one. */
    enum ImmediateOp {
        MOV,
        ORR,
        /** d = d AND NOT value. */
        BIC
    }

    /** VMOV, VMVN, VORR and VBIC of a number, by the bits of each doubleword. */
    record VectorImmediate(ImmediateOp op, boolean quad, int d, long value) implements NeonOperation {
        @Override
        public boolean needsD32() {
            return d > 15;
        }
    }

    /** Operations of one register; the last four change both. */
    enum VectorUnaryOp {
        REV64,
        REV32,
        REV16,
        /** The sums of pairs, of twice the bits. */
        PADDL,
        /** The same, added to d. */
        PADAL,
        CLS,
        CLZ,
        CNT,
        MVN,
        QABS,
        QNEG,
        ABS,
        NEG,
        RECPE,
        RSQRTE,
        /** NARROW, as the next two. */
        MOV,
        QMOV,
        /** From signed, saturated to unsigned. */
        QMOVU,
        SWP,
        TRN,
        UZP,
        ZIP
    }

    /**
     * A register makes another.
     *
     * @param bits of an element of {@code m}; 64 where the operation is bitwise
     */
    record VectorUnary(VectorUnaryOp op, Shape shape, ElementKind kind, int bits, boolean quad, int d, int m)
            implements NeonOperation {
        @Override
        public boolean needsD32() {
            return d > 15 || m > 15;
        }
    }

    /** Comparisons of elements with zero. */
    enum ZeroCompareOp {
        CGT,
        CGE,
        CEQ,
        CLE,
        CLT
    }

    record VectorCompareZero(ZeroCompareOp op, ElementKind kind, int bits, boolean quad, int d, int m)
            implements NeonOperation {
        @Override
        public boolean needsD32() {
            return d > 15 || m > 15;
        }
    }

    /**
     * VCVT between single precision and integers or fixed-point numbers of 32 bits: rounds toward zero to them, to
     * nearest from them.
     *
     * @param fraction bits behind the point, 0 for integers
     */
    record VectorConversion(boolean toFixed, boolean signed, int fraction, boolean quad, int d, int m)
            implements NeonOperation {
        @Override
        public boolean needsD32() {
            return d > 15 || m > 15;
        }

        public VfpOperation.Rounding rounding() {
            return toFixed ? VfpOperation.Rounding.ZERO : VfpOperation.Rounding.NEAREST;
        }
    }

    /** VCVT between four numbers of half precision in a doubleword and four of single precision in a quadword. */
    record VectorHalfConversion(boolean toHalf, int d, int m) implements NeonOperation {
        @Override
        public boolean needsD32() {
            return d > 15 || m > 15;
        }
    }

    /** VEXT: the bytes of n, and behind them those of m, from {@code first} on. */
    record VectorExtract(boolean quad, int d, int n, int m, int first) implements NeonOperation {
        @Override
        public boolean needsD32() {
            return d > 15 || n > 15 || m > 15;
        }
    }

    /**
     * VTBL and VTBX.
     *
     * @param keeps VTBX: a byte whose index is beyond the table stays, else it becomes zero
     * @param count registers of the table, from {@code n} on
     */
    record TableLookup(boolean keeps, int d, int n, int count, int m) implements NeonOperation {
        @Override
        public boolean needsD32() {
            return d > 15 || n + count > 16 || m > 15;
        }

        /** The table ends within the registers. */
        @Override
        public boolean isPredictable() {
            return n + count <= 32;
        }
    }

    /** VDUP of a lane. */
    record LaneDuplicate(int bits, boolean quad, int d, int m, int lane) implements NeonOperation {
        @Override
        public boolean needsD32() {
            return d > 15 || m > 15;
        }
    }

    /**
     * Loads and stores of elements and structures of them: one, two, three or four elements side by side in memory
     * (A3.2.1, A7.7).
     */
    sealed interface ElementAccess extends NeonOperation permits ElementsTransfer, LaneTransfer, AllLanesTransfer {
        boolean load();

        /** Elements of a structure; element i is in the register {@code d + i × spacing}. */
        int structure();

        /** Bits of an element. */
        int bits();

        /** The first register. */
        int d();

        int spacing();

        /** Bytes that the address is a multiple of, or it is an alignment fault. */
        int alignment();

        /** The register with the address. */
        int rn();

        boolean writesBack();

        /** What is added to {@code rn} if it is written back; NONE: {@link #bytes}. */
        int rm();

        /** Bytes that are transferred. */
        int bytes();

        /** Where the last register is. */
        int last();

        @Override
        default boolean needsD32() {
            return last() > 15;
        }

        /** r15 is no address, and there are no registers behind d31. */
        @Override
        default boolean isPredictable() {
            return rn() != 15 && last() < 32;
        }
    }

    /**
     * VLD1 to VLD4 and VST1 to VST4 of whole registers.
     *
     * @param groups how many times the registers of a structure are there, each time one further; whole registers of
     *     VLD1 and VST1
     */
    record ElementsTransfer(
            boolean load,
            int structure,
            int groups,
            int bits,
            int d,
            int spacing,
            int alignment,
            int rn,
            boolean writesBack,
            int rm)
            implements ElementAccess {
        @Override
        public int bytes() {
            return 8 * structure * groups;
        }

        @Override
        public int last() {
            return d + (structure - 1) * spacing + groups - 1;
        }
    }

    /** VLD1 to VLD4 and VST1 to VST4 of one lane of each register; the others stay. */
    record LaneTransfer(
            boolean load,
            int structure,
            int bits,
            int d,
            int spacing,
            int lane,
            int alignment,
            int rn,
            boolean writesBack,
            int rm)
            implements ElementAccess {
        @Override
        public int bytes() {
            return structure * bits / 8;
        }

        @Override
        public int last() {
            return d + (structure - 1) * spacing;
        }
    }

    /**
     * VLD1 to VLD4 of one structure to all lanes of its registers.
     *
     * @param count of registers: those of the structure, or two of VLD1
     */
    record AllLanesTransfer(
            int structure, int bits, int d, int count, int spacing, int alignment, int rn, boolean writesBack, int rm)
            implements ElementAccess {
        @Override
        public boolean load() {
            return true;
        }

        @Override
        public int bytes() {
            return structure * bits / 8;
        }

        @Override
        public int last() {
            return d + (count - 1) * spacing;
        }
    }
}
