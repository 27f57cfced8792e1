package swivel.vmm;

import swivel.arm.Fields;

/**
 * Coprocessor 14: the few registers that a kernel reads before it decides that there is no debug hardware, and ThumbEE's two
 * (ARM DDI 0406C, C11.11, A2.10). Plain state.
 */
final class DebugRegisters {
    static final int COPROCESSOR = 14;

    /** ARMv7 debug with the baseline registers only, so no breakpoints by coprocessor (C11.11.20). */
    private static final int DBGDIDR_VALUE = 4 << 16;

    private final Registers registers;
    private int teecr;
    private int teehbr;

    DebugRegisters(Registers registers) {
        this.registers = registers;
    }

    void reset() {
        teecr = 0;
        teehbr = 0;
    }

    /** opc1, CRn, CRm, opc2 of MRC and MCR as one number. */
    private static int key(int opc1, int crn, int crm, int opc2) {
        return opc1 << 11 | crn << 7 | crm << 3 | opc2;
    }

    private static final int DBGDIDR = key(0, 0, 0, 0);
    private static final int DBGDSCR_INTERNAL = key(0, 0, 1, 0);
    private static final int DBGDRAR = key(0, 1, 0, 0);
    private static final int DBGDSAR = key(0, 2, 0, 0);
    private static final int DBGOSLAR = key(0, 1, 0, 4);
    private static final int DBGOSLSR = key(0, 1, 1, 4);
    private static final int DBGOSDLR = key(0, 1, 3, 4);
    private static final int DBGPRCR = key(0, 1, 4, 4);
    private static final int TEECR = key(6, 0, 0, 0);
    private static final int TEEHBR = key(6, 1, 0, 0);

    /**
     * Executes an MCR or MRC of coprocessor 14 and goes on with the next instruction.
     *
     * @return false, with nothing done, if it is undefined in the current mode
     */
    boolean execute(int word) {
        int key = key(Fields.bits(word, 23, 21), Fields.rn(word), Fields.rm(word), Fields.bits(word, 7, 5));
        if (!registers.privileged() && key != TEEHBR) {
            return false;
        }
        boolean read = Fields.s(word);
        boolean done = read ? read(key, Fields.rd(word)) : write(key, registers.operand(Fields.rd(word)));
        if (done) {
            registers.step();
        }
        return done;
    }

    private boolean read(int key, int rt) {
        int value;
        if (key == DBGDIDR) {
            value = DBGDIDR_VALUE;
        } else if (key == TEECR) {
            value = teecr;
        } else if (key == TEEHBR) {
            value = teehbr;
        } else if (key == DBGDSCR_INTERNAL
                || key == DBGDRAR
                || key == DBGDSAR
                || key == DBGOSLSR
                || key == DBGOSDLR
                || key == DBGPRCR) {
            value = 0;
        } else {
            return false;
        }
        registers.set(rt, value);
        return true;
    }

    private boolean write(int key, int value) {
        if (key == TEECR) {
            teecr = value & 1;
        } else if (key == TEEHBR) {
            teehbr = value & ~3;
        } else {
            return key == DBGOSLAR || key == DBGOSDLR || key == DBGPRCR;
        }
        return true;
    }
}
