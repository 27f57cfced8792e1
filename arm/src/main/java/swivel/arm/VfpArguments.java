package swivel.arm;

import static swivel.arm.Arguments.NONE;
import static swivel.arm.Fields.bit;
import static swivel.arm.Fields.bits;
import static swivel.arm.Fields.rd;
import static swivel.arm.Fields.rn;
import static swivel.arm.VectorFields.isDouble;

import swivel.arm.VfpOperation.*;

/** Fills the records of {@link VfpOperation} from words of coprocessors 10 and 11. */
final class VfpArguments {
    private final Vfp row;
    private final int word;
    private final FloatType type;

    private VfpArguments(Vfp row, int word) {
        this.row = row;
        this.word = word;
        this.type = isDouble(word) ? FloatType.DOUBLE : FloatType.SINGLE;
    }

    static Arguments of(Vfp row, int word) {
        return new VfpArguments(row, word).get();
    }

    private Arguments get() {
        return switch (row) {
            case VMLA -> arithmetic(FloatOp.MLA);
            case VMLS -> arithmetic(FloatOp.MLS);
            case VNMLS -> arithmetic(FloatOp.NMLS);
            case VNMLA -> arithmetic(FloatOp.NMLA);
            case VMUL -> arithmetic(FloatOp.MUL);
            case VNMUL -> arithmetic(FloatOp.NMUL);
            case VADD -> arithmetic(FloatOp.ADD);
            case VSUB -> arithmetic(FloatOp.SUB);
            case VDIV -> arithmetic(FloatOp.DIV);
            case VFNMS -> arithmetic(FloatOp.FNMS);
            case VFNMA -> arithmetic(FloatOp.FNMA);
            case VFMA -> arithmetic(FloatOp.FMA);
            case VFMS -> arithmetic(FloatOp.FMS);
            case VMOV_IMM -> new FloatImmediate(type, d(), immediate());
            case VMOV_REG -> new FloatUnary(FloatUnaryOp.MOV, type, d(), m());
            case VABS -> new FloatUnary(FloatUnaryOp.ABS, type, d(), m());
            case VNEG -> new FloatUnary(FloatUnaryOp.NEG, type, d(), m());
            case VSQRT -> new FloatUnary(FloatUnaryOp.SQRT, type, d(), m());
            case VCMP_REG -> new FloatCompare(type, is('E'), d(), m());
            case VCMP_ZERO -> new FloatCompare(type, is('E'), d(), NONE);

            case VCVT_FROM_HALF -> new HalfConversion(false, is('T'), singleD(), singleM());
            case VCVT_TO_HALF -> new HalfConversion(true, is('T'), singleD(), singleM());
            case VCVT_TO_SINGLE -> new FloatConversion(FloatType.DOUBLE, FloatType.SINGLE, singleD(), m());
            case VCVT_TO_DOUBLE ->
                new FloatConversion(FloatType.SINGLE, FloatType.DOUBLE, VectorFields.d(word), singleM());
            case VCVT_FROM_INT -> new FromInteger(type, is('s'), d(), singleM());
            case VCVT_TO_INT -> new ToInteger(type, is('s'), is('r') ? Rounding.ZERO : Rounding.FPSCR, singleD(), m());
            case VCVT_FROM_FIXED -> fixed(false);
            case VCVT_TO_FIXED -> fixed(true);

            case VMOV_TO_SINGLES, VMOV_TO_DOUBLE -> new PairMove(false, type, m(), rd(word), rn(word));
            case VMOV_FROM_SINGLES, VMOV_FROM_DOUBLE -> new PairMove(true, type, m(), rd(word), rn(word));
            case VSTR -> new FloatTransfer(false, type, d(), address());
            case VLDR -> new FloatTransfer(true, type, d(), address());
            case FSTMIAX, VSTMIA -> block(false, BlockMode.IA, is('W'));
            case FLDMIAX, VLDMIA -> block(true, BlockMode.IA, is('W'));
            case FSTMDBX, VSTMDB, VPUSH -> block(false, BlockMode.DB, true);
            case FLDMDBX, VLDMDB -> block(true, BlockMode.DB, true);
            case VPOP -> block(true, BlockMode.IA, true);

            case VMOV_TO_SINGLE -> new SingleMove(false, VectorFields.singleN(word), rd(word));
            case VMOV_FROM_SINGLE -> new SingleMove(true, VectorFields.singleN(word), rd(word));
            case VMSR -> new VfpStatusMove(false, row.field('r', word), rd(word));
            case VMRS -> new VfpStatusMove(true, row.field('r', word), rd(word));
            case VMOV_TO_LANE_8 -> lane(false, 8, false);
            case VMOV_TO_LANE_16 -> lane(false, 16, false);
            case VMOV_TO_LANE_32 -> lane(false, 32, false);
            case VMOV_FROM_LANE_8 -> lane(true, 8, !is('u'));
            case VMOV_FROM_LANE_16 -> lane(true, 16, !is('u'));
            case VMOV_FROM_LANE_32 -> lane(true, 32, false);
            case VDUP_8 -> new CoreDuplicate(8, false, VectorFields.n(word), rd(word));
            case VDUP_8_QUAD -> new CoreDuplicate(8, true, VectorFields.n(word), rd(word));
            case VDUP_16 -> new CoreDuplicate(16, false, VectorFields.n(word), rd(word));
            case VDUP_16_QUAD -> new CoreDuplicate(16, true, VectorFields.n(word), rd(word));
            case VDUP_32 -> new CoreDuplicate(32, false, VectorFields.n(word), rd(word));
            case VDUP_32_QUAD -> new CoreDuplicate(32, true, VectorFields.n(word), rd(word));
            case UNDEFINED -> Arguments.Other.INSTANCE;
        };
    }

    private FloatArithmetic arithmetic(FloatOp op) {
        int n = isDouble(word) ? VectorFields.n(word) : VectorFields.singleN(word);
        return new FloatArithmetic(op, type, d(), n, m());
    }

    private long immediate() {
        int imm8 = row.field('i', word);
        return isDouble(word) ? VectorFields.expandDouble(imm8) : VectorFields.expandSingle(imm8) & 0xffff_ffffL;
    }

    private FixedConversion fixed(boolean toFixed) {
        int bits = is('x') ? 32 : 16;
        return new FixedConversion(type, toFixed, !is('u'), bits, fraction(word), d());
    }

    /** Of the bits of a fixed-point number, imm4:i are in front of the point (A8.8.307). */
    static int fraction(int word) {
        return (bit(word, 7) ? 32 : 16) - (bits(word, 3, 0) << 1 | bits(word, 5, 5));
    }

    private Address address() {
        return Address.of(rn(word), 4 * (word & 0xff), true, Fields.u(word), false);
    }

    private FloatBlockTransfer block(boolean load, BlockMode mode, boolean writesBack) {
        int words = word & 0xff;
        int count = isDouble(word) ? words / 2 : words;
        boolean extraWord = isDouble(word) && (words & 1) != 0;
        return new FloatBlockTransfer(load, type, d(), count, rn(word), mode, writesBack, extraWord);
    }

    private LaneMove lane(boolean toCore, int bits, boolean signed) {
        return new LaneMove(toCore, bits, signed, VectorFields.n(word), row.field('i', word), rd(word));
    }

    private boolean is(char letter) {
        return row.field(letter, word) != 0;
    }

    private int d() {
        return isDouble(word) ? VectorFields.d(word) : singleD();
    }

    private int m() {
        return isDouble(word) ? VectorFields.m(word) : singleM();
    }

    private int singleD() {
        return VectorFields.singleD(word);
    }

    private int singleM() {
        return VectorFields.singleM(word);
    }
}
