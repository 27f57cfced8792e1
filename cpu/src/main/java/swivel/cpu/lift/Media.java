package swivel.cpu.lift;

import static swivel.arm.Arguments.NONE;

import swivel.arm.Arguments;
import swivel.arm.Arguments.Extend;
import swivel.arm.Arguments.Extract;
import swivel.arm.Arguments.Insert;
import swivel.arm.Arguments.Multiply;
import swivel.arm.Arguments.MultiplyLong;
import swivel.arm.Arguments.Pack;
import swivel.arm.Arguments.Parallel;
import swivel.arm.Arguments.Plain;
import swivel.arm.Arguments.Saturate;
import swivel.cpu.ir.Helpers;
import swivel.cpu.ir.MicroCode;
import swivel.cpu.ir.MicroOp;

/** Lifts multiplies, divides, media and bit-field instructions (ARM DDI 0406C, A5.2.5 to A5.2.7, A5.4). */
final class Media {
    private final MicroCode out;

    Media(MicroCode out) {
        this.out = out;
    }

    /** Lifts an instruction of this class; false if it is of another, or UNPREDICTABLE. */
    @SuppressWarnings("IfChainToSwitch") // a switch over types is bootstrapped at run time
    boolean lift(Arguments arguments) {
        if (arguments instanceof Multiply multiply) {
            lift(multiply);
        } else if (arguments instanceof MultiplyLong multiply) {
            lift(multiply);
        } else if (arguments instanceof Extend extend) {
            lift(extend);
        } else if (arguments instanceof Plain plain) {
            lift(plain);
        } else if (arguments instanceof Extract extract) {
            return lift(extract);
        } else if (arguments instanceof Insert insert) {
            return lift(insert);
        } else if (arguments instanceof Parallel parallel) {
            lift(parallel);
        } else if (arguments instanceof Saturate saturate) {
            lift(saturate);
        } else if (arguments instanceof Pack pack) {
            lift(pack);
        } else {
            return false;
        }
        return true;
    }

    private void helper(int id, int parameter, int d, int a, int b) {
        out.emit(MicroOp.HELPER, d, a, b, id | parameter << 8);
    }

    private void lift(Multiply of) {
        switch (of.op()) {
            case MLA -> {
                int product = product(of);
                out.emit(MicroOp.MUL, product, of.rn(), of.rm());
                add(MicroOp.ADD, product, of);
                if (of.flags()) {
                    out.emit(MicroOp.NZ, 0, of.rd(), 0);
                }
            }
            case SMLA_XY -> {
                int product = product(of);
                int n = half(of.rn(), of.x());
                out.emit(MicroOp.MUL, product, n, half(of.rm(), of.y()));
                add(MicroOp.ADDQ, product, of);
            }
            case SMLAW_Y -> {
                int product = product(of);
                out.emit(MicroOp.MULW, product, of.rn(), half(of.rm(), of.y()));
                add(MicroOp.ADDQ, product, of);
            }
            case SMLAD -> helper(Helpers.SMLAD, register(of.ra()), of.rd(), of.rn(), exchanged(of.rm(), of.x()));
            case SMLSD -> helper(Helpers.SMLSD, register(of.ra()), of.rd(), of.rn(), exchanged(of.rm(), of.x()));
            case SMMLA -> helper(Helpers.SMMLA, rounding(of), of.rd(), of.rn(), of.rm());
            case SMMLS -> helper(Helpers.SMMLS, rounding(of), of.rd(), of.rn(), of.rm());
            case USADA8 -> {
                int sum = product(of);
                helper(Helpers.USAD8, 0, sum, of.rn(), of.rm());
                add(MicroOp.ADD, sum, of);
            }
        }
    }

    /** Where a product goes: what is to be added to Ra into a temporary. */
    private int product(Multiply of) {
        return of.ra() == NONE ? of.rd() : out.temporary();
    }

    /** Adds Ra, if there is one, by an operation. */
    private void add(int op, int product, Multiply of) {
        if (of.ra() != NONE) {
            out.emit(op, of.rd(), product, of.ra());
        }
    }

    private static int register(int ra) {
        return ra == NONE ? Helpers.NO_REGISTER : ra;
    }

    private static int rounding(Multiply of) {
        return register(of.ra()) | (of.x() ? 0x100 : 0);
    }

    private int half(int register, boolean top) {
        int t = out.temporary();
        out.emit(MicroOp.SBFX, t, register, 0, (top ? 16 : 0) | 16 << 8);
        return t;
    }

    /** A register, with its halfwords exchanged if that is asked for. */
    private int exchanged(int register, boolean asked) {
        if (!asked) {
            return register;
        }
        int t = out.temporary();
        out.emit(MicroOp.RORI, t, register, 0, 16);
        return t;
    }

    private void lift(MultiplyLong of) {
        switch (of.op()) {
            case UMULL -> multiplyLong(MicroOp.UMULL, of);
            case SMULL -> multiplyLong(MicroOp.SMULL, of);
            case UMLAL -> multiplyLong(MicroOp.UMLAL, of);
            case SMLAL -> multiplyLong(MicroOp.SMLAL, of);
            case UMAAL -> multiplyLong(MicroOp.UMAAL, of);
            case SMLAL_XY -> {
                int n = half(of.rn(), of.x());
                out.emit(MicroOp.SMLAL, of.low(), n, half(of.rm(), of.y()), of.high());
            }
            case SMLALD -> helper64(Helpers.SMLALD, of);
            case SMLSLD -> helper64(Helpers.SMLSLD, of);
        }
    }

    private void multiplyLong(int op, MultiplyLong of) {
        out.emit(op, of.low(), of.rn(), of.rm(), of.high());
        if (of.flags()) {
            out.emit(MicroOp.NZ64, 0, of.low(), of.high());
        }
    }

    private void helper64(int id, MultiplyLong of) {
        out.emit(MicroOp.HELPER64, of.low(), of.rn(), exchanged(of.rm(), of.x()), id | of.high() << 8);
    }

    private void lift(Parallel of) {
        int what = Helpers.parallel(of.kind().encoding(), of.op().encoding());
        if (Helpers.isPlain(what)) {
            out.emit(MicroOp.PARALLEL, of.rd(), of.rn(), of.rm(), what);
        } else {
            helper(Helpers.PARALLEL, what, of.rd(), of.rn(), of.rm());
        }
    }

    private void lift(Plain of) {
        switch (of.op()) {
            case MLS -> {
                int t = out.temporary();
                out.emit(MicroOp.MUL, t, of.rn(), of.rm());
                out.emit(MicroOp.SUB, of.rd(), of.ra(), t);
            }
            case SDIV -> out.emit(MicroOp.SDIV, of.rd(), of.rn(), of.rm());
            case UDIV -> out.emit(MicroOp.UDIV, of.rd(), of.rn(), of.rm());
            case QADD -> helper(Helpers.QADD, 0, of.rd(), of.rm(), of.rn());
            case QSUB -> helper(Helpers.QADD, 1, of.rd(), of.rm(), of.rn());
            case QDADD -> helper(Helpers.QADD, 2, of.rd(), of.rm(), of.rn());
            case QDSUB -> helper(Helpers.QADD, 3, of.rd(), of.rm(), of.rn());
            case SEL -> out.emit(MicroOp.SEL, of.rd(), of.rn(), of.rm());
            case CLZ -> out.emit(MicroOp.CLZ, of.rd(), of.rm(), 0);
            case RBIT -> out.emit(MicroOp.RBIT, of.rd(), of.rm(), 0);
            case REV -> out.emit(MicroOp.REV, of.rd(), of.rm(), 0);
            case REV16 -> {
                out.emit(MicroOp.REV, of.rd(), of.rm(), 0);
                out.emit(MicroOp.RORI, of.rd(), of.rd(), 0, 16);
            }
            case REVSH -> {
                out.emit(MicroOp.REV, of.rd(), of.rm(), 0);
                out.emit(MicroOp.ASRI, of.rd(), of.rd(), 0, 16);
            }
            default -> throw new IllegalArgumentException(of.op() + " has no case here");
        }
    }

    private void lift(Saturate of) {
        int id =
                of.halves() ? of.signed() ? Helpers.SSAT16 : Helpers.USAT16 : of.signed() ? Helpers.SSAT : Helpers.USAT;
        int value = of.halves() ? of.operand().rm() : DataProcessing.shift(out, of.operand());
        helper(id, of.bits(), of.rd(), value, 0);
    }

    private void lift(Pack of) {
        int shifted = DataProcessing.shift(out, of.operand());
        int t = out.temporary();
        out.emit(MicroOp.MOV, t, of.topBottom() ? of.rn() : shifted, 0);
        out.emit(MicroOp.BFI, t, of.topBottom() ? shifted : of.rn(), 0, 16 << 8);
        out.emit(MicroOp.MOV, of.rd(), t, 0);
    }

    private int rotated(Extend of) {
        if (of.rotation() == 0) {
            return of.rm();
        }
        int t = out.temporary();
        out.emit(MicroOp.RORI, t, of.rm(), 0, of.rotation());
        return t;
    }

    private void lift(Extend of) {
        int from = rotated(of);
        int n = of.rn();
        if (of.pair()) {
            if (n == NONE) {
                n = out.temporary();
                out.emit(MicroOp.MOVI, n, 0, 0, 0);
            }
            helper(of.signed() ? Helpers.SXTAB16 : Helpers.UXTAB16, 0, of.rd(), n, from);
            return;
        }
        int op = of.signed() ? MicroOp.SBFX : MicroOp.UBFX;
        int d = n == NONE ? of.rd() : out.temporary();
        out.emit(op, d, from, 0, of.bits() << 8);
        if (n != NONE) {
            out.emit(MicroOp.ADD, of.rd(), n, d);
        }
    }

    private boolean lift(Extract of) {
        if (of.isPredictable()) {
            out.emit(of.signed() ? MicroOp.SBFX : MicroOp.UBFX, of.rd(), of.rn(), 0, of.lsb() | of.width() << 8);
        }
        return of.isPredictable();
    }

    private boolean lift(Insert of) {
        if (!of.isPredictable()) {
            return false;
        }
        if (of.rn() != NONE) {
            out.emit(MicroOp.BFI, of.rd(), of.rn(), 0, of.lsb() | of.width() << 8);
        } else {
            out.emit(MicroOp.ANDI, of.rd(), of.rd(), 0, ~(-1 >>> (32 - of.width()) << of.lsb()));
        }
        return true;
    }
}
