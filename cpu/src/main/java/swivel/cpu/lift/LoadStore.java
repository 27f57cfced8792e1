package swivel.cpu.lift;

import static swivel.arm.Fields.*;

import swivel.arm.A32;
import swivel.cpu.UserState;
import swivel.cpu.ir.MicroCode;
import swivel.cpu.ir.MicroOp;

/**
 * Lifts loads and stores (ARM DDI 0406C, A5.2.8 to A5.2.10, A5.3, A5.5). An access comes before every register write
 * of its instruction that a repetition would notice, so that an abort leaves the instruction undone.
 */
final class LoadStore {
    private final MicroCode out;
    private boolean bigEndian;
    /** Added to the operation of an access: {@link MicroOp#UNPRIVILEGED} or nothing. */
    private int rights;

    LoadStore(MicroCode out) {
        this.out = out;
    }

    /** CPSR.E of the code that is lifted. */
    void setBigEndian(boolean bigEndian) {
        this.bigEndian = bigEndian;
    }

    /** Lifts an instruction of this class; false if it is of another, or of none. */
    boolean lift(A32 row, int word, int pc) {
        return switch (row) {
            case LDR_IMM, LDR_REG, LDRT_IMM, LDRT_REG -> load(MicroOp.LD32, word, pc);
            case LDRB_IMM, LDRB_REG, LDRBT_IMM, LDRBT_REG -> load(MicroOp.LD8U, word, pc);
            case LDRH_IMM, LDRH_REG, LDRHT_IMM, LDRHT_REG -> load(MicroOp.LD16U, word, pc);
            case LDRSB_IMM, LDRSB_REG, LDRSBT_IMM, LDRSBT_REG -> load(MicroOp.LD8S, word, pc);
            case LDRSH_IMM, LDRSH_REG, LDRSHT_IMM, LDRSHT_REG -> load(MicroOp.LD16S, word, pc);
            case STR_IMM, STR_REG, STRT_IMM, STRT_REG -> store(MicroOp.ST32, word, pc);
            case STRB_IMM, STRB_REG, STRBT_IMM, STRBT_REG -> store(MicroOp.ST8, word, pc);
            case STRH_IMM, STRH_REG, STRHT_IMM, STRHT_REG -> store(MicroOp.ST16, word, pc);
            case LDRD_IMM, LDRD_REG -> loadDouble(word, pc);
            case STRD_IMM, STRD_REG -> storeDouble(word, pc);
            case LDM -> loadMultiple(word);
            case STM -> storeMultiple(word, pc);
            case LDREX -> loadExclusive(4, word);
            case LDREXB -> loadExclusive(1, word);
            case LDREXH -> loadExclusive(2, word);
            case LDREXD -> loadExclusive(8, word);
            case STREX -> storeExclusive(4, word);
            case STREXB -> storeExclusive(1, word);
            case STREXH -> storeExclusive(2, word);
            case STREXD -> storeExclusive(8, word);
            case SWP -> swap(word, pc);
            default -> false;
        };
    }

    // The address of the access that is lifted: slot plus displacement; what writeback puts into the base: slot plus
    // amount.
    private int address;
    private int displacement;
    private boolean writesBack;
    private int newBase;
    private int newBaseDisplacement;

    private static boolean isExtra(int word) {
        return bits(word, 27, 25) == 0;
    }

    /** Lifts an instruction of the LDRT family with user permissions; false if it has no meaning. */
    boolean liftUnprivileged(A32 row, int word, int pc) {
        rights = MicroOp.UNPRIVILEGED;
        boolean lifted = rd(word) != UserState.PC && lift(row, word, pc);
        rights = 0;
        return lifted;
    }

    /** Evaluates addressing modes 2 and 3 (A8.4, A8.5). */
    private void address(int word, int pc) {
        boolean preIndexed = p(word);
        writesBack = !preIndexed || w(word);
        boolean extra = isExtra(word);
        boolean immediate = extra ? bit(word, 22) : !bit(word, 25);
        int base = A32Lifter.operand(out, rn(word), pc);
        if (immediate) {
            int magnitude = extra ? imm4imm4(word) : word & 0xfff;
            int offset = u(word) ? magnitude : -magnitude;
            address = base;
            displacement = preIndexed ? offset : 0;
            newBase = base;
            newBaseDisplacement = offset;
            return;
        }
        int offset = extra ? A32Lifter.operand(out, rm(word), pc) : DataProcessing.shiftByImmediate(out, word, pc);
        int sum = out.temporary();
        out.emit(u(word) ? MicroOp.ADD : MicroOp.SUB, sum, base, offset);
        address = preIndexed ? sum : base;
        displacement = 0;
        newBase = sum;
        newBaseDisplacement = 0;
    }

    private void writeBack(int register) {
        if (!writesBack) {
            return;
        }
        if (newBase == register) {
            if (newBaseDisplacement != 0) {
                out.emit(MicroOp.ADDI, register, register, 0, newBaseDisplacement);
            }
        } else {
            out.emit(MicroOp.MOV, register, newBase, 0);
        }
    }

    private boolean load(int op, int word, int pc) {
        int t = rd(word);
        int n = rn(word);
        boolean toPc = t == UserState.PC;
        if (toPc && op != MicroOp.LD32) {
            return false;
        }
        address(word, pc);
        if (writesBack && n == UserState.PC) {
            return false;
        }
        int d = toPc || writesBack && t == n ? out.temporary() : t;
        access(op, d, address, displacement);
        writeBack(n);
        if (toPc) {
            out.emit(MicroOp.JREG, n == UserState.SP ? MicroOp.RETURN : MicroOp.PLAIN, d, 0);
        } else if (d != t) {
            out.emit(MicroOp.MOV, t, d, 0);
        }
        return true;
    }

    private boolean store(int op, int word, int pc) {
        int n = rn(word);
        int value = A32Lifter.operand(out, rd(word), pc);
        address(word, pc);
        if (writesBack && n == UserState.PC) {
            return false;
        }
        access(op, value, address, displacement);
        writeBack(n);
        return true;
    }

    /** Emits one access, with its bytes reversed if data is big-endian. */
    private void access(int op, int d, int base, int offset) {
        if (!bigEndian || op == MicroOp.LD8U || op == MicroOp.LD8S || op == MicroOp.ST8) {
            out.emit(op + rights, d, base, 0, offset);
        } else if (op == MicroOp.ST32 || op == MicroOp.ST32A || op == MicroOp.ST16) {
            int t = out.temporary();
            out.emit(MicroOp.REV, t, d, 0);
            if (op == MicroOp.ST16) {
                out.emit(MicroOp.LSRI, t, t, 0, 16);
            }
            out.emit(op + rights, t, base, 0, offset);
            out.release(t);
        } else {
            out.emit(op + rights, d, base, 0, offset);
            out.emit(MicroOp.REV, d, d, 0);
            if (op == MicroOp.LD16U || op == MicroOp.LD16S) {
                out.emit(op == MicroOp.LD16U ? MicroOp.LSRI : MicroOp.ASRI, d, d, 0, 16);
            }
        }
    }

    private boolean loadDouble(int word, int pc) {
        int t = rd(word);
        int n = rn(word);
        address(word, pc);
        if ((t & 1) != 0 || t == UserState.LR || writesBack && n == UserState.PC) {
            return false;
        }
        int low = out.temporary();
        access(MicroOp.LD32A, low, address, displacement);
        int high = out.temporary();
        access(MicroOp.LD32A, high, address, displacement + 4);
        writeBack(n);
        out.emit(MicroOp.MOV, t, low, 0);
        out.emit(MicroOp.MOV, t + 1, high, 0);
        return true;
    }

    private boolean storeDouble(int word, int pc) {
        int t = rd(word);
        int n = rn(word);
        address(word, pc);
        if ((t & 1) != 0 || t == UserState.LR || writesBack && n == UserState.PC) {
            return false;
        }
        access(MicroOp.ST32A, t, address, displacement);
        access(MicroOp.ST32A, t + 1, address, displacement + 4);
        writeBack(n);
        return true;
    }

    /** The lowest address of a block transfer less its base (A8.8.58 to A8.8.60). */
    private static int lowest(int word, int bytes) {
        int low = u(word) ? 0 : -bytes;
        return p(word) == u(word) ? low + 4 : low;
    }

    private boolean loadMultiple(int word) {
        int n = rn(word);
        int list = word & 0xffff;
        if (n == UserState.PC || list == 0) {
            return false;
        }
        int bytes = 4 * Integer.bitCount(list);
        int at = lowest(word, bytes);
        int base = -1;
        int target = -1;
        for (int left = list; left != 0; left &= left - 1, at += 4) {
            int register = Integer.numberOfTrailingZeros(left);
            int d = register;
            if (register == UserState.PC) {
                d = target = out.temporary();
            } else if (register == n) {
                d = base = out.temporary();
            }
            access(MicroOp.LD32A, d, n, at);
        }
        if (base >= 0) {
            out.emit(MicroOp.MOV, n, base, 0);
        } else if (w(word)) {
            out.emit(MicroOp.ADDI, n, n, 0, u(word) ? bytes : -bytes);
        }
        if (target >= 0) {
            out.emit(MicroOp.JREG, n == UserState.SP ? MicroOp.RETURN : MicroOp.PLAIN, target, 0);
        }
        return true;
    }

    private boolean storeMultiple(int word, int pc) {
        int n = rn(word);
        int list = word & 0xffff;
        if (n == UserState.PC || list == 0) {
            return false;
        }
        int bytes = 4 * Integer.bitCount(list);
        int at = lowest(word, bytes);
        for (int left = list; left != 0; left &= left - 1, at += 4) {
            int register = Integer.numberOfTrailingZeros(left);
            access(MicroOp.ST32A, A32Lifter.operand(out, register, pc), n, at);
        }
        if (w(word)) {
            out.emit(MicroOp.ADDI, n, n, 0, u(word) ? bytes : -bytes);
        }
        return true;
    }

    private boolean loadExclusive(int size, int word) {
        int t = rd(word);
        int n = rn(word);
        if (n == UserState.PC || t == UserState.PC || size == 8 && ((t & 1) != 0 || t == UserState.LR)) {
            return false;
        }
        if (size < 8) {
            out.emit(MicroOp.LDEX, t, n, 0, size);
            reverse(size, t, t);
            return true;
        }
        int low = out.temporary();
        int high = out.temporary();
        out.emit(MicroOp.LDEX, low, n, high, size);
        reverse(4, low, low);
        reverse(4, high, high);
        out.emit(MicroOp.MOV, t, low, 0);
        out.emit(MicroOp.MOV, t + 1, high, 0);
        return true;
    }

    private boolean storeExclusive(int size, int word) {
        int d = rd(word);
        int t = rm(word);
        int n = rn(word);
        if (n == UserState.PC || t == UserState.PC || d == UserState.PC || d == n || d == t) {
            return false;
        }
        if (size == 8 && ((t & 1) != 0 || t == UserState.LR || d == t + 1)) {
            return false;
        }
        int low = t;
        int high = size == 8 ? t + 1 : 0;
        if (bigEndian && size > 1) {
            low = out.temporary();
            reverse(Math.min(size, 4), low, t);
            if (size == 8) {
                high = out.temporary();
                reverse(4, high, t + 1);
            }
        }
        out.emit(MicroOp.STEX, d, n, low, size | high << 8);
        return true;
    }

    private void reverse(int size, int d, int value) {
        if (bigEndian && size > 1) {
            out.emit(MicroOp.REV, d, value, 0);
            if (size == 2) {
                out.emit(MicroOp.LSRI, d, d, 0, 16);
            }
        }
    }

    /** SWP and SWPB; not atomic towards other cores (A8.8.229). */
    private boolean swap(int word, int pc) {
        int base = A32Lifter.operand(out, rn(word), pc);
        int value = A32Lifter.operand(out, rm(word), pc);
        boolean isByte = bit(word, 22);
        int t = out.temporary();
        access(isByte ? MicroOp.LD8U : MicroOp.LD32A, t, base, 0);
        access(isByte ? MicroOp.ST8 : MicroOp.ST32A, value, base, 0);
        out.emit(MicroOp.MOV, rd(word), t, 0);
        return true;
    }
}
