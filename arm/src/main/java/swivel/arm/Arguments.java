package swivel.arm;

/**
 * What an instruction operates on, whatever word encodes it: a record for each kind of instruction, the same for A32
 * and T32. Whoever gives meaning to instructions (lifter, hypervisor, rewriter) asks {@link Instruction#arguments} and
 * reads these, not bits of words.
 *
 * <p>Two words that mean the same have equal records. Registers are numbers, {@link #NONE} where an instruction has
 * none. The condition is no part of them: see {@link Instruction#condition}. Where a word is UNPREDICTABLE its record
 * says what the fields say; who gives meaning decides what comes of it.
 */
public sealed interface Arguments {
    /** In the place of a register: there is none. */
    int NONE = -1;

    // Data processing (A5.2.1 to A5.2.3; A6.2.1 to A6.2.3, A6.3.1, A6.3.3, A6.3.11)

    /** Operations of data processing, in the order of A32's opcodes; ORN is T32's. */
    enum AluOp {
        AND(true),
        EOR(true),
        SUB(false),
        RSB(false),
        ADD(false),
        ADC(false),
        SBC(false),
        RSC(false),
        TST(true, true, false),
        TEQ(true, true, false),
        CMP(false, true, false),
        CMN(false, true, false),
        ORR(true),
        MOV(true, false, true),
        BIC(true),
        MVN(true, false, true),
        ORN(true);

        private static final AluOp[] VALUES = values();

        private final boolean logical;
        private final boolean compare;
        private final boolean move;

        AluOp(boolean logical) {
            this(logical, false, false);
        }

        AluOp(boolean logical, boolean compare, boolean move) {
            this.logical = logical;
            this.compare = compare;
            this.move = move;
        }

        static AluOp of(int opcode) {
            return VALUES[opcode];
        }

        /** Whether it only sets flags. */
        public boolean isCompare() {
            return compare;
        }

        /** Whether C becomes the carry of the shifter, rather than of an addition. */
        public boolean isLogical() {
            return logical;
        }

        /** Whether it has one operand only, the second. */
        public boolean isMove() {
            return move;
        }
    }

    /**
     * Data processing; shifts are a MOV.
     *
     * @param rd NONE for a compare
     * @param rn NONE for a move. r15 with a number is read aligned to a word: that is ADR (A8.8.12).
     * @param flags whether it sets N, Z, C and V
     */
    record Alu(AluOp op, int rd, int rn, Operand2 operand2, boolean flags) implements Arguments {
        /** The shifter's carry is none where the operation has its own, or sets no flags. */
        public Alu {
            if (operand2 instanceof Operand2.Immediate number && number.carries() && !(flags && op.isLogical())) {
                operand2 = Operand2.immediate(number.value());
            }
        }
    }

    /** MOVT: the upper half of a register becomes a number of 16 bits. */
    record MoveTop(int rd, int value) implements Arguments {}

    // Multiplies (A5.2.5, A5.2.7, A5.4.4; A6.3.16, A6.3.17)

    /** Products of one register; without {@code ra} MLA is MUL, SMLA_XY is SMUL_XY and so on. */
    enum MultiplyOp {
        MLA,
        SMLA_XY,
        SMLAW_Y,
        SMLAD,
        SMLSD,
        SMMLA,
        SMMLS,
        USADA8
    }

    /**
     * A product in one register.
     *
     * @param ra what is added to it, or subtracted from; NONE if it stands alone
     * @param x SMLA_XY: the upper half of Rn; SMLAD, SMLSD: the halves of Rm exchanged; SMMLA, SMMLS: rounded
     * @param y SMLA_XY, SMLAW_Y: the upper half of Rm
     */
    record Multiply(MultiplyOp op, int rd, int rn, int rm, int ra, boolean flags, boolean x, boolean y)
            implements Arguments {}

    /** Products of two registers. */
    enum MultiplyLongOp {
        UMULL,
        UMLAL,
        SMULL,
        SMLAL,
        UMAAL,
        SMLAL_XY,
        SMLALD,
        SMLSLD
    }

    /** A product in two registers. {@code x} and {@code y} are as in {@link Multiply}. */
    record MultiplyLong(MultiplyLongOp op, int low, int high, int rn, int rm, boolean flags, boolean x, boolean y)
            implements Arguments {}

    // Other arithmetic (A5.2.6, A5.4.1 to A5.4.4; A6.3.12 to A6.3.15, A6.3.17)

    /**
     * An instruction that computes one register of others, and no more: its record follows from its row, by the
     * letters of the pattern. A register whose letter is not there is NONE.
     *
     * @param op its row in A32; in T32 it has the same name
     */
    record Plain(A32 op, int rd, int rn, int rm, int ra) implements Arguments {
        /** The record of a row that says no more; one without a destination is undefined. */
        static Arguments of(Row row, int word) {
            BitPattern bits = row.bits();
            if (!bits.has('d')) {
                return Other.INSTANCE;
            }
            return new Plain(
                    op(row),
                    bits.field('d', word),
                    bits.has('n') ? bits.field('n', word) : NONE,
                    bits.has('m') ? bits.field('m', word) : NONE,
                    bits.has('a') ? bits.field('a', word) : NONE);
        }

        /** A row of T32 has the number of its encoding behind the name. */
        static A32 op(Row row) {
            String name = row.name();
            return row instanceof A32 a32 ? a32 : A32.valueOf(name.substring(0, name.length() - "_T1".length()));
        }
    }

    /**
     * How the lanes of parallel arithmetic give their results; the ordinal is not encoded, {@link #encoding} is
     * (A5.4.1, A5.4.2).
     */
    enum ParallelKind {
        SIGNED(1),
        SATURATING(2),
        HALVING(3),
        UNSIGNED(5),
        UNSIGNED_SATURATING(6),
        UNSIGNED_HALVING(7);

        private static final ParallelKind[] BY_ENCODING = new ParallelKind[8];

        static {
            for (ParallelKind kind : values()) {
                BY_ENCODING[kind.encoding] = kind;
            }
        }

        private final int encoding;

        ParallelKind(int encoding) {
            this.encoding = encoding;
        }

        /** A32's op1, bits 22:20. */
        public int encoding() {
            return encoding;
        }

        static ParallelKind of(int encoding) {
            return BY_ENCODING[encoding];
        }
    }

    /** What is done in each lane of parallel arithmetic (A5.4.1, A5.4.2). */
    enum ParallelOp {
        ADD16(0),
        ASX(1),
        SAX(2),
        SUB16(3),
        ADD8(4),
        SUB8(7);

        private static final ParallelOp[] BY_ENCODING = new ParallelOp[8];

        static {
            for (ParallelOp op : values()) {
                BY_ENCODING[op.encoding] = op;
            }
        }

        private final int encoding;

        ParallelOp(int encoding) {
            this.encoding = encoding;
        }

        /** A32's op2, bits 7:5. */
        public int encoding() {
            return encoding;
        }

        static ParallelOp of(int encoding) {
            return BY_ENCODING[encoding];
        }
    }

    record Parallel(ParallelKind kind, ParallelOp op, int rd, int rn, int rm) implements Arguments {}

    /**
     * SSAT, USAT, SSAT16, USAT16.
     *
     * @param bits what the result fits, its sign included
     * @param halves whether both halves of the register are saturated; it is not shifted then
     */
    record Saturate(boolean signed, boolean halves, int rd, int bits, Operand2.Shifted operand) implements Arguments {}

    /** PKHBT, or PKHTB if {@code topBottom}. */
    record Pack(boolean topBottom, int rd, int rn, Operand2.Shifted operand) implements Arguments {}

    /**
     * SXTB and its like, and those that add.
     *
     * @param bits 8 or 16
     * @param pair whether two bytes become two halfwords
     * @param rn NONE if nothing is added
     * @param rotation of Rm to the right, in bits
     */
    record Extend(boolean signed, int bits, boolean pair, int rd, int rn, int rm, int rotation) implements Arguments {}

    /** SBFX and UBFX. */
    record Extract(boolean signed, int rd, int rn, int lsb, int width) implements Arguments {
        /** Whether the field ends within the register; else it is UNPREDICTABLE. */
        public boolean isPredictable() {
            return lsb + width <= 32;
        }
    }

    /** BFI, and BFC, where Rn is NONE. */
    record Insert(int rd, int rn, int lsb, int width) implements Arguments {
        /** Whether the field ends behind its beginning; else it is UNPREDICTABLE. */
        public boolean isPredictable() {
            return width > 0;
        }
    }

    // Loads and stores (A5.2.8 to A5.2.10, A5.3; A6.2.4, A6.3.6 to A6.3.10)

    /**
     * A load or store of one register, or of two.
     *
     * @param size bytes: 1, 2, 4, or 8 for two registers
     * @param signed whether a load extends a sign
     * @param unprivileged whether it has user permissions in every mode
     * @param rt2 the second register; NONE if there is none, also behind an odd one in A32, which is UNPREDICTABLE
     */
    record Transfer(boolean load, int size, boolean signed, boolean unprivileged, int rt, int rt2, Address address)
            implements Arguments {}

    /** PLD, PLDW and PLI. */
    record Preload(boolean code, boolean forWrite, Address address) implements Arguments {}

    /**
     * LDREX, STREX and their like.
     *
     * @param rd what says whether a store happened; NONE for a load
     * @param rt2 as in {@link Transfer}
     * @param displacement from Rn
     */
    record Exclusive(boolean load, int size, int rd, int rt, int rt2, int rn, int displacement) implements Arguments {}

    record ClearExclusive() implements Arguments {}

    /** SWP and SWPB. */
    record Swap(int size, int rt, int rm, int rn) implements Arguments {}

    /**
     * LDM and STM.
     *
     * @param list a bit for each register
     * @param user whether {@code ^} is behind the list: user registers, or a return from an exception
     */
    record BlockTransfer(boolean load, int rn, int list, BlockMode mode, boolean writesBack, boolean user)
            implements Arguments {
        /** Bytes that are transferred. */
        public int bytes() {
            return 4 * Integer.bitCount(list);
        }

        /** The lowest address less the base. */
        public int lowest() {
            return mode.lowest(bytes());
        }

        /** What writing back adds to the base. */
        public int step() {
            return mode.step(bytes());
        }

        /** Whether a register is transferred. */
        public boolean has(int register) {
            return (list >>> register & 1) != 0;
        }
    }

    // Branches (A5.5, A6.2.6, A6.3.4)

    /**
     * B, BL and BLX to a place that the instruction names.
     *
     * @param offset from what r15 reads as there, which is aligned to a word first for BLX
     * @param exchange BLX: to the other instruction set
     */
    record Branch(int offset, boolean link, boolean exchange) implements Arguments {}

    /** BX, BXJ and BLX to where a register points. */
    record BranchRegister(int rm, boolean link) implements Arguments {}

    /** CBZ, or CBNZ if {@code nonZero}; the offset is as in {@link Branch}. */
    record CompareBranch(int rn, boolean nonZero, int offset) implements Arguments {}

    /** TBB and TBH, by the size of an element. */
    record TableBranch(int rn, int rm, int size) implements Arguments {}

    /** IT, by its two fields. */
    record IfThen(int condition, int mask) implements Arguments {}

    // Status, system and coprocessors (A5.2.11, A5.2.12, A5.7, A5.6; A6.3.4, A6.3.18)

    /** MRS of CPSR or of the mode's SPSR. */
    record StatusRead(boolean spsr, int rd) implements Arguments {}

    /**
     * MSR to CPSR or to the mode's SPSR.
     *
     * @param fields the mask of {@link Psr#fieldBits}
     * @param value a number or a register
     */
    record StatusWrite(boolean spsr, int fields, Operand2 value) implements Arguments {}

    /**
     * MRS, or MSR unless {@code read}, of a register of another mode; it is null if none has the number, which is
     * UNPREDICTABLE.
     */
    record BankedMove(boolean read, int register, BankedRegister banked) implements Arguments {}

    /**
     * CPS.
     *
     * @param clears the masks that become zero, in their places in CPSR
     * @param sets the masks that become one
     * @param mode the encoding of the mode that becomes the processor's; NONE: it stays
     */
    record ChangeState(int clears, int sets, int mode) implements Arguments {}

    record SetEndian(boolean big) implements Arguments {}

    /** SRS: stores LR and SPSR on the stack of a mode, by its encoding. */
    record StoreReturnState(int targetMode, BlockMode mode, boolean writesBack) implements Arguments {}

    /** RFE: loads PC and CPSR. */
    record ReturnFromException(int rn, BlockMode mode, boolean writesBack) implements Arguments {}

    record ExceptionReturn() implements Arguments {}

    /** Instructions that call with a number. */
    enum CallOp {
        SVC,
        BKPT,
        HVC,
        SMC,
        UDF
    }

    record Call(CallOp op, int number) implements Arguments {}

    /** Instructions that may do nothing. */
    enum HintOp {
        NOP,
        YIELD,
        WFE,
        WFI,
        SEV,
        DBG
    }

    record Hint(HintOp op) implements Arguments {}

    /** Barriers. */
    enum BarrierOp {
        DSB,
        DMB,
        ISB
    }

    record Barrier(BarrierOp op, int option) implements Arguments {}

    /**
     * MCR, or MRC if {@code read}.
     *
     * @param second whether it is MCR2 or MRC2, and so in the other records
     */
    record CoprocessorMove(boolean read, boolean second, int coprocessor, int opc1, int rt, int crn, int crm, int opc2)
            implements Arguments {}

    /** MCRR, or MRRC if {@code read}. */
    record CoprocessorMove2(boolean read, boolean second, int coprocessor, int opc1, int rt, int rt2, int crm)
            implements Arguments {}

    /**
     * LDC and STC.
     *
     * @param isLong the D bit
     * @param option the eight bits that are the coprocessor's where the address is neither indexed nor written back;
     *     NONE elsewhere
     */
    record CoprocessorTransfer(
            boolean load, boolean second, int coprocessor, boolean isLong, int crd, Address address, int option)
            implements Arguments {}

    /** CDP. */
    record CoprocessorData(boolean second, int coprocessor, int opc1, int crd, int crn, int crm, int opc2)
            implements Arguments {}

    /** Of the extensions that have registers of their own (A7). */
    sealed interface Extension extends Arguments permits VfpOperation, NeonOperation {
        /** Whether it names one of the registers d16 to d31, which not every processor has (A2.6). */
        default boolean needsD32() {
            return false;
        }

        /** Whether the architecture says what it does; else it is UNPREDICTABLE. */
        default boolean isPredictable() {
            return true;
        }
    }

    /** What no other record describes: undefined words. */
    record Other() implements Arguments {
        static final Other INSTANCE = new Other();
    }
}
