package swivel.arm;

import swivel.arm.Cp15.Access;

/**
 * The registers of coprocessor 14 that a core without ThumbEE has: those of self-hosted debug, and Jazelle's three,
 * which every core has (ARM DDI 0406C, C11.11, A2.10).
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
    DBGVCR(0, 0, 7, 0, Access.READ_WRITE, User.NOTHING),
    DBGDSCR_EXTERNAL(0, 0, 2, 2, Access.READ_WRITE, User.NOTHING),
    DBGBVR0(0, 0, 0, 4, Access.READ_WRITE, User.NOTHING),
    DBGBCR0(0, 0, 0, 5, Access.READ_WRITE, User.NOTHING),
    DBGBVR1(0, 0, 1, 4, Access.READ_WRITE, User.NOTHING),
    DBGBCR1(0, 0, 1, 5, Access.READ_WRITE, User.NOTHING),
    DBGBVR2(0, 0, 2, 4, Access.READ_WRITE, User.NOTHING),
    DBGBCR2(0, 0, 2, 5, Access.READ_WRITE, User.NOTHING),
    DBGBVR3(0, 0, 3, 4, Access.READ_WRITE, User.NOTHING),
    DBGBCR3(0, 0, 3, 5, Access.READ_WRITE, User.NOTHING),
    DBGBVR4(0, 0, 4, 4, Access.READ_WRITE, User.NOTHING),
    DBGBCR4(0, 0, 4, 5, Access.READ_WRITE, User.NOTHING),
    DBGBVR5(0, 0, 5, 4, Access.READ_WRITE, User.NOTHING),
    DBGBCR5(0, 0, 5, 5, Access.READ_WRITE, User.NOTHING),
    DBGWVR0(0, 0, 0, 6, Access.READ_WRITE, User.NOTHING),
    DBGWCR0(0, 0, 0, 7, Access.READ_WRITE, User.NOTHING),
    DBGWVR1(0, 0, 1, 6, Access.READ_WRITE, User.NOTHING),
    DBGWCR1(0, 0, 1, 7, Access.READ_WRITE, User.NOTHING),
    DBGWVR2(0, 0, 2, 6, Access.READ_WRITE, User.NOTHING),
    DBGWCR2(0, 0, 2, 7, Access.READ_WRITE, User.NOTHING),
    DBGWVR3(0, 0, 3, 6, Access.READ_WRITE, User.NOTHING),
    DBGWCR3(0, 0, 3, 7, Access.READ_WRITE, User.NOTHING),
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

    /** How many breakpoints and watchpoints there are. */
    public static final int BREAKPOINTS = 6;

    public static final int WATCHPOINTS = 4;

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

    private static Cp14 numbered(Cp14 first, int n) {
        return ALL[first.ordinal() + 2 * n];
    }

    public static Cp14 breakpointValue(int n) {
        return numbered(DBGBVR0, n);
    }

    public static Cp14 breakpointControl(int n) {
        return numbered(DBGBCR0, n);
    }

    public static Cp14 watchpointValue(int n) {
        return numbered(DBGWVR0, n);
    }

    public static Cp14 watchpointControl(int n) {
        return numbered(DBGWCR0, n);
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
