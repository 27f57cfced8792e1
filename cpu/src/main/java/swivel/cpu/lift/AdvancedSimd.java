package swivel.cpu.lift;

import static swivel.cpu.fp.Vectors.LANE;
import static swivel.cpu.fp.Vectors.LONG_PAIRS;
import static swivel.cpu.fp.Vectors.NARROW_REGISTER;
import static swivel.cpu.fp.Vectors.NUMBER;
import static swivel.cpu.fp.Vectors.PAIRS;
import static swivel.cpu.fp.Vectors.QUAD;
import static swivel.cpu.fp.Vectors.REGISTER;

import swivel.arm.NeonOperation;
import swivel.arm.NeonOperation.*;
import swivel.cpu.fp.Element;
import swivel.cpu.fp.LaneOperation;
import swivel.cpu.fp.Permutation;
import swivel.cpu.fp.Vectors;
import swivel.cpu.ir.MicroCode;
import swivel.cpu.ir.MicroOp;

/**
 * Lifts the instructions of Advanced SIMD (ARM DDI 0406C, A7.4) but loads and stores. Each that computes or moves
 * elements is one operation of {@link Vectors}; immediates are moves of words.
 */
final class AdvancedSimd {
    private final MicroCode out;
    private final FloatingPointAccess access;

    AdvancedSimd(MicroCode out, FloatingPointAccess access) {
        this.out = out;
        this.access = access;
    }

    /**
     * Lifts an instruction; false if it has no meaning.
     *
     * @param word the instruction, for who handles a trap
     */
    boolean lift(NeonOperation operation, int word) {
        if (!operation.isPredictable()) {
            return false;
        }
        access.require(operation, true, word);
        return compute(operation) || move(operation);
    }

    @SuppressWarnings("IfChainToSwitch") // a switch over types is bootstrapped at run time
    private boolean compute(NeonOperation operation) {
        if (operation instanceof VectorBinary binary) {
            compute(binary);
        } else if (operation instanceof VectorByLane lane) {
            Element f = element(lane.kind(), lane.bits());
            Element e = lane.shape() == Shape.LONG ? twice(f) : f;
            LaneOperation row = row(lane.op(), lane.kind());
            vector(row, e, f, LANE, isQuad(lane.shape(), lane.quad()), lane.lane(), lane.d(), lane.n(), lane.m());
        } else if (operation instanceof VectorShift shift) {
            compute(shift);
        } else if (operation instanceof VectorUnary unary) {
            return compute(unary);
        } else if (operation instanceof VectorCompareZero zero) {
            Element f = element(zero.kind(), zero.bits());
            LaneOperation row = row(zero.op(), zero.kind() == ElementKind.FLOAT);
            vector(row, f, f, NUMBER, zero.quad(), 0, zero.d(), zero.m(), 0);
        } else if (operation instanceof VectorConversion to) {
            Element fixed = Element.of(WORD, !to.signed());
            LaneOperation row = to.toFixed() ? LaneOperation.F_TO_FIXED : LaneOperation.FIXED_TO_F;
            Element e = to.toFixed() ? fixed : Element.U32;
            Element f = to.toFixed() ? Element.U32 : fixed;
            vector(row, e, f, NUMBER, to.quad(), to.fraction(), to.d(), to.m(), 0);
        } else if (operation instanceof VectorHalfConversion half) {
            LaneOperation row = half.toHalf() ? LaneOperation.F_TO_HALF : LaneOperation.HALF_TO_F;
            Element e = half.toHalf() ? Element.U16 : Element.U32;
            Element f = half.toHalf() ? Element.U32 : Element.U16;
            vector(row, e, f, NUMBER, true, 0, half.d(), half.m(), 0);
        } else {
            return false;
        }
        return true;
    }

    /** log2 of the bytes of a word, as {@link Element} has it. */
    private static final int WORD = 2;

    private static Element element(ElementKind kind, int bits) {
        return Element.of(Integer.numberOfTrailingZeros(bits) - 3, kind != ElementKind.SIGNED);
    }

    private static Element twice(Element f) {
        return element(f.unsigned ? ElementKind.UNSIGNED : ElementKind.SIGNED, 2 * f.bits);
    }

    private static Element half(Element f) {
        return element(f.unsigned ? ElementKind.UNSIGNED : ElementKind.SIGNED, f.bits / 2);
    }

    private static Element unsigned(Element e) {
        return element(ElementKind.UNSIGNED, e.bits);
    }

    /** Where shapes differ some register is a quadword. */
    private static boolean isQuad(Shape shape, boolean quad) {
        return quad || shape != Shape.SAME;
    }

    private void vector(
            LaneOperation row, Element e, Element f, int second, boolean quad, int parameter, int d, int a, int b) {
        out.emit(MicroOp.VECTOR, d, a, b, Vectors.code(row, e, f, second | (quad ? QUAD : 0), parameter));
    }

    /** Shifts have what is shifted in m, and how far in n. */
    private void compute(VectorBinary binary) {
        Element f = element(binary.kind(), binary.bits());
        Element e = f;
        int second = REGISTER;
        switch (binary.shape()) {
            case SAME -> {}
            case LONG -> e = twice(f);
            case WIDE -> {
                f = twice(f);
                e = f;
                second = NARROW_REGISTER;
            }
            case NARROW -> e = half(f);
        }
        int a = binary.n();
        int b = binary.m();
        switch (binary.op()) {
            case SHL, QSHL, RSHL, QRSHL -> {
                a = binary.m();
                b = binary.n();
            }
            case PADD, PMAX, PMIN -> second = PAIRS;
            default -> {}
        }
        LaneOperation row = row(binary.op(), binary.kind());
        vector(row, e, f, second, isQuad(binary.shape(), binary.quad()), 0, binary.d(), a, b);
    }

    private static LaneOperation row(VectorOp op, ElementKind kind) {
        boolean isFloat = kind == ElementKind.FLOAT;
        return switch (op) {
            case HADD -> LaneOperation.ADD_HALVING;
            case QADD -> LaneOperation.ADD_SATURATING;
            case RHADD -> LaneOperation.ADD_HALVING_ROUNDING;
            case AND -> LaneOperation.AND;
            case BIC -> LaneOperation.BIC;
            case ORR -> LaneOperation.ORR;
            case ORN -> LaneOperation.ORN;
            case EOR -> LaneOperation.EOR;
            case BSL -> LaneOperation.SELECT;
            case BIT -> LaneOperation.INSERT_IF_TRUE;
            case BIF -> LaneOperation.INSERT_IF_FALSE;
            case HSUB -> LaneOperation.SUB_HALVING;
            case QSUB -> LaneOperation.SUB_SATURATING;
            case CGT -> isFloat ? LaneOperation.F_GREATER : LaneOperation.GREATER;
            case CGE -> isFloat ? LaneOperation.F_GREATER_EQUAL : LaneOperation.GREATER_EQUAL;
            case SHL -> LaneOperation.SHIFT;
            case QSHL -> LaneOperation.SHIFT_SATURATING;
            case RSHL -> LaneOperation.SHIFT_ROUNDING;
            case QRSHL -> LaneOperation.SHIFT_SATURATING_ROUNDING;
            case MAX, PMAX -> isFloat ? LaneOperation.F_MAX : LaneOperation.MAX;
            case MIN, PMIN -> isFloat ? LaneOperation.F_MIN : LaneOperation.MIN;
            case ABD -> isFloat ? LaneOperation.F_DIFFERENCE : LaneOperation.DIFFERENCE;
            case ABA -> LaneOperation.DIFFERENCE_ACCUMULATE;
            case ADD, PADD -> isFloat ? LaneOperation.F_ADD : LaneOperation.ADD;
            case SUB -> isFloat ? LaneOperation.F_SUB : LaneOperation.SUB;
            case TST -> LaneOperation.TEST;
            case CEQ -> isFloat ? LaneOperation.F_EQUAL : LaneOperation.EQUAL;
            case MLA -> isFloat ? LaneOperation.F_MLA : LaneOperation.MLA;
            case MLS -> isFloat ? LaneOperation.F_MLS : LaneOperation.MLS;
            case MUL ->
                isFloat
                        ? LaneOperation.F_MUL
                        : kind == ElementKind.POLYNOMIAL ? LaneOperation.MUL_POLYNOMIAL : LaneOperation.MUL;
            case QDMULH -> LaneOperation.MUL_HIGH;
            case QRDMULH -> LaneOperation.MUL_HIGH_ROUNDING;
            case FMA -> LaneOperation.F_FMA;
            case FMS -> LaneOperation.F_FMS;
            case ACGE -> LaneOperation.F_MAGNITUDE_GREATER_EQUAL;
            case ACGT -> LaneOperation.F_MAGNITUDE_GREATER;
            case RECPS -> LaneOperation.F_RECIPROCAL_STEP;
            case RSQRTS -> LaneOperation.F_RECIPROCAL_ROOT_STEP;
            case ADDH -> LaneOperation.ADD_HIGH;
            case RADDH -> LaneOperation.ADD_HIGH_ROUNDING;
            case SUBH -> LaneOperation.SUB_HIGH;
            case RSUBH -> LaneOperation.SUB_HIGH_ROUNDING;
            case QDMLA -> LaneOperation.MLA_DOUBLING;
            case QDMLS -> LaneOperation.MLS_DOUBLING;
            case QDMUL -> LaneOperation.MUL_DOUBLING;
        };
    }

    private static LaneOperation row(ZeroCompareOp op, boolean isFloat) {
        return switch (op) {
            case CGT -> isFloat ? LaneOperation.F_GREATER : LaneOperation.GREATER;
            case CGE -> isFloat ? LaneOperation.F_GREATER_EQUAL : LaneOperation.GREATER_EQUAL;
            case CEQ -> isFloat ? LaneOperation.F_EQUAL : LaneOperation.EQUAL;
            case CLE -> isFloat ? LaneOperation.F_LESS_EQUAL : LaneOperation.LESS_EQUAL;
            case CLT -> isFloat ? LaneOperation.F_LESS : LaneOperation.LESS;
        };
    }

    private void compute(VectorShift shift) {
        Element f = element(shift.kind(), shift.bits());
        Element e = switch (shift.shape()) {
            case SAME, WIDE -> f;
            case LONG -> twice(f);
            case NARROW -> half(f);
        };
        int left = switch (shift.op()) {
            case SHL, SLI, QSHL, QSHLU -> shift.amount();
            default -> -shift.amount();
        };
        switch (shift.op()) {
            case QSHLU, QSHRU, QRSHRU -> e = unsigned(e);
            default -> {}
        }
        LaneOperation row = switch (shift.op()) {
            case SHL, SHR -> LaneOperation.SHIFT;
            case RSHR -> LaneOperation.SHIFT_ROUNDING;
            case SRA -> LaneOperation.SHIFT_ACCUMULATE;
            case RSRA -> LaneOperation.SHIFT_ACCUMULATE_ROUNDING;
            case SLI, SRI -> LaneOperation.SHIFT_INSERT;
            case QSHL, QSHLU, QSHR, QSHRU -> LaneOperation.SHIFT_SATURATING;
            case QRSHR, QRSHRU -> LaneOperation.SHIFT_SATURATING_ROUNDING;
        };
        vector(row, e, f, NUMBER, isQuad(shift.shape(), shift.quad()), left, shift.d(), shift.m(), 0);
    }

    private boolean compute(VectorUnary unary) {
        Element f = element(unary.kind(), unary.bits());
        Element e = f;
        int second = NUMBER;
        boolean isFloat = unary.kind() == ElementKind.FLOAT;
        LaneOperation row;
        switch (unary.op()) {
            case PADDL, PADAL -> {
                e = twice(f);
                second = LONG_PAIRS;
                row = unary.op() == VectorUnaryOp.PADDL ? LaneOperation.ADD : LaneOperation.ADD_ACCUMULATE;
            }
            case CLS -> row = LaneOperation.COUNT_SIGN;
            case CLZ -> row = LaneOperation.COUNT_ZEROS;
            case CNT -> row = LaneOperation.COUNT_BITS;
            case MVN -> row = LaneOperation.NOT;
            case QABS -> row = LaneOperation.ABSOLUTE_SATURATING;
            case QNEG -> row = LaneOperation.NEGATE_SATURATING;
            case ABS -> row = isFloat ? LaneOperation.F_ABSOLUTE : LaneOperation.ABSOLUTE;
            case NEG -> row = isFloat ? LaneOperation.F_NEGATE : LaneOperation.NEGATE;
            case RECPE -> row = isFloat ? LaneOperation.F_RECIPROCAL_ESTIMATE : LaneOperation.RECIPROCAL_ESTIMATE;
            case RSQRTE ->
                row = isFloat ? LaneOperation.F_RECIPROCAL_ROOT_ESTIMATE : LaneOperation.RECIPROCAL_ROOT_ESTIMATE;
            case MOV -> {
                e = half(f);
                row = LaneOperation.MOVE;
            }
            case QMOV -> {
                e = half(f);
                row = LaneOperation.MOVE_SATURATING;
            }
            case QMOVU -> {
                e = unsigned(half(f));
                row = LaneOperation.MOVE_SATURATING;
            }
            default -> {
                return false;
            }
        }
        vector(row, e, f, second, isQuad(unary.shape(), unary.quad()), 0, unary.d(), unary.m(), 0);
        return true;
    }

    // What moves.

    private void permute(Permutation row, int bits, boolean quad, int parameter, int d, int a, int b) {
        Element e = element(ElementKind.ANY, bits);
        out.emit(MicroOp.PERMUTE, d, a, b, Vectors.code(row, e, quad ? QUAD : 0, parameter));
    }

    @SuppressWarnings("IfChainToSwitch") // a switch over types is bootstrapped at run time
    private boolean move(NeonOperation operation) {
        if (operation instanceof VectorUnary unary) {
            move(unary);
        } else if (operation instanceof VectorExtract extract) {
            int first = extract.first();
            permute(Permutation.EXTRACT, 8, extract.quad(), first, extract.d(), extract.n(), extract.m());
        } else if (operation instanceof TableLookup table) {
            Permutation row = table.keeps() ? Permutation.LOOK_UP_KEEPING : Permutation.LOOK_UP;
            permute(row, 8, false, table.count(), table.d(), table.n(), table.m());
        } else if (operation instanceof LaneDuplicate lane) {
            permute(Permutation.DUPLICATE, lane.bits(), lane.quad(), lane.lane(), lane.d(), lane.m(), 0);
        } else if (operation instanceof VectorImmediate immediate) {
            move(immediate);
        } else {
            return false;
        }
        return true;
    }

    private void move(VectorUnary unary) {
        Permutation row = switch (unary.op()) {
            case REV64, REV32, REV16 -> Permutation.REVERSE;
            case TRN -> Permutation.TRANSPOSE;
            case UZP -> Permutation.UNZIP;
            case ZIP -> Permutation.ZIP;
            default -> Permutation.SWAP;
        };
        int group = switch (unary.op()) {
            case REV64 -> 64;
            case REV32 -> 32;
            case REV16 -> 16;
            default -> 0;
        };
        permute(row, unary.bits(), unary.quad(), group, unary.d(), unary.m(), 0);
    }

    private void move(VectorImmediate immediate) {
        int first = 2 * immediate.d();
        int count = immediate.quad() ? 4 : 2;
        int low = (int) immediate.value();
        int high = (int) (immediate.value() >>> 32);
        if (immediate.op() == ImmediateOp.MOV && low == high) {
            int t = out.temporary();
            out.emit(MicroOp.MOVI, t, 0, 0, low);
            out.emit(MicroOp.FILL, 0, t, 0, first | count << 8);
            out.release(t);
            return;
        }
        for (int i = 0; i < count; i++) {
            int value = (i & 1) == 0 ? low : high;
            int t = out.temporary();
            if (immediate.op() == ImmediateOp.MOV) {
                out.emit(MicroOp.MOVI, t, 0, 0, value);
            } else {
                out.emit(MicroOp.FGET, t, 0, 0, first + i);
                boolean sets = immediate.op() == ImmediateOp.ORR;
                out.emit(sets ? MicroOp.ORRI : MicroOp.ANDI, t, t, 0, sets ? value : ~value);
            }
            out.emit(MicroOp.FSET, 0, t, 0, first + i);
            out.release(t);
        }
    }
}
