package swivel.cli;

import java.nio.file.Path;
import swivel.lpv.GuestImage;
import swivel.lpv.ImageException;
import swivel.lpv.RewriteReport;
import swivel.machine.BootException;
import swivel.machine.Kernel;
import swivel.machine.VirtMachine;
import swivel.vmm.TrapSites;
import swivel.vmm.Virtualization;

/**
 * A kernel made ready for one way of virtualization.
 *
 * @param kernel what to load
 * @param virtualization how its sensitive instructions come to the hypervisor
 * @param report what was rewritten; null if nothing was
 * @param trapSites where the trap words are
 */
record KernelChoice(Kernel kernel, Virtualization virtualization, RewriteReport report, TrapSites trapSites) {
    /**
     * Reads a kernel and, if it is to be patched, rewrites it. Says on standard error what it did.
     *
     * @throws Failure if it cannot be used
     */
    static KernelChoice read(Path file, MachineOptions options) {
        byte[] content = InputFile.read(file, "kernel");
        Kernel.Ram ram = new Kernel.Ram(VirtMachine.RAM, options.memory);
        try {
            return switch (options.virt) {
                case bare -> asItIs(asItIs(file, content, ram), Virtualization.BARE);
                case translated -> asItIs(asItIs(file, content, ram), Virtualization.TRANSLATED);
                case patched -> patched(file, content, ram);
                case auto -> {
                    try {
                        yield patched(file, content, ram);
                    } catch (ImageException e) {
                        Main.say("--virt translated, since the kernel cannot be rewritten: " + e.getMessage());
                        yield asItIs(asItIs(file, content, ram), Virtualization.TRANSLATED);
                    }
                }
            };
        } catch (BootException e) {
            throw Failure.badInput("kernel " + file + " " + e.getMessage());
        } catch (ImageException e) {
            throw Failure.badInput(e.getMessage());
        }
    }

    private static KernelChoice asItIs(Kernel kernel, Virtualization virtualization) {
        return new KernelChoice(kernel, virtualization, null, TrapSites.UNKNOWN);
    }

    /** Unpacked, for the guest would take much longer to do it; how it is if nobody here can. */
    private static Kernel asItIs(Path file, byte[] content, Kernel.Ram ram) {
        try {
            GuestImage image = GuestImage.read(content, "kernel " + file);
            return Kernel.read(image.bytes(), image.linkAddress().orElse(0), ram);
        } catch (ImageException e) {
            return Kernel.read(content, 0, ram);
        }
    }

    private static KernelChoice patched(Path file, byte[] content, Kernel.Ram ram) throws ImageException {
        GuestImage image = GuestImage.read(content.clone(), "kernel " + file);
        RewriteReport report = image.rewrite();
        Kernel kernel = Kernel.read(image.bytes(), image.linkAddress().orElse(0), ram);
        Main.say("--virt patched: rewrote " + report.encoded() + " sensitive instructions of the " + image.format());
        TrapSites sites =
                new TrapSites(kernel.addresses(report.encodedOffsets()), kernel.addresses(report.genuineOffsets()));
        return new KernelChoice(kernel, Virtualization.PATCHED, report, sites);
    }
}
