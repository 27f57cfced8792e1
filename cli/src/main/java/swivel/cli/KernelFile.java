package swivel.cli;

import java.nio.file.Path;
import swivel.cli.start.KernelCache;
import swivel.formats.ImageException;
import swivel.machine.BootException;
import swivel.machine.GuestKernel;
import swivel.machine.Kernel;
import swivel.machine.VirtBoard;
import swivel.vmm.Virtualization;

/** The kernel that a person named, ready for the virtualization that the person wants or that suits it. */
final class KernelFile {
    private KernelFile() {}

    /**
     * Reads it, and rewrites it if it is to be patched. Says on standard error what was chosen or done.
     *
     * @throws Failure if it cannot be used
     */
    static GuestKernel read(Path file, MachineOptions options) {
        boolean mayBeStrict = options.virt == MachineOptions.Virt.auto || options.virt == MachineOptions.Virt.patched;
        if (options.strict && !mayBeStrict) {
            throw Failure.badInput("--strict is a way of --virt patched; leave out --virt " + options.virt);
        }
        byte[] content = InputFile.read(file, "kernel");
        try {
            return switch (options.virt) {
                case bare -> prepare(content, file, Virtualization.BARE, options);
                case translated -> prepare(content, file, Virtualization.TRANSLATED, options);
                case patched -> patched(content, file, options);
                case auto -> {
                    try {
                        yield patched(content, file, options);
                    } catch (ImageException e) {
                        if (options.strict) {
                            throw e;
                        }
                        GuestKernel kernel = prepare(content, file, Virtualization.TRANSLATED, options);
                        Main.say("--virt translated, since the kernel cannot be rewritten: " + e.getMessage());
                        yield kernel;
                    }
                }
            };
        } catch (BootException e) {
            throw Failure.badInput("kernel " + file + " " + e.getMessage());
        } catch (ImageException e) {
            throw Failure.badInput(e.getMessage());
        }
    }

    private static GuestKernel patched(byte[] content, Path file, MachineOptions options) throws ImageException {
        Virtualization virtualization = options.strict ? Virtualization.STRICT : Virtualization.PATCHED;
        GuestKernel kernel = prepare(content, file, virtualization, options);
        Main.say("--virt patched: rewrote " + kernel.image().encoded().length + " sensitive instructions of the "
                + kernel.format());
        return kernel;
    }

    private static GuestKernel prepare(byte[] content, Path file, Virtualization virtualization, MachineOptions options)
            throws ImageException {
        Kernel.Ram ram = new Kernel.Ram(VirtBoard.RAM, options.memory);
        GuestKernel kernel = GuestKernel.prepare(content, "kernel " + file, virtualization, ram, KernelCache.ofUser());
        kernel.remarks().forEach(Main::say);
        return kernel;
    }
}
