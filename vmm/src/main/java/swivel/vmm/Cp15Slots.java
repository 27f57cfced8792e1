package swivel.vmm;

import static swivel.arm.Cp15.*;

import swivel.arm.Cp15;
import swivel.cpu.SystemSlots;
import swivel.cpu.UserState;

/**
 * Which CP15 registers are in slots of {@link UserState#r}, so that the processor reads and writes them itself
 * ({@link KernelIntrinsics}).
 */
final class Cp15Slots {
    private Cp15Slots() {}

    /** Slot of a register that has none. */
    static final int NONE = 0;

    /**
     * The value of DACR, and of TTBCR, that selects the alternate of the current space; that of the register if none
     * does.
     */
    static final int DACR_OTHER = SystemSlots.OTHERS;

    static final int TTBCR_OTHER = SystemSlots.OTHERS + 1;

    private static final int[] OF = new int[Cp15.values().length];

    static {
        // What kernels read and write all the time, and what the processor's own instructions reach
        int slot = SystemSlots.OTHERS + 2;
        for (Cp15 often :
                new Cp15[] {TPIDRPRW, DACR, CONTEXTIDR, DFSR, DFAR, IFSR, IFAR, TTBR0, TTBR1, SCTLR, TTBCR, CNTKCTL}) {
            OF[often.ordinal()] = slot++;
        }
        if (slot > UserState.SYSTEM_END) {
            throw new IllegalStateException("too many system slots");
        }
        OF[TPIDRURW.ordinal()] = UserState.TPIDRURW;
        OF[TPIDRURO.ordinal()] = UserState.TPIDRURO;
    }

    /** The slot of the value that selects an alternate; of a register that has none its own. */
    static int other(Cp15 register) {
        return register == DACR ? DACR_OTHER : register == TTBCR ? TTBCR_OTHER : of(register);
    }

    /** The slot of a register, or {@link #NONE}. */
    static int of(Cp15 register) {
        return OF[register.ordinal()];
    }
}
