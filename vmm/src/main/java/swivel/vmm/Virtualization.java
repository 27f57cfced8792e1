package swivel.vmm;

/** How the guest kernel's sensitive instructions reach the hypervisor. */
public enum Virtualization {
    /** They were replaced by encoded traps: lightweight paravirtualization, as in the paper. */
    PATCHED,
    /** The kernel is unmodified; the processor traps on them while it translates. */
    TRANSLATED,
    /** Not at all: they misbehave as they do in user mode. For teaching. */
    BARE
}
