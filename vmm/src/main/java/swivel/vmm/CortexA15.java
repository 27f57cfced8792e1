package swivel.vmm;

import static swivel.arm.Cp15.*;
import static swivel.arm.Cp15Fields.*;

import swivel.arm.Cp15;
import swivel.cpu.UserState;

/**
 * The CP15 registers of this core: a Cortex-A15 r4p0 as QEMU's {@code virt} board has it, without LPAE, Virtualization and
 * Security Extensions, VFP and NEON, and debug (ARM DDI 0438, chapter 4; ARM DDI 0406C, B4.1).
 *
 * <p>A row gives a register's value after reset and the bits that a write changes. A register without a row is undefined. What
 * kernels access often lives in a system slot of the vCPU.
 */
final class CortexA15 {
    private CortexA15() {}

    private static final int ALL = -1;
    private static final int NONE = 0;

    private static final int COUNT = Cp15.values().length;
    private static final boolean[] PRESENT = new boolean[COUNT];
    private static final int[] RESET = new int[COUNT];
    private static final int[] WRITABLE = new int[COUNT];
    private static final int[] SLOT = new int[COUNT];
    private static final boolean[] READ_ACTS = new boolean[COUNT];
    private static final boolean[] WRITE_ACTS = new boolean[COUNT];

    /** Slot of a register that has none. */
    static final int NO_SLOT = 0;

    static {
        // Identification
        constant(MIDR, 0x414f_c0f0);
        constant(MIDR_ALIAS4, 0x414f_c0f0);
        constant(MIDR_ALIAS7, 0x414f_c0f0);
        constant(CTR, 0x8444_c004);
        constant(TCMTR, 0);
        constant(TLBTR, 0);
        // Multiprocessing format; the first core of a cluster
        constant(MPIDR, 0x8000_0000);
        // Not implemented, so it is MIDR again
        constant(REVIDR, 0x414f_c0f0);
        constant(ID_PFR0, 0x0000_1131);
        // Generic timer; neither Virtualization nor Security Extensions
        constant(ID_PFR1, 0x0001_0001);
        // Performance monitors PMUv2, no debug by coprocessor
        constant(ID_DFR0, 0x0200_0000);
        constant(ID_AFR0, 0);
        // VMSAv7 with access flag, TEX remap and PXN: 4; 5 would be long descriptors
        constant(ID_MMFR0, 0x1020_1104);
        constant(ID_MMFR1, 0x2000_0000);
        constant(ID_MMFR2, 0x0124_0000);
        constant(ID_MMFR3, 0x0210_2211);
        // SDIV and UDIV in T32 and A32
        constant(ID_ISAR0, 0x0210_1110);
        constant(ID_ISAR1, 0x1311_2111);
        constant(ID_ISAR2, 0x2123_2041);
        constant(ID_ISAR3, 0x1111_2131);
        constant(ID_ISAR4, 0x1001_1142);
        constant(ID_ISAR5, 0);
        constant(CCSIDR, 0);
        constant(CLIDR, 0x0a20_0023);
        constant(AIDR, 0);
        register(CSSELR, 0, 0xf);

        // Control. CP15BEN stays set: the processor executes CP15 barriers without a trap
        register(
                SCTLR,
                0x00c5_0078,
                SCTLR_TE | SCTLR_AFE | SCTLR_TRE | SCTLR_EE | SCTLR_V | SCTLR_I | SCTLR_Z | SCTLR_SW | SCTLR_C | SCTLR_A
                        | SCTLR_M);
        // SMP
        register(ACTLR, 0, 1 << 6);
        // No coprocessor to enable: cp10 and cp11 read as zero
        register(CPACR, 0, NONE);

        // Memory
        register(TTBR0, 0, ALL);
        register(TTBR1, 0, ALL);
        register(TTBCR, 0, TTBCR_N | TTBCR_PD0 | TTBCR_PD1);
        register(DACR, 0, ALL);
        register(PRRR, 0x0009_8aa4, ALL);
        register(NMRR, 0x44e0_48e0, ALL);
        register(AMAIR0, 0, NONE);
        register(AMAIR1, 0, NONE);
        register(FCSEIDR, 0, NONE);
        register(CONTEXTIDR, 0, ALL);
        register(PAR, 0, ALL);

        // Faults
        register(DFSR, 0, 0x3fff);
        register(IFSR, 0, 0x1fff);
        register(ADFSR, 0, NONE);
        register(AIFSR, 0, NONE);
        register(DFAR, 0, ALL);
        register(IFAR, 0, ALL);
        register(VBAR, 0, ~0x1f);
        constant(ISR, 0);

        // Threads
        register(TPIDRURW, 0, ALL);
        register(TPIDRURO, 0, ALL);
        register(TPIDRPRW, 0, ALL);

        // Caches and barriers: nothing to do
        idle(
                CP15NOP,
                ICIALLUIS,
                BPIALLIS,
                ICIALLU,
                ICIMVAU,
                CP15ISB,
                BPIALL,
                BPIMVA,
                DCIMVAC,
                DCISW,
                DCCMVAC,
                DCCSW,
                CP15DSB,
                CP15DMB,
                DCCMVAU,
                CP15NOP_PREFETCH,
                DCCIMVAC,
                DCCISW);
        operations(ATS1CPR, ATS1CPW, ATS1CUR, ATS1CUW);
        operations(
                TLBIALLIS,
                TLBIMVAIS,
                TLBIASIDIS,
                TLBIMVAAIS,
                ITLBIALL,
                ITLBIMVA,
                ITLBIASID,
                DTLBIALL,
                DTLBIMVA,
                DTLBIASID,
                TLBIALL,
                TLBIMVA,
                TLBIASID,
                TLBIMVAA);

        // Performance monitors: PMUv2
        constant(PMCEID0, PerformanceMonitors.EVENTS);
        constant(PMCEID1, 0);
        for (Cp15 monitor : new Cp15[] {
            PMCR,
            PMCNTENSET,
            PMCNTENCLR,
            PMOVSR,
            PMSWINC,
            PMSELR,
            PMCCNTR,
            PMXEVTYPER,
            PMXEVCNTR,
            PMUSERENR,
            PMINTENSET,
            PMINTENCLR,
            PMOVSSET
        }) {
            operations(monitor);
            READ_ACTS[monitor.ordinal()] = true;
        }

        // Generic timer; the timers themselves are the platform's
        register(CNTFRQ, 0, NONE);
        register(CNTKCTL, 0, 0x3ff);
        operations(CNTP_TVAL, CNTP_CTL, CNTV_TVAL, CNTV_CTL, CNTPCT, CNTVCT, CNTP_CVAL, CNTV_CVAL);

        // L2 control: one core
        register(L2CTLR, 1 << 23, NONE);
        register(L2ECTLR, 0, NONE);
        // Where QEMU's virt has its interrupt controller
        constant(CBAR, 0x0800_0000);

        // What kernels read and write all the time, and what the processor's own instructions reach
        int slot = SystemSlots.CP15;
        for (Cp15 often : new Cp15[] {TPIDRPRW, DACR, CONTEXTIDR, DFSR, DFAR, IFSR, IFAR, TTBR0, SCTLR}) {
            SLOT[often.ordinal()] = slot++;
        }
        if (slot > UserState.SYSTEM_END) {
            throw new IllegalStateException("too many system slots");
        }
        SLOT[TPIDRURW.ordinal()] = UserState.TPIDRURW;
        SLOT[TPIDRURO.ordinal()] = UserState.TPIDRURO;

        // What SystemControl does more for than to read or to store
        for (Cp15 acting : new Cp15[] {CCSIDR, ISR, CNTFRQ, CNTP_CTL, CNTV_CTL, CNTP_TVAL, CNTV_TVAL, CNTPCT, CNTVCT}) {
            READ_ACTS[acting.ordinal()] = true;
        }
        for (Cp15 acting : new Cp15[] {SCTLR, VBAR, TTBCR, DACR, CONTEXTIDR}) {
            WRITE_ACTS[acting.ordinal()] = true;
        }
    }

    private static void register(Cp15 register, int reset, int writable) {
        PRESENT[register.ordinal()] = true;
        RESET[register.ordinal()] = reset;
        WRITABLE[register.ordinal()] = writable;
    }

    private static void constant(Cp15 register, int value) {
        register(register, value, NONE);
    }

    /** Writes that do nothing. */
    private static void idle(Cp15... operations) {
        for (Cp15 operation : operations) {
            register(operation, 0, NONE);
        }
    }

    private static void operations(Cp15... operations) {
        for (Cp15 operation : operations) {
            register(operation, 0, NONE);
            WRITE_ACTS[operation.ordinal()] = true;
        }
    }

    static boolean has(Cp15 register) {
        return PRESENT[register.ordinal()];
    }

    static int writable(Cp15 register) {
        return WRITABLE[register.ordinal()];
    }

    /** The system slot of a register, or {@link #NO_SLOT}. */
    static int slot(Cp15 register) {
        return SLOT[register.ordinal()];
    }

    /** A register's value after reset. */
    static int reset(Cp15 register) {
        return RESET[register.ordinal()];
    }

    /** Whether a register keeps its value after reset. */
    static boolean isConstant(Cp15 register) {
        return WRITABLE[register.ordinal()] == NONE;
    }

    /** Whether this core has a register and reading it in a privileged mode gives the value that it holds, no more. */
    static boolean readIsPlain(Cp15 register) {
        return has(register) && !READ_ACTS[register.ordinal()];
    }

    /** Whether this core has a register and writing it in a privileged mode changes its writable bits, no more. */
    static boolean writeIsPlain(Cp15 register) {
        return has(register) && !WRITE_ACTS[register.ordinal()];
    }

    static void reset(SystemRegisters system) {
        for (Cp15 register : Cp15.values()) {
            system.set(register, reset(register));
        }
    }

    private static final int L1_DATA = 0x701f_e00a;
    private static final int L1_INSTRUCTION = 0x201f_e00a;
    private static final int L2_UNIFIED = 0x711f_e07a;

    /** CCSIDR of the cache that CSSELR selects: 32 KiB at level 1, 4 MiB at level 2. */
    static int cacheSize(int selection) {
        return switch (selection) {
            case 0 -> L1_DATA;
            case 1 -> L1_INSTRUCTION;
            case 2 -> L2_UNIFIED;
            default -> 0;
        };
    }
}
