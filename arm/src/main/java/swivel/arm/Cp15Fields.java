package swivel.arm;

/** The fields of CP15 registers, each a mask with the name of its register before it (ARM DDI 0406C, B4.1). */
public final class Cp15Fields {
    private Cp15Fields() {}

    /** SCTLR (B4.1.130): the MMU is on. */
    public static final int SCTLR_M = 1;
    /** Accesses that are not aligned abort. */
    public static final int SCTLR_A = 1 << 1;
    /** Data caches are on. */
    public static final int SCTLR_C = 1 << 2;
    /** SWP and SWPB are enabled. */
    public static final int SCTLR_SW = 1 << 10;
    /** Branch prediction. */
    public static final int SCTLR_Z = 1 << 11;
    /** Instruction caches are on. */
    public static final int SCTLR_I = 1 << 12;
    /** High vectors. */
    public static final int SCTLR_V = 1 << 13;
    /** Exceptions begin big-endian; translation tables are big-endian. */
    public static final int SCTLR_EE = 1 << 25;
    /** TEX remap. */
    public static final int SCTLR_TRE = 1 << 28;
    /** AP[0] is the access flag. */
    public static final int SCTLR_AFE = 1 << 29;
    /** Exceptions begin in T32 state. */
    public static final int SCTLR_TE = 1 << 30;

    /** TTBCR (B4.1.153), short descriptors: log2 of how often the lower table's range fits into the address space. */
    public static final int TTBCR_N = 7;
    /** No walks of the lower table. */
    public static final int TTBCR_PD0 = 1 << 4;
    /** No walks of the upper table. */
    public static final int TTBCR_PD1 = 1 << 5;
    /** Long descriptors. */
    public static final int TTBCR_EAE = 1 << 31;
    /** With them: so many upper bits of an address are zeros where the lower table translates it. */
    public static final int TTBCR_T0SZ = 7;
    /** The lowest bit of T1SZ: so many are ones where the upper table does. */
    public static final int TTBCR_T1SZ_SHIFT = 16;
    /** No walks of the lower table. */
    public static final int TTBCR_EPD0 = 1 << 7;
    /** No walks of the upper table. */
    public static final int TTBCR_EPD1 = 1 << 23;
    /** The ASID is that of TTBR1, not of TTBR0. */
    public static final int TTBCR_A1 = 1 << 22;
    /** How the tables are cached and shared: IRGN, ORGN and SH, for both. */
    public static final int TTBCR_CACHES = 0x3f00_3f00;

    /** TTBR0 and TTBR1 with long descriptors (B4.1.154): the lowest bit of the ASID. */
    public static final int TTBR_ASID_SHIFT = 48;
    /** All that is in them: ASID, and the table's address. */
    public static final long TTBR_64 = 0x00ff_00ff_ffff_ffffL;

    /** CONTEXTIDR with short descriptors, the ASID of a TTBR, and the operand of TLB invalidation (B4.1.36). */
    public static final int ASID = 0xff;

    /** PAR with short descriptors (B4.1.112): the translation aborted, and bits 6:1 say why. */
    public static final int PAR_F = 1;
    /** It is of a supersection. */
    public static final int PAR_SS = 1 << 1;
    /** The address is Non-secure. */
    public static final int PAR_NS = 1 << 9;
    /** With long descriptors: it is in their format. */
    public static final int PAR_LPAE = 1 << 11;
    /** The lowest bit of the shareability. */
    public static final int PAR_SH_SHIFT = 7;
    /** The lowest bit of the memory attributes, as MAIR0 and MAIR1 have them. */
    public static final int PAR_ATTR_SHIFT = 56;
    /** All that is in it. */
    public static final long PAR_64 = 0xff00_00ff_ffff_ffffL;

    /** CNTKCTL (B4.1.26): programs may read the physical counter. */
    public static final int CNTKCTL_PL0PCTEN = 1;
    /** Programs may read the virtual counter. */
    public static final int CNTKCTL_PL0VCTEN = 1 << 1;
    /** Programs may use the virtual timer. */
    public static final int CNTKCTL_PL0VTEN = 1 << 8;
    /** Programs may use the physical timer. */
    public static final int CNTKCTL_PL0PTEN = 1 << 9;

    /** PMCR (B4.1.117): counting is on. */
    public static final int PMCR_E = 1;
    /** Clears the event counters. */
    public static final int PMCR_P = 1 << 1;
    /** Clears the cycle counter. */
    public static final int PMCR_C = 1 << 2;
    /** The cycle counter counts every 64th cycle. */
    public static final int PMCR_D = 1 << 3;
    /** Events are exported. */
    public static final int PMCR_X = 1 << 4;
    /** No cycles are counted where that is prohibited. */
    public static final int PMCR_DP = 1 << 5;
    /** The lowest bit of the number of event counters. */
    public static final int PMCR_N_SHIFT = 11;
    /** The number of event counters. */
    public static final int PMCR_N = 0x1f << PMCR_N_SHIFT;

    /** PMXEVTYPER (B4.1.129): does not count in privileged modes. */
    public static final int PMXEVTYPER_P = 1 << 31;
    /** Does not count in user mode. */
    public static final int PMXEVTYPER_U = 1 << 30;
    /** In which modes it counts; of the extensions' three bits the rest is. */
    public static final int PMXEVTYPER_FILTER = 0xf800_0000;
    /** What it counts (PMUv2). */
    public static final int PMXEVTYPER_EVENT = 0xff;

    /** PMSELR (B4.1.122): the number of a counter. */
    public static final int PMSELR_SEL = 0x1f;
    /** PMUSERENR (B4.1.124): programs may use the monitors. */
    public static final int PMUSERENR_EN = 1;

    /** Events of the performance monitors (C12.8): PMSWINC was written. */
    public static final int PMU_SOFTWARE_INCREMENT = 0x00;
    /** An instruction was executed. */
    public static final int PMU_INSTRUCTIONS = 0x08;
    /** A cycle. */
    public static final int PMU_CYCLES = 0x11;
}
