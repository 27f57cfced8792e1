package swivel.arm.core;

import static swivel.arm.Cp15.*;

import swivel.arm.Cp15;

/** What is Cortex-A15's own: r4p0 (ARM DDI 0438, chapter 4). */
final class CortexA15 {
    private CortexA15() {}

    /** By CSSELR: data and instructions at level 1, 32 KiB each; level 2, 4 MiB. */
    static final int[] CACHE_SIZES = {0x701f_e00a, 0x201f_e00a, 0x711f_e07a};

    private static final int IDENTITY = 0x414f_c0f0;

    static RegisterTable<Cp15> cp15() {
        return Armv7Registers.cp15()
                .constant(MIDR, IDENTITY)
                .constant(MIDR_ALIAS4, IDENTITY)
                .constant(MIDR_ALIAS7, IDENTITY)
                // Not implemented, so it is MIDR again
                .constant(REVIDR, IDENTITY)
                .constant(CTR, 0x8444_c004)
                .constant(CLIDR, 0x0a20_0023)
                .constant(ID_PFR0, 0x0000_1131)
                // Generic timer; neither Virtualization nor Security Extensions
                .constant(ID_PFR1, 0x0001_0001)
                // Performance monitors PMUv2, no debug by coprocessor
                .constant(ID_DFR0, 0x0200_0000)
                .constant(ID_AFR0, 0)
                // VMSAv7 with access flag, TEX remap, PXN and long descriptors
                .constant(ID_MMFR0, 0x1020_1105)
                .constant(ID_MMFR1, 0x2000_0000)
                .constant(ID_MMFR2, 0x0124_0000)
                .constant(ID_MMFR3, 0x0210_2211)
                // SDIV and UDIV in T32 and A32
                .constant(ID_ISAR0, 0x0210_1110)
                .constant(ID_ISAR1, 0x1311_2111)
                .constant(ID_ISAR2, 0x2123_2041)
                .constant(ID_ISAR3, 0x1111_2131)
                .constant(ID_ISAR4, 0x1001_1142)
                .constant(ID_ISAR5, 0)
                // SMP
                .storage(ACTLR, 0, 1 << 6)
                // Implementer ARM, Cortex-A15, six event counters
                .row(Effect.MONITORS, PMCR, 0x410f_3000, 0)
                // One core
                .constant(L2CTLR, 1 << 23)
                .constant(L2ECTLR, 0);
    }
}
