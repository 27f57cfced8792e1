package swivel.arm.core;

import static swivel.arm.Cp15.*;

import swivel.arm.Cp15;

/** What is Cortex-A7's own: r0p5 (ARM DDI 0464, chapter 4; its floating point, ARM DDI 0463). */
final class CortexA7 {
    private CortexA7() {}

    static final FloatingPointUnit FLOATING_POINT = Armv7Registers.floatingPoint(0x4102_3075);

    static RegisterTable<Cp15> cp15() {
        return Armv7Registers.cp15(0x410f_c075)
                .constant(CTR, 0x8444_8003)
                // VMSAv7 with access flag, TEX remap, PXN and long descriptors
                .constant(ID_MMFR0, 0x1010_1105)
                .constant(ID_MMFR1, 0x4000_0000)
                // SMP; the prefetch of data into level 1 (bits 14:13) is at its highest
                .storage(ACTLR, 3 << 13, 1 << 6)
                // Implementer ARM, Cortex-A7, four event counters
                .row(Effect.MONITORS, PMCR, 0x4107_2000, 0);
    }
}
