package swivel.arm;

import static swivel.arm.Arguments.NONE;
import static swivel.arm.Fields.rn;
import static swivel.arm.NeonOperation.ElementKind.*;
import static swivel.arm.NeonOperation.Shape.*;

import swivel.arm.NeonOperation.*;

/** Fills the records of {@link NeonOperation} from the A32 words of NEON. */
final class NeonArguments {
    private final Neon row;
    private final int word;
    private final boolean quad;
    private final int d;
    private final int n;
    private final int m;

    private NeonArguments(Neon row, int word) {
        this.row = row;
        this.word = word;
        this.quad = row.field('Q', word) != 0;
        this.d = VectorFields.d(word);
        this.n = VectorFields.n(word);
        this.m = VectorFields.m(word);
    }

    static Arguments of(Neon row, int word) {
        return new NeonArguments(row, word).get();
    }

    private Arguments get() {
        return switch (row) {
            // Three registers of the same length
            case VHADD -> binary(VectorOp.HADD, sign(), size());
            case VQADD -> binary(VectorOp.QADD, sign(), size());
            case VRHADD -> binary(VectorOp.RHADD, sign(), size());
            case VAND -> bitwise(VectorOp.AND);
            case VBIC -> bitwise(VectorOp.BIC);
            case VORR -> bitwise(VectorOp.ORR);
            case VORN -> bitwise(VectorOp.ORN);
            case VEOR -> bitwise(VectorOp.EOR);
            case VBSL -> bitwise(VectorOp.BSL);
            case VBIT -> bitwise(VectorOp.BIT);
            case VBIF -> bitwise(VectorOp.BIF);
            case VHSUB -> binary(VectorOp.HSUB, sign(), size());
            case VQSUB -> binary(VectorOp.QSUB, sign(), size());
            case VCGT -> binary(VectorOp.CGT, sign(), size());
            case VCGE -> binary(VectorOp.CGE, sign(), size());
            case VSHL_REG -> binary(VectorOp.SHL, sign(), size());
            case VQSHL_REG -> binary(VectorOp.QSHL, sign(), size());
            case VRSHL -> binary(VectorOp.RSHL, sign(), size());
            case VQRSHL -> binary(VectorOp.QRSHL, sign(), size());
            case VMAX -> binary(VectorOp.MAX, sign(), size());
            case VMIN -> binary(VectorOp.MIN, sign(), size());
            case VABD -> binary(VectorOp.ABD, sign(), size());
            case VABA -> binary(VectorOp.ABA, sign(), size());
            case VADD -> binary(VectorOp.ADD, INTEGER, size());
            case VSUB -> binary(VectorOp.SUB, INTEGER, size());
            case VTST -> binary(VectorOp.TST, ANY, size());
            case VCEQ -> binary(VectorOp.CEQ, INTEGER, size());
            case VMLA -> binary(VectorOp.MLA, INTEGER, size());
            case VMLS -> binary(VectorOp.MLS, INTEGER, size());
            case VMUL -> binary(VectorOp.MUL, INTEGER, size());
            case VMUL_P8 -> binary(VectorOp.MUL, POLYNOMIAL, 8);
            case VPMAX -> binary(VectorOp.PMAX, sign(), size());
            case VPMIN -> binary(VectorOp.PMIN, sign(), size());
            case VQDMULH -> binary(VectorOp.QDMULH, SIGNED, size());
            case VQRDMULH -> binary(VectorOp.QRDMULH, SIGNED, size());
            case VPADD -> binary(VectorOp.PADD, INTEGER, size());
            case VFMA -> binary(VectorOp.FMA, FLOAT, 32);
            case VFMS -> binary(VectorOp.FMS, FLOAT, 32);
            case VADD_F32 -> binary(VectorOp.ADD, FLOAT, 32);
            case VSUB_F32 -> binary(VectorOp.SUB, FLOAT, 32);
            case VPADD_F32 -> binary(VectorOp.PADD, FLOAT, 32);
            case VABD_F32 -> binary(VectorOp.ABD, FLOAT, 32);
            case VMLA_F32 -> binary(VectorOp.MLA, FLOAT, 32);
            case VMLS_F32 -> binary(VectorOp.MLS, FLOAT, 32);
            case VMUL_F32 -> binary(VectorOp.MUL, FLOAT, 32);
            case VCEQ_F32 -> binary(VectorOp.CEQ, FLOAT, 32);
            case VCGE_F32 -> binary(VectorOp.CGE, FLOAT, 32);
            case VCGT_F32 -> binary(VectorOp.CGT, FLOAT, 32);
            case VACGE -> binary(VectorOp.ACGE, FLOAT, 32);
            case VACGT -> binary(VectorOp.ACGT, FLOAT, 32);
            case VMAX_F32 -> binary(VectorOp.MAX, FLOAT, 32);
            case VMIN_F32 -> binary(VectorOp.MIN, FLOAT, 32);
            case VPMAX_F32 -> binary(VectorOp.PMAX, FLOAT, 32);
            case VPMIN_F32 -> binary(VectorOp.PMIN, FLOAT, 32);
            case VRECPS -> binary(VectorOp.RECPS, FLOAT, 32);
            case VRSQRTS -> binary(VectorOp.RSQRTS, FLOAT, 32);

            // Extract, look up, duplicate
            case VEXT -> new VectorExtract(quad, d, n, m, Fields.rs(word));
            case VTBL -> new TableLookup(false, d, n, 1 + row.field('c', word), m);
            case VTBX -> new TableLookup(true, d, n, 1 + row.field('c', word), m);
            case VDUP_8 -> new LaneDuplicate(8, quad, d, m, row.field('i', word));
            case VDUP_16 -> new LaneDuplicate(16, quad, d, m, row.field('i', word));
            case VDUP_32 -> new LaneDuplicate(32, quad, d, m, row.field('i', word));

            // Two registers
            case VREV64 -> unary(VectorUnaryOp.REV64, ANY, size());
            case VREV32 -> unary(VectorUnaryOp.REV32, ANY, size());
            case VREV16 -> unary(VectorUnaryOp.REV16, ANY, size());
            case VPADDL -> unary(VectorUnaryOp.PADDL, sign(), size());
            case VCLS -> unary(VectorUnaryOp.CLS, SIGNED, size());
            case VCLZ -> unary(VectorUnaryOp.CLZ, INTEGER, size());
            case VCNT -> unary(VectorUnaryOp.CNT, ANY, 8);
            case VMVN_REG -> unary(VectorUnaryOp.MVN, ANY, 64);
            case VPADAL -> unary(VectorUnaryOp.PADAL, sign(), size());
            case VQABS -> unary(VectorUnaryOp.QABS, SIGNED, size());
            case VQNEG -> unary(VectorUnaryOp.QNEG, SIGNED, size());
            case VCGT_ZERO -> compareZero(ZeroCompareOp.CGT, SIGNED, size());
            case VCGE_ZERO -> compareZero(ZeroCompareOp.CGE, SIGNED, size());
            case VCEQ_ZERO -> compareZero(ZeroCompareOp.CEQ, INTEGER, size());
            case VCLE_ZERO -> compareZero(ZeroCompareOp.CLE, SIGNED, size());
            case VCLT_ZERO -> compareZero(ZeroCompareOp.CLT, SIGNED, size());
            case VCGT_ZERO_F32 -> compareZero(ZeroCompareOp.CGT, FLOAT, 32);
            case VCGE_ZERO_F32 -> compareZero(ZeroCompareOp.CGE, FLOAT, 32);
            case VCEQ_ZERO_F32 -> compareZero(ZeroCompareOp.CEQ, FLOAT, 32);
            case VCLE_ZERO_F32 -> compareZero(ZeroCompareOp.CLE, FLOAT, 32);
            case VCLT_ZERO_F32 -> compareZero(ZeroCompareOp.CLT, FLOAT, 32);
            case VABS -> unary(VectorUnaryOp.ABS, SIGNED, size());
            case VNEG -> unary(VectorUnaryOp.NEG, SIGNED, size());
            case VABS_F32 -> unary(VectorUnaryOp.ABS, FLOAT, 32);
            case VNEG_F32 -> unary(VectorUnaryOp.NEG, FLOAT, 32);
            case VSWP -> unary(VectorUnaryOp.SWP, ANY, 64);
            case VTRN -> unary(VectorUnaryOp.TRN, ANY, size());
            case VUZP -> unary(VectorUnaryOp.UZP, ANY, size());
            case VZIP -> unary(VectorUnaryOp.ZIP, ANY, size());
            case VMOVN -> narrow(VectorUnaryOp.MOV, INTEGER);
            case VQMOVUN -> narrow(VectorUnaryOp.QMOVU, SIGNED);
            case VQMOVN -> narrow(VectorUnaryOp.QMOV, sign());
            case VSHLL_MAX -> shiftLong(INTEGER, size(), size());
            case VCVT_TO_HALF -> new VectorHalfConversion(true, d, m);
            case VCVT_FROM_HALF -> new VectorHalfConversion(false, d, m);
            case VRECPE -> unary(VectorUnaryOp.RECPE, is('f') ? FLOAT : UNSIGNED, 32);
            case VRSQRTE -> unary(VectorUnaryOp.RSQRTE, is('f') ? FLOAT : UNSIGNED, 32);
            case VCVT_FROM_INT -> new VectorConversion(false, !is('u'), 0, quad, d, m);
            case VCVT_TO_INT -> new VectorConversion(true, !is('u'), 0, quad, d, m);

            // Three registers of different lengths
            case VADDL -> binary(VectorOp.ADD, LONG, sign(), size());
            case VADDW -> binary(VectorOp.ADD, WIDE, sign(), size());
            case VSUBL -> binary(VectorOp.SUB, LONG, sign(), size());
            case VSUBW -> binary(VectorOp.SUB, WIDE, sign(), size());
            case VADDHN -> binary(VectorOp.ADDH, NARROW, INTEGER, 2 * size());
            case VRADDHN -> binary(VectorOp.RADDH, NARROW, INTEGER, 2 * size());
            case VABAL -> binary(VectorOp.ABA, LONG, sign(), size());
            case VSUBHN -> binary(VectorOp.SUBH, NARROW, INTEGER, 2 * size());
            case VRSUBHN -> binary(VectorOp.RSUBH, NARROW, INTEGER, 2 * size());
            case VABDL -> binary(VectorOp.ABD, LONG, sign(), size());
            case VMLAL -> binary(VectorOp.MLA, LONG, sign(), size());
            case VQDMLAL -> binary(VectorOp.QDMLA, LONG, SIGNED, size());
            case VMLSL -> binary(VectorOp.MLS, LONG, sign(), size());
            case VQDMLSL -> binary(VectorOp.QDMLS, LONG, SIGNED, size());
            case VMULL -> binary(VectorOp.MUL, LONG, sign(), size());
            case VQDMULL -> binary(VectorOp.QDMUL, LONG, SIGNED, size());
            case VMULL_P8 -> binary(VectorOp.MUL, LONG, POLYNOMIAL, 8);

            // Two registers and a lane
            case VMLA_LANE -> byLane(VectorOp.MLA, SAME, INTEGER);
            case VMLA_LANE_F32 -> byLane(VectorOp.MLA, SAME, FLOAT);
            case VMLAL_LANE -> byLane(VectorOp.MLA, LONG, sign());
            case VQDMLAL_LANE -> byLane(VectorOp.QDMLA, LONG, SIGNED);
            case VMLS_LANE -> byLane(VectorOp.MLS, SAME, INTEGER);
            case VMLS_LANE_F32 -> byLane(VectorOp.MLS, SAME, FLOAT);
            case VMLSL_LANE -> byLane(VectorOp.MLS, LONG, sign());
            case VQDMLSL_LANE -> byLane(VectorOp.QDMLS, LONG, SIGNED);
            case VMUL_LANE -> byLane(VectorOp.MUL, SAME, INTEGER);
            case VMUL_LANE_F32 -> byLane(VectorOp.MUL, SAME, FLOAT);
            case VMULL_LANE -> byLane(VectorOp.MUL, LONG, sign());
            case VQDMULL_LANE -> byLane(VectorOp.QDMUL, LONG, SIGNED);
            case VQDMULH_LANE -> byLane(VectorOp.QDMULH, SAME, SIGNED);
            case VQRDMULH_LANE -> byLane(VectorOp.QRDMULH, SAME, SIGNED);

            // One register and a modified immediate
            case VMOV_I32 -> immediate(ImmediateOp.MOV, words(VectorFields.imm8ByBytes(word)));
            case VORR_I32 -> immediate(ImmediateOp.ORR, words(VectorFields.imm8ByBytes(word)));
            case VMOV_I16 -> immediate(ImmediateOp.MOV, halfwords(VectorFields.imm8ByBytes(word)));
            case VORR_I16 -> immediate(ImmediateOp.ORR, halfwords(VectorFields.imm8ByBytes(word)));
            case VMOV_ONES -> immediate(ImmediateOp.MOV, words(VectorFields.imm8ByOnes(word)));
            case VMOV_I8 -> immediate(ImmediateOp.MOV, VectorFields.imm8(word) * 0x0101_0101_0101_0101L);
            case VMOV_F32 -> immediate(ImmediateOp.MOV, words(VectorFields.expandSingle(VectorFields.imm8(word))));
            case VMVN_I32 -> immediate(ImmediateOp.MOV, ~words(VectorFields.imm8ByBytes(word)));
            case VBIC_I32 -> immediate(ImmediateOp.BIC, words(VectorFields.imm8ByBytes(word)));
            case VMVN_I16 -> immediate(ImmediateOp.MOV, ~halfwords(VectorFields.imm8ByBytes(word)));
            case VBIC_I16 -> immediate(ImmediateOp.BIC, halfwords(VectorFields.imm8ByBytes(word)));
            case VMVN_ONES -> immediate(ImmediateOp.MOV, ~words(VectorFields.imm8ByOnes(word)));
            case VMOV_I64 -> immediate(ImmediateOp.MOV, VectorFields.imm8Bytes(word));

            // Two registers and a shift
            case VSHR -> shiftRight(VectorShiftOp.SHR, sign());
            case VSRA -> shiftRight(VectorShiftOp.SRA, sign());
            case VRSHR -> shiftRight(VectorShiftOp.RSHR, sign());
            case VRSRA -> shiftRight(VectorShiftOp.RSRA, sign());
            case VSRI -> shiftRight(VectorShiftOp.SRI, ANY);
            case VSHL_IMM -> shiftLeft(VectorShiftOp.SHL, INTEGER);
            case VSLI -> shiftLeft(VectorShiftOp.SLI, ANY);
            case VQSHLU -> shiftLeft(VectorShiftOp.QSHLU, SIGNED);
            case VQSHL_IMM -> shiftLeft(VectorShiftOp.QSHL, sign());
            case VSHRN -> shiftNarrow(VectorShiftOp.SHR, INTEGER);
            case VRSHRN -> shiftNarrow(VectorShiftOp.RSHR, INTEGER);
            case VQSHRUN -> shiftNarrow(VectorShiftOp.QSHRU, SIGNED);
            case VQRSHRUN -> shiftNarrow(VectorShiftOp.QRSHRU, SIGNED);
            case VQSHRN -> shiftNarrow(VectorShiftOp.QSHR, sign());
            case VQRSHRN -> shiftNarrow(VectorShiftOp.QRSHR, sign());
            case VMOVL_8, VMOVL_16, VMOVL_32, VSHLL ->
                shiftLong(sign(), VectorFields.shiftedBits(word), VectorFields.shiftLeft(word));
            case VCVT_FROM_FIXED -> new VectorConversion(false, !is('u'), VectorFields.fraction(word), quad, d, m);
            case VCVT_TO_FIXED -> new VectorConversion(true, !is('u'), VectorFields.fraction(word), quad, d, m);

            // Loads and stores of elements and structures
            case VST1_1 -> multiple(false, 1, 1, 1);
            case VST1_2 -> multiple(false, 1, 2, 1);
            case VST1_3 -> multiple(false, 1, 3, 1);
            case VST1_4 -> multiple(false, 1, 4, 1);
            case VST2_2 -> multiple(false, 2, 1, 1);
            case VST2_2_SPACED -> multiple(false, 2, 1, 2);
            case VST2_4 -> multiple(false, 2, 2, 2);
            case VST3 -> multiple(false, 3, 1, 1);
            case VST3_SPACED -> multiple(false, 3, 1, 2);
            case VST4 -> multiple(false, 4, 1, 1);
            case VST4_SPACED -> multiple(false, 4, 1, 2);
            case VLD1_1 -> multiple(true, 1, 1, 1);
            case VLD1_2 -> multiple(true, 1, 2, 1);
            case VLD1_3 -> multiple(true, 1, 3, 1);
            case VLD1_4 -> multiple(true, 1, 4, 1);
            case VLD2_2 -> multiple(true, 2, 1, 1);
            case VLD2_2_SPACED -> multiple(true, 2, 1, 2);
            case VLD2_4 -> multiple(true, 2, 2, 2);
            case VLD3 -> multiple(true, 3, 1, 1);
            case VLD3_SPACED -> multiple(true, 3, 1, 2);
            case VLD4 -> multiple(true, 4, 1, 1);
            case VLD4_SPACED -> multiple(true, 4, 1, 2);
            case VST1_LANE_8, VST1_LANE_16, VST1_LANE_32 -> lane(false, 1);
            case VST2_LANE_8, VST2_LANE_16, VST2_LANE_32 -> lane(false, 2);
            case VST3_LANE_8, VST3_LANE_16, VST3_LANE_32 -> lane(false, 3);
            case VST4_LANE_8, VST4_LANE_16, VST4_LANE_32 -> lane(false, 4);
            case VLD1_LANE_8, VLD1_LANE_16, VLD1_LANE_32 -> lane(true, 1);
            case VLD2_LANE_8, VLD2_LANE_16, VLD2_LANE_32 -> lane(true, 2);
            case VLD3_LANE_8, VLD3_LANE_16, VLD3_LANE_32 -> lane(true, 3);
            case VLD4_LANE_8, VLD4_LANE_16, VLD4_LANE_32 -> lane(true, 4);
            case VLD1_ALL -> all(1);
            case VLD2_ALL -> all(2);
            case VLD3_ALL -> all(3);
            case VLD4_ALL -> all(4);

            case UNDEFINED_SIZE, UNDEFINED_IMMEDIATE, UNDEFINED -> Arguments.Other.INSTANCE;
        };
    }

    /** @param groups how many times a structure's registers are there */
    private ElementsTransfer multiple(boolean load, int structure, int groups, int spacing) {
        int a = row.field('a', word);
        return new ElementsTransfer(
                load, structure, groups, size(), d, spacing, a == 0 ? 1 : 4 << a, rn(word), writesBack(), offset());
    }

    private LaneTransfer lane(boolean load, int structure) {
        int bits = 8 << Fields.bits(word, 11, 10);
        int spacing = is('s') ? 2 : 1;
        int a = row.field('a', word);
        boolean either = structure == 4 && bits == 32;
        int aligned = either ? 4 << a : structure * bits / 8;
        return new LaneTransfer(
                load,
                structure,
                bits,
                d,
                spacing,
                row.field('i', word),
                a == 0 ? 1 : aligned,
                rn(word),
                writesBack(),
                offset());
    }

    /** Four elements of 32 bits may be aligned to 8 bytes, or to 16, which has a size of its own (A8.8.329). */
    private AllLanesTransfer all(int structure) {
        int z = row.field('z', word);
        int bits = Math.min(size(), 32);
        boolean twice = is('t');
        int count = structure == 1 && twice ? 2 : structure;
        int spacing = structure > 1 && twice ? 2 : 1;
        int aligned = structure == 4 && z == 2 ? 8 : structure * bits / 8;
        return new AllLanesTransfer(
                structure, bits, d, count, spacing, is('a') ? aligned : 1, rn(word), writesBack(), offset());
    }

    private static final int PC = 15;
    private static final int SP = 13;

    /** Rm is no register where it is r15, for none, or r13, for the bytes that were transferred (A7.7.1). */
    private boolean writesBack() {
        return Fields.rm(word) != PC;
    }

    private int offset() {
        int rm = Fields.rm(word);
        return rm == PC || rm == SP ? NONE : rm;
    }

    private boolean is(char letter) {
        return row.field(letter, word) != 0;
    }

    private ElementKind sign() {
        return is('u') ? UNSIGNED : SIGNED;
    }

    private int size() {
        return 8 << row.field('z', word);
    }

    private VectorBinary binary(VectorOp op, ElementKind kind, int bits) {
        return binary(op, SAME, kind, bits);
    }

    private VectorBinary binary(VectorOp op, Shape shape, ElementKind kind, int bits) {
        return new VectorBinary(op, shape, kind, bits, quad, d, n, m);
    }

    private VectorBinary bitwise(VectorOp op) {
        return binary(op, ANY, 64);
    }

    private VectorUnary unary(VectorUnaryOp op, ElementKind kind, int bits) {
        return new VectorUnary(op, SAME, kind, bits, quad, d, m);
    }

    private VectorUnary narrow(VectorUnaryOp op, ElementKind kind) {
        return new VectorUnary(op, NARROW, kind, 2 * size(), false, d, m);
    }

    private VectorCompareZero compareZero(ZeroCompareOp op, ElementKind kind, int bits) {
        return new VectorCompareZero(op, kind, bits, quad, d, m);
    }

    private VectorByLane byLane(VectorOp op, Shape shape, ElementKind kind) {
        int bits = kind == FLOAT ? 32 : size();
        return new VectorByLane(
                op, shape, kind, bits, quad, d, n, VectorFields.laneRegister(word), VectorFields.lane(word));
    }

    private VectorImmediate immediate(ImmediateOp op, long value) {
        return new VectorImmediate(op, quad, d, value);
    }

    private static long words(int value) {
        return (value & 0xffff_ffffL) * 0x0000_0001_0000_0001L;
    }

    private static long halfwords(int value) {
        return value * 0x0001_0001_0001_0001L;
    }

    private VectorShift shiftRight(VectorShiftOp op, ElementKind kind) {
        int bits = VectorFields.shiftedBits(word);
        return new VectorShift(op, SAME, kind, bits, quad, d, m, VectorFields.shiftRight(word));
    }

    private VectorShift shiftLeft(VectorShiftOp op, ElementKind kind) {
        int bits = VectorFields.shiftedBits(word);
        return new VectorShift(op, SAME, kind, bits, quad, d, m, VectorFields.shiftLeft(word));
    }

    private VectorShift shiftNarrow(VectorShiftOp op, ElementKind kind) {
        int bits = 2 * VectorFields.shiftedBits(word);
        return new VectorShift(op, NARROW, kind, bits, false, d, m, VectorFields.shiftRight(word));
    }

    private VectorShift shiftLong(ElementKind kind, int bits, int amount) {
        return new VectorShift(VectorShiftOp.SHL, LONG, kind, bits, false, d, m, amount);
    }
}
