package swivel.arm;

import swivel.arm.Cp15.Access;

/**
 * The registers of coprocessor 14 that a core without debug hardware and ThumbEE has, and Jazelle's three, which every
 * core has (ARM DDI 0406C, C11.11, A2.10).
 *
 * <p>A row has the four numbers in the order of an assembler line: opc1, CRn, CRm, opc2; a 64-bit register has opc1 and
 * CRm. Then what it allows, and what of that a program may do.
 */
public enum Cp14 {
    DBGDIDR(0, 0, 0, 0, Access.READ, User.READS),
    /** Kept from programs as on QEMU, whatever DBGDSCR.UDCCdis says (C11.11.20). */
    DBGDSCR_INTERNAL(0, 0, 1, 0, Access.READ, User.NOTHING),
    /** Read, the word from the debugger, DBGDTRRXint; written, that to it, DBGDTRTXint. */
    DBGDTR_INTERNAL(0, 0, 5, 0, Access.READ_WRITE, User.READS_AND_WRITES),
    DBGDRAR(0, 1, 0, 0, Access.READ, User.READS),
    DBGDSAR(0, 2, 0, 0, Access.READ, User.READS),
    DBGOSLAR(0, 1, 0, 4, Access.WRITE, User.NOTHING),
    DBGOSLSR(0, 1, 1, 4, Access.READ, User.NOTHING),
    DBGOSDLR(0, 1, 3, 4, Access.READ_WRITE, User.NOTHING),
    JIDR(7, 0, 0, 0, Access.READ, User.NOTHING),
    JOSCR(7, 1, 0, 0, Access.READ_WRITE, User.NOTHING),
    JMCR(7, 2, 0, 0, Access.READ_WRITE, User.NOTHING),

    // 64-bit registers, by MRRC
    DBGDRAR_64(0, 1, Access.READ, User.READS),
    DBGDSAR_64(0, 2, Access.READ, User.READS);

    /** What a program may do. */
    public enum User {
        NOTHING,
        READS,
        READS_AND_WRITES
    }

    /** The coprocessor's number. */
    public static final int NUMBER = 14;

    private static final Cp14[] ALL = values();

    private final int key;
    private final Access access;
    private final User user;

    Cp14(int opc1, int crn, int crm, int opc2, Access access, User user) {
        this.key = Cp15.key(opc1, crn, crm, opc2);
        this.access = access;
        this.user = user;
    }

    Cp14(int opc1, int crm, Access access, User user) {
        this.key = Cp15.wideKey(opc1, crm);
        this.access = access;
        this.user = user;
    }

    /**
     * The register that a word accesses, or null if there is none in this table.
     *
     * @param word MCR, MRC, MCRR or MRRC of coprocessor 14
     */
    public static Cp14 of(int word) {
        int key = Cp15.key(word);
        for (Cp14 register : ALL) {
            if (register.key == key) {
                return register;
            }
        }
        return null;
    }

    /** Whether an access in this direction exists. */
    public boolean allows(boolean read) {
        return access.allows(read);
    }

    /** Whether a program may access it so. */
    public boolean userMay(boolean read) {
        return user == User.READS_AND_WRITES || read && user == User.READS;
    }
}
