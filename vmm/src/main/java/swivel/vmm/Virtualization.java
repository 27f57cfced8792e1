package swivel.vmm;

import swivel.cpu.AddressSpace.Sensitive;

/** How the guest kernel's sensitive instructions reach the hypervisor. */
public enum Virtualization {
    /**
     * They were replaced by encoded traps: lightweight paravirtualization, as in the paper. What nobody replaced, such
     * as code that the kernel loads or makes later, the processor traps on, as if {@link #TRANSLATED}, and
     * {@link MissedInstructions} has it.
     */
    PATCHED,
    /** As in the paper and no more: what nobody replaced misbehaves, and the processor counts it. For study. */
    STRICT,
    /** The kernel is unmodified; the processor traps on them while it translates. */
    TRANSLATED,
    /** Not at all: they misbehave as they do in user mode. For teaching. */
    BARE;

    /** Whether trap words stand for instructions. */
    public boolean isRewritten() {
        return this == PATCHED || this == STRICT;
    }

    /** What the kernel's own sensitive words do in the processor. */
    Sensitive kernelCode() {
        return switch (this) {
            case PATCHED, TRANSLATED -> Sensitive.TRAP;
            case STRICT, BARE -> Sensitive.COUNT;
        };
    }
}
