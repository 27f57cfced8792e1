package swivel.arm.core;

import static swivel.arm.Cp15.*;
import static swivel.arm.Cp15Fields.*;

import java.util.List;
import swivel.arm.Cp14;
import swivel.arm.Cp15;
import swivel.arm.Cp15.Access;
import swivel.arm.Cp15Fields;

/**
 * The registers that all cores of ARMv7-A have which are here, with what holds for all of them (ARM DDI 0406C, B3.17,
 * B4.1): with LPAE, without Virtualization and Security Extensions.
 */
final class Armv7Registers {
    private Armv7Registers() {}

    private static final int ALL = -1;

    /** By CSSELR: data and instructions at level 1, 32 KiB each; level 2, 4 MiB; as on QEMU. */
    static final int[] CACHE_SIZES = {0x701f_e00a, 0x201f_e00a, 0x711f_e07a};

    /** VFPv4 and Advanced SIMDv2 with 32 registers, of the core that FPSID names. */
    static FloatingPointUnit floatingPoint(int fpsid) {
        return new FloatingPointUnit(fpsid, 0x1011_0222, 0x1111_1111);
    }

    /**
     * All but what a core's manual alone describes; a core may replace rows.
     *
     * @param midr its main identification register
     */
    static RegisterTable<Cp15> cp15(int midr) {
        RegisterTable<Cp15> table = new RegisterTable<>(Cp15.values());
        identification(table, midr);
        features(table);
        control(table);
        memory(table);
        faults(table);
        operations(table);
        monitors(table);
        timer(table);
        return table.storage(TPIDRURW, 0, ALL)
                .storage(TPIDRURO, 0, ALL)
                .storage(TPIDRPRW, 0, ALL)
                // Where QEMU's virt has its interrupt controller
                .constant(CBAR, 0x0800_0000);
    }

    private static void identification(RegisterTable<Cp15> table, int midr) {
        table.constant(MIDR, midr)
                .constant(MIDR_ALIAS4, midr)
                .constant(MIDR_ALIAS7, midr)
                // Not implemented, so it is MIDR again
                .constant(REVIDR, midr)
                .constant(TCMTR, 0)
                .constant(TLBTR, 0)
                // Multiprocessing format; the first core of a cluster
                .constant(MPIDR, 0x8000_0000)
                .constant(AIDR, 0)
                .constant(CLIDR, 0x0a20_0023)
                .acting(Effect.CACHE_SIZE, CCSIDR)
                .storage(CSSELR, 0, 0xf)
                // One core
                .constant(L2CTLR, 1 << 23)
                .constant(L2ECTLR, 0);
    }

    /** What there is of the architecture. */
    private static void features(RegisterTable<Cp15> table) {
        // A32, T32, trivial Jazelle; no ThumbEE
        table.constant(ID_PFR0, 0x0000_0131)
                // Generic timer; neither Virtualization nor Security Extensions
                .constant(ID_PFR1, 0x0001_0001)
                // Performance monitors PMUv2, debug v7.1, none of it secure
                .constant(ID_DFR0, 0x0201_0505)
                .constant(ID_AFR0, 0)
                .constant(ID_MMFR2, 0x0124_0000)
                .constant(ID_MMFR3, 0x0210_2211)
                // SDIV and UDIV in T32 and A32
                .constant(ID_ISAR0, 0x0210_1110)
                .constant(ID_ISAR1, 0x1311_2111)
                .constant(ID_ISAR2, 0x2123_2041)
                .constant(ID_ISAR3, 0x1111_2131)
                .constant(ID_ISAR4, 0x1001_1142)
                .constant(ID_ISAR5, 0);
    }

    private static void control(RegisterTable<Cp15> table) {
        // CP15BEN stays set: the processor executes CP15 barriers without a trap
        int sctlr = SCTLR_TE | SCTLR_AFE | SCTLR_TRE | SCTLR_EE | SCTLR_V | SCTLR_I | SCTLR_Z | SCTLR_SW | SCTLR_C;
        table.row(Effect.CONTEXT, SCTLR, 0x00c5_0078, sctlr | SCTLR_A | SCTLR_M)
                .acting(Effect.COPROCESSORS, CPACR)
                .row(Effect.CONTEXT, VBAR, 0, ~0x1f)
                .acting(Effect.INTERRUPT_STATUS, ISR);
    }

    private static void memory(RegisterTable<Cp15> table) {
        int shortDescriptors = TTBCR_N | TTBCR_PD0 | TTBCR_PD1;
        int longDescriptors = TTBCR_T0SZ | TTBCR_T0SZ << TTBCR_T1SZ_SHIFT | TTBCR_EPD0 | TTBCR_EPD1 | TTBCR_A1;
        table.doubleword(TTBR0, TTBR_64)
                .doubleword(TTBR1, TTBR_64)
                .acting(Effect.WHOLE, TTBR0_64, TTBR1_64, Cp15.PAR_64)
                .row(Effect.CONTEXT, TTBCR, 0, TTBCR_EAE | shortDescriptors | longDescriptors | TTBCR_CACHES)
                .row(Effect.CONTEXT, DACR, 0, ALL)
                .storage(PRRR, 0x0009_8aa4, ALL)
                .storage(NMRR, 0x44e0_48e0, ALL)
                .constant(AMAIR0, 0)
                .constant(AMAIR1, 0)
                .constant(FCSEIDR, 0)
                .row(Effect.CONTEXT, CONTEXTIDR, 0, ALL)
                .doubleword(PAR, Cp15Fields.PAR_64);
    }

    private static void faults(RegisterTable<Cp15> table) {
        table.storage(DFSR, 0, 0x3fff)
                .storage(IFSR, 0, 0x1fff)
                .constant(ADFSR, 0)
                .constant(AIFSR, 0)
                .storage(DFAR, 0, ALL)
                .storage(IFAR, 0, ALL);
    }

    private static void operations(RegisterTable<Cp15> table) {
        // Caches and barriers: nothing to do
        table.idle(CP15NOP, CP15NOP_PREFETCH, CP15ISB, CP15DSB, CP15DMB)
                .idle(ICIALLUIS, ICIALLU, ICIMVAU, BPIALLIS, BPIALL, BPIMVA)
                .idle(DCIMVAC, DCISW, DCCMVAC, DCCSW, DCCMVAU, DCCIMVAC, DCCISW)
                .acting(Effect.ADDRESS_TRANSLATION, ATS1CPR, ATS1CPW, ATS1CUR, ATS1CUW)
                .acting(Effect.TLB_ALL, TLBIALLIS, ITLBIALL, DTLBIALL, TLBIALL)
                .acting(Effect.TLB_PAGE, TLBIMVAIS, ITLBIMVA, DTLBIMVA, TLBIMVA)
                .acting(Effect.TLB_PAGE_OF_ALL, TLBIMVAAIS, TLBIMVAA)
                .acting(Effect.TLB_ASID, TLBIASIDIS, ITLBIASID, DTLBIASID, TLBIASID);
    }

    /** PMUv2. */
    private static void monitors(RegisterTable<Cp15> table) {
        table.acting(Effect.MONITORS, PMCNTENSET, PMCNTENCLR, PMOVSR, PMOVSSET, PMSWINC, PMSELR, PMCCNTR)
                .acting(Effect.MONITORS, PMXEVTYPER, PMXEVCNTR, PMUSERENR, PMINTENSET, PMINTENCLR)
                // Software increments, instructions, cycles (C12.8)
                .constant(PMCEID0, 1 << PMU_SOFTWARE_INCREMENT | 1 << PMU_INSTRUCTIONS | 1 << PMU_CYCLES)
                .constant(PMCEID1, 0);
    }

    /** The timers themselves are the platform's. */
    private static void timer(RegisterTable<Cp15> table) {
        table.acting(Effect.COUNTER_FREQUENCY, CNTFRQ)
                .storage(CNTKCTL, 0, 0x3ff)
                .acting(Effect.COUNTER, CNTPCT, CNTVCT)
                .acting(Effect.PHYSICAL_TIMER, CNTP_TVAL, CNTP_CTL, CNTP_CVAL)
                .acting(Effect.VIRTUAL_TIMER, CNTV_TVAL, CNTV_CTL, CNTV_CVAL);
    }

    /**
     * As on QEMU: what is kept for identification registers of later architectures, the cache operations of earlier
     * ones (but ATS12NSO**, which only the Security Extensions have, B4.2.4), TLB lockdown, and what is left to
     * implementations.
     */
    static final List<Unnamed> UNNAMED = List.of(
            new Unnamed(0, 1, 0x00fe, 0xff, Access.READ),
            new Unnamed(7, 1, 0xfeff, 0xff, Access.WRITE),
            new Unnamed(7, 1, 0x0100, 0x0f, Access.WRITE),
            new Unnamed(10, 0xff, 0x0113, 0xff, Access.READ_WRITE),
            new Unnamed(15, 0xff, 0xffff, 0xff, Access.READ_WRITE));

    /**
     * Debug v7.1 with six breakpoints, the last two of which can match a context, and four watchpoints.
     *
     * @param revision its variant and revision, as DBGDIDR has them
     */
    static RegisterTable<Cp14> cp14(int revision) {
        RegisterTable<Cp14> table = new RegisterTable<>(Cp14.values());
        for (int n = 0; n < Cp14.BREAKPOINTS; n++) {
            table.storage(Cp14.breakpointValue(n), 0, ALL).storage(Cp14.breakpointControl(n), 0, ALL);
        }
        for (int n = 0; n < Cp14.WATCHPOINTS; n++) {
            table.storage(Cp14.watchpointValue(n), 0, ~3).storage(Cp14.watchpointControl(n), 0, ALL);
        }
        return table.constant(Cp14.DBGDIDR, 0x3515_f000 | revision)
                .storage(Cp14.DBGDSCR_EXTERNAL, 0, ALL)
                // Vectors are not caught
                .idle(Cp14.DBGVCR)
                .idle(Cp14.DBGDSCR_INTERNAL, Cp14.DBGDTR_INTERNAL)
                // There is no debug ROM table
                .idle(Cp14.DBGDRAR, Cp14.DBGDSAR, Cp14.DBGDRAR_64, Cp14.DBGDSAR_64)
                .idle(Cp14.DBGOSLAR, Cp14.DBGOSDLR)
                // The OS lock is there and locked
                .storage(Cp14.DBGOSLSR, 0xa, 0)
                .idle(Cp14.JIDR, Cp14.JOSCR, Cp14.JMCR);
    }
}
