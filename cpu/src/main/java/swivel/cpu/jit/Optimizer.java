package swivel.cpu.jit;

import static swivel.cpu.ir.MicroInfo.*;
import static swivel.cpu.ir.MicroOp.*;

import swivel.cpu.UserState;
import swivel.cpu.ir.MicroInfo;

/**
 * Simplifies a block's micro-operations in place: constants are computed and become immediates, shifted indices become
 * part of additions, results go straight to where a move would take them. Dead operations fall to
 * {@link BlockCode#liveness}.
 */
public final class Optimizer {
    private final BlockCode code;

    /** Values of slots that are known here. */
    private final int[] value = new int[UserState.SLOTS];

    private long known;

    public Optimizer(BlockCode code) {
        this.code = code;
    }

    /** Before liveness: constants, those in the code's own page included. */
    public void forward() {
        known = 0;
        int end = -1;
        long changed = 0;
        for (int i = 0; i < code.size; i++) {
            if (i == end) {
                known &= ~changed;
                end = -1;
            }
            if (code.op[i] == SKIP) {
                if (end >= 0) {
                    // A run in a run: nothing is known behind the inner one either.
                    known = 0;
                    changed = -1L;
                }
                int to = i + 1 + code.imm[i];
                if (end < 0) {
                    changed = 0;
                }
                end = Math.max(end, to);
                continue;
            }
            constants(i);
            long written = code.written(i);
            changed |= written;
            known &= ~written;
            if (code.op[i] == MOVI) {
                value[code.d[i]] = code.imm[i];
                known |= 1L << code.d[i];
            }
        }
    }

    private boolean isKnown(int slot) {
        return slot != NO_SLOT && (known >>> slot & 1) != 0;
    }

    private void constants(int i) {
        int info = MicroInfo.of(code.op[i]);
        boolean a = (info & READS_A) != 0 && isKnown(code.a[i]);
        boolean b = (info & READS_B) != 0 && isKnown(code.b[i]);
        if (!a && !b) {
            return;
        }
        if (b) {
            secondKnown(i, value[code.b[i]]);
            info = MicroInfo.of(code.op[i]);
        } else if ((info & READS_B) != 0) {
            firstKnown(i, value[code.a[i]]);
            return;
        }
        if (a && (info & READS_B) == 0) {
            onlyKnown(i, value[code.a[i]]);
        }
    }

    /** a op y. */
    private void secondKnown(int i, int y) {
        switch (code.op[i]) {
            case ADD -> immediate(i, ADDI, code.a[i], y);
            case SUB -> immediate(i, ADDI, code.a[i], -y);
            case AND -> immediate(i, ANDI, code.a[i], y);
            case ORR -> immediate(i, ORRI, code.a[i], y);
            case EOR -> immediate(i, EORI, code.a[i], y);
            case BIC -> immediate(i, ANDI, code.a[i], ~y);
            case ADDS -> immediate(i, ADDSI, code.a[i], y);
            case SUBS -> immediate(i, SUBSI, code.a[i], y);
            default -> {}
        }
    }

    /** x op b. */
    private void firstKnown(int i, int x) {
        switch (code.op[i]) {
            case ADD -> immediate(i, ADDI, code.b[i], x);
            case SUB -> immediate(i, RSBI, code.b[i], x);
            case AND -> immediate(i, ANDI, code.b[i], x);
            case ORR -> immediate(i, ORRI, code.b[i], x);
            case EOR -> immediate(i, EORI, code.b[i], x);
            case ADDS -> immediate(i, ADDSI, code.b[i], x);
            default -> {}
        }
    }

    private void immediate(int i, int op, int a, int imm) {
        code.op[i] = op;
        code.a[i] = a;
        code.imm[i] = imm;
    }

    private void onlyKnown(int i, int x) {
        int imm = code.imm[i];
        switch (code.op[i]) {
            case MOV -> constant(i, x);
            case ADDI -> constant(i, x + imm);
            case RSBI -> constant(i, imm - x);
            case ANDI -> constant(i, x & imm);
            case ORRI -> constant(i, x | imm);
            case EORI -> constant(i, x ^ imm);
            case MVN -> constant(i, ~x);
            case LSLI -> constant(i, x << imm);
            case LSRI -> constant(i, x >>> imm);
            case ASRI -> constant(i, x >> imm);
            case RORI -> constant(i, Integer.rotateRight(x, imm));
            case LD32, LD32A, LD16U, LD16S, LD8U, LD8S, ST32, ST32A, ST16, ST8 -> {
                int address = x + imm;
                if (code.op[i] == LD32 && (address & 3) == 0 && code.isSamePage(address)) {
                    constant(i, code.word(address));
                } else if (!isPartOfGroup(i)) {
                    code.a[i] = NO_SLOT;
                    code.imm[i] = address;
                }
            }
            default -> {}
        }
    }

    /** Transfers of several words keep their base, so that they stay one. */
    private boolean isPartOfGroup(int i) {
        return code.op[i] == LD32A || code.op[i] == ST32A;
    }

    private void constant(int i, int x) {
        code.op[i] = MOVI;
        code.imm[i] = x;
    }

    /** After liveness: pairs of operations that one can do. */
    public void backward() {
        for (int i = 1; i < code.size; i++) {
            if (code.startsInstruction(i)) {
                continue;
            }
            int before = i - 1;
            while (before > 0 && code.op[before] == NONE && !code.startsInstruction(before)) {
                before--;
            }
            switch (code.op[i]) {
                case ADD -> addShifted(before, i);
                case MOV -> moveBack(before, i);
                case NZ -> testBits(before, i);
                default -> {}
            }
        }
    }

    /** Whether {@code slot} is a temporary that nothing reads behind operation {@code i}. */
    private boolean dies(int slot, int i) {
        boolean live = !code.endsInstruction(i) && (code.slotsBefore[i + 1] >>> slot & 1) != 0;
        return UserState.isTemporary(slot) && !live;
    }

    /** LSLI t, m; ADD d, a, t. */
    private void addShifted(int shift, int add) {
        int t = code.d[shift];
        if (code.op[shift] != LSLI || code.imm[shift] > 3 || !dies(t, add) || code.a[add] == code.b[add]) {
            return;
        }
        int other = code.a[add] == t ? code.b[add] : code.b[add] == t ? code.a[add] : NO_SLOT;
        if (other == NO_SLOT) {
            return;
        }
        code.op[add] = ADDX;
        code.a[add] = other;
        code.b[add] = code.a[shift];
        code.imm[add] = code.imm[shift];
        remove(shift, add);
    }

    /** The later of two operations now reads what the earlier read, which is gone. */
    private void remove(int earlier, int later) {
        keepLive(earlier, later, BlockCode.bit(code.a[earlier]));
        code.op[earlier] = NONE;
    }

    private void keepLive(int earlier, int later, long slots) {
        for (int i = earlier + 1; i <= later; i++) {
            code.slotsBefore[i] |= slots;
        }
    }

    /** X t, …; MOV d, t. */
    private void moveBack(int from, int move) {
        int t = code.a[move];
        int info = MicroInfo.of(code.op[from]);
        if (!dies(t, move)
                || code.d[from] != t
                || (info & (WRITES_D | WRITES_HIGH | READS_D | CALLED_OUT)) != WRITES_D) {
            return;
        }
        code.d[from] = code.d[move];
        keepLive(from, move, BlockCode.bit(code.d[move]));
        code.op[move] = NONE;
    }

    /** AND t, a, b; NZ t. */
    private void testBits(int and, int test) {
        int t = code.a[test];
        if (code.d[and] != t || !dies(t, test)) {
            return;
        }
        if (code.op[and] == AND) {
            code.op[test] = TST;
            code.b[test] = code.b[and];
        } else if (code.op[and] == ANDI) {
            code.op[test] = TSTI;
            code.imm[test] = code.imm[and];
        } else {
            return;
        }
        long operands = BlockCode.bit(code.a[and]);
        keepLive(and, test, code.op[test] == TST ? operands | BlockCode.bit(code.b[and]) : operands);
        code.a[test] = code.a[and];
        code.op[and] = NONE;
    }
}
