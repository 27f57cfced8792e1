package swivel.arm;

/**
 * The registers and operations of the system control coprocessor that ARMv7-A cores have (ARM DDI 0406C, B3.17; ARM DDI
 * 0438, chapter 4; ARM DDI 0464, chapter 4). Which of them one core has, and how, is in
 * {@link swivel.arm.core.CoreModel}.
 *
 * <p>A row has the four numbers in the order of an assembler line: opc1, CRn, CRm, opc2; a 64-bit register has opc1 and
 * CRm. Then what it allows, if not both reading and writing.
 */
public enum Cp15 {
    // c0 identification
    MIDR(0, 0, 0, 0, Access.READ),
    CTR(0, 0, 0, 1, Access.READ),
    TCMTR(0, 0, 0, 2, Access.READ),
    TLBTR(0, 0, 0, 3, Access.READ),
    MIDR_ALIAS4(0, 0, 0, 4, Access.READ),
    MPIDR(0, 0, 0, 5, Access.READ),
    REVIDR(0, 0, 0, 6, Access.READ),
    MIDR_ALIAS7(0, 0, 0, 7, Access.READ),
    ID_PFR0(0, 0, 1, 0, Access.READ),
    ID_PFR1(0, 0, 1, 1, Access.READ),
    ID_DFR0(0, 0, 1, 2, Access.READ),
    ID_AFR0(0, 0, 1, 3, Access.READ),
    ID_MMFR0(0, 0, 1, 4, Access.READ),
    ID_MMFR1(0, 0, 1, 5, Access.READ),
    ID_MMFR2(0, 0, 1, 6, Access.READ),
    ID_MMFR3(0, 0, 1, 7, Access.READ),
    ID_ISAR0(0, 0, 2, 0, Access.READ),
    ID_ISAR1(0, 0, 2, 1, Access.READ),
    ID_ISAR2(0, 0, 2, 2, Access.READ),
    ID_ISAR3(0, 0, 2, 3, Access.READ),
    ID_ISAR4(0, 0, 2, 4, Access.READ),
    ID_ISAR5(0, 0, 2, 5, Access.READ),
    CCSIDR(1, 0, 0, 0, Access.READ),
    CLIDR(1, 0, 0, 1, Access.READ),
    AIDR(1, 0, 0, 7, Access.READ),
    CSSELR(2, 0, 0, 0),
    VPIDR(4, 0, 0, 0),
    VMPIDR(4, 0, 0, 5),

    // c1 system control
    SCTLR(0, 1, 0, 0),
    ACTLR(0, 1, 0, 1),
    CPACR(0, 1, 0, 2),
    SCR(0, 1, 1, 0),
    SDER(0, 1, 1, 1),
    NSACR(0, 1, 1, 2),
    HSCTLR(4, 1, 0, 0),
    HACTLR(4, 1, 0, 1),
    HCR(4, 1, 1, 0),
    HDCR(4, 1, 1, 1),
    HCPTR(4, 1, 1, 2),
    HSTR(4, 1, 1, 3),
    HACR(4, 1, 1, 7),

    // c2, c3 translation tables and domains
    TTBR0(0, 2, 0, 0),
    TTBR1(0, 2, 0, 1),
    TTBCR(0, 2, 0, 2),
    HTCR(4, 2, 0, 2),
    VTCR(4, 2, 1, 2),
    DACR(0, 3, 0, 0),

    // c5, c6 faults
    DFSR(0, 5, 0, 0),
    IFSR(0, 5, 0, 1),
    ADFSR(0, 5, 1, 0),
    AIFSR(0, 5, 1, 1),
    HADFSR(4, 5, 1, 0),
    HAIFSR(4, 5, 1, 1),
    HSR(4, 5, 2, 0),
    DFAR(0, 6, 0, 0),
    IFAR(0, 6, 0, 2),
    HDFAR(4, 6, 0, 0),
    HIFAR(4, 6, 0, 2),
    HPFAR(4, 6, 0, 4),

    // c7 caches, barriers, address translation
    CP15NOP(0, 7, 0, 4, Access.WRITE),
    ICIALLUIS(0, 7, 1, 0, Access.WRITE),
    BPIALLIS(0, 7, 1, 6, Access.WRITE),
    PAR(0, 7, 4, 0),
    ICIALLU(0, 7, 5, 0, Access.WRITE),
    ICIMVAU(0, 7, 5, 1, Access.WRITE),
    CP15ISB(0, 7, 5, 4, Access.WRITE),
    BPIALL(0, 7, 5, 6, Access.WRITE),
    BPIMVA(0, 7, 5, 7, Access.WRITE),
    DCIMVAC(0, 7, 6, 1, Access.WRITE),
    DCISW(0, 7, 6, 2, Access.WRITE),
    ATS1CPR(0, 7, 8, 0, Access.WRITE),
    ATS1CPW(0, 7, 8, 1, Access.WRITE),
    ATS1CUR(0, 7, 8, 2, Access.WRITE),
    ATS1CUW(0, 7, 8, 3, Access.WRITE),
    ATS12NSOPR(0, 7, 8, 4, Access.WRITE),
    ATS12NSOPW(0, 7, 8, 5, Access.WRITE),
    ATS12NSOUR(0, 7, 8, 6, Access.WRITE),
    ATS12NSOUW(0, 7, 8, 7, Access.WRITE),
    DCCMVAC(0, 7, 10, 1, Access.WRITE),
    DCCSW(0, 7, 10, 2, Access.WRITE),
    CP15DSB(0, 7, 10, 4, Access.WRITE),
    CP15DMB(0, 7, 10, 5, Access.WRITE),
    DCCMVAU(0, 7, 11, 1, Access.WRITE),
    CP15NOP_PREFETCH(0, 7, 13, 1, Access.WRITE),
    DCCIMVAC(0, 7, 14, 1, Access.WRITE),
    DCCISW(0, 7, 14, 2, Access.WRITE),
    ATS1HR(4, 7, 8, 0, Access.WRITE),
    ATS1HW(4, 7, 8, 1, Access.WRITE),

    // c8 TLB maintenance
    TLBIALLIS(0, 8, 3, 0, Access.WRITE),
    TLBIMVAIS(0, 8, 3, 1, Access.WRITE),
    TLBIASIDIS(0, 8, 3, 2, Access.WRITE),
    TLBIMVAAIS(0, 8, 3, 3, Access.WRITE),
    ITLBIALL(0, 8, 5, 0, Access.WRITE),
    ITLBIMVA(0, 8, 5, 1, Access.WRITE),
    ITLBIASID(0, 8, 5, 2, Access.WRITE),
    DTLBIALL(0, 8, 6, 0, Access.WRITE),
    DTLBIMVA(0, 8, 6, 1, Access.WRITE),
    DTLBIASID(0, 8, 6, 2, Access.WRITE),
    TLBIALL(0, 8, 7, 0, Access.WRITE),
    TLBIMVA(0, 8, 7, 1, Access.WRITE),
    TLBIASID(0, 8, 7, 2, Access.WRITE),
    TLBIMVAA(0, 8, 7, 3, Access.WRITE),
    TLBIALLHIS(4, 8, 3, 0, Access.WRITE),
    TLBIMVAHIS(4, 8, 3, 1, Access.WRITE),
    TLBIALLNSNHIS(4, 8, 3, 4, Access.WRITE),
    TLBIALLH(4, 8, 7, 0, Access.WRITE),
    TLBIMVAH(4, 8, 7, 1, Access.WRITE),
    TLBIALLNSNH(4, 8, 7, 4, Access.WRITE),

    // c9 performance monitors; L2 control is that of Cortex-A15 and Cortex-A7
    PMCR(0, 9, 12, 0),
    PMCNTENSET(0, 9, 12, 1),
    PMCNTENCLR(0, 9, 12, 2),
    PMOVSR(0, 9, 12, 3),
    PMSWINC(0, 9, 12, 4, Access.WRITE),
    PMSELR(0, 9, 12, 5),
    PMCEID0(0, 9, 12, 6, Access.READ),
    PMCEID1(0, 9, 12, 7, Access.READ),
    PMCCNTR(0, 9, 13, 0),
    PMXEVTYPER(0, 9, 13, 1),
    PMXEVCNTR(0, 9, 13, 2),
    PMUSERENR(0, 9, 14, 0),
    PMINTENSET(0, 9, 14, 1),
    PMINTENCLR(0, 9, 14, 2),
    PMOVSSET(0, 9, 14, 3),
    L2CTLR(1, 9, 0, 2),
    L2ECTLR(1, 9, 0, 3),

    // c10 memory attributes; with long descriptors PRRR and NMRR are MAIR0 and MAIR1
    PRRR(0, 10, 2, 0),
    NMRR(0, 10, 2, 1),
    AMAIR0(0, 10, 3, 0),
    AMAIR1(0, 10, 3, 1),
    HMAIR0(4, 10, 2, 0),
    HMAIR1(4, 10, 2, 1),
    HAMAIR0(4, 10, 3, 0),
    HAMAIR1(4, 10, 3, 1),

    // c12 vectors
    VBAR(0, 12, 0, 0),
    MVBAR(0, 12, 0, 1),
    ISR(0, 12, 1, 0, Access.READ),
    HVBAR(4, 12, 0, 0),

    // c13 process, context and thread
    FCSEIDR(0, 13, 0, 0),
    CONTEXTIDR(0, 13, 0, 1),
    TPIDRURW(0, 13, 0, 2),
    TPIDRURO(0, 13, 0, 3),
    TPIDRPRW(0, 13, 0, 4),
    HTPIDR(4, 13, 0, 2),

    // c14 generic timer
    CNTFRQ(0, 14, 0, 0),
    CNTKCTL(0, 14, 1, 0),
    CNTP_TVAL(0, 14, 2, 0),
    CNTP_CTL(0, 14, 2, 1),
    CNTV_TVAL(0, 14, 3, 0),
    CNTV_CTL(0, 14, 3, 1),
    CNTHCTL(4, 14, 1, 0),
    CNTHP_TVAL(4, 14, 2, 0),
    CNTHP_CTL(4, 14, 2, 1),

    // c15 of Cortex-A15
    RAMINDEX(0, 15, 4, 0, Access.WRITE),
    L2ACTLR(1, 15, 0, 0),
    L2PFR(1, 15, 0, 3),
    ACTLR2(1, 15, 0, 4),
    CBAR(4, 15, 0, 0, Access.READ),

    // 64-bit registers, by MCRR and MRRC; of three MCR and MRC reach the lower half
    TTBR0_64(0, 2),
    TTBR1_64(1, 2),
    HTTBR(4, 2),
    VTTBR(6, 2),
    PAR_64(0, 7),
    CNTPCT(0, 14, Access.READ),
    CNTVCT(1, 14, Access.READ),
    CNTP_CVAL(2, 14),
    CNTV_CVAL(3, 14),
    CNTVOFF(4, 14),
    CNTHP_CVAL(6, 14),
    CPUMERRSR(0, 15),
    L2MERRSR(1, 15);

    /** The directions that exist; the other one is undefined. */
    public enum Access {
        READ,
        WRITE,
        READ_WRITE;

        /** Whether reading exists, or writing. */
        public boolean allows(boolean read) {
            return this != (read ? WRITE : READ);
        }
    }

    /** The coprocessor's number. */
    public static final int NUMBER = 15;

    /** Set in the {@link #key} of a 64-bit register. */
    private static final int WIDE = 1 << 14;

    private static final Cp15[] BY_KEY = new Cp15[2 * WIDE];

    static {
        for (Cp15 register : values()) {
            BY_KEY[register.key] = register;
        }
    }

    private final int key;
    private final Access access;

    Cp15(int opc1, int crn, int crm, int opc2) {
        this(opc1, crn, crm, opc2, Access.READ_WRITE);
    }

    Cp15(int opc1, int crn, int crm, int opc2, Access access) {
        this.key = key(opc1, crn, crm, opc2);
        this.access = access;
    }

    Cp15(int opc1, int crm) {
        this(opc1, crm, Access.READ_WRITE);
    }

    Cp15(int opc1, int crm, Access access) {
        this.key = wideKey(opc1, crm);
        this.access = access;
    }

    /**
     * The register that a word accesses, or null if this coprocessor has none there.
     *
     * @param word MCR, MRC, MCRR or MRRC of coprocessor 15 ({@link #isAccess})
     */
    public static Cp15 of(int word) {
        return BY_KEY[key(word)];
    }

    /** Whether a word is an MCR, MRC, MCRR or MRRC of coprocessor 15. */
    public static boolean isAccess(int word) {
        if ((word >>> 8 & 15) != NUMBER) {
            return false;
        }
        return switch (A32.decode(word)) {
            case MCR, MRC, MCRR, MRRC -> true;
            default -> false;
        };
    }

    /** Whether the access is by MCRR or MRRC: two registers, 64 bits. */
    public static boolean isWide(int word) {
        return (word & 1 << 25) == 0;
    }

    /** A number below 2^15 for what a word accesses, the same for reads and writes. */
    static int key(int word) {
        return isWide(word)
                ? wideKey(word >>> 4 & 15, word & 15)
                : key(word >>> 21 & 7, word >>> 16 & 15, word & 15, word >>> 5 & 7);
    }

    static int key(int opc1, int crn, int crm, int opc2) {
        return opc1 << 11 | crn << 7 | crm << 3 | opc2;
    }

    static int wideKey(int opc1, int crm) {
        return WIDE | opc1 << 4 | crm;
    }

    /** An access as the assembler writes it, for messages: {@code p15, 0, c1, c0, 0}; wide ones {@code p15, 1, c14}. */
    public static String operands(int word) {
        return isWide(word)
                ? "p15, %d, c%d".formatted(word >>> 4 & 15, word & 15)
                : "p15, %d, c%d, c%d, %d".formatted(word >>> 21 & 7, word >>> 16 & 15, word & 15, word >>> 5 & 7);
    }

    /** The number of this register's place. */
    int key() {
        return key;
    }

    /**
     * The register which an access of 64 bits reaches all of: itself, but for those of which MCR and MRC reach a half.
     */
    public Cp15 whole() {
        return switch (this) {
            case TTBR0_64 -> TTBR0;
            case TTBR1_64 -> TTBR1;
            case PAR_64 -> PAR;
            default -> this;
        };
    }

    /** Whether what a write does is done to all cores of the inner shareable domain (ARM DDI 0406C, B3.10.5). */
    public boolean isBroadcast() {
        return switch (this) {
            case TLBIALLIS, TLBIMVAIS, TLBIASIDIS, TLBIMVAAIS -> true;
            default -> false;
        };
    }

    public boolean readable() {
        return access.allows(true);
    }

    public boolean writable() {
        return access.allows(false);
    }

    /** Whether an access in this direction exists. */
    public boolean allows(boolean read) {
        return access.allows(read);
    }
}
