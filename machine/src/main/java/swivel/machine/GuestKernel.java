package swivel.machine;

import swivel.arm.InstructionSet;
import swivel.lpv.GuestImage;
import swivel.lpv.ImageException;
import swivel.lpv.RewriteReport;
import swivel.vmm.TrapSites;
import swivel.vmm.Virtualization;

/**
 * A kernel made ready for one way of virtualization.
 *
 * @param kernel what to load
 * @param virtualization how its sensitive instructions come to the hypervisor
 * @param format what its file was, for a person: {@code zImage (XZ)}
 * @param report what was rewritten; null unless it is {@link Virtualization#PATCHED}
 */
public record GuestKernel(Kernel kernel, Virtualization virtualization, String format, RewriteReport report) {
    /**
     * Reads a kernel and, if it is to be patched, rewrites it.
     *
     * @param file zImage, Image, uImage or ELF; may be changed
     * @param name what to call the file in messages
     * @throws ImageException if it is to be rewritten and cannot be
     * @throws BootException if it cannot be loaded
     */
    public static GuestKernel prepare(byte[] file, String name, Virtualization virtualization, Kernel.Ram ram)
            throws ImageException {
        if (virtualization != Virtualization.PATCHED) {
            return asItIs(file, name, virtualization, ram);
        }
        GuestImage image = GuestImage.read(file, name);
        RewriteReport report = image.rewrite();
        return new GuestKernel(unpacked(image, ram), virtualization, image.format(), report);
    }

    /** Unpacked, for the guest would take much longer to do it; as the file has it if nobody here can. */
    private static GuestKernel asItIs(byte[] file, String name, Virtualization virtualization, Kernel.Ram ram) {
        try {
            GuestImage image = GuestImage.read(file, name);
            return new GuestKernel(unpacked(image, ram), virtualization, image.format(), null);
        } catch (ImageException e) {
            Kernel kernel = Kernel.read(file, 0, ram);
            return new GuestKernel(kernel, virtualization, kernel.format(), null);
        }
    }

    private static Kernel unpacked(GuestImage image, Kernel.Ram ram) {
        if (image.isMostly(InstructionSet.T32)) {
            throw new BootException("is T32 (Thumb-2) code, which can be rewritten, but not run yet;"
                    + " build it as A32 (no CONFIG_THUMB2_KERNEL)");
        }
        return Kernel.read(image.bytes(), image.linkAddress().orElse(0), ram);
    }

    /** Where its trap words are, once it is loaded. */
    TrapSites trapSites() {
        return report == null
                ? TrapSites.UNKNOWN
                : new TrapSites(kernel.addresses(report.encodedOffsets()), kernel.addresses(report.genuineOffsets()));
    }
}
