package swivel.vmm;

import swivel.arm.Cp15;
import swivel.arm.Fields;
import swivel.memory.Snapshot;

/**
 * Coprocessor 14: the baseline registers of a core without debug hardware, ThumbEE's two and Jazelle's three (ARM DDI 0406C,
 * C11.11, A2.9, A2.10). Plain state.
 */
final class DebugRegisters {
    static final int COPROCESSOR = 14;

    /** ARMv7 debug with the baseline registers only, so no breakpoints by coprocessor (C11.11.20). */
    private static final int DBGDIDR_VALUE = 4 << 16;

    /** What exists: opc1, CRn, CRm, opc2 as in an assembler line, and what a program may do. */
    private enum Register {
        DBGDIDR(0, 0, 0, 0, User.READS),
        /** Kept from programs as on QEMU, whatever DBGDSCR.UDCCdis says (C11.11.20). */
        DBGDSCR_INTERNAL(0, 0, 1, 0, User.NOTHING),
        /** Read, the word from the debugger, DBGDTRRXint; written, that to it, DBGDTRTXint. */
        DBGDTR_INTERNAL(0, 0, 5, 0, User.READS_AND_WRITES),
        DBGDRAR(0, 1, 0, 0, User.READS),
        DBGDSAR(0, 2, 0, 0, User.READS),
        DBGOSLAR(0, 1, 0, 4, User.NOTHING),
        DBGOSLSR(0, 1, 1, 4, User.NOTHING),
        DBGOSDLR(0, 1, 3, 4, User.NOTHING),
        TEECR(6, 0, 0, 0, User.NOTHING),
        TEEHBR(6, 1, 0, 0, User.READS_AND_WRITES),
        JIDR(7, 0, 0, 0, User.NOTHING),
        JOSCR(7, 1, 0, 0, User.NOTHING),
        JMCR(7, 2, 0, 0, User.NOTHING);

        private enum User {
            NOTHING,
            READS,
            READS_AND_WRITES
        }

        private final int key;
        private final User user;

        Register(int opc1, int crn, int crm, int opc2, User user) {
            this.key = key(opc1, crn, crm, opc2);
            this.user = user;
        }

        private static int key(int opc1, int crn, int crm, int opc2) {
            return opc1 << 11 | crn << 7 | crm << 3 | opc2;
        }

        /** The register that an MRC or MCR names, or null. */
        static Register of(int word) {
            int key = key(Fields.bits(word, 23, 21), Fields.rn(word), Fields.rm(word), Fields.bits(word, 7, 5));
            for (Register register : ALL) {
                if (register.key == key) {
                    return register;
                }
            }
            return null;
        }

        private static final Register[] ALL = values();

        boolean forUser(boolean read) {
            return user == User.READS_AND_WRITES || read && user == User.READS;
        }
    }

    // CRm of the 64-bit views of DBGDRAR and DBGDSAR; opc1 is 0.
    private static final int WIDE_DBGDRAR = 1;
    private static final int WIDE_DBGDSAR = 2;

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

    void fields(Snapshot.Archive fields) {
        teecr = fields.word(teecr);
        teehbr = fields.word(teehbr);
    }

    /**
     * Executes an MCR, MRC, MCRR or MRRC of coprocessor 14 and goes on with the next instruction.
     *
     * @return false, with nothing done, if it is undefined in the current mode
     */
    boolean execute(int word) {
        boolean read = Fields.s(word);
        boolean done = Cp15.isWide(word) ? read && readWide(word) : execute(word, read);
        if (done) {
            registers.step();
        }
        return done;
    }

    private boolean execute(int word, boolean read) {
        Register register = Register.of(word);
        if (register == null || !registers.privileged() && !register.forUser(read)) {
            return false;
        }
        int rt = Fields.rd(word);
        return read ? read(register, rt) : write(register, registers.operand(rt));
    }

    private boolean read(Register register, int rt) {
        int value;
        switch (register) {
            case DBGDIDR -> value = DBGDIDR_VALUE;
            case TEECR -> value = teecr;
            case TEEHBR -> value = teehbr;
            case DBGOSLAR -> {
                return false;
            }
            default -> value = 0;
        }
        registers.setFromCoprocessor(rt, value);
        return true;
    }

    private boolean write(Register register, int value) {
        switch (register) {
            case TEECR -> teecr = value & 1;
            case TEEHBR -> teehbr = value & ~3;
            case DBGDTR_INTERNAL, DBGOSLAR, DBGOSDLR, JOSCR, JMCR -> {}
            default -> {
                return false;
            }
        }
        return true;
    }

    /** MRRC of DBGDRAR or DBGDSAR: there is no debug ROM table. */
    private boolean readWide(int word) {
        int crm = Fields.rm(word);
        if (Fields.bits(word, 7, 4) != 0 || crm != WIDE_DBGDRAR && crm != WIDE_DBGDSAR) {
            return false;
        }
        registers.set(Fields.rd(word), 0);
        registers.set(Fields.rn(word), 0);
        return true;
    }
}
