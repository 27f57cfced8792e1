package swivel.cpu.lift;

import swivel.arm.Arguments.Alu;
import swivel.arm.Arguments.AluOp;
import swivel.arm.Arguments.MoveTop;
import swivel.arm.Operand2;
import swivel.arm.Operand2.Immediate;
import swivel.arm.Operand2.RegisterShifted;
import swivel.arm.Operand2.Shifted;
import swivel.cpu.UserState;
import swivel.cpu.ir.MicroCode;
import swivel.cpu.ir.MicroOp;

/** Lifts data processing and its second operands (ARM DDI 0406C, A5.2.1 to A5.2.4, A8.4). */
final class DataProcessing {
    private final MicroCode out;

    /** The second operand: a slot, or a constant. */
    private int slot;

    private int constant;
    private boolean isConstant;

    DataProcessing(MicroCode out) {
        this.out = out;
    }

    void lift(MoveTop move) {
        out.emit(MicroOp.ANDI, move.rd(), move.rd(), 0, 0xffff);
        out.emit(MicroOp.ORRI, move.rd(), move.rd(), 0, move.value() << 16);
    }

    /** Lifts an instruction; false if user mode does not define it. */
    boolean lift(Alu alu) {
        if (isExceptionReturn(alu)) {
            return false;
        }
        switch (alu.op()) {
            case AND, EOR, TST, TEQ, ORR, BIC, ORN -> logical(alu);
            case MOV, MVN -> move(alu);
            case SUB, RSB, ADD, ADC, SBC, RSC, CMP, CMN -> arithmetic(alu);
        }
        if (alu.rd() == UserState.PC) {
            writePc(alu);
        }
        return true;
    }

    /**
     * Flags and the PC; where a register says how far to shift that is UNPREDICTABLE, and a jump that sets flags, as on
     * QEMU.
     */
    private static boolean isExceptionReturn(Alu alu) {
        return alu.flags() && alu.rd() == UserState.PC && !(alu.operand2() instanceof RegisterShifted);
    }

    /**
     * Where the result is computed: a temporary that {@link #lift} drops for a compare, and jumps to if it is the PC.
     */
    private int destination;

    private int destination(Alu alu) {
        boolean hasRegister = !alu.op().isCompare() && alu.rd() != UserState.PC;
        destination = hasRegister ? alu.rd() : out.temporary();
        return destination;
    }

    private void logical(Alu alu) {
        operand2(alu.operand2(), alu.flags());
        int n = out.operand(alu.rn());
        boolean inverts = alu.op() == AluOp.BIC || alu.op() == AluOp.ORN;
        if (alu.op() == AluOp.ORN && !isConstant) {
            int inverse = out.temporary();
            out.emit(MicroOp.MVN, inverse, slot, 0);
            slot = inverse;
        }
        int d = destination(alu);
        int op = switch (alu.op()) {
            case EOR, TEQ -> MicroOp.EOR;
            case ORR, ORN -> MicroOp.ORR;
            case BIC -> isConstant ? MicroOp.AND : MicroOp.BIC;
            default -> MicroOp.AND;
        };
        if (isConstant) {
            out.emit(op + 1, d, n, 0, inverts ? ~constant : constant);
        } else {
            out.emit(op, d, n, slot);
        }
        flags(alu);
    }

    private void move(Alu alu) {
        boolean not = alu.op() == AluOp.MVN;
        operand2(alu.operand2(), alu.flags());
        int d = destination(alu);
        if (isConstant) {
            out.emit(MicroOp.MOVI, d, 0, 0, not ? ~constant : constant);
        } else if (not || slot != d) {
            out.emit(not ? MicroOp.MVN : MicroOp.MOV, d, slot, 0);
        }
        flags(alu);
    }

    private void flags(Alu alu) {
        if (alu.flags()) {
            out.emit(MicroOp.NZ, 0, destination, 0);
        }
    }

    /** ALUWritePC: interworks as BX does, but not in T32 (A2.3.1). MOV PC, LR is a return. */
    private void writePc(Alu alu) {
        boolean isReturn = alu.op() == AluOp.MOV
                && alu.operand2() instanceof Shifted register
                && register.rm() == UserState.LR
                && register.isPlain();
        if (out.thumb()) {
            out.emit(MicroOp.ORRI, destination, destination, 0, 1);
        }
        out.emit(MicroOp.JREG, isReturn ? MicroOp.RETURN : MicroOp.PLAIN, destination, 0);
    }

    private void arithmetic(Alu alu) {
        AluOp op = alu.op();
        operand2(alu.operand2(), false);
        int n = isConstant ? out.base(alu.rn()) : out.operand(alu.rn());
        int d = destination(alu);
        boolean add = op == AluOp.ADD || op == AluOp.CMN;
        if (isConstant && (add || op == AluOp.SUB || op == AluOp.CMP)) {
            if (alu.flags()) {
                out.emit(add ? MicroOp.ADDSI : MicroOp.SUBSI, d, n, 0, constant);
            } else {
                out.emit(MicroOp.ADDI, d, n, 0, add ? constant : -constant);
            }
        } else if (isConstant && op == AluOp.RSB && !alu.flags()) {
            out.emit(MicroOp.RSBI, d, n, 0, constant);
        } else {
            int m = slot();
            boolean reverse = op == AluOp.RSB || op == AluOp.RSC;
            out.emit(operation(op, alu.flags()), d, reverse ? m : n, reverse ? n : m);
        }
    }

    private static int operation(AluOp op, boolean flags) {
        return switch (op) {
            case ADD, CMN -> flags ? MicroOp.ADDS : MicroOp.ADD;
            case ADC -> flags ? MicroOp.ADCS : MicroOp.ADC;
            case SBC, RSC -> flags ? MicroOp.SBCS : MicroOp.SBC;
            default -> flags ? MicroOp.SUBS : MicroOp.SUB;
        };
    }

    private int slot() {
        if (isConstant) {
            slot = out.temporary();
            out.emit(MicroOp.MOVI, slot, 0, 0, constant);
        }
        return slot;
    }

    /** Evaluates operand 2, and the shifter's carry if it is wanted (A5.2.4, A8.4.3). */
    private void operand2(Operand2 operand, boolean carry) {
        isConstant = false;
        if (operand instanceof Immediate number) {
            constant = number.value();
            isConstant = true;
            if (carry && number.carries()) {
                out.emit(MicroOp.CSET, 0, 0, 0, constant >>> 31);
            }
        } else if (operand instanceof Shifted shifted) {
            slot = shift(out, shifted);
            if (carry && !shifted.isPlain()) {
                carryOf(shifted);
            }
        } else {
            shiftByRegister((RegisterShifted) operand, carry);
        }
    }

    private void shiftByRegister(RegisterShifted operand, boolean carry) {
        int m = out.operand(operand.rm());
        int s = out.operand(operand.rs());
        int type = operand.shift().ordinal();
        slot = out.temporary();
        out.emit(MicroOp.LSL + type, slot, m, s);
        if (carry) {
            out.emit(MicroOp.CLSL + type, 0, m, s);
        }
    }

    /** The slot of a register shifted by a number (A8.4.1): the register itself where the shift is none. */
    static int shift(MicroCode out, Shifted operand) {
        int m = out.operand(operand.rm());
        int amount = operand.amount();
        if (operand.isPlain()) {
            return m;
        }
        int t = out.temporary();
        switch (operand.shift()) {
            case LSL -> out.emit(MicroOp.LSLI, t, m, 0, amount);
            case LSR -> {
                if (amount == 32) {
                    out.emit(MicroOp.MOVI, t, 0, 0, 0);
                } else {
                    out.emit(MicroOp.LSRI, t, m, 0, amount);
                }
            }
            case ASR -> out.emit(MicroOp.ASRI, t, m, 0, Math.min(amount, 31));
            case ROR -> out.emit(MicroOp.RORI, t, m, 0, amount);
            case RRX -> out.emit(MicroOp.RRX, t, m, 0);
        }
        return t;
    }

    /** C = the last bit shifted out of Rm. */
    private void carryOf(Shifted operand) {
        int bit = operand.shift() == Operand2.Shift.LSL ? 32 - operand.amount() : operand.amount() - 1;
        out.emit(MicroOp.CBIT, 0, out.operand(operand.rm()), 0, bit);
    }
}
