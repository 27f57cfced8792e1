package swivel.cpu.lift;

import static swivel.arm.Fields.*;

import swivel.arm.A32;
import swivel.cpu.UserState;
import swivel.cpu.ir.MicroCode;
import swivel.cpu.ir.MicroOp;

/** Lifts data processing, wide moves and their second operands (ARM DDI 0406C, A5.2.1 to A5.2.4, A8.4). */
final class DataProcessing {
    private static final int LSL = 0;
    private static final int LSR = 1;
    private static final int ASR = 2;
    private static final int ROR = 3;

    private final MicroCode out;

    /** The second operand: a slot, or a constant. */
    private int slot;

    private int constant;
    private boolean isConstant;

    DataProcessing(MicroCode out) {
        this.out = out;
    }

    /** Lifts an instruction of this class; false if it is of another. */
    boolean lift(A32 row, int word, int pc) {
        switch (row) {
            case MOVW -> out.emit(MicroOp.MOVI, rd(word), 0, 0, imm16(word));
            case MOVT -> {
                out.emit(MicroOp.ANDI, rd(word), rd(word), 0, 0xffff);
                out.emit(MicroOp.ORRI, rd(word), rd(word), 0, imm16(word) << 16);
            }
            case AND_IMM,
                    AND_REG,
                    AND_RSR,
                    EOR_IMM,
                    EOR_REG,
                    EOR_RSR,
                    ORR_IMM,
                    ORR_REG,
                    ORR_RSR,
                    BIC_IMM,
                    BIC_REG,
                    BIC_RSR -> logical(word, pc);
            case TST_IMM, TST_REG, TST_RSR, TEQ_IMM, TEQ_REG, TEQ_RSR -> logical(word, pc);
            case MOV_IMM, MOV_REG, MOV_RSR, MVN_IMM, MVN_REG, MVN_RSR -> move(word, pc);
            case SUB_IMM, SUB_REG, SUB_RSR, RSB_IMM, RSB_REG, RSB_RSR, ADD_IMM, ADD_REG, ADD_RSR ->
                arithmetic(word, pc);
            case ADC_IMM, ADC_REG, ADC_RSR, SBC_IMM, SBC_REG, SBC_RSR, RSC_IMM, RSC_REG, RSC_RSR ->
                arithmetic(word, pc);
            case CMP_IMM, CMP_REG, CMP_RSR, CMN_IMM, CMN_REG, CMN_RSR -> arithmetic(word, pc);
            default -> {
                return false;
            }
        }
        return true;
    }

    // Opcodes, bits 24:21.
    private static final int AND = 0;
    private static final int EOR = 1;
    private static final int SUB = 2;
    private static final int RSB = 3;
    private static final int ADD = 4;
    private static final int ADC = 5;
    private static final int SBC = 6;
    private static final int RSC = 7;
    private static final int TST = 8;
    private static final int TEQ = 9;
    private static final int CMP = 10;
    private static final int CMN = 11;
    private static final int ORR = 12;
    private static final int MVN = 15;

    private static int opcode(int word) {
        return bits(word, 24, 21);
    }

    private void logical(int word, int pc) {
        int opcode = opcode(word);
        boolean flags = s(word);
        operand2(word, pc, flags);
        int n = A32Lifter.operand(out, rn(word), pc);
        int d = opcode == TST || opcode == TEQ || isPc(word) ? out.temporary() : rd(word);
        boolean clear = opcode != AND && opcode != TST && opcode != EOR && opcode != TEQ && opcode != ORR;
        int op = opcode == AND || opcode == TST || clear && isConstant
                ? MicroOp.AND
                : opcode == EOR || opcode == TEQ ? MicroOp.EOR : opcode == ORR ? MicroOp.ORR : MicroOp.BIC;
        if (isConstant) {
            out.emit(op + 1, d, n, 0, clear ? ~constant : constant);
        } else {
            out.emit(op, d, n, slot);
        }
        finish(word, d, flags, opcode == TST || opcode == TEQ);
    }

    private void move(int word, int pc) {
        boolean flags = s(word);
        boolean not = opcode(word) == MVN;
        operand2(word, pc, flags);
        int d = isPc(word) ? out.temporary() : rd(word);
        if (isConstant) {
            out.emit(MicroOp.MOVI, d, 0, 0, not ? ~constant : constant);
        } else if (not || slot != d) {
            out.emit(not ? MicroOp.MVN : MicroOp.MOV, d, slot, 0);
        }
        finish(word, d, flags, false);
    }

    private static boolean isPc(int word) {
        return rd(word) == UserState.PC;
    }

    private void finish(int word, int d, boolean flags, boolean compare) {
        if (flags) {
            out.emit(MicroOp.NZ, 0, d, 0);
        }
        if (!compare && isPc(word)) {
            writePc(word, d);
        }
    }

    /** ALUWritePC: interworks as BX does (A2.3.1). MOV PC, LR is a return. */
    private void writePc(int word, int d) {
        boolean isReturn = (word & 0x0fffffff) == 0x01a0f00e;
        out.emit(MicroOp.JREG, isReturn ? MicroOp.RETURN : MicroOp.PLAIN, d, 0);
    }

    private void arithmetic(int word, int pc) {
        int opcode = opcode(word);
        boolean flags = s(word);
        boolean compare = opcode == CMP || opcode == CMN;
        operand2(word, pc, false);
        int n = A32Lifter.operand(out, rn(word), pc);
        int d = compare || isPc(word) ? out.temporary() : rd(word);
        boolean add = opcode == ADD || opcode == CMN;
        if (isConstant && (add || opcode == SUB || opcode == CMP)) {
            if (flags) {
                out.emit(add ? MicroOp.ADDSI : MicroOp.SUBSI, d, n, 0, constant);
            } else {
                out.emit(MicroOp.ADDI, d, n, 0, add ? constant : -constant);
            }
        } else if (isConstant && opcode == RSB && !flags) {
            out.emit(MicroOp.RSBI, d, n, 0, constant);
        } else {
            int m = slot();
            boolean reverse = opcode == RSB || opcode == RSC;
            out.emit(operation(opcode, flags), d, reverse ? m : n, reverse ? n : m);
        }
        if (!compare && isPc(word)) {
            writePc(word, d);
        }
    }

    private static int operation(int opcode, boolean flags) {
        return switch (opcode) {
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
    private void operand2(int word, int pc, boolean carry) {
        if (bit(word, 25)) {
            constant(modifiedImmediate(word));
            if (carry && (word & 0xf00) != 0) {
                out.emit(MicroOp.CSET, 0, 0, 0, constant >>> 31);
            }
        } else if (bit(word, 4)) {
            shiftByRegister(word, pc, carry);
        } else {
            slot = shiftByImmediate(out, word, pc);
            isConstant = false;
            if (carry) {
                carryOfImmediateShift(word, pc);
            }
        }
    }

    private void constant(int value) {
        constant = value;
        isConstant = true;
    }

    private void shiftByRegister(int word, int pc, boolean carry) {
        int m = A32Lifter.operand(out, rm(word), pc);
        int s = A32Lifter.operand(out, rs(word), pc);
        int type = bits(word, 6, 5);
        slot = out.temporary();
        isConstant = false;
        out.emit(MicroOp.LSL + type, slot, m, s);
        if (carry) {
            out.emit(MicroOp.CLSL + type, 0, m, s);
        }
    }

    /** The slot of Rm shifted by an immediate (A8.4.1): Rm itself where the shift is none. */
    static int shiftByImmediate(MicroCode out, int word, int pc) {
        int m = A32Lifter.operand(out, rm(word), pc);
        int amount = bits(word, 11, 7);
        int type = bits(word, 6, 5);
        if (type == LSL && amount == 0) {
            return m;
        }
        int t = out.temporary();
        switch (type) {
            case LSL -> out.emit(MicroOp.LSLI, t, m, 0, amount);
            case LSR -> {
                if (amount == 0) {
                    out.emit(MicroOp.MOVI, t, 0, 0, 0);
                } else {
                    out.emit(MicroOp.LSRI, t, m, 0, amount);
                }
            }
            case ASR -> out.emit(MicroOp.ASRI, t, m, 0, amount == 0 ? 31 : amount);
            default -> {
                if (amount == 0) {
                    out.emit(MicroOp.RRX, t, m, 0);
                } else {
                    out.emit(MicroOp.RORI, t, m, 0, amount);
                }
            }
        }
        return t;
    }

    /** C = the last bit shifted out of Rm; the same for LSR, ASR and ROR, whose amount 0 means 32, 32 and RRX. */
    private void carryOfImmediateShift(int word, int pc) {
        int amount = bits(word, 11, 7);
        int type = bits(word, 6, 5);
        if (type == LSL && amount == 0) {
            return;
        }
        int bit = type == LSL ? 32 - amount : amount != 0 ? amount - 1 : type == ROR ? 0 : 31;
        out.emit(MicroOp.CBIT, 0, A32Lifter.operand(out, rm(word), pc), 0, bit);
    }
}
