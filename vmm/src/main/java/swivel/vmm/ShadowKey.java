package swivel.vmm;

import static swivel.vmm.SystemRegisters.SCTLR_A;
import static swivel.vmm.SystemRegisters.SCTLR_AFE;
import static swivel.vmm.SystemRegisters.SCTLR_EE;
import static swivel.vmm.SystemRegisters.SCTLR_M;

import swivel.arm.Cp15;

/**
 * Everything that decides what a guest virtual address means, beside the tables themselves, the privilege and the ASID.
 * DACR is part of it because Linux changes it around every access to user memory (software PAN): a change then selects another
 * shadow and flushes nothing.
 *
 * @param control the bits of SCTLR that matter; with the MMU off all but A, and everything else, is 0
 */
record ShadowKey(int control, int ttbcr, int ttbr0, int ttbr1, int dacr) {
    static ShadowKey of(SystemRegisters system) {
        int control = system.get(Cp15.SCTLR) & (SCTLR_M | SCTLR_A | SCTLR_AFE | SCTLR_EE);
        if ((control & SCTLR_M) == 0) {
            return new ShadowKey(control & SCTLR_A, 0, 0, 0, 0);
        }
        int ttbcr = system.get(Cp15.TTBCR);
        boolean split = (ttbcr & SystemRegisters.TTBCR_N) != 0;
        return new ShadowKey(
                control, ttbcr, system.get(Cp15.TTBR0), split ? system.get(Cp15.TTBR1) : 0, system.get(Cp15.DACR));
    }

    boolean strictAlignment() {
        return (control & SCTLR_A) != 0;
    }
}
