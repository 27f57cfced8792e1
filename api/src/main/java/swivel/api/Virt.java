package swivel.api;

/** How a kernel's sensitive instructions come to the hypervisor: what {@code --virt} chooses. */
public enum Virt {
    /** {@link #PATCHED} where the kernel can be rewritten, else {@link #TRANSLATED}. */
    AUTO,
    /** They are replaced by traps before it is loaded. */
    PATCHED,
    /** It runs unmodified, and they trap while it is translated. */
    TRANSLATED,
    /** No help at all: shows how it goes wrong. */
    BARE;

    /** Whether a kernel, and modules beside it, may be rewritten. */
    public boolean mayRewrite() {
        return this == AUTO || this == PATCHED;
    }
}
