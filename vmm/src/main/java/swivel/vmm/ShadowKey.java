package swivel.vmm;

import static swivel.arm.Cp15Fields.SCTLR_A;
import static swivel.arm.Cp15Fields.SCTLR_AFE;
import static swivel.arm.Cp15Fields.SCTLR_EE;
import static swivel.arm.Cp15Fields.SCTLR_M;
import static swivel.arm.Cp15Fields.TTBCR_EAE;

import swivel.arm.Cp15;

/**
 * Everything that decides what a translation that a TLB holds means, beside the privilege and the ASID. DACR is part of
 * it because Linux changes it around every access to user memory (software PAN): a change then selects another shadow
 * and flushes nothing. TTBR0 is not: entries of a TLB are told apart by the ASID alone (ARM DDI 0406C, B3.10.1), and a
 * kernel that writes TTBR0 has to change that with it or to invalidate.
 *
 * @param control the bits of SCTLR that matter; with the MMU off all but A, and everything else, is 0
 */
record ShadowKey(int control, int ttbcr, int dacr) {
    static ShadowKey of(SystemRegisters system) {
        int control = system.get(Cp15.SCTLR) & (SCTLR_M | SCTLR_A | SCTLR_AFE | SCTLR_EE);
        if ((control & SCTLR_M) == 0) {
            return new ShadowKey(control & SCTLR_A, 0, 0);
        }
        int ttbcr = system.get(Cp15.TTBCR);
        // Long descriptors always have an access flag, and no domains
        return system.usesLongDescriptors()
                ? new ShadowKey(control & ~SCTLR_AFE, ttbcr, 0)
                : new ShadowKey(control, ttbcr, system.get(Cp15.DACR));
    }

    /**
     * The register that a kernel writes to go from this to another key, if it is no other than the one by which Linux
     * keeps user memory from itself: DACR, or with long descriptors TTBCR; null: there is more to write.
     */
    Cp15 registerTo(ShadowKey other) {
        if (control != other.control || dacr != other.dacr && ttbcr != other.ttbcr) {
            return null;
        }
        if (dacr != other.dacr) {
            return Cp15.DACR;
        }
        return (ttbcr & other.ttbcr & TTBCR_EAE) != 0 && ttbcr != other.ttbcr ? Cp15.TTBCR : null;
    }

    /** What that register holds. */
    int valueOf(Cp15 register) {
        return register == Cp15.DACR ? dacr : ttbcr;
    }

    /** Not the equality that a record has of itself: linking that takes milliseconds of each start. */
    @Override
    public boolean equals(Object other) {
        return other instanceof ShadowKey key && control == key.control && ttbcr == key.ttbcr && dacr == key.dacr;
    }

    @Override
    public int hashCode() {
        return (31 * control + ttbcr) * 31 + dacr;
    }

    boolean strictAlignment() {
        return (control & SCTLR_A) != 0;
    }
}
