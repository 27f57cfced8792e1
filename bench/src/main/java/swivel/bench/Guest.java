package swivel.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A kernel that is measured, and how Swivel virtualizes it. QEMU takes no ELF with virtual addresses, so it boots the same kernel's zImage. */
enum Guest {
    OWN_PATCHED("own-patched", "linux-v7/vmlinux", "patched", "linux-v7/zImage"),
    OWN_TRANSLATED("own-translated", "linux-v7/zImage", "translated", "linux-v7/zImage"),
    STOCK_PATCHED("stock-patched", "stock/vmlinuz", "patched", "stock/vmlinuz"),
    STOCK_TRANSLATED("stock-translated", "stock/vmlinuz", "translated", "stock/vmlinuz");

    private static final String INITRD = "initramfs/initramfs.cpio.gz";

    /** What {@code --only} and the tables call it. */
    final String label;

    private final String kernel;
    private final String virtualization;
    private final String qemuKernel;

    Guest(String label, String kernel, String virtualization, String qemuKernel) {
        this.label = label;
        this.kernel = kernel;
        this.virtualization = virtualization;
        this.qemuKernel = qemuKernel;
    }

    /** The command that boots it under Swivel. */
    List<String> swivel(String append) {
        return List.of(
                Path.of("swivel").toAbsolutePath().toString(),
                "run",
                "--stats",
                "--virt",
                virtualization,
                "--kernel",
                file(kernel),
                "--initrd",
                file(INITRD),
                "--append",
                append);
    }

    /** The command that boots it under QEMU. */
    List<String> qemu(String append) {
        List<String> command = new ArrayList<>();
        command.add(Path.of("guests", "run-qemu").toAbsolutePath().toString());
        command.add(file(qemuKernel));
        command.add(file(INITRD));
        command.add(append);
        return command;
    }

    /** Throws {@link BenchmarkException} if one of its files was never built. */
    void require() {
        for (String name : List.of(kernel, qemuKernel, INITRD)) {
            if (!Files.isReadable(Path.of(file(name)))) {
                String recipe = name.substring(0, name.indexOf('/'));
                throw new BenchmarkException(
                        "the guest " + label + " needs " + file(name) + "; build it with: guests/build " + recipe);
            }
        }
    }

    private static String file(String name) {
        String cache = System.getenv().getOrDefault("SWIVEL_CACHE", System.getProperty("user.home") + "/.cache/swivel");
        return Path.of(cache, "guests", name).toString();
    }
}
