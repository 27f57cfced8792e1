package swivel.arm;

/**
 * What a processor must have to execute an instruction of {@link Vfp} or {@link Neon} (ARM DDI 0406C, A2.6); MVFR0 and
 * MVFR1 tell software (B4.1.114, B4.1.115). Whether it needs the registers d16 to d31 depends on its operands
 * ({@link Arguments.Extension#needsD32}).
 */
public enum VfpFeature {
    /** VFPv2, which all later ones include. */
    VFP2(ArmVersion.V6),
    /** VFPv3: immediates, and conversions of fixed-point numbers. */
    VFP3(ArmVersion.V7),
    /** The Half-precision Extension: conversions of half-precision numbers. */
    HALF_PRECISION(ArmVersion.V7),
    /** VFPv4, of NEON Advanced SIMDv2: fused multiply and add. */
    FUSED(ArmVersion.V7),
    /** Advanced SIMDv1. */
    SIMD(ArmVersion.V7);

    private final ArmVersion since;

    VfpFeature(ArmVersion since) {
        this.since = since;
    }

    /** The first architecture version that may have it. */
    ArmVersion since() {
        return since;
    }
}
