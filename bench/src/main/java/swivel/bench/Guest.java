package swivel.bench;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A kernel that is measured, and how Swivel virtualizes it. QEMU takes no ELF with virtual addresses, so it boots the
 * same kernel's zImage.
 */
enum Guest {
    OWN_PATCHED("own-patched", "linux-v7/vmlinux", "patched", "linux-v7/zImage"),
    OWN_TRANSLATED("own-translated", "linux-v7/zImage", "translated", "linux-v7/zImage"),
    STOCK_PATCHED("stock-patched", "stock/vmlinuz", "patched", "stock/vmlinuz"),
    STOCK_TRANSLATED("stock-translated", "stock/vmlinuz", "translated", "stock/vmlinuz");

    /** What {@code --only} and the tables call it. */
    final String label;

    private final String kernel;
    /** {@code --virt} of Swivel. */
    final String virtualization;

    private final String qemuKernel;

    Guest(String label, String kernel, String virtualization, String qemuKernel) {
        this.label = label;
        this.kernel = kernel;
        this.virtualization = virtualization;
        this.qemuKernel = qemuKernel;
    }

    /** The file that Swivel takes. Throws {@link BenchmarkException} if it was never built. */
    Path kernel() {
        return file(kernel);
    }

    /** The file that QEMU takes. Throws {@link BenchmarkException} if it was never built. */
    Path qemuKernel() {
        return file(qemuKernel);
    }

    /** A file that {@code guests/build} made. Throws {@link BenchmarkException} if it did not. */
    static Path file(String name) {
        String cache = System.getenv().getOrDefault("SWIVEL_CACHE", System.getenv("HOME") + "/.cache/swivel");
        Path file = Path.of(cache, "guests", name);
        if (!Files.isReadable(file)) {
            throw new BenchmarkException(
                    file + " is missing; build it with: guests/build " + name.substring(0, name.indexOf('/')));
        }
        return file;
    }
}
