package swivel.arm.core;

import static swivel.arm.Cp15.*;

import swivel.arm.Cp15;

/** What is Cortex-A15's own: r4p0 (ARM DDI 0438, chapter 4; its floating point, chapter 14). */
final class CortexA15 {
    private CortexA15() {}

    static final FloatingPointUnit FLOATING_POINT = Armv7Registers.floatingPoint(0x4104_30f0);

    static RegisterTable<Cp15> cp15() {
        return Armv7Registers.cp15(0x414f_c0f0)
                .constant(CTR, 0x8444_c004)
                // VMSAv7 with access flag, TEX remap, PXN and long descriptors
                .constant(ID_MMFR0, 0x1020_1105)
                .constant(ID_MMFR1, 0x2000_0000)
                // SMP
                .storage(ACTLR, 0, 1 << 6)
                // Implementer ARM, Cortex-A15, six event counters
                .row(Effect.MONITORS, PMCR, 0x410f_3000, 0);
    }
}
